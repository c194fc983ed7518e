//! Pages, put together of the files in `assets/web`: as one file, or as files of a folder.

use std::io::Write;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use lzma_rust2::{LzmaOptions, LzmaWriter};
use serde_json::{Map, Value, json};

use crate::letters::{Family, Weight};

/// A module, as `crates/pavane-web/build.sh` makes it, and what it is called in a folder.
type Module = (&'static str, &'static [u8]);

macro_rules! module {
    ($name:literal) => {
        ($name, include_bytes!(concat!("../../../assets/web/", $name)))
    };
}

/// What plays programs.
const PLAYING: Module = module!("pavane-player.wasm.lzma");
/// What compiles patches, too.
const COMPILING: Module = module!("pavane.wasm.lzma");

macro_rules! scripts {
    ($($name:literal),*) => { &[$(($name, include_str!(concat!("../../../assets/web/", $name)))),*] };
}

/// The modules of a player, each behind those that it imports.
const PLAYER: Scripts = scripts!["lzma.js", "engine.js", "webgl.js", "player.js"];
/// What a folder has besides: for pages of one's own.
const ELEMENT: Scripts = scripts!["element.js", "pavane.d.ts"];
/// The modules of a playground.
const PLAYGROUND: Scripts =
    scripts!["lzma.js", "engine.js", "webgl.js", "player.js", "grammar.js", "editor.js", "playground.js"];
/// The grammar that editors have.
const GRAMMAR: &str = include_str!("../../../assets/editor/pavane.tmLanguage.json");

/// What a page plays.
pub(super) struct Played<'p> {
    pub(super) title: &'p str,
    /// Of its canvas, in pixels.
    pub(super) size: [u32; 2],
    pub(super) name: &'p str,
    /// In JSON.
    pub(super) program: &'p [u8],
    /// The patch, for whoever reads the page; empty where there is none.
    pub(super) source: &'p str,
    /// The files of the fonts that its texts need.
    pub(super) fonts: Vec<(&'static str, &'static [u8])>,
    /// Values of inputs, by name.
    pub(super) inputs: &'p Value,
}

/// A page that is about to be written.
pub(super) struct Page {
    template: &'static str,
    /// What is put into it, but for scripts, module and program.
    values: Vec<(&'static str, String)>,
    module: Module,
    scripts: Scripts,
    /// What it imports where its scripts are files.
    imports: &'static str,
    /// What the page says of its program, but for that itself and fonts.
    about: Map<String, Value>,
    /// The program and its fonts by name, packed.
    beside: Vec<(String, Vec<u8>)>,
    /// What a folder has besides, for pages of one's own.
    others: Vec<(String, Vec<u8>)>,
}

type Scripts = &'static [(&'static str, &'static str)];

impl Page {
    /// A page that plays a program.
    pub(super) fn player(played: &Played<'_>) -> Self {
        let [width, height] = played.size;
        let values = vec![
            ("TITLE", in_html(played.title)),
            ("BACKGROUND", "#000".to_owned()),
            ("RATIO", format!("{width} / {height}")),
            // Nothing in it ends the script that it is in.
            ("SOURCE", played.source.replace("</", "<\\/").replace("<!--", "<\\!--")),
        ];
        let name = file_name(played.name);
        let about = json!({ "name": name, "inputs": played.inputs });
        let file = |name: &str, bytes: &[u8]| (format!("{name}{PACKED}"), packed(bytes));
        let fonts = played.fonts.iter().map(|(name, bytes)| file(name, bytes));
        let beside = std::iter::once(file(&name, played.program)).chain(fonts).collect();
        let faces = [Weight::REGULAR, Weight::BOLD].map(Family::file).into_iter();
        let is_other = |name: &str| played.fonts.iter().all(|(needed, _)| *needed != name);
        let faces = faces.filter(|(name, _)| is_other(name)).map(|(name, bytes)| file(name, bytes));
        let scripts = ELEMENT.iter().map(|(name, text)| ((*name).to_owned(), text.as_bytes().to_vec()));
        let (name, module) = COMPILING;
        let others = scripts.chain(faces).chain([(name.to_owned(), module.to_vec())]).collect();
        let imports = "import { contentsOf, fromText } from \"./engine.js\";\nimport { Player } from \"./player.js\";\n";
        let about = about.as_object().cloned().unwrap_or_default();
        let template = include_str!("../../../assets/web/page.html");
        Self { template, values, module: PLAYING, scripts: PLAYER, imports, about, beside, others }
    }

    /// A page to write patches in.
    pub(super) fn playground(document: Option<&Value>, gallery: &Value) -> Self {
        let values = vec![
            ("PATCH", in_script(document.unwrap_or(&Value::Null))),
            ("GALLERY", in_script(gallery)),
            ("GRAMMAR", GRAMMAR.replace('<', "\\u003c")),
        ];
        let imports = "import { begin } from \"./playground.js\";\n";
        let (about, beside, others) = (Map::new(), Vec::new(), Vec::new());
        let template = include_str!("../../../assets/web/playground.html");
        Self { template, values, module: COMPILING, scripts: PLAYGROUND, imports, about, beside, others }
    }

