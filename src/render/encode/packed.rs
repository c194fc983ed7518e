//! Pictures in fewer bytes, packed and unpacked about as fast as memory is copied.
//!
//! A picture is a sequence of pixels, row by row, and its bytes are a sequence of tokens: so many pixels are those of the row
//! above, or one colour, or given one by one. What is drawn is flat for the most part, or goes on from row to row.

/// A token's upper two bits say what it is, the lower ones for how many pixels.
const COUNT_MAX: usize = (1 << 14) - 1;
/// As the row above.
const ABOVE: u16 = 0;
/// One colour follows.
const RUN: u16 = 1;
/// A colour for each pixel follows.
const EACH: u16 = 2;
/// Fewer pixels that repeat something are given one by one, if those around them are.
const LEAST: usize = 3;

type Pixel = [u8; 4];

/// Appends the pixels of a picture that is `width` pixels wide.
pub(super) fn pack(pixels: &[u8], width: usize, packed: &mut Vec<u8>) {
    let pixels = pixels.as_chunks::<4>().0;
    let (mut at, mut told) = (0, 0);
    while at < pixels.len() {
        let rest = &pixels[at..];
        let above = at.checked_sub(width).map_or(0, |above| agreeing(rest, &pixels[above..]));
        let run = 1 + agreeing(&rest[1..], rest);
        if above.max(run) < LEAST {
            at += 1;
            continue;
        }
        each(&pixels[told..at], packed);
        if above >= run {
            tokens(ABOVE, above, packed, |_, _| {});
        } else {
            tokens(RUN, run, packed, |packed, _| packed.extend_from_slice(&rest[0]));
        }
        at += above.max(run);
        told = at;
    }
    each(&pixels[told..], packed);
}

fn each(pixels: &[Pixel], packed: &mut Vec<u8>) {
    let mut rest = pixels;
    tokens(EACH, pixels.len(), packed, |packed, count| {
        let (now, then) = rest.split_at(count);
        packed.extend_from_slice(now.as_flattened());
        rest = then;
    });
}

/// Tokens for `count` pixels, each with what `follow` puts behind it.
fn tokens(kind: u16, count: usize, packed: &mut Vec<u8>, mut follow: impl FnMut(&mut Vec<u8>, usize)) {
    let mut left = count;
    while left > 0 {
        let some = left.min(COUNT_MAX);
        packed.extend_from_slice(&(kind << 14 | some as u16).to_le_bytes());
        follow(packed, some);
        left -= some;
    }
}

/// How many pixels are the same, from the first on.
fn agreeing(a: &[Pixel], b: &[Pixel]) -> usize {
    const BLOCK: usize = 16;
    let most = a.len().min(b.len());
    let mut at = 0;
    if most == 0 || a[0] != b[0] {
        return 0;
    }
    while at + BLOCK <= most && a[at..at + BLOCK].as_flattened() == b[at..at + BLOCK].as_flattened() {
        at += BLOCK;
    }
    at + a[at..most].iter().zip(&b[at..most]).take_while(|(a, b)| a == b).count()
}

/// Puts back the pixels of a picture of this size. `None` where the bytes are not those of one; what is in `pixels` then means
/// nothing.
pub(super) fn unpack(mut packed: &[u8], width: usize, pixels: &mut [u8]) -> Option<()> {
    let pixels = pixels.as_chunks_mut::<4>().0;
    let mut at = 0;
    while let Some((token, rest)) = packed.split_first_chunk() {
        let token = u16::from_le_bytes(*token);
        let (kind, count) = (token >> 14, usize::from(token) & COUNT_MAX);
        let end = at + count;
        packed = rest;
        match kind {
            ABOVE => above(pixels.get_mut(..end)?, at, width)?,
            RUN => {
                let (color, rest) = packed.split_first_chunk()?;
                pixels.get_mut(at..end)?.fill(*color);
                packed = rest;
            }
            EACH => {
                let (colors, rest) = packed.split_at_checked(count * 4)?;
                pixels.get_mut(at..end)?.as_flattened_mut().copy_from_slice(colors);
                packed = rest;
            }
            _ => return None,
        }
        at = end;
    }
    (packed.is_empty() && at == pixels.len()).then_some(())
}

