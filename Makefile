# Two commands are enough: `make run` serves, `make test` tests. Both set up what is missing.

.PHONY: help run test test-arm check bench voice-report soak bundle release fuzz supply-chain

help:
	@echo 'make run     set up what is missing, build, serve, print the address of the demo portal'
	@echo 'make test    set up what is missing and run every test'
	@echo 'make test-arm  the kernels on 64-bit Arm, emulated'
	@echo 'make check   formatting, lints and documentation'
	@echo 'make bench   the measured tables of the README and docs/benchmarking.md'
	@echo 'make voice-report  what a listener hears, measured: tools/voice-report/README.md'
	@echo 'make soak    the service tried the hard way for two hours and more: docs/reliability.md'
	@echo 'make bundle  everything in one archive, for machines without a network'
	@echo 'make release  archives, packages and an image for old systems, x86-64 and Arm, tried: docs/deploy.md'
	@echo 'make fuzz    every fuzz target for a million executions (docs/fuzzing.md)'
	@echo 'make supply-chain  licences and known weaknesses of the crates, and a bill of materials'

# make run HTTP=127.0.0.1:8080 ARGS='--config langdu.toml'
run:
	@HTTP='$(HTTP)' GRPC='$(GRPC)' ADMIN='$(ADMIN)' scripts/run.sh $(ARGS)

test:
	@scripts/test.sh

test-arm:
	@scripts/test-arm.sh

check:
	@scripts/setup.sh build
	@scripts/check.sh

bench:
	@scripts/setup.sh build
	@cargo build --locked --release
	@scripts/setup.sh voices target/release/langdu
	@scripts/setup.sh reference target/release/langdu
	@cargo bench --locked --bench first_audio
	@scripts/bench-serving.sh target/release/langdu

# make voice-report ARGS='--quick --speakers zf_xiaoyi,zm_yunxi'
voice-report:
	@scripts/setup.sh build
	@cargo build --locked --release
	@scripts/setup.sh voices target/release/langdu
	@scripts/setup.sh reference target/release/langdu
	@scripts/voice-report.sh target/release/langdu $(ARGS)

# make soak CRASHES='--times 30' CALLERS='--seconds 20' LOAD='--minutes 2' SOAK='--minutes 5 --warm-up 2' STEADY='--utterances 1000'
soak:
	@scripts/setup.sh build
	@scripts/setup.sh soak
	@cargo build --locked --release
	@scripts/setup.sh voices target/release/langdu
	@CRASHES='$(CRASHES)' CALLERS='$(CALLERS)' LOAD='$(LOAD)' SCALE='$(SCALE)' SOAK='$(SOAK)' STEADY='$(STEADY)' scripts/soak.sh

bundle:
	@scripts/setup.sh build
	@cargo build --locked --release
	@scripts/setup.sh voices target/release/langdu
	@scripts/bundle.sh target/release/langdu

# make release ARCHITECTURES=x86_64
release:
	@scripts/release.sh $(ARCHITECTURES)

fuzz:
	@scripts/fuzz.sh

supply-chain:
	@scripts/supply-chain.sh
