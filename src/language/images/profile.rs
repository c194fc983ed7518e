//! Colour profiles (ICC): those of three primaries and curves, as cameras and screens have them, to sRGB.
//!
//! By a few lines of our own: the crates that do it (`moxcms`, `qcms`) have code for vector levels that rounds otherwise, or powers of
//! the platform. Here are `math`'s alone, so pixels are the same everywhere. Profiles that are tables are not converted.

use glam::{DMat3, DVec3};

use crate::math::Real;
use crate::math::color::{linear_to_srgb, srgb_to_linear};

/// The columns of sRGB's primaries as profiles have them: XYZ by the white D50.
const SRGB: [[f64; 3]; 3] = [
    [0.436_065_67, 0.385_147_1, 0.143_066_41],
    [0.222_488_4, 0.716_873_2, 0.060_607_91],
    [0.013_916_02, 0.097_076_42, 0.714_096_07],
];
/// How far primaries, and values of curves, may be from sRGB's for a profile to be that.
const NEAR: f64 = 0.003;
/// The least determinant of primaries that make a space.
const LEAST_DETERMINANT: f64 = 1e-9;
/// How finely the way back to sRGB is looked up: in the dark a step is a twentieth of a byte's.
const STEPS: usize = 1 << 16;

/// Makes sRGB of the colours of a profile.
///
/// # Errors
/// Why it is not done, behind `a colour profile`.
pub(super) fn to_srgb(profile: &[u8], pixels: &mut [u8]) -> Result<(), &'static str> {
    let read = Profile::new(profile).ok_or("that cannot be read")?;
    let curves = match &read.kind {
        b"GRAY" => [read.curve(b"kTRC").ok_or("without a curve")?, vec![], vec![]],
        b"RGB " => {
            let curve = |name| read.curve(name).ok_or("that is not made of primaries and curves");
            [curve(b"rTRC")?, curve(b"gTRC")?, curve(b"bTRC")?]
        }
        _ => return Err("of other colours than red, green and blue"),
    };
    let is_grey = curves[1].is_empty();
    let matrix = if is_grey { None } else { Some(read.matrix().ok_or("without primaries")?) };
    let is_near = |a: f64, b: f64| (a - b).abs() < NEAR;
    let is_srgb = |curve: &[f64]| {
        curve.iter().enumerate().all(|(k, &value)| is_near(value, srgb_to_linear(k as f64 / 255.0)))
    };
    let is_same = matrix.is_none_or(|matrix| {
        matrix.as_flattened().iter().zip(SRGB.as_flattened()).all(|(&a, &b)| is_near(a, b))
    });
    // Most are: their bytes stay what they are.
    if is_same && curves.iter().all(|curve| is_srgb(curve)) {
        return Ok(());
    }
    let back = back();
    if is_grey || is_same {
        let table = |curve: &[f64]| -> Vec<u8> { curve.iter().map(|&value| byte(&back, value)).collect() };
        let one = table(&curves[0]);
        let [g, b] = [1, 2].map(|k| if is_grey { one.clone() } else { table(&curves[k]) });
        apply(pixels, [&one, &g, &b]);
        return Ok(());
    }
    // Rows here, columns there.
    let columns = |rows: &[[f64; 3]; 3]| DMat3::from_cols_array_2d(rows).transpose();
    let is_sound = |matrix: &DMat3| matrix.determinant().abs() > LEAST_DETERMINANT;
    let Some(matrix) = matrix.as_ref().map(columns).filter(is_sound) else {
        return Err("whose primaries make no sense");
    };
    let matrix = columns(&SRGB).inverse() * matrix;
    for pixel in pixels.as_chunks_mut::<4>().0 {
        let linear = DVec3::from_array([0, 1, 2].map(|k| curves[k][usize::from(pixel[k])]));
        for (part, light) in pixel.iter_mut().zip((matrix * linear).to_array()) {
            *part = byte(&back, light);
        }
    }
    Ok(())
}

/// Makes sRGB of colours whose curve is a power: a PNG without a profile may say so.
pub(super) fn from_gamma(gamma: f64, pixels: &mut [u8]) {
    // What sRGB is written as; and what makes no sense.
    if (gamma - 0.45455).abs() < 0.001 || !(0.01..100.0).contains(&gamma) {
        return;
    }
    let back = back();
    let table: Vec<u8> = (0..256).map(|k| byte(&back, (f64::from(k) / 255.0).pow(1.0 / gamma))).collect();
    apply(pixels, [&table, &table, &table]);
}

fn apply(pixels: &mut [u8], tables: [&[u8]; 3]) {
    for pixel in pixels.as_chunks_mut::<4>().0 {
        for (part, table) in pixel.iter_mut().zip(tables) {
            *part = table[usize::from(*part)];
        }
    }
}

/// The bytes of light, from none to all.
fn back() -> Vec<u8> {
    let byte = |k: usize| (linear_to_srgb(k as f64 / STEPS as f64) * 255.0 + 0.5) as u8;
    (0..=STEPS).map(byte).collect()
}

