//! Histories on a disk: several processes, ends that are torn, and files that are something else.

use std::fs;
use std::path::PathBuf;

use crate::history::{Draft, History, HistoryError, HistoryFile, RevisionId};

fn folder(name: &str) -> PathBuf {
    let folder = std::env::temp_dir().join(format!("pavane-history-{}-{name}", std::process::id()));
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    folder
}

fn save(file: &mut HistoryFile, text: &str) -> RevisionId {
    let save = |history: &mut History| {
        let parent = history.here();
        history.save(Draft { parents: &[parent], files: &[("", text)], saved_at_ms: 0, note: "" })
    };
    file.update(save).unwrap()
}

#[test]
fn two_processes_have_one_file_open() {
    let folder = folder("two");
    let path = HistoryFile::path_of(folder.join("a.pav"));
    assert!(path.ends_with("a.pav.history"));
    assert!(matches!(HistoryFile::open(&path), Err(HistoryError::File(_))));
    let mut one = HistoryFile::open_or_create(&path).unwrap();
    let mut other = HistoryFile::open(&path).unwrap();
    let a = save(&mut one, "a");
    assert!(other.refresh().unwrap() && !other.refresh().unwrap());
    assert_eq!(other.history().here(), a);
    let b = save(&mut other, "b");
    // Without a refresh: a change is made to what is in the file.
    let c = save(&mut one, "c");
    assert_eq!(one.history().revision(c).unwrap().parents, [b]);
    assert_eq!(fs::read(&path).unwrap(), one.history().image());
    // A change that fails leaves no trace.
    let before = fs::read(&path).unwrap();
    let failed: Result<RevisionId, HistoryError> = one.update(History::redo);
    assert!(failed.is_err() && fs::read(&path).unwrap() == before);
    fs::remove_dir_all(folder).unwrap();
}

#[test]
fn a_torn_end_is_cut_off_by_the_next_save() {
    let folder = folder("torn");
    let path = folder.join("a.history");
    let mut file = HistoryFile::open_or_create(&path).unwrap();
    let a = save(&mut file, "a");
    let whole = fs::read(&path).unwrap();
    save(&mut file, "b");
    let image = fs::read(&path).unwrap();
    for end in 0..image.len() {
        fs::write(&path, &image[..end]).unwrap();
        let mut file = HistoryFile::open(&path).unwrap();
        let here = file.history().here();
        assert_eq!(here, if end < whole.len() { RevisionId::ROOT } else { a });
        let c = save(&mut file, "c");
        let read = HistoryFile::open(&path).unwrap();
        assert!(read.history().damage().is_empty(), "{end}");
        assert_eq!((read.history().here(), read.history().text(c, "").as_deref()), (c, Ok("c")));
        assert_eq!(read.history().revision(c).unwrap().parents, [here]);
    }
    fs::remove_dir_all(folder).unwrap();
}

#[test]
fn what_is_no_history_stays_as_it_is() {
    let folder = folder("other");
    let path = folder.join("a.history");
    fs::write(&path, "my notes").unwrap();
    let error = HistoryFile::open_or_create(&path).unwrap_err();
    assert!(error.to_string().contains("is no history"), "{error}");
    assert_eq!(fs::read(&path).unwrap(), b"my notes");
    assert!(HistoryFile::open_or_create(&folder).is_err());
    fs::remove_dir_all(folder).unwrap();
}
