//! What draws frames into the window's picture: the raster, or a GPU where one is wanted and there.

use super::past::Said;
use crate::frame::{Ground, Pass};
#[cfg(feature = "gpu")]
use crate::render::gpu::{self, GpuError};
use crate::render::{Picture, Raster, RenderError};

/// Draws frames.
#[derive(Debug, Default)]
pub(super) struct Painter {
    #[cfg(feature = "gpu")]
    gpu: Option<gpu::Painter>,
    /// What the GPU could not draw last, so that it is said once.
    #[cfg(feature = "gpu")]
    refused: Option<GpuError>,
}

impl Painter {
    /// With a GPU where one is wanted, and this build can have one; what there is to say of it.
    pub(super) fn new(wants_gpu: bool) -> (Self, Option<Said>) {
        #[cfg(feature = "gpu")]
        if wants_gpu {
            return Self::with_gpu();
        }
        // Without that feature it is refused before.
        let _ = wants_gpu;
        (Self::default(), None)
    }

    /// Draws a frame: by the GPU, and by the raster what that cannot draw. What there is to say of it.
    pub(super) fn draw(
        &mut self,
        raster: &mut Raster,
        ground: Ground,
        passes: &[Pass<'_>],
        picture: &mut Picture,
    ) -> Result<Option<Said>, RenderError> {
        #[cfg(feature = "gpu")]
        let told = match self.by_gpu(ground, passes, picture) {
            Ok(told) => return Ok(told),
            Err(told) => told,
        };
        #[cfg(not(feature = "gpu"))]
        let told = None;
        raster.draw_into(ground, passes, picture).map(|()| told)
    }
}

#[cfg(feature = "gpu")]
impl Painter {
    fn with_gpu() -> (Self, Option<Said>) {
        match gpu::Painter::new() {
            Ok(gpu) => {
                let said = said(format!("drawn by the GPU: {}", gpu.name()), false);
                (Self { gpu: Some(gpu), refused: None }, said)
            }
            Err(error) => (Self::default(), said(format!("{error}; the CPU draws instead"), true)),
        }
    }

    /// Draws a frame if it can; what there is to say, either way.
    fn by_gpu(
        &mut self,
        ground: Ground,
        passes: &[Pass<'_>],
        picture: &mut Picture,
    ) -> Result<Option<Said>, Option<Said>> {
        let Some(gpu) = &mut self.gpu else { return Err(None) };
        match gpu.draw_into(ground, passes.iter().copied(), picture) {
            Ok(()) => {
                self.refused = None;
                Ok(None)
            }
            Err(GpuError::Lost) => {
                self.gpu = gpu::Painter::new().ok();
                let again =
                    self.gpu.as_mut().map(|gpu| gpu.draw_into(ground, passes.iter().copied(), picture));
                if let Some(Ok(())) = again {
                    return Ok(said("the GPU was lost, and is there again".into(), false));
                }
                self.gpu = None;
                Err(said("the GPU is lost: the CPU draws from here on".into(), true))
            }
            Err(error) if self.refused.as_ref() == Some(&error) => Err(None),
            Err(error) => {
                let told = said(format!("the CPU draws this: {error}"), false);
                self.refused = Some(error);
                Err(told)
            }
        }
    }
}

#[cfg(feature = "gpu")]
fn said(text: String, is_error: bool) -> Option<Said> {
    Some(Said { text, is_error })
}