    /// The page with everything inside.
    pub(super) fn whole(&self) -> String {
        let module =
            format!("<script type=\"text/plain\" id=\"pavane-wasm\">{}</script>", dense(self.module.1));
        let scripts: Vec<String> = self.scripts.iter().map(|(_, text)| inlined(text)).collect();
        let program = in_script(&self.program(|bytes| json!(dense(bytes))));
        self.filled(&[("MODULE", &module), ("PROGRAM", &program), ("SCRIPTS", &scripts.join("\n"))])
    }

    /// The page and what it loads, by name; the page comes last, when all else is there.
    pub(super) fn files(&self) -> Vec<(String, Vec<u8>)> {
        let program = in_script(&self.program(|_| Value::Null));
        let page = self.filled(&[("MODULE", ""), ("PROGRAM", &program), ("SCRIPTS", self.imports)]);
        let (name, module) = self.module;
        let mut files = vec![(name.to_owned(), module.to_vec())];
        files.extend(self.beside.iter().chain(&self.others).cloned());
        files.extend(self.scripts.iter().map(|(name, text)| ((*name).to_owned(), text.as_bytes().to_vec())));
        files.push(("index.html".to_owned(), page.into_bytes()));
        files
    }

    /// All of it in one go: nothing that is put in is taken for a place where something goes.
    fn filled(&self, others: &[(&str, &str)]) -> String {
        let values = self.values.iter().map(|(name, value)| (*name, value.as_str()));
        let values: Vec<_> =
            values.chain([("VERSION", env!("CARGO_PKG_VERSION"))]).chain(others.iter().copied()).collect();
        fill(self.template, &values)
    }

    /// What the page says of its program, with what `inside` makes of what may lie beside it.
    fn program(&self, inside: impl Fn(&[u8]) -> Value) -> Value {
        let mut about = self.about.clone();
        if let [(_, program), fonts @ ..] = &self.beside[..] {
            about.insert("program".into(), inside(program));
            let name = |name: &str| name.trim_end_matches(PACKED).to_owned();
            let fonts = fonts.iter().map(|(file, bytes)| (name(file), inside(bytes))).collect();
            about.insert("fonts".into(), Value::Object(fonts));
        }
        Value::Object(about)
    }
}

/// What a program of this name is called in a folder. Names of programs may have letters of any script, which not every server serves.
fn file_name(name: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    let name = if !name.is_empty() && name.chars().all(is_plain) { name } else { "program" };
    format!("{name}.json")
}

/// What the names of packed files end in.
const PACKED: &str = ".lzma";

/// As `lzma.js` unpacks it: the format of `xz --format=lzma`, with the size in its head.
fn packed(bytes: &[u8]) -> Vec<u8> {
    // Memory is taken in proportion to the dictionary, and one that is larger than all that there is finds no more.
    let dict_size = bytes.len().clamp(1 << 16, 1 << 26).next_power_of_two() as u32;
    let options = LzmaOptions { dict_size, ..LzmaOptions::with_preset(9) };
    let writer = LzmaWriter::new_use_header(Vec::new(), &options, Some(bytes.len() as u64));
    // Memory takes everything, and these options are allowed.
    let written = writer.and_then(|mut writer| writer.write_all(bytes).and_then(|()| writer.finish()));
    written.unwrap_or_default()
}

/// Bytes as printable ASCII without `"`, `<` and `\`, so that they stand in JSON and in scripts as they are: 13 bits are two characters, which
/// is a twelfth less than base64 takes. What is left at the end is one, if it is 6 bits at most.
fn dense(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() * 16 / 13 + 2);
    let letter = |digit: u32| char::from(LETTERS[digit as usize]);
    let (mut bits, mut count) = (0_u32, 0);
    for &byte in bytes {
        bits |= u32::from(byte) << count;
        count += 8;
        if count >= 13 {
            let pair = bits & 0x1fff;
            text.extend([letter(pair % 91), letter(pair / 91)]);
            bits >>= 13;
            count -= 13;
        }
    }
    match count {
        0 => {}
        1..=6 => text.push(letter(bits)),
        _ => text.extend([letter(bits % 91), letter(bits / 91)]),
    }
    text
}

/// The characters of [`dense`], in the order of their digits.
const LETTERS: &[u8; 91] =
    b"!#$%&'()*+,-./0123456789:;=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[]^_`abcdefghijklmnopqrstuvwxyz{|}~";

