#!/bin/sh
# Writes the hash-locked requirement files from pyproject.toml. Needs uv; no index address is recorded.
set -eu
cd "$(dirname "$0")/.."
lock() { uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --no-emit-index-url "$@"; }
lock pyproject.toml --extra embedded -o requirements/runtime.txt
lock pyproject.toml --extra embedded --group dev -c requirements/runtime.txt -o requirements/dev.txt
sed -n 's/^node = \["\(.*\)"\]$/\1/p' pyproject.toml | lock -o requirements/node.txt -
