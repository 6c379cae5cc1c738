#!/usr/bin/env python3
"""The crates that the binary is made of, as a bill of materials (CycloneDX 1.5, JSON).

    scripts/bill-of-materials.py >langdu.cdx.json

Everything comes from Cargo: names, versions, licences and edges from `cargo metadata`, digests from
`Cargo.lock`. Crates that only build or test it are not part of it.
"""

import json
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).parent.parent
TARGETS = ("x86_64-unknown-linux-gnu", "aarch64-unknown-linux-gnu")


def main():
    metadata = read_metadata()
    packages = {package["id"]: package for package in metadata["packages"]}
    edges = {node["id"]: linked(node) for node in metadata["resolve"]["nodes"]}
    own = metadata["resolve"]["root"]
    parts = reachable(own, edges)
    digests = read_digests()
    bill = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "metadata": {"component": component(packages[own], digests, "application")},
        "components": [component(packages[part], digests, "library") for part in parts if part != own],
        "dependencies": [
            {"ref": purl(packages[part]), "dependsOn": sorted(purl(packages[to]) for to in edges[part])}
            for part in parts
        ],
    }
    json.dump(bill, sys.stdout, indent=1, ensure_ascii=False)
    print()


def read_metadata():
    command = ["cargo", "metadata", "--locked", "--format-version", "1"]
    for target in TARGETS:
        command += ["--filter-platform", target]
    return json.loads(subprocess.run(command, cwd=ROOT, check=True, capture_output=True).stdout)


def read_digests():
    """SHA-256 of each crate's archive, by name and version."""
    # Cargo writes it, always in this order: a reader of TOML is in Python's library since 3.11 only.
    entry = r'^name = "(.+)"\nversion = "(.+)"\nsource = ".+"\nchecksum = "([0-9a-f]{64})"$'
    lock = (ROOT / "Cargo.lock").read_text()
    return {(name, version): digest for name, version, digest in re.findall(entry, lock, re.MULTILINE)}


def linked(node):
    """What is linked in, and not only used to build or to test."""
    return sorted(
        {dep["pkg"] for dep in node["deps"] if any(kind["kind"] is None for kind in dep["dep_kinds"])}
    )


def reachable(start, edges):
    found, waiting = {start}, [start]
    while waiting:
        for to in edges[waiting.pop()]:
            if to not in found:
                found.add(to)
                waiting.append(to)
    return sorted(found)


def component(package, digests, kind):
    made = {
        "type": kind,
        "bom-ref": purl(package),
        "name": package["name"],
        "version": package["version"],
        "purl": purl(package),
    }
    if package["license"]:
        # Some crates still write the slash that once meant "or".
        made["licenses"] = [{"expression": package["license"].replace("/", " OR ")}]
    digest = digests.get((package["name"], package["version"]))
    if digest:
        made["hashes"] = [{"alg": "SHA-256", "content": digest}]
    return made


def purl(package):
    return f"pkg:cargo/{package['name']}@{package['version']}"


if __name__ == "__main__":
    main()
