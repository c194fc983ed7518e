//! Garbage through every call: it ends in a status, with a reason, and never in anything else.

use std::ffi::{CStr, CString, c_char, c_void};
use std::ptr::null_mut;

use crate::boundary::{PAVANE_NUL, Versioned, behind, pavane_string};
use crate::draw::{pavane_draw, pavane_picture};
use crate::engine::*;
use crate::error::*;
use crate::field::*;
use crate::frame::*;
use crate::program::*;

const PATCH: &CStr = c"
    input pointer: vec2 = (0.5, 0.5)
    input many: int = 3
    input lit: bool = false
    input levels: float[4] = 0.5
    input name: text = \"\"
    event click
    event drag: vec2
    event say: text
    state hits = 0
    on click { hits = hits + 1 }
    shown = \"{name} {hits}\"
    domain dots[4] { wide = 0.5 + rank\n words = if wide > 1 then name else \"x\"\n draw rect { position: pointer, size: 0.1 + 0.001 * hits + 0.01 * levels[index], color: if lit and shown != \"\" then #fff else #888, stroke: #f00, stroke_width: 0.01 * many } }";

/// Numbers from one another: SplitMix64.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn of<T: Copy>(&mut self, values: &[T]) -> T {
        values[(self.next() % values.len() as u64) as usize]
    }
}

/// Bytes of a page of the tests, of which every call may read and write as much as it is told of.
const PAGE: usize = 1 << 16;

struct World {
    random: Random,
    program: *mut pavane_program,
    engine: *mut pavane_engine,
    files: *mut pavane_files,
    folder: *mut pavane_files,
    error: *mut pavane_error,
    json: CString,
    pages: Vec<Vec<u64>>,
}

impl World {
    fn new() -> Self {
        let mut world = Self {
            random: Random(7),
            program: null_mut(),
            engine: null_mut(),
            files: null_mut(),
            folder: null_mut(),
            error: null_mut(),
            json: CString::default(),
            pages: vec![vec![0; PAGE / 8]; 3],
        };
        let (text, file) = (PATCH.as_ptr(), c"garbage.pav".as_ptr());
        let (none, mut wrong) = (null_mut(), null_mut());
        // Nothing draws the fields.
        let settings = pavane_settings {
            size: pavane_settings::LEAST as u32,
            width: 8,
            height: 8,
            fps_numerator: 0,
            fps_denominator: 0,
            seed: 0,
            threads: 1,
            flags: PAVANE_EVERYTHING,
            rollback: 0,
            reserved: 0,
            memory_limit: 0,
        };
        // SAFETY: pointers to what is there.
        unsafe {
            let status = pavane_compile(
                text,
                PAVANE_NUL,
                file,
                none,
                none.cast(),
                0,
                &raw mut world.program,
                none.cast(),
            );
            assert_eq!(status, PAVANE_OK);
            assert_eq!(
                pavane_engine_new(world.program, &raw const settings, &raw mut world.engine, none.cast()),
                PAVANE_OK
            );
            assert_eq!(pavane_files_new(&raw mut world.files, none.cast()), PAVANE_OK);
            assert_eq!(
                pavane_files_beside(c"/nowhere/a.pav".as_ptr(), &raw mut world.folder, none.cast()),
                PAVANE_OK
            );
            let status =
                pavane_compile(c"draw".as_ptr(), 4, file, none, none.cast(), 0, none.cast(), none.cast());
            assert_eq!(status, PAVANE_ERROR_PATCH);
            let status = pavane_compile(
                c"draw circle { sise: 1 }".as_ptr(),
                PAVANE_NUL,
                file,
                none,
                none.cast(),
                0,
                &raw mut wrong,
                &raw mut world.error,
            );
            assert_eq!(status, PAVANE_ERROR_PATCH);
        }
        // SAFETY: it is a program.
        let program = unsafe { behind(world.program) }.unwrap_or_else(|_| panic!("it was made"));
        world.json = CString::new(program.program.to_json()).expect("JSON has no NUL");
        world
    }

