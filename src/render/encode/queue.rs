//! Where pictures are encoded: on a thread of its own while the next frame is drawn, or on the caller's.

use std::sync::mpsc::{Receiver, SyncSender, TryRecvError, sync_channel};
use std::thread::JoinHandle;

use super::super::{Picture, RenderError};
use super::Encode;

/// An encoder, and the thread it runs on.
pub(in crate::render) enum Encoding {
    /// One of its own.
    Behind(Background),
    /// The caller's.
    Here(Foreground),
}

impl Encoding {
    /// # Errors
    /// When no thread can be started.
    pub(in crate::render) fn start(
        target: String,
        size: (u32, u32),
        encoder: Box<dyn Encode>,
        on_thread: bool,
    ) -> Result<Self, RenderError> {
        Ok(match on_thread {
            true => Self::Behind(Background::start(target, size, encoder)?),
            false => Self::Here(Foreground { target, encoder: Some(encoder), picture: None, size }),
        })
    }

    /// Pictures in use.
    pub(in crate::render) const fn pictures(on_thread: bool) -> usize {
        if on_thread { Background::PICTURES } else { 1 }
    }

    /// A picture to draw into, whose pixels are left over from an earlier one.
    pub(in crate::render) fn blank(&mut self) -> Result<Picture, RenderError> {
        match self {
            Self::Behind(background) => background.blank(),
            Self::Here(foreground) => foreground.blank(),
        }
    }

