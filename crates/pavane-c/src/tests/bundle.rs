//! A program whose files lie beside it, handed over in memory and in a folder.

use std::ffi::{CStr, CString};
use std::fs;
use std::ptr::null_mut;

use library::bundle::Bundle;
use library::{MemoryFiles, Program, compile};

use crate::boundary::PAVANE_NUL;
use crate::engine::*;
use crate::error::*;
use crate::program::*;

const PATCH: &str = "image photo from \"photo.webp\"\n draw image(photo) { position: (0.5, 0.5), size: 0.5 }";
const PHOTO: &[u8] = include_bytes!("../../../../assets/images/lossless.webp");

/// Reads it by the functions: the hash of its first frame, or what the error says.
fn read(json: &str, files: *mut pavane_files) -> Result<u64, String> {
    let json = CString::new(json).expect("JSON has no NUL");
    let (mut program, mut engine, mut error, mut hash) = (null_mut(), null_mut(), null_mut(), 0);
    // SAFETY: pointers to what is there; what was made is freed once.
    unsafe {
        let file = c"title/photo.json".as_ptr();
        let status = pavane_program_from_bundle(
            json.as_ptr(),
            PAVANE_NUL,
            file,
            files,
            &raw mut program,
            &raw mut error,
        );
        if status != PAVANE_OK {
            assert!(program.is_null() && !error.is_null());
            let message = CStr::from_ptr(pavane_error_message(error)).to_string_lossy().into_owned();
            pavane_error_free(error);
            return Err(format!("{status}: {message}"));
        }
        assert!(CStr::from_ptr(pavane_program_warnings(program)).is_empty());
        assert_eq!(pavane_engine_new(program, null_mut(), &raw mut engine, null_mut()), PAVANE_OK);
        assert_eq!(pavane_frame(engine, 0, null_mut(), null_mut()), PAVANE_OK);
        assert_eq!(pavane_hash(engine, &raw mut hash, null_mut()), PAVANE_OK);
        pavane_engine_free(engine);
        pavane_program_free(program);
    }
    Ok(hash)
}

/// The same in files of memory that have one file.
fn read_with(json: &str, name: &str, bytes: &[u8]) -> Result<u64, String> {
    let (mut files, name) = (null_mut(), CString::new(name).expect("a name has no NUL"));
    // SAFETY: pointers to what is there; the files are freed once.
    unsafe {
        assert_eq!(pavane_files_new(&raw mut files, null_mut()), PAVANE_OK);
        assert_eq!(
            pavane_files_add(files, name.as_ptr(), bytes.as_ptr(), bytes.len(), null_mut()),
            PAVANE_OK
        );
        let read = read(json, files);
        pavane_files_free(files);
        read
    }
}

fn program() -> Program {
    let files: MemoryFiles = [("photo.webp", PHOTO.to_vec())].into_iter().collect();
    compile(PATCH, "photo.pav", &files).program.expect("it compiles")
}

#[test]
fn a_bundle_is_read_with_the_files_beside_it() {
    let program = program();
    let mut engine = library::Engine::for_program(program.clone()).expect("an engine");
    let hash = engine.frame(0).expect("a frame").hash();
    let bundle = Bundle::of(&program);
    let [file] = bundle.files() else { panic!("one file") };
    assert_eq!(read_with(bundle.json(), &file.name, &file.bytes), Ok(hash));
    // A whole program is one without files.
    assert_eq!(read_with(&program.to_json(), "other", b""), Ok(hash));

    let folder = std::env::temp_dir().join(format!("pavane-c-bundle-{}", std::process::id()));
    fs::create_dir_all(folder.join("files")).expect("a folder");
    fs::write(folder.join(&file.name), &file.bytes).expect("a file");
    let path = CString::new(folder.join("photo.json").to_str().expect("text")).expect("no NUL");
    let mut files = null_mut();
    // SAFETY: pointers to what is there; the files are freed once.
    let found = unsafe {
        assert_eq!(pavane_files_beside(path.as_ptr(), &raw mut files, null_mut()), PAVANE_OK);
        let found = read(bundle.json(), files);
        pavane_files_free(files);
        found
    };
    fs::remove_dir_all(&folder).expect("it was made");
    assert_eq!(found, Ok(hash));

    for (name, bytes) in [("files/other.webp", PHOTO), (&file.name, &PHOTO[1..]), (&file.name, b"")] {
        let why = read_with(bundle.json(), name, bytes).expect_err("another file");
        assert!(why.starts_with(&format!("{PAVANE_ERROR_PATCH}: ")) && why.contains("E0119"), "{why}");
    }
    let why = read(bundle.json(), null_mut()).expect_err("no files");
    assert!(why.starts_with(&format!("{PAVANE_ERROR_ARGUMENT}: ")), "{why}");
}
