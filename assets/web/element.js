// <pavane-player src="spiral.json.lzma">: a player as an element of a page.

import { contentsOf, openModule } from "./engine.js";
import { Player } from "./player.js";

let shared = null;
/** What is compiled already, by its address. */
const opened = new Map();

/** Says where the module is, for players that come after it, whatever they play: an address, bytes, or a compiled module. */
export function setModule(module) {
  shared = module;
}

const SHEET = `
:host { display: block; position: relative; aspect-ratio: var(--pavane-ratio, 16 / 9); background: #000; contain: content; }
canvas { display: block; width: 100%; height: 100%; touch-action: none; outline: none; }
pre { position: absolute; inset: 0; margin: 0; padding: 1em; overflow: auto; background: #1b1b1fee; color: #f3b3a6; font: 13px/1.5 ui-monospace, monospace; white-space: pre-wrap; }
pre[hidden] { display: none; }
`;

const Base = globalThis.HTMLElement ?? class {};

/**
 * Attributes: `src`, the address of a program as `pavane compile` writes it, which may be packed, or of a patch; `module`, that of the module,
 * without which it is `pavane-player.wasm.lzma` for programs and `pavane.wasm.lzma`, which compiles, for patches; `files`, addresses of files that the patch uses, apart by spaces, which
 * it finds under their last part; `autoplay="false"` begins paused; `renderer="cpu"`; `frame`, where it begins. Without `src` it is the text within.
 *
 * `await element.ready` is its `Player`; what a player can is there as methods: `play`, `pause`, `seek`, `set`, `send`, `on`, `hash`. Events:
 * `ready`, `frame`, `error`.
 */
export class PavanePlayer extends Base {
  static observedAttributes = ["src"];

  constructor() {
    super();
    const root = this.attachShadow({ mode: "open" });
    root.innerHTML = `<style>${SHEET}</style><canvas part="canvas"></canvas><pre part="error" hidden></pre>`;
    this.canvas = root.querySelector("canvas");
    this.told = root.querySelector("pre");
    this.player = null;
    this.ready = new Promise((resolve) => (this.isReady = resolve));
  }

  connectedCallback() {
    if (this.player) this.player.start();
    else this.begin();
  }

  disconnectedCallback() {
    this.player?.stop();
  }

  attributeChangedCallback(name, before, after) {
    if (this.player && before !== after) this.change(after);
  }

  async begin() {
    if (this.isBegun) return;
    this.isBegun = true;
    try {
      const [source, files] = await this.source();
      const module = await this.module(source);
      const fonts = import.meta.url;
      const player = await Player.load(this.canvas, { module, files, fonts, renderer: this.getAttribute("renderer") ?? "auto" });
      this.player = player;
      player.on("error", (error) => this.failed(error));
      player.on("frame", (at) => this.dispatchEvent(new CustomEvent("frame", { detail: at })));
      player.on("compiled", ({ about }) => this.style.setProperty("--pavane-ratio", about.size.join(" / ")));
      await this.give(source, true);
      if (this.getAttribute("autoplay") === "false") player.pause();
      if (this.hasAttribute("frame")) player.seek(Number(this.getAttribute("frame")) || 0);
      if (!this.isConnected) player.stop();
      this.isReady(player);
      this.dispatchEvent(new CustomEvent("ready", { detail: player }));
    } catch (error) {
      this.failed(error);
    }
  }

  async change() {
    try {
      const [source, files] = await this.source();
      // What only plays programs is no module for a patch.
      const isOther = source?.text !== undefined && !this.player.engine.compiles;
      if (isOther) await this.player.reopen(await this.module(source));
      this.player.files(files);
      await this.give(source, isOther);
      this.told.hidden = true;
    } catch (error) {
      this.failed(error);
    }
  }

  /** The module for what is to be played. */
  module(source) {
    const own = shared ?? this.getAttribute("module");
    if (own !== null && typeof own !== "string") return openModule(own);
    const name = source?.program === undefined ? "pavane.wasm.lzma" : "pavane-player.wasm.lzma";
    const address = own === null ? new URL(name, import.meta.url).href : new URL(own, document.baseURI).href;
    if (!opened.has(address)) {
      const module = openModule(address);
      opened.set(address, module);
      // Another element may try again.
      module.catch(() => opened.delete(address));
    }
    return opened.get(address);
  }

  async give(source, anew) {
    if (source?.program !== undefined) await this.player.loadProgram(source.program, { name: this.fileName(), anew });
    else if (source?.text !== undefined) this.player.compile(source.text, { name: this.fileName(), anew });
  }

  fileName() {
    return (this.getAttribute("src") ?? "patch.pav").split("/").pop();
  }

  async source() {
    const files = {};
    for (const address of (this.getAttribute("files") ?? "").split(/\s+/).filter(Boolean)) {
      files[address.split("/").pop()] = await contentsOf(address);
    }
    const address = this.getAttribute("src");
    const text = address === null ? this.textContent : new TextDecoder().decode(await contentsOf(address));
    if (address === null && !text.trim()) return [null, files];
    // No patch begins so, and every program does.
    return [text.trimStart().startsWith("{") ? { program: text } : { text }, files];
  }

  failed(error) {
    this.told.textContent = error.message;
    this.told.hidden = false;
    this.dispatchEvent(new CustomEvent("error", { detail: error }));
  }

  play() {
    this.player?.play();
  }

  pause() {
    this.player?.pause();
  }

  seek(frame) {
    this.player?.seek(frame);
  }

  set(name, value) {
    this.player?.set(name, value);
  }

  send(name, value) {
    this.player?.send(name, value);
  }

  on(name, listener) {
    return this.player?.on(name, listener);
  }

  hash() {
    return this.player?.hash() ?? "";
  }
}

if (globalThis.customElements && !customElements.get("pavane-player")) customElements.define("pavane-player", PavanePlayer);
