#!/usr/bin/env bash
# Makes the wheel that one would publish: one for every Python from 3.11 on, tagged by the oldest glibc that it runs with, and tries it in a fresh
# environment. Arguments: where it goes [default: target/wheels], and the profile that it is built in [default: release]. `maturin` is taken from the path, or installed in an environment beside it.
# For older systems run it in an image that has an older glibc.
set -euo pipefail
cd "$(dirname "$0")/../.."
root=$PWD
target=${CARGO_TARGET_DIR:-$root/target}
to=${1:-$target/wheels} profile=${2:-release}
mkdir -p "$to"
to=$(cd "$to" && pwd)
away=$(mktemp -d)
trap 'rm -rf "$away"' EXIT
python3 -m venv "$away/venv"
maturin=$(command -v maturin || true)
if [ -z "$maturin" ]; then
    "$away/venv/bin/pip" install -q 'maturin>=1.9,<2'
    maturin=$away/venv/bin/maturin
fi
# `pypi` refuses what PyPI would.
(cd crates/pavane-python && "$maturin" build --profile "$profile" --locked --compatibility pypi -i "$away/venv/bin/python" -o "$away/wheels")
wheels=("$away"/wheels/pavane-*-abi3-*.whl)
wheel=${wheels[0]}
case $wheel in
    *-abi3-manylinux* | *-abi3-macosx* | *-abi3-win*) ;;
    *) echo "$wheel: neither for every Python from 3.11 on, nor tagged for a system" >&2; exit 1 ;;
esac

"$away/venv/bin/pip" install -q "$wheel"
(cd "$away" && venv/bin/python -m unittest discover -s "$root/crates/pavane-python/tests")
cp "$wheel" "$to"
stat -c '%n: %s bytes' "$to/$(basename "$wheel")"
