//! Fonts of the system, by their families.

use std::sync::OnceLock;

use fontdb::{Database, Family, Query, Source};

use super::{SystemFont, bytes_up_to};
use crate::diagnostic::nearest;

/// What is there. To find out, every font is looked into: once, when a patch first asks.
static FONTS: OnceLock<Database> = OnceLock::new();

/// The upright font of a family, of the usual weight and width, or what is next to that. Of a larger file a byte more than `most`.
pub(super) fn font(family: &str, most: usize) -> Result<SystemFont, String> {
    let fonts = FONTS.get_or_init(|| {
        let mut fonts = Database::new();
        fonts.load_system_fonts();
        fonts
    });
    let families = || fonts.faces().flat_map(|face| &face.families).map(|(name, _)| name.as_str());
    let Some(known) = families().find(|known| known.eq_ignore_ascii_case(family)) else {
        let near = nearest(family, families()).map(|near| format!("; it has `{near}`"));
        return Err(format!("this machine has none of that family{}", near.unwrap_or_default()));
    };
    let query = Query { families: &[Family::Name(known)], ..Query::default() };
    let face = fonts.query(&query).and_then(|id| fonts.face(id));
    let face = face.ok_or_else(|| "none of the family can be used".to_owned())?;
    let Source::File(path) = &face.source else {
        return Err("it is in no file".into());
    };
    Ok(SystemFont {
        bytes: bytes_up_to(path, most)?,
        face: face.index,
        name: path.to_string_lossy().into_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const MOST: usize = 1 << 30;

    /// What a machine has, nobody knows; a family that it has is found in whichever way it is written.
    #[test]
    fn a_family_is_found_by_its_name() {
        let lacking = font("No Such Family At All", MOST).unwrap_err();
        assert!(lacking.starts_with("this machine has none of that family"), "{lacking}");
        let Some(fonts) = FONTS.get() else { return };
        let faces = fonts.faces().filter(|face| !matches!(face.source, Source::Binary(_)));
        for name in faces.filter_map(|face| face.families.first()).map(|(name, _)| name).take(8) {
            let found = font(&name.to_ascii_uppercase(), MOST).unwrap();
            assert!(found.bytes.len() > 12, "{name}: {}", found.name);
            assert_eq!(font(name, 10).unwrap().bytes.len(), 11, "{name}");
        }
    }
}
