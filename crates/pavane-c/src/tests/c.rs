//! The examples, built by a C compiler against the header and the library, and run.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};

use library::assets::{PARTS, PATCHES, Shipped};
use library::{Engine, Raster, RasterSettings};

/// Frames that are played: 0, 1 and 60 are pinned.
const FRAMES: u64 = 61;
const SIZE: [u32; 2] = [96, 64];

fn folder() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Where this test binary lies, and the libraries beside it: `target/debug`.
fn built() -> PathBuf {
    let own = std::env::current_exe().expect("a test has a file");
    own.parent().and_then(Path::parent).expect("it lies in `deps`").to_path_buf()
}

/// What a command has printed; it has to succeed.
fn output(command: &mut Command) -> String {
    let output = command.output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{command:?}: {}\n{said}", output.status);
    String::from_utf8(output.stdout).expect("it prints text")
}

/// Builds the libraries: those for C are no dependency of a test.
fn build_libraries() {
    let profile = match built().file_name().and_then(|name| name.to_str()) {
        Some("debug") | None => "dev".to_owned(),
        Some(name) => name.to_owned(),
    };
    let arguments = ["build", "--locked", "-q", "-p", "pavane-c", "--profile", &profile];
    output(Command::new(env!("CARGO")).args(arguments).current_dir(folder()));
}

/// Compiles an example with every warning as an error.
fn compile(compiler: &str, options: &[&str], example: &str) -> PathBuf {
    // Of its own for each, since tests run side by side.
    static MADE: AtomicU32 = AtomicU32::new(0);
    let to = built().join(format!("{example}-{}", MADE.fetch_add(1, Ordering::Relaxed)));
    let lib = built();
    let mut command = Command::new(compiler);
    command.args(["-Wall", "-Wextra", "-Wpedantic", "-Werror", "-O1"]).args(options);
    command.arg(folder().join("examples").join(example).with_extension("c"));
    command.arg("-I").arg(folder().join("include")).arg("-o").arg(&to);
    command.arg("-x").arg("none");
    if options.contains(&"-static-libgcc") {
        // The other library: everything in the program itself.
        command.arg(lib.join("libpavane.a")).args(["-lm", "-lpthread", "-ldl"]);
    } else {
        command.arg("-L").arg(&lib).arg("-lpavane").arg(format!("-Wl,-rpath,{}", lib.display()));
    }
    output(&mut command);
    to
}

/// The hashes of `pinned.txt` of a patch: frames and numbers.
fn pinned(name: &str) -> Vec<(u64, u64)> {
    let table = include_str!("../../../../assets/pinned.txt");
    let row =
        table.lines().find_map(|line| line.strip_prefix("frames ")?.strip_prefix(name)?.strip_prefix(' '));
    let number = |pair: &str| {
        let (index, hash) = pair.split_once(':').expect("a frame and its hash");
        (index.parse().expect("a frame"), u64::from_str_radix(hash, 16).expect("a hash"))
    };
    row.unwrap_or_default().split(' ').filter(|pair| !pair.is_empty()).map(number).collect()
}

/// What the library itself says of a patch: lines as the command prints them, and the last frame as a picture.
fn expected(patch: &Shipped) -> (String, Vec<u8>) {
    let mut engine = Engine::for_program(patch.program().expect("it compiles")).expect("it fits");
    let mut lines = String::new();
    for index in 0..FRAMES {
        let hash = engine.frame(index).expect("it runs").hash();
        lines += &format!("frame {index} {hash:#018x}\n");
        for (_, pinned) in pinned(patch.name).iter().filter(|(at, _)| *at == index) {
            assert_eq!(hash, *pinned, "{}: frame {index} as pinned", patch.name);
        }
    }
    let [width, height] = SIZE;
    let settings = RasterSettings { width, height, ..RasterSettings::default() };
    let mut raster = Raster::new(settings).expect("a raster");
    let picture = raster.draw(&engine.last_frame().expect("a frame"));
    let mut ppm = format!("P6\n{width} {height}\n255\n").into_bytes();
    picture.pixels().chunks_exact(4).for_each(|pixel| ppm.extend_from_slice(&pixel[..3]));
    (lines, ppm)
}

