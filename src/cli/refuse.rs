//! Outputs that are not begun: those that would overwrite what they are made of, and those that are larger than anybody
//! means.

use std::fs;
use std::path::{Path, PathBuf};

use super::failure::Failure;
use super::range::Size;
use crate::diagnostic::{Code, Diagnostic, one_line};

/// Pictures that are written without being asked for by number: 4 hours of 60 frames per second.
const PICTURES_MAX: u64 = 1_000_000;
/// The same in bytes of pixels before they are compressed: an hour of that at 1920x1080 is 1.8e12.
const BYTES_MAX: u64 = 16_000_000_000_000;

/// Refuses outputs that are one of `inputs`, also through a link or another spelling.
pub(super) fn inputs(inputs: &[String], outputs: &[PathBuf]) -> Result<(), Failure> {
    let known: Vec<(&str, Identity)> =
        inputs.iter().filter_map(|input| Some((input.as_str(), Identity::of(Path::new(input))?))).collect();
    for output in outputs {
        let Some(found) = Identity::of(output) else { continue };
        if let Some((input, _)) = known.iter().find(|(_, identity)| *identity == found) {
            let output = output.display().to_string();
            let message = format!("the output `{}` is the input `{}`", one_line(&output), one_line(input));
            let help = "nothing was written; name another output";
            return Err(Failure::diagnosed(Diagnostic::error(Code::OutputIsInput, message).help(help)));
        }
    }
    Ok(())
}

/// Refuses more pictures than anybody means by a clip: `count` of its `frames`. `asked` is whether their number was given.
pub(super) fn too_much(
    target: &str,
    frames: u64,
    count: u64,
    size: Size,
    asked: bool,
) -> Result<(), Failure> {
    let Size { width, height } = size;
    let bytes = u128::from(count) * u128::from(width) * u128::from(height) * 4;
    if asked || (count <= PICTURES_MAX && bytes <= u128::from(BYTES_MAX)) {
        return Ok(());
    }
    let message = format!(
        "`{}` would get {count} pictures of {width}x{height}, {:.1} TB of pixels before they are compressed",
        one_line(target),
        bytes as f64 / 1e12
    );
    let help = format!(
        "say which you want: --frames 0..{frames} is all of them; a lower --fps or --size makes less of it"
    );
    Err(Failure::diagnosed(Diagnostic::error(Code::TooManyPictures, message).help(help)))
}

/// Which file a path leads to.
#[derive(PartialEq, Eq)]
struct Identity {
    #[cfg(unix)]
    file: (u64, u64),
    #[cfg(not(unix))]
    file: PathBuf,
}

impl Identity {
    /// `None` where there is no file: pipes and devices are not overwritten, and folders not written.
    fn of(path: &Path) -> Option<Self> {
        let found = fs::metadata(path).ok().filter(fs::Metadata::is_file)?;
        #[cfg(unix)]
        let file = {
            use std::os::unix::fs::MetadataExt;
            (found.dev(), found.ino())
        };
        #[cfg(not(unix))]
        let file = {
            let _ = found;
            fs::canonicalize(path).ok()?
        };
        Some(Self { file })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn more_than_anybody_means_needs_a_number() {
        let hd = Size { width: 1920, height: 1080 };
        let check = |count, size, asked, expected: &[&str]| {
            let refused = too_much("a.gif", count, count, size, asked).err();
            let text = refused.map(|failure| format!("{failure:?}")).unwrap_or_default();
            assert_eq!(text.is_empty(), expected.is_empty(), "{count}: {text}");
            expected.iter().for_each(|part| assert!(text.contains(part), "{text}"));
        };
        check(1_000_000, hd, false, &[]);
        check(1_000_001, Size { width: 8, height: 8 }, false, &["a.gif", "--frames 0..1000001", "0.0 TB"]);
        check(1_000_000, Size { width: 16_384, height: 16_384 }, false, &["1073.7 TB", "16384x16384"]);
        check(u64::MAX, hd, true, &[]);
        check(u64::MAX, hd, false, &["18446744073709551615 pictures"]);
    }
}
