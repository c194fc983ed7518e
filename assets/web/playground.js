// The page to write patches in.

import { fromBase64, fromText } from "./engine.js";
import { Player } from "./player.js";
import { Editor } from "./editor.js";

/** Milliseconds after the last key until a patch is compiled. */
const PATIENCE = 120;

const find = (id) => document.getElementById(id);
const json = (id) => JSON.parse(find(id).textContent);

/** Begins the page; gives what tests and consoles drive it by. */
export async function begin() {
  const shipped = json("shipped");
  const files = Object.fromEntries(Object.entries(shipped.files).map(([path, bytes]) => [path, fromBase64(bytes)]));
  const embedded = find("pavane-wasm");
  const module = embedded ? fromText(embedded.textContent) : new URL("pavane.wasm.lzma", location.href);
  const player = await Player.load(find("canvas"), { module, files });
  const page = new Playground(player, shipped, json("grammar"));
  await page.open(json("patch"));
  return page;
}

class Playground {
  constructor(player, shipped, grammar) {
    this.player = player;
    this.shipped = shipped;
    this.given = {};
    this.inputs = {};
    this.name = "patch.pav";
    this.editor = new Editor(find("editor"), {
      grammar,
      words: player.engine.request({ do: "words" }),
      changed: () => this.later(),
      describe: (name) => player.engine.request({ do: "describe", name })?.trim() ?? "",
    });
    player.on("frame", (at) => this.shown(at));
    player.on("error", (error) => this.tell([{ severity: "error", message: error.message, code: error.code }]));
    this.fillGallery();
    this.wire();
  }

  wire() {
    const { player } = this;
    find("play").onclick = () => {
      if (player.paused) player.play();
      else player.pause();
      this.shown(player.at);
    };
    find("back").onclick = () => player.step(-1);
    find("on").onclick = () => player.step(1);
    find("restart").onclick = () => player.restart();
    const scrub = find("scrub");
    scrub.oninput = () => {
      this.wasPlaying ??= !player.paused;
      player.pause();
      player.seek(Number(scrub.value));
    };
    scrub.onchange = () => {
      if (this.wasPlaying) player.play();
      this.wasPlaying = null;
    };
    find("figures").onclick = () => {
      const is = find("statistics").hidden;
      find("statistics").hidden = !is;
      find("figures").setAttribute("aria-pressed", String(is));
    };
    find("share").onclick = () => this.share();
    find("export").onclick = () => this.openExport();
    find("make").onclick = () => this.export();
    find("leave").onclick = () => {
      this.isLeaving = true;
      find("exporting").close();
    };
    addEventListener("hashchange", () => this.open(null));
    addEventListener("resize", () => this.fit());
  }

  /** Begins with what the address has, else with a patch of the page, else with the first of the gallery. */
  async open(patch) {
    const linked = await fromLink(location.hash).catch(() => {
      this.note("the link has no patch that can be read");
      return null;
    });
    const first = this.shipped.patches[0];
    const { name, text, given = {}, inputs = {}, files = {} } = linked ?? patch ?? { name: `${first.name}.pav`, text: first.text };
    if (linked && text === this.editor.text) return;
    this.player.files(Object.fromEntries(Object.entries(files).map(([path, bytes]) => [path, fromBase64(bytes)])));
    find("gallery").value = this.shipped.patches.find((other) => other.text === text)?.name ?? "";
    this.begin(name, text, given, inputs);
  }

  begin(name, text, given = {}, inputs = {}) {
    this.name = name;
    this.given = { ...given };
    this.inputs = { ...inputs };
    this.editor.text = text;
    this.compile(true);
  }

  fillGallery() {
    const gallery = find("gallery");
    gallery.append(new Option("Gallery", ""));
    for (const { name, title, shows } of this.shipped.patches) {
      const option = new Option(title, name);
      option.title = shows;
      gallery.append(option);
    }
    gallery.onchange = () => {
      const patch = this.shipped.patches.find(({ name }) => name === gallery.value);
      if (!patch) return;
      history.replaceState(null, "", location.pathname + location.search);
      this.begin(`${patch.name}.pav`, patch.text);
    };
  }

