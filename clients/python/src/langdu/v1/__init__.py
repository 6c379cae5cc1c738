"""The contract, generated from `proto/langdu/v1` by `scripts/generate-clients.sh`."""
