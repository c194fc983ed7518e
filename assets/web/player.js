// A player: an engine, a canvas, and the clock of a page.

import { Engine, PavaneError, REASONS, contentsOf, openModule } from "./engine.js";
import { GlPainter, PlainPainter } from "./webgl.js";

/** The most pixels of a canvas, whatever its place on the page and the density of the screen. */
const PIXELS_MOST = 4096 * 4096;
/** Seconds that a page may have stood still before they no longer count: hidden tabs get no frames. */
const GAP_MOST = 1;
/** Milliseconds of a turn for frames on the way of a seek. */
const SEEK_BUDGET = 12;
/** What is kept between two frames at most, should there be no frames. */
const QUEUE_MOST = 1000;

/**
 * Plays a patch on a canvas. `await Player.load(canvas, {text, name, files, given, module, size, renderer})` makes one, or with `program` in
 * place of `text` and `given` one of a program that is compiled, for which `pavane-player.wasm.lzma` is enough.
 *
 * `program` is what `loadProgram` takes. `fonts` is the address of the folder where fonts are (`NotoSans-Regular.ttf.lzma`,
 * `NotoSans-Bold.ttf.lzma`), of which a program with texts loads what it needs; without it they are given as files.
 * `module` is what `openModule` takes. `size` is `[width, height]` in pixels, or nothing: then the canvas has as many pixels as it covers on
 * the screen. `renderer` is `auto`, or `cpu`, whose pixels are the same everywhere.
 */
export class Player {
  static async load(canvas, options) {
    const player = new Player(canvas, options);
    player.engine = await Engine.open(await openModule(options.module));
    player.files(options.files ?? {});
    if (options.program !== undefined) await player.loadProgram(options.program, { name: options.name, anew: true });
    else if (options.text !== undefined) player.compile(options.text, { name: options.name, given: options.given, anew: true });
    player.start();
    return player;
  }

  constructor(canvas, { size = null, renderer = "auto", fonts = null } = {}) {
    this.canvas = canvas;
    this.fonts = fonts;
    this.fixedSize = size;
    this.listeners = new Map();
    this.painter = (renderer === "cpu" ? null : GlPainter.on(canvas)) ?? new PlainPainter(canvas);
    this.renderer = "none";
    this.reason = "";
    this.times = { evaluate: 0, pack: 0, draw: 0 };
    this.source = null;
    this.known = {};
    this.isStarted = false;
    this.isDirty = true;
    this.last = null;
    this.turn = this.turn.bind(this);
    this.hands = new Hands(this);
    canvas.addEventListener("webglcontextlost", (event) => {
      // So that it comes back.
      event.preventDefault();
      this.emit("contextlost", null);
    });
    canvas.addEventListener("webglcontextrestored", () => {
      this.painter.begin();
      this.isDirty = true;
      this.emit("contextrestored", null);
    });
  }

  /** Gives files that patches use, by path: texts or bytes. */
  files(files) {
    this.known = { ...this.known, ...files };
    for (const [path, contents] of Object.entries(files)) this.engine.file(path, contents);
  }

  /**
   * Compiles a patch and goes on with it; state and time stay, unless `anew`. Throws a `PavaneError`, and what ran goes on.
   */
  compile(text, { name = "patch.pav", given = {}, anew = false } = {}) {
    return this.begun(this.engine.compile(text, { name, given, anew, size: this.sizeAtFirst(anew) }), { text, name, given });
  }

  /**
   * Goes on with a program that is compiled: a text in JSON, its bytes, which may be packed, a response, or a `URL`. State and time stay, unless
   * `anew`. Throws a `PavaneError`, and what ran goes on.
   */
  async loadProgram(program, { name = "program.json", anew = false } = {}) {
    const contents = typeof program === "string" ? program : await contentsOf(program);
    const load = () => this.begun(this.engine.load(contents, { name, anew, size: this.sizeAtFirst(anew) }), { program: contents, name });
    try {
      return load();
    } catch (error) {
      if (!(error instanceof PavaneError) || error.kind !== "fonts" || !this.fonts) throw error;
      for (const file of error.lacking) this.files({ [file]: await contentsOf(new URL(`${file}.lzma`, this.fonts)) });
      return load();
    }
  }

  sizeAtFirst(anew) {
    return this.fixedSize ?? (anew || !this.engine.about ? this.measure(null) : null);
  }

  begun(done, source) {
    this.source = source;
    this.hands.listen(done.about);
    this.resize();
    this.isDirty = true;
    this.emit("compiled", done);
    return done;
  }