pub(super) fn base64(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

/// Puts texts in place of `@NAME@`, in one go: what is put in is not looked at again.
fn fill(template: &str, values: &[(&str, &str)]) -> String {
    let mut filled = String::with_capacity(template.len());
    let mut rest = template;
    while let Some(at) = rest.find('@') {
        let (before, behind) = rest.split_at(at);
        filled.push_str(before);
        let known = values.iter().find_map(|(name, value)| {
            let after = behind[1..].strip_prefix(name)?.strip_prefix('@')?;
            Some((value, after))
        });
        match known {
            Some((value, after)) => {
                filled.push_str(value);
                rest = after;
            }
            None => {
                filled.push('@');
                rest = &behind[1..];
            }
        }
    }
    filled.push_str(rest);
    filled
}

/// JSON within a page: nothing in it ends the script that it is in.
fn in_script(value: &Value) -> String {
    value.to_string().replace('<', "\\u003c")
}

fn in_html(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// A module as a part of one script: without its imports, which are there already, and with what it exports as plain names. Imports and
/// exports of `assets/web` are written so that this is all there is to do; the test below holds them to that.
fn inlined(module: &str) -> String {
    let line = |line: &str| match line.strip_prefix("export ") {
        Some(rest) => Some(rest.to_owned()),
        None if line.starts_with("import ") => None,
        None => Some(line.to_owned()),
    };
    module.lines().filter_map(line).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modules_can_be_put_into_one_script() {
        let mut names = std::collections::BTreeMap::new();
        for (file, text) in PLAYGROUND {
            for line in text.lines() {
                if line.starts_with("import ") {
                    let is_plain = line.starts_with("import { ")
                        && line.contains(" } from \"./")
                        && line.ends_with("\";");
                    assert!(is_plain && !line.contains(" as "), "{file}: {line}");
                    let from = line.split("\"./").nth(1).and_then(|rest| rest.strip_suffix("\";")).unwrap();
                    let place = |name: &str| PLAYGROUND.iter().position(|(other, _)| *other == name);
                    assert!(place(from) < place(file), "{file} imports {from}, which comes later");
                }
                assert!(
                    !line.starts_with("export default") && !line.starts_with("export {"),
                    "{file}: {line}"
                );
                let line = line.strip_prefix("export ").unwrap_or(line);
                let line = line.strip_prefix("async ").unwrap_or(line);
                for word in ["const ", "let ", "class ", "function "] {
                    let Some(rest) = line.strip_prefix(word) else { continue };
                    // One, or several that are taken out of an array.
                    let several = rest.strip_prefix('[').and_then(|rest| rest.split_once(']'));
                    for name in several.map_or(rest, |(several, _)| several).split(", ") {
                        let name: String =
                            name.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
                        assert!(!name.is_empty(), "{file}: {line}");
                        assert_eq!(names.insert(name.clone(), *file), None, "`{name}` is in two modules");
                        if several.is_none() {
                            break;
                        }
                    }
                }
            }
            assert!(!text.contains("</script"), "{file} would end the script that it is in");
        }
    }

    #[test]
    fn what_is_put_in_is_not_looked_at_again() {
        assert_eq!(fill("a @X@ @Y@ b@c", &[("X", "@Y@"), ("Y", "1")]), "a @Y@ 1 b@c");
        assert_eq!(in_script(&Value::from("</script>")), "\"\\u003c/script>\"");
        assert_eq!(in_html("a < \"b\" & c"), "a &lt; &quot;b&quot; &amp; c");
    }

    #[test]
    fn a_page_fits_its_bounds() {
        let check = |module: Module, most: usize| {
            assert!(module.1.len() < most, "{} has {} bytes", module.0, module.1.len());
        };
        check(PLAYING, 1_150_000);
        check(COMPILING, 1_900_000);
        let nothing = json!({});
        let page = |fonts| {
            let played = Played {
                title: "t",
                size: [1, 1],
                name: "t",
                program: b"{}",
                source: "",
                fonts,
                inputs: &nothing,
            };
            Page::player(&played).whole().len()
        };
        assert!(page(Vec::new()) < 1_500_000, "a page has {} bytes", page(Vec::new()));
        let letters = page(vec![Family::file(Weight::REGULAR)]);
        assert!(letters < 1_600_000, "a page with letters has {letters} bytes");
    }

    #[test]
    fn bytes_are_text() {
        let check = |bytes: &[u8], expected: &str| assert_eq!(dense(bytes), expected);
        check(&[], "");
        check(&[0], "!!");
        // 255 is 2 * 91 + 73.
        check(&[255], "m$");
        // 13 bits are 90 * 91 + 1, and three are left.
        check(&[255, 255], "#~)");
        let long: Vec<u8> = (0..=255).cycle().take(1000).collect();
        for length in 0..100 {
            // Two characters for 13 bits, and one or two for what is left.
            let (pairs, left) = (length * 8 / 13, length * 8 % 13);
            let more = usize::from(left > 0) + usize::from(left > 6);
            assert_eq!(dense(&long[..length]).len(), pairs * 2 + more);
        }
        assert!(!dense(&long).contains(['"', '<', '\\']));
    }

    #[test]
    fn programs_are_files_beside_their_page() {
        let check = |name: &str, expected: &str| assert_eq!(file_name(name), expected);
        check("golden_spiral", "golden_spiral.json");
        check("../x", "program.json");
        check("", "program.json");
        check("a b", "program.json");
    }
}
