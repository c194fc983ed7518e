//! What changed between two pictures.

/// Part of a picture, in pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Area {
    pub(super) x: u32,
    pub(super) y: u32,
    pub(super) width: u32,
    pub(super) height: u32,
}

impl Area {
    /// The smallest area there is.
    pub(super) const DOT: Self = Self { x: 0, y: 0, width: 1, height: 1 };

    /// The smallest area outside which `old` and `new` agree; `None` where they agree everywhere. Both are rows of
    /// `width` pixels of `N` bytes.
    pub(super) fn changed<const N: usize>(old: &[u8], new: &[u8], width: u32) -> Option<Self> {
        if std::ptr::eq(old, new) {
            return None;
        }
        let stride = width as usize * N;
        let rows = || old.chunks_exact(stride).zip(new.chunks_exact(stride));
        let top = rows().position(|(old, new)| old != new)?;
        let bottom = rows().rposition(|(old, new)| old != new)?;
        let (mut left, mut right) = (width as usize, 0);
        for (old, new) in rows().skip(top).take(bottom + 1 - top) {
            let differs = |k: &usize| old[k * N..(k + 1) * N] != new[k * N..(k + 1) * N];
            // Only columns that would widen the area have to be looked at.
            left = (0..left).find(differs).unwrap_or(left);
            right = (right + 1..width as usize).rev().find(differs).unwrap_or(right);
            if left == 0 && right + 1 == width as usize {
                break;
            }
        }
        let right = right.max(left);
        Some(Self {
            x: left as u32,
            y: top as u32,
            width: (right + 1 - left) as u32,
            height: (bottom + 1 - top) as u32,
        })
    }

    /// The area's rows in a picture of `width` pixels of `N` bytes.
    pub(super) fn rows<const N: usize>(self, pixels: &[u8], width: u32) -> impl Iterator<Item = &[u8]> {
        let (start, length) = (self.x as usize * N, self.width as usize * N);
        let rows = pixels.chunks_exact(width as usize * N).skip(self.y as usize).take(self.height as usize);
        rows.map(move |row| &row[start..start + length])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_changed_area_is_tight() {
        let check = |dots: &[(u32, u32)], expected: Option<[u32; 4]>| {
            let (old, mut new) = (vec![0; 7 * 5 * 4], vec![0; 7 * 5 * 4]);
            for (x, y) in dots {
                new[(y * 7 + x) as usize * 4 + 3] = 1;
            }
            let area =
                Area::changed::<4>(&old, &new, 7).map(|area| [area.x, area.y, area.width, area.height]);
            assert_eq!(area, expected, "{dots:?}");
        };
        check(&[], None);
        check(&[(0, 0)], Some([0, 0, 1, 1]));
        check(&[(6, 4)], Some([6, 4, 1, 1]));
        check(&[(3, 1), (2, 3)], Some([2, 1, 2, 3]));
        check(&[(2, 1), (5, 3)], Some([2, 1, 4, 3]));
        check(&[(5, 1), (1, 2), (6, 3)], Some([1, 1, 6, 3]));
        check(&[(0, 0), (6, 4)], Some([0, 0, 7, 5]));
    }
}
