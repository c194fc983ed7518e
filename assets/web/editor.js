// An editor for patches: a plain text area, which keeps undo, selection and keyboards of phones as they are, over a layer that shows its text
// in colours, with what is wrong underlined; beside it a list of words.

import { Grammar } from "./grammar.js";

const COLOURS = [
  ["comment", "comment"], ["string", "string"], ["constant", "constant"], ["keyword.operator", "operator"], ["keyword", "keyword"],
  ["storage", "keyword"], ["entity.name", "name"], ["support.function", "function"], ["support.type", "type"], ["support", "value"],
  ["variable.parameter", "parameter"], ["variable.language", "value"], ["entity.other", "parameter"], ["invalid", "invalid"],
];

function colour(scope) {
  return COLOURS.find(([begin]) => scope.startsWith(begin))?.[1] ?? "";
}

/** Of a `<div>`: an editor. */
export class Editor {
  constructor(root, { grammar, words, changed, describe }) {
    this.grammar = new Grammar(grammar);
    this.words = words;
    this.changed = changed;
    this.describe = describe;
    this.marks = [];
    root.classList.add("editor");
    root.innerHTML = `<div class="gutter" aria-hidden="true"></div><div class="sheet"><pre class="colours" aria-hidden="true"></pre><textarea
      spellcheck="false" autocapitalize="off" autocomplete="off" autocorrect="off" wrap="off" aria-label="Patch"></textarea></div>
      <ul class="words" role="listbox" hidden></ul><div class="hint" hidden></div>`;
    const find = (selector) => root.querySelector(selector);
    [this.gutter, this.colours, this.area, this.list, this.hint] = [".gutter", ".colours", "textarea", ".words", ".hint"].map(find);
    this.area.addEventListener("input", () => this.edited());
    this.area.addEventListener("scroll", () => this.follow());
    this.area.addEventListener("keydown", (event) => this.key(event));
    this.area.addEventListener("blur", () => this.close());
    this.area.addEventListener("click", () => this.close());
    this.area.addEventListener("mousemove", (event) => this.point(event));
    this.area.addEventListener("mouseleave", () => (this.hint.hidden = true));
    this.list.addEventListener("mousedown", (event) => {
      event.preventDefault();
      const item = event.target.closest("li");
      if (item) this.take([...this.list.children].indexOf(item));
    });
  }

  get text() {
    return this.area.value;
  }

  set text(text) {
    this.area.value = text;
    this.marks = [];
    this.show();
  }

  edited() {
    this.show();
    this.complete(false);
    this.changed(this.text);
  }

  /** Underlines diagnostics of the patch itself. */
  mark(diagnostics) {
    this.marks = diagnostics;
    this.show();
  }

  show() {
    const { text } = this;
    const lines = text.split("\n");
    const pieces = this.grammar.lines(text);
    const marks = lines.map(() => []);
    for (const { line, column, end_line: endLine, end_column: endColumn, severity, message } of this.marks) {
      if (!line || line > lines.length) continue;
      for (let k = line; k <= Math.min(endLine ?? line, lines.length); k++) {
        // Columns are characters; a text of the page has units of 16 bits.
        const characters = [...lines[k - 1]];
        const units = (count) => characters.slice(0, count).join("").length;
        const from = k === line ? units((column ?? 1) - 1) : 0;
        const to = k === endLine ? units((endColumn ?? 1) - 1) : lines[k - 1].length;
        marks[k - 1].push([Math.min(from, Math.max(lines[k - 1].length - 1, 0)), Math.max(to, from + 1), severity, message]);
      }
    }
    this.shownMarks = marks;
    this.colours.innerHTML = lines.map((line, k) => drawn(line, pieces[k], marks[k])).join("\n") + "\n";
    const gutter = lines.map((_, k) => `<span class="${marks[k][0]?.[2] ?? ""}">${k + 1}</span>`).join("\n");
    if (this.gutter.innerHTML !== gutter) this.gutter.innerHTML = gutter;
    this.follow();
  }

  follow() {
    const { scrollLeft, scrollTop } = this.area;
    this.colours.style.transform = `translate(${-scrollLeft}px, ${-scrollTop}px)`;
    this.gutter.style.transform = `translateY(${-scrollTop}px)`;
  }

  /** The word before the caret. */
  before() {
    const { selectionStart, selectionEnd } = this.area;
    if (selectionStart !== selectionEnd) return null;
    const word = /[A-Za-z_][A-Za-z0-9_.]*$/.exec(this.text.slice(0, selectionStart))?.[0] ?? "";
    return { word, from: selectionStart - word.length, to: selectionStart };
  }

  /** Offers words that begin as what is written: of the language, and names of the patch. */
  complete(isAsked) {
    const before = this.before();
    const line = before && this.text.slice(this.text.lastIndexOf("\n", before.from - 1) + 1, before.from);
    if (!before || (!isAsked && before.word.length < 2) || line.includes("//")) return this.close();
    const own = [...new Set(this.text.match(/[A-Za-z_][A-Za-z0-9_]{2,}/g) ?? [])].filter((word) => word !== before.word);
    const known = new Set(this.words.map((word) => word.label));
    const names = own.filter((word) => !known.has(word)).map((label) => ({ label, kind: "name", detail: label, about: "A name of this patch." }));
    const fits = (word) => word.label.startsWith(before.word) && word.label !== before.word;
    this.offered = [...this.words.filter(fits), ...names.filter(fits)].slice(0, 40);
    if (!this.offered.length) return this.close();
    this.chosen = 0;
    this.list.replaceChildren(...this.offered.map(({ label, kind, detail, about }) => {
      const item = document.createElement("li");
      item.setAttribute("role", "option");
      item.title = `${detail}\n${about}`;
      item.append(element("b", label), element("i", kind), element("span", about));
      return item;
    }));
    const place = this.caret(before.from);
    this.list.style.left = `${place.x}px`;
    this.list.style.top = `${place.y}px`;
    this.list.hidden = false;
    this.choose(0);
    return undefined;
  }

