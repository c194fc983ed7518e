// Types of pavane for pages.

export type Value = number | boolean | string | number[] | number[][];
export type PatchFiles = Record<string, string | Uint8Array>;
/** What is compiled once for all engines: a module, its bytes (packed with LZMA or gzip, or not), or where they are. */
export type ModuleSource = WebAssembly.Module | Uint8Array | ArrayBuffer | Response | Promise<Response> | string | URL;

export interface Diagnostic {
  code: string;
  severity: "error" | "warning";
  message: string;
  file: string | null;
  /** From 1; columns count characters. */
  line: number | null;
  column: number | null;
  end_line: number | null;
  end_column: number | null;
  help: string | null;
}

export class PavaneError extends Error {
  kind: "patch" | "engine" | "request" | "picture" | "fonts" | "trap";
  code: string | null;
  diagnostics: Diagnostic[];
  /** Files of fonts that a program needs and that were not given. */
  lacking: string[];
}

export interface About {
  name: string;
  title: string;
  shows: string;
  /** Of the canvas that the patch is meant for, in pixels. */
  size: [number, number];
  seconds: number;
  fps: number;
  /** What an input has at first: numbers, or of a text the text. */
  inputs: { name: string; type: string; count: number | null; default: number[] | string }[];
  /** The names of its text fields. */
  fields: string[];
  events: { name: string; type: string | null; given: boolean }[];
  elements: number;
}

export interface Loaded {
  about: About;
  /** What became of state where another program ran, for people. */
  report: string | null;
}

export interface Compiled extends Loaded {
  warnings: string;
  diagnostics: Diagnostic[];
  parameters: string[];
  files: string[];
}

export interface Position {
  /** Of the frame that is shown; -1 before the first. */
  frame: number;
  seconds: number;
  passes: number;
  elements: number;
  leftOut: number;
  width: number;
  height: number;
  fps: number;
  /** Frames of the clip. */
  clip: number;
  paused: boolean;
  /** Events since the frame before. */
  events: number;
  /** Frames that a seek still takes; -1 where none is on its way. */
  seeking: number;
  due: boolean;
  background: number;
  /** The number of the text field that has the focus; -1 where none has it. */
  field: number;
}

export type Motion = "left" | "right" | "word_left" | "word_right" | "home" | "end";

/** What is pressed where text fields are. */
export type Press =
  | { key: "type"; text: string }
  | { key: "move"; to: Motion; select?: boolean }
  | { key: "delete"; to: Motion }
  | { key: "select_all" | "enter" | "escape" }
  | { key: "tab"; back?: boolean }
  | { key: "focus"; field: number | null };

export interface CompileOptions {
  name?: string;
  /** Values of params, as a patch writes them. */
  given?: Record<string, string>;
  /** Begins with it, whatever runs. */
  anew?: boolean;
}

export interface LoadOptions {
  name?: string;
  /** Begins with it, whatever runs. */
  anew?: boolean;
}

export interface ClipOptions {
  format: "png" | "apng" | "gif";
  width: number;
  height: number;
  from?: number;
  count?: number;
  transparent?: boolean;
}

export interface Happened {
  name: string;
  time: number;
  value: Value | null;
}

export interface Packed {
  passes: number;
  rows: Float64Array;
  records: [Uint8Array, Uint8Array];
}

/** What bytes, a response or an address have, unpacked. */
export function contentsOf(source: Exclude<ModuleSource, WebAssembly.Module>): Promise<Uint8Array>;
export function openModule(source: ModuleSource): Promise<WebAssembly.Module>;

