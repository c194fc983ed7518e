//! A thread that encodes while the next frame is drawn.

use std::sync::mpsc::{Receiver, SyncSender, TryRecvError, sync_channel};
use std::thread::JoinHandle;

use super::super::{Picture, RenderError};
use super::Encode;

enum Job {
    Picture(u64, Picture),
    Finish,
}

/// An encoder on a thread of its own, behind a queue of a few pictures that go round: while all are in use,
/// [`blank`](Self::blank) waits. What goes wrong over there is returned by the next call here.
pub(in crate::render) struct Background {
    target: String,
    jobs: Option<SyncSender<Job>>,
    returned: Receiver<Picture>,
    thread: Option<JoinHandle<Result<(), RenderError>>>,
    /// Pictures that may still be made.
    spare: usize,
    size: (u32, u32),
}

impl Background {
    /// Pictures in use: one being drawn, one waiting, one being encoded.
    pub(in crate::render) const PICTURES: usize = 3;

    pub(in crate::render) fn start(
        target: String,
        size: (u32, u32),
        mut encoder: Box<dyn Encode>,
    ) -> Result<Self, RenderError> {
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
                    Job::Finish => return encoder.finish(),
                }
            }
            // The sink was dropped before the end, and so is the encoder.
            Ok(())
        };
        let thread = std::thread::Builder::new().name("encode".to_owned()).spawn(work);
        let thread = thread.map_err(|e| RenderError::from_io(&target, e))?;
        Ok(Self { target, jobs: Some(jobs), returned, thread: Some(thread), spare: Self::PICTURES, size })
    }

    /// A picture to draw into, whose pixels are left over from an earlier one.
    pub(in crate::render) fn blank(&mut self) -> Result<Picture, RenderError> {
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
    pub(in crate::render) fn send(&mut self, index: u64, picture: Picture) -> Result<(), RenderError> {
        match self.jobs.as_ref().map(|jobs| jobs.send(Job::Picture(index, picture))) {
            Some(Ok(())) => Ok(()),
            _ => Err(self.failure()),
        }
    }

    /// Waits until all is written.
    pub(in crate::render) fn finish(&mut self) -> Result<(), RenderError> {
        // If the thread is gone, joining it says why.
        let sent = self.jobs.take().is_some_and(|jobs| jobs.send(Job::Finish).is_ok());
        match self.join() {
            Some(Ok(())) if sent => Ok(()),
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
    fn join(&mut self) -> Option<Result<(), RenderError>> {
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
                _ => Err(RenderError::DiskFull { target: "x".to_owned() }),
            }
        }

        fn finish(&mut self) -> Result<(), RenderError> {
            Ok(())
        }
    }

    fn run(fails_at: u64, frames: impl Iterator<Item = u64>) -> Result<(), RenderError> {
        let mut queue = Background::start("x".to_owned(), (2, 2), Box::new(Failing(fails_at)))?;
        for index in frames {
            let picture = queue.blank()?;
            queue.send(index, picture)?;
        }
        queue.finish()
    }

    #[test]
    fn errors_come_back() {
        run(100, 0..50).unwrap();
        for fails_at in [0, 1, 10, 49] {
            assert!(matches!(run(fails_at, 0..50), Err(RenderError::DiskFull { .. })), "{fails_at}");
        }
        assert!(matches!(run(0, 99..100), Err(RenderError::Stopped { .. })));
    }

    #[test]
    fn nothing_is_taken_after_the_end() {
        let mut queue = Background::start("x".to_owned(), (2, 2), Box::new(Failing(9))).unwrap();
        let picture = queue.blank().unwrap();
        queue.finish().unwrap();
        assert!(matches!(queue.send(0, picture), Err(RenderError::Stopped { .. })));
        assert!(matches!(queue.finish(), Err(RenderError::Stopped { .. })));
    }
}