/// Fills all from `at` on with what is a row above, which may itself be among them.
fn above(pixels: &mut [Pixel], at: usize, width: usize) -> Option<()> {
    let mut at = at;
    while at < pixels.len() {
        let from = at.checked_sub(width)?;
        let some = width.min(pixels.len() - at);
        pixels.copy_within(from..from + some, at);
        at += some;
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn there_and_back(pixels: &[u8], width: usize) -> Vec<u8> {
        let mut packed = Vec::new();
        pack(pixels, width, &mut packed);
        let mut back = vec![77; pixels.len()];
        assert_eq!(unpack(&packed, width, &mut back), Some(()));
        assert_eq!(back, pixels);
        packed
    }

    #[test]
    fn what_repeats_takes_little() {
        let check = |pixel: &dyn Fn(usize, usize) -> Pixel, most: usize| {
            let (width, height) = (300, 200);
            let pixels: Vec<u8> = (0..width * height).flat_map(|at| pixel(at % width, at / width)).collect();
            let packed = there_and_back(&pixels, width).len();
            assert!(packed <= most, "{packed}");
        };
        check(&|_, _| [1, 2, 3, 255], 4 * 6);
        // Stripes in either direction: a colour a row, or a row.
        check(&|_, y| [y as u8, 0, 0, 255], 200 * 6);
        check(&|x, _| [x as u8, 0, 0, 255], 300 * 4 + 6 * 2);
        // Nothing repeats: two bytes in 64 KiB on top.
        check(&|x, y| [x as u8, y as u8, (x * y) as u8, (x ^ y) as u8], 300 * 200 * 4 + 200);
    }

    proptest! {
        #[test]
        fn pixels_come_back(
            width in 1..40_usize,
            parts in prop::collection::vec((0..4_u8, 1..200_usize, 0..3_u8), 0..40),
        ) {
            let mut pixels: Vec<Pixel> = Vec::new();
            for (kind, count, color) in parts {
                for _ in 0..count {
                    let k = pixels.len();
                    pixels.push(match kind {
                        0 => [color, 0, 0, 255],
                        1 if k >= width => pixels[k - width],
                        2 => [k as u8, color, 0, 255],
                        _ => [(k * k * 7) as u8, (k >> 3) as u8, color, 9],
                    });
                }
            }
            pixels.truncate(pixels.len() / width * width);
            there_and_back(pixels.as_flattened(), width);
        }

        #[test]
        fn any_bytes_are_survived(packed: Vec<u8>, width in 1..20_usize, height in 0..20_usize) {
            let mut pixels = vec![0; width * height * 4];
            if unpack(&packed, width, &mut pixels).is_some() {
                there_and_back(&pixels, width);
            }
        }
    }

    #[test]
    fn what_is_no_picture_is_told() {
        let check = |packed: &[u8], expected: Option<()>| {
            assert_eq!(unpack(packed, 3, &mut [0; 6 * 4]), expected, "{packed:?}");
        };
        let token = |kind: u16, count: u16| (kind << 14 | count).to_le_bytes();
        let run = [token(RUN, 3).as_slice(), &[1, 2, 3, 4]].concat();
        check(&[run.as_slice(), &token(ABOVE, 3)].concat(), Some(()));
        check(&run, None);
        check(&[run.as_slice(), &token(ABOVE, 4)].concat(), None);
        check(&[run.as_slice(), &token(ABOVE, 3), &[0]].concat(), None);
        // The first row has none above.
        check(&[token(ABOVE, 3).as_slice(), &run].concat(), None);
        check(&[run.as_slice(), &token(3, 3)].concat(), None);
        check(&[run.as_slice(), &token(EACH, 3), &[0; 11]].concat(), None);
        check(&[run.as_slice(), &run[..5]].concat(), None);
    }
}