  later() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.compile(false), PATIENCE);
  }

  /** Compiles what is written. What ran goes on where that is wrong; where it is right, state and time stay unless `anew`. */
  compile(anew) {
    clearTimeout(this.timer);
    const known = parameters(this.editor.text);
    const given = Object.fromEntries(Object.entries(this.given).filter(([name]) => known.some((own) => own.name === name)));
    try {
      const done = this.player.compile(this.editor.text, { name: this.name, given, anew });
      this.tell(done.diagnostics);
      for (const [name, value] of Object.entries(this.inputs)) {
        if (done.about.inputs.some((input) => input.name === name)) this.player.set(name, value);
      }
      this.fit();
      this.fillSliders(known, done.about);
      document.title = `${done.about.title || done.about.name} - pavane`;
      return true;
    } catch (error) {
      this.tell(error.diagnostics?.length ? error.diagnostics : [{ severity: "error", message: error.message, code: error.code }]);
      return false;
    }
  }

  /** Lists what is wrong, and underlines it. */
  tell(diagnostics) {
    this.diagnostics = diagnostics;
    const own = diagnostics.filter(({ file }) => !file || file === this.name);
    this.editor.mark(own);
    find("problems").replaceChildren(...diagnostics.map((diagnostic) => this.problem(diagnostic)));
  }

  problem({ severity, message, code, file, line, column, help }) {
    const item = document.createElement("li");
    const said = document.createElement("span");
    said.className = severity === "error" ? "bad" : "warn";
    said.textContent = `${line ? `${file && file !== this.name ? `${file}:` : ""}${line}:${column} ` : ""}${message} `;
    item.append(said);
    if (code) {
      const button = document.createElement("button");
      button.textContent = code;
      button.title = "What this means";
      button.onclick = () => this.explain(item, code);
      item.append(button);
    }
    if (help) {
      const small = document.createElement("small");
      small.textContent = help;
      item.append(small);
    }
    return item;
  }

  explain(item, code) {
    const before = item.querySelector("pre");
    if (before) return before.remove();
    const found = this.player.engine.request({ do: "explain", code });
    const text = document.createElement("pre");
    text.textContent = found ? `${found.code}: ${found.title}\n\n${found.text}` : "Nothing more is known of it.";
    item.append(text);
    return undefined;
  }

  /** A control for each input and each param whose value is a number. */
  fillSliders(known, about) {
    const rows = [];
    for (const { name, value, unit } of known) {
      const now = this.given[name] ?? `${value}${unit}`;
      rows.push(slider(name, parseFloat(now), value, unit, (number) => {
        this.given[name] = `${number}${unit}`;
        this.compile(false);
      }));
    }
    const hands = ["pointer", "pointer_down", "wheel"];
    for (const input of about.inputs) {
      if (input.count !== null || hands.includes(input.name) || input.name.startsWith("key_")) continue;
      rows.push(...this.inputRows(input));
    }
    for (const event of about.events.filter((row) => row.given && row.type === null)) {
      const button = document.createElement("button");
      button.textContent = "send";
      button.onclick = () => this.player.guard(() => this.player.send(event.name));
      rows.push(labelled(event.name, button, ""));
    }
    const shape = JSON.stringify([known.map(({ name, unit }) => [name, unit]), about.inputs.map(({ name, type }) => [name, type]), about.events]);
    // While a hand is on a slider it stays what it is.
    if (shape === this.shape && find("sliders").contains(document.activeElement)) return;
    this.shape = shape;
    find("sliders").replaceChildren(...rows);
  }

  inputRows(input) {
    const { name, type } = input;
    const now = this.inputs[name] ?? input.default;
    const set = (value) => {
      this.inputs[name] = value;
      this.player.guard(() => this.player.set(name, value));
    };
    if (type === "bool") {
      const box = document.createElement("input");
      box.type = "checkbox";
      box.checked = Boolean(Array.isArray(now) ? now[0] : now);
      box.onchange = () => set(box.checked);
      return [labelled(name, box, "")];
    }
    if (type === "text") {
      const field = document.createElement("input");
      field.type = "text";
      field.value = typeof now === "string" ? now : "";
      field.oninput = () => set(field.value);
      return [labelled(name, field, "")];
    }
    const parts = { float: [""], int: [""], uint: [""], vec2: [".x", ".y"], vec3: [".x", ".y", ".z"], color: [".r", ".g", ".b", ".a"] }[type] ?? [];
    const values = [now].flat().map(Number);
    return parts.map((part, k) => slider(name + part, values[k], input.default[k], "", (number) => {
      values[k] = number;
      set(parts.length > 1 ? [...values] : number);
    }, type === "int" || type === "uint" ? 1 : null));
  }

  /** The canvas as large as its place lets it be, in the shape of the patch. */
  fit() {
    const { about } = this.player;
    if (!about) return;
    const [width, height] = about.size;
    const stage = find("canvas").parentElement;
    const scale = Math.min(stage.clientWidth / width, stage.clientHeight / height);
    find("canvas").style.width = `${Math.max(1, Math.floor(width * scale))}px`;
    find("canvas").style.height = `${Math.max(1, Math.floor(height * scale))}px`;
    this.player.resize();
  }

  shown(at) {
    const scrub = find("scrub");
    scrub.max = String(Math.max(at.clip - 1, 1));
    if (this.wasPlaying === undefined || this.wasPlaying === null) scrub.value = String(at.frame % at.clip);
    find("play").textContent = at.paused ? "Play" : "Pause";
    find("place").textContent = `${at.frame} / ${at.clip}  ${at.seconds.toFixed(2)} s`;
    if (find("statistics").hidden) return;
    const { times, renderer, reason } = this.player;
    const ms = (value) => `${value.toFixed(2)} ms`;
    find("statistics").textContent = [
      `${at.width} x ${at.height}, ${at.fps} frames/s`,
      `${at.elements} elements in ${at.passes} passes${at.leftOut ? `, ${at.leftOut} left out` : ""}`,
      `evaluate ${ms(times.evaluate)}  pack ${ms(times.pack)}`,
      `draw ${ms(times.draw)}: ${renderer}${reason ? ` (${reason})` : ""}`,
      this.player.hash(),
    ].join("\n");
  }

  note(text) {
    find("note").textContent = text;
    clearTimeout(this.noted);
    this.noted = setTimeout(() => (find("note").textContent = ""), 4000);
  }

  /** The address of the page with the patch as it is. */
  async link() {
    const { name, given, inputs } = this;
    return `${location.href.split("#")[0]}#${await toLink({ name, text: this.editor.text, given, inputs })}`;
  }

  async share() {
    const link = await this.link();
    history.replaceState(null, "", link);
    try {
      await navigator.clipboard.writeText(link);
      this.note("copied");
    } catch {
      this.note("the link is in the address bar");
    }
  }

  openExport() {
    const { about } = this.player;
    if (!about) return;
    const at = this.player.at;
    [find("width").value, find("height").value] = about.size;
    find("from").value = String(Math.max(at.frame, 0));
    find("count").value = String(at.clip);
    find("format").onchange = () => {
      const isOne = find("format").value === "png";
      find("count").disabled = isOne;
      find("from").value = isOne ? String(Math.max(at.frame, 0)) : "0";
    };
    find("format").onchange();
    find("progress").hidden = true;
    find("exporting").showModal();
  }

  async export() {
    const number = (id) => Number(find(id).value);
    const format = find("format").value;
    const wanted = { format, width: number("width"), height: number("height"), from: number("from"), count: format === "png" ? 1 : number("count") };
    this.isLeaving = false;
    const progress = find("progress");
    progress.hidden = false;
    find("make").disabled = true;
    try {
      const bytes = await this.make(wanted, (left) => {
        progress.value = 1 - left / wanted.count;
        return !this.isLeaving;
      });
      if (bytes) {
        save(bytes, `${this.name.replace(/\.pav$/, "")}.${format}`, { png: "image/png", gif: "image/gif", apng: "image/apng" }[format]);
        find("exporting").close();
      }
    } catch (error) {
      this.note(error.message);
      find("exporting").close();
    } finally {
      find("make").disabled = false;
    }
  }

  /** Makes a file; between frames the page goes on. */
  make(wanted, told = () => true) {
    let rested = performance.now();
    return this.player.clip(wanted, async (left) => {
      if (told(left) === false) return false;
      if (performance.now() - rested > 30) {
        await new Promise((resolve) => setTimeout(resolve));
        rested = performance.now();
      }
      return true;
    });
  }
}

