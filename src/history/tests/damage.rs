//! Every byte at which a process can be killed, and every byte that can be flipped.

use super::models::Random;
use crate::history::{Draft, History, HistoryError, Lost, RevisionId};

/// A patch of some lines.
fn patch(lines: usize) -> Vec<String> {
    (0..lines)
        .map(|k| match k % 8 {
            0 => format!("domain dots_{k}[{}] {{\n", 10 + k * 7 % 90),
            7 => "}\n".to_owned(),
            _ => format!(
                "    x_{k} = polar(0.{}, index * golden_angle + phase * {}turn)\n",
                k * 37 % 100,
                k % 5
            ),
        })
        .collect()
}

fn save(history: &mut History, parent: RevisionId, text: &str) -> RevisionId {
    let files = [("", text), ("parts/used.pav", "size = 0.1\n")];
    history.save(Draft { parents: &[parent], files: &files, saved_at_ms: 12, note: "a note" }).unwrap()
}

/// Ten edits in a row, each of one line, and where each begins in the image.
fn edited() -> (History, Vec<RevisionId>, Vec<usize>) {
    let mut history = History::default();
    let (mut ids, mut starts) = (Vec::new(), Vec::new());
    let mut lines = patch(24);
    let mut at = RevisionId::ROOT;
    for k in 0..10 {
        lines[k * 2 + 1] = format!("    edited_{k} = {k}\n");
        starts.push(history.image().len());
        at = save(&mut history, at, &lines.concat());
        ids.push(at);
    }
    starts.push(history.image().len());
    (history, ids, starts)
}

#[test]
fn killed_at_every_byte() {
    let (history, ids, starts) = edited();
    let image = history.image();
    for end in 0..=image.len() {
        let mut read = History::read(image[..end].to_vec()).unwrap();
        let whole = starts[1..].iter().filter(|&&start| start <= end).count();
        let newest = whole.checked_sub(1).map_or(RevisionId::ROOT, |k| ids[k]);
        assert_eq!((read.revisions().len(), read.here()), (whole, newest), "{end}");
        assert!(
            read.damage().places.is_empty() && read.damage().dependants.is_empty(),
            "{:?}",
            read.damage()
        );
        for &id in &ids[..whole] {
            assert_eq!(read.files(id), history.files(id));
        }
        // What comes next is appended to what is whole.
        if end % 7 == 0 {
            let id = save(&mut read, newest, "size = 0.7\n");
            let again = History::read(read.image().to_vec()).unwrap();
            assert!(again.damage().is_empty());
            assert_eq!((again.here(), again.text(id, "").as_deref()), (id, Ok("size = 0.7\n")));
        }
    }
}

#[test]
fn a_flipped_byte_takes_what_depends_on_it_and_no_more() {
    let (history, ids, starts) = edited();
    let image = history.image();
    for at in starts[0]..image.len() {
        let mut flipped = image.to_vec();
        flipped[at] ^= 1 << (at % 8);
        let read = History::read(flipped).unwrap();
        let damage = read.damage();
        assert!(!damage.places.is_empty() || damage.torn > 0, "{at}: nobody saw it");
        let k = starts.iter().rposition(|&start| start <= at).unwrap();
        for (n, &id) in ids.iter().enumerate() {
            let files = read.files(id);
            let is_named = damage.dependants.contains(&id)
                || damage
                    .places
                    .iter()
                    .any(|place| place.what == Lost::Revision(id) || place.what == Lost::Unknown);
            if n < k {
                // What came before is whole.
                assert_eq!(files, history.files(id), "{at}: {n} of {k}");
            } else if files.is_err() && damage.torn == 0 {
                assert!(is_named, "{at}: {n} of {k} is lost and not named: {damage:?}");
            } else if files.is_ok() {
                assert_eq!(files, history.files(id), "{at}: {n} of {k}");
            }
        }
        // It can be continued.
        let mut read = read;
        let here = read.here();
        let id = save(&mut read, here, "size = 0.7\n");
        let again = History::read(read.image().to_vec()).unwrap();
        assert_eq!(again.text(id, "").as_deref(), Ok("size = 0.7\n"), "{at}");
    }
}

