#!/usr/bin/env bash
# Makes what one would publish of libpavane: the header, the shared and the static library, a file for pkg-config, the examples, licences, and a tar
# of it all. Arguments: where it goes [default: target/dist], and the profile that it is built in [default: release].
set -euo pipefail
cd "$(dirname "$0")/../.."
target=${CARGO_TARGET_DIR:-target}
to=${1:-$target/dist} profile=${2:-release}
version=$(cargo metadata --format-version 1 --no-deps --locked | python3 -c 'import json, sys; print(next(p["version"] for p in json.load(sys.stdin)["packages"] if p["name"] == "pavane-c"))')
machine=$(rustc -vV | sed -n 's/^host: //p')
case $machine in *linux*) ;; *) echo "this makes libraries for Linux; on $machine take what \`cargo build --release -p pavane-c\` gives" >&2; exit 1 ;; esac
# Until 1.0 a minor version may change what programs see.
binary=${version%.*}
name=pavane-c-$version-$machine

cargo rustc --locked -p pavane-c --lib --profile "$profile" -- -C link-arg=-Wl,-soname,"libpavane.so.$binary"
built=$target/$profile
[ "$profile" = dev ] && built=$target/debug
folder=$to/$name
rm -rf "$folder" "$folder.tar.gz"
mkdir -p "$folder"/{include,lib/pkgconfig,examples}
cp crates/pavane-c/include/pavane.h "$folder/include"
cp crates/pavane-c/examples/*.c "$folder/examples"
cp LICENSE-MIT LICENSE-APACHE THIRD-PARTY.md "$folder"
cp "$built/libpavane.so" "$folder/lib/libpavane.so.$version"
cp "$built/libpavane.a" "$folder/lib"
strip --strip-unneeded "$folder/lib/libpavane.so.$version"
strip --strip-debug "$folder/lib/libpavane.a"
ln -s "libpavane.so.$version" "$folder/lib/libpavane.so.$binary"
ln -s "libpavane.so.$binary" "$folder/lib/libpavane.so"
# Wherever it is unpacked, it finds itself.
cat > "$folder/lib/pkgconfig/pavane.pc" << EOF
prefix=\${pcfiledir}/../..
includedir=\${prefix}/include
libdir=\${prefix}/lib

Name: pavane
Description: Deterministic animation frames
Version: $version
Cflags: -I\${includedir}
Libs: -L\${libdir} -lpavane
Libs.private: -lm -lpthread -ldl
EOF
tar -C "$to" --sort=name --owner=0 --group=0 --numeric-owner --mtime=@0 -czf "$folder.tar.gz" "$name"

# Tried as its users have it: unpacked elsewhere, found by pkg-config where that is there, linked both ways.
away=$(mktemp -d)
trap 'rm -rf "$away"' EXIT
tar -C "$away" -xzf "$folder.tar.gz"
here=$away/$name
flags="-I$here/include -L$here/lib -lpavane"
if command -v pkg-config > /dev/null; then
    flags=$(PKG_CONFIG_PATH="$here/lib/pkgconfig" pkg-config --cflags --libs pavane)
fi
# shellcheck disable=SC2086
${CC:-cc} -std=c99 -O1 "$here/examples/embed.c" $flags -o "$away/shared"
LD_LIBRARY_PATH="$here/lib" "$away/shared" > "$away/shared.txt"
${CC:-cc} -std=c99 -O1 "$here/examples/embed.c" -I"$here/include" "$here/lib/libpavane.a" -lm -lpthread -ldl -o "$away/static"
"$away/static" > "$away/static.txt"
diff "$away/shared.txt" crates/pavane-c/src/tests/embed.txt
diff "$away/static.txt" crates/pavane-c/src/tests/embed.txt
(cd "$folder" && stat -Lc '%n: %s bytes' lib/libpavane.so lib/libpavane.a)
stat -c '%n: %s bytes' "$folder.tar.gz"
