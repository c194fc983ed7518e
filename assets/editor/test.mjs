// Tokenises patches with the engine that VS Code uses, and compares the grammar's names with the compiler's.
// Run it by `npm ci && node test.mjs` in this folder; names of patches as arguments are tokenised too.

import { readFileSync, readdirSync, existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import oniguruma from "vscode-oniguruma";
import textmate from "vscode-textmate";

const here = dirname(fileURLToPath(import.meta.url));
const read = (...parts) => readFileSync(join(here, ...parts), "utf8");
const grammarText = read("pavane.tmLanguage.json");
const rules = JSON.parse(grammarText).repository;

const wasm = readFileSync(createRequire(import.meta.url).resolve("vscode-oniguruma/release/onig.wasm"));
await oniguruma.loadWASM(wasm.buffer.slice(wasm.byteOffset, wasm.byteOffset + wasm.byteLength));
const registry = new textmate.Registry({
  onigLib: Promise.resolve({
    createOnigScanner: (patterns) => new oniguruma.OnigScanner(patterns),
    createOnigString: (text) => new oniguruma.OnigString(text),
  }),
  loadGrammar: async () => textmate.parseRawGrammar(grammarText, "pavane.tmLanguage.json"),
});
const grammar = await registry.loadGrammar("source.pavane");

/** The tokens of a text: `{ text, scopes, line }`, scopes without the grammar's own and without `.pavane`. */
function tokens(source) {
  const found = [];
  let state = textmate.INITIAL;
  source.split(/\r?\n/).forEach((text, line) => {
    const result = grammar.tokenizeLine(text, state);
    state = result.ruleStack;
    for (const token of result.tokens) {
      const scopes = token.scopes.slice(1).map((scope) => scope.replace(/\.pavane$/, ""));
      found.push({ text: text.slice(token.startIndex, token.endIndex), scopes, line: line + 1 });
    }
  });
  return found;
}

let checks = 0;
let failures = 0;
function expect(good, message) {
  checks += 1;
  if (good) return;
  failures += 1;
  console.error(`FAILED: ${message}`);
}

const has = (token, scope) => token.scopes.some((own) => own === scope || own.startsWith(`${scope}.`));
const isInvalid = (token) => has(token, "invalid");
/** Whether something besides a region is known about a token. */
const isScoped = (token) => token.text.trim() === "" || token.scopes.some((scope) => !scope.startsWith("meta."));

/** Every token of a sound source has a scope, and none is invalid. */
function sound(name, source) {
  for (const token of tokens(source)) {
    const place = `${name}:${token.line}: \`${token.text}\``;
    expect(isScoped(token), `${place} has no scope`);
    expect(!isInvalid(token), `${place} is ${token.scopes.join(" ")}`);
  }
}

/**
 * The expected texts follow one another in the source, each a token of its own with that scope; what stands between
 * them does not matter.
 */
function check(source, expected) {
  const found = tokens(source).map((token) => ({ ...token, text: token.text.trim() }));
  let at = 0;
  for (const [text, scope] of expected) {
    const next = found.findIndex((token, index) => index >= at && token.text === text);
    expect(next >= 0, `${JSON.stringify(source)}: there is no token \`${text}\``);
    if (next < 0) return;
    const scopes = found[next].scopes.join(" ") || "no scope";
    expect(has(found[next], scope), `${JSON.stringify(source)}: \`${text}\` has ${scopes}, expected ${scope}`);
    at = next + 1;
  }
}

// --- Cases -----------------------------------------------------------------------------------------------------------

// Comments.
check("a = 1 // one", [
  ["a", "entity.name.variable"], ["//", "punctuation.definition.comment"], ["one", "comment.line"],
]);
check("/* one /* two */ three */ a = 1", [
  ["two", "comment.block"], ["three", "comment.block"], ["a", "entity.name.variable"],
]);
check("/* one\n/* two */\nthree */\nstate x = 0", [["three", "comment.block"], ["state", "storage.type"]]);
check("/* lead */ draw circle {}", [["lead", "comment.block"], ["draw", "keyword.other.draw"]]);

// Texts.
check('use "ring.pav" as ring', [
  ["use", "keyword.control.import"], ["ring.pav", "string.quoted.double"], ["as", "keyword.other.as"],
  ["ring", "entity.name.namespace"],
]);
check('p = path("M 0 0 // L")', [
  ["path", "support.function"], ["M 0 0 // L", "string.quoted.double"], [")", "punctuation.section.parens.end"],
]);
check('a = "b \\" c" d = 1', [['\\"', "constant.character.escape"], ["c", "string"], ["d", "entity.name.variable"]]);
check('a = "open\nb = 1', [["open", "string"], ["b", "entity.name.variable"]]);
check('a = "\\q"', [["\\", "invalid.illegal.escape"]]);
check('a = "\\n"', [["\\n", "constant.character.escape"]]);

// Numbers and units.
check("a = 12s", [["12", "constant.numeric"], ["s", "keyword.other.unit"]]);
check("a = 250ms + .25turn", [
  ["250", "constant.numeric"], ["ms", "keyword.other.unit"], [".25", "constant.numeric"],
  ["turn", "keyword.other.unit"],
]);
check("a = 1e-3 * 2E3hz", [
  ["1e-3", "constant.numeric"], ["*", "keyword.operator.arithmetic"], ["2E3", "constant.numeric"],
  ["hz", "keyword.other.unit"],
]);
check("a = 1_000.5deg", [["1_000.5", "constant.numeric"], ["deg", "keyword.other.unit"]]);
check("a = 0xff_00", [["0xff_00", "constant.numeric.integer.hexadecimal"]]);
check("a = dots.x at (k + 1) wrap", [["at", "keyword.operator.index"], ["wrap", "keyword.operator.index"]]);
check("a = sum(other.speed for other near (position, 0.1, wrap: true))", [
  ["sum", "support.function"], ["other", "variable.other"], ["for", "keyword.other.fold"], ["other", "variable.other"],
  ["near", "keyword.other.fold"], ["position", "variable.other"], ["true", "constant.language"],
]);
check("a = count(other near (position, 0.1))", [["other", "variable.other"], ["near", "keyword.other.fold"]]);
check("near = 3\na = near + count", [["near", "entity.name.variable"], ["near", "variable.other"]]);
check("a = next(x, wrap) + wrap(x, 0, 1)", [["wrap", "variable.other"], ["wrap", "support.function"]]);
check("a = 1-2", [["1", "constant.numeric"], ["-", "keyword.operator.arithmetic"], ["2", "constant.numeric"]]);
check("a = x1 + 3", [["x1", "variable.other"], ["3", "constant.numeric"]]);
for (const wrong of ["12px", "1.", "1.2.3", "1__0", "90°", "0xfg", "1_", "3sec"]) {
  check(`a = ${wrong}`, [[wrong, "invalid.illegal.number"]]);
}

// Colours.
for (const right of ["#f80", "#F808", "#ff8800", "#ff8800cc"]) {
  check(`background = ${right}`, [
    ["background", "keyword.other.background"], ["=", "keyword.operator.assignment"],
    ["#", "punctuation.definition.constant"], [right.slice(1), "constant.other.color"],
  ]);
}
for (const wrong of ["#ff", "#fffff", "#fgf", "#fffffffff", "#"]) {
  check(`a = ${wrong}`, [[wrong, "invalid.illegal.color"]]);
}

// Statements.
check("param radius: float = 0.2", [
  ["param", "storage.type"], ["radius", "entity.name.variable"], [":", "punctuation.separator.type"],
  ["float", "support.type"], ["=", "keyword.operator.assignment"],
]);
check("param radius = 0.2", [
  ["param", "storage.type"], ["radius", "entity.name.variable"], ["0.2", "constant.numeric"],
]);
check("input click: bool momentary", [
  ["input", "storage.type"], ["click", "entity.name.variable"], ["bool", "support.type"],
  ["momentary", "storage.modifier"],
]);
check("input levels: float[64] = 0", [
  ["float", "support.type"], ["64", "constant.numeric"], ["=", "keyword.operator.assignment"], ["0", "constant.numeric"],
]);
check("input taps: bool[8] momentary", [["bool", "support.type"], ["8", "constant.numeric"], ["momentary", "storage.modifier"]]);
check("input pointer = (0.5,\n 0.5) momentary", [
  ["0.5", "constant.numeric"], [")", "punctuation.section.parens.end"], ["momentary", "storage.modifier"],
]);
check('input draft: text field = "a"', [["text", "support.type"], ["field", "storage.modifier"], ["=", "keyword.operator.assignment"]]);
check("input draft = a + field", [["field", "variable.other"]]);
check("input level: float\nmomentary = 2", [["float", "support.type"], ["momentary", "entity.name.variable"]]);
check("fn f(a, b: vec2, c = g(1, d)) = a + c", [
  ["fn", "storage.type.function"], ["f", "entity.name.function"], ["a", "variable.parameter"],
  ["b", "variable.parameter"], ["vec2", "support.type"], ["c", "variable.parameter"],
  ["g", "entity.name.function.call"], ["d", "variable.other"], [")", "punctuation.section.parens.end"],
  [")", "punctuation.section.parameters.end"], ["a", "variable.other"],
]);
check("fn f(\n  a,\n  b,\n) = a", [
  ["a", "variable.parameter"], ["b", "variable.parameter"], ["=", "keyword.operator.assignment"],
  ["a", "variable.other"],
]);
check("state x: angle = 0turn", [
  ["state", "storage.type"], ["x", "entity.name.variable"], ["angle", "support.type"], ["turn", "keyword.other.unit"],
]);
check("next x = x + 1", [["next", "keyword.other.next"], ["x", "entity.name.variable"], ["x", "variable.other"]]);
check("combine over tint", [
  ["combine", "keyword.other.combine"], ["over", "support.constant"], ["tint", "entity.name.variable"],
]);
check("domain dots[n + 1 max 200] { draw circle {} }", [
  ["domain", "storage.type"], ["dots", "entity.name.namespace"], ["[", "punctuation.section.brackets.begin"],
  ["n", "variable.other"], ["max", "keyword.other.max"], ["200", "constant.numeric"], ["draw", "keyword.other.draw"],
  ["circle", "support.class.shape"],
]);
check("domain dots[max(a, b)] {}", [["max", "support.function"]]);
check("domain sparks[born every 5ms, lives 0.5s + random(1), max 500, evict oldest] { at birth speed = age }", [
  ["sparks", "entity.name.namespace"], ["born", "keyword.other.elements"], ["every", "keyword.other.elements"],
  ["ms", "keyword.other.unit"], ["lives", "keyword.other.elements"], ["random", "support.function"],
  ["max", "keyword.other.max"], ["evict", "keyword.other.elements"], ["oldest", "keyword.other.elements"],
  ["at", "storage.type"], ["birth", "storage.type"], ["speed", "entity.name.variable"], ["age", "variable.language"],
]);
check("event wheel: float sum\nevent latest latest\nevent sum = every(1s)", [
  ["wheel", "entity.name.variable"], ["float", "support.type"], ["sum", "storage.modifier.gather"],
  ["latest", "entity.name.variable"], ["latest", "storage.modifier.gather"], ["sum", "entity.name.variable"],
]);
check("domain ring[born on click, count 3, lives 2s, max 60] {}", [
  ["born", "keyword.other.elements"], ["on", "keyword.other.elements"], ["click", "variable.other"],
  ["count", "keyword.other.elements"], ["lives", "keyword.other.elements"], ["max", "keyword.other.max"],
]);
check("domain sparks[\n  born every gap,\n  lives life_of(3),\n  max most,\n] {}", [
  ["born", "keyword.other.elements"], ["gap", "variable.other"], ["lives", "keyword.other.elements"],
  ["max", "keyword.other.max"], ["most", "variable.other"],
]);
check("domain stars[host max 500, match nearest(0.1)] { input x: float = 0 }", [
  ["host", "keyword.other.elements"], ["max", "keyword.other.max"], ["match", "keyword.other.elements"],
  ["nearest", "keyword.other.elements"], ["0.1", "constant.numeric"], ["input", "storage.type"],
  ["x", "entity.name.variable"],
]);
check("domain d[host + born max lives] {}", [
  ["host", "variable.other"], ["born", "variable.other"], ["max", "keyword.other.max"], ["lives", "variable.other"],
]);
check("a = layout.circle() ~ spring(400ms, bounce: 0.3)\nb = 1", [
  ["circle", "support.function"], ["~", "keyword.operator.continuity"], ["spring", "support.function.continuity"],
  ["ms", "keyword.other.unit"], ["bounce", "variable.parameter"], ["b", "entity.name.variable"],
]);
check("a = b\n  ~ preserve\nc = slew(d, 1) ~ e", [
  ["preserve", "support.function.continuity"], ["c", "entity.name.variable"], ["slew", "support.function"],
  ["~", "keyword.operator.continuity"], ["e", "variable.other"],
]);
check("timeline intro over loop(time, 4s) {\n  logo: 600ms\n  title: 400ms after logo - 100ms, rule: b with title\n  at: 1s at 2s\n}\na = intro.logo", [
  ["timeline", "storage.type"], ["intro", "entity.name.namespace"], ["over", "keyword.other.timeline"],
  ["time", "variable.language"], ["logo", "variable.other.property"], ["ms", "keyword.other.unit"],
  ["after", "keyword.other.timeline"], ["logo", "variable.other"], ["100", "constant.numeric"],
  ["rule", "variable.other.property"], ["with", "keyword.other.timeline"], ["title", "variable.other"],
  ["at", "variable.other.property"], ["at", "keyword.other.timeline"], ["2", "constant.numeric"],
  ["a", "entity.name.variable"], ["logo", "variable.other.member"],
]);
check("draw polygon(sides: 5) as star {\n  position\n  size: 3, color: #fff\n}\na = 1", [
  ["draw", "keyword.other.draw"], ["polygon", "support.class.shape"], ["sides", "variable.parameter"],
  ["as", "keyword.other.as"], ["star", "entity.name.label"], ["position", "support.type.property-name"],
  ["size", "support.type.property-name"], ["color", "support.type.property-name"], ["fff", "constant.other.color"],
  ["a", "entity.name.variable"],
]);
check("draw circle { position, size: mix(size, 2, t), color }", [
  ["position", "support.type.property-name"], ["size", "support.type.property-name"], ["size", "variable.other"],
  ["color", "support.type.property-name"],
]);
check("draw circle { color: { a = 1 b = a hsv(a, b, 1) }, size }", [
  ["a", "entity.name.variable"], ["b", "entity.name.variable"], ["hsv", "support.function"],
  ["size", "support.type.property-name"],
]);
check("draw line\n{ position }\ndraw rect", [
  ["{", "punctuation.section.block.begin"], ["position", "support.type.property-name"],
  ["draw", "keyword.other.draw"], ["rect", "support.class.shape"],
]);
check("draw circle { sizes: 3 }", [["sizes", "variable.other.property"]]);
check("draw circle { blend: add, order: index, x: index }", [
  ["blend", "support.type.property-name"], ["add", "support.constant"], ["index", "support.constant"],
  ["x", "variable.other.property"], ["index", "variable.language"],
]);
check("camera perspective as side { eye: p, fov: 45deg }", [
  ["camera", "keyword.other.camera"], ["perspective", "support.class.camera"], ["as", "keyword.other.as"],
  ["side", "entity.name.variable"], ["eye", "support.type.property-name"], ["p", "variable.other"],
  ["fov", "support.type.property-name"],
]);
check("camera orthographic\na = 1", [["orthographic", "support.class.camera"], ["a", "entity.name.variable"]]);
check("clip { duration: 12s, rate: 60, size: (1080, 1080) }", [
  ["clip", "keyword.other.clip"], ["duration", "support.type.property-name"], ["s", "keyword.other.unit"],
  ["rate", "support.type.property-name"], ["size", "support.type.property-name"],
]);
check('use "ring.pav" { radius: 0.3, hue }', [
  ["radius", "variable.parameter"], ["0.3", "constant.numeric"], ["hue", "variable.parameter"],
]);
check("a = 1; state b = 2;", [[";", "punctuation.terminator"], ["state", "storage.type"]]);

// Statement words are names elsewhere.
for (const word of [
  "use", "param", "input", "momentary", "fn", "state", "next", "combine", "domain", "draw", "camera", "clip", "as",
  "event", "list", "append", "insert", "move", "remove", "clear", "on", "timeline", "over", "after", "with", "at", "birth", "born", "every", "lives", "host", "evict", "oldest", "match", "nearest",
]) {
  check(`${word} = ${word} + 1`, [[word, "entity.name.variable"], [word, "variable.other"]]);
}
check("a = b + next(x)", [["next", "support.function"]]);
check("state state = 0", [["state", "storage.type"], ["state", "entity.name.variable"]]);
check("domain max[max max max] {}", [
  ["max", "entity.name.namespace"], ["max", "variable.other"], ["max", "keyword.other.max"],
  ["max", "variable.other"],
]);
check("a = b\n  or next and c", [
  ["or", "keyword.operator.logical"], ["next", "variable.other"], ["and", "keyword.operator.logical"],
]);

// Expressions.
check("a = if not b then true else false", [
  ["if", "keyword.control.conditional"], ["not", "keyword.operator.logical"], ["b", "variable.other"],
  ["then", "keyword.control.conditional"], ["true", "constant.language.boolean"],
  ["else", "keyword.control.conditional"], ["false", "constant.language.boolean"],
]);
check("a = b >= c and d == e", [
  ["a", "entity.name.variable"], ["b", "variable.other"], [">=", "keyword.operator.comparison"],
  ["and", "keyword.operator.logical"], ["d", "variable.other"], ["==", "keyword.operator.comparison"],
]);
check("a = wave.sine(x).y", [
  ["wave", "support.function"], [".", "punctuation.accessor"], ["sine", "support.function"],
  ["y", "variable.other.member.swizzle"],
]);
check("a = ring.helper(1) + dots.size + v.yx + c.rgb", [
  ["ring", "variable.other"], ["helper", "entity.name.function.call"], ["size", "variable.other.member"],
  ["yx", "variable.other.member.swizzle"], ["rgb", "variable.other.member.swizzle"],
]);
check("a = ring.sin(1) + sin(1) + sin", [
  ["sin", "entity.name.function.call"], ["sin", "support.function"], ["sin", "variable.other"],
]);
check("a = mix(b, c, t, in: oklab)", [
  ["in", "variable.parameter"], [":", "punctuation.separator.key-value"], ["oklab", "support.constant"],
]);
check("a = keys(loop(time, 4s), 0s: 0, b * 1s: x ease.out_cubic, 3s: 0.4 hold, in: oklab)", [
  ["keys", "support.function"], ["loop", "support.function"], ["time", "variable.language"], ["0", "constant.numeric"],
  [":", "punctuation.separator"], ["x", "variable.other"], ["out_cubic", "variable.other.member"],
  ["hold", "variable.other"], ["oklab", "support.constant"],
]);
check("a = stagger(b, rank, from: center)", [
  ["stagger", "support.function"], ["rank", "variable.language"], ["from", "variable.parameter"],
  ["center", "support.constant"],
]);
check("a = path(\"M 0 0\", fit: yes, fill_rule: evenodd)", [
  ["fit", "variable.parameter"], ["yes", "support.constant"],
  ["fill_rule", "variable.parameter"], ["evenodd", "support.constant"],
]);
check("a = count + count(b) + dots.count", [
  ["count", "variable.language"], ["count", "support.function"], ["count", "variable.other.member"],
]);
check("a = pi * golden_angle", [["pi", "constant.language"], ["golden_angle", "constant.language"]]);
check("a = canvas.width / my.width", [
  ["canvas", "variable.language"], [".", "punctuation.accessor"], ["width", "variable.language"],
  ["width", "variable.other.member"],
]);
check("a = b\n  .x", [[".", "punctuation.accessor"], ["x", "variable.other.member.swizzle"]]);
check("a = { b = 1\n c = b\n (b, c) }", [
  ["b", "entity.name.variable"], ["c", "entity.name.variable"], ["b", "variable.other"],
]);
// A call that is not closed does not take the statements behind it.
check("a = sin(b\ndraw circle {}", [["draw", "keyword.other.draw"], ["circle", "support.class.shape"]]);

// What is reserved, and what only other languages have.
check('data rows from "v.csv" { name: text, value: float from "a b" } skip bad', [
  ["data", "storage.type"], ["rows", "entity.name.namespace"], ["from", "keyword.other.view"], ["skip", "keyword.other.view"],
]);
check('artwork logo from "logo.svg"', [["artwork", "storage.type"], ["logo", "entity.name.namespace"], ["from", "keyword.other.view"]]);
check('image photo from "photo.jpg"', [
  ["image", "storage.type"], ["photo", "entity.name.namespace"], ["from", "keyword.other.view"],
]);
check('font title from "Inter.ttf" { face: 1 }', [["font", "storage.type"], ["title", "entity.name.namespace"], ["from", "keyword.other.view"]]);
check("domain bars from rows where value > 2 sort by value desc take 10 {}", [
  ["bars", "entity.name.namespace"], ["from", "keyword.other.view"], ["rows", "variable.other"], ["where", "keyword.other.view"],
  ["sort", "keyword.other.view"], ["by", "keyword.other.view"], ["desc", "keyword.other.view"], ["take", "keyword.other.view"],
]);
check("totals = rows group by name { total: sum(value) }", [
  ["rows", "variable.other"], ["group", "keyword.other.view"], ["by", "keyword.other.view"], ["name", "variable.other"], ["sum", "support.function"],
]);
check("group = by", [["group", "entity.name.variable"], ["by", "variable.other"]]);
check("take = where + sort * desc", [["take", "entity.name.variable"], ["where", "variable.other"], ["desc", "variable.other"]]);
check("list scores max 9 durable { value: float }", [["9", "constant.numeric"], ["durable", "storage.modifier"]]);
check("state filter = 0 durable", [["0", "constant.numeric"], ["durable", "storage.modifier"]]);
check("a = not durable", [["durable", "variable.other"]]);
check("list scores max 9 { value: float, hot: bool = false }", [
  ["list", "storage.type"], ["scores", "entity.name.namespace"], ["max", "keyword.other.max"], ["9", "constant.numeric"],
]);
check("on go { insert scores { value: 3 } at 0; move scores to 2 where a }", [
  ["insert", "keyword.control.edit"], ["scores", "variable.other"], ["at", "keyword"], ["move", "keyword.control.edit"],
  ["to", "keyword.control.edit"], ["where", "keyword.other.view"],
]);
check("last = rows skip 2 distinct name", [["skip", "keyword.other.view"], ["distinct", "keyword.other.view"], ["name", "variable.other"]]);
check("on go { append scores { value: 3 }; remove scores where a; clear scores\n scores.hot = a; b = 1 }", [
  ["on", "keyword.control.on"], ["append", "keyword.control.edit"], ["scores", "variable.other"],
  ["value", "variable.other.property"], ["remove", "keyword.control.edit"], ["clear", "keyword.control.edit"],
  ["scores", "variable.other"], ["b", "entity.name.variable"],
]);
check("event toggle: row(scores) latest", [
  ["event", "storage.type"], ["toggle", "entity.name.variable"], ["row", "support.type"], ["scores", "variable.other"],
  ["latest", "storage.modifier.gather"],
]);
check("w = weights[index, wrap]", [["weights", "variable.other"], ["[", "punctuation.section.brackets"], ["index", "variable.language"], ["wrap", "variable.other"]]);
// Events.
check("event hit: float", [["event", "storage.type"], ["hit", "entity.name.variable"], ["float", "support.type"]]);
check("event beat = every(1s)", [
  ["event", "storage.type"], ["beat", "entity.name.variable"], ["every", "support.function"],
]);
check("on hit when a > 1 { b = 1; c = hit }\nd = 1", [
  ["on", "keyword.control.on"], ["hit", "variable.other"], ["when", "keyword.other.when"], ["a", "variable.other"],
  ["b", "entity.name.variable"], ["c", "entity.name.variable"], ["hit", "variable.other"],
  ["d", "entity.name.variable"],
]);
check("a = hold(x, when: b)", [["when", "variable.parameter"]]);
check("when = 1", [["when", "entity.name.variable"]]);
for (const sign of ["&&", "||", "**", "->", "=>", "+=", "!", "^", "?"]) {
  check(`a ${sign} b`, [[sign, "invalid.illegal.operator"]]);
}
check("a = größe + 1", [["größe", "invalid.illegal.name"], ["1", "constant.numeric"]]);
check("a = 1)\nb = @", [
  [")", "invalid.illegal.bracket"], ["b", "entity.name.variable"], ["@", "invalid.illegal.character"],
]);

// --- The compiler's names --------------------------------------------------------------------------------------------

/** The compiler's tables, which `cargo test` holds true. */
const vocabulary = JSON.parse(read("vocabulary.json"));
const all = (text, pattern) => [...text.matchAll(pattern)].map((match) => match[1]);

/** The name, or each part of a dotted one, has the scope in a source. */
function known(kind, name, source, scope) {
  const found = tokens(source).filter((token) => name.split(".").includes(token.text.trim()));
  const good = found.length >= name.split(".").length && found.some((token) => has(token, scope));
  const whole = name.includes(".") ? found.every((token) => has(token, scope)) : good;
  expect(good && whole, `the grammar lacks \`${name}\` of ${kind}: it has ${found.map((t) => t.scopes.join(" "))}`);
}
const knownAll = (kind, source, scope) => vocabulary[kind].forEach((name) => known(kind, name, source(name), scope));

knownAll("functions", (name) => `_ = ${name}(1)`, "support.function");
for (const name of vocabulary.values) {
  for (const part of name.split(".")) {
    const token = tokens(`_ = ${name}`).find((token) => token.text === part);
    const good = has(token, "variable.language") || has(token, "constant.language");
    expect(good, `the grammar lacks the value ${name}`);
  }
}
for (const word of vocabulary.keywords) {
  const token = tokens(`_ = 1 ${word} 2`).find((token) => token.text === word);
  expect(has(token, "keyword") || has(token, "constant.language"), `the grammar lacks the word ${word}`);
}
for (const head of ["state _: ", "param _: ", "input _: ", "fn _(_: "]) {
  knownAll("types", (name) => `${head}${name}${head.includes("(") ? ")" : ""} = 0`, "support.type");
}
knownAll("shapes", (name) => `draw ${name} {}`, "support.class.shape");
knownAll("cameras", (name) => `camera ${name} {}`, "support.class.camera");
for (const [kind, head] of [["draw", "draw _"], ["camera", "camera _"], ["clip", "clip"]]) {
  for (const body of [(name) => `{ ${name}: 1 }`, (name) => `{ ${name} }`, (name) => `{\n${name}\n_: 1 }`]) {
    knownAll(kind, (name) => `${head} ${body(name)}`, "support.type.property-name");
  }
}
knownAll("ways", (name) => `combine ${name} _`, "support.constant");
knownAll("units", (name) => `_ = 1${name}`, "keyword.other.unit");

/** How each statement goes on behind its word. */
const statement = {
  use: '"a.pav"', fn: "_() = 1", combine: "sum _", domain: "_[1] {}", draw: "_ {}", camera: "_ {}", clip: "{}",
  timeline: "_ { _: 1s }", on: "_ { _ = 1 }", data: '_ from "a.csv" { a: float }', image: '_ from "a.png"', background: "= #fff", at: "birth _ = 1",
};
for (const word of vocabulary.statements) {
  const [first] = tokens(`${word} ${statement[word] ?? "_ = 1"}`);
  expect(has(first, "keyword") || has(first, "storage"), `the grammar lacks the statement word ${word}`);
}

const elements = [
  "domain _[born every 1s, lives 1s, max 1, evict oldest] {}", "domain _[host max 1, match nearest(1)] {}",
  "at birth _ = 1",
].flatMap(tokens);
for (const word of vocabulary.elementWords) {
  const token = elements.find((token) => token.text.trim() === word);
  expect(has(token, "keyword") || has(token, "storage"), `the grammar lacks the word ${word} of elements`);
}
const views = tokens('data _ from "a.csv" { _: int } skip bad\n_ = _ distinct _ skip 1 where _ > 1 sort by _ desc take 1\n_ = _ group by _ {}\ndomain _ from _ keyed by _ {}');
for (const word of vocabulary.viewWords) {
  const token = views.find((token) => token.text.trim() === word);
  expect(has(token, "keyword"), `the grammar lacks the word ${word} of data`);
}
const timeline = tokens("timeline _ on _ {}\ntimeline _ over _ {\n _: 1s after _\n _: 1s with _\n _: 1s at 1s\n}");
for (const word of vocabulary.timelineWords) {
  const token = timeline.find((token) => token.text.trim() === word);
  expect(has(token, "keyword"), `the grammar lacks the word ${word} of timelines`);
}
knownAll("policies", (name) => `_ = 1 ~ ${name}`, "support.function.continuity");

for (const { name, words } of vocabulary.drawChoices) {
  for (const word of words) known(name, word, `draw _ { ${name}: ${word} }`, "support.constant");
}
for (const { name, words } of vocabulary.callChoices) {
  for (const word of words) known(name, word, `_ = f(${name}: ${word})`, "support.constant");
}

// And the other way round: the grammar names nothing that the compiler does not know.
function named(rule, scope) {
  const words = [];
  const visit = (value) => {
    if (Array.isArray(value)) return value.forEach(visit);
    if (value === null || typeof value !== "object") return;
    const scopes = [value.name, ...Object.values(value.captures ?? {}).map((capture) => capture.name)];
    if (value.match !== undefined && scopes.includes(`${scope}.pavane`)) {
      // A part of a pattern is a word or a list of words in parentheses.
      const lists = all(value.match.replace(/\[[^\]]*\]/g, " "), /\((?:\?:)?(\w+(?:\|\w+)*)\)/g);
      words.push(...(lists.length > 1 && value.match.includes("(\\.)")
        ? lists[1].split("|").map((name) => `${lists[0]}.${name}`)
        : lists[0].split("|")));
    }
    Object.values(value).forEach(visit);
  };
  visit(rule);
  return words;
}
for (const [kind, rule, scope] of [
  ["functions", rules.functions, "support.function"],
  ["shapes", rules.draw, "support.class.shape"],
  ["cameras", rules.camera, "support.class.camera"],
  ["draw", rules["draw-attributes"], "support.type.property-name"],
  ["camera", rules["camera-attributes"], "support.type.property-name"],
  ["clip", rules["clip-attributes"], "support.type.property-name"],
  ["policies", rules.continuity, "support.function.continuity"],
]) {
  const words = named(rule, scope);
  expect(words.length > 1, `the test finds no ${kind} in the grammar`);
  for (const word of words) {
    expect(vocabulary[kind].includes(word), `the grammar has \`${word}\`, which is none of ${kind}`);
  }
}
for (const word of [...named(rules.intrinsics, "variable.language"), ...named(rules.intrinsics, "constant.language")]) {
  expect(vocabulary.values.includes(word), `the grammar has \`${word}\`, which is no value`);
}

