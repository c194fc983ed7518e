// Colours of source text by a TextMate grammar: the one that editors have, read as they read it. Its patterns are those of Oniguruma that
// JavaScript has, too.

/** What a grammar makes of texts. */
export class Grammar {
  constructor(grammar) {
    this.repository = grammar.repository;
    this.patterns = grammar.patterns;
    this.known = new Map();
  }

  /** The lines of a text: of each its pieces, `[from, to, scope]`, one behind the other; the scope is the innermost, or empty. */
  lines(text) {
    let stack = [{ patterns: this.patterns, end: null, scope: "", inner: "" }];
    return text.split("\n").map((line) => {
      const [pieces, after] = this.line(line, stack);
      stack = after;
      return pieces;
    });
  }

  line(line, before) {
    const stack = [...before];
    const pieces = [];
    const put = (from, to, scope) => {
      if (to > from) pieces.push([from, to, scope]);
    };
    // The line's end counts as a character, so that patterns see it.
    const text = `${line}\n`;
    let at = 0;
    let standing = 0;
    while (at <= line.length) {
      const top = stack[stack.length - 1];
      const found = this.next(text, at, top);
      if (!found) break;
      const { match, rule } = found;
      const from = Math.min(match.index, line.length);
      const to = Math.min(match.index + match[0].length, line.length);
      put(at, from, top.inner);
      // Two rules that match nothing in one place would never end.
      standing = match[0].length === 0 && match.index === at ? standing + 1 : 0;
      if (standing > 50) break;
      if (rule === null) {
        this.captures(match, top.rule.endCaptures ?? top.rule.captures, from, to, top.scope, put);
        stack.pop();
      } else if (rule.begin !== undefined) {
        const scope = rule.name ?? top.inner;
        this.captures(match, rule.beginCaptures ?? rule.captures, from, to, scope, put);
        const end = rule.end.replace(/\\(\d)/g, (_, k) => escaped(match[k] ?? ""));
        stack.push({ rule, patterns: rule.patterns ?? [], end, scope, inner: rule.contentName ?? scope });
      } else {
        this.captures(match, rule.captures, from, to, rule.name ?? top.inner, put);
        if (match[0].length === 0) {
          put(from, from + 1, top.inner);
          at = from + 1;
          continue;
        }
      }
      at = to;
      if (match.index + match[0].length > line.length) break;
    }
    put(at, line.length, stack[stack.length - 1].inner);
    return [pieces, stack];
  }

  /** The first match of a rule, or of the end of what it is in. */
  next(text, at, top) {
    let best = null;
    const consider = (source, rule) => {
      const match = this.search(source, text, at);
      if (match && (best === null || match.index < best.match.index)) best = { match, rule };
    };
    if (top.end !== null) consider(top.end, null);
    for (const rule of this.rules(top.patterns)) consider(rule.match ?? rule.begin, rule);
    return best;
  }

  /** Rules one after the other, those of groups in their place. */
  *rules(patterns) {
    for (const pattern of patterns) {
      if (pattern.include === "$self" || pattern.include === "$base") yield* this.rules(this.patterns);
      else if (pattern.include) yield* this.rules([this.repository[pattern.include.slice(1)]]);
      else if (pattern.match === undefined && pattern.begin === undefined) yield* this.rules(pattern.patterns ?? []);
      else yield pattern;
    }
  }

  search(source, text, at) {
    let own = this.known.get(source);
    if (!own) {
      own = new RegExp(source, "dgm");
      this.known.set(source, own);
    }
    own.lastIndex = at;
    return own.exec(text);
  }

  captures(match, captures, from, to, scope, put) {
    let at = from;
    const whole = captures?.[0]?.name ?? scope;
    for (let k = 1; k < match.length; k++) {
      const capture = captures?.[k];
      if (!capture?.name || !match.indices[k]) continue;
      const [begin, end] = match.indices[k].map((place) => Math.min(place, to));
      if (end <= begin || begin < at) continue;
      put(at, begin, whole);
      put(begin, end, capture.name);
      at = end;
    }
    put(at, to, whole);
  }
}

function escaped(text) {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
