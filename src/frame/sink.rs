//! Where frames go.

use super::Frame;

/// Takes the frames of a clip, first to last: pixels in a file, instances on a GPU, a wall of lamps, a socket.
///
/// The sinks of pictures are in `render` (feature `render`). A sink of your own needs nothing but this:
///
/// ```
/// use pavane::{Builder, Engine, Frame, Sink};
///
/// /// Counts what is drawn.
/// #[derive(Default)]
/// struct Count(usize);
///
/// impl Sink for Count {
///     type Error = std::convert::Infallible;
///
///     fn frame(&mut self, frame: &Frame<'_>) -> Result<(), Self::Error> {
///         self.0 += frame.passes().map(|pass| pass.drawn()).sum::<usize>();
///         Ok(())
///     }
///
///     fn finish(&mut self) -> Result<(), Self::Error> {
///         Ok(())
///     }
/// }
///
/// let b = Builder::new("dots");
/// let dots = b.domain("dots", 100);
/// let position = b.vec2(b.rank(dots), 0.5);
/// b.pass("dots", dots).position(position).size(0.01).color(b.rgba(1.0, 1.0, 1.0, 1.0)).draw();
/// let mut engine = Engine::for_program(b.finish()?)?;
/// let mut count = Count::default();
/// for index in 0..3 {
///     count.frame(&engine.frame(index)?)?;
/// }
/// count.finish()?;
/// assert_eq!(count.0, 300);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub trait Sink {
    /// Why it does not take a frame.
    type Error;

    /// Takes one frame. The frame is only borrowed: what is needed later has to be copied.
    ///
    /// # Errors
    /// What stopped the frame from being taken; also what went wrong with an earlier frame, where frames are encoded on
    /// another thread. After an error the sink takes no more frames.
    fn frame(&mut self, frame: &Frame<'_>) -> Result<(), Self::Error>;

    /// Completes the output. A sink that is dropped without this leaves no output behind.
    ///
    /// # Errors
    /// What went wrong with this or an earlier frame.
    fn finish(&mut self) -> Result<(), Self::Error>;

    /// How many frames it did not draw, since the output, or a cache of pictures, had them already.
    fn kept(&self) -> u64 {
        0
    }

    /// How many frames it did not draw, since the output does not show them, or they are no other than the one before.
    fn passed_over(&self) -> u64 {
        0
    }

    /// What the output lacks of the frames, for people; known when it is complete.
    fn warnings(&self) -> &[String] {
        &[]
    }
}
