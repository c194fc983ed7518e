//! GIF's compression (appendix F of <https://www.w3.org/Graphics/GIF/spec-gif89a.txt>), for pixels that may be either of two
//! indices: what is on screen already may be said again or be left out, whichever goes on with a string that is known.
//!
//! Left out everywhere, as by encoders that take one index for a pixel, files of moving pictures are up to 10 % larger.

/// The indices of a pixel that show the same; twice the same where there is one.
pub(super) type Either = [u8; 2];

/// Codes have so many bits at most.
const BITS_MAX: u32 = 12;
/// As many codes as there can be.
const CODES: u16 = 1 << BITS_MAX;
/// Slots for strings: twice as many as there are, so that few are in the way of another.
const SLOTS: usize = 2 * CODES as usize;
/// Stretches of so many pixels that are on screen already are left out: said again they would take no less, and two ways take longer to
/// follow.
const STRETCH: usize = 512;

/// Takes the second index alone for long stretches of pixels that may be either of two.
pub(super) fn settle_stretches(pixels: &mut [Either]) {
    let are_alike = |a: &Either, b: &Either| (a[0] == a[1]) == (b[0] == b[1]);
    for stretch in pixels.chunk_by_mut(are_alike).filter(|stretch| stretch.len() >= STRETCH) {
        stretch.iter_mut().for_each(|pixel| pixel[0] = pixel[1]);
    }
}

/// Appends the least size of codes and then the codes, as a file has them but for its division into blocks.
pub(super) fn compress(pixels: &[Either], to: &mut Vec<u8>) {
    let largest = pixels.iter().flatten().copied().max().unwrap_or(0);
    // At least two bits, as the format asks for.
    let size = (u32::from(largest) + 1).next_power_of_two().trailing_zeros().max(2);
    to.push(size as u8);
    let clear = 1 << size;
    let mut codes = Codes { to, held: 0, count: 0, bits: size + 1 };
    let mut strings = Strings::new(clear + 2);
    codes.put(clear);
    let (mut rest, mut last) = (pixels, None::<Match>);
    while let Some(&pixel) = rest.first() {
        let (first, mut found) = strings.begin(pixel, rest);
        if let Some(last) = last {
            if strings.next < CODES {
                let is_wider = strings.next == 1 << codes.bits;
                strings.add(last.code, first);
                codes.bits += u32::from(is_wider);
                // What was found may go on with the string that has just come.
                found = found.filter(|found| found.length < last.length);
            } else {
                codes.put(clear);
                codes.bits = size + 1;
                strings.clear(clear + 2);
                found = None;
            }
        }
        let found = found.unwrap_or_else(|| strings.longest(first, rest));
        codes.put(found.code);
        rest = &rest[found.length..];
        last = Some(found);
    }
    // The reader has a string more by now.
    codes.bits += u32::from(strings.next < CODES && strings.next == 1 << codes.bits);
    codes.put(clear + 1);
    codes.end();
}

/// Bits on their way out, the lowest first.
struct Codes<'a> {
    to: &'a mut Vec<u8>,
    held: u32,
    count: u32,
    /// How many a code has.
    bits: u32,
}

impl Codes<'_> {
    fn put(&mut self, code: u16) {
        self.held |= u32::from(code) << self.count;
        self.count += self.bits;
        while self.count >= 8 {
            self.to.push(self.held as u8);
            self.held >>= 8;
            self.count -= 8;
        }
    }

    fn end(&mut self) {
        if self.count > 0 {
            self.to.push(self.held as u8);
        }
    }
}

/// A string that has a code.
#[derive(Clone, Copy)]
struct Match {
    length: usize,
    code: u16,
}

/// Strings that have codes: each a shorter one and an index behind it.
struct Strings {
    /// The code of the shorter one, the index, the code; 0 where there is none.
    slots: Vec<u32>,
    /// The next code.
    next: u16,
}

impl Strings {
    fn new(next: u16) -> Self {
        Self { slots: vec![0; SLOTS], next }
    }

    fn clear(&mut self, next: u16) {
        self.slots.fill(0);
        self.next = next;
    }

    /// Where a string is, or would be.
    #[inline]
    fn slot(&self, key: u32) -> usize {
        // Fibonacci hashing (Knuth, The Art of Computer Programming 3, 6.4): the upper bits of a product.
        let mut at = (key.wrapping_mul(0x9e37_79b1) >> (32 - SLOTS.trailing_zeros())) as usize;
        while self.slots[at] != 0 && self.slots[at] >> BITS_MAX != key {
            at = (at + 1) % SLOTS;
        }
        at
    }

    /// The code of a string with an index behind it; 0, which is the code of no such string, where it has none.
    #[inline]
    fn after(&self, code: u16, index: u8) -> u16 {
        let slot = self.slot(u32::from(code) << 8 | u32::from(index));
        (self.slots[slot] % u32::from(CODES)) as u16
    }

    fn add(&mut self, code: u16, index: u8) {
        let key = u32::from(code) << 8 | u32::from(index);
        let slot = self.slot(key);
        self.slots[slot] = key << BITS_MAX | u32::from(self.next);
        self.next += 1;
    }

    /// The index to go on with, and what it begins, where that had to be found out for it.
    fn begin(&self, [one, other]: Either, pixels: &[Either]) -> (u8, Option<Match>) {
        if one == other {
            return (one, None);
        }
        let (first, second) = (self.longest(one, pixels), self.longest(other, pixels));
        if first.length > second.length { (one, Some(first)) } else { (other, Some(second)) }
    }