#[test]
fn shipped_patches_have_the_same_hashes_and_pixels_from_c() {
    build_libraries();
    let program = compile("gcc", &["-std=c99"], "hashes");
    let ppm = built().join("pavane-c-test.ppm");
    let patches = folder().join("../../assets/patches");
    let mut count = 0;
    for patch in PATCHES.iter().chain(PARTS) {
        let file = patches.join(patch.name).with_extension("pav");
        let [width, height] = SIZE.map(|side| side.to_string());
        let mut command = Command::new(&program);
        command.arg(file).arg(FRAMES.to_string()).arg(&ppm).args([width, height]);
        let (lines, picture) = expected(patch);
        assert!(output(&mut command) == lines, "{}: other hashes", patch.name);
        assert!(fs::read(&ppm).expect("a picture") == picture, "{}: other pixels", patch.name);
        count += 1;
    }
    let files = fs::read_dir(patches).expect("the folder is there");
    let all = files
        .filter(|file| file.as_ref().is_ok_and(|file| file.path().extension().is_some_and(|e| e == "pav")));
    assert_eq!(count, all.count(), "every patch of the folder");
    fs::remove_file(&ppm).expect("it is there");
}

#[test]
fn the_examples_are_c_and_cpp_and_link_either_way() {
    build_libraries();
    let spiral = folder().join("../../assets/patches/golden_spiral.pav");
    let ways: [(&str, &[&str]); 4] = [
        ("gcc", &["-std=c99"]),
        ("gcc", &["-std=c17"]),
        ("gcc", &["-std=c99", "-static-libgcc"]),
        ("g++", &["-x", "c++", "-std=c++11", "-Wno-missing-field-initializers"]),
    ];
    let mut said = Vec::new();
    for (compiler, options) in ways {
        let hashes = compile(compiler, options, "hashes");
        let lines = output(Command::new(hashes).arg(&spiral).arg("2"));
        let embed = output(&mut Command::new(compile(compiler, options, "embed")));
        said.push((lines, embed));
    }
    assert!(said.windows(2).all(|pair| pair[0] == pair[1]), "{said:?}");
    let pinned: String =
        pinned("golden_spiral")[..2].iter().map(|(at, hash)| format!("frame {at} {hash:#018x}\n")).collect();
    assert_eq!(said[0].0, pinned);
    assert_eq!(said[0].1, include_str!("embed.txt"));
}

/// The page of the whole project has a snippet: the body of a `main`.
#[test]
fn the_snippet_of_the_readme_runs() {
    build_libraries();
    let readme = include_str!("../../../../README.md");
    let snippet = readme.split("```c\n").nth(1).and_then(|rest| rest.split("```").next()).expect("a snippet");
    let spiral = folder().join("../../assets/patches/golden_spiral.pav");
    assert_eq!(snippet.matches("\"spiral.pav\"").count(), 1);
    let body = snippet.replace("\"spiral.pav\"", &format!("{:?}", spiral.display().to_string()));
    let head = "#include <stdio.h>\n#include \"pavane.h\"\n";
    let tail = "pavane_engine_free(engine);\npavane_program_free(program);\nreturn 0;\n";
    let (file, to) = (built().join("pavane-c-readme.c"), built().join("pavane-c-readme"));
    fs::write(&file, format!("{head}int main(void) {{\n{body}{tail}}}\n")).expect("a file");
    let mut command = Command::new("gcc");
    command.args(["-std=c99", "-Wall", "-Wextra", "-Wno-missing-field-initializers", "-Werror"]).arg(&file);
    command.arg("-I").arg(folder().join("include")).arg("-L").arg(built()).arg("-lpavane");
    output(command.arg(format!("-Wl,-rpath,{}", built().display())).arg("-o").arg(&to));
    output(&mut Command::new(&to));
    fs::remove_file(&file).expect("it is there");
}