    /// Room to write to, or to read structs and numbers from, that begins with some number; or none, or askew.
    fn room<T>(&mut self) -> *mut T {
        let which = (self.random.next() % 3) as usize;
        let first = self.random.of(&[0, 8, 20, 40, 48, 56, 64, 80, 88, 4096, 4097, u64::MAX, self.random.0]);
        let page = &mut self.pages[which];
        page[0] = first;
        let at = page.as_mut_ptr();
        match self.random.next() % 8 {
            0 => null_mut(),
            1 => at.cast::<u8>().wrapping_add(1).cast(),
            _ => at.cast(),
        }
    }

    fn handle<T>(&mut self) -> *mut T {
        let room = self.room::<c_void>();
        let all: [*mut c_void; 7] = [
            self.program.cast(),
            self.engine.cast(),
            self.files.cast(),
            self.folder.cast(),
            self.error.cast(),
            null_mut(),
            room,
        ];
        self.random.of(&all).cast()
    }

    /// The right handle mostly, so that calls get further than that.
    fn mostly<T>(&mut self, right: *mut T) -> *mut T {
        if self.random.next().is_multiple_of(8) { self.handle() } else { right }
    }

    fn text(&mut self) -> *const c_char {
        let texts = [
            c"pointer",
            c"many",
            c"lit",
            c"levels",
            c"name",
            c"click",
            c"drag",
            c"say",
            c"hits",
            c"shown",
            c"dots",
            c"wide",
            c"words",
            c"",
            c"\xff\xfe",
            c"no such name",
            c"../../etc/passwd",
            c"draw circle {",
            c"\x01",
            PATCH,
        ];
        match self.random.next() % 12 {
            0 => null_mut(),
            1 => self.json.as_ptr(),
            _ => self.random.of(&texts).as_ptr(),
        }
    }

    /// Lengths that every text and page has, that say that a NUL follows, and that no memory has.
    fn length(&mut self) -> usize {
        self.random.of(&[0, 0, 1, PAVANE_NUL, PAVANE_NUL, usize::MAX - 1, isize::MAX as usize + 1])
    }

    fn count(&mut self) -> usize {
        self.random.of(&[0, 1, 2, 3, 4, 4, 16, 64, usize::MAX, usize::MAX / 2, isize::MAX as usize])
    }

    fn number(&mut self) -> u32 {
        self.random.of(&[0, 1, 2, 3, 4, 7, 8, 640, 16_384, 16_385, u32::MAX, self.random.0 as u32])
    }

    /// Numbers for values.
    fn numbers(&mut self) -> *const f64 {
        let values = [0.0, 1.0, 0.5, -1.0, 2.0, 1e300, f64::NAN, f64::INFINITY, 4294967296.0];
        let [x, y] = [self.random.of(&values), self.random.of(&values)];
        let page = &mut self.pages[0];
        page[..64]
            .iter_mut()
            .enumerate()
            .for_each(|(at, number)| *number = if at % 2 == 0 { x } else { y }.to_bits());
        let at = page.as_ptr();
        if self.random.next().is_multiple_of(12) { null_mut() } else { at.cast() }
    }

