//! Parameters, inputs and seeds from outside.

use serde_json::Value;

use super::{Ran, folder, good, hashes, json, path, pavane, refused, write};

const SETTINGS: &str = "
param many = 3
param radius: float = 0.1
input place: vec2 = (0.5, 0.5)
input after: time = 1s
input tint = #ffffff
input is_on = false
s = after * 2
domain dots[many] { draw circle { position: place, size: radius, color: tint } }
";

#[test]
fn parameters_and_inputs_are_set_from_outside() {
    let folder = folder("set");
    let file = write(&folder, "dots.pav", SETTINGS);
    let sets = ["--set", "many=5", "--set", "radius = 0.3", "--set", "place=0.2,0.7", "--set", "after=250ms"];
    let found =
        json(&[&["inspect", &file][..], &sets, &["--set", "tint=#f00", "--set", "is_on=true"]].concat());
    let slot = |name: &str| found["slots"][name]["value"].clone();
    assert_eq!(found["domains"]["dots"]["count"], 5);
    assert_eq!((slot("radius"), slot("place")), (0.3.into(), serde_json::json!([0.2, 0.7])));
    assert_eq!((slot("s"), slot("tint")), (0.5.into(), serde_json::json!([1.0, 0.0, 0.0, 1.0])));
    assert_eq!(slot("is_on"), true);

    // As if the file said it.
    let said = SETTINGS.replace("many = 3", "many = 5").replace("float = 0.1", "float = 0.3");
    let said = said.replace("(0.5, 0.5)", "(0.2, 0.7)").replace("time = 1s", "time = 250ms");
    let said = write(&folder, "said.pav", &said);
    let hashes =
        |file: &str, sets: &[&str]| good(&[&["render", file, "--frames", "3", "--hash"], sets].concat());
    assert_eq!(hashes(&file, &sets), hashes(&said, &[]));
    assert_ne!(hashes(&file, &sets), hashes(&file, &[]));
    good(&[&["bench", &file, "--frames", "1"][..], &sets].concat());

    // A program in JSON has its inputs.
    let compiled = path(&folder, "dots.json");
    good(&["compile", &file, "-o", &compiled]);
    let found = json(&["inspect", &compiled, "--set", "after=250ms"]);
    assert_eq!(found["slots"]["s"]["value"], 0.5);

    let check = |file: &str, set: &str, expected: &[&str]| {
        refused(&["inspect", file, "--set", set], expected);
        refused(&["render", file, "--hash", "--set", set], expected);
        refused(&["bench", file, "--set", set], expected);
    };
    check(&file, "radus=1", &["error[E0566]", "no input `radus`", "did you mean `radius`?"]);
    check(&file, "s=1", &["error[E0566]", "there are: many, radius, place, after, tint, is_on"]);
    check(&compiled, "many=5", &["error[E0566]", "there are: place, after, tint, is_on"]);
    check(&file, "radius=(1, 2)", &["error[E0531]", "--set radius:1:1", "expected a plain number", "^^^^^^"]);
    check(&file, "after=3", &["error[E0536]", "--set after:1:1", "expected a time", "`3s` or `3ms`"]);
    check(&file, "tint=0.5", &["error[E0531]", "expected a color"]);
    check(&file, "many=999999999", &["error[E0525]"]);
    check(&file, "many", &["--set", "radius=0.3"]);
    check(&file, "=3", &["--set"]);
    check("examples:gs1", "x=1", &["error[E0566]"]);
}