/** The params of a patch whose value is a number, with its unit. */
export function parameters(text) {
  const found = text.matchAll(/^[ \t]*param[ \t]+([A-Za-z_]\w*)[ \t]*(?::[ \t]*\w+[ \t]*)?=[ \t]*(-?\d+(?:\.\d+)?(?:e-?\d+)?)([a-z%]*)[ \t]*(?:\/\/.*)?$/gm);
  return [...found].map(([, name, value, unit]) => ({ name, value: Number(value), unit }));
}

function labelled(name, control, value) {
  const label = document.createElement("label");
  const [span, output] = [document.createElement("span"), document.createElement("output")];
  span.textContent = name;
  span.title = name;
  output.textContent = value;
  control.dataset.name = name;
  label.append(span, control, output);
  return label;
}

/** A range around a value: from 0 to twice as much, or both ways where it is 0 or below. */
function slider(name, now, value, unit, changed, step = null) {
  const range = document.createElement("input");
  range.type = "range";
  const size = Math.max(Math.abs(value), Math.abs(now), step ?? 0) || 0.5;
  range.min = String(value < 0 || now < 0 ? -size * 2 : 0);
  range.max = String(value >= 0 && value <= 1 && now <= 1 && !unit && !step ? 1 : size * 2);
  range.step = String(step ?? (Number.isInteger(value) && Math.abs(value) > 4 ? 1 : Number((size / 100).toPrecision(1))));
  range.value = String(now);
  const row = labelled(name, range, `${now}${unit}`);
  range.oninput = () => {
    row.lastChild.textContent = `${range.value}${unit}`;
    changed(Number(range.value));
  };
  return row;
}

