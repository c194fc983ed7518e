// A module in Node: every shipped patch has the hashes that the command prints, and the pictures that it writes. The whole module compiles
// them; the player gets what the command has compiled.
//
//     node crates/pavane-web/tests/node.mjs MODULE.wasm PAVANE [PATCH]

import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Engine, REASONS, contentsOf, openModule } from "../../../assets/web/engine.js";

const [modulePath, pavane] = process.argv.slice(2);
const only = process.argv[4];
if (!modulePath || !pavane) {
  console.error("usage: node node.mjs MODULE PAVANE [PATCH]");
  process.exit(2);
}
const root = fileURLToPath(new URL("../../..", import.meta.url));
const patches = join(root, "assets/patches");
const module = await openModule(readFileSync(modulePath));
const names = JSON.parse(execFileSync(pavane, ["examples", "--format", "json"])).examples.map((example) => example.name);
const folder = mkdtempSync(join(tmpdir(), "pavane-web-"));
const FRAMES = 30;
let wrong = 0;
const failed = (text) => {
  wrong += 1;
  console.error(text);
};

/** An engine with what a page has. */
async function ready() {
  const engine = await Engine.open(module);
  if (engine.compiles) for (const file of readdirSync(patches)) engine.file(file, readFileSync(join(patches, file)));
  else for (const [file, bytes] of Object.entries(fonts)) engine.file(file, bytes);
  return engine;
}

/** Goes on with a shipped patch. */
function begin(engine, name, options = {}) {
  if (engine.compiles) engine.compile(readFileSync(join(patches, `${name}.pav`), "utf8"), { name: `${name}.pav`, ...options });
  else engine.load(execFileSync(pavane, ["compile", `examples:${name}`], { stdio: ["ignore", "pipe", "ignore"], maxBuffer: 1 << 28 }), options);
}

// The fonts of a folder for pages.
const fonts = {};
execFileSync(pavane, ["web", "examples:golden_spiral", "-o", `${folder}/`], { stdio: "ignore" });
for (const file of readdirSync(folder).filter((name) => name.endsWith(".ttf.lzma"))) {
  fonts[file.replace(/\.lzma$/, "")] = await contentsOf(readFileSync(join(folder, file)));
}

for (const name of names.filter((name) => !only || name === only)) {
  const engine = await ready();
  const size = [320, 180];
  begin(engine, name, { size });
  const args = ["render", `examples:${name}`, "--size", size.join("x")];
  const printed = execFileSync(pavane, [...args, "--frames", String(FRAMES), "--hash"], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
  const expected = printed.split("\n").filter((line) => line.startsWith("frame ")).map((line) => line.split(" ")[2]);
  if (expected.length !== FRAMES) failed(`${name}: the command printed ${expected.length} hashes`);
  for (let frame = 0; frame < FRAMES; frame++) {
    engine.goTo(frame);
    if (engine.hash() !== expected[frame]) {
      failed(`${name}: frame ${frame} has the hash ${engine.hash()}, natively ${expected[frame]}`);
      break;
    }
  }
  const png = join(folder, `${name}.png`);
  execFileSync(pavane, [...args, "--at", String(FRAMES - 1), "-o", png], { stdio: "ignore" });
  const made = await engine.clip({ format: "png", width: size[0], height: size[1], from: FRAMES - 1 });
  const isSame = Buffer.compare(Buffer.from(made), readFileSync(png)) === 0;
  if (!isSame) failed(`${name}: the picture of frame ${FRAMES - 1} differs`);
}
// A clip of several frames: the file of the command, byte for byte.
{
  const name = only ?? "golden_spiral";
  for (const format of ["gif", "apng"]) {
    const engine = await ready();
    begin(engine, name);
    const file = join(folder, `clip.${format}`);
    execFileSync(pavane, ["render", `examples:${name}`, "--size", "160x90", "--frames", "20", "-o", file], { stdio: "ignore" });
    const made = await engine.clip({ format, width: 160, height: 90, count: 20 });
    if (Buffer.compare(Buffer.from(made), readFileSync(file)) !== 0) failed(`${name}: the ${format} differs`);
  }
}
// Light is blended by the CPU, as natively, and why it is the CPU is said.
{
  const engine = await ready();
  const patch = join(folder, "light.pav");
  writeFileSync(patch, "clip { blending: linear }\nbackground = #000\ndraw rect { position: (0.5, 0.5), size: 2, color: #ffffff80 }\n");
  if (engine.compiles) engine.compile(readFileSync(patch, "utf8"), { size: [4, 4] });
  else engine.load(execFileSync(pavane, ["compile", patch]), { size: [4, 4] });
  engine.goTo(0);
  const [why, grey] = [engine.pack(), engine.draw().pixels[20]];
  if (REASONS[why] !== "light that is blended") failed(`light is refused because of ${REASONS[why]}`);
  if (grey !== 188) failed(`half of white over black is ${grey}`);
}
rmSync(folder, { recursive: true });
if (wrong) process.exit(1);
console.log(`${names.length} patches: ${FRAMES} hashes each as natively, and a picture`);
