//! `pavane web`.

mod pages;

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use clap::Args;
use serde_json::{Map, Value, json};

use self::pages::{Page, Played};
use super::failure::{Failure, tell};
use super::input::Parameters;
use super::out::Out;
use super::refuse;
use crate::assets::{DATA, IMAGES, PARTS, PATCHES, ShippedFiles};
use crate::engine::OwnedValue;
use crate::language::{Files, Folder, Found, FromOutside, SystemFont, compile_from};
use crate::letters::Family;
use crate::load::{self, Options};
use crate::render::write_whole;

/// Make a page that plays a patch in a browser, or one to write patches in
#[derive(Debug, Args)]
#[command(
    after_help = "The page has the same frames as every other verb, and its CPU raster the same pixels. What WebGL 2 can draw whole\n\
(ellipses, rectangles, polygons and stars) is drawn with it, all else on the CPU.\n\n\
OUT is a file, which has everything inside and plays from wherever it lies, or a folder (with `/` at its end) for a\n\
server, with what the page loads beside it. A page of one patch has the program that is compiled of it, and the player,\n\
which needs no compiler; a playground has the compiler, too.\n\n\
Examples:\n  \
    pavane web spiral.pav -o spiral.html\n  \
    pavane web examples:magnet -o site/\n  \
    pavane web --playground -o playground/\n  \
    pavane web --playground spiral.pav -o playground.html"
)]
pub(super) struct Arguments {
    /// Patch (.pav) or program (.json), `-` for standard input, or `examples:NAME`
    #[arg(required_unless_present = "playground")]
    file: Option<String>,
    /// Where the page goes
    #[arg(short, long, value_name = "OUT")]
    output: String,
    /// Make a page to write patches in, with the gallery; it begins with FILE
    #[arg(long)]
    playground: bool,
    #[command(flatten)]
    parameters: Parameters,
}

pub(super) fn run(arguments: &Arguments, out: &mut Out) -> Result<(), Failure> {
    let _ = out;
    let target = Target::of(&arguments.output)?;
    let (page, inputs) = match (arguments.playground, &arguments.file) {
        (true, None) => (Page::playground(None, &gallery()), Vec::new()),
        (true, Some(file)) => {
            let patch = Patch::read(file, &arguments.parameters)?;
            (Page::playground(Some(&patch.document), &gallery()), patch.inputs_of_page)
        }
        (false, Some(file)) => played(file, &arguments.parameters)?,
        // clap asks for one of them.
        (false, None) => return Err(Failure::Arguments("name a patch".into())),
    };
    match target {
        Target::File(file) => {
            refuse::inputs(&inputs, &[file.clone().into()])?;
            write_whole(&file, page.whole().as_bytes()).map_err(Failure::opening)
        }
        Target::Folder(folder) => {
            let files = page.files();
            let paths: Vec<PathBuf> = files.iter().map(|(name, _)| folder.join(name)).collect();
            refuse::inputs(&inputs, &paths)?;
            fs::create_dir_all(&folder).map_err(|error| {
                Failure::Arguments(format!("cannot make the folder `{}`: {error}", folder.display()))
            })?;
            for (path, (_, bytes)) in paths.iter().zip(&files) {
                write_whole(&path.to_string_lossy(), bytes).map_err(Failure::opening)?;
            }
            tell(&format!(
                "browsers load modules from servers only: `python3 -m http.server -d {}`\n",
                folder.display()
            ));
            Ok(())
        }
    }
}

/// Where a page goes.
enum Target {
    File(String),
    Folder(PathBuf),
}

impl Target {
    fn of(output: &str) -> Result<Self, Failure> {
        let path = Path::new(output);
        let is_page =
            |end: &std::ffi::OsStr| end.eq_ignore_ascii_case("html") || end.eq_ignore_ascii_case("htm");
        if output.ends_with(['/', std::path::MAIN_SEPARATOR]) || path.is_dir() {
            return Ok(Self::Folder(path.into()));
        }
        if path.extension().is_some_and(is_page) {
            return Ok(Self::File(output.into()));
        }
        let message = format!(
            "`{}` is no page: name a file that ends in .html, or a folder that ends in `/`",
            crate::diagnostic::one_line(output)
        );
        Err(Failure::Arguments(message))
    }
}

/// The page of one patch or program, and the names of all files that it is made of.
fn played(file: &str, parameters: &Parameters) -> Result<(Page, Vec<String>), Failure> {
    let given = parameters.given();
    let loaded = load::load(file, &Options { given: given.to_vec(), ..Options::default() });
    tell(&loaded.render(load::TERMINAL));
    let program = loaded.program.clone().ok_or(Failure::Told)?;
    // A program, of which there is no patch, is an object.
    let source = loaded.texts.first().map_or("", |(_, text)| text).trim_start_matches('\u{feff}').trim();
    let source = if source.starts_with('{') { "" } else { source };
    let data = program.data();
    let title = if data.about.title.is_empty() { &data.about.name } else { &data.about.title };
    let fonts = program.weights_of_family().into_iter().map(Family::file).collect();
    let page = Page::player(&Played {
        title,
        size: data.clip.size,
        name: &data.about.name,
        program: program.to_json().as_bytes(),
        source,
        fonts,
        inputs: &inputs_of(&loaded.inputs),
    });
    Ok((page, loaded.files))
}

