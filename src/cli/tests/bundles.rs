//! `pavane compile --bundle`: folders that are moved, damaged, and made again.

use std::fs;
use std::path::Path;
use std::process::Stdio;

use super::{command, files, folder, good, path, pavane, ran, refused, write};

/// A patch with a photo, a font that two statements name, data, and a title.
fn patch(folder: &Path) -> String {
    fs::write(folder.join("evening.jpg"), include_bytes!("../../../assets/patches/evening.jpg")).unwrap();
    fs::write(folder.join("boxes.ttf"), include_bytes!("../../../assets/fonts/boxes.ttf")).unwrap();
    write(folder, "rows.csv", "value\n1\n2\n3\n");
    let text = "
        image evening from \"evening.jpg\"
        font boxes from \"boxes.ttf\"
        font again from \"boxes.ttf\" { fallback: boxes }
        data rows from \"rows.csv\" { value: float }
        draw image(evening) { position: (0.5, 0.5), size: (1, 0.6 + 0.1 * wave.sine(cycle(1s))), fit: cover }
        domain bars from rows { draw rect { position: (rank, 0.8), size: 0.05 * value, color: #fc6 } }
        draw text(\"AB {floor(time * 10)}\") { position: (0.2, 0.3), size: 0.2, color: #fff, font: again }\n";
    write(folder, "title.pav", text)
}

#[test]
fn a_bundle_that_is_moved_has_the_same_frames() {
    let folder = folder("bundle");
    let file = patch(&folder);
    let out = path(&folder, "out/");
    good(&["compile", &file, "--bundle", "-o", &out]);
    assert_eq!(files(&folder.join("out")), ["files", "title.json"]);
    let kept = files(&folder.join("out/files"));
    assert_eq!(kept.len(), 2, "{kept:?}");
    assert!(kept.iter().any(|name| name.ends_with(".jpg")) && kept.iter().any(|name| name.ends_with(".ttf")));
    assert!(fs::metadata(folder.join("out/title.json")).unwrap().len() < 20_000, "photos are not inside");

    // Elsewhere, and without what it was made of.
    let moved = folder.join("elsewhere/farm");
    fs::create_dir_all(moved.parent().unwrap()).unwrap();
    fs::rename(folder.join("out"), &moved).unwrap();
    let bundle = path(&moved, "title.json");
    let hashes = |file: &str| good(&["render", file, "--frames", "20", "--hash"]);
    let expected = hashes(&file);
    let picture = |file: &str, name: &str| {
        let picture = path(&folder, name);
        good(&["render", file, "-o", &picture, "--frames", "7..8", "--size", "320x180"]);
        fs::read(picture).unwrap()
    };
    let drawn = picture(&file, "a.png");
    for used in ["evening.jpg", "boxes.ttf", "rows.csv"] {
        fs::remove_file(folder.join(used)).unwrap();
    }
    assert_eq!(hashes(&bundle), expected);
    assert!(picture(&bundle, "b.png") == drawn);
    good(&["check", &bundle]);
    good(&["inspect", &bundle, "--at", "3"]);
    // A program with all inside can be made of it, and a bundle of that.
    let whole = path(&folder, "whole.json");
    good(&["compile", &bundle, "-o", &whole]);
    assert_eq!(hashes(&whole), expected);
    good(&["compile", &whole, "--bundle", "-o", &path(&folder, "third.json")]);
    assert_eq!(hashes(&path(&folder, "third.json")), expected);
}

#[test]
fn a_bundle_that_is_made_again_stays_as_it_is() {
    let folder = folder("bundle_again");
    let file = patch(&folder);
    let target = path(&folder, "out/my.json");
    let make = || good(&["compile", &file, "--bundle", "-o", &target]);
    make();
    let all = || -> Vec<_> {
        let files = files(&folder.join("out/files"));
        let of = |name: &String| {
            let path = folder.join("out/files").join(name);
            (name.clone(), fs::metadata(&path).unwrap().modified().unwrap(), fs::read(&path).unwrap())
        };
        files.iter().map(of).collect()
    };
    let (before, json) = (all(), fs::read(&target).unwrap());
    make();
    assert!(all() == before, "files that are there are not written again");
    assert_eq!(fs::read(&target).unwrap(), json);
    // What is damaged is made whole, and another program may share the folder.
    let damaged = folder.join("out/files").join(&before[0].0);
    fs::write(&damaged, "damaged").unwrap();
    refused(&["check", &target], &["error[E0119]", "another file or damaged", &before[0].0]);
    make();
    assert_eq!(fs::read(&damaged).unwrap(), before[0].2);
    good(&["compile", "examples:contact_sheet", "--bundle", "-o", &path(&folder, "out/")]);
    assert_eq!(files(&folder.join("out")), ["contact_sheet.json", "files", "my.json"]);
    good(&["check", &target]);
    good(&["check", &path(&folder, "out/contact_sheet.json")]);
}

#[test]
fn a_bundle_that_is_not_whole_is_refused() {
    let folder = folder("bundle_broken");
    let file = patch(&folder);
    refused(&["compile", &file, "--bundle"], &["say where they go", "-o out/"]);
    refused(&["compile", &file, "--bundle", "-o", "-"], &["say where they go"]);
    refused(&["compile", &file, "--bundle", "-o", &path(&folder, "out")], &["ends in `/`", "ends in .json"]);
    let taken = path(&folder, "rows.csv/");
    refused(&["compile", &file, "--bundle", "-o", &taken], &["cannot make the folder"]);
    assert!(!folder.join("out").exists());

    good(&["compile", &file, "--bundle", "-o", &path(&folder, "out/")]);
    let bundle = path(&folder, "out/title.json");
    let json = fs::read_to_string(&bundle).unwrap();
    let alone = write(&folder, "alone.json", &json);
    let out = path(&folder, "a.png");
    refused(
        &["render", &alone, "-o", &out],
        &["error[E0119]", "image `evening`", "No such file", "help: copy the whole folder"],
    );
    assert!(!Path::new(&out).exists());
    // Standard input has no folder.
    let ran =
        ran(command(&["check", "-"]).stdin(Stdio::from(fs::File::open(&bundle).unwrap())).output().unwrap());
    assert_eq!(ran.code, Some(2));
    assert!(ran.err.contains("read without its folder"), "{}", ran.err);
    // No name leads out, not even through a link.
    let name = files(&folder.join("out/files")).remove(0);
    write(&folder, "secret", "secret");
    let led_out = json.replace(&format!("files/{name}"), "files/../../secret");
    let led_out = write(&folder.join("out"), "led_out.json", &led_out);
    refused(&["check", &led_out], &["error[E0119]", "a file of a bundle is called"]);
    #[cfg(unix)]
    {
        let within = folder.join("out/files").join(&name);
        fs::rename(&within, folder.join("outside")).unwrap();
        std::os::unix::fs::symlink(folder.join("outside"), &within).unwrap();
        refused(&["check", &bundle], &["error[E0119]", "leads out of the folder of the program"]);
        assert_eq!(pavane(&["check", &bundle, "--allow-outside"]).code, Some(0));
    }
    // Files of a bundle are not drawn over.
    let own = path(&folder.join("out/files"), &files(&folder.join("out/files"))[1]);
    refused(&["render", &bundle, "--allow-outside", "-o", &own], &[]);
}