    /// One call, and what it said: a status, and the error.
    #[expect(clippy::too_many_lines, reason = "an arm for each function")]
    fn call(&mut self, which: u64) -> (pavane_status, *mut pavane_error) {
        let mut error = null_mut();
        let e = &raw mut error;
        let (mut program, mut engine, mut files) = (null_mut(), null_mut(), null_mut());
        let (p, n, f) = (self.program, self.engine, self.files);
        // SAFETY: what a pointer points to is there, and as large as is said: that is what the header asks for.
        let status = unsafe {
            match which {
                0 => pavane_files_beside(self.text(), &raw mut files, e),
                1 => pavane_files_new(self.room(), e).min(PAVANE_ERROR_PANIC - 1),
                2 => pavane_files_add(
                    self.mostly(f),
                    self.text(),
                    self.text().cast(),
                    self.random.of(&[0, 1, usize::MAX]),
                    e,
                ),
                3 => pavane_compile(
                    self.text(),
                    self.length(),
                    self.text(),
                    self.mostly(f),
                    null_mut(),
                    0,
                    &raw mut program,
                    e,
                ),
                4 => {
                    let parameters = [pavane_parameter { name: self.text(), value: self.text() }];
                    let count = self.random.of(&[0, 1, usize::MAX]);
                    pavane_compile(
                        self.text(),
                        PAVANE_NUL,
                        self.text(),
                        null_mut(),
                        parameters.as_ptr(),
                        count,
                        &raw mut program,
                        e,
                    )
                }
                5 => {
                    pavane_compile_file(self.text(), null_mut(), self.random.of(&[0, 1]), &raw mut program, e)
                }
                6 => pavane_program_from_json(self.text(), self.length(), self.text(), &raw mut program, e),
                7 => pavane_program_about(self.mostly(p), self.room(), e),
                8 => pavane_program_input(self.mostly(p), self.number(), self.room(), e),
                9 => pavane_program_event(self.mostly(p), self.number(), self.room(), e),
                10 => pavane_program_signal(self.mostly(p), self.number(), self.room(), e),
                11 => {
                    let settings = pavane_settings {
                        size: self.random.of(&[
                            pavane_settings::LEAST as u32,
                            pavane_settings::LEAST as u32,
                            0,
                            8,
                            u32::MAX,
                        ]),
                        width: self.number(),
                        height: self.number(),
                        fps_numerator: self.number(),
                        fps_denominator: self.number(),
                        seed: self.number(),
                        threads: self.random.of(&[0, 1, 2, 1025, u32::MAX]),
                        flags: self.random.of(&[0, 1, 2, 3, 4, u32::MAX]),
                        rollback: self.random.of(&[0, 0, 1, 8, u32::MAX]),
                        reserved: self.number(),
                        memory_limit: self.random.of(&[0, 1, 1 << 20, 1 << 28, u64::MAX]),
                    };
                    pavane_engine_new(self.mostly(p), &raw const settings, &raw mut engine, e)
                }
                12 => pavane_frame(
                    self.mostly(n),
                    self.random.of(&[0, 1, 5, 60, 100, 1 << 40, u64::MAX]),
                    self.room(),
                    e,
                ),
                13 => pavane_seek(self.mostly(n), self.random.of(&[0, 1, 5, 20]), self.room(), e),
                14 => pavane_tick(self.mostly(n), self.random.of(&[0, 1, 1 << 24, u64::MAX]), self.room(), e),
                15 => pavane_redraw(self.mostly(n), self.room(), e),
                16 => pavane_reset(self.mostly(n), e),
                17 => {
                    let odd = [self.number(), self.number()];
                    // A picture of this size has room.
                    let [width, height] = self.random.of(&[[8, 8], odd]);
                    pavane_set_canvas(self.mostly(n), width, height, e)
                }
                18 => pavane_hash(self.mostly(n), self.room(), e),
                19 => pavane_swap(self.mostly(n), self.mostly(p), self.room(), e),
                20 => pavane_set(self.mostly(n), self.text(), self.numbers(), self.count(), e),
                21 => pavane_set_number(
                    self.mostly(n),
                    self.text(),
                    self.random.of(&[0.0, 1.0, 3.5, f64::NAN]),
                    e,
                ),
                22 => pavane_set_text(self.mostly(n), self.text(), self.text(), self.length(), e),
                23 => pavane_send(self.mostly(n), self.text(), self.numbers(), self.count(), e),
                24 => {
                    let at = self.random.of(&[0, 1, PAVANE_FLICKS_PER_SECOND, u64::MAX]);
                    pavane_send_at(self.mostly(n), self.text(), at, self.numbers(), self.count(), e)
                }
                25 => pavane_send_text(self.mostly(n), self.text(), self.text(), self.length(), e),
                26 => pavane_signal(self.mostly(n), self.text(), self.room(), self.room(), e),
                27 => pavane_signal_text(self.mostly(n), self.text(), self.room::<pavane_string>(), e),
                28 => pavane_pass_at(self.mostly(n), self.number(), self.room(), e),
                29 => pavane_pass_instances(
                    self.mostly(n),
                    self.number() % 3,
                    self.room(),
                    self.count(),
                    self.room(),
                    e,
                ),
                30 => pavane_pass_full_instances(
                    self.mostly(n),
                    self.number() % 3,
                    self.room(),
                    self.count(),
                    self.room(),
                    e,
                ),
                31 => pavane_pass_column(
                    self.mostly(n),
                    self.number() % 2,
                    self.number(),
                    self.room(),
                    self.count(),
                    self.room(),
                    e,
                ),
                32 => pavane_pass_colors(
                    self.mostly(n),
                    self.number() % 2,
                    self.number(),
                    self.room(),
                    self.count(),
                    self.room(),
                    e,
                ),
                33 => pavane_event_at(self.mostly(n), self.number(), self.room(), e),
                34 => {
                    let picture = pavane_picture {
                        size: self.random.of(&[20, 20, 20, 0, 4095]),
                        width: self.random.of(&[8, 8, 0, u32::MAX]),
                        height: self.random.of(&[8, 8, 0, u32::MAX]),
                        threads: self.random.of(&[0, 1, 2, u32::MAX]),
                        transparent: self.random.of(&[0, 1, 2]),
                    };
                    // A size of 4095 says that so much is there.
                    self.pages[2].fill(0);
                    let page: *mut pavane_picture = self.pages[2].as_mut_ptr().cast();
                    page.write(picture);
                    let mut pixels = [0_u8; 256];
                    let bytes = self.random.of(&[256, 256, 0, usize::MAX]);
                    let to = self.random.of(&[pixels.as_mut_ptr(), pixels.as_mut_ptr(), null_mut()]);
                    pavane_draw(self.mostly(n), page, to, bytes, e)
                }
                35 => pavane_draw(self.mostly(n), null_mut(), self.room(), self.random.of(&[0, 1, 256]), e),
                36 => pavane_error_diagnostic(self.handle(), self.count(), self.room()),
                37 => {
                    let [error, handle] = [self.handle::<pavane_error>(), self.handle::<pavane_error>()];
                    let is_message = !pavane_error_message(error).is_null();
                    assert_eq!(
                        is_message,
                        error == self.error && !error.is_null(),
                        "only an error has a message"
                    );
                    assert!(pavane_error_count(handle) == 0 || handle == self.error);
                    pavane_error_status(self.handle())
                }
                38 => {
                    let program: *mut pavane_program = self.handle();
                    let warnings = pavane_program_warnings(program);
                    assert_eq!(warnings.is_null(), program != self.program);
                    // Freeing what is of another kind, or nothing, does nothing.
                    pavane_error_free(self.program.cast());
                    pavane_engine_free(self.files.cast());
                    pavane_files_free(self.engine.cast());
                    pavane_program_free(self.room());
                    PAVANE_OK
                }
                39 => pavane_program_field(self.mostly(p), self.number(), self.room(), e),
                40 => pavane_field(self.mostly(n), c"dots".as_ptr(), self.text(), self.room(), e),
                41 => pavane_field(self.mostly(n), self.text(), self.text(), self.room(), e),
                42 => pavane_field_numbers(
                    self.mostly(n),
                    self.random.of(&[c"dots", c"dots", c"none"]).as_ptr(),
                    self.text(),
                    self.random.of(&[0, 0, 1, 3, 4, u32::MAX]),
                    self.room(),
                    self.count(),
                    self.room(),
                    e,
                ),
                43 => pavane_field_text(
                    self.mostly(n),
                    self.random.of(&[c"dots", c"dots", c"none"]).as_ptr(),
                    self.text(),
                    self.number(),
                    self.room::<pavane_string>(),
                    e,
                ),
                44 => {
                    let [own, other] = [self.json.as_ptr(), self.text()];
                    let [memory, folder, other_files] = [self.files, self.folder, self.handle()];
                    pavane_program_from_bundle(
                        self.random.of(&[own, other]),
                        self.random.of(&[PAVANE_NUL, PAVANE_NUL, 7]),
                        self.text(),
                        self.random.of(&[memory, folder, other_files]),
                        &raw mut program,
                        e,
                    )
                }
                _ => PAVANE_OK,
            }
        };
        // SAFETY: each is null or comes from the call.
        unsafe {
            pavane_program_free(program);
            pavane_engine_free(engine);
            pavane_files_free(files);
        }
        (status, error)
    }
}