  get about() {
    return this.engine.about;
  }

  get at() {
    return this.engine.at;
  }

  play() {
    this.guard(() => this.engine.play());
  }

  pause() {
    this.guard(() => this.engine.pause());
  }

  get paused() {
    return this.at.paused;
  }

  /** Wants a frame: it is there at once, or after some turns where state has to be played up to it. */
  seek(frame) {
    this.guard(() => this.engine.seek(frame));
  }

  step(frames = 1) {
    this.guard(() => this.engine.step(frames));
  }

  restart() {
    this.guard(() => this.engine.restart());
  }

  /** Gives an input a value: a number, a bool, a text, or a list. */
  set(name, value) {
    this.engine.set(name, value);
    this.isTouched = true;
  }

  /** Sends an event, with what it carries. */
  send(name, value = null) {
    this.engine.send(name, value);
  }

  /** The hash of the frame that is shown. */
  hash() {
    return this.engine.hash();
  }

  /**
   * Listens: to `frame`, `error`, `compiled`, `contextlost`, `contextrestored`, and as `event:NAME` to an event of the patch, whose value and
   * time it is called with. Gives a function that ends it.
   */
  on(name, listener) {
    if (!this.listeners.has(name)) this.listeners.set(name, new Set());
    this.listeners.get(name).add(listener);
    return () => this.listeners.get(name).delete(listener);
  }

  emit(name, ...values) {
    for (const listener of this.listeners.get(name) ?? []) listener(...values);
  }

  /** Makes a file of what is played: see `Engine.clip`. */
  clip(wanted, between) {
    return this.engine.clip(wanted, between);
  }

  start() {
    if (this.isStarted) return;
    this.isStarted = true;
    this.last = null;
    if (typeof ResizeObserver !== "undefined") {
      this.observer = new ResizeObserver(() => this.resize());
      this.observer.observe(this.canvas);
    }
    this.request = requestAnimationFrame(this.turn);
  }

  /** Ends it: no turn comes any more. */
  stop() {
    this.isStarted = false;
    this.observer?.disconnect();
    cancelAnimationFrame(this.request);
  }

  /** How many pixels the canvas should have. */
  measure(clip) {
    if (this.fixedSize) return this.fixedSize;
    const density = globalThis.devicePixelRatio || 1;
    let width = Math.round(this.canvas.clientWidth * density);
    let height = Math.round(this.canvas.clientHeight * density);
    if (width < 1 || height < 1) return clip;
    const shrink = Math.min(1, Math.sqrt(PIXELS_MOST / (width * height)));
    width = Math.max(1, Math.floor(width * shrink));
    height = Math.max(1, Math.floor(height * shrink));
    return [width, height];
  }

  resize() {
    if (!this.engine?.about) return;
    const [width, height] = this.measure(this.engine.about.size);
    this.guard(() => {
      const at = this.engine.at;
      if (at.width !== width || at.height !== height) this.engine.setSize(width, height);
    });
    if (this.canvas.width !== width || this.canvas.height !== height) {
      this.canvas.width = width;
      this.canvas.height = height;
      this.isDirty = true;
      // A canvas that has another size is empty until it is drawn.
      this.draw();
    }
  }

  turn(now) {
    if (!this.isStarted) return;
    this.request = requestAnimationFrame(this.turn);
    const passed = this.last === null ? 0 : Math.min((now - this.last) / 1000, GAP_MOST);
    this.last = now;
    if (!this.engine?.about || this.engine.trapped) return;
    this.guard(() => this.advance(Math.max(passed, 0)));
  }

  /** Lets time pass, evaluates what is due, and draws what is new. */
  advance(seconds) {
    const began = performance.now();
    this.hands.apply();
    this.engine.advance(seconds);
    let at = this.engine.at;
    while (at.due) {
      const isOnTheWay = at.seeking >= 0;
      this.engine.evaluate();
      at = this.engine.at;
      if (!isOnTheWay) {
        this.hands.taken();
        this.hands.typing.follow(at.field);
      }
      if (at.events > 0) this.happened();
      if (at.seeking < 0 || performance.now() - began > SEEK_BUDGET) break;
    }
    this.times.evaluate = performance.now() - began;
    if (this.engine.takeNew() || this.isDirty) {
      this.draw();
      this.emit("frame", at);
    }
  }

  happened() {
    const isHeard = [...this.listeners].some(([name, all]) => name.startsWith("event:") && all.size > 0);
    if (!isHeard) return;
    for (const { name, value, time } of this.engine.events()) this.emit(`event:${name}`, value, time);
  }

