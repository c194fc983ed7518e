//! What is said of broken sources.

use super::read;

/// The problems of a source, each as `code line:column-end_column message | help`, with notes as `(note at)`.
fn said(source: &str) -> Vec<String> {
    let (_, problems, sources) = read(source);
    let mut lines = Vec::new();
    for problem in &problems {
        let found = sources.diagnostic(problem);
        let end = match found.end_line == found.line {
            true => found.end_column.to_string(),
            false => format!("{}:{}", found.end_line, found.end_column),
        };
        let related: String = found
            .related
            .iter()
            .map(|note| format!(" ({} {}:{})", note.message, note.line, note.column))
            .collect();
        let help = found.help.unwrap_or_default();
        lines.push(format!(
            "{} {}:{}-{end} {}{related} | {help}",
            found.code, found.line, found.column, found.message
        ));
    }
    lines
}

#[test]
fn look() {
    let Ok(text) = std::fs::read_to_string("/tmp/scratch/broken.txt") else { return };
    for source in text.split("----\n") {
        let source = source.strip_suffix('\n').unwrap_or(source);
        println!("{source}\n      => {}", super::printer::tree(&read(source).0).replace('\n', "\n         "));
        for line in said(source) {
            println!("      {line}");
        }
        println!();
    }
}
