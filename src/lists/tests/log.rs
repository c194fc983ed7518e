//! Readers of a log: near, far behind, gone.

use std::sync::Arc;

use super::super::*;
use super::Random;

const LIMITS: LogLimits = LogLimits { entries: 16, most: 64, readers: 3 };

struct Reader {
    cursor: Cursor,
    order: Vec<Item>,
    snapshots: u32,
}

struct Run {
    random: Random,
    list: List,
    texts: Texts,
    log: Log,
}

impl Run {
    fn new(seed: u64) -> Self {
        let list = List::new(&[Kind::Int], Limits::of(40));
        Self { random: Random(seed), list, texts: Texts::new(0, 0), log: Log::new(LIMITS) }
    }

    fn edit(&mut self) {
        for _ in 0..1 + self.random.below(3) {
            let len = self.list.len();
            let item = self.list.get(self.random.below(len.max(1) as usize) as u32);
            let place = Place::At(self.random.below(40) as u32);
            match (self.random.below(4), item) {
                (0, Some(item)) => self.list.remove(item).unwrap(),
                (1, Some(item)) => self.list.move_to(0, item, place).unwrap(),
                (2, Some(item)) => self.list.set(0, item, 0, Value::Int(self.random.next() as i32)).unwrap(),
                (_, _) if len < 30 => self.list.insert(0, place, &[Value::Int(0)]).unwrap(),
                (_, _) => {}
            }
        }
        let delta = self.list.commit(&mut self.texts).unwrap();
        self.log.push(delta);
    }

    fn subscribe(&mut self) -> Reader {
        let cursor = self.log.subscribe().unwrap();
        Reader { cursor, order: self.list.items().collect(), snapshots: 0 }
    }

    fn read(&mut self, reader: &mut Reader) -> Option<Arc<Snapshot>> {
        let snapshot = match self.log.read(reader.cursor, || self.list.items()).expect("it reads") {
            Read::Deltas(deltas) => {
                deltas.for_each(|delta| delta.apply(&mut reader.order));
                None
            }
            Read::Behind(snapshot) => {
                reader.order.clone_from(&snapshot.items);
                reader.snapshots += 1;
                Some(snapshot)
            }
        };
        assert_eq!(reader.order, self.list.items().collect::<Vec<_>>());
        snapshot
    }
}

#[test]
fn readers_have_what_the_list_has() {
    for seed in 0..20 {
        let mut run = Run::new(seed);
        let mut readers = [run.subscribe(), run.subscribe(), run.subscribe()];
        assert_eq!(run.log.subscribe(), Err(ListError::TooManyReaders { capacity: 3 }));
        for _ in 0..2000 {
            run.edit();
            // One reads always, one often, one seldom.
            for (reader, chance) in readers.iter_mut().zip([1, 4, 60]) {
                if run.random.below(chance) == 0 {
                    run.read(reader);
                }
            }
            if run.random.below(10) == 0 {
                run.log.make_room();
            }
        }
        assert_eq!(readers[0].snapshots, 0);
        assert!(readers[2].snapshots > 0, "it was never behind");
    }
}

#[test]
fn readers_behind_share_one_snapshot() {
    let mut run = Run::new(1);
    let mut readers = [run.subscribe(), run.subscribe()];
    for _ in 0..100 {
        run.edit();
    }
    let [a, b] = readers.each_mut().map(|reader| run.read(reader).expect("it is behind"));
    assert!(Arc::ptr_eq(&a, &b));
    assert_eq!((a.version, a.version), (100, run.log.version()));
    run.edit();
    assert!(run.read(&mut readers[0]).is_none(), "it is behind by one");
}

#[test]
fn the_ring_is_large_while_a_reader_is_slow() {
    let mut run = Run::new(1);
    let bytes = run.log.bytes();
    let (slow, mut quick) = (run.subscribe(), run.subscribe());
    for _ in 0..100 {
        run.edit();
        run.read(&mut quick);
        run.log.make_room();
        assert!(run.log.bytes() <= 5 * bytes, "there is a limit");
    }
    assert!(run.log.bytes() > 3 * bytes, "it has grown");
    assert!(run.log.unsubscribe(slow.cursor) && !run.log.unsubscribe(slow.cursor));
    assert!(run.log.read(slow.cursor, || run.list.items()).is_none(), "it reads no more");
    for _ in 0..10 {
        run.edit();
        run.read(&mut quick);
        run.log.make_room();
    }
    assert_eq!(run.log.bytes(), bytes);
}

#[test]
fn nothing_is_kept_for_nobody() {
    let mut run = Run::new(1);
    run.edit();
    assert!(run.log.is_empty());
    let mut reader = run.subscribe();
    run.edit();
    run.edit();
    assert_eq!(run.log.len(), 2);
    run.read(&mut reader);
    run.edit();
    assert_eq!(run.log.len(), 1);
}
