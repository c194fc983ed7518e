// What modules are packed with: LZMA, whose files are a fourth smaller than gzip's, and which no browser unpacks by itself.

/** Whether bytes are a file of `xz --format=lzma`: no text begins so. */
export function isLzma(bytes) {
  return bytes.length > 13 && bytes[0] === 0x5d && bytes[1] === 0 && bytes[2] === 0;
}

/** Where which probabilities are. */
const [IS_MATCH, IS_REP, IS_REP_0, IS_REP_1, IS_REP_2, IS_LONG] = [0, 192, 204, 216, 228, 240];
const [SLOTS, PLACES, ALIGN, MATCH_LENGTH, REP_LENGTH, LITERALS] = [432, 688, 803, 819, 1333, 1847];

/** The bits of a file, each by how likely it is (a range coder, whose probabilities are 11 bits). */
class Bits {
  constructor(bytes, at, probabilities) {
    this.bytes = bytes;
    this.at = at + 5;
    this.range = 0xffffffff;
    this.code = new DataView(bytes.buffer, bytes.byteOffset).getUint32(at + 1);
    this.probabilities = new Uint16Array(probabilities).fill(1024);
  }

  bit(which) {
    const likely = this.probabilities[which];
    const bound = (this.range >>> 11) * likely;
    const is = this.code >= bound ? 1 : 0;
    if (is === 0) {
      this.range = bound;
      this.probabilities[which] = likely + ((2048 - likely) >>> 5);
    } else {
      this.range -= bound;
      this.code -= bound;
      this.probabilities[which] = likely - (likely >>> 5);
    }
    if (this.range < 0x1000000) this.next();
    return is;
  }

  next() {
    this.range = (this.range << 8) >>> 0;
    this.code = ((this.code << 8) | this.bytes[this.at++]) >>> 0;
  }

  /** A number whose bits are equally likely. */
  direct(count) {
    let number = 0;
    for (; count > 0; count--) {
      this.range >>>= 1;
      const is = this.code >= this.range ? 1 : 0;
      if (is) this.code -= this.range;
      number = number * 2 + is;
      if (this.range < 0x1000000) this.next();
    }
    return number;
  }

  /** A number of so many bits, the highest first. */
  tree(first, count) {
    let node = 1;
    for (let k = 0; k < count; k++) node = (node << 1) | this.bit(first + node);
    return node - (1 << count);
  }

  /** The same, the lowest first. */
  reverse(first, count) {
    let [node, number] = [1, 0];
    for (let k = 0; k < count; k++) {
      const is = this.bit(first + node);
      node = (node << 1) | is;
      number |= is << k;
    }
    return number;
  }

  /** How much is repeated, less two. */
  length(first, place) {
    if (!this.bit(first)) return this.tree(first + 2 + (place << 3), 3);
    if (!this.bit(first + 1)) return 8 + this.tree(first + 130 + (place << 3), 3);
    return 16 + this.tree(first + 258, 8);
  }

  /** How far back what is repeated lies, less one. */
  distance(length) {
    const slot = this.tree(SLOTS + Math.min(length, 3) * 64, 6);
    if (slot < 4) return slot;
    const count = (slot >> 1) - 1;
    const base = (2 | (slot & 1)) * 2 ** count;
    if (slot < 14) return base + this.reverse(PLACES + base - slot, count);
    return base + this.direct(count - 4) * 16 + this.reverse(ALIGN, 4);
  }
}

/** Of what is said of a file, and the first bytes of its bits. */
const HEAD = 18;
/** The most bytes that are unpacked. */
const BYTES_MOST = 1 << 30;

/** The bytes that a file of `xz --format=lzma` has packed: it says how many they are, or where they end. */
export function fromLzma(bytes) {
  const damaged = () => new Error("what is packed with LZMA is damaged");
  if (bytes.length < HEAD) throw damaged();
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const [low, high] = [view.getUint32(5, true), view.getUint32(9, true)];
  const hasEnd = low === 0xffffffff && high === 0xffffffff;
  if (!hasEnd && (high !== 0 || low > BYTES_MOST)) throw damaged();
  const size = hasEnd ? BYTES_MOST : low;
  let out = new Uint8Array(hasEnd ? bytes.length * 4 : size);
  const makeRoom = (end) => {
    if (end <= out.length) return;
    const larger = new Uint8Array(Math.min(Math.max(end, out.length * 2), size));
    larger.set(out);
    out = larger;
  };
  // Of 0x5d: three bits of the byte before tell which literals are likely, and two bits of the place.
  const bits = new Bits(bytes, 13, LITERALS + 0x300 * 8);
  const back = [0, 0, 0, 0];
  let [at, state] = [0, 0];
  while (at < size) {
    const place = at & 3;
    if (!bits.bit(IS_MATCH + (state << 4) + place)) {
      const first = LITERALS + 0x300 * (at > 0 ? out[at - 1] >> 5 : 0);
      let node = 1;
      if (state >= 7) {
        for (let match = out[at - back[0] - 1]; node < 0x100; match <<= 1) {
          const expected = (match >> 7) & 1;
          const is = bits.bit(first + ((1 + expected) << 8) + node);
          node = (node << 1) | is;
          if (is !== expected) break;
        }
      }
      while (node < 0x100) node = (node << 1) | bits.bit(first + node);
      makeRoom(at + 1);
      out[at++] = node;
      state = state < 4 ? 0 : state < 10 ? state - 3 : state - 6;
      continue;
    }
    let length;
    if (!bits.bit(IS_REP + state)) {
      length = bits.length(MATCH_LENGTH, place);
      back.pop();
      back.unshift(bits.distance(length));
      if (hasEnd && back[0] === 0xffffffff) break;
      state = state < 7 ? 7 : 10;
    } else {
      if (!bits.bit(IS_REP_0 + state)) {
        if (!bits.bit(IS_LONG + (state << 4) + place)) length = -1;
      } else {
        const which = !bits.bit(IS_REP_1 + state) ? 1 : !bits.bit(IS_REP_2 + state) ? 2 : 3;
        back.unshift(...back.splice(which, 1));
      }
      if (length === undefined) {
        length = bits.length(REP_LENGTH, place);
        state = state < 7 ? 8 : 11;
      } else {
        state = state < 7 ? 9 : 11;
      }
    }
    const from = at - back[0] - 1;
    const end = at + length + 2;
    if (from < 0 || end > size || bits.at > bytes.length) throw damaged();
    makeRoom(end);
    // What is repeated may begin within what it makes.
    for (let k = from; at < end; k++) out[at++] = out[k];
  }
  if (bits.at > bytes.length) throw damaged();
  return hasEnd ? out.slice(0, at) : out;
}
