//! `pavane explain`.

use clap::Args;
use serde::Serialize;

use super::SCHEMA_VERSION;
use super::failure::Failure;
use super::options::Answer;
use super::out::Out;
use super::table::{Side, Table};
use crate::diagnostic::{Code, nearest, quote};

/// Explain a diagnostic's code: what it means, an example, and the way out
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  pavane explain E0110\n  pavane explain          every code with its title"
)]
pub(super) struct Arguments {
    /// The code, such as E0110; without one all codes are listed
    code: Option<String>,
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

pub(super) fn run(arguments: &Arguments, out: &mut Out) -> Result<(), Failure> {
    let is_json = arguments.answer.is_json();
    let Some(name) = &arguments.code else {
        if is_json {
            let entry = |code: &Code| Entry { code: code.name(), title: code.title() };
            let codes = Code::ALL.iter().map(entry).collect();
            return out.json(&List { schema_version: SCHEMA_VERSION, codes });
        }
        return out.text(&titles());
    };
    let code = Code::from_name(name.trim()).ok_or_else(|| Failure::Arguments(unknown(name)))?;
    if is_json {
        let (code, title, text) = (code.name(), code.title(), code.explain());
        return out.json(&Explanation { schema_version: SCHEMA_VERSION, code, title, text });
    }
    out.text(&format!("{code}: {}\n\n{}\n", code.title(), code.explain().trim_end()))
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
    let near = nearest(&upper, Code::ALL.iter().map(|code| code.name()));
    let near = near.map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
    format!("there is no code {}{near}\n\n{}", quote(name), titles().trim_end())
}