fn byte(back: &[u8], light: f64) -> u8 {
    back[(light.clamp(0.0, 1.0) * STEPS as f64 + 0.5) as usize]
}

/// A profile, as far as it is looked at.
struct Profile<'p> {
    bytes: &'p [u8],
    kind: [u8; 4],
    tags: &'p [u8],
}

impl<'p> Profile<'p> {
    fn new(bytes: &'p [u8]) -> Option<Self> {
        if bytes.get(36..40)? != b"acsp" {
            return None;
        }
        let kind = bytes.get(16..20)?.try_into().ok()?;
        let count = number(bytes, 128)?;
        let tags = bytes.get(132..132_usize.checked_add((count as usize).checked_mul(12)?)?)?;
        Some(Self { bytes, kind, tags })
    }

    fn tag(&self, name: &[u8; 4]) -> Option<&'p [u8]> {
        let entry = self.tags.as_chunks::<12>().0.iter().find(|entry| entry.starts_with(name))?;
        let (at, length) = (number(entry, 4)? as usize, number(entry, 8)? as usize);
        self.bytes.get(at..at.checked_add(length)?)
    }

    /// What a curve makes of each byte.
    fn curve(&self, name: &[u8; 4]) -> Option<Vec<f64>> {
        let tag = self.tag(name)?;
        let at = |k: u32| f64::from(k) / 255.0;
        let all = |f: &dyn Fn(f64) -> f64| Some((0..256).map(|k| f(at(k)).clamp(0.0, 1.0)).collect());
        match tag.get(..4)? {
            b"curv" => match number(tag, 8)? as usize {
                0 => all(&|x| x),
                1 => {
                    let gamma = f64::from(u16::from_be_bytes(tag.get(12..14)?.try_into().ok()?)) / 256.0;
                    all(&|x| x.pow(gamma))
                }
                count => {
                    let values =
                        tag.get(12..12_usize.checked_add(count.checked_mul(2)?)?)?.as_chunks::<2>().0;
                    let value = |k: usize| f64::from(u16::from_be_bytes(values[k.min(count - 1)])) / 65_535.0;
                    all(&|x| {
                        let place = x * (count - 1) as f64;
                        let (k, part) = (place as usize, place - (place as usize) as f64);
                        value(k) + (value(k + 1) - value(k)) * part
                    })
                }
            },
            b"para" => {
                let kind = u16::from_be_bytes(tag.get(8..10)?.try_into().ok()?);
                let count = [1, 3, 4, 5, 7].get(usize::from(kind)).copied()?;
                let mut p = [0.0; 7];
                for (k, value) in p.iter_mut().enumerate().take(count) {
                    *value = fixed(tag, 12 + k * 4)?;
                }
                let [g, a, b, c, d, e, f] = p;
                let power = move |x: f64| (a * x + b).max(0.0).pow(g);
                match kind {
                    0 => all(&|x| x.pow(g)),
                    1 => all(&|x| if a * x + b >= 0.0 { power(x) } else { 0.0 }),
                    2 => all(&|x| if a * x + b >= 0.0 { power(x) + c } else { c }),
                    3 => all(&|x| if x >= d { power(x) } else { c * x }),
                    _ => all(&|x| if x >= d { power(x) + e } else { c * x + f }),
                }
            }
            _ => None,
        }
    }

    /// From red, green and blue to XYZ.
    fn matrix(&self) -> Option<[[f64; 3]; 3]> {
        let mut matrix = [[0.0; 3]; 3];
        for (column, name) in [b"rXYZ", b"gXYZ", b"bXYZ"].into_iter().enumerate() {
            let tag = self.tag(name)?;
            for (row, parts) in matrix.iter_mut().enumerate() {
                parts[column] = fixed(tag, 8 + row * 4)?;
            }
        }
        Some(matrix)
    }
}

fn number(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_be_bytes(bytes.get(at..at.checked_add(4)?)?.try_into().ok()?))
}