  /** Draws the frame that is shown: with WebGL where that can draw all of it, else on the CPU. */
  draw() {
    const at = this.engine.at;
    if (at.frame < 0 || this.painter.isLost || !this.painter.isReady) return;
    this.isDirty = false;
    let packed = 0;
    const began = performance.now();
    if (this.painter.passes) {
      packed = this.engine.pack();
      this.times.pack = performance.now() - began;
    }
    const middle = performance.now();
    if (packed && typeof packed === "object") {
      this.painter.passes(packed, at.background);
      [this.renderer, this.reason] = ["webgl2", ""];
    } else {
      this.painter.picture(this.engine.draw());
      [this.renderer, this.reason] = ["cpu", REASONS[packed]];
    }
    this.times.draw = performance.now() - middle;
  }

  /** Runs a call; after a trap the engine begins anew with the patch as it was. */
  guard(call) {
    try {
      return call();
    } catch (error) {
      this.emit("error", error);
      if (error instanceof PavaneError && error.kind === "trap") this.recover();
      return undefined;
    }
  }

  /** Begins with another module, and no program. */
  async reopen(module) {
    this.engine.module = await openModule(module);
    await this.renew();
  }

  async renew() {
    await this.engine.begin();
    for (const [path, contents] of Object.entries(this.known)) this.engine.file(path, contents);
  }

  async recover() {
    await this.renew();
    if (!this.source) return;
    const { text, program, name, given } = this.source;
    try {
      if (program !== undefined) await this.loadProgram(program, { name, anew: true });
      else this.compile(text, { name, given, anew: true });
    } catch (error) {
      this.emit("error", error);
    }
  }
}

/** Pointer, wheel and keys as inputs and events of a program, under the names that `pavane preview` has for them. */
class Hands {
  constructor(player) {
    this.player = player;
    this.inputs = new Map();
    this.given = new Map();
    this.isDown = false;
    this.wasPressed = false;
    this.wheel = 0;
    this.keys = new Set();
    this.tapped = new Set();
    /** What has happened since the last frame, in order: calls, of which those give `true` behind which the next frame has to come. */
    this.queue = [];
    this.isWaiting = false;
    this.pressed = null;
    const { canvas } = player;
    this.typing = new Typing(this);
    canvas.addEventListener("pointermove", (event) => this.point(event));
    canvas.addEventListener("pointerdown", (event) => this.press(event));
    for (const name of ["pointerup", "pointercancel"]) canvas.addEventListener(name, (event) => this.release(event));
    canvas.addEventListener("wheel", (event) => this.turn(event), { passive: false });
    canvas.addEventListener("keydown", (event) => this.key(event, true));
    canvas.addEventListener("keyup", (event) => this.key(event, false));
    canvas.addEventListener("blur", () => this.keys.clear());
  }

  listen(about) {
    this.inputs = new Map(about.inputs.map((row) => [row.name, row]));
    this.given = new Map(about.events.filter((row) => row.given).map((row) => [row.name, row]));
    this.typing.listen(about.fields ?? []);
    const hasKeys = this.listensToKeys() || this.typing.hasFields;
    if (hasKeys && !this.player.canvas.hasAttribute("tabindex")) this.player.canvas.tabIndex = 0;
  }

  listensToKeys() {
    return [...this.inputs.keys(), ...this.given.keys()].some((name) => name.startsWith("key_"));
  }

  /** Where the pointer is, in world units: the shorter side of the canvas is 1, its middle (0.5, 0.5). */
  place(event) {
    const box = this.player.canvas.getBoundingClientRect();
    const short = Math.min(box.width, box.height) || 1;
    return [0.5 + (event.clientX - box.left - box.width / 2) / short, 0.5 + (event.clientY - box.top - box.height / 2) / short];
  }

  happens(name, value) {
    const row = this.given.get(name);
    if (!row || this.queue.length >= QUEUE_MOST) return false;
    const carried = row.type === "vec2" ? this.at : value;
    if ((row.type === null) !== (carried === null || carried === undefined)) return false;
    const [own, at] = [carried ?? null, this.at];
    this.queue.push((engine, hasPointer) => {
      if (hasPointer && at) engine.set("pointer", at);
      engine.send(name, own);
    });
    return true;
  }

  point(event) {
    this.at = this.place(event);
  }

