// Rubbish through every call of the module: it is refused with an error that says something, and the player goes on.
//
//     node crates/pavane-web/tests/fuzz.mjs MODULE.wasm [ROUNDS [SEED]]

import { readFileSync } from "node:fs";
import { Engine, PavaneError, openModule } from "../../../assets/web/engine.js";

const [modulePath, rounds = "3000", seed = "1"] = process.argv.slice(2);
const module = await openModule(readFileSync(modulePath));

// Of which the same seed makes the same calls (mulberry32).
let state = Number(seed) >>> 0;
function random() {
  state = (state + 0x6d2b79f5) | 0;
  let t = Math.imul(state ^ (state >>> 15), 1 | state);
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
  return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
}
const whole = (most) => Math.floor(random() * most);
const pick = (all) => all[whole(all.length)];

const GOOD = readFileSync(new URL("../../../assets/patches/golden_spiral.pav", import.meta.url), "utf8");
// Every kind of row, and texts, whose fonts the player lacks; and one that it plays.
const PROGRAM = readFileSync(new URL("../../../src/program/testing/base.json", import.meta.url), "utf8");
const DOT = JSON.stringify({"format":"pavane-program","version":1,"about":{"name":"t6"},"clip":{"frame_rate":[60,1],"duration":7056000000,"size":[1080,1080]},"constants":{"f64":[0.5,0.1,1.0],"f32":[],"i32":[],"u32":[]},"domains":[{"name":"circle","capacity":1,"count":1,"seed":417997641}],"nodes":[{"op":"const","type":"float","storage":"f64","index":0},{"op":"vec2","args":[0,0]},{"op":"const","type":"float","storage":"f64","index":1},{"op":"const","type":"float","storage":"f64","index":2},{"op":"color","args":[3,3,3,3]}],"steps":[{"phase":"passes","do":{"pass":{"pass":0}},"writes":[{"pass":0}]}],"passes":[{"name":"circle","domain":0,"shape":{"circle":{}},"blend":"normal","layer":0,"order":"index","position":1,"size":2,"color":4}]});
const TAPS = "input level: float = 1\ninput draft: text field\ndraw rect as draft { position: (0.5, 0.5), size: 0.5, color: if draft == \"ab\" then #222 else #333 }\ninput names: text = \"a\"\ninput wave: float[8] = 0\nevent tap: vec2\nstate n = 0\non tap { n = n + 1 }\ndraw circle { position: (0.5, 0.5), size: 0.1 * level, color: #fff }";
const NUMBERS = [0, -1, 1, 0.5, NaN, Infinity, -Infinity, 1e308, -1e308, 2 ** 31, 2 ** 32, 2 ** 53, 2 ** 64, -0];
const TEXTS = ["", "level", "names", "wave", "tap", "\u0000", "\ud800", "é", "💥".repeat(40), "../../x", "__proto__", "a".repeat(5000), "{", "E0110", "size"];
const values = () => pick([null, true, pick(NUMBERS), pick(TEXTS), [], [1, 2], [[1, 2], [3]], [[[1]]], {}, { a: 1 }, Array(9).fill(pick(NUMBERS)), [pick(TEXTS)]]);

const PRESSES = () => [
  { key: "focus", field: pick([0, 0, null, 1, -1, 1e9, 0.5, "0"]) }, { key: "focus", field: 0 }, { key: "type", text: pick(TEXTS) }, { key: "type", text: "ab" },
  { key: "move", to: pick(["left", "right", "word_left", "word_right", "home", "end", "up", null]), select: pick([true, false, 1]) },
  { key: "delete", to: pick(["left", "word_right", "home", ""]) }, { key: "select_all" }, { key: "enter" }, { key: "escape" }, { key: "tab", back: pick([true, false, undefined, 3]) },
  { key: pick(TEXTS) }, { key: "enter", more: 1 }, values(),
];

/** A text with something changed. */
function broken(text) {
  let out = text;
  for (let k = whole(4) + 1; k > 0; k--) {
    const at = whole(out.length + 1);
    const piece = pick([pick(TEXTS), String(pick(NUMBERS)), "(((", "}", "\n", "//", "1e999", "domain d[4294967295] {", text.slice(at, at + whole(200))]);
    out = out.slice(0, at) + piece + out.slice(at + whole(8));
  }
  return out;
}