const CALLS: u64 = 45;

#[test]
fn garbage_ends_in_a_status() {
    let mut world = World::new();
    let mut seen = std::collections::BTreeSet::new();
    for turn in 0..40_000 {
        let which = world.random.next() % CALLS;
        if which == 1 {
            // What it makes would be written over and never freed.
            continue;
        }
        let (status, error) = world.call(which);
        assert!(status < PAVANE_ERROR_PANIC, "turn {turn}: call {which} gave {status}");
        if !matches!(which, 36..=38) {
            assert_eq!(
                error.is_null(),
                status == PAVANE_OK,
                "turn {turn}: call {which}: a reason comes with a fault"
            );
            seen.insert((which, status));
        }
        if !error.is_null() {
            // SAFETY: the call has made it.
            unsafe {
                assert_eq!(pavane_error_status(error), status);
                assert!(
                    !CStr::from_ptr(pavane_error_message(error)).is_empty(),
                    "call {which}: a reason is told"
                );
                pavane_error_free(error);
            }
        }
        if turn % 100 == 0 {
            // An engine at the end of time goes no further; and something is to have happened.
            // SAFETY: it is an engine.
            unsafe {
                pavane_reset(world.engine, null_mut());
                pavane_send(world.engine, c"click".as_ptr(), null_mut(), 0, null_mut());
                pavane_frame(world.engine, 0, null_mut(), null_mut());
            }
        }
    }
    for which in (0..CALLS).filter(|which| !matches!(which, 1 | 36..=38)) {
        let of = |status: u32| seen.contains(&(which, status));
        assert!(of(PAVANE_OK) || which == 5, "call {which} has never done anything");
        assert!((1..PAVANE_ERROR_PANIC).any(of), "call {which} has never refused anything");
    }
    // SAFETY: they are what they are.
    unsafe {
        pavane_engine_free(world.engine);
        pavane_program_free(world.program);
        pavane_files_free(world.files);
        pavane_files_free(world.folder);
        pavane_error_free(world.error);
    }
}