#[test]
fn one_damaged_text_leaves_texts_that_do_not_need_it() {
    let mut history = History::default();
    let first = save(&mut history, RevisionId::ROOT, &patch(24).concat());
    let at = history.image().len() + 45;
    let mut other = Random(5);
    let noise: String = (0..400).map(|_| char::from(b'a' + other.below(26) as u8)).collect();
    let second = save(&mut history, first, &noise);
    let third = save(&mut history, second, &patch(25).concat());
    let mut image = history.image().to_vec();
    image[at] ^= 1;
    let read = History::read(image).unwrap();
    assert_eq!(read.damage().dependants, [second], "{:?}", read.damage());
    assert!(matches!(read.damage().places[..], [ref place] if matches!(place.what, Lost::Text(_))));
    assert!(matches!(read.text(second, ""), Err(HistoryError::LostText(_))));
    assert!(read.text(first, "").is_ok());
    assert_eq!(read.text(third, ""), history.text(third, ""));
    assert_eq!(read.here(), third);
}

#[test]
fn what_is_no_history() {
    assert_eq!(History::read(b"size = 0.1\n".to_vec()).unwrap_err(), HistoryError::NotAHistory);
    assert!(History::read(Vec::new()).unwrap().damage().is_empty());
    let mut random = Random(1);
    let mut image = History::default().image().to_vec();
    image.extend((0..10_000).map(|_| random.below(256) as u8));
    let read = History::read(image).unwrap();
    assert_eq!(read.revisions().len(), 0);
    assert_eq!(read.damage().places.len(), 1);
}

#[test]
fn a_thousand_saves_of_two_hundred_lines_take_less_than_a_megabyte() {
    let mut history = History::default();
    let mut lines = patch(200);
    let mut at = RevisionId::ROOT;
    let mut random = Random(9);
    let mut written = 0;
    for k in 0..1000 {
        let line = random.below(lines.len());
        match random.below(10) {
            0 => lines.insert(line, format!("    new_{k} = random(index, {k})\n")),
            1 if lines.len() > 180 => drop(lines.remove(line)),
            _ => lines[line] = format!("    y_{k} = wave.sine({k}s) * 0.{}\n", random.below(1000)),
        }
        let text = lines.concat();
        written += text.len();
        at = save(&mut history, at, &text);
    }
    let bytes = history.image().len();
    assert!(written > 7_000_000 && bytes < 1_000_000, "{written} bytes became {bytes}");
    let read = History::read(history.image().to_vec()).unwrap();
    assert_eq!(read.text(at, "").unwrap(), lines.concat());
}

#[test]
fn rubbish_from_outside_is_refused() {
    let (history, ids, _) = edited();
    let stream = {
        let mut page = crate::history::Page::default();
        history.missing(&[], usize::MAX, &mut crate::history::Walk::new(), &mut page).unwrap();
        history.export(page.runs(), usize::MAX).unwrap()
    };
    let mut whole = History::default();
    assert_eq!(whole.import(&stream), Ok(10));
    assert_eq!(whole.import(&stream), Ok(0), "once more changes nothing");
    assert_eq!(whole.here(), RevisionId::ROOT, "the position stays");
    for &id in &ids {
        assert_eq!(whole.files(id), history.files(id));
    }
    let mut random = Random(4);
    for at in (0..stream.len()).step_by(3) {
        let mut flipped = stream.clone();
        flipped[at] ^= 1 << random.below(8);
        let mut other = History::default();
        assert!(other.import(&flipped).is_err(), "{at}");
        assert!(other.revisions().all(|revision| other.files(revision.id) == history.files(revision.id)));
        // What has arrived is whole, also in the image.
        let again = History::read(other.image().to_vec()).unwrap();
        assert!(again.damage().is_empty());
        assert_eq!(again.revisions().len(), other.revisions().len());
        // Cut off, it is refused as well, or ends between two revisions.
        let mut other = History::default();
        let _ = other.import(&stream[..at]);
        assert!(other.revisions().all(|revision| other.files(revision.id) == history.files(revision.id)));
    }
    // A move is nobody else's.
    let mut moved = whole.clone();
    moved.switch_to(ids[0]).unwrap();
    let tail = moved.image()[whole.image().len()..].to_vec();
    assert!(matches!(whole.import(&tail), Err(HistoryError::Refused(_))));
}
