#!/usr/bin/env bash
# Makes the modules that pages of `pavane web` have: `assets/web/pavane.wasm.lzma`, which compiles patches, and
# `assets/web/pavane-player.wasm.lzma`, which plays programs. Needs Rust with the target wasm32-unknown-unknown, which rustup adds. The same
# sources and the same compiler give the same bytes wherever they are: `pavane.wasm.rustc` says which compiler it was.
#
#     crates/pavane-web/build.sh                 writes them
#     crates/pavane-web/build.sh --check         builds them elsewhere, and fails where the bytes are others
set -euo pipefail
cd "$(dirname "$0")/../.."
target=${CARGO_TARGET_DIR:-target}
compiler=$(rustc --version)
wrong=0

if ! test -d "$(rustc --print sysroot)/lib/rustlib/wasm32-unknown-unknown" && ! rustup target add wasm32-unknown-unknown; then
    echo "not built: rustup cannot add the target wasm32-unknown-unknown"
    # What is in the repository is tested, and its fingerprint compared, all the same.
    test "${1:-}" = --check
    exit
fi

# simd128: every browser since 2023. Paths of this machine are no part of the modules.
export CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS="-C target-feature=+simd128 --remap-path-prefix=$PWD=/pavane --remap-path-prefix=${CARGO_HOME:-$HOME/.cargo}=/cargo --remap-path-prefix=$(rustc --print sysroot)=/rust"

# A module as it was made, and what it is in the repository: packed with LZMA, a fourth smaller than with gzip. What is compared is the module,
# for another version of the packer may pack it otherwise.
pack='import lzma, sys
open(sys.argv[2], "wb").write(lzma.compress(open(sys.argv[1], "rb").read(), lzma.FORMAT_ALONE, preset=9 | lzma.PRESET_EXTREME))'
compare='import lzma, sys
sys.exit(lzma.decompress(open(sys.argv[2], "rb").read()) != open(sys.argv[1], "rb").read())'
keep() {
    if test "${check:-}" != yes; then
        python3 -c "$pack" "$1" "$2"
        printf '%s: %d bytes, %d as it is run\n' "$2" "$(stat -c %s "$2")" "$(stat -c %s "$1")"
    elif test "$compiler" != "$(cat assets/web/pavane.wasm.rustc)"; then
        echo "not compared: $2 was made by $(cat assets/web/pavane.wasm.rustc), and this is $compiler"
    elif ! python3 -c "$compare" "$1" "$2"; then
        echo "$2 is not what its sources make: run crates/pavane-web/build.sh"
        wrong=1
    fi
}
if test "${1:-}" = --check; then check=yes; fi

for name in pavane pavane-player; do
    features=()
    if test $name = pavane-player; then features=(--no-default-features); fi
    cargo build -q --locked --profile web -p pavane-web --target wasm32-unknown-unknown "${features[@]}"
    keep "$target/wasm32-unknown-unknown/web/pavane_web.wasm" "assets/web/$name.wasm.lzma"
done

if test "${check:-}" != yes; then echo "$compiler" > assets/web/pavane.wasm.rustc; fi
exit $wrong
