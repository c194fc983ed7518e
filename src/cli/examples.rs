//! `pavane examples`.

use clap::Args;
use serde::Serialize;

use super::SCHEMA_VERSION;
use super::failure::{Failure, tell};
use super::options::Answer;
use super::out::Out;
use super::table::{Side, Table};
use crate::assets::{DATA, IMAGES, PATCHES, Shipped};
use crate::load;

/// List the patches that ship inside, or print one
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
                        pavane examples\n  \
                        pavane examples halftone > halftone.pav\n  \
                        pavane render examples:gs1 -o spiral.gif --size 480x270")]
pub(super) struct Arguments {
    /// Print this patch
    name: Option<String>,
    #[command(flatten)]
    answer: Answer,
}

#[derive(Serialize)]
struct List {
    schema_version: u32,
    examples: Vec<Example>,
}

#[derive(Serialize)]
struct Example {
    name: &'static str,
    title: String,
    shows: String,
    elements: u64,
}

pub(super) fn run(arguments: &Arguments, out: &mut Out) -> Result<(), Failure> {
    if let Some(name) = &arguments.name {
        // The name as other verbs take it is as good.
        let name = name.strip_prefix("examples:").unwrap_or(name);
        if let Some((_, text)) = DATA.iter().find(|(data, _)| *data == name) {
            return out.exact(text);
        }
        if let Some((_, bytes)) = IMAGES.iter().find(|(image, _)| *image == name) {
            return out.bytes(bytes);
        }
        let shipped = load::shipped(name).map_err(Failure::Arguments)?;
        out.exact(shipped.patch)?;
        tell(&uses(shipped));
        return Ok(());
    }
    let examples: Vec<Example> = PATCHES.iter().map(example).collect::<Result<_, _>>()?;
    if arguments.answer.is_json() {
        return out.json(&List { schema_version: SCHEMA_VERSION, examples });
    }
    let columns =
        [("name", Side::Left), ("elements", Side::Right), ("title", Side::Left), ("shows", Side::Left)];
    let mut table = Table::new(&columns);
    for Example { name, title, shows, elements } in examples {
        table.row([name.into(), elements.to_string(), title, shows]);
    }
    out.text(&table.to_string())
}

/// How to get the files that a patch uses, for whoever keeps the patch as a file; nothing if it uses none.
fn uses(shipped: &Shipped) -> String {
    let files = shipped.compile().files;
    let names = files.iter().skip(1).filter_map(|file| file.strip_prefix(load::SHIPPED));
    names
        .map(|name| {
            let is_data = DATA.iter().any(|(data, _)| *data == name);
            let file = if is_data || IMAGES.iter().any(|(image, _)| *image == name) {
                name.to_owned()
            } else {
                format!("{name}.pav")
            };
            format!("note: it uses {file}: `pavane examples {name} > {file}` puts that beside it\n")
        })
        .collect()
}

fn example(shipped: &Shipped) -> Result<Example, Failure> {
    let program = shipped.program().map_err(|diagnostics| Failure::Run(diagnostics.to_string()))?;
    let data = program.data();
    Ok(Example {
        name: shipped.name,
        title: data.about.title.clone(),
        shows: data.about.shows.clone(),
        elements: data.domains.iter().map(|domain| u64::from(domain.most())).sum(),
    })
}
