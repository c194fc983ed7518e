#!/bin/sh
# Other rasters on the scenes of `cargo bench --bench raster`: milliseconds of one thread per picture of 1920x1080, minimum and median
# of 12. Installs what it needs in a temporary folder, which goes when it ends; what cannot be installed is said and left out.
#
#     sh benches/peers/run.sh
#
# Needs python3 with venv, a C compiler and npm, and the network; cairo's headers come with `apt-get download` where pkg-config
# does not know them. No part of CI: the figures are of the machine, and what is installed is whatever is newest.
set -u
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
trap 'exit 1' INT TERM
mkdir "$work/scenes"
python3 "$here/scenes.py" "$work/scenes" || exit 1

left_out() {
    echo "$1: left out, $2" >&2
}

print() {
    while IFS='|' read -r scene least median; do
        printf '%-10s %-26s %7s / %7s ms\n' "$1" "$scene" "$least" "$median"
    done
}

build_cairo() {
    if pkg-config --exists cairo 2>/dev/null; then
        # shellcheck disable=SC2046
        cc -O2 "$here/cairo.c" -o "$work/cairo" $(pkg-config --cflags --libs cairo) -lm
        return
    fi
    mkdir "$work/deb" && cd "$work/deb" &&
        apt-get download libcairo2 libcairo2-dev >/dev/null 2>&1 &&
        for file in *.deb; do dpkg -x "$file" . || return 1; done &&
        cc -O2 "$here/cairo.c" -o "$work/cairo" -I usr/include/cairo "$(find . -name 'libcairo.so.2' | head -n 1)" -lm
}

if (build_cairo) >"$work/log" 2>&1; then
    LD_LIBRARY_PATH="$(find "$work/deb" -name 'libcairo.so.2' -exec dirname {} \; 2>/dev/null)" \
        "$work/cairo" "$work"/scenes/* | print cairo
else
    left_out cairo "it does not build: $(tail -n 1 "$work/log")"
fi

mkdir "$work/node"
if (cd "$work/node" && npm install --no-audit --no-fund --silent @napi-rs/canvas) >"$work/log" 2>&1; then
    NODE_PATH="$work/node/node_modules" node "$here/skia.js" "$work"/scenes/* | print Skia
else
    left_out Skia "@napi-rs/canvas does not install: $(tail -n 1 "$work/log")"
fi

if { python3 -m venv "$work/venv" && "$work/venv/bin/pip" install --quiet blend2d-py; } >"$work/log" 2>&1; then
    "$work/venv/bin/python" "$here/draw_blend2d.py" "$work"/scenes/* | print Blend2D
else
    left_out Blend2D "blend2d-py does not install: $(tail -n 1 "$work/log")"
fi
