//! `pavane explain`.

use clap::Args;
use serde::Serialize;

use super::SCHEMA_VERSION;
use super::failure::Failure;
use super::options::Answer;
use super::out::Out;
use super::table::{Side, Table};
use crate::diagnostic::{Code, nearest, quote};
use crate::language::{Completion, completions, describe};

/// Explain a diagnostic's code, or a function or word of the patch language
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
                        pavane explain E0110\n  \
                        pavane explain wave.sine\n  \
                        pavane explain                       every code with its title\n  \
                        pavane explain --words               everything that can be written in a patch\n  \
                        pavane explain --words --format json the same, for editors")]
pub(super) struct Arguments {
    /// The code, such as E0110, or a name, such as `lag`; without one all codes are listed
    code: Option<String>,
    /// List every function, value, attribute and keyword of the patch language
    #[arg(long, conflicts_with = "code")]
    words: bool,
    #[command(flatten)]
    answer: Answer,
}

#[derive(Serialize)]
struct Explanation {
    schema_version: u32,
    code: &'static str,
    title: &'static str,
    text: &'static str,
}

#[derive(Serialize)]
struct List {
    schema_version: u32,
    codes: Vec<Entry>,
}

#[derive(Serialize)]
struct Entry {
    code: &'static str,
    title: &'static str,
}

#[derive(Serialize)]
struct Words {
    schema_version: u32,
    words: Vec<Completion>,
}

pub(super) fn run(arguments: &Arguments, out: &mut Out) -> Result<(), Failure> {
    let is_json = arguments.answer.is_json();
    if arguments.words {
        return words(is_json, out);
    }
    let Some(name) = &arguments.code else {
        if is_json {
            let entry = |code: &Code| Entry { code: code.name(), title: code.title() };
            let codes = Code::ALL.iter().map(entry).collect();
            return out.json(&List { schema_version: SCHEMA_VERSION, codes });
        }
        return out.text(&titles());
    };
    if let Some(text) = describe(name.trim()) {
        return match is_json {
            true => {
                let words = completions().into_iter().filter(|word| word.label == name.trim()).collect();
                out.json(&Words { schema_version: SCHEMA_VERSION, words })
            }
            false => out.text(&text),
        };
    }
    let code = Code::from_name(name.trim()).ok_or_else(|| Failure::Arguments(unknown(name)))?;
    if is_json {
        let (code, title, text) = (code.name(), code.title(), code.explain());
        return out.json(&Explanation { schema_version: SCHEMA_VERSION, code, title, text });
    }
    out.text(&format!("{code}: {}\n\n{}\n", code.title(), code.explain().trim_end()))
}

fn words(is_json: bool, out: &mut Out) -> Result<(), Failure> {
    if is_json {
        return out.json(&Words { schema_version: SCHEMA_VERSION, words: completions() });
    }
    let mut table =
        Table::new(&[("kind", Side::Left), ("how it is written", Side::Left), ("what it does", Side::Left)]);
    for Completion { kind, detail, about, .. } in completions() {
        table.row([kind.into(), detail, about]);
    }
    out.text(&table.to_string())
}

fn titles() -> String {
    let mut table = Table::new(&[("code", Side::Left), ("what it says", Side::Left)]);
    for code in Code::ALL {
        table.row([code.name().into(), code.title().into()]);
    }
    table.to_string()
}

fn unknown(name: &str) -> String {
    let upper = name.trim().to_uppercase();
    let words = completions();
    let near = nearest(&upper, Code::ALL.iter().map(|code| code.name()))
        .or_else(|| nearest(name.trim(), words.iter().map(|word| word.label.as_str())));
    let near = near.map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
    format!("there is no code and no word {}{near}\n\n{}", quote(name), titles().trim_end())
}
