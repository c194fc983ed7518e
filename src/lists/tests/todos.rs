//! A todo list on these rooms alone: its stages, what they leave, and how much of the visible view each of them changes.

use sha2::{Digest, Sha256};

use super::super::*;

const TITLE: u32 = 0;
const DONE: u32 = 1;

/// What is shown.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Show {
    All,
    Active,
    Completed,
}

/// Entries of the visible view by kind: removes, inserts, updates.
type Changes = [u64; 3];

struct Todos {
    list: List,
    texts: Texts,
    views: Views,
    show: Show,
    draft: String,
    changes: Changes,
    /// Of the visible view, kept by its deltas alone.
    shown: Vec<ItemId>,
}

const SHOWN: ViewId = ViewId(0);
const DONES: ViewId = ViewId(1);

impl Todos {
    fn new() -> Self {
        let list = List::new(&[Kind::Text, Kind::Bool], Limits::of(1000));
        let mut views = Views::new();
        views.add(Input::List, Operator::Filter(Filter::new(1000)), &list).unwrap();
        views.make_live(SHOWN, &list).unwrap();
        views.add(Input::List, Operator::Fold(Fold::new(1000)), &list).unwrap();
        let mut todos = Self {
            list,
            texts: Texts::new(2100, 40_000),
            views,
            show: Show::All,
            draft: String::new(),
            changes: [0; 3],
            shown: Vec::new(),
        };
        for title in ["Buy groceries", "Clean room"] {
            todos.add(title);
            todos.commit();
        }
        todos
    }

    fn is_done(&self, item: Item) -> bool {
        self.list.value(item, DONE) == Some(Value::Bool(true))
    }

    fn title(&self, item: Item) -> &str {
        let Some(Value::Text(title)) = self.list.value(item, TITLE) else { panic!("{item:?} has no title") };
        self.texts.get(title)
    }

    fn is_shown(show: Show, is_done: bool) -> bool {
        match show {
            Show::All => true,
            Show::Active => !is_done,
            Show::Completed => is_done,
        }
    }

    /// Ends a turn.
    fn commit(&mut self) {
        self.list.commit(&mut self.texts).unwrap();
        let (list, show) = (&self.list, self.show);
        self.views
            .refresh(list, &self.texts, |_, question| {
                let is_done = list.value(question.item, DONE) == Some(Value::Bool(true));
                *question.is_so = Self::is_shown(show, is_done);
                question.numbers.fill(f64::from(u8::from(is_done)));
            })
            .unwrap();
        self.texts.sweep();
        self.count();
    }

    fn count(&mut self) {
        let delta = self.views.get(SHOWN).and_then(Operator::delta).expect("it is a filter");
        for (count, entries) in
            self.changes.iter_mut().zip([delta.removes(), delta.inserts(), delta.updates()])
        {
            *count += entries.len() as u64;
        }
        delta.apply(&mut self.shown);
        let expected: Vec<ItemId> = self
            .list
            .items()
            .filter(|item| Self::is_shown(self.show, self.is_done(*item)))
            .map(|item| item.id)
            .collect();
        assert_eq!(self.shown, expected);
    }

    /// Another filter: the predicate of every item may be another one, and no item is.
    fn filter(&mut self, show: Show) {
        self.show = show;
        self.views.ask_all(SHOWN).unwrap();
        self.commit();
    }

    fn add(&mut self, title: &str) {
        let title = self.texts.put(title).unwrap();
        self.list.append(0, &[Value::Text(title), Value::Bool(false)]).unwrap();
    }

    /// Types letter by letter, then Enter.
    fn enter(&mut self, text: &str) {
        for letter in text.chars() {
            self.draft.push(letter);
        }
        let draft = std::mem::take(&mut self.draft);
        if draft.trim().is_empty() {
            self.draft = draft;
        } else {
            self.add(draft.trim());
        }
        self.commit();
    }

    fn flip(&mut self, which: impl Fn(ItemId) -> bool) {
        let items: Vec<Item> = self.list.items().filter(|item| which(item.id)).collect();
        for item in items {
            let is_done = self.is_done(item);
            self.list.set(0, item, DONE, Value::Bool(!is_done)).unwrap();
        }
        self.commit();
    }

    fn toggle_all(&mut self) {
        let items: Vec<Item> = self.list.items().collect();
        let are_all_done = self.done().every();
        for item in items {
            self.list.set(0, item, DONE, Value::Bool(!are_all_done)).unwrap();
        }
        self.commit();
    }

