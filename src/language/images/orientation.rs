//! Which way up a photo was taken: the orientation that cameras write beside it (Exif), and the pixels turned accordingly.

/// The orientation of Exif bytes, 1 to 8; 1, as it is, where they do not say.
pub(super) fn of(exif: &[u8]) -> u8 {
    found(exif.strip_prefix(b"Exif\0\0").unwrap_or(exif))
        .filter(|turn| (1..=8).contains(turn))
        .map_or(1, |turn| turn as u8)
}

/// The tag of the orientation in the first directory.
fn found(bytes: &[u8]) -> Option<u16> {
    const ORIENTATION: u16 = 0x0112;
    const SHORT: u16 = 3;
    let is_little = match bytes.get(..4)? {
        b"II*\0" => true,
        b"MM\0*" => false,
        _ => return None,
    };
    let short = |at: usize| {
        let bytes: [u8; 2] = bytes.get(at..at.checked_add(2)?)?.try_into().ok()?;
        Some(if is_little { u16::from_le_bytes(bytes) } else { u16::from_be_bytes(bytes) })
    };
    let long = |at: usize| {
        let [a, b] = [short(at)?, short(at.checked_add(2)?)?].map(u32::from);
        Some(if is_little { b << 16 | a } else { a << 16 | b } as usize)
    };
    let directory = long(4)?;
    let first = directory.checked_add(2)?;
    (0..usize::from(short(directory)?)).find_map(|entry| {
        let at = first.checked_add(entry * 12)?;
        let is_it = short(at)? == ORIENTATION && short(at.checked_add(2)?)? == SHORT;
        if is_it { short(at.checked_add(8)?) } else { None }
    })
}

/// The pixels as they are to be seen, and how many there are across and down.
pub(super) fn upright(turn: u8, [width, height]: [u32; 2], pixels: Vec<u8>) -> ([u32; 2], Vec<u8>) {
    let (w, h) = (width as usize, height as usize);
    // Where the pixel in a column and a row of what is seen is in the file.
    let from = |x: usize, y: usize| match turn {
        2 => (w - 1 - x, y),
        3 => (w - 1 - x, h - 1 - y),
        4 => (x, h - 1 - y),
        5 => (y, x),
        6 => (y, h - 1 - x),
        7 => (w - 1 - y, h - 1 - x),
        8 => (w - 1 - y, x),
        _ => (x, y),
    };
    let size = match turn {
        0 | 1 | 9.. => return ([width, height], pixels),
        2..=4 => [width, height],
        5..=8 => [height, width],
    };
    let [across, down] = size.map(|side| side as usize);
    let mut turned = Vec::with_capacity(pixels.len());
    let all = pixels.as_chunks::<4>().0;
    for y in 0..down {
        for x in 0..across {
            let (column, row) = from(x, y);
            turned.extend_from_slice(&all[row * w + column]);
        }
    }
    (size, turned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_orientation_is_found_in_either_order_of_bytes() {
        let little =
            b"II*\0\x08\0\0\0\x02\0\x0f\x01\x02\0\x01\0\0\0\0\0\0\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0";
        let big = b"Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x08\0\0";
        assert_eq!((of(little), of(big)), (6, 8));
        for cut in 0..little.len() - 2 {
            assert!(matches!(of(&little[..cut]), 1 | 6), "{cut}");
        }
        let far = b"II*\0\xff\xff\xff\xff\xff\xff";
        assert_eq!((of(far), of(b""), of(b"II*\0\0\0\0\0\xff\xff")), (1, 1, 1));
    }

    #[test]
    fn pixels_are_turned() {
        // a b c / d e f, as the file has them.
        let pixels: Vec<u8> = b"abcdef".iter().flat_map(|&c| [c; 4]).collect();
        let check = |turn: u8, width: u32, expected: &str| {
            let (size, turned) = upright(turn, [3, 2], pixels.clone());
            let seen: String = turned.chunks(4).map(|pixel| char::from(pixel[0])).collect();
            assert_eq!((size[0], seen.as_str()), (width, expected), "{turn}");
        };
        check(1, 3, "abcdef");
        check(2, 3, "cbafed");
        check(3, 3, "fedcba");
        check(4, 3, "defabc");
        check(5, 2, "adbecf");
        check(6, 2, "daebfc");
        check(7, 2, "fcebda");
        check(8, 2, "cfbead");
    }
}
