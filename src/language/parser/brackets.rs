//! Which bracket closes which.

use super::super::lexer::{Token, TokenKind};

/// Instead of a token's row: the bracket has no partner.
pub(super) const ALONE: u32 = u32::MAX;

/// For every token the row of the bracket that it belongs to.
///
/// This is known before anything is parsed: the parser recovers from a mistake between two brackets at the closing one,
/// and looks for a missing bracket only where one *is* missing.
pub(super) fn partners(tokens: &[Token]) -> Vec<u32> {
    let (partners, is_complete) = pair(tokens, false);
    // Where a brace is missing, the indentation shows which one. Otherwise indentation has no meaning.
    if is_complete { partners } else { pair(tokens, true).0 }
}

/// A bracket that is open.
struct Open {
    row: usize,
    line: usize,
    /// The first closing bracket of another kind on the same line: taken if the right one does not come.
    substitute: Option<usize>,
}

/// Pairs up brackets; false if a brace stayed open.
fn pair(tokens: &[Token], by_indentation: bool) -> (Vec<u32>, bool) {
    let mut partners = vec![ALONE; tokens.len()];
    let mut open: Vec<Open> = Vec::new();
    let mut open_of_kind = [0_usize; 3];
    let mut line = 0;
    let mut is_complete = true;
    let mut join = |opener: usize, closer: Option<usize>| match closer {
        Some(closer) => {
            partners[opener] = closer as u32;
            partners[closer] = opener as u32;
        }
        None => is_complete &= tokens[opener].kind != TokenKind::OpenBrace,
    };
    for (row, token) in tokens.iter().enumerate() {
        line += usize::from(token.first_on_line);
        if token.kind.is_opener() {
            open.push(Open { row, line, substitute: None });
            open_of_kind[of_kind(token.kind)] += 1;
        }
        if !token.kind.is_closer() {
            continue;
        }
        let opener = token.kind.counterpart();
        while let Some(top) = open.last_mut() {
            let is_right = tokens[top.row].kind == opener;
            if !is_right && open_of_kind[of_kind(opener)] == 0 {
                if top.line == line {
                    top.substitute.get_or_insert(row);
                }
                break;
            }
            let is_outer = by_indentation && is_right && closes_outer(tokens, &open, token);
            let Some(top) = open.pop() else { break };
            open_of_kind[of_kind(tokens[top.row].kind)] -= 1;
            if is_right && !is_outer {
                join(top.row, Some(row));
                break;
            }
            join(top.row, top.substitute);
        }
    }
    for open in open {
        join(open.row, open.substitute);
    }
    (partners, is_complete)
}

/// Whether a closing brace at the start of a line is indented like the line of an outer bracket, not of the last one.
fn closes_outer(tokens: &[Token], open: &[Open], closer: &Token) -> bool {
    let [.., parent, top] = open else { return false };
    let (parent, top) = (tokens[parent.row], tokens[top.row]);
    closer.kind == TokenKind::CloseBrace
        && closer.first_on_line
        && top.indent > closer.indent
        && parent.indent >= closer.indent
}

fn of_kind(kind: TokenKind) -> usize {
    match kind {
        TokenKind::OpenParenthesis | TokenKind::CloseParenthesis => 0,
        TokenKind::OpenBracket | TokenKind::CloseBracket => 1,
        _ => 2,
    }
}
