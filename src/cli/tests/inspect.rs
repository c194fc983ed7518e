//! The reports of `inspect`, and the warnings about values that cannot be drawn.

use serde_json::Value;

use super::{Ran, folder, gaps, good, holes, json, keys, path, pavane, plain, program, write};

#[test]
fn inspect_shows_every_named_value() {
    let folder = folder("inspect");
    let file = program(&folder, &plain());
    let found = json(&["inspect", &file, "--at", "4"]);
    let parts =
        ["domains", "fields", "frame", "hash", "memory", "passes", "schema_version", "slots", "time_flicks"];
    assert_eq!(keys(&found), parts);
    assert_eq!(found["frame"], 4);
    assert_eq!(found["time_flicks"], 4 * 705_600_000_u64 / 20);
    let slot =
        |name: &str| (found["slots"][name]["type"].as_str().unwrap(), found["slots"][name]["value"].clone());
    assert_eq!(slot("t"), ("float", Value::from(0.2)));
    assert_eq!(slot("is_late"), ("bool", Value::Bool(false)));
    assert_eq!(slot("center"), ("vec2", Value::from(vec![0.5, 0.2])));
    assert_eq!(slot("tint"), ("color", Value::from(vec![1.0, 0.5, 0.25, 1.0])));
    assert_eq!(slot("frame"), ("uint", Value::from(4)));
    assert_eq!(slot("behind"), ("int", Value::from(-3)));
    assert_eq!(found["domains"]["dots"], serde_json::json!({"count": 6, "capacity": 6}));
    let index = &found["fields"]["dots.index"];
    assert_eq!(*index, serde_json::json!({"type": "int", "min": [0], "max": [5], "mean": [2.5], "nan": 0}));
    assert_eq!(found["fields"]["dots.position"]["min"].as_array().unwrap().len(), 2);
    let passes = serde_json::json!([
        {"name": "dots", "domain": "dots", "shape": "circle", "count": 6, "blend": "normal"},
        {"name": "boxes", "domain": "boxes", "shape": "rect", "count": 2, "blend": "normal"},
    ]);
    assert_eq!(found["passes"], passes);
    assert_eq!(keys(&found["memory"]), ["buffers", "elements", "total_bytes", "usage"]);
    assert_eq!(keys(&found["memory"]["buffers"][0]), ["buffer", "bytes", "bytes_each", "count"]);
    assert_eq!(keys(&found["memory"]["usage"][0]), ["capacity", "high_water", "setting"]);

    // The hash is the one that `render` gives, though more is evaluated here.
    let lines = good(&["render", &file, "--at", "4", "--hash"]);
    assert_eq!(lines, format!("frame 4 {}\n", found["hash"].as_str().unwrap()));

    let lanes = json(&["inspect", &file, "--lanes", "--schedule"]);
    assert_eq!(lanes["fields"]["dots.is_odd"]["lanes"], serde_json::json!([[0], [1], [0], [1], [0], [1]]));
    assert_eq!(lanes["fields"]["dots.position"]["lanes"][5].as_array().unwrap().len(), 2);
    let steps = lanes["schedule"].as_array().unwrap();
    let step = steps.iter().find(|step| step["writes"][0] == "slot is_late").unwrap();
    assert_eq!((step["phase"].as_str(), step["reads"][0].as_str()), (Some("signals"), Some("slot t")));
}

