//! Aligned columns of text.

/// How a column is aligned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    Left,
    Right,
}

/// Columns are aligned up to this width, which holds any name; what is wider sticks out of its row. Otherwise one long list
/// would fill every other row with as many blanks.
const ALIGNED_MAX: usize = crate::program::limits::NAME_MAX;

/// A table with a heading.
pub(super) struct Table {
    sides: Vec<Side>,
    rows: Vec<Vec<String>>,
}

impl Table {
    /// A table of columns, each with its heading.
    pub(super) fn new(columns: &[(&str, Side)]) -> Self {
        let headings = columns.iter().map(|(heading, _)| (*heading).to_owned()).collect();
        Self { sides: columns.iter().map(|(_, side)| *side).collect(), rows: vec![headings] }
    }

    /// Adds a row.
    pub(super) fn row<const N: usize>(&mut self, cells: [String; N]) {
        self.rows.push(cells.into());
    }
}

impl std::fmt::Display for Table {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let width =
            |column: usize| self.rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
        let widths: Vec<usize> = (0..self.sides.len()).map(|column| width(column).min(ALIGNED_MAX)).collect();
        for row in &self.rows {
            let mut line = String::new();
            for ((cell, side), &width) in row.iter().zip(&self.sides).zip(&widths) {
                let blanks = " ".repeat(width.saturating_sub(cell.chars().count()));
                match side {
                    Side::Left => line.extend([cell.as_str(), &blanks, "  "]),
                    Side::Right => line.extend([blanks.as_str(), cell, "  "]),
                }
            }
            writeln!(f, "{}", line.trim_end())?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_line_up() {
        let mut table = Table::new(&[("name", Side::Left), ("count", Side::Right), ("what", Side::Left)]);
        table.row(["a".into(), "1000".into(), "x".into()]);
        table.row(["l\u{e4}nger".into(), "9".into(), String::new()]);
        assert_eq!(table.to_string(), "name    count  what\na        1000  x\nl\u{e4}nger      9\n");
    }

    #[test]
    fn what_is_very_wide_sticks_out() {
        let wide = "x".repeat(70_000);
        let mut table = Table::new(&[("a", Side::Right), ("b", Side::Left)]);
        table.row([wide.clone(), wide.clone()]);
        table.row(["1".into(), "2".into()]);
        let blanks = " ".repeat(ALIGNED_MAX - 1);
        assert!(table.to_string() == format!("{blanks}a  b\n{wide}  {wide}\n{blanks}1  2\n"));
    }
}