/// A number with 16 bits behind the point.
fn fixed(bytes: &[u8], at: usize) -> Option<f64> {
    number(bytes, at).map(|bits| f64::from(bits.cast_signed()) / 65_536.0)
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// A profile of tags.
    pub(crate) fn profile(kind: &[u8; 4], tags: &[(&[u8; 4], Vec<u8>)]) -> Vec<u8> {
        let mut bytes = vec![0; 128];
        bytes[16..20].copy_from_slice(kind);
        bytes[36..40].copy_from_slice(b"acsp");
        bytes.extend((tags.len() as u32).to_be_bytes());
        let mut at = 132 + 12 * tags.len() as u32;
        for (name, content) in tags {
            bytes.extend_from_slice(*name);
            bytes.extend(at.to_be_bytes());
            bytes.extend((content.len() as u32).to_be_bytes());
            at += content.len() as u32;
        }
        tags.iter().for_each(|(_, content)| bytes.extend(content));
        bytes
    }

    fn fixed_bytes(value: f64) -> [u8; 4] {
        ((value * 65_536.0 + 65_536.5) as i32 - 65_536).to_be_bytes()
    }

    fn xyz(parts: [f64; 3]) -> Vec<u8> {
        [b"XYZ \0\0\0\0".to_vec(), parts.into_iter().flat_map(fixed_bytes).collect()].concat()
    }

    fn gamma(value: f64) -> Vec<u8> {
        let gamma = ((value * 256.0) as u16).to_be_bytes();
        [b"curv\0\0\0\0\0\0\0\x01".to_vec(), gamma.to_vec()].concat()
    }

    fn srgb_curve() -> Vec<u8> {
        let numbers = [2.4, 1.0 / 1.055, 0.055 / 1.055, 1.0 / 12.92, 0.04045];
        [b"para\0\0\0\0\0\x03\0\0".to_vec(), numbers.into_iter().flat_map(fixed_bytes).collect()].concat()
    }

    fn of(columns: [[f64; 3]; 3], curve: &dyn Fn() -> Vec<u8>) -> Vec<u8> {
        profile(
            b"RGB ",
            &[
                (b"rXYZ", xyz(columns[0])),
                (b"gXYZ", xyz(columns[1])),
                (b"bXYZ", xyz(columns[2])),
                (b"rTRC", curve()),
                (b"gTRC", curve()),
                (b"bTRC", curve()),
            ],
        )
    }

    fn columns(m: [[f64; 3]; 3]) -> [[f64; 3]; 3] {
        [0, 1, 2].map(|column| [0, 1, 2].map(|row| m[row][column]))
    }

    /// Display P3's primaries.
    const P3: [[f64; 3]; 3] =
        [[0.515_12, 0.241_2, -0.001_05], [0.291_98, 0.692_25, 0.041_89], [0.157_1, 0.066_57, 0.784_07]];

    #[test]
    fn srgb_stays_exactly_what_it_is() {
        let all: Vec<u8> = (0..=255).flat_map(|k| [k, 255 - k, k / 2, k]).collect();
        let mut pixels = all.clone();
        assert_eq!(to_srgb(&of(columns(SRGB), &srgb_curve), &mut pixels), Ok(()));
        assert_eq!(pixels, all);
        from_gamma(0.45455, &mut pixels);
        assert_eq!(pixels, all);
    }

    #[test]
    fn wider_colours_are_converted() {
        let check = |color: [u8; 4], expected: [u8; 4]| {
            let mut pixels = color.to_vec();
            assert_eq!(to_srgb(&of(P3, &srgb_curve), &mut pixels), Ok(()));
            let is_near = pixels.iter().zip(expected).all(|(&a, b)| a.abs_diff(b) <= 1);
            assert!(is_near, "{color:?}: {pixels:?}, expected {expected:?}");
        };
        // As others convert them: greys stay, and what sRGB has not is cut off.
        check([128, 128, 128, 9], [128, 128, 128, 9]);
        check([255, 0, 0, 255], [255, 0, 0, 255]);
        check([200, 100, 50, 255], [215, 93, 31, 255]);
        check([60, 160, 90, 255], [0, 163, 82, 255]);
    }

    #[test]
    fn curves_of_powers_and_tables_are_followed() {
        let mut pixels = vec![128, 128, 128, 255];
        assert_eq!(to_srgb(&profile(b"GRAY", &[(b"kTRC", gamma(1.0))]), &mut pixels), Ok(()));
        assert_eq!(pixels, [188, 188, 188, 255], "half of the light");
        let table = [b"curv\0\0\0\0\0\0\0\x03\0\0".to_vec(), vec![0x80, 0, 0xff, 0xff]].concat();
        let mut pixels = vec![64, 0, 255, 255];
        assert_eq!(to_srgb(&of(columns(SRGB), &|| table.clone()), &mut pixels), Ok(()));
        assert_eq!(pixels, [137, 0, 255, 255], "a quarter of the light");
        let mut pixels = vec![128, 0, 255, 7];
        from_gamma(1.0, &mut pixels);
        assert_eq!(pixels, [188, 0, 255, 7]);
    }

    #[test]
    fn what_is_not_converted_says_why() {
        let check = |profile: &[u8], expected: &str| {
            let mut pixels = vec![1, 2, 3, 4];
            let why = to_srgb(profile, &mut pixels).unwrap_err();
            assert!(why.contains(expected), "{why}");
            assert_eq!(pixels, [1, 2, 3, 4]);
        };
        check(b"", "cannot be read");
        check(&profile(b"CMYK", &[]), "of other colours");
        check(&profile(b"RGB ", &[(b"A2B0", vec![0; 40])]), "primaries and curves");
        check(&of([[0.1; 3]; 3], &srgb_curve), "make no sense");
        let whole = of(P3, &srgb_curve);
        for cut in 0..whole.len() {
            let mut pixels = vec![9, 9, 9, 9];
            let _ = to_srgb(&whole[..cut], &mut pixels);
        }
    }
}
