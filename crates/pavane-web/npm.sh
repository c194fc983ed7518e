#!/usr/bin/env bash
# Makes the npm package `pavane`: the modules of `assets/web`, their types, the two modules that they run, and the fonts. Its argument is where the package goes
# [default: target/npm]; `npm publish` there would publish it.
set -euo pipefail
cd "$(dirname "$0")/../.."
package=${1:-${CARGO_TARGET_DIR:-target}/npm}
version=$(cargo metadata --format-version 1 --no-deps --locked | python3 -c 'import json, sys; print(next(p["version"] for p in json.load(sys.stdin)["packages"] if p["name"] == "pavane"))')

rm -rf "$package"
mkdir -p "$package"
cp assets/web/{lzma,engine,webgl,player,element}.js assets/web/pavane.d.ts assets/web/pavane{,-player}.wasm.lzma LICENSE-MIT LICENSE-APACHE "$package"
# What texts of programs are drawn with: the player has no fonts within it.
fonts=$(cargo metadata --format-version 1 --locked | python3 -c 'import json, os, sys; print(next(os.path.dirname(p["manifest_path"]) for p in json.load(sys.stdin)["packages"] if p["name"] == "notosans"))')/fonts
for face in Regular Bold; do
    python3 -c 'import lzma, sys
open(sys.argv[2], "wb").write(lzma.compress(open(sys.argv[1], "rb").read(), lzma.FORMAT_ALONE, preset=9))' "$fonts/NotoSans-$face.ttf" "$package/NotoSans-$face.ttf.lzma"
done
cp "$fonts/LICENSE_OFL.txt" "$package/LICENSE-OFL"
cat > "$package/index.js" << 'EOF'
export * from "./engine.js";
export * from "./player.js";
export * from "./element.js";
EOF
cat > "$package/package.json" << EOF
{
  "name": "pavane",
  "version": "$version",
  "description": "Plays pavane patches in pages: deterministic animation frames, the same bits as natively",
  "license": "(MIT OR Apache-2.0) AND OFL-1.1",
  "type": "module",
  "main": "./index.js",
  "types": "./pavane.d.ts",
  "exports": {
    ".": { "types": "./pavane.d.ts", "default": "./index.js" },
    "./element.js": "./element.js",
    "./pavane.wasm.lzma": "./pavane.wasm.lzma",
    "./pavane-player.wasm.lzma": "./pavane-player.wasm.lzma",
    "./NotoSans-Regular.ttf.lzma": "./NotoSans-Regular.ttf.lzma",
    "./NotoSans-Bold.ttf.lzma": "./NotoSans-Bold.ttf.lzma"
  },
  "sideEffects": ["./element.js", "./index.js"],
  "keywords": ["animation", "generative", "deterministic", "wasm", "creative-coding"]
}
EOF
cat > "$package/README.md" << 'EOF'
# pavane

Plays pavane patches in pages: the same frames, bit for bit, as the `pavane` command.

```html
<script type="module" src="node_modules/pavane/element.js"></script>
<pavane-player src="spiral.json"></pavane-player>
```

`pavane compile spiral.pav -o spiral.json` makes the program. It may be packed (`xz --format=lzma`, or gzip), and it may be the patch itself, for which the element loads
`pavane.wasm.lzma`, which has the compiler; programs need `pavane-player.wasm.lzma` alone, and with texts a font.

```js
import { Player } from "pavane";

const module = new URL("pavane/pavane-player.wasm.lzma", import.meta.url);
const player = await Player.load(canvas, { module, program: new URL("spiral.json", import.meta.url), fonts: module });
player.set("speed", 2);
player.send("tap", [0.5, 0.5]);
player.on("event:hit", (value, time) => console.log(value, time));
player.seek(120);
```

`Engine` alone, without a canvas, runs in workers and in Node. Types are in `pavane.d.ts`.
EOF
(cd "$package" && npm pack --silent --dry-run > /dev/null)
echo "$package: pavane $version"
