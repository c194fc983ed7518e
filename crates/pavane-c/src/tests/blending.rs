//! What a frame says of how colours go over each other.

use std::ptr::null_mut;

use crate::boundary::PAVANE_NUL;
use crate::engine::*;
use crate::error::*;
use crate::frame::*;
use crate::program::*;

#[test]
fn a_frame_says_what_is_mixed() {
    let check = |patch: &std::ffi::CStr, expected| {
        let (mut program, mut engine) = (null_mut(), null_mut());
        // SAFETY: an info is numbers alone.
        let mut info: pavane_frame_info = unsafe { std::mem::zeroed() };
        info.size = size_of::<pavane_frame_info>() as u32;
        let (file, none) = (c"lamp.pav".as_ptr(), null_mut());
        // SAFETY: pointers to what is there; what was made is freed once.
        unsafe {
            let status = pavane_compile(
                patch.as_ptr(),
                PAVANE_NUL,
                file,
                none,
                null_mut(),
                0,
                &raw mut program,
                null_mut(),
            );
            assert_eq!(status, PAVANE_OK);
            assert_eq!(pavane_engine_new(program, null_mut(), &raw mut engine, null_mut()), PAVANE_OK);
            assert_eq!(pavane_frame(engine, 0, &raw mut info, null_mut()), PAVANE_OK);
            pavane_engine_free(engine);
            pavane_program_free(program);
        }
        assert_eq!((info.blending, info.reserved), (expected, 0));
    };
    check(c"background = #fff", PAVANE_BLENDING_SRGB);
    check(c"clip { blending: linear }\nbackground = #fff", PAVANE_BLENDING_LINEAR);
}
