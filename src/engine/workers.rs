//! Threads for lane programs.

/// Elements below which a domain stays on one thread: handing work over would cost more than it saves.
const PARALLEL_FROM: usize = 8_192;
/// Parts per thread, so that a thread that is held up does not hold up the others for long.
#[cfg(feature = "parallel")]
const PARTS_PER_THREAD: usize = 2;

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
    /// Workers for so many threads, the caller included.
    ///
    /// # Errors
    /// When the system gives no more threads.
    #[cfg(feature = "parallel")]
    pub(crate) fn new(threads: usize) -> Result<Self, String> {
        if threads <= 1 {
            return Ok(Self::Caller);
        }
        if rayon::current_thread_index().is_some() && rayon::current_num_threads() == threads {
            return Ok(Self::Surrounding(threads));
        }
        let builder = || rayon::ThreadPoolBuilder::new().num_threads(threads);
        // Only a thread that is in no pool yet can become one of its threads.
        let pool = match rayon::current_thread_index() {
            None => builder().use_current_thread().build(),
            Some(_) => builder().build(),
        };
        let pool = pool.map_err(|error| error.to_string())?;
        // A thread allocates what it needs to take work from others when it first does so, and taking a broadcast is such
        // a time. Without it, on a busy machine, some thread comes to it in the middle of a late frame.
        pool.broadcast(|_| ());
        Ok(Self::Pool(pool.into()))
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
        match self {
            Self::Caller => 1,
            #[cfg(feature = "parallel")]
            _ => self.threads() * PARTS_PER_THREAD,
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
