//! `pavane web` as users run it; what becomes of its pages in a browser is tested by `crates/pavane-web/tests`.

use std::fs;

use super::{folder, good, pavane, refused};

const PATCH: &str = "// A </script> & more: of a page
input speed: float = 1
param many = 3
use \"dots.pav\" as dots { many: many }
draw circle { position: (0.5, 0.5), size: 0.1 * speed, color: #fff }
";

#[test]
fn a_page_has_everything_inside() {
    let folder = folder("web_page");
    let path = |name: &str| folder.join(name).to_str().unwrap().to_owned();
    fs::write(path("main.pav"), PATCH).unwrap();
    let dots = "param many = 1\ndomain dots[many] { draw circle { position: (rank, 0.5), size: 0.05, color: #f80 } }\n";
    fs::write(path("dots.pav"), dots).unwrap();
    let (patch, page) = (path("main.pav"), path("main.html"));
    good(&["web", &patch, "-o", &page, "--set", "many=7", "--set", "speed=2"]);
    let html = fs::read_to_string(&page).unwrap();
    assert!(html.starts_with("<!doctype html>") && html.trim_end().ends_with("</html>"));
    let data = html.split("id=\"patch\">").nth(1).and_then(|rest| rest.split("</script>").next()).unwrap();
    let data: serde_json::Value = serde_json::from_str(data).unwrap();
    assert_eq!(data["text"], PATCH);
    assert_eq!(data["given"]["many"], "7");
    assert_eq!(data["inputs"]["speed"][0], 2.0);
    assert!(data["files"]["dots.pav"].is_string());
    // Nothing is loaded from elsewhere, and no place is left to be filled.
    assert!(!html.contains("src=") && !html.contains("import {") && !html.contains("@SCRIPTS@"));
    // Again, over the same file: the same bytes.
    good(&["web", &patch, "-o", &page, "--set", "many=7", "--set", "speed=2"]);
    assert_eq!(fs::read_to_string(&page).unwrap(), html);
}

#[test]
fn a_folder_has_the_page_and_what_it_loads() {
    let folder = folder("web_folder");
    let target = format!("{}/", folder.join("site").to_str().unwrap());
    let ran = pavane(&["web", "examples:golden_spiral", "-o", &target]);
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    assert!(ran.err.contains("http.server"), "{}", ran.err);
    let names =
        ["index.html", "engine.js", "webgl.js", "player.js", "element.js", "pavane.d.ts", "pavane.wasm.gz"];
    for name in names {
        assert!(folder.join("site").join(name).is_file(), "{name}");
    }
    let ran = pavane(&["web", "--playground", "-o", &target]);
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    let html = fs::read_to_string(folder.join("site/index.html")).unwrap();
    assert!(
        html.contains("./playground.js") && html.contains("golden_spiral") && !html.contains("@GRAMMAR@")
    );
}

#[test]
fn what_makes_no_page_is_refused() {
    let folder = folder("web_refused");
    let path = |name: &str| folder.join(name).to_str().unwrap().to_owned();
    fs::write(path("main.html"), PATCH).unwrap();
    fs::write(path("bad.pav"), "draw circel").unwrap();
    let page = path("page.html");
    refused(&["web", "examples:gs1", "-o", "page.txt"], &["page.txt", ".html"]);
    refused(&["web", "-", "-o", &page], &["a patch", "examples:NAME"]);
    refused(&["web", "program.json", "-o", &page], &["a patch"]);
    refused(&["web", "-o", &page], &["FILE"]);
    refused(&["web", &path("bad.pav"), "-o", &page], &["bad.pav:1:"]);
    refused(&["web", "examples:gs1", "--set", "nothing=1", "-o", &page], &["nothing"]);
    refused(&["web", &path("main.html"), "-o", &path("main.html")], &[]);
    assert!(!folder.join("page.html").exists());
    assert_eq!(fs::read_to_string(path("main.html")).unwrap(), PATCH);
}

/// A page that could not play is not made. Which fonts a machine has, nobody knows; where the tests require fonts, this is one of them.
#[test]
fn a_page_has_no_fonts_of_this_machine() {
    let folder = folder("web_system_font");
    let path = |name: &str| folder.join(name).to_str().unwrap().to_owned();
    let patch = "font own system \"Noto Sans\"
        draw text(\"A\") { position: (0.5, 0.5), size: 0.1, color: #fff, font: own }";
    fs::write(path("title.pav"), patch).unwrap();
    let drawn = pavane(&["render", &path("title.pav"), "--frames", "1", "-o", &path("title.png")]);
    let is_there = drawn.code == Some(0);
    assert!(is_there || std::env::var_os("PAVANE_REQUIRE_HARFBUZZ").is_none(), "{}", drawn.err);
    let told = if is_there { "a page has no fonts of this machine" } else { "none of that family" };
    refused(&["web", &path("title.pav"), "-o", &path("title.html")], &[told]);
    assert!(!folder.join("title.html").exists());
}
