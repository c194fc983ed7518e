//! Programs as JSON that people can read in a diff: a table row per line, keys in a fixed order, the same bytes for the
//! same program.

use serde::Serialize;

use super::format::ProgramData;

/// The program as JSON. Floats are the shortest text that reads back to the same bits.
pub(super) fn write(data: &ProgramData) -> String {
    let mut out = Out { text: String::from("{"), first: true };
    out.value("format", &data.format);
    out.value("version", &data.version);
    out.value("about", &data.about);
    out.value("clip", &data.clip);
    out.key("constants");
    out.text.push('{');
    let pools = [
        ("f64", json(&data.constants.f64)),
        ("f32", json(&data.constants.f32)),
        ("i32", json(&data.constants.i32)),
        ("u32", json(&data.constants.u32)),
    ];
    for (at, (name, pool)) in pools.iter().enumerate() {
        let comma = if at == 0 { "" } else { "," };
        out.text.push_str(&format!("{comma}\n    \"{name}\": {pool}"));
    }
    out.text.push_str("\n  }");
    data.write_parts(&mut out);
    out.text.push_str("\n}\n");
    out.text
}

/// The text so far.
pub(super) struct Out {
    text: String,
    first: bool,
}

impl Out {
    fn key(&mut self, key: &str) {
        let comma = if std::mem::take(&mut self.first) { "" } else { "," };
        self.text.push_str(&format!("{comma}\n  \"{key}\": "));
    }

    pub(super) fn value(&mut self, key: &str, value: &impl Serialize) {
        self.key(key);
        self.text.push_str(&json(value));
    }

    pub(super) fn table(&mut self, key: &str, rows: &[impl Serialize]) {
        if rows.is_empty() {
            return;
        }
        self.key(key);
        self.text.push('[');
        for (at, row) in rows.iter().enumerate() {
            self.text.push_str(if at == 0 { "\n    " } else { ",\n    " });
            self.text.push_str(&json(row));
        }
        self.text.push_str("\n  ]");
    }
}

/// A row on one line. Rows are plain data with string keys, so writing them cannot fail.
fn json(value: &impl Serialize) -> String {
    serde_json::to_string(value).unwrap_or_default()
}