#[test]
fn inspect_tables() {
    let folder = folder("inspect_tables");
    let file = program(&folder, &plain());
    let sections =
        ["\nDomains\n", "\nSlots\n", "\nFields\n", "\nPasses\n", "\nSchedule\n", "\nMemory\n", "\nLimits\n"];
    let check = |flags: &[&str], expected: &[usize]| {
        let text = good(&[&["inspect", &file], flags].concat());
        for (at, section) in sections.iter().enumerate() {
            assert_eq!(text.contains(section), expected.contains(&at), "{flags:?} {section}: {text}");
        }
        assert!(text.lines().all(|line| line.trim_end() == line), "{flags:?}");
        text
    };
    check(&[], &[0, 1, 2, 3, 4]);
    assert!(check(&["--slots", "--at", "4"], &[1]).contains("\nis_late  bool   false\n"));
    check(&["--fields", "--passes"], &[2, 3]);
    check(&["--schedule"], &[4]);
    assert!(check(&["--memory"], &[5, 6]).contains("\ntotal "));
    assert!(check(&["--lanes"], &[]).contains("\ndots.is_odd\n       0  0\n       1  1\n"));
}

#[test]
fn inspect_shows_what_lives() {
    let folder = folder("scopes");
    let patch = "
list tasks max 9 { value: float } = [{ value: 1 }, { value: 2 }, { value: 3 }]
event drop: row(tasks)
event flag: row(tasks)
event later = after(9s, flag)
on drop { remove drop }
on later { later.value = 0 }
high = tasks where value > 1.5
domain dots from high { draw circle { position: (value, 0.5), size: 0.1, color: #fff } }
";
    let file = write(&folder, "tasks.pav", patch);
    let table = write(&folder, "cues.csv", "time,drop,flag\n0.1,3,\n0.15,,2\n0.2,3,\n");
    let text = good(&["inspect", &file, "--inputs", &table, "--at", "60", "--scopes"]);
    let tree = "\nScopes\nprogram\n  list tasks, 2 rows\n    row 1\n    row 2: an element of dots, a cue later\n\
                5 created = 1 dropped + 4 live; 1 rejected\n";
    assert!(text.ends_with(tree), "{text}");
    let found = json(&["inspect", &file, "--inputs", &table, "--at", "60", "--scopes"]);
    let expected = serde_json::json!({
        "created": 5, "dropped": 1, "live": 4, "rejected": 1,
        "lists": { "tasks": [
            { "id": 1, "elements": [], "cues": [] },
            { "id": 2, "elements": ["dots"], "cues": ["later"] },
        ] },
    });
    assert_eq!(found["scopes"], expected);
    // Before anything happened; and of a program without lists.
    assert!(
        good(&["inspect", &file, "--scopes"]).ends_with("\n5 created = 0 dropped + 5 live; 0 rejected\n")
    );
    let plain = program(&folder, &plain());
    assert!(
        good(&["inspect", &plain, "--scopes"])
            .ends_with("\nprogram\n1 created = 0 dropped + 1 live; 0 rejected\n")
    );
}

#[test]
fn values_that_are_not_finite() {
    let folder = folder("not_finite");
    let file = program(&folder, &holes());
    let found = json(&["inspect", &file, "--at", "3", "--lanes"]);
    let depth = &found["fields"]["dots.depth"];
    assert_eq!((&depth["nan"], &depth["lanes"][0]), (&Value::from(2), &serde_json::json!(["nan"])));
    assert!(depth["min"][0].as_f64().unwrap() > 0.0);

    // The named value where it began, and not the one that the pass reads.
    let gif = path(&folder, "a.gif");
    let Ran { code, out, err } = pavane(&["render", &file, "-o", &gif]);
    assert_eq!((code, out.as_str()), (Some(0), ""));
    let expected = "warning: pass `dots`: 6 elements were not drawn, in 3 frames from frame 2 on, because \
                    `dots.depth` is infinite or not a number there\n";
    assert_eq!(err, expected);
    let Ran { out, .. } = pavane(&["render", &file, "-o", &gif, "--format", "json"]);
    let found: Value = serde_json::from_str(&out).unwrap();
    let expected = serde_json::json!([
        {"pass": "dots", "source": "dots.depth", "first_frame": 2, "frames": 3, "elements": 6},
    ]);
    assert_eq!(found["not_drawn"], expected);

    // A signal may be to blame; and where no value has a name, the attribute of the pass is.
    let Ran { code, err, .. } = pavane(&["render", &program(&folder, &gaps()), "--hash"]);
    assert_eq!(code, Some(0));
    let expected = "\
warning: pass `dots`: 8 elements were not drawn, in 2 frames from frame 0 on, because `gain` is infinite or not a number there
warning: pass `rings`: 3 elements were not drawn, in 3 frames from frame 0 on, because `rings.width` is infinite or not a number there
";
    assert_eq!(err, expected);
}

#[test]
fn what_is_not_drawn_is_told_value_by_value() {
    let folder = folder("not_drawn");
    let patch = "
clip { duration: 0.3s, rate: 10, size: (16, 16) }
wobble = sqrt(scalar(time) - 0.15)
background = rgb(wobble, 0, 0)
domain dots[4] {
    height = index - 1.5
    place = 1 / (index - 2.0)
    draw rect { position: (place, 0.5), size: (0.1, height), rotation: sqrt(0.5 - index) * 1turn, color: #fff }
    draw circle { position: (0.5, 0.5), size: 0.1, color: #fff, opacity: wobble }
}
";
    let file = write(&folder, "a.pav", patch);
    let Ran { code, out, err } = pavane(&["render", &file, "-o", &path(&folder, "a.gif")]);
    assert_eq!((code, out.as_str()), (Some(0), ""));
    let expected = "\
warning: the background was black, in 2 frames from frame 0 on, because `wobble` is infinite or not a number there
warning: pass `dots.rect`: 3 elements were not drawn, in 3 frames from frame 0 on, because `dots.place` is infinite or not a number there
warning: pass `dots.rect`: 9 elements were not drawn, in 3 frames from frame 0 on, because `dots.rect.rotation` is infinite or not a number there
warning: pass `dots.rect`: 6 elements were not drawn, in 3 frames from frame 0 on, because `dots.rect.size` is below 0 there; to mirror, use a negative `scale`
warning: pass `dots.circle`: 8 elements were not drawn, in 2 frames from frame 0 on, because `wobble` is infinite or not a number there
";
    assert_eq!(err, expected);
    let Ran { out, .. } = pavane(&["render", &file, "--hash", "--format", "json"]);
    let found: Value = serde_json::from_str(&out).unwrap();
    let row = |pass: Option<&str>, source: &str, frames: u64, elements: u64| serde_json::json!({"pass": pass, "source": source, "first_frame": 0, "frames": frames, "elements": elements});
    let size = serde_json::json!({
        "pass": "dots.rect", "source": "dots.rect.size", "reason": "negative_size", "first_frame": 0, "frames": 3,
        "elements": 6,
    });
    let expected = serde_json::json!([
        row(None, "wobble", 2, 0),
        row(Some("dots.rect"), "dots.place", 3, 3),
        row(Some("dots.rect"), "dots.rect.rotation", 3, 9),
        size,
        row(Some("dots.circle"), "wobble", 2, 8),
    ]);
    assert_eq!(found["not_drawn"], expected);
}

#[test]
fn inspect_tells_values_apart_that_are_no_numbers() {
    let folder = folder("no_numbers");
    let patch = "
heart = path(\"M 0 0 L 0.5 0.5 Z\")
bow = path(\"M 0 0 L 0.5 0 Z\")
shape = if time > 1s then heart else bow
nan = sqrt(-1 - scalar(time))
up = 1 / scalar(time)
both = (-up, nan)
domain dots[3] {
    x = sqrt(index - 1) / (index - 1)
    y = 1 / (index - 1)
    draw path(shape) { position: (0.5, 0.5), size: 0.1 * index, scale: (-1, 1), color: #fff }
}
camera perspective as side { eye: (0.5, 0.5, 1), target: (0.5, 0.5, 0), fov: 60deg }
domain rail[21] {
    draw line { position: (0.35, 0.8, -2 + 0.25 * index), stroke: #c00, stroke_width: 0.05, camera: side }
}
";
    let file = write(&folder, "a.pav", patch);
    let found = json(&["inspect", &file, "--lanes"]);
    let slots = &found["slots"];
    assert_eq!((&slots["nan"]["value"], &slots["up"]["value"]), (&"nan".into(), &"inf".into()));
    assert_eq!(slots["both"]["value"], serde_json::json!(["-inf", "nan"]));
    assert_eq!((&slots["shape"]["type"], &slots["shape"]["path"]), (&"shape".into(), &"bow".into()));
    assert!(slots["shape"]["value"].is_u64() && slots["nan"]["path"].is_null());
    let x = &found["fields"]["dots.x"];
    assert_eq!(x["lanes"], serde_json::json!([["nan"], ["nan"], [1.0]]));
    assert_eq!((&x["nan"], &x["infinite"], &x["mean"]), (&2.into(), &Value::Null, &serde_json::json!([1.0])));
    let y = &found["fields"]["dots.y"];
    assert_eq!((&y["lanes"], &y["nan"]), (&serde_json::json!([[-1.0], ["inf"], [1.0]]), &1.into()));
    assert_eq!(y["infinite"], 1);
    // Of no size is not drawn, mirrored is; and of the rail what is ahead of the eye, cut where it passes it.
    let drawn =
        |pass: usize| (found["passes"][pass]["drawn"].as_u64(), found["passes"][pass]["corners"].as_u64());
    assert_eq!((drawn(0), drawn(1)), ((Some(2), None), (Some(12), Some(13))));

    let text = good(&["inspect", &file]);
    for line in [
        "nan    float  nan",
        "up     float  inf",
        "both   vec2   [-inf,nan]",
        "shape  shape  bow (1)",
        "1 (1 inf)",
    ] {
        assert!(text.contains(line), "{line}: {text}");
    }
}

/// What there was no room for, and counts that are no number.
#[test]
fn elements_that_come_and_go_are_counted() {
    let folder = folder("elements");
    let patch = "
clip { duration: 1s, rate: 10, size: (16, 16) }
gone = sqrt(-1 - scalar(time))
domain dots[gone max 4] { draw circle { position: (0.5, 0.5), size: 0.1, color: #fff } }
domain sparks[born every 100ms, lives 10s, max 5] { draw circle { position: (0.5, 0.5), size: 0.1, color: #fff } }
";
    let file = write(&folder, "a.pav", patch);
    let Ran { code, err, .. } = pavane(&["render", &file, "-o", &path(&folder, "a.gif")]);
    assert_eq!(code, Some(0));
    let expected = "warning: domain `dots` got no elements, in 10 frames from frame 0 on, because `gone` is infinite or \
                    not a number there\n";
    assert_eq!(err, expected);
    let found = json(&["inspect", &file, "--at", "9", "--memory"]);
    let row = |domain: &str, living: u32, capacity: u32, refused: u32, is_nan: bool| {
        serde_json::json!({
            "domain": domain, "living": living, "lingering": 0, "high_water": living, "capacity": capacity,
            "refused": refused, "evicted": 0, "dropped": 0, "crowded": 0, "number_is_nan": is_nan,
        })
    };
    // The first is born after 100 ms, and the ninth is born by then.
    assert_eq!(
        found["memory"]["elements"],
        serde_json::json!([row("dots", 0, 4, 0, true), row("sparks", 5, 5, 4, false)])
    );
    let text = good(&["inspect", &file, "--at", "9", "--memory"]);
    assert!(text.contains("Elements that come and go") && text.contains("refused"), "{text}");
    // Of three in a spot, each sees one of the two others.
    let patch = "
domain dots[3] {
    others = count(other near ((0.1 * rank, 0.5), 0.5, most: 1))
    draw circle { position: (0.5, 0.5), size: 0.1 * others, color: #fff }
}
";
    let file = write(&folder, "b.pav", patch);
    let found = json(&["inspect", &file, "--memory"]);
    assert_eq!(found["memory"]["elements"][0]["crowded"], 3);
}