  press(event) {
    this.point(event);
    [this.isDown, this.wasPressed] = [true, true];
    if (!this.typing.point(this.at)) this.player.canvas.focus?.({ preventScroll: true });
    this.player.canvas.setPointerCapture?.(event.pointerId);
    this.happens("press", null);
    this.happens("click", null);
    const now = event.timeStamp;
    const isSecond = this.pressed && now - this.pressed.now <= 400 && Math.hypot(this.at[0] - this.pressed.at[0], this.at[1] - this.pressed.at[1]) <= 0.02;
    if (isSecond) this.happens("double_click", null);
    this.pressed = isSecond ? null : { now, at: this.at };
  }

  release(event) {
    if (!this.isDown) return;
    this.point(event);
    this.isDown = false;
    this.happens("release", null);
  }

  turn(event) {
    const notches = -event.deltaY / (event.deltaMode === 1 ? 3 : 100);
    const isHeard = this.happens("wheel", notches) || this.inputs.has("wheel");
    if (!isHeard) return;
    this.wheel += notches;
    event.preventDefault();
  }

  key(event, isDown) {
    const name = `key_${event.key === " " ? "space" : event.key.toLowerCase().replace(/^arrow/, "")}`;
    if (!this.inputs.has(name) && !this.given.has(name)) return;
    event.preventDefault();
    if (!isDown) {
      this.keys.delete(name);
    } else if (!event.repeat) {
      this.happens(name, null);
      this.keys.add(name);
      this.tapped.add(name);
    }
  }

  has(name, type) {
    const row = this.inputs.get(name);
    return row !== undefined && row.type === type && row.count === null;
  }

  /** Gives the next frame its inputs. */
  apply() {
    const { engine } = this.player;
    const hasPointer = this.has("pointer", "vec2");
    // Behind a press of which a patch may make something, the rest waits for the frame.
    while (!this.isWaiting && this.queue.length) this.isWaiting = this.queue.shift()(engine, hasPointer) === true;
    if (hasPointer && this.at && this.at !== this.told) engine.set("pointer", this.at);
    this.told = this.at;
    this.toggle("pointer_down", this.isDown || this.wasPressed);
    if (this.has("wheel", "float") && (this.wheel !== 0 || this.hadWheel)) {
      engine.set("wheel", this.wheel);
      this.hadWheel = this.wheel !== 0;
    }
    for (const name of this.inputs.keys()) {
      if (name.startsWith("key_")) this.toggle(name, this.keys.has(name) || this.tapped.has(name));
    }
  }

  toggle(name, is) {
    const row = this.inputs.get(name);
    if (!this.has(name, "bool") || (row.is ?? false) === is) return;
    row.is = is;
    this.player.engine.set(name, is);
  }

  /** A frame has seen what was applied. */
  taken() {
    this.isWaiting = false;
    this.wasPressed = false;
    this.wheel = 0;
    this.tapped.clear();
  }
}

/** Keys that move a caret, and where to; with the key that words go by, too. */
const MOVES = { ArrowLeft: ["left", "word_left"], ArrowRight: ["right", "word_right"], Home: ["home", "home"], End: ["end", "end"] };
const DELETES = { Backspace: ["left", "word_left"], Delete: ["right", "word_right"] };

/**
 * The text fields of a program. While one of them has the focus, a text area that nobody sees has the page's: so keyboards of all sorts come up,
 * characters may be composed, and what is pasted arrives. What it gets goes to the program, whose field it is.
 */
class Typing {
  constructor(hands) {
    this.hands = hands;
    this.fields = [];
    this.area = null;
    /** The field that had the focus last, for when the page comes back to the canvas. */
    this.last = 0;
    this.isMoving = false;
    const { canvas } = hands.player;
    // By the keyboard alone: a pointer says which field, and by then the focus is where it should be.
    canvas.addEventListener("focus", () => {
      if (this.hasFields && !hands.isDown && !this.isMoving) this.press({ key: "focus", field: this.last });
    });
    canvas.addEventListener("mousedown", (event) => this.hasFields && event.preventDefault());
  }

  get hasFields() {
    return this.fields.length > 0;
  }

  get isFocused() {
    return this.area !== null && this.area.getRootNode().activeElement === this.area;
  }