const PLAYED: &str = "
clip { rate: 10, duration: 2s }
input level = 0.5
input place: vec2 = (0.5, 0.5)
input is_on = false
input hits: int = 0 momentary
state sum = 0.0
next sum = sum + level
state seen = 0
next seen = seen + hits
size = if is_on then 0.2 else 0.1
domain dots[2] { draw circle { position: place, size: size, color: #fff } }
";

#[test]
fn inputs_come_from_a_table() {
    let folder = folder("inputs");
    let file = write(&folder, "played.pav", PLAYED);
    let csv = write(
        &folder,
        "in.csv",
        "time,level,place.x,is_on,hits\n0.2,1,0,,\n0.6,3,1,true,2\n1.25,,,false,5\n",
    );
    let rows = [
        "{\"frame\": 2, \"level\": 1, \"place.x\": 0}",
        "{\"frame\": 6, \"level\": 3, \"place.x\": 1, \"is_on\": true, \"hits\": 2}",
        "{\"time\": 1.25, \"is_on\": false, \"hits\": 5}",
    ];
    let lines = write(&folder, "in.jsonl", &rows.join("\n"));
    let slots = |table: &str, at: u64| {
        let found = json(&["inspect", &file, "--inputs", table, "--at", &at.to_string()]);
        let slot = |name: &str| found["slots"][name]["value"].clone();
        (slot("level"), slot("place"), slot("is_on"), slot("hits"), found["hash"].clone())
    };
    let check = |at: u64, level: f64, x: f64, is_on: bool, hits: i64| {
        let found = slots(&csv, at);
        let near = |value: &Value, expected: f64| (value.as_f64().unwrap() - expected).abs() < 1e-12;
        assert!(near(&found.0, level) && near(&found.1[0], x) && found.1[1] == 0.5, "frame {at}: {found:?}");
        assert_eq!((&found.2, &found.3), (&Value::from(is_on), &Value::from(hits)), "frame {at}");
        assert_eq!(slots(&lines, at), found, "frame {at}");
    };
    check(0, 0.5, 0.5, false, 0);
    check(1, 0.5, 0.5, false, 0);
    check(2, 1.0, 0.0, false, 0);
    check(3, 1.5, 0.25, false, 0);
    check(6, 3.0, 1.0, true, 2);
    check(7, 3.0, 1.0, true, 0);
    check(12, 3.0, 1.0, true, 0);
    check(13, 3.0, 1.0, false, 5);
    check(19, 3.0, 1.0, false, 0);

    // State has seen every frame before, wherever a run begins.
    let found = json(&["inspect", &file, "--inputs", &csv, "--at", "19"]);
    assert_eq!(found["slots"]["hits"]["value"], 0);
    let whole = hashes(&[&file, "--inputs", &csv]);
    assert_eq!(whole.len(), 20);
    assert_eq!(hashes(&[&file, "--inputs", &csv, "--frames", "7..9"]), whole[7..9]);
    assert_eq!(hashes(&[&file, "--inputs", &lines, "--frames", "13..", "--threads", "3"]), whole[13..]);
    let hash = found["hash"].as_str().unwrap();
    assert_eq!(whole[19], format!("frame 19 {hash}"));
    // Twice the frames see the same values at the same times.
    let double = json(&["inspect", &file, "--inputs", &csv, "--fps", "20", "--at", "6"]);
    assert_eq!(double["slots"]["level"]["value"], 1.5);
    // `--set` holds until the first row.
    let set = json(&["inspect", &file, "--inputs", &csv, "--set", "level=7", "--set", "hits=4"]);
    assert_eq!(
        (&set["slots"]["level"]["value"], &set["slots"]["hits"]["value"]),
        (&Value::from(7.0), &Value::from(4))
    );
    good(&["bench", &file, "--frames", "20", "--inputs", &csv]);

    let check = |name: &str, text: &str, expected: &[&str]| {
        let table = write(&folder, name, text);
        refused(&["inspect", &file, "--inputs", &table], expected);
    };
    check("bad.csv", "time,level\n0,1\n0.5,much\n", &["error[E0209]", "bad.csv:3:5", "0.5,much", "help:"]);
    check("bad.csv", "time,levl\n0,1\n", &["bad.csv:1:6", "did you mean `level`?"]);
    check(
        "bad.jsonl",
        "{\"time\": 0}\n{\"time\": 1, \"is_on\": 3}\n",
        &["bad.jsonl:2:22", "expected a bool"],
    );
    check("bad.csv", "", &["bad.csv:1:1", "empty"]);
    refused(&["inspect", &file, "--inputs", "no_such.csv"], &["E0301", "no_such.csv"]);
}

#[test]
fn many_slots_are_told_in_time() {
    let folder = folder("many_slots");
    let text: String = (0..20_000).map(|at| format!("a{at} = time * {at}\n")).collect();
    let file = write(&folder, "many.pav", &text);
    let told = good(&["inspect", &file, "--at", "60"]);
    assert!(told.contains("\na19999  float  19999.0\n"), "{}", &told[..500]);
    assert!(told.contains("slot a19999"));
    // A column wider than 65 535 characters: one step reads all of them.
    let names: Vec<String> = (0..20_000).map(|at| format!("a{at}")).collect();
    let file = write(&folder, "wide.pav", &format!("{text}most = max({})\n", names.join(", ")));
    let told = good(&["inspect", &file, "--schedule"]);
    assert!(told.lines().any(|line| line.len() > 65_535));
}

#[test]
fn a_seed_reads_back_as_itself() {
    let folder = folder("seed");
    let file = write(&folder, "seed.pav", "s = seed\nt = s\nhalf = seed / 2.0\nh = hash(seed)\n");
    for seed in [0_u32, 7, 2_147_483_647, 2_147_483_648, 4_294_967_295] {
        let found = json(&["inspect", &file, "--seed", &seed.to_string()]);
        let slot = |name: &str| found["slots"][name]["value"].as_f64().unwrap();
        assert_eq!((slot("s"), slot("t")), (seed.into(), seed.into()));
        assert_eq!(slot("half"), f64::from(seed) / 2.0);
        assert!((0.0..1.0).contains(&slot("h")));
        let report = json(&["render", &file, "--hash", "--frames", "1", "--seed", &seed.to_string()]);
        assert_eq!(report["seed"], seed);
    }
}

#[test]
fn events_happen_at_the_times_of_a_table() {
    let folder = folder("events");
    let patch = "
input pointer: vec2 = (0.5, 0.5)
event click
event note: float
event jump: vec2
state at = 0s
on click { at = time }
n = count(click)
pitch = hold(note, note)
to = hold(jump, jump)
when_note = since(note)
";
    let file = write(&folder, "events.pav", patch);
    let csv = "time,click,note,jump.x,jump.y,pointer.x\n0.101,true,440,,,0.25\n0.102,false,,,,\n0.1035,1,220,0.25,0.75,\n0.9,true,,,,\n";
    let csv = write(&folder, "events.csv", csv);
    let lines = "{\"time\": 0.101, \"click\": true, \"note\": 440, \"pointer.x\": 0.25}\n{\"time\": 0.1035, \"click\": true, \"note\": 220, \"jump\": [0.25, 0.75]}\n{\"time\": 0.9, \"click\": true}\n";
    let lines = write(&folder, "events.jsonl", lines);
    for table in [&csv, &lines] {
        for rate in ["24", "60", "144"] {
            let frame = (rate.parse::<u32>().unwrap() / 2).to_string();
            let found = json(&["inspect", &file, "--inputs", table, "--fps", rate, "--at", &frame]);
            let slot = |name: &str| found["slots"][name]["value"].clone();
            assert_eq!((slot("n"), slot("pitch")), (2.into(), 220.0.into()), "{rate}");
            assert_eq!(slot("to"), serde_json::json!([0.25, 0.75]));
            assert!((slot("at").as_f64().unwrap() - 0.1035).abs() < 1e-9, "{rate}");
            assert!((slot("when_note").as_f64().unwrap() - (0.5 - 0.1035)).abs() < 1e-9, "{rate}");
        }
    }
    let wrong = write(&folder, "wrong.csv", "time,clik\n0.1,true\n");
    refused(&["inspect", &file, "--inputs", &wrong], &["did you mean `click`?"]);
    let wrong = write(&folder, "wrong.csv", "time,note\n0.1,loud\n");
    refused(&["inspect", &file, "--inputs", &wrong], &["error[E0209]", "wrong.csv:2:5"]);
}

#[test]
fn rows_say_what_frames_did() {
    let folder = folder("rows");
    let patch = "event beat = every(250ms)\nn = count(beat)\n";
    let file = write(&folder, "beat.pav", patch);
    let rows = good(&["render", &file, "--frames", "0..61", "--fps", "60", "--metrics", "-"]);
    let rows: Vec<Value> = rows.lines().map(|line| serde_json::from_str(line).expect(line)).collect();
    assert_eq!(rows.len(), 61);
    let turns = |frame: usize| rows[frame]["turns"].as_u64();
    assert_eq!([turns(0), turns(14), turns(15), turns(60)], [Some(0), Some(0), Some(1), Some(4)]);
    assert_eq!((&rows[60]["frame"], &rows[60]["pending"]), (&60.into(), &1.into()));
    // Beside hashes, in a file.
    let to = path(&folder, "rows.jsonl");
    good(&["render", &file, "--frames", "0..61", "--fps", "60", "--hash", "--metrics", &to]);
    assert_eq!(std::fs::read_to_string(&to).expect("a file").lines().count(), 61);

    let lists = "list tasks max 9 { value: float }\nevent add: float\non add { append tasks { value: add } }\n\
                 high = tasks where value > 1\nn = count(high)\n";
    let lists = write(&folder, "tasks.pav", lists);
    let table = write(&folder, "cues.csv", "time,add\n0.1,1\n0.2,2\n0.3,3\n");
    let rows = good(&["render", &lists, "--inputs", &table, "--frames", "0..61", "--metrics", "-"]);
    let last: Value = serde_json::from_str(rows.lines().last().unwrap()).unwrap();
    assert_eq!(last["lists"]["created"], 3);
    assert_eq!(last["views"], serde_json::json!({"inserts": 2, "removes": 0, "updates": 0, "asked": 3}));
    assert_eq!(last["scopes"], serde_json::json!({"created": 5, "dropped": 0, "live": 5, "rejected": 0}));

    refused(&["render", &file, "--hash", "--metrics", "-"], &["write them to a file"]);
    refused(&["render", &file, "--metrics", &file], &["error[E0302]", "is the input"]);
    assert_eq!(std::fs::read_to_string(&file).expect("a file"), patch);
}

#[test]
fn arrays_are_set_from_outside_and_from_tables() {
    let folder = folder("arrays");
    let patch = "clip { rate: 10, duration: 1s }
        input levels: float[3] = 0.5
        input places: vec2[2] = (0, 1)
        a = levels[0]
        c = levels[2]
        y = places[1].y
        draw circle { position: (a + c, y), size: 0.1, color: #fff }";
    let file = write(&folder, "arrays.pav", patch);
    let slots = |more: &[&str]| {
        let found = json(&[&["inspect", &file][..], more].concat());
        ["a", "c", "y"].map(|name| found["slots"][name]["value"].as_f64().unwrap())
    };
    assert_eq!(slots(&[]), [0.5, 0.5, 1.0]);
    assert_eq!(slots(&["--set", "levels=0.1,0.2,0.3", "--set", "places=(1, 2), (3, 4)"]), [0.1, 0.3, 4.0]);
    assert_eq!(slots(&["--set", "levels=[1, 2, 3]", "--set", "places=0.5,0.25"]), [1.0, 3.0, 0.25]);
    assert_eq!(slots(&["--set", "levels=2"]), [2.0, 2.0, 1.0]);
    let check = |set: &str, expected: &[&str]| refused(&["render", &file, "--hash", "--set", set], expected);
    check("levels=1,2", &["error[E0531]", "--set levels:1:1", "has 3 values, and these are 2"]);
    check(
        "levels=1,2,#fff",
        &["error[E0531]", "--set levels:1:5", "value 2 of the input `levels`", "a color"],
    );
    check("levls=1", &["error[E0566]", "did you mean `levels`?"]);

    let csv = write(&folder, "in.csv", "time,levels[0],levels[2],places[1].y\n0,1,2,0.5\n0.4,3,4,\n");
    let lines = [
        "{\"frame\": 0, \"levels\": [1, 0.5, 2], \"places[1].y\": 0.5}",
        "{\"frame\": 4, \"levels\": [3, 0.5, 4]}",
    ];
    let lines = write(&folder, "in.jsonl", &lines.join("\n"));
    assert_eq!(slots(&["--inputs", &csv, "--at", "2"]), [2.0, 3.0, 0.5]);
    assert_eq!(hashes(&[&file, "--inputs", &csv]), hashes(&[&file, "--inputs", &lines, "--threads", "2"]));
    // A log of it gives the same.
    let log = path(&folder, "run.jsonl");
    for arguments in [&["record", &file, "-o", &log, "--inputs", &csv][..], &["replay", &log]] {
        let Ran { code, err, .. } = pavane(arguments);
        assert_eq!(code, Some(0), "{err}");
    }
    assert_eq!(hashes(&[&file, "--inputs", &csv]), hashes(&[&file, "--log", &log]));
}

#[test]
fn the_equaliser_plays_a_table() {
    let folder = folder("equaliser");
    let heading: Vec<String> = (0..64).map(|band| format!("levels[{band}]")).collect();
    let row = |time: f64| {
        let levels: Vec<String> =
            (0..64).map(|band| (f64::from(band) * 0.1 + time).fract().to_string()).collect();
        format!("{time},{}", levels.join(","))
    };
    let rows: Vec<String> = (0..8).map(|k| row(f64::from(k) * 0.25)).collect();
    let csv = write(&folder, "spectrum.csv", &format!("time,{}\n{}\n", heading.join(","), rows.join("\n")));
    let played = hashes(&["examples:equaliser", "--frames", "30", "--inputs", &csv]);
    assert_ne!(played, hashes(&["examples:equaliser", "--frames", "30"]));
    assert_eq!(
        played[29..],
        hashes(&["examples:equaliser", "--frames", "29..30", "--inputs", &csv, "--threads", "3"])
    );
}

#[test]
fn data_is_replaced_from_outside() {
    let folder = folder("data");
    let file = write(
        &folder,
        "bars.pav",
        "data rows from \"rows.csv\" { value: float }\nx = rows.value[0]\ndraw circle { position: (x, 0.5), size: 0.1, color: #fff }",
    );
    write(&folder, "rows.csv", "value\n1\n");
    // In a folder of its own, where a patch may not look.
    let other = super::folder("data_elsewhere");
    let good_one = write(&other, "good.json", "[{\"value\": 7}]");
    let bad = write(&other, "bad.csv", "value\n3\nmany\n");
    let x = |more: &[&str]| {
        json(&[&["inspect", &file][..], more].concat())["slots"]["x"]["value"].as_f64().unwrap()
    };
    let given = |file: &str| format!("rows={file}");
    assert_eq!((x(&[]), x(&["--data", &given(&good_one)])), (1.0, 7.0));
    for verb in [&["check"][..], &["render", "--hash"], &["bench", "--frames", "1"], &["inspect"]] {
        let with = |data: &str| {
            [&[verb[0], &file], &verb[1..], &["--data", data]]
                .concat()
                .into_iter()
                .map(str::to_owned)
                .collect::<Vec<_>>()
        };
        let run = with(&given(&good_one));
        good(&run.iter().map(String::as_str).collect::<Vec<_>>());
        let check = |data: &str, expected: &[&str]| {
            let run = with(data);
            refused(&run.iter().map(String::as_str).collect::<Vec<_>>(), expected);
        };
        check(&given(&bad), &["bad.csv:3:1", "many"]);
        check(
            &format!("row={good_one}"),
            &["error[E0566]", "the patch has no data `row`", "did you mean `rows`?"],
        );
        check("rows=nowhere.csv", &["cannot read `nowhere.csv`", "No such file"]);
        check("rows=rows.xls", &["`rows.xls` does not say how it is written"]);
        check("rows", &["--data", "gdp=newest.csv"]);
    }
    let compiled = path(&folder, "bars.json");
    good(&["compile", &file, "-o", &compiled, "--data", &given(&good_one)]);
    assert_eq!(json(&["inspect", &compiled])["slots"]["x"]["value"], 7.0);
    refused(
        &["inspect", &compiled, "--data", &given(&good_one)],
        &["the patch has no data `rows`", "it reads none"],
    );
}