    /// Takes a picture.
    pub(in crate::render) fn send(&mut self, index: u64, picture: Picture) -> Result<(), RenderError> {
        match self {
            Self::Behind(background) => background.send(index, picture),
            Self::Here(foreground) => foreground.send(index, picture),
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

/// An encoder on the caller's thread.
pub(in crate::render) struct Foreground {
    target: String,
    /// None after an error or the end; it is then dropped, so that an unfinished file is gone.
    encoder: Option<Box<dyn Encode>>,
    picture: Option<Picture>,
    size: (u32, u32),
}

impl Foreground {
    fn blank(&mut self) -> Result<Picture, RenderError> {
        self.picture.take().map_or_else(|| Picture::new(self.size.0, self.size.1), Ok)
    }

    fn send(&mut self, index: u64, picture: Picture) -> Result<(), RenderError> {
        let mut encoder = self.encoder.take().ok_or_else(|| self.stopped())?;
        encoder.picture(index, &picture)?;
        (self.encoder, self.picture) = (Some(encoder), Some(picture));
        Ok(())
    }

    fn finish(&mut self) -> Result<Vec<String>, RenderError> {
        let mut encoder = self.encoder.take().ok_or_else(|| self.stopped())?;
        encoder.finish()?;
        Ok(encoder.warnings())
    }

    fn stopped(&self) -> RenderError {
        RenderError::Stopped { target: self.target.clone() }
    }
}

enum Job {
    Picture(u64, Picture),
    Finish,
}

/// An encoder on a thread of its own, fed by a queue of a few recycled pictures: while all are in use,
/// [`blank`](Self::blank) waits. What goes wrong over there is returned by the next call here.
pub(in crate::render) struct Background {
    target: String,
    jobs: Option<SyncSender<Job>>,
    returned: Receiver<Picture>,
    thread: Option<JoinHandle<Result<Vec<String>, RenderError>>>,
    /// Pictures that may still be made.
    spare: usize,
    size: (u32, u32),
}

impl Background {
    /// Pictures in use: one being drawn, one waiting, one being encoded.
    const PICTURES: usize = 3;

    fn start(target: String, size: (u32, u32), mut encoder: Box<dyn Encode>) -> Result<Self, RenderError> {
        let (jobs, todo) = sync_channel(Self::PICTURES);
        let (give_back, returned) = sync_channel(Self::PICTURES);
        let work = move || {
            for job in todo {
                match job {
                    Job::Picture(index, picture) => {
                        encoder.picture(index, &picture)?;
                        // Nobody waits for it once the sink is gone.
                        let _ = give_back.send(picture);
                    }
                    Job::Finish => return encoder.finish().map(|()| encoder.warnings()),
                }
            }
            // The sink was dropped before the end, and so is the encoder.
            Ok(Vec::new())
        };
        let thread = std::thread::Builder::new().name("encode".to_owned()).spawn(work);
        let thread = thread.map_err(|e| RenderError::from_io(&target, e))?;
        Ok(Self { target, jobs: Some(jobs), returned, thread: Some(thread), spare: Self::PICTURES, size })
    }

    fn blank(&mut self) -> Result<Picture, RenderError> {
        match self.returned.try_recv() {
            Ok(picture) => return Ok(picture),
            Err(TryRecvError::Disconnected) => return Err(self.failure()),
            Err(TryRecvError::Empty) => {}
        }
        if self.spare > 0 {
            self.spare -= 1;
            return Picture::new(self.size.0, self.size.1);
        }
        match self.returned.recv() {
            Ok(picture) => Ok(picture),
            Err(_) => Err(self.failure()),
        }
    }

    /// Queues a picture.
    fn send(&mut self, index: u64, picture: Picture) -> Result<(), RenderError> {
        match self.jobs.as_ref().map(|jobs| jobs.send(Job::Picture(index, picture))) {
            Some(Ok(())) => Ok(()),
            _ => Err(self.failure()),
        }
    }

    /// Waits until all is written; gives the encoder's warnings.
    fn finish(&mut self) -> Result<Vec<String>, RenderError> {
        // If the thread is gone, joining it says why.
        let sent = self.jobs.take().is_some_and(|jobs| jobs.send(Job::Finish).is_ok());
        match self.join() {
            Some(Ok(warnings)) if sent => Ok(warnings),
            Some(Err(error)) => Err(error),
            _ => Err(RenderError::Stopped { target: self.target.clone() }),
        }
    }

    /// Why the thread ended early.
    fn failure(&mut self) -> RenderError {
        self.jobs = None;
        match self.join() {
            Some(Err(error)) => error,
            _ => RenderError::Stopped { target: self.target.clone() },
        }
    }

    /// The thread's result, the first time; `None` also where it panicked.
    fn join(&mut self) -> Option<Result<Vec<String>, RenderError>> {
        self.thread.take()?.join().ok()
    }
}

impl Drop for Background {
    fn drop(&mut self) {
        self.jobs = None;
        // So that an unfinished file is gone when the sink is.
        let _ = self.join();
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

    fn start(fails_at: u64, on_thread: bool) -> Encoding {
        Encoding::start("x".to_owned(), (2, 2), Box::new(Failing(fails_at)), on_thread).unwrap()
    }

    fn run(fails_at: u64, frames: impl Iterator<Item = u64>, on_thread: bool) -> Result<(), RenderError> {
        let mut queue = start(fails_at, on_thread);
        for index in frames {
            let picture = queue.blank()?;
            queue.send(index, picture)?;
        }
        queue.finish().map(drop)
    }

    #[test]
    fn errors_come_back() {
        for on_thread in [true, false] {
            run(100, 0..50, on_thread).unwrap();
            for fails_at in [0, 1, 10, 49] {
                let failed = run(fails_at, 0..50, on_thread);
                assert!(matches!(failed, Err(RenderError::DiskFull { .. })), "{fails_at}");
            }
        }
        assert!(matches!(run(0, 99..100, true), Err(RenderError::Stopped { .. })));
    }

    #[test]
    fn on_the_callers_thread_an_error_is_known_at_once() {
        let mut queue = start(1, false);
        for (index, is_good) in [(0, true), (1, false), (0, false)] {
            let picture = queue.blank().unwrap();
            assert_eq!(queue.send(index, picture).is_ok(), is_good);
        }
        assert!(matches!(queue.finish(), Err(RenderError::Stopped { .. })));
    }

    #[test]
    fn nothing_is_taken_after_the_end() {
        for on_thread in [true, false] {
            let mut queue = start(9, on_thread);
            let picture = queue.blank().unwrap();
            queue.finish().unwrap();
            assert!(matches!(queue.send(0, picture), Err(RenderError::Stopped { .. })));
            assert!(matches!(queue.finish(), Err(RenderError::Stopped { .. })));
        }
    }
}