  listen(fields) {
    this.fields = fields;
    if (!this.hasFields) this.leave();
    if (!this.hasFields || this.area || typeof document === "undefined") return;
    const area = document.createElement("textarea");
    area.setAttribute("aria-label", "text field of the animation");
    for (const name of ["autocomplete", "autocapitalize", "autocorrect"]) area.setAttribute(name, "off");
    [area.spellcheck, area.tabIndex] = [false, -1];
    // Where the canvas is, so that nothing scrolls; 16 pixels, or telephones make the page larger.
    area.style.cssText = "position: absolute; width: 1px; height: 1px; margin: 0; padding: 0; border: 0; opacity: 0; resize: none; pointer-events: none; font-size: 16px; overflow: hidden;";
    area.addEventListener("keydown", (event) => this.key(event));
    // Keys that are typed are no keys of the page.
    for (const name of ["keyup", "keypress"]) area.addEventListener(name, (event) => event.stopPropagation());
    area.addEventListener("input", (event) => event.isComposing || this.typed());
    area.addEventListener("compositionend", () => this.typed());
    area.addEventListener("copy", () => setTimeout(() => (area.value = "")));
    area.addEventListener("focus", () => {
      // Or who goes back from here would be here again.
      this.hands.player.canvas.tabIndex = -1;
      if (!this.isMoving) this.press({ key: "focus", field: this.last });
    });
    area.addEventListener("blur", () => {
      this.hands.player.canvas.tabIndex = 0;
      if (!this.isMoving) this.press({ key: "focus", field: null });
    });
    this.area = area;
    this.hands.player.canvas.after(area);
  }

  press(press) {
    const { queue } = this.hands;
    if (queue.length < QUEUE_MOST) queue.push((engine) => engine.press(press));
  }

  /** The pointer goes down: the field that is drawn there has the focus, or none. Whether one has. */
  point(at) {
    if (!this.hasFields) return false;
    const field = this.hands.player.guard(() => this.hands.player.engine.fieldAt(at)) ?? null;
    this.press({ key: "focus", field });
    // At once, while the page knows that a hand has done it: only then telephones show their keyboard.
    if (field === null) this.leave();
    else this.enter();
    return field !== null;
  }

  enter() {
    this.move(this.area);
  }

  /** The page's focus goes back to the canvas. */
  leave() {
    if (!this.isFocused) return;
    this.area.value = "";
    this.move(this.hands.player.canvas);
  }

  /** Moves the page's focus, and tells nobody. */
  move(to) {
    this.isMoving = true;
    to?.focus?.({ preventScroll: true });
    this.isMoving = false;
  }

  /** What a frame has made of it: a patch may give a field the focus, or take it. */
  follow(field) {
    if (!this.hasFields || this.hands.queue.length) return;
    if (field < 0) {
      this.leave();
      return;
    }
    this.last = field;
    const { canvas } = this.hands.player;
    if (canvas.getRootNode().activeElement === canvas) this.enter();
  }

  typed() {
    const text = this.area.value;
    this.area.value = "";
    if (text) this.press({ key: "type", text });
  }

  key(event) {
    event.stopPropagation();
    if (event.isComposing || event.keyCode === 229) return;
    const press = this.meant(event);
    if (!press) return;
    event.preventDefault();
    this.press(press);
  }

  /** What a key means; null where the text area gets it. */
  meant(event) {
    const { key, shiftKey, ctrlKey, altKey, metaKey } = event;
    const isMac = /^Mac|^iP/.test(navigator.platform ?? "");
    const byWord = Number(isMac ? altKey : ctrlKey);
    if (isMac && metaKey && MOVES[key]) return { key: "move", to: key === "ArrowLeft" ? "home" : key === "ArrowRight" ? "end" : MOVES[key][0], select: shiftKey };
    if (MOVES[key]) return { key: "move", to: MOVES[key][byWord], select: shiftKey };
    if (DELETES[key]) return { key: "delete", to: DELETES[key][byWord] };
    if (key === "ArrowUp") return { key: "move", to: "home", select: shiftKey };
    if (key === "ArrowDown") return { key: "move", to: "end", select: shiftKey };
    if (key === "Enter") return { key: "enter" };
    if (key === "Escape") return { key: "escape" };
    // Beyond the last field, and before the first, the page goes on.
    if (key === "Tab") return this.last + (shiftKey ? -1 : 1) in this.fields ? { key: "tab", back: shiftKey } : null;
    if (!(isMac ? metaKey : ctrlKey) || altKey) return null;
    if (key.toLowerCase() === "a") return { key: "select_all" };
    if (key.toLowerCase() === "c" || key.toLowerCase() === "x") return this.copied(key.toLowerCase() === "x");
    return null;
  }

  /** Puts what is selected where the page copies it from; cut is done when it has. */
  copied(isCut) {
    const { player } = this.hands;
    const selected = player.guard(() => player.engine.selected()) ?? "";
    if (!selected) return null;
    this.area.value = selected;
    this.area.select();
    if (isCut) this.press({ key: "delete", to: "left" });
    return null;
  }
}