    /// The longest string that `pixels` begin with, if the first of them is `index`. Where pixels may be either of two, two ways are
    /// followed: four are hardly longer.
    fn longest(&self, index: u8, pixels: &[Either]) -> Match {
        let (mut code, mut way, mut length) = (u16::from(index), 0, 1);
        for &[one, other] in &pixels[1..] {
            if one == other && way == 0 {
                let next = self.after(code, one);
                if next == 0 {
                    break;
                }
                (code, length) = (next, length + 1);
                continue;
            }
            let mut found = [0; 4];
            let mut count = 0;
            let mut follow = |from: u16, index: u8| {
                let to = self.after(from, index);
                found[count] = to;
                count += usize::from(to != 0);
            };
            follow(code, other);
            if one != other {
                follow(code, one);
            }
            if way != 0 {
                follow(way, other);
                if one != other {
                    follow(way, one);
                }
            }
            if count == 0 {
                break;
            }
            (code, way) = (found[0], if count > 1 { found[1] } else { 0 });
            length += 1;
        }
        Match { length, code }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// What a reader sees of a picture in so many columns.
    fn read(compressed: &[u8], width: u16, height: u16) -> Vec<u8> {
        let mut file = Vec::new();
        let mut encoder = gif::Encoder::new(&mut file, width, height, &[0; 768]).unwrap();
        let frame = gif::Frame { width, height, buffer: compressed.into(), ..gif::Frame::default() };
        encoder.write_lzw_pre_encoded_frame(&frame).unwrap();
        drop(encoder);
        let mut options = gif::DecodeOptions::new();
        options.check_lzw_end_code(true);
        let mut decoder = options.read_info(&file[..]).unwrap();
        decoder.read_next_frame().unwrap().unwrap().buffer.to_vec()
    }

    fn check(pixels: &[Either], width: u16) -> usize {
        let mut compressed = Vec::new();
        compress(pixels, &mut compressed);
        let height = (pixels.len() / usize::from(width)) as u16;
        let seen = read(&compressed, width, height);
        assert_eq!(seen.len(), pixels.len());
        for (at, (index, either)) in seen.iter().zip(pixels).enumerate() {
            assert!(either.contains(index), "pixel {at}: {index} is neither of {either:?}");
        }
        compressed.len()
    }

    /// Numbers that look like chance.
    fn numbers(seed: u64) -> impl Iterator<Item = u8> {
        let step = |state: &u64| Some(state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1));
        std::iter::successors(Some(seed), step).map(|state| (state >> 56) as u8)
    }

    #[test]
    fn pixels_come_back() {
        let same = |indices: &mut dyn Iterator<Item = u8>, count| -> Vec<Either> {
            indices.take(count).map(|index| [index, index]).collect()
        };
        check(&[[0, 0]], 1);
        check(&[[255, 255]], 1);
        check(&[[0, 255]], 1);
        // Each width of codes is gone through at each least size; strings are full, and thrown away.
        for bits in 1..=8 {
            for count in [2, 7, 500, 60_000] {
                check(&same(&mut numbers(bits).map(|index| index >> (8 - bits)), count), 1);
            }
        }
        // One colour, in which each string is the one before and an index more.
        check(&same(&mut std::iter::repeat(7), 50_000), 50);
    }

    #[test]
    fn what_may_be_left_out_makes_files_smaller() {
        // Noise of which half is there already, dot by dot or in stretches.
        let noise: Vec<u8> = numbers(3).map(|index| index >> 5).take(40_000).collect();
        let chance: Vec<u8> = numbers(4).take(40_000).collect();
        let sizes = |stretch: usize| {
            let size = |either: &dyn Fn(u8) -> Either| {
                let old = |at: usize| chance[at / stretch] < 128;
                let pixel = |(at, &index): (usize, &u8)| if old(at) { either(index) } else { [index; 2] };
                check(&noise.iter().enumerate().map(pixel).collect::<Vec<_>>(), 200)
            };
            [size(&|index| [index, 255]), size(&|_| [255; 2]), size(&|index| [index; 2])]
        };
        let [either, left_out, said] = sizes(1);
        assert!(either < left_out, "{either} {left_out} {said}");
        let [either, left_out, said] = sizes(40);
        assert!(either < said && either < left_out + left_out / 50, "{either} {left_out} {said}");
    }

    #[test]
    fn long_stretches_are_left_out() {
        let check = |pixels: &[(Either, usize)], expected: &[Either]| {
            let all = |rows: &[(Either, usize)]| -> Vec<Either> {
                rows.iter().flat_map(|&(pixel, count)| std::iter::repeat_n(pixel, count)).collect()
            };
            let mut settled = all(pixels);
            settle_stretches(&mut settled);
            let counts = pixels.iter().map(|(_, count)| *count);
            assert_eq!(settled, all(&expected.iter().copied().zip(counts).collect::<Vec<_>>()));
        };
        check(&[([3, 255], STRETCH - 1), ([4, 4], STRETCH)], &[[3, 255], [4, 4]]);
        check(&[([4, 4], 2), ([3, 255], STRETCH - 1), ([5, 255], 1)], &[[4, 4], [255, 255], [255, 255]]);
    }

    proptest! {
        #[test]
        fn any_pixels_come_back(pixels in prop::collection::vec((0_u8..6, 0_u8..6), 1..3000)) {
            let pixels: Vec<Either> = pixels.into_iter().map(|(one, other)| [one, other]).collect();
            check(&pixels, 1);
        }
    }
}
