// <pavane-player src="spiral.pav">: a player as an element of a page.

import { unzipped } from "./engine.js";
import { Player } from "./player.js";

let shared = null;

/** Says where the module is, for players that come after it: an address, bytes, or a compiled module. */
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
 * Attributes: `src`, the address of a patch; `module`, that of the module; `files`, addresses of files that the patch uses, apart by spaces, which
 * it finds under their last part; `autoplay="false"` begins paused; `renderer="cpu"`; `frame`, where it begins. Without `src` the patch is the text within.
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
      const [text, files] = await this.source();
      const module = shared ?? this.getAttribute("module") ?? new URL("pavane.wasm.gz", import.meta.url);
      const player = await Player.load(this.canvas, { module, files, renderer: this.getAttribute("renderer") ?? "auto" });
      this.player = player;
      player.on("error", (error) => this.failed(error));
      player.on("frame", (at) => this.dispatchEvent(new CustomEvent("frame", { detail: at })));
      player.on("compiled", ({ about }) => this.style.setProperty("--pavane-ratio", about.size.join(" / ")));
      if (text !== null) player.compile(text, { name: this.fileName(), anew: true });
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
      const [text, files] = await this.source();
      this.player.files(files);
      if (text !== null) this.player.compile(text, { name: this.fileName() });
      this.told.hidden = true;
    } catch (error) {
      this.failed(error);
    }
  }

  fileName() {
    return (this.getAttribute("src") ?? "patch.pav").split("/").pop();
  }

  async source() {
    const files = {};
    for (const address of (this.getAttribute("files") ?? "").split(/\s+/).filter(Boolean)) {
      files[address.split("/").pop()] = await unzipped(new Uint8Array(await (await fetched(address)).arrayBuffer()));
    }
    const source = this.getAttribute("src");
    if (source !== null) return [await (await fetched(source)).text(), files];
    return [this.textContent.trim() ? this.textContent : null, files];
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

async function fetched(address) {
  const response = await fetch(address);
  if (!response.ok) throw new Error(`cannot load ${address}: ${response.status}`);
  return response;
}

if (globalThis.customElements && !customElements.get("pavane-player")) customElements.define("pavane-player", PavanePlayer);
