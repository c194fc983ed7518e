#!/usr/bin/env bash
# Makes `assets/web/pavane.wasm.gz`, the module that pages of `pavane web` have. Needs Rust with the target wasm32-unknown-unknown, which
# rustup adds. The same sources and the same compiler give the same bytes wherever they are: `pavane.wasm.rustc` says which compiler it was.
#
#     crates/pavane-web/build.sh                 writes the module
#     crates/pavane-web/build.sh --check         builds it elsewhere, and fails where the bytes are others
set -euo pipefail
cd "$(dirname "$0")/../.."
target=${CARGO_TARGET_DIR:-target}
module=assets/web/pavane.wasm.gz
compiler=$(rustc --version)

if ! test -d "$(rustc --print sysroot)/lib/rustlib/wasm32-unknown-unknown" && ! rustup target add wasm32-unknown-unknown; then
    echo "not built: rustup cannot add the target wasm32-unknown-unknown"
    # What is in the repository is tested, and its fingerprint compared, all the same.
    test "${1:-}" = --check
    exit
fi

# simd128: every browser since 2023. Paths of this machine are no part of the module.
export CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS="-C target-feature=+simd128 --remap-path-prefix=$PWD=/pavane --remap-path-prefix=${CARGO_HOME:-$HOME/.cargo}=/cargo --remap-path-prefix=$(rustc --print sysroot)=/rust"
cargo build -q --locked --profile web -p pavane-web --target wasm32-unknown-unknown
built=$target/wasm32-unknown-unknown/web/pavane_web.wasm

# Neither name nor time, so that the bytes depend on the module alone.
gzip -9 -n -c "$built" > "$target/pavane.wasm.gz"
if test "${1:-}" = --check; then
    if test "$compiler" != "$(cat assets/web/pavane.wasm.rustc)"; then
        echo "not compared: $module was made by $(cat assets/web/pavane.wasm.rustc), and this is $compiler"
    elif ! cmp "$target/pavane.wasm.gz" "$module"; then
        echo "$module is not what its sources make: run crates/pavane-web/build.sh"
        exit 1
    fi
    exit 0
fi
cp "$target/pavane.wasm.gz" "$module"
echo "$compiler" > assets/web/pavane.wasm.rustc
printf '%s: %d bytes, %d as it is run, in %d s\n' "$module" "$(stat -c %s "$module")" "$(stat -c %s "$built")" "$SECONDS"