    fn clear_completed(&mut self) {
        self.list.remove_where(|list, item| list.value(item, DONE) == Some(Value::Bool(true)));
        self.commit();
    }

    /// Edits a title; Enter and blur do the same.
    fn edit(&mut self, index: u32, more: &str) {
        let item = self.list.get(index).expect("it is there");
        let draft = self.title(item).to_owned() + more;
        if !draft.trim().is_empty() {
            let title = self.texts.put(draft.trim()).unwrap();
            self.list.set(0, item, TITLE, Value::Text(title)).unwrap();
        }
        self.commit();
    }

    fn done(&self) -> Totals {
        let Some(Operator::Fold(fold)) = self.views.get(DONES) else { panic!("it is a fold") };
        fold.totals()
    }

    /// Id, title, 0 or 1: a line for each item, with line ends between them.
    fn lines(&self) -> String {
        let line =
            |item: Item| format!("{}\t{}\t{}", item.id, self.title(item), u8::from(self.is_done(item)));
        self.list.items().map(line).collect::<Vec<_>>().join("\n")
    }

    /// What a stage has left, and what it has changed.
    fn stage(&mut self, total: u32, done: u32, changes: Changes, digest: Option<&str>) {
        let totals = self.done();
        assert_eq!((self.list.len(), totals.trues, totals.count - totals.trues), (total, done, total - done));
        assert_eq!(std::mem::take(&mut self.changes), changes);
        if let Some(digest) = digest {
            let bytes = Sha256::digest(self.lines());
            let hex: String = bytes.iter().take(8).map(|byte| format!("{byte:02x}")).collect();
            assert_eq!(hex, digest, "{}", self.lines());
        }
    }

    fn s1(&mut self) {
        for k in 1..=200 {
            self.enter(&format!("Todo {k:03}"));
        }
    }

    fn s3(&mut self) {
        self.flip(|id| id.0 % 3 == 0);
        self.changes = [0; 3];
        for _ in 0..50 {
            for show in [Show::Active, Show::Completed, Show::All] {
                self.filter(show);
            }
        }
    }

    fn s4(&mut self) {
        for k in 0..50 {
            self.edit((37 * k + 11) % 202, " *");
        }
    }
}

#[test]
fn all_stages() {
    let mut todos = Todos::new();
    todos.stage(2, 0, [0, 2, 0], Some("196668f8b7355f33"));
    todos.s1();
    todos.stage(202, 0, [0, 200, 0], Some("5b8b0d2aa4da6123"));
    for _ in 0..20 {
        todos.toggle_all();
    }
    todos.stage(202, 0, [0, 0, 4040], Some("5b8b0d2aa4da6123"));
    todos.filter(Show::Active);
    for _ in 0..20 {
        todos.toggle_all();
    }
    todos.filter(Show::All);
    todos.stage(202, 0, [2020, 2020, 0], Some("5b8b0d2aa4da6123"));
    todos.s3();
    todos.stage(202, 67, [10_100, 10_100, 0], Some("d1a7370e643a8f9c"));
    todos.s4();
    assert_eq!(todos.list.items().filter(|item| todos.title(*item).ends_with(" *")).count(), 50);
    todos.stage(202, 67, [0, 0, 50], None);
    todos.clear_completed();
    todos.stage(135, 0, [67, 0, 0], None);
    todos.toggle_all();
    todos.changes = [0; 3];
    todos.clear_completed();
    todos.stage(0, 0, [135, 0, 0], None);
    assert_eq!((todos.texts.len(), todos.texts.used()), (0, 0));
    todos.enter("   ");
    assert_eq!((todos.draft.as_str(), todos.list.len()), ("   ", 0));
    todos.enter("Buy milk  ");
    todos.stage(1, 0, [0, 1, 0], None);
    assert_eq!(todos.lines(), "203\tBuy milk\t0");
}

#[test]
fn ten_rounds_take_no_more_room() {
    let mut todos = Todos::new();
    let bytes = |todos: &Todos| (todos.list.bytes(), todos.texts.bytes(), todos.views.bytes());
    let before = bytes(&todos);
    for _ in 0..10 {
        todos.s1();
        todos.toggle_all();
        todos.clear_completed();
        assert!(todos.list.is_empty());
        todos.enter("Buy groceries");
        todos.enter("Clean room");
    }
    assert_eq!(bytes(&todos), before);
}
