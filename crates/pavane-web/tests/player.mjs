// The player beside the whole module: the same calls give the same frames, events and refusals, for what pages do with a program.
//
//     node crates/pavane-web/tests/player.mjs PLAYER.wasm MODULE.wasm PAVANE

import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Engine, PavaneError, contentsOf, openModule } from "../../../assets/web/engine.js";

const [playerPath, modulePath, pavane] = process.argv.slice(2);
if (!playerPath || !modulePath || !pavane) {
  console.error("usage: node player.mjs PLAYER MODULE PAVANE");
  process.exit(2);
}
const player = await openModule(readFileSync(playerPath));
const whole = await openModule(readFileSync(modulePath));
const folder = mkdtempSync(join(tmpdir(), "pavane-player-"));
const run = (...args) => execFileSync(pavane, args, { stdio: ["ignore", "pipe", "ignore"], maxBuffer: 1 << 28 });
run("web", "examples:golden_spiral", "-o", `${folder}/`);
const font = (weight) => contentsOf(readFileSync(join(folder, `NotoSans-${weight}.ttf.lzma`)));
const fonts = { "NotoSans-Regular.ttf": await font("Regular"), "NotoSans-Bold.ttf": await font("Bold") };

let wrong = 0;
function expect(is, text) {
  if (is) return;
  wrong += 1;
  console.error(`wrong: ${text}`);
}

/** A patch as `pavane compile` makes a program of it. */
function compiled(text, ...args) {
  const file = join(folder, "patch.pav");
  writeFileSync(file, text);
  return run("compile", file, ...args);
}

/** What a call is refused with. */
function refusal(call) {
  try {
    call();
  } catch (error) {
    if (error instanceof PavaneError) return error;
    throw error;
  }
  return null;
}

/** Each: the patch, another one to which it is edited, and what is done before a frame, by its number. */
const CASES = {
  inputs_and_events: {
    patch: `input speed: float = 1
input at: vec2 = (0.5, 0.5)
input many: float[4] = 0
event tap: vec2
event told = tap
state taps = 0
on tap { taps = taps + 1 }
draw circle { position: at + (0.1 * cycle(2s) * speed, many[2]), size: 0.1 + 0.01 * taps, color: #f80 }`,
    steps: {
      3: (engine) => engine.set("speed", 2),
      5: (engine) => engine.send("tap", [0.25, 0.5]),
      7: (engine) => engine.set("many", [0, 0, 0.125, 0]),
      8: (engine) => engine.set("at", [0.25, 0.75]),
      9: (engine) => engine.send("tap", [0.5, 0.5]),
    },
    edited: (text) => text.replace("#f80", "#08f"),
    // The state that taps have made stays over an edit.
    signal: ["taps", 2],
  },
  texts_that_change: {
    patch: `input word: text = "Hello"
background = #123
domain letters[32] from text(word, size: 0.1, weight: 700) { draw glyph { position: home + (0.5, 0.4), size: size, color: #fff } }
draw text("{word}, {fixed(time, 2)}") { position: (0.5, 0.6), size: 0.08, color: #fc0 }`,
    steps: { 4: (engine) => engine.set("word", "Hullo, world"), 9: (engine) => engine.set("word", "Wörld") },
    edited: (text) => text.replace("0.08", "0.06"),
  },
  lists: {
    patch: `event more: float
event less
list dots max 8 { x: float }
on more { append dots { x: more } }
on less { remove dots where x < 0.5 }
domain shown from dots { draw circle { position: (x, 0.5), size: 0.05, color: #fff } }`,
    steps: {
      2: (engine) => engine.send("more", 0.25),
      3: (engine) => engine.send("more", 0.75),
      6: (engine) => engine.send("less"),
      8: (engine) => engine.send("more", 0.5),
    },
    edited: (text) => text.replace("0.05", "0.07"),
  },
};

