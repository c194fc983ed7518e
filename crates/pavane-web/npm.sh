#!/usr/bin/env bash
# Makes the npm package `pavane`: the modules of `assets/web`, their types, and the module that they run. Its argument is where the package goes
# [default: target/npm]; `npm publish` there would publish it.
set -euo pipefail
cd "$(dirname "$0")/../.."
package=${1:-${CARGO_TARGET_DIR:-target}/npm}
version=$(cargo metadata --format-version 1 --no-deps --locked | python3 -c 'import json, sys; print(next(p["version"] for p in json.load(sys.stdin)["packages"] if p["name"] == "pavane"))')

rm -rf "$package"
mkdir -p "$package"
cp assets/web/{engine,webgl,player,element}.js assets/web/pavane.d.ts assets/web/pavane.wasm.gz LICENSE-MIT LICENSE-APACHE "$package"
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
  "license": "MIT OR Apache-2.0",
  "type": "module",
  "main": "./index.js",
  "types": "./pavane.d.ts",
  "exports": {
    ".": { "types": "./pavane.d.ts", "default": "./index.js" },
    "./element.js": "./element.js",
    "./pavane.wasm.gz": "./pavane.wasm.gz"
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
<pavane-player src="spiral.pav"></pavane-player>
```

```js
import { Player } from "pavane";

const player = await Player.load(canvas, { module: new URL("pavane/pavane.wasm.gz", import.meta.url), text });
player.set("speed", 2);
player.send("tap", [0.5, 0.5]);
player.on("event:hit", (value, time) => console.log(value, time));
player.seek(120);
```

`Engine` alone, without a canvas, runs in workers and in Node. Types are in `pavane.d.ts`.
EOF
(cd "$package" && npm pack --silent --dry-run > /dev/null)
echo "$package: pavane $version"