#[test]
fn structs_of_another_version_are_taken() {
    let mut world = World::new();
    let (engine, none) = (world.engine, null_mut());
    let status = |size: u32, byte: u64| {
        let mut page = vec![0_u64; 64];
        page[0] = u64::from(size);
        page[32] = byte;
        let mut made = null_mut();
        // SAFETY: a page of zeros that begins with a size.
        let status = unsafe { pavane_engine_new(world.program, page.as_ptr().cast(), &raw mut made, none) };
        // SAFETY: null, or an engine.
        unsafe { pavane_engine_free(made) };
        status
    };
    assert_eq!(status(48, 0), PAVANE_OK, "this one");
    assert_eq!(status(512, 0), PAVANE_OK, "a later one whose new fields are left alone");
    assert_eq!(status(512, 1), PAVANE_ERROR_SIZE, "a later one that asks for what is not known");
    for size in [0, 4, 47, 5000, u32::MAX] {
        assert_eq!(status(size, 0), PAVANE_ERROR_SIZE, "{size}");
    }
    // More than the struct has is left alone.
    let mut page = vec![u64::MAX; 64];
    page[0] = u64::MAX << 32 | 256;
    // SAFETY: a page that begins with a size.
    assert_eq!(unsafe { pavane_frame(engine, 0, page.as_mut_ptr().cast(), none) }, PAVANE_OK);
    assert_eq!((page[0], page[1], page[7], page[8]), (1 << 32 | 256, 0, 0, u64::MAX));
    assert_eq!(size_of::<pavane_frame_info>(), pavane_frame_info::LEAST);
    for [own, least] in [
        [size_of::<pavane_settings>(), pavane_settings::LEAST],
        [size_of::<pavane_swap_info>(), pavane_swap_info::LEAST],
        [size_of::<pavane_pass_info>(), pavane_pass_info::LEAST],
        [size_of::<pavane_event_info>(), pavane_event_info::LEAST],
        [size_of::<pavane_picture>(), pavane_picture::LEAST],
        [size_of::<pavane_program_info>(), pavane_program_info::LEAST],
        [size_of::<pavane_named>(), pavane_named::LEAST],
        [size_of::<pavane_field_info>(), pavane_field_info::LEAST],
        [size_of::<pavane_diagnostic>(), pavane_diagnostic::LEAST],
    ] {
        assert_eq!(own, least, "the first version is all there is");
    }
    world.random.next();
}