for (const [name, { patch, steps, edited, signal }] of Object.entries(CASES)) {
  const one = await Engine.open(player);
  const other = await Engine.open(whole);
  for (const [file, bytes] of Object.entries(fonts)) one.file(file, bytes);
  const options = { size: [160, 90], seed: 3 };
  one.load(compiled(patch), options);
  other.compile(patch, { name: "patch.pav", ...options });
  const about = JSON.stringify(one.about);
  expect(about === JSON.stringify(other.about), `${name}: the player tells ${about}, the whole module ${JSON.stringify(other.about)}`);
  const seen = new Set();
  for (let frame = 0; frame < 20; frame++) {
    if (frame === 12) {
      one.load(compiled(edited(patch)));
      other.compile(edited(patch), { name: "patch.pav" });
    }
    for (const engine of [one, other]) {
      steps[frame]?.(engine);
      if (frame > 0) engine.advance(1 / engine.at.fps);
      do engine.evaluate();
      while (engine.at.due);
    }
    expect(one.hash() === other.hash(), `${name}: frame ${frame} is ${one.hash()}, with the whole module ${other.hash()}`);
    expect(JSON.stringify(one.events()) === JSON.stringify(other.events()), `${name}: the events of frame ${frame}`);
    seen.add(one.hash());
  }
  expect(seen.size > 3, `${name}: only ${seen.size} frames are different`);
  expect(Buffer.compare(Buffer.from(one.draw().pixels), Buffer.from(other.draw().pixels)) === 0, `${name}: the pictures`);
  const [key, value] = signal ?? [];
  if (key) expect(one.request({ do: "signals" })[key][0] === value, `${name}: ${key} is ${one.request({ do: "signals" })[key]}`);
}

{
  // Fonts: those that are needed are named, and what ran goes on.
  const engine = await Engine.open(player);
  const hello = (weight) => compiled(`draw text("Hello") { position: (0.5, 0.5), size: 0.1, weight: ${weight}, color: #fff }`);
  const check = (weight, expected) => {
    const refused = refusal(() => engine.load(hello(weight), { anew: true }));
    expect(refused?.kind === "fonts" && refused.lacking.join() === expected, `weight ${weight}: ${refused?.message}`);
  };
  check(400, "NotoSans-Regular.ttf");
  check(700, "NotoSans-Bold.ttf");
  engine.file("NotoSans-Bold.ttf", fonts["NotoSans-Bold.ttf"]);
  engine.load(hello(700), { anew: true });
  engine.goTo(0);
  check(400, "NotoSans-Regular.ttf");
  expect(engine.hash() !== "", "what ran goes on");
  engine.file("NotoSans-Regular.ttf", new Uint8Array([1, 2, 3]));
  const broken = refusal(() => engine.load(hello(400)));
  expect(broken?.kind === "request" && broken.message.includes("NotoSans-Regular.ttf"), `a font that is none: ${broken?.message}`);
}

{
  // What it is not for, and programs that are none.
  const engine = await Engine.open(player);
  expect(!engine.compiles && (await Engine.open(whole)).compiles, "which of them compiles");
  for (const request of [() => engine.compile("draw circle {}"), () => engine.request({ do: "words" }), () => engine.request({ do: "explain", code: "E0110" })]) {
    const refused = refusal(request);
    expect(refused?.kind === "request" && refused.message.includes("pavane.wasm.lzma"), `a patch is refused with: ${refused?.message}`);
  }
  const check = (program, expected) => {
    const refused = refusal(() => engine.load(program, { name: "my.json" }));
    expect(refused?.message.includes(expected), `${String(program).slice(0, 40)}: ${refused?.message}`);
  };
  check("{}", "format");
  check("draw circle {}", "not JSON");
  check(new Uint8Array([0xff, 0xfe]), "my.json");
  const broken = refusal(() => engine.load(compiled("draw circle { position: (0.5, 0.5), size: 0.1, color: #fff }").toString().replace('"circle":{}', '"circel":{}')));
  expect(broken?.kind === "patch" && broken.diagnostics[0].line > 1 && broken.message.includes("circle"), `a broken program: ${broken?.message}`);
}

// The module has no fonts within it, and no compiler: neither its keywords nor what codes mean.
const size = (await contentsOf(readFileSync(playerPath))).length;
console.log(`the player has ${readFileSync(playerPath).length} bytes, ${size} as it is run`);
rmSync(folder, { recursive: true });
if (wrong) process.exit(1);
console.log(`${Object.keys(CASES).length} programs as with the whole module`);