  choose(at) {
    const { length } = this.offered;
    this.chosen = (at + length) % length;
    [...this.list.children].forEach((item, k) => item.setAttribute("aria-selected", String(k === this.chosen)));
    this.list.children[this.chosen].scrollIntoView({ block: "nearest" });
  }

  take(at) {
    const before = this.before();
    const word = this.offered?.[at];
    this.close();
    if (!before || !word) return;
    this.area.focus();
    this.area.setSelectionRange(before.from, before.to);
    this.insert(word.label);
  }

  /** Puts a text in, so that it can be undone. */
  insert(text) {
    if (!document.execCommand("insertText", false, text)) {
      this.area.setRangeText(text, this.area.selectionStart, this.area.selectionEnd, "end");
      this.edited();
    }
    this.close();
  }

  close() {
    this.list.hidden = true;
    this.offered = null;
  }

  key(event) {
    if (this.offered) {
      const moves = { ArrowDown: 1, ArrowUp: -1 };
      if (moves[event.key]) {
        event.preventDefault();
        return this.choose(this.chosen + moves[event.key]);
      }
      if (event.key === "Enter" || event.key === "Tab") {
        event.preventDefault();
        return this.take(this.chosen);
      }
      if (event.key === "Escape") return this.close();
    }
    if (event.key === " " && event.ctrlKey) {
      event.preventDefault();
      return this.complete(true);
    }
    if (event.key === "Tab" && !event.shiftKey && !event.ctrlKey && !event.altKey) {
      event.preventDefault();
      return this.insert("    ");
    }
    if (event.key === "Enter" && !event.shiftKey) {
      // As far in as the line before, and further behind a bracket.
      const line = this.text.slice(this.text.lastIndexOf("\n", this.area.selectionStart - 1) + 1, this.area.selectionStart);
      event.preventDefault();
      this.insert(`\n${/^\s*/.exec(line)[0]}${/[{([]\s*$/.test(line) ? "    " : ""}`);
    }
    return undefined;
  }

  /** Sizes of a character, measured. */
  grid() {
    if (!this.cell) {
      const probe = element("span", "0".repeat(100));
      this.colours.append(probe);
      this.cell = { width: probe.getBoundingClientRect().width / 100, height: parseFloat(getComputedStyle(this.area).lineHeight) };
      probe.remove();
    }
    return this.cell;
  }

  caret(offset) {
    const lines = this.text.slice(0, offset).split("\n");
    const { width, height } = this.grid();
    const box = this.area.getBoundingClientRect();
    const own = this.list.parentElement.getBoundingClientRect();
    const x = box.left - own.left + 8 + lines[lines.length - 1].length * width - this.area.scrollLeft;
    return { x: Math.max(0, Math.min(x, box.width - 260)), y: box.top - own.top + 8 + lines.length * height - this.area.scrollTop };
  }

  /** What is under the pointer: what is wrong there, or what a word does. */
  point(event) {
    const { width, height } = this.grid();
    const box = this.area.getBoundingClientRect();
    const row = Math.floor((event.clientY - box.top - 8 + this.area.scrollTop) / height);
    const column = Math.floor((event.clientX - box.left - 8 + this.area.scrollLeft) / width);
    const line = this.text.split("\n")[row] ?? "";
    const mark = this.shownMarks?.[row]?.find(([from, to]) => column >= from && column < to);
    let said = mark?.[3] ?? "";
    if (!said && column < line.length) {
      const left = /[A-Za-z0-9_.]*$/.exec(line.slice(0, column))[0];
      const word = left + /^[A-Za-z0-9_.]*/.exec(line.slice(column))[0];
      if (word !== this.pointed) {
        this.pointed = word;
        this.described = word && this.words.some(({ label }) => label === word) ? this.describe(word) : "";
      }
      said = this.described ?? "";
    }
    this.hint.hidden = !said;
    if (!said) return;
    this.hint.textContent = said;
    const own = this.hint.parentElement.getBoundingClientRect();
    this.hint.style.left = `${Math.max(8, Math.min(event.clientX - own.left, own.width - 360))}px`;
    this.hint.style.top = `${event.clientY - own.top + 18}px`;
  }
}

function element(name, text) {
  const made = document.createElement(name);
  made.textContent = text;
  return made;
}

const SIGNS = { "&": "&amp;", "<": "&lt;", ">": "&gt;" };

/** A line in colours, with its marks. */
function drawn(line, pieces, marks) {
  const cuts = new Set([0, line.length]);
  for (const [from, to] of [...pieces, ...marks]) cuts.add(Math.min(from, line.length)).add(Math.min(to, line.length));
  const places = [...cuts].sort((a, b) => a - b);
  let out = "";
  for (let k = 0; k + 1 < places.length; k++) {
    const at = places[k];
    const scope = pieces.find(([from, to]) => at >= from && at < to)?.[2] ?? "";
    const mark = marks.find(([from, to]) => at >= from && at < to)?.[2] ?? "";
    const text = line.slice(at, places[k + 1]).replace(/[&<>]/g, (sign) => SIGNS[sign]);
    const names = [colour(scope), mark].filter(Boolean).join(" ");
    out += names ? `<span class="${names}">${text}</span>` : text;
  }
  // A mark behind the end has a place, too.
  if (!line.length && marks.length) out += `<span class="${marks[0][2]}"> </span>`;
  return out;
}
