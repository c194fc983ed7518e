// pavane in JavaScript: an engine that runs one program, in a WebAssembly instance of its own. No page is needed: this file runs in Node and in
// workers, too.

import { fromLzma, isLzma } from "./lzma.js";

/**
 * What went wrong: `kind` is `patch`, `engine`, `request`, `picture`, `fonts` or `trap`; of a patch or program `diagnostics` has every one with
 * its place, and of fonts `lacking` the files that were not given.
 */
export class PavaneError extends Error {
  constructor({ kind, message, code = null, diagnostics = [], lacking = [] }) {
    super(message);
    this.name = "PavaneError";
    this.kind = kind;
    this.code = code;
    this.diagnostics = diagnostics;
    this.lacking = lacking;
  }
}

/** Bytes that may be packed, with LZMA or gzip, as they were before. */
export async function unpacked(bytes) {
  if (isLzma(bytes)) return fromLzma(bytes);
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/** The bytes of a text in base64. */
export function fromBase64(text) {
  const binary = atob(text.trim());
  const bytes = new Uint8Array(binary.length);
  for (let k = 0; k < binary.length; k++) bytes[k] = binary.charCodeAt(k);
  return bytes;
}

const LETTERS = "!#$%&'()*+,-./0123456789:;=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[]^_`abcdefghijklmnopqrstuvwxyz{|}~";

/** The bytes of a text in which two characters are 13 bits, and one that is left at the end is 6: what pages have inside. */
export function fromText(text) {
  const digits = new Uint8Array(128);
  for (let k = 0; k < 91; k++) digits[LETTERS.charCodeAt(k)] = k;
  const pairs = text.length >> 1;
  const bytes = new Uint8Array((pairs * 13 + (text.length & 1) * 6) >> 3);
  let [bits, count, at] = [0, 0, 0];
  for (let k = 0; k <= pairs; k++) {
    // Behind the last character there is none.
    bits |= ((digits[text.charCodeAt(2 * k)] ?? 0) + (digits[text.charCodeAt(2 * k + 1)] ?? 0) * 91) << count;
    for (count += 13; count >= 8 && at < bytes.length; count -= 8) {
      bytes[at++] = bits;
      bits >>>= 8;
    }
  }
  return bytes;
}

/** What bytes, a response or an address have, unpacked. */
export async function contentsOf(source) {
  let from = source;
  if (typeof from === "string" || from instanceof URL) from = fetch(from);
  from = await from;
  if (typeof Response !== "undefined" && from instanceof Response) {
    if (!from.ok) throw new PavaneError({ kind: "request", message: `cannot load ${from.url}: ${from.status}` });
    from = new Uint8Array(await from.arrayBuffer());
  }
  return unpacked(from instanceof Uint8Array ? from : new Uint8Array(from));
}

/** Compiles the module that all engines of a page share: of bytes, which may be packed, of a response, or of an address. */
export async function openModule(source) {
  if (source instanceof WebAssembly.Module) return source;
  return WebAssembly.compile(await contentsOf(source));
}

/** Why a frame was drawn on the CPU, by the number that packing gives. */
export const REASONS = [
  "", "a path", "a text", "an image", "a line", "a way of blending", "dashes", "a part of an outline", "a stroke with tips", "a stroke with cut corners",
  "light that is blended",
];

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** An engine. `await Engine.open(module)` makes one. */
export class Engine {
  /** Makes an engine without a program. */
  static async open(module) {
    const engine = new Engine();
    engine.module = module;
    await engine.begin();
    return engine;
  }

  /** A new instance: also after a trap, behind which the one before is of no use. */
  async begin() {
    const instance = await WebAssembly.instantiate(this.module, {});
    this.wasm = instance.exports;
    this.wasm.pavane_begin();
    this.about = null;
    this.trapped = false;
  }

  /** Runs a call of the module; a trap becomes an error. */
  run(call) {
    if (this.trapped) throw new PavaneError({ kind: "trap", message: "the engine has stopped for good: begin() makes a new one" });
    try {
      return call(this.wasm);
    } catch (trap) {
      if (trap instanceof PavaneError) throw trap;
      this.trapped = true;
      let said = "";
      try {
        said = decoder.decode(this.bytes(this.wasm.pavane_panic(), this.wasm.pavane_panic_length()));
      } catch {
        // It could not even say that.
      }
      throw new PavaneError({ kind: "trap", message: said || String(trap) });
    }
  }

  /** A view of the module's memory; it ends when memory grows, so it is made behind the call that it is about. */
  bytes(place, length) {
    return new Uint8Array(this.wasm.memory.buffer, place, length);
  }

  answer() {
    return this.bytes(this.wasm.pavane_output(), this.wasm.pavane_output_length());
  }

  /** What was answered to a call that failed, as an error. */
  fault() {
    return new PavaneError(JSON.parse(decoder.decode(this.answer())).error);
  }

  checked(status) {
    if (!status) throw this.fault();
  }

  write(...parts) {
    const length = parts.reduce((sum, part) => sum + part.length, 0);
    let place = this.wasm.pavane_input(length);
    if (!place) throw new PavaneError({ kind: "request", message: `${length} bytes are more than an engine takes at once` });
    for (const part of parts) {
      this.bytes(place, part.length).set(part);
      place += part.length;
    }
    return length;
  }

  /** Asks for something in JSON: see `request.rs`. */
  request(request) {
    return this.run((wasm) => {
      this.checked(wasm.pavane_request(this.write(encoder.encode(JSON.stringify(request)))));
      return JSON.parse(decoder.decode(this.answer()));
    });
  }

  /** Gives a file that patches may use: a text, or bytes. */
  file(path, contents) {
    const name = encoder.encode(path);
    const bytes = typeof contents === "string" ? encoder.encode(contents) : contents;
    this.run((wasm) => this.checked(wasm.pavane_file(name.length, this.write(name, bytes))));
  }

  /**
   * Compiles a patch and goes on with it: where another one runs, state and time stay. Throws a `PavaneError` of kind `patch`, and what ran
   * goes on. `options`: `name`, `given` (texts of params by name), `anew`, `size`, `seed`.
   */
  compile(text, options = {}) {
    const { name = "patch.pav", given = {}, anew = false, size = null, seed = 0 } = options;
    const done = this.request({ do: "compile", text, name, given, anew, size, seed });
    this.about = done.about;
    return done;
  }

  /** Whether it takes patches; otherwise it takes programs that are compiled. */
  get compiles() {
    return this.run((wasm) => wasm.pavane_compiles() === 1);
  }

  /**
   * Loads a program, as `pavane compile` writes it: a text in JSON, or its bytes. Goes on with it: where another one runs, state and time
   * stay. Throws a `PavaneError` of kind `patch` where it is none, or of kind `fonts` where it has texts whose fonts were not given as files,
   * and what ran goes on. `options`: `name`, `anew`, `size`, `seed`.
   */
  load(program, options = {}) {
    const { name = "program.json", anew = false, size = null, seed = 0 } = options;
    this.file(name, program);
    const done = this.request({ do: "load", name, anew, size, seed });
    this.about = done.about;
    return done;
  }

  set(name, value) {
    this.request({ do: "set", name, value: value ?? null });
  }

  send(name, value = null) {
    this.request({ do: "send", name, value });
  }

  /**
   * Presses a key where text fields are, for the next frame: `{key: "type", text}`, `{key: "move", to, select}`, `{key: "delete", to}` with `to`
   * one of `left`, `right`, `word_left`, `word_right`, `home`, `end`; `{key: "select_all"}`, `{key: "enter"}`, `{key: "escape"}`,
   * `{key: "tab", back}`; or `{key: "focus", field}` with the number of a field among `about.fields`, or null. Whether that frame has to come
   * before the next press or event is sent.
   */
  press(press) {
    return this.request({ do: "press", press });
  }

  /** The number of the text field that is drawn at a place in world units, or null. */
  fieldAt(at) {
    return this.request({ do: "field_at", at });
  }

  /** What is selected in the text field that has the focus; null where none has it. */
  selected() {
    return this.request({ do: "selected" });
  }

  /** What has happened since the frame before: `{name, time, value}`. */
  events() {
    return this.request({ do: "events" });
  }

  /** Lets seconds pass; evaluates nothing. */
  advance(seconds) {
    this.run((wasm) => this.checked(wasm.pavane_advance(seconds)));
  }

  /** Evaluates one frame towards the one that is wanted, if there is anything to evaluate. */
  evaluate() {
    this.run((wasm) => this.checked(wasm.pavane_evaluate()));
  }

  /** Whether another frame is to be shown than when this was asked last. */
  takeNew() {
    return this.run((wasm) => wasm.pavane_take_new() === 1);
  }

  pause() {
    this.run((wasm) => this.checked(wasm.pavane_pause()));
  }

  play() {
    this.run((wasm) => this.checked(wasm.pavane_play()));
  }

  restart() {
    this.run((wasm) => this.checked(wasm.pavane_restart()));
  }

  step(frames) {
    this.run((wasm) => this.checked(wasm.pavane_step(frames)));
  }

  /** Wants a frame; `evaluate` until it is no longer `due` goes there. */
  seek(index) {
    this.run((wasm) => this.checked(wasm.pavane_seek(index)));
  }

  /** Goes to a frame at once. */
  goTo(index) {
    this.seek(index);
    do this.evaluate();
    while (this.at.due);
  }

  /** Where playing is. */
  get at() {
    return this.run((wasm) => {
      const n = new Float64Array(this.wasm.memory.buffer, wasm.pavane_numbers(), 16);
      return {
        frame: n[0], seconds: n[1], passes: n[2], leftOut: n[3], width: n[4], height: n[5], fps: n[6], clip: n[7], paused: n[8] > 0,
        events: n[9], seeking: n[11], background: n[12], elements: n[13], due: n[14] > 0,
        field: n[15],
      };
    });
  }

  /** The hash of the frame that is shown, as the command prints it; an empty text where there is none. */
  hash() {
    const hash = BigInt.asUintN(64, this.run((wasm) => wasm.pavane_hash()));
    return hash === 0n ? "" : `0x${hash.toString(16).padStart(16, "0")}`;
  }

  setSize(width, height) {
    this.request({ do: "canvas", size: [width, height] });
  }

  /** The passes of the frame for a GPU, as views that stay until the next call; or a number of `REASONS` where the CPU has to draw it. */
  pack() {
    return this.run((wasm) => {
      const why = wasm.pavane_pack();
      if (why < 0) throw this.fault();
      if (why > 0) return why;
      const passes = wasm.pavane_packed_passes();
      const records = [0, 1].map((full) => [wasm.pavane_packed_records(full), wasm.pavane_packed_count(full) * (full ? 64 : 32)]);
      return {
        passes,
        rows: new Float64Array(wasm.memory.buffer, wasm.pavane_packed_rows(), passes * 16),
        records: records.map(([place, length]) => this.bytes(length ? place : 0, length)),
      };
    });
  }

  /** Draws the frame on the CPU: four bytes for each pixel, row by row, as a view that stays until the next call. */
  draw() {
    return this.run((wasm) => {
      const place = wasm.pavane_draw();
      if (!place) throw this.fault();
      const { width, height } = this.at;
      return { width, height, pixels: new Uint8ClampedArray(wasm.memory.buffer, place, width * height * 4) };
    });
  }

  /**
   * Makes a file of the program as it is: `{format: "png" | "apng" | "gif", width, height, from, count, transparent}`. `between` is called
   * between frames with how many are left, and may return a promise, or `false` to leave it. Gives the bytes, or null where it was left.
   */
  async clip(wanted, between = () => true) {
    this.request({ do: "clip", ...wanted });
    for (;;) {
      const left = this.run((wasm) => wasm.pavane_clip_step());
      if (left < 0) throw this.fault();
      if (left === 0) break;
      if ((await between(left)) === false) {
        this.request({ do: "leave_clip" });
        return null;
      }
    }
    return this.run((wasm) => {
      this.checked(wasm.pavane_clip_finish());
      return this.answer().slice();
    });
  }
}
