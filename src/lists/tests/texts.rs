//! Texts: who holds them, how long they last, and that all bytes can be used again.

use super::super::*;
use super::Random;

#[test]
fn a_text_lasts_as_long_as_a_cell_holds_it() {
    let mut texts = Texts::new(4, 32);
    let mut list = List::new(&[Kind::Text], Limits::of(4));
    let title = texts.intern("title").unwrap();
    assert_eq!(texts.intern("title").unwrap(), title);
    let (a, loose) = (texts.put("a text").unwrap(), texts.put("loose").unwrap());
    assert_eq!(texts.put("a text"), Ok(a));
    list.append(0, &[Value::Text(a)]).unwrap();
    list.append(0, &[Value::Text(a)]).unwrap();
    list.append(0, &[Value::Text(title)]).unwrap();
    list.commit(&mut texts).unwrap();
    texts.sweep();
    assert_eq!((texts.get(a), texts.get(loose), texts.len()), ("a text", "", 2));
    let items: Vec<Item> = list.items().collect();
    list.set(0, items[0], 0, Value::Text(title)).unwrap();
    list.remove(items[2]).unwrap();
    list.commit(&mut texts).unwrap();
    texts.sweep();
    assert_eq!((texts.get(a), texts.get(title)), ("a text", "title"));
    // What a cell held last is there until the sweep.
    list.remove(items[1]).unwrap();
    list.commit(&mut texts).unwrap();
    assert_eq!(texts.get(a), "a text");
    texts.sweep();
    assert_eq!((texts.get(a), texts.len()), ("", 1));
    // The slot is used again, and the old name still says nothing.
    let b = texts.put("b").unwrap();
    assert_eq!((texts.get(a), texts.get(b)), ("", "b"));
}

#[test]
fn full_is_an_error_and_changes_nothing() {
    let mut texts = Texts::new(2, 8);
    let full = Err(ListError::TooMuchText { texts: 2, bytes: 8 });
    assert_eq!(texts.put("123456789"), full);
    let a = texts.put("12345").unwrap();
    assert_eq!(texts.put("1234"), full);
    texts.put("123").unwrap();
    assert_eq!(texts.put("1"), full);
    assert_eq!(texts.put(""), Ok(TextId::EMPTY));
    assert_eq!((texts.get(a), texts.used()), ("12345", 8));
    texts.sweep();
    assert_eq!((texts.len(), texts.used()), (0, 0));
}

#[test]
fn any_texts_that_fit_find_room() {
    let mut random = Random(1);
    let mut texts = Texts::new(50, 300);
    let bytes = texts.bytes();
    let mut held: Vec<(TextId, String)> = Vec::new();
    for _ in 0..100_000 {
        let text: String =
            (0..1 + random.below(30)).map(|_| char::from(b'a' + random.below(26) as u8)).collect();
        if let Some((id, _)) = held.iter().find(|(_, known)| *known == text) {
            assert_eq!((texts.put(&text), texts.numbered(texts.number(*id))), (Ok(*id), *id));
            continue;
        }
        let used: usize = held.iter().map(|(_, text)| text.len()).sum();
        let found = texts.put(&text);
        if held.len() < 50 && used + text.len() <= 300 {
            let id = found.expect("there is room");
            texts.hold(id);
            held.push((id, text));
        } else {
            assert!(found.is_err(), "{} bytes in {}", used + text.len(), held.len());
            for _ in 0..1 + random.below(8) {
                if !held.is_empty() {
                    let k = random.below(held.len());
                    texts.let_go(held.swap_remove(k).0);
                }
            }
        }
        texts.sweep();
        for (id, text) in &held {
            assert_eq!(texts.get(*id), text);
        }
    }
    assert_eq!(texts.bytes(), bytes);
}