// --- Brackets, words and indentation ---------------------------------------------------------------------------------

const configuration = JSON.parse(read("language-configuration.json"));
const pattern = (text) => new RegExp(text, "u");
const { increaseIndentPattern, decreaseIndentPattern } = configuration.indentationRules;
for (const line of ["domain dots[3] {", "    a = f( // why", "p = polyline(", 'draw path(path("M 0 0 {")) {']) {
  expect(pattern(increaseIndentPattern).test(line), `\`${line}\` does not indent the next line`);
}
for (const line of ["a = f(1)", "// domain dots[3] {", 'a = "{', "draw circle { size: 1 }", "a = 1 / 2"]) {
  expect(!pattern(increaseIndentPattern).test(line), `\`${line}\` indents the next line`);
}
expect(pattern(decreaseIndentPattern).test("    }"), "a closing brace does not end the indentation");
const split = "dots.size+#ff8800cc*0.5turn-wave.sine(x_1)".match(new RegExp(configuration.wordPattern, "gu"));
expect(split.join(" ") === "dots size #ff8800cc 0.5turn wave sine x_1", `words are ${split.join(" ")}`);

const { contributes } = JSON.parse(read("package.json"));
for (const path of [contributes.languages[0].configuration, contributes.grammars[0].path]) {
  expect(existsSync(join(here, path)), `package.json names ${path}, which is not there`);
}
expect(contributes.grammars[0].scopeName === JSON.parse(grammarText).scopeName, "package.json names another scope");

// --- Sound sources ---------------------------------------------------------------------------------------------------

// The examples of the function reference.
for (const example of vocabulary.examples) sound(`example ${example}`, `a = ${example}`);

const folder = join(here, "..", "patches");
const shipped = existsSync(folder)
  ? readdirSync(folder, { recursive: true })
      .filter((path) => path.endsWith(".pav"))
      .map((path) => join(folder, path))
  : [];
const patches = [...shipped, ...process.argv.slice(2)];
for (const patch of patches) {
  const source = readFileSync(patch, "utf8");
  sound(patch, source);
  // A region that is not closed would colour everything behind it wrongly.
  const last = tokens(`${source}\n_ = 1`).findLast((token) => token.text === "_");
  const scopes = last.scopes.join(" ");
  expect(scopes === "entity.name.variable", `${patch}: a region is open at its end: ${scopes}`);
}

console.log(`${checks} checks, ${failures} failed; ${patches.length} patches, ${vocabulary.functions.length} functions`);
process.exitCode = failures > 0 ? 1 : 0;
