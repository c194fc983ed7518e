// What pages unpack: files of Python's `lzma`, as `build.sh` makes them, of every kind of contents; damaged ones are refused or give other bytes,
// and none takes for ever. And the text that pages have inside.
//
//     node crates/pavane-web/tests/lzma.mjs

import { execFileSync } from "node:child_process";
import { fromText } from "../../../assets/web/engine.js";
import { fromLzma, isLzma } from "../../../assets/web/lzma.js";

let wrong = 0;
function expect(is, text) {
  if (is) return;
  wrong += 1;
  console.error(`wrong: ${text}`);
}

// Of which the same seed makes the same contents (mulberry32).
let state = 1;
function random() {
  state = (state + 0x6d2b79f5) | 0;
  let t = Math.imul(state ^ (state >>> 15), 1 | state);
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
  return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
}
const whole = (most) => Math.floor(random() * most);

const PACK = "import lzma, struct, sys\ndata = sys.stdin.buffer.read()\npacked = lzma.compress(data, lzma.FORMAT_ALONE, preset=int(sys.argv[1]))\nif sys.argv[2] == 'size': packed = packed[:5] + struct.pack('<Q', len(data)) + packed[13:]\nsys.stdout.buffer.write(packed)";
const pack = (bytes, preset, head) => new Uint8Array(execFileSync("python3", ["-c", PACK, String(preset), head], { input: bytes, maxBuffer: 1 << 28 }));

const noise = (length) => Uint8Array.from({ length }, () => whole(256));
/** Pieces of what was before, at any distance, and noise between. */
function repeated(length) {
  const out = new Uint8Array(length);
  for (let at = 0; at < length; ) {
    const [count, from] = [1 + whole(random() < 0.1 ? 5000 : 20), whole(at + 1)];
    const isNew = random() < 0.4;
    for (let k = 0; k < count && at < length; k++, at++) out[at] = isNew ? whole(256) : out[from + k];
  }
  return out;
}

const contents = {
  nothing: new Uint8Array(0),
  one: Uint8Array.of(7),
  zeros: new Uint8Array(100_000),
  noise: noise(70_000),
  text: new TextEncoder().encode("A frame is one evaluated instant, borrowed from the engine until the next one. ".repeat(50)),
  short: repeated(3000),
  long: repeated(3_000_000),
};
for (const [name, bytes] of Object.entries(contents)) {
  for (const [preset, head] of [[9, "end"], [9, "size"], [0, "end"]]) {
    const packed = pack(bytes, preset, head);
    // Only dictionaries of whole 64 KiB, which all of these have.
    expect(isLzma(packed), `${name}: it is not known again`);
    expect(Buffer.compare(Buffer.from(fromLzma(packed)), Buffer.from(bytes)) === 0, `${name}, preset ${preset}, ${head}: other bytes`);
  }
}
const good = pack(contents.short, 9, "size");
let refused = 0;
for (let round = 0; round < 500; round++) {
  const bad = good.slice(0, random() < 0.3 ? 13 + whole(good.length - 13) : good.length);
  for (let k = whole(4); k >= 0; k--) bad[13 + whole(bad.length - 13)] = whole(256);
  try {
    expect(fromLzma(bad).length === contents.short.length, "as many bytes as the head says");
  } catch (error) {
    refused += 1;
    expect(error.message.includes("damaged"), error.stack);
  }
}
expect(refused > 100, `of 500 damaged files ${refused} were refused`);

const LETTERS = Array.from({ length: 94 }, (_, k) => String.fromCharCode(33 + k)).filter((letter) => !'"<\\'.includes(letter));
/** What `dense` in `pages.rs` makes, said plainly. */
function text(bytes) {
  let bits = [...bytes].flatMap((byte) => Array.from({ length: 8 }, (_, k) => (byte >> k) & 1));
  let out = "";
  while (bits.length > 0) {
    const number = bits.slice(0, 13).reduce((sum, bit, k) => sum + bit * 2 ** k, 0);
    out += bits.length <= 6 ? LETTERS[number] : LETTERS[number % 91] + LETTERS[Math.floor(number / 91)];
    bits = bits.slice(13);
  }
  return out;
}
for (let length = 0; length < 60; length++) {
  const bytes = noise(length);
  expect(Buffer.compare(Buffer.from(fromText(text(bytes))), Buffer.from(bytes)) === 0, `${length} bytes as a text`);
}

if (wrong) process.exit(1);
console.log(`${Object.keys(contents).length} contents unpacked, ${refused} of 500 damaged files refused`);
