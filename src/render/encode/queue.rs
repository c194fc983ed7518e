//! Where pictures are encoded: on threads of their own while the next frame is drawn, or on the caller's.

use std::sync::mpsc::{Receiver, SyncSender, TryRecvError, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

use super::super::{Picture, RenderError};
use super::turns::Turns;
use super::{Cache, Encode, FrameFacts, InTurn};

/// What encodes on one thread.
pub(in crate::render) enum Encoder {
    /// By itself: of several each takes whichever picture comes next.
    Alone(Box<dyn Encode>),
    /// One of several that make one file.
    InTurn(Box<dyn InTurn>),
}

/// A frame to encode.
pub(in crate::render) struct Shot {
    pub(in crate::render) index: u64,
    /// Of the frame, where it is known.
    pub(in crate::render) facts: Option<FrameFacts>,
    pub(in crate::render) picture: Picture,
    /// Whether the picture has just been drawn, and not taken from the cache.
    pub(in crate::render) is_new: bool,
}

/// A frame in the queue.
struct Queued {
    /// How many came before it.
    turn: u64,
    index: u64,
    facts: Option<FrameFacts>,
    /// The picture before it. Two frames may have one, and each is given back when both are encoded.
    before: Option<Arc<Picture>>,
    picture: Arc<Picture>,
    is_new: bool,
}

/// Encoders, and the threads they run on.
pub(in crate::render) enum Encoding {
    /// Their own.
    Behind(Background),
    /// The caller's.
    Here(Foreground),
}

impl Encoding {
    /// # Errors
    /// When no thread can be started.
    pub(in crate::render) fn behind(
        target: String,
        size: (u32, u32),
        encoders: Vec<Encoder>,
        cache: Option<&Arc<Cache>>,
    ) -> Result<Self, RenderError> {
        let workers = encoders.into_iter().map(|encoder| Worker::new(encoder, cache));
        Background::start(target, size, workers.collect()).map(Self::Behind)
    }

    pub(in crate::render) fn here(
        target: String,
        size: (u32, u32),
        encoder: Encoder,
        cache: Option<&Arc<Cache>>,
    ) -> Self {
        let worker = Some(Worker::new(encoder, cache));
        Self::Here(Foreground { target, worker, last: None, spare: None, size })
    }

    /// Pictures in use with so many threads of encoders.
    pub(in crate::render) const fn pictures(threads: usize) -> usize {
        // Without threads one being encoded and the one before it.
        if threads > 0 { threads + Background::AHEAD } else { 2 }
    }

    /// A picture to draw into, whose pixels are left over from an earlier one.
    pub(in crate::render) fn blank(&mut self) -> Result<Picture, RenderError> {
        match self {
            Self::Behind(background) => background.blank(),
            Self::Here(foreground) => foreground.blank(),
        }
    }

    pub(in crate::render) fn send(&mut self, shot: Shot) -> Result<(), RenderError> {
        match self {
            Self::Behind(background) => background.send(shot),
            Self::Here(foreground) => foreground.send(shot),
        }
    }

    /// Takes a frame that has the picture of the one before it: there has to be one.
    pub(in crate::render) fn again(&mut self, index: u64, facts: FrameFacts) -> Result<(), RenderError> {
        match self {
            Self::Behind(background) => background.again(index, facts),
            Self::Here(foreground) => foreground.again(index, facts),
        }
    }

    /// Completes the file; gives the encoder's warnings.
    pub(in crate::render) fn finish(&mut self) -> Result<Vec<String>, RenderError> {
        match self {
            Self::Behind(background) => background.finish(),
            Self::Here(foreground) => foreground.finish(),
        }
    }
}

/// An encoder and what else is done with its pictures.
struct Worker {
    encoder: Encoder,
    cache: Option<Arc<Cache>>,
    /// A picture on its way into the cache.
    bytes: Vec<u8>,
}

impl Worker {
    fn new(encoder: Encoder, cache: Option<&Arc<Cache>>) -> Self {
        Self { encoder, cache: cache.cloned(), bytes: Vec::new() }
    }

    /// `None` where it has not come to it, since another encoder of the file has ended.
    fn encode(&mut self, shot: &Queued, turns: &Turns) -> Result<Option<()>, RenderError> {
        let Queued { turn, index, facts, ref before, ref picture, is_new } = *shot;
        match (&mut self.encoder, facts) {
            (Encoder::Alone(encoder), Some(facts)) => encoder.picture_of(index, facts, picture)?,
            (Encoder::Alone(encoder), None) => encoder.picture(index, picture)?,
            (Encoder::InTurn(encoder), _) => {
                encoder.make(before.as_deref(), picture)?;
                let Some(put) = turns.take(turn, || encoder.put()) else { return Ok(None) };
                put?;
            }
        }
        if let (Some(cache), Some(facts), true) = (&self.cache, facts, is_new) {
            cache.put(facts.hash, picture, &mut self.bytes);
        }
        Ok(Some(()))
    }

    fn finish(&mut self, turn: u64, turns: &Turns) -> Result<Option<()>, RenderError> {
        match &mut self.encoder {
            Encoder::Alone(encoder) => encoder.finish().map(Some),
            Encoder::InTurn(encoder) => turns.take(turn, || encoder.finish()).transpose(),
        }
    }

    fn warnings(&self) -> Vec<String> {
        match &self.encoder {
            Encoder::Alone(encoder) => encoder.warnings(),
            Encoder::InTurn(encoder) => encoder.warnings(),
        }
    }

    /// Leaves no file.
    fn abandon(self) {
        match self.encoder {
            Encoder::Alone(encoder) => drop(encoder),
            Encoder::InTurn(mut encoder) => encoder.abandon(),
        }
    }
}

/// An encoder on the caller's thread.
pub(in crate::render) struct Foreground {
    target: String,
    /// None after an error or the end; it is then dropped, so that an unfinished file is gone.
    worker: Option<Worker>,
    last: Option<Arc<Picture>>,
    spare: Option<Picture>,
    size: (u32, u32),
}

impl Foreground {
    fn blank(&mut self) -> Result<Picture, RenderError> {
        self.spare.take().map_or_else(|| Picture::new(self.size.0, self.size.1), Ok)
    }

    fn send(&mut self, shot: Shot) -> Result<(), RenderError> {
        let Shot { index, facts, picture, is_new } = shot;
        let (before, picture) = (self.last.take(), Arc::new(picture));
        self.encode(Queued { turn: 0, index, facts, before, picture, is_new })
    }

    fn again(&mut self, index: u64, facts: FrameFacts) -> Result<(), RenderError> {
        let picture = self.last.take().ok_or_else(|| self.stopped())?;
        let (before, facts) = (Some(Arc::clone(&picture)), Some(facts));
        self.encode(Queued { turn: 0, index, facts, before, picture, is_new: false })
    }

    fn encode(&mut self, queued: Queued) -> Result<(), RenderError> {
        let mut worker = self.worker.take().ok_or_else(|| self.stopped())?;
        // It is always its turn.
        worker.encode(&queued, &Turns::new())?;
        self.worker = Some(worker);
        // Of two frames with one picture there is none to spare.
        self.spare = queued.before.and_then(Arc::into_inner).or_else(|| self.spare.take());
        self.last = Some(queued.picture);
        Ok(())
    }

    fn finish(&mut self) -> Result<Vec<String>, RenderError> {
        let mut worker = self.worker.take().ok_or_else(|| self.stopped())?;
        worker.finish(0, &Turns::new())?;
        Ok(worker.warnings())
    }

    fn stopped(&self) -> RenderError {
        RenderError::Stopped { target: self.target.clone() }
    }
}

enum Job {
    Shot(Queued),
    /// One for each thread, with its turn.
    Finish(u64),
}

/// Encoders on threads of their own, fed by a queue of a few recycled pictures: while all are in use,
/// [`blank`](Self::blank) waits. What goes wrong over there is returned by the next call here.
pub(in crate::render) struct Background {
    target: String,
    jobs: Option<SyncSender<Job>>,
    /// Jobs so far.
    sent: u64,
    /// The picture that was sent last.
    last: Option<Arc<Picture>>,
    /// Pictures that are free again, and what has ended a thread.
    returned: Receiver<Result<Picture, RenderError>>,
    threads: Vec<JoinHandle<Vec<String>>>,
    /// Pictures that may still be made.
    spare: usize,
    size: (u32, u32),
}

/// What a thread does: whatever comes next, until the end or an error.
fn work(
    mut worker: Worker,
    todo: &Mutex<Receiver<Job>>,
    turns: &Turns,
    give_back: &SyncSender<Result<Picture, RenderError>>,
) -> Vec<String> {
    let _watch = turns.watch();
    loop {
        // Of several threads one waits for a job, and the others for it.
        let job = todo.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let (is_end, done) = match job {
            Ok(Job::Shot(shot)) => {
                let done = worker.encode(&shot, turns);
                if matches!(done, Ok(Some(()))) {
                    // Whoever has a picture last. Nobody waits for it once the sink is gone.
                    let free = shot.before.into_iter().chain([shot.picture]).filter_map(Arc::into_inner);
                    free.for_each(|picture| drop(give_back.send(Ok(picture))));
                }
                (false, done)
            }
            Ok(Job::Finish(turn)) => (true, worker.finish(turn, turns)),
            // The sink was dropped before the end, and so is the encoder.
            Err(_) => return Vec::new(),
        };
        match done {
            Ok(Some(())) if is_end => return worker.warnings(),
            Ok(Some(())) => {}
            Ok(None) => return Vec::new(),
            Err(error) => {
                // An unfinished file is gone before anybody knows of the error.
                worker.abandon();
                drop(give_back.send(Err(error)));
                turns.end();
                return Vec::new();
            }
        }
    }
}

impl Background {
    /// Pictures in use beside those that are being encoded: one being drawn, one waiting, and the one before the first.
    const AHEAD: usize = 3;

    fn start(target: String, size: (u32, u32), workers: Vec<Worker>) -> Result<Self, RenderError> {
        let pictures = Encoding::pictures(workers.len());
        // Room for all that may be in it, so that nobody waits to put something in: each thread ends with one thing more.
        let (jobs, todo) = sync_channel(pictures + workers.len());
        let (give_back, returned) = sync_channel(pictures + workers.len());
        let (todo, turns) = (Arc::new(Mutex::new(todo)), Arc::new(Turns::new()));
        let mut this = Self {
            target,
            jobs: Some(jobs),
            sent: 0,
            last: None,
            returned,
            threads: Vec::with_capacity(workers.len()),
            spare: pictures,
            size,
        };
        for worker in workers {
            let (todo, turns, give_back) = (Arc::clone(&todo), Arc::clone(&turns), give_back.clone());
            let thread = std::thread::Builder::new().name("encode".to_owned());
            let thread = thread.spawn(move || work(worker, &todo, &turns, &give_back));
            this.threads.push(thread.map_err(|e| RenderError::from_io(&this.target, e))?);
        }
        Ok(this)
    }

    fn blank(&mut self) -> Result<Picture, RenderError> {
        match self.returned.try_recv() {
            Ok(returned) => return returned.map_err(|error| self.failed(error)),
            Err(TryRecvError::Disconnected) => return Err(self.stopped()),
            Err(TryRecvError::Empty) => {}
        }
        if self.spare > 0 {
            self.spare -= 1;
            return Picture::new(self.size.0, self.size.1);
        }
        match self.returned.recv() {
            Ok(returned) => returned.map_err(|error| self.failed(error)),
            Err(_) => Err(self.stopped()),
        }
    }

    fn send(&mut self, shot: Shot) -> Result<(), RenderError> {
        let Shot { index, facts, picture, is_new } = shot;
        let picture = Arc::new(picture);
        let before = self.last.replace(Arc::clone(&picture));
        let turn = self.sent;
        self.queue(Job::Shot(Queued { turn, index, facts, before, picture, is_new }))
    }

    fn again(&mut self, index: u64, facts: FrameFacts) -> Result<(), RenderError> {
        let picture = self.last.clone().ok_or_else(|| self.stopped())?;
        let (turn, before, facts) = (self.sent, Some(Arc::clone(&picture)), Some(facts));
        self.queue(Job::Shot(Queued { turn, index, facts, before, picture, is_new: false }))
    }

    fn queue(&mut self, job: Job) -> Result<(), RenderError> {
        self.sent += 1;
        match self.jobs.as_ref().map(|jobs| jobs.send(job)) {
            Some(Ok(())) => Ok(()),
            // If the threads are gone, what they have left says why.
            Some(Err(_)) | None => Err(self.found().unwrap_or_else(|| self.stopped())),
        }
    }

    /// Waits until all is written; gives the encoders' warnings.
    fn finish(&mut self) -> Result<Vec<String>, RenderError> {
        if self.jobs.is_none() {
            return Err(self.found().unwrap_or_else(|| self.stopped()));
        }
        for _ in 0..self.threads.len() {
            self.queue(Job::Finish(self.sent))?;
        }
        self.jobs = None;
        let mut warnings = Vec::new();
        let mut is_whole = true;
        for thread in self.threads.drain(..) {
            match thread.join() {
                Ok(some) => warnings.extend(some),
                Err(_) => is_whole = false,
            }
        }
        match self.found() {
            Some(error) => Err(error),
            None if is_whole => Ok(warnings),
            None => Err(RenderError::Stopped { target: self.target.clone() }),
        }
    }

    /// The error of a thread that has ended, where there is one.
    fn found(&mut self) -> Option<RenderError> {
        let error = self.returned.try_iter().find_map(Result::err)?;
        Some(self.failed(error))
    }

    /// Ends all threads after an error.
    fn failed(&mut self, error: RenderError) -> RenderError {
        self.jobs = None;
        error
    }

    fn stopped(&mut self) -> RenderError {
        self.jobs = None;
        RenderError::Stopped { target: self.target.clone() }
    }
}

impl Drop for Background {
    fn drop(&mut self) {
        self.jobs = None;
        // So that an unfinished file is gone when the sink is.
        for thread in self.threads.drain(..) {
            let _ = thread.join();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Failing(u64);

    impl Encode for Failing {
        fn picture(&mut self, index: u64, _: &Picture) -> Result<(), RenderError> {
            match index {
                i if i < self.0 => Ok(()),
                99 => panic!("an encoder's panic is contained"),
                _ => Err(RenderError::DiskFull { target: "x".to_owned(), folder: String::new() }),
            }
        }

        fn finish(&mut self) -> Result<(), RenderError> {
            Ok(())
        }
    }

    /// `threads` of encoders; 0 is the caller's.
    fn start(fails_at: u64, threads: usize) -> Encoding {
        let encoder = || Encoder::Alone(Box::new(Failing(fails_at)));
        let (target, size) = ("x".to_owned(), (2, 2));
        match threads {
            0 => Encoding::here(target, size, encoder(), None),
            _ => Encoding::behind(target, size, (0..threads).map(|_| encoder()).collect(), None).unwrap(),
        }
    }

    fn shot(index: u64, picture: Picture) -> Shot {
        Shot { index, facts: None, picture, is_new: true }
    }

    fn run(fails_at: u64, frames: impl Iterator<Item = u64>, threads: usize) -> Result<(), RenderError> {
        let mut queue = start(fails_at, threads);
        for index in frames {
            let picture = queue.blank()?;
            queue.send(shot(index, picture))?;
        }
        queue.finish().map(drop)
    }

    #[test]
    fn errors_come_back() {
        for threads in [0, 1, 2, 5] {
            run(100, 0..50, threads).unwrap();
            for fails_at in [0, 1, 10, 49] {
                let failed = run(fails_at, 0..50, threads);
                assert!(matches!(failed, Err(RenderError::DiskFull { .. })), "{fails_at}");
            }
        }
        for threads in [1, 3] {
            assert!(matches!(run(0, 99..100, threads), Err(RenderError::Stopped { .. })));
        }
    }

    #[test]
    fn a_thread_that_panics_costs_the_run_and_not_its_end() {
        // Three more pictures than threads and pictures together: the one that is lost is not waited for.
        let frames = [99, 0, 1, 2, 3, 4, 5, 6].into_iter();
        assert!(matches!(run(50, frames, 3), Err(RenderError::Stopped { .. })));
    }

    #[test]
    fn on_the_callers_thread_an_error_is_known_at_once() {
        let mut queue = start(1, 0);
        for (index, is_good) in [(0, true), (1, false), (0, false)] {
            let picture = queue.blank().unwrap();
            assert_eq!(queue.send(shot(index, picture)).is_ok(), is_good);
        }
        assert!(matches!(queue.finish(), Err(RenderError::Stopped { .. })));
    }

    #[test]
    fn nothing_is_taken_after_the_end() {
        for threads in [0, 1, 3] {
            let mut queue = start(9, threads);
            let picture = queue.blank().unwrap();
            queue.finish().unwrap();
            assert!(matches!(queue.send(shot(0, picture)), Err(RenderError::Stopped { .. })));
            assert!(matches!(queue.finish(), Err(RenderError::Stopped { .. })));
        }
    }
}