/** Runs one program: in pages, workers and Node. */
export class Engine {
  static open(module: WebAssembly.Module): Promise<Engine>;
  readonly about: About | null;
  readonly at: Position;
  begin(): Promise<void>;
  file(path: string, contents: string | Uint8Array): void;
  /** Whether the module takes patches; otherwise it takes programs that are compiled. */
  readonly compiles: boolean;
  load(program: string | Uint8Array, options?: LoadOptions & { size?: [number, number] | null; seed?: number }): Loaded;
  compile(text: string, options?: CompileOptions & { size?: [number, number] | null; seed?: number }): Compiled;
  set(name: string, value: Value): void;
  send(name: string, value?: Value | null): void;
  /** Whether the next frame has to come before the next press or event is sent. */
  press(press: Press): boolean;
  /** The number of the text field that is drawn at a place in world units. */
  fieldAt(at: [number, number]): number | null;
  selected(): string | null;
  events(): Happened[];
  advance(seconds: number): void;
  evaluate(): void;
  takeNew(): boolean;
  play(): void;
  pause(): void;
  seek(frame: number): void;
  goTo(frame: number): void;
  step(frames: number): void;
  restart(): void;
  setSize(width: number, height: number): void;
  hash(): string;
  pack(): Packed | number;
  draw(): { width: number; height: number; pixels: Uint8ClampedArray };
  clip(options: ClipOptions, between?: (left: number) => boolean | void | Promise<boolean | void>): Promise<Uint8Array | null>;
}

export interface PlayerOptions {
  module: ModuleSource;
  /** A program as `pavane compile` writes it: its text, its bytes (packed or not), or where it is. */
  program?: string | Uint8Array | ArrayBuffer | Response | Promise<Response> | URL;
  /** The folder of the fonts that programs with texts need. */
  fonts?: string | URL | null;
  text?: string;
  name?: string;
  files?: PatchFiles;
  given?: Record<string, string>;
  size?: [number, number] | null;
  renderer?: "auto" | "cpu";
}

/** Plays a patch on a canvas. */
export class Player {
  static load(canvas: HTMLCanvasElement, options: PlayerOptions): Promise<Player>;
  readonly engine: Engine;
  readonly canvas: HTMLCanvasElement;
  readonly about: About | null;
  readonly at: Position;
  readonly paused: boolean;
  /** What has drawn the frame that is shown. */
  readonly renderer: "none" | "webgl2" | "cpu";
  /** Why that was the CPU. */
  readonly reason: string;
  readonly times: { evaluate: number; pack: number; draw: number };
  compile(text: string, options?: CompileOptions): Compiled;
  loadProgram(program: NonNullable<PlayerOptions["program"]>, options?: LoadOptions): Promise<Loaded>;
  /** Begins with another module, and no program. */
  reopen(module: ModuleSource): Promise<void>;
  files(files: PatchFiles): void;
  play(): void;
  pause(): void;
  seek(frame: number): void;
  step(frames?: number): void;
  restart(): void;
  set(name: string, value: Value): void;
  send(name: string, value?: Value | null): void;
  hash(): string;
  on(name: "frame", listener: (at: Position) => void): () => void;
  on(name: "error", listener: (error: Error) => void): () => void;
  /** Of a patch or a program with which the player goes on. */
  on(name: "compiled", listener: (compiled: Compiled | Loaded) => void): () => void;
  on(name: "contextlost" | "contextrestored", listener: () => void): () => void;
  on(name: `event:${string}`, listener: (value: Value | null, time: number) => void): () => void;
  clip(options: ClipOptions, between?: (left: number) => boolean | void | Promise<boolean | void>): Promise<Uint8Array | null>;
  start(): void;
  stop(): void;
}

/** `<pavane-player src="spiral.json.lzma">`, of a program that is compiled, or of a patch. */
export class PavanePlayer extends HTMLElement {
  readonly player: Player | null;
  readonly ready: Promise<Player>;
  play(): void;
  pause(): void;
  seek(frame: number): void;
  set(name: string, value: Value): void;
  send(name: string, value?: Value | null): void;
  on(name: string, listener: (...values: unknown[]) => void): (() => void) | undefined;
  hash(): string;
}

/** Says where the module is, for elements that come after it. */
export function setModule(module: ModuleSource): void;

declare global {
  interface HTMLElementTagNameMap {
    "pavane-player": PavanePlayer;
  }
}
