//! Turns that threads wait for, so that what they have made side by side is put together in order.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

/// Whose turn it is: numbers from 0 on, each once.
pub(super) struct Turns {
    /// None where no turn comes any more.
    now: Mutex<Option<u64>>,
    moved: Condvar,
}

impl Turns {
    pub(super) fn new() -> Self {
        Self { now: Mutex::new(Some(0)), moved: Condvar::new() }
    }

    fn lock(&self) -> MutexGuard<'_, Option<u64>> {
        // A number is whole whatever a thread that held the lock has come to.
        self.now.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Does something when it is the turn of `turn`, and then lets the next one begin. `None` where its turn never comes.
    pub(super) fn take<T>(&self, turn: u64, work: impl FnOnce() -> T) -> Option<T> {
        let now = self.moved.wait_while(self.lock(), |now| now.is_some_and(|now| now != turn));
        let is_there = now.unwrap_or_else(PoisonError::into_inner).is_some();
        is_there.then(|| {
            let done = work();
            if let Some(now) = &mut *self.lock() {
                *now = turn + 1;
            }
            self.moved.notify_all();
            done
        })
    }

    /// Whoever waits, or will, waits in vain.
    pub(super) fn end(&self) {
        *self.lock() = None;
        self.moved.notify_all();
    }

    /// Ends all turns where the thread that holds it panics, so that nobody waits for it.
    pub(super) fn watch(&self) -> Watch<'_> {
        Watch(self)
    }
}

/// See [`Turns::watch`].
pub(super) struct Watch<'a>(&'a Turns);

impl Drop for Watch<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.0.end();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU64, Ordering};

    use super::*;

    #[test]
    fn work_is_put_together_in_order() {
        for threads in [1, 2, 4] {
            let (turns, next, done) = (Turns::new(), AtomicU64::new(0), Mutex::new(Vec::new()));
            std::thread::scope(|scope| {
                for _ in 0..threads {
                    scope.spawn(|| {
                        loop {
                            let turn = next.fetch_add(1, Ordering::Relaxed);
                            if turn >= 200 {
                                return;
                            }
                            if turn % 7 == 0 {
                                std::thread::yield_now();
                            }
                            turns.take(turn, || done.lock().unwrap().push(turn)).unwrap();
                        }
                    });
                }
            });
            assert_eq!(done.into_inner().unwrap(), (0..200).collect::<Vec<_>>());
        }
    }

    #[test]
    fn nobody_waits_for_what_never_comes() {
        let turns = Turns::new();
        assert_eq!(turns.take(0, || 5), Some(5));
        std::thread::scope(|scope| {
            let waits: Vec<_> = (2..5)
                .map(|turn| {
                    scope.spawn({
                        let turns = &turns;
                        move || turns.take(turn, || ())
                    })
                })
                .collect();
            // The one whose turn it is does not come to it.
            let panics = scope.spawn(|| {
                let _watch = turns.watch();
                panic!("contained");
            });
            assert!(panics.join().is_err());
            assert!(waits.into_iter().all(|wait| wait.join().unwrap().is_none()));
        });
        assert_eq!(turns.take(1, || ()), None);
    }
}