function save(bytes, name, type) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([bytes], { type }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

async function through(bytes, stream) {
  return new Uint8Array(await new Response(new Blob([bytes]).stream().pipeThrough(stream)).arrayBuffer());
}

/** The most bytes of a patch in a link, so that a link cannot fill the memory. */
const LINK_MOST = 4 << 20;

/** A patch as a part of an address: JSON, compressed, in base64 of addresses. */
export async function toLink(patch) {
  const bytes = await through(new TextEncoder().encode(JSON.stringify(patch)), new CompressionStream("deflate-raw"));
  let binary = "";
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return `p1=${btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "")}`;
}

/** What `toLink` has made; null where an address has none. */
export async function fromLink(hash) {
  const found = /^#?p1=([A-Za-z0-9_-]+)$/.exec(hash);
  if (!found) return null;
  const packed = fromBase64(found[1].replaceAll("-", "+").replaceAll("_", "/"));
  const reader = new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate-raw")).getReader();
  const parts = [];
  let length = 0;
  for (let read = await reader.read(); !read.done; read = await reader.read()) {
    parts.push(read.value);
    length += read.value.length;
    if (length > LINK_MOST) throw new Error("the patch of the link is too large");
  }
  const patch = JSON.parse(await new Blob(parts).text());
  const isMap = (value) => value === undefined || (typeof value === "object" && value !== null && !Array.isArray(value));
  if (typeof patch.text !== "string" || typeof patch.name !== "string" || !isMap(patch.given) || !isMap(patch.inputs)) throw new Error("no patch");
  const given = Object.fromEntries(Object.entries(patch.given ?? {}).filter(([, value]) => typeof value === "string"));
  return { name: patch.name, text: patch.text, given, inputs: patch.inputs ?? {} };
}