/// Values of inputs, as a page gives them.
fn inputs_of(inputs: &[(String, OwnedValue)]) -> Value {
    Value::Object(inputs.iter().map(|(name, value)| (name.clone(), input(value))).collect())
}

/// A patch with all that a playground needs of it.
struct Patch {
    /// Name, text, files, values of parameters and inputs.
    document: Value,
    /// The names of all files that the page is made of.
    inputs_of_page: Vec<String>,
}

/// Files as they are read, for whoever has none of them later.
struct Kept<'f> {
    files: &'f dyn Files,
    read: RefCell<BTreeMap<String, Vec<u8>>>,
}

impl Kept<'_> {
    fn keep<T: AsRef<[u8]>>(&self, path: &str, read: Result<T, String>) -> Result<T, String> {
        if let Ok(contents) = &read {
            self.read.borrow_mut().insert(path.into(), contents.as_ref().to_vec());
        }
        read
    }
}

impl Files for Kept<'_> {
    fn read(&self, path: &str) -> Result<String, String> {
        self.keep(path, self.files.read(path))
    }

    fn read_data(&self, path: &str) -> Result<String, String> {
        self.keep(path, self.files.read_data(path))
    }

    fn read_bytes(&self, path: &str, most: usize) -> Result<Vec<u8>, String> {
        self.keep(path, self.files.read_bytes(path, most))
    }

    fn system_font(&self, _family: &str, _most: usize) -> Result<SystemFont, String> {
        Err("a page has no fonts of this machine".into())
    }

    fn name(&self, path: &str) -> String {
        self.files.name(path)
    }

    fn find(&self, path: &str) -> Found {
        self.files.find(path)
    }

    fn patch(&self) -> Option<String> {
        self.files.patch()
    }
}

impl Patch {
    fn read(file: &str, parameters: &Parameters) -> Result<Self, Failure> {
        if file == "-" || file.ends_with(".json") {
            let message =
                "a playground begins with a patch, of which it has the text: name a .pav, or `examples:NAME`";
            return Err(Failure::Arguments(message.into()));
        }
        let given = parameters.given();
        let loaded = load::load(file, &Options { given: given.to_vec(), ..Options::default() });
        tell(&loaded.render(load::TERMINAL));
        let program = loaded.program.ok_or(Failure::Told)?;
        let text = load::read(file).map_err(|diagnostics| Failure::Run(diagnostics.to_string()))?.text;
        let folder = Folder::of(file);
        let files: &dyn Files = if file.starts_with(load::SHIPPED) { &ShippedFiles } else { &folder };
        let kept = Kept { files, read: RefCell::default() };
        // Once more, to see what is read, and whether what a page has of this machine is enough.
        let compiled = compile_from(&text, file, &kept, FromOutside { given, ..FromOutside::default() });
        if compiled.program.is_none() {
            tell(&compiled.render());
            return Err(Failure::Told);
        }
        let files: Map<String, Value> = kept
            .read
            .into_inner()
            .into_iter()
            .map(|(path, bytes)| (path, json!(pages::base64(&bytes))))
            .collect();
        let own: Map<String, Value> = given
            .iter()
            .filter(|(name, _)| loaded.parameters.contains(name))
            .map(|(name, value)| (name.clone(), json!(value)))
            .collect();
        let inputs = inputs_of(&loaded.inputs);
        let name = format!("{}.pav", program.data().about.name);
        let document = json!({ "name": name, "text": text, "files": files, "given": own, "inputs": inputs });
        Ok(Self { document, inputs_of_page: loaded.files })
    }
}

/// A value of an input, as a page gives it.
fn input(value: &OwnedValue) -> Value {
    match value {
        OwnedValue::Text(text) => json!(text),
        OwnedValue::One(value) => json!(value.components()[..value.ty().stride() as usize]),
        OwnedValue::Array { components, .. } => json!(components),
    }
}

/// Everything that ships: patches with what they show, and what they use.
fn gallery() -> Value {
    let patches: Vec<Value> = PATCHES
        .iter()
        .map(|shipped| {
            // Its opening comment says what it is and shows.
            let first = shipped.patch.lines().next().unwrap_or_default().trim_start_matches("//").trim();
            let (title, shows) = first.split_once(": ").unwrap_or((shipped.name, first));
            json!({ "name": shipped.name, "title": title, "shows": shows, "text": shipped.patch })
        })
        .collect();
    let parts = PARTS.iter().chain(PATCHES).map(|part| (format!("{}.pav", part.name), part.patch.as_bytes()));
    let data = DATA.iter().map(|(name, text)| ((*name).to_owned(), text.as_bytes()));
    let images = IMAGES.iter().map(|(name, bytes)| ((*name).to_owned(), *bytes));
    let is_used = |name: &str| PATCHES.iter().any(|shipped| shipped.patch.contains(&format!("\"{name}\"")));
    let files: Map<String, Value> = parts
        .chain(data)
        .chain(images)
        .filter(|(name, _)| is_used(name))
        .map(|(name, bytes)| (name, json!(pages::base64(bytes))))
        .collect();
    json!({ "patches": patches, "files": files })
}
