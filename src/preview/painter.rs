//! What draws frames into the window's picture: the raster, or a GPU where one is wanted and there.

use super::past::Said;
use crate::frame::{Pass, Rgba8};
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

#[cfg(not(feature = "gpu"))]
impl Painter {
    /// The raster alone.
    pub(super) fn new(_: bool) -> (Self, Option<Said>) {
        (Self::default(), None)
    }

    /// Draws a frame.
    pub(super) fn draw(
        &mut self,
        raster: &mut Raster,
        background: Rgba8,
        passes: &[Pass<'_>],
        picture: &mut Picture,
    ) -> Result<Option<Said>, RenderError> {
        raster.draw_into(background, passes, picture).map(|()| None)
    }
}

#[cfg(feature = "gpu")]
fn said(text: String, is_error: bool) -> Option<Said> {
    Some(Said { text, is_error })
}

#[cfg(feature = "gpu")]
impl Painter {
    /// With a GPU where one is wanted; what there is to say of it.
    pub(super) fn new(wants_gpu: bool) -> (Self, Option<Said>) {
        let mut painter = Self::default();
        if !wants_gpu {
            return (painter, None);
        }
        let said = match gpu::Painter::new() {
            Ok(gpu) => {
                let said = said(format!("drawn by the GPU: {}", gpu.name()), false);
                painter.gpu = Some(gpu);
                said
            }
            Err(error) => said(format!("{error}; the CPU draws instead"), true),
        };
        (painter, said)
    }

    /// Draws a frame: by the GPU, and by the raster what that cannot draw. What there is to say of it.
    pub(super) fn draw(
        &mut self,
        raster: &mut Raster,
        background: Rgba8,
        passes: &[Pass<'_>],
        picture: &mut Picture,
    ) -> Result<Option<Said>, RenderError> {
        let Some(gpu) = &mut self.gpu else {
            return raster.draw_into(background, passes, picture).map(|()| None);
        };
        let told = match gpu.draw_into(background, passes.iter().copied(), picture) {
            Ok(()) => {
                self.refused = None;
                return Ok(None);
            }
            Err(GpuError::Lost) => {
                self.gpu = gpu::Painter::new().ok();
                let again =
                    self.gpu.as_mut().map(|gpu| gpu.draw_into(background, passes.iter().copied(), picture));
                if let Some(Ok(())) = again {
                    return Ok(said("the GPU was lost, and is there again".into(), false));
                }
                self.gpu = None;
                said("the GPU is lost: the CPU draws from here on".into(), true)
            }
            Err(error) if self.refused.as_ref() == Some(&error) => None,
            Err(error) => {
                let told = said(format!("the CPU draws this: {error}"), false);
                self.refused = Some(error);
                told
            }
        };
        raster.draw_into(background, passes, picture).map(|()| told)
    }
}
