//! A clip for every row of a table.

use std::fs;

use super::{Ran, files, folder, good, path, pavane, refused, write};

const CARD: &str = "
clip { duration: 200ms, rate: 10, size: (40, 30) }
param many = 2
param size: float = 0.1
input tint = #ffffff
input place: vec2 = (0.5, 0.5)
domain dots[many] { draw circle { position: place + (0.1 * index, 0), size, color: tint } }
";

#[test]
fn every_row_is_a_clip_of_its_own() {
    let folder = folder("variants");
    let card = write(&folder, "card.pav", CARD);
    let table = write(
        &folder,
        "people.csv",
        "name,size,tint,place,note\nAda,0.4,#f80,\"0.2, 0.3\",\nBo,,\"#08f\",,hello\nCy,0.2,,,\n",
    );
    let to = |name: &str| path(&folder, name);
    let found =
        pavane(&["render", &card, "--each", &table, "-o", &to("{name}_{row}.gif"), "--format", "json"]);
    let Ran { code, out, err: told } = found;
    assert_eq!(code, Some(0), "{told}");
    assert!(told.contains("no parameter, input or name has `note`"), "{told}");
    let report: serde_json::Value = serde_json::from_str(&out).unwrap();
    let rows = report["rows"].as_array().unwrap();
    assert_eq!(rows.len(), 3);
    assert!(rows.iter().all(|row| row["frames"] == 2 && row["error"].is_null()), "{report}");
    let alone = |name: &str, sets: &[&str]| {
        good(&[&["render", &card, "-o", &to(name)][..], sets].concat());
        fs::read(to(name)).unwrap()
    };
    let read = |name: &str| fs::read(to(name)).unwrap();
    let ada = alone("a.gif", &["--set", "size=0.4", "--set", "tint=#f80", "--set", "place=0.2, 0.3"]);
    assert!(ada == read("Ada_1.gif"));
    assert!(alone("b.gif", &["--set", "tint=#08f"]) == read("Bo_2.gif"));
    let cy = alone("c.gif", &["--set", "size=0.2"]);
    assert!(cy == read("Cy_3.gif") && cy != ada);

    // What is said for all counts where a row says nothing; shards cut rows; a row may be a file per frame.
    let lines = write(
        &folder,
        "two.jsonl",
        "{\"name\": \"x\", \"size\": 0.4, \"place\": [0.2, 0.3]}\n{\"name\": \"y\"}\n",
    );
    let all = ["render", &card, "--each", &lines, "-o", &to("{name}_%d.png"), "--set", "tint=#f80"];
    good(&[&all[..], &["--set", "size=0.3", "--shard", "0/2"]].concat());
    good(&[
        "render",
        &card,
        "-o",
        &to("z_%d.png"),
        "--set",
        "size=0.4",
        "--set",
        "tint=#f80",
        "--set",
        "place=0.2,0.3",
    ]);
    assert!(read("x_1.png") == read("z_1.png"));
    assert!(!files(&folder).contains(&"y_1.png".to_owned()));
    good(&[&all[..], &["--shard", "1/2"]].concat());
    assert!(files(&folder).contains(&"y_1.png".to_owned()));
}

#[test]
fn rows_that_cannot_be_rendered_are_refused_before_anything_is_written() {
    let folder = folder("variants_refused");
    let card = write(&folder, "card.pav", CARD);
    let check = |rows: &str, output: &str, expected: &[&str]| {
        let table = write(&folder, "rows.csv", rows);
        refused(&["render", &card, "--each", &table, "-o", &path(&folder, output)], expected);
        assert_eq!(files(&folder), ["card.pav", "rows.csv"], "{rows}");
    };
    check("name,size\na,0.1\nb,much\n", "{name}.gif", &["rows.csv:3: row 2 cannot be rendered", "much"]);
    check("name,many\na,2\nb,-1\n", "{name}.gif", &["row 2"]);
    check("name\na\nA\n", "{name}.gif", &["rows 1 and 2 both go to"]);
    check("name\na/b\n", "{name}.gif", &["row 1 has `a/b` in `name`", "E0214"]);
    check("name\n\"\"\n", "{name}.gif", &["row 1 has"]);
    check("name\na\n", "all.gif", &["put a column into the name"]);
    check("name\na\n", "{nam}.gif", &["the table has no column `nam`", "did you mean `name`?"]);
    check("name\na\n", "{name}.bmp", &["row 1 cannot be rendered", "`.bmp` is not a format"]);
    check("name,size\na\n", "{name}.gif", &["the row has 1 cells, and there are 2 columns", "rows.csv"]);
    check("", "{name}.gif", &["the table has no rows"]);
    refused(&["render", &card, "--each", "-", "-o", "{row}.gif"], &["read from files"]);
    let table = write(&folder, "rows.csv", "name\na\n");
    let twice = ["render", &card, "--each", &table, "--inputs", "-", "-o", "{name}.gif"];
    refused(&twice, &["`--inputs` is read for every row"]);
    refused(&["render", &card, "--each", "nothing.csv", "-o", "{row}.gif"], &["nothing.csv"]);
}

#[test]
fn a_warning_is_told_once_for_all_rows() {
    let folder = folder("variants_warned");
    write(&folder, "bars.csv", "value\n1\nmuch\n");
    let text = "
clip { duration: 200ms, rate: 10, size: (40, 30) }
param size = 0.1
input x = 0.5
data bars from \"bars.csv\" { value: float } skip bad
domain d[bars.count] { draw circle { position: (x, 0.5), size: size * bars.value[index], color: #fff } }
";
    let patch = write(&folder, "bars.pav", text);
    let table = write(&folder, "rows.csv", "size,x\n0.1,0.2\n0.1,0.4\n0.3,0.2\n");
    let Ran { code, err: told, .. } =
        pavane(&["render", &patch, "--each", &table, "-o", &path(&folder, "{row}.gif")]);
    assert_eq!(code, Some(0), "{told}");
    assert_eq!(told.matches("left out").count(), 1, "{told}");
}

#[test]
fn a_row_that_fails_costs_itself() {
    let folder = folder("variants_fail");
    let card = write(&folder, "card.pav", CARD);
    let table = write(&folder, "rows.csv", "to,size\nhere,0.1\ngone,0.2\nthere,0.3\n");
    fs::create_dir(folder.join("here")).unwrap();
    fs::create_dir(folder.join("there")).unwrap();
    // A folder is where the second picture would go.
    fs::create_dir_all(folder.join("gone").join("card.gif").join("full")).unwrap();
    let to = format!("{}/{{to}}/card.gif", folder.display());
    let found = pavane(&["render", &card, "--each", &table, "-o", &to, "--format", "json"]);
    let Ran { code, out, err: told } = found;
    assert_eq!(code, Some(1), "{told}");
    let report: serde_json::Value = serde_json::from_str(&out).unwrap();
    let failed: Vec<bool> =
        report["rows"].as_array().unwrap().iter().map(|row| row["error"].is_string()).collect();
    assert_eq!(failed, [false, true, false], "{report}");
    assert!(told.contains("row 2") && told.contains("1 of 3 rows failed"), "{told}");
    assert!(folder.join("here/card.gif").is_file() && folder.join("there/card.gif").is_file());
}