const CALLS = {
  compile: (engine) => engine.compile(pick([broken(GOOD), broken(TAPS), GOOD, TAPS, pick(TEXTS)]), { name: pick(TEXTS), anew: random() < 0.3, given: random() < 0.3 ? { level: pick(TEXTS), many: "3" } : {} }),
  load: (engine) => engine.load(pick([broken(PROGRAM), broken(DOT), PROGRAM, DOT, pick(TEXTS), new Uint8Array(whole(300)).map(() => whole(256))]), { name: pick(TEXTS), anew: random() < 0.3, size: pick([null, [8, 8], [pick(NUMBERS), 8]]), seed: pick([0, 7]) }),
  set: (engine) => engine.set(pick(TEXTS), values()),
  send: (engine) => engine.send(pick(TEXTS), values()),
  advance: (engine) => engine.advance(pick(NUMBERS)),
  evaluate: (engine) => engine.evaluate(),
  seek: (engine) => {
    engine.seek(pick([...NUMBERS, 3, 100]));
    for (let k = 0; k < 5; k++) engine.evaluate();
    engine.restart();
  },
  step: (engine) => engine.step(pick(NUMBERS)),
  size: (engine) => engine.setSize(pick([...NUMBERS, 64, 100, 8192]), pick([...NUMBERS, 64, 100])),
  pack: (engine) => engine.pack(),
  draw: (engine) => engine.at.width * engine.at.height < 1e6 && engine.draw(),
  press: (engine) => engine.press(pick(PRESSES())),
  fieldAt: (engine) => engine.fieldAt([pick([0.5, 0.5, pick(NUMBERS)]), pick([0.5, pick(NUMBERS)])]),
  selected: (engine) => engine.selected(),
  events: (engine) => engine.events(),
  hash: (engine) => engine.hash(),
  file: (engine) => engine.file(pick(TEXTS), pick([pick(TEXTS), new Uint8Array(whole(300)).map(() => whole(256))])),
  request: (engine) => engine.request(pick([null, 1, [], { do: pick(TEXTS) }, { do: "range", frames: [pick(NUMBERS), pick(NUMBERS)] }, { do: "range", frames: null }, { do: "speed", value: pick(NUMBERS) }, { do: "hit", pass: pick(TEXTS), at: [pick(NUMBERS), 0] }, { do: "describe", name: pick(TEXTS) }, { do: "explain", code: pick(TEXTS) }, { do: "looping", on: values() }, { do: "leave_clip" }, { do: "signals" }])),
  clip: (engine) => engine.clip({ format: pick(["gif", "png", "apng", "mp4", ""]), width: pick([...NUMBERS, 16]), height: pick([...NUMBERS, 16]), from: pick([...NUMBERS, 3]), count: pick([...NUMBERS, 3]) }, () => random() < 0.9),
  // Lengths and places that nobody was given.
  raw: (engine) => engine.run((wasm) => {
    wasm.pavane_input(pick([0, 10, 2 ** 31, 0xffffffff, -1]));
    wasm.pavane_request(pick([0, 5, 11, 2 ** 31, -1]));
    wasm.pavane_file(pick([0, 5, 2 ** 31, -1]), pick([0, 5, 2 ** 31, -1]));
    wasm.pavane_clip_step();
    wasm.pavane_clip_finish();
    wasm.pavane_packed_records(whole(5));
    wasm.pavane_packed_count(whole(5));
    wasm.pavane_advance(pick(NUMBERS));
    wasm.pavane_seek(pick(NUMBERS));
    wasm.pavane_restart();
  }),
};

let engine = await Engine.open(module);
const counts = { done: 0, refused: 0 };
for (let round = 0; round < Number(rounds); round++) {
  const name = pick(Object.keys(CALLS));
  const before = state;
  try {
    await CALLS[name](engine);
    counts.done += 1;
  } catch (error) {
    if (!(error instanceof PavaneError)) throw error;
    if (error.kind === "trap" || !error.message) {
      console.error(`round ${round}, call ${name}, state ${before}: ${error.kind}: ${error.message}`);
      process.exit(1);
    }
    counts.refused += 1;
  }
  if (round % 100 === 99) {
    // It goes on.
    if (engine.compiles) engine.compile(GOOD, { anew: true });
    else engine.load(DOT, { anew: true });
    engine.goTo(30);
    engine.setSize(32, 32);
    engine.draw();
    if (!engine.hash()) throw new Error("there is no frame");
  }
}
if (counts.done < 100 || counts.refused < 100) throw new Error(`of ${rounds} calls ${counts.done} were done and ${counts.refused} refused`);
console.log(`${rounds} calls: ${counts.done} done, ${counts.refused} refused, none trapped`);
