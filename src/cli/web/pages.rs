//! Pages, put together of the files in `assets/web`: as one file, or as files of a folder.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

/// The module, as `crates/pavane-web/build.sh` makes it.
pub(super) const MODULE: &[u8] = include_bytes!("../../../assets/web/pavane.wasm.gz");
/// What it is called in a folder.
const MODULE_NAME: &str = "pavane.wasm.gz";

macro_rules! scripts {
    ($($name:literal),*) => { &[$(($name, include_str!(concat!("../../../assets/web/", $name)))),*] };
}

/// The modules of a player, each behind those that it imports.
const PLAYER: &[(&str, &str)] = scripts!["engine.js", "webgl.js", "player.js"];
/// What a folder has besides: for pages of one's own.
const ELEMENT: &[(&str, &str)] = scripts!["element.js", "pavane.d.ts"];
/// The modules of a playground.
const PLAYGROUND: &[(&str, &str)] =
    scripts!["engine.js", "webgl.js", "player.js", "grammar.js", "editor.js", "playground.js"];
/// The grammar that editors have.
const GRAMMAR: &str = include_str!("../../../assets/editor/pavane.tmLanguage.json");

/// What a page says of its patch.
pub(super) struct About {
    pub(super) title: String,
    pub(super) size: [u32; 2],
}

/// A page that is about to be written.
pub(super) struct Page {
    /// The page without its scripts and its module.
    text: String,
    scripts: &'static [(&'static str, &'static str)],
    /// What it imports where its scripts are files.
    imports: &'static str,
    /// What a folder has besides.
    others: &'static [(&'static str, &'static str)],
}

impl Page {
    /// A page that plays a patch.
    pub(super) fn player(about: &About, document: &Value) -> Self {
        let [width, height] = about.size;
        let text = fill(
            include_str!("../../../assets/web/page.html"),
            &[
                ("VERSION", env!("CARGO_PKG_VERSION")),
                ("TITLE", &in_html(&about.title)),
                ("BACKGROUND", "#000"),
                ("RATIO", &format!("{width} / {height}")),
                ("PATCH", &in_script(document)),
            ],
        );
        let imports =
            "import { fromBase64 } from \"./engine.js\";\nimport { Player } from \"./player.js\";\n";
        Self { text, scripts: PLAYER, imports, others: ELEMENT }
    }

    /// A page to write patches in.
    pub(super) fn playground(document: Option<&Value>, gallery: &Value) -> Self {
        let text = fill(
            include_str!("../../../assets/web/playground.html"),
            &[
                ("VERSION", env!("CARGO_PKG_VERSION")),
                ("PATCH", &in_script(document.unwrap_or(&Value::Null))),
                ("GALLERY", &in_script(gallery)),
                ("GRAMMAR", &GRAMMAR.replace('<', "\\u003c")),
            ],
        );
        let imports = "import { begin } from \"./playground.js\";\n";
        Self { text, scripts: PLAYGROUND, imports, others: &[] }
    }

    /// The page with everything inside.
    pub(super) fn whole(&self) -> String {
        let module = format!("<script type=\"text/plain\" id=\"pavane-wasm\">{}</script>", base64(MODULE));
        let scripts: Vec<String> = self.scripts.iter().map(|(_, text)| inlined(text)).collect();
        fill(&self.text, &[("MODULE", &module), ("SCRIPTS", &scripts.join("\n"))])
    }

    /// The page and what it loads, by name; the page comes last, when all else is there.
    pub(super) fn files(&self) -> Vec<(&'static str, Vec<u8>)> {
        let page = fill(&self.text, &[("MODULE", ""), ("SCRIPTS", self.imports)]);
        let mut files = vec![(MODULE_NAME, MODULE.to_vec())];
        files.extend(
            self.scripts.iter().chain(self.others).map(|(name, text)| (*name, text.as_bytes().to_vec())),
        );
        files.push(("index.html", page.into_bytes()));
        files
    }
}

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
                    let name: String =
                        rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
                    assert_eq!(names.insert(name.clone(), *file), None, "`{name}` is in two modules");
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
        assert!(MODULE.len() < 2_500_000, "the module has {} bytes", MODULE.len());
        let page = Page::player(&About { title: "t".into(), size: [1, 1] }, &Value::Null).whole();
        assert!(page.len() < 3_400_000, "a page has {} bytes", page.len());
    }
}
