//! Used files: read once however they are written, and only from the folder of the patch.

use std::cell::RefCell;
use std::fs;
use std::path::{Path, PathBuf};

use super::super::{Compiled, Files, Folder, SOURCES_BYTES_MAX, compile};
use super::Texts;
use crate::diagnostic::Code;

/// A folder of its own with files in it, gone when the test ends.
struct Sandbox(PathBuf);

impl Sandbox {
    fn new(name: &str, files: &[(&str, &str)]) -> Self {
        let folder = std::env::temp_dir().join(format!("pavane-files-{}-{name}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        for (path, text) in files {
            let path = folder.join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        Self(folder)
    }

    fn compile(&self, patch: &str, allow_outside: bool) -> Compiled {
        let path = self.0.join(patch);
        let text = fs::read_to_string(&path).unwrap();
        compile(&text, path.to_str().unwrap(), &Folder::of(&path).allow_outside(allow_outside))
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn codes(compiled: &Compiled) -> Vec<Code> {
    compiled.diagnostics.iter().map(|diagnostic| diagnostic.code).collect()
}

#[test]
fn a_file_is_read_once_however_it_is_written() {
    struct Counted(Texts, RefCell<Vec<String>>);
    impl Files for Counted {
        fn read(&self, path: &str) -> Result<String, String> {
            self.1.borrow_mut().push(path.to_owned());
            self.0.read(path)
        }
    }
    let texts = Texts([("a.pav".to_owned(), "y = 1.5\n".to_owned())].into());
    let files = Counted(texts, RefCell::default());
    let patch = "use \"a.pav\" as a\nuse \"./a.pav\" as b\nuse \"x/../a.pav\" as c\nuse \"x//.././a.pav\" as d\n\
                 z = a.y + b.y + c.y + d.y\n";
    let compiled = compile(patch, "patch.pav", &files);
    assert!(compiled.diagnostics.0.is_empty(), "{}", compiled.render());
    assert_eq!(*files.1.borrow(), ["a.pav"]);
    assert_eq!(compiled.files, ["patch.pav", "a.pav"]);
}

#[cfg(unix)]
#[test]
fn links_and_names_of_one_file_are_one_file() {
    let sandbox = Sandbox::new("links", &[("main.pav", ""), ("a.pav", "y = 1.5\n")]);
    std::os::unix::fs::symlink("a.pav", sandbox.0.join("soft.pav")).unwrap();
    fs::hard_link(sandbox.0.join("a.pav"), sandbox.0.join("hard.pav")).unwrap();
    let patch = "use \"a.pav\" as a\nuse \"soft.pav\" as b\nuse \"hard.pav\" as c\nz = a.y + b.y + c.y\n";
    fs::write(sandbox.0.join("main.pav"), patch).unwrap();
    let compiled = sandbox.compile("main.pav", false);
    assert!(compiled.diagnostics.0.is_empty(), "{}", compiled.render());
    assert_eq!(compiled.files.len(), 2, "{:?}", compiled.files);
    // The patch itself is one of its files, too.
    fs::write(sandbox.0.join("main.pav"), "use \"./main.pav\" as me\n").unwrap();
    let compiled = sandbox.compile("main.pav", false);
    assert_eq!((codes(&compiled), compiled.files.len()), (vec![Code::UseCycle], 1), "{}", compiled.render());
}

const SECRET: &str = "password = \"hunter2\"\nname = hunter3\n$hunter4\n";

#[test]
fn what_lies_outside_is_not_read() {
    let sandbox =
        Sandbox::new("outside", &[("in/main.pav", ""), ("secret.pav", SECRET), ("in/ok.pav", "y = 1\n")]);
    let check = |path: &str| {
        fs::write(sandbox.0.join("in/main.pav"), format!("use {path:?} as s\nz = s.y\n")).unwrap();
        let compiled = sandbox.compile("in/main.pav", false);
        let told = compiled.render();
        assert_eq!(codes(&compiled), [Code::UseOutside], "{told}");
        assert!(told.contains("--allow-outside") && !told.contains("hunter"), "{told}");
        assert_eq!(compiled.files.len(), 1, "{path} is not even watched");
    };
    check("../secret.pav");
    check("x/../../secret.pav");
    check("../in/ok.pav");
    check(sandbox.0.join("secret.pav").to_str().unwrap());
    check(sandbox.0.join("in/ok.pav").to_str().unwrap());
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink("../secret.pav", sandbox.0.join("in/link.pav")).unwrap();
        check("link.pav");
        std::os::unix::fs::symlink("..", sandbox.0.join("in/folder")).unwrap();
        check("folder/secret.pav");
        // A link that stays inside is a file like any other.
        std::os::unix::fs::symlink("ok.pav", sandbox.0.join("in/near.pav")).unwrap();
        fs::write(sandbox.0.join("in/main.pav"), "use \"near.pav\" as s\nz = s.y\n").unwrap();
        assert!(sandbox.compile("in/main.pav", false).program.is_some());
    }
}

#[test]
fn what_lies_outside_may_be_used_and_is_never_shown() {
    let sandbox = Sandbox::new(
        "allowed",
        &[
            ("in/main.pav", ""),
            ("shared/part.pav", "y = 1.5\n"),
            ("secret.pav", SECRET),
            ("in/ok.pav", "x = = 1\n"),
        ],
    );
    let with = |patch: &str| {
        fs::write(sandbox.0.join("in/main.pav"), patch).unwrap();
        sandbox.compile("in/main.pav", true)
    };
    let good = with("use \"../shared/part.pav\" as part\nz = part.y\n");
    assert!(good.diagnostics.0.is_empty(), "{}", good.render());
    assert_eq!(good.files.len(), 2, "it is watched");

    let broken = with("use \"../secret.pav\" as s\nz = s.name\n");
    let told = broken.render();
    assert!(broken.program.is_none() && !told.contains("hunter") && !told.contains("password"), "{told}");
    assert!(told.contains("secret.pav:3:1") && told.contains("nothing of it is shown"), "{told}");
    let json = broken.diagnostics.to_json().to_string();
    assert!(!json.contains("hunter") && !json.contains("password"), "{json}");

    // What came back into the folder is shown as ever.
    let near = with("use \"../in/ok.pav\" as s\nz = s.x\n");
    assert!(near.render().contains("x = = 1"), "{}", near.render());
}

#[test]
fn all_files_together_have_a_limit() {
    // Four files of four MiB are the most; the patch itself counts, so the last one is too much.
    let part = format!("y = 1{}", " ".repeat(SOURCES_BYTES_MAX / 4 - 5));
    let texts = (0..4).map(|k| (format!("{k}.pav"), part.clone())).collect();
    let patch =
        |count: usize| -> String { (0..count).map(|k| format!("use \"{k}.pav\" as a{k}\n")).collect() };
    let files = Texts(texts);
    assert!(compile(&patch(3), "patch.pav", &files).program.is_some());
    let compiled = compile(&patch(4), "patch.pav", &files);
    assert_eq!(codes(&compiled), [Code::PatchTooLarge]);
    let message = &compiled.diagnostics.0[0].message;
    assert!(message.starts_with("with `3.pav` the files of the patch have 167772"), "{message}");
    assert_eq!(compiled.diagnostics.0[0].line, 4);
}

#[cfg(unix)]
#[test]
fn only_regular_files_are_read() {
    let sandbox = Sandbox::new("regular", &[("main.pav", "use \"part.pav\" as part\nz = part.y\n")]);
    let part = sandbox.0.join("part.pav");
    let check = |what: &str, expected: &str| {
        let compiled = sandbox.compile("main.pav", true);
        let told = compiled.render();
        assert!(codes(&compiled) == [Code::UseFile] && told.contains(expected), "{what}: {told}");
    };
    // Nobody ever writes into it: opening it would wait for ever.
    assert!(std::process::Command::new("mkfifo").arg(&part).status().unwrap().success());
    check("a pipe", "no regular file");
    fs::remove_file(&part).unwrap();
    std::os::unix::fs::symlink("/dev/zero", &part).unwrap();
    check("a device", "no regular file");
    fs::remove_file(&part).unwrap();
    fs::create_dir(&part).unwrap();
    check("a folder", "is a directory");
    assert!(Path::new(&part).exists());
}
