//! Threads for lane programs.

/// Elements below which a domain stays on one thread: handing work over would cost more than it saves.
const PARALLEL_FROM: usize = 8_192;
/// Parts per thread, so that a thread that is held up does not hold up the others for long.
#[cfg(feature = "parallel")]
const PARTS_PER_THREAD: usize = 2;

#[cfg(feature = "parallel")]
thread_local! {
    /// The pool that this thread became one of the threads of. It remains that as long as it lives, so the pool stays with
    /// it: for the next engine, which otherwise would hand its work to threads that have ended.
    static JOINED: std::cell::OnceCell<std::sync::Arc<rayon::ThreadPool>> = const { std::cell::OnceCell::new() };
}

/// Who runs lane programs.
#[derive(Debug)]
pub(crate) enum Workers {
    /// The caller alone.
    Caller,
    /// A pool. When the caller is one of its threads, handing over work allocates nothing.
    #[cfg(feature = "parallel")]
    Pool(std::sync::Arc<rayon::ThreadPool>),
    /// The pool that the engine is already running in.
    #[cfg(feature = "parallel")]
    Surrounding(usize),
}

impl Workers {
    /// Workers for `threads` threads, the caller included.
    ///
    /// # Errors
    /// When the system gives no more threads.
    #[cfg(feature = "parallel")]
    pub(crate) fn new(threads: usize) -> Result<Self, String> {
        if threads <= 1 {
            return Ok(Self::Caller);
        }
        let joined = JOINED.with(|joined| joined.get().cloned());
        if let Some(pool) = joined.filter(|pool| pool.current_num_threads() == threads) {
            return Ok(Self::Pool(pool));
        }
        if rayon::current_thread_index().is_some() && rayon::current_num_threads() == threads {
            return Ok(Self::Surrounding(threads));
        }
        let builder = || rayon::ThreadPoolBuilder::new().num_threads(threads);
        // Only a thread that is in no pool yet can become one of its threads.
        let is_free = rayon::current_thread_index().is_none();
        let builder = if is_free { builder().use_current_thread() } else { builder() };
        let pool = std::sync::Arc::new(builder.build().map_err(|error| error.to_string())?);
        // A thread allocates what it needs to take work from others when it first does so, and taking a broadcast is such
        // a time. Without it, on a busy machine, some thread comes to it in the middle of a late frame.
        pool.broadcast(|_| ());
        if is_free {
            JOINED.with(|joined| drop(joined.set(std::sync::Arc::clone(&pool))));
        }
        Ok(Self::Pool(pool))
    }

    /// Workers for one thread: this build has no others.
    ///
    /// # Errors
    /// For more than one thread.
    #[cfg(not(feature = "parallel"))]
    pub(crate) fn new(threads: usize) -> Result<Self, String> {
        match threads {
            0 | 1 => Ok(Self::Caller),
            _ => Err("this build of pavane runs on one thread: turn the feature `parallel` on".into()),
        }
    }

    pub(crate) fn threads(&self) -> usize {
        match self {
            Self::Caller => 1,
            #[cfg(feature = "parallel")]
            Self::Pool(pool) => pool.current_num_threads(),
            #[cfg(feature = "parallel")]
            Self::Surrounding(threads) => *threads,
        }
    }

    /// The most parts that work is cut into.
    pub(crate) fn parts_max(&self) -> usize {
        Self::most_parts(self.threads())
    }

    /// The most parts that work is cut into for so many threads.
    pub(crate) fn most_parts(threads: usize) -> usize {
        match threads {
            0 | 1 => 1,
            #[cfg(feature = "parallel")]
            _ => threads.saturating_mul(PARTS_PER_THREAD),
            #[cfg(not(feature = "parallel"))]
            _ => 1,
        }
    }

    /// Into how many parts to cut the work on `elements`.
    pub(crate) fn parts(&self, elements: usize) -> usize {
        if elements < PARALLEL_FROM { 1 } else { self.parts_max() }
    }

    /// Runs work that is cut into `parts`, in the pool if that is more than one.
    pub(crate) fn run<R: Send>(&self, parts: usize, work: impl FnOnce() -> R + Send) -> R {
        match self {
            #[cfg(feature = "parallel")]
            Self::Pool(pool) if parts > 1 => pool.install(work),
            _ => {
                let _ = parts;
                work()
            }
        }
    }
}

#[cfg(all(test, feature = "parallel"))]
mod tests {
    use std::collections::HashSet;
    use std::sync::Mutex;
    use std::thread::{self, ThreadId};

    use super::*;

    /// The threads that are there to take work.
    fn there(workers: &Workers) -> usize {
        let seen: Mutex<HashSet<ThreadId>> = Mutex::default();
        let note = || {
            seen.lock().expect("nobody panics").insert(thread::current().id());
        };
        match workers {
            Workers::Caller => note(),
            Workers::Pool(pool) => drop(pool.broadcast(|_| note())),
            Workers::Surrounding(_) => drop(rayon::broadcast(|_| note())),
        }
        seen.into_inner().expect("nobody panics").len()
    }

    #[test]
    fn every_engine_of_a_thread_has_threads_that_live() {
        // On a thread of its own, for it stays in the pool.
        let counts = thread::spawn(|| {
            let counts = [3, 3, 1, 4, 3].map(|threads| {
                let workers = Workers::new(threads).unwrap();
                (workers.threads(), there(&workers))
            });
            // One inside of a pool of the host's.
            let host = rayon::ThreadPoolBuilder::new().num_threads(5).build().unwrap();
            let inside = host.install(|| Workers::new(5).map(|workers| (workers.threads(), there(&workers))));
            (counts, inside.unwrap())
        });
        assert_eq!(counts.join().unwrap(), ([(3, 3), (3, 3), (1, 1), (4, 4), (3, 3)], (5, 5)));
    }
}
