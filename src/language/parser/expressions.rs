//! Expressions, by precedence.

use super::super::lexer::{TokenKind, color, number};
use super::super::source::Span;
use super::super::syntax::{BinaryOp, Branch, Continuity, Expr, ExprKind, Name, UnaryOp};
use super::items::is_definition_sign;
use super::keys::KEYS;
use super::lists::List;
use super::recovery::Inside;
use super::{Parser, Reported, Tall};
use crate::diagnostic::Code;

/// Reads the value of another element.
const AT: &str = "at";
/// Beyond the ends an index goes round.
const WRAP: &str = "wrap";
/// How tightly an operator binds, from `or` to `*`; prefix minus, `at` and what is after a `.` bind tighter.
const OR: u8 = 1;
const AND: u8 = 2;
const NOT: u8 = 3;
const COMPARISON: u8 = 4;
const SUM: u8 = 5;
const PRODUCT: u8 = 6;

/// The operator of a token, `None` for one that only other languages have and that has no meaning here.
fn operator(kind: TokenKind) -> Option<(Option<BinaryOp>, u8)> {
    Some(match kind {
        TokenKind::Or => (Some(BinaryOp::Or), OR),
        TokenKind::Pipes => (Some(BinaryOp::Or), OR),
        TokenKind::And => (Some(BinaryOp::And), AND),
        TokenKind::Ampersands => (Some(BinaryOp::And), AND),
        TokenKind::Equal => (Some(BinaryOp::Equal), COMPARISON),
        TokenKind::Assign => (Some(BinaryOp::Equal), COMPARISON),
        TokenKind::NotEqual => (Some(BinaryOp::NotEqual), COMPARISON),
        TokenKind::Less => (Some(BinaryOp::Less), COMPARISON),
        TokenKind::LessEqual => (Some(BinaryOp::LessEqual), COMPARISON),
        TokenKind::Greater => (Some(BinaryOp::Greater), COMPARISON),
        TokenKind::GreaterEqual => (Some(BinaryOp::GreaterEqual), COMPARISON),
        TokenKind::Plus => (Some(BinaryOp::Add), SUM),
        TokenKind::Minus => (Some(BinaryOp::Subtract), SUM),
        TokenKind::Star => (Some(BinaryOp::Multiply), PRODUCT),
        TokenKind::Slash => (Some(BinaryOp::Divide), PRODUCT),
        TokenKind::Percent => (Some(BinaryOp::Modulo), PRODUCT),
        TokenKind::Power => (None, PRODUCT),
        _ => return None,
    })
}

impl Parser<'_> {
    /// A whole expression.
    pub(super) fn expression(&mut self) -> Result<Tall, Reported> {
        let value = self.uncontinued()?;
        while self.kind() == TokenKind::Tilde {
            let sign = self.at;
            let continuity = self.continuity()?;
            let written = self.written(value.expr.span).unwrap_or("value");
            let policy = self.written(continuity.span).unwrap_or("~ slew(300ms)");
            let help = format!("give the value a name in its domain: `name = {written} {policy}`");
            let message = "found `~`, which stands behind a definition";
            self.report(Code::UnexpectedToken, self.span_of(sign), message, help);
        }
        Ok(value)
    }

    /// An expression, of which a `~` is no part.
    pub(super) fn uncontinued(&mut self) -> Result<Tall, Reported> {
        let mut value = self.condition()?;
        loop {
            if self.is_when() {
                value = self.when(value)?;
            } else if self.is_view() {
                value = self.view(value)?;
            } else {
                break;
            }
        }
        match self.kind() {
            TokenKind::Question => self.question(value),
            _ => Ok(value),
        }
    }

    /// An expression without a `when`.
    pub(super) fn condition(&mut self) -> Result<Tall, Reported> {
        match self.kind() {
            TokenKind::If => self.conditional(),
            _ => self.binary(OR),
        }
    }

    /// `~ slew(300ms)`.
    pub(super) fn continuity(&mut self) -> Result<Continuity, Reported> {
        let start = self.at;
        self.at += 1;
        let help = "say how a jump goes away: `~ slew(300ms)`, `~ spring(400ms)`, `~ crossfade(500ms)`, `~ preserve`";
        let policy = self.name("a word such as `slew`", help)?;
        let has_arguments = self.kind() == TokenKind::OpenParenthesis && !self.token().first_on_line;
        let arguments = if has_arguments { self.arguments()?.0 } else { Vec::new() };
        Ok(Continuity { policy, arguments, span: self.span_from(start) })
    }

    /// `if condition then value else value`, with any number of `else if` between.
    fn conditional(&mut self) -> Result<Tall, Reported> {
        self.enter()?;
        let start = self.at;
        let form = "an `if` chooses between two values: `if c then a else b`";
        let (mut branches, mut below) = (Vec::new(), 0);
        let otherwise = loop {
            let word = self.span();
            self.at += 1;
            let condition = self.expression()?;
            if !self.take(TokenKind::Then) {
                return Err(self.unexpected("`then`", form));
            }
            let then = self.expression()?;
            below = below.max(condition.height).max(then.height);
            branches.push(Branch { word, condition: condition.expr, then: then.expr });
            let is_elif = self.kind() == TokenKind::Name
                && matches!(self.text_at(self.at), "elif" | "elsif" | "elseif")
                && !self.begins_statement(self.at);
            if is_elif {
                self.unexpected("`else`", "write `else if`");
            } else if !self.take(TokenKind::Else) {
                return Err(self.unexpected("`else`", form));
            } else if self.kind() != TokenKind::If {
                break self.uncontinued()?;
            }
        };
        self.nesting -= 1;
        let below = below.max(otherwise.height);
        let kind = ExprKind::If { branches, otherwise: Box::new(otherwise.expr) };
        Ok(self.node(kind, self.span_from(start), below))
    }

    /// `condition ? a : b`, which is not of this language.
    fn question(&mut self, condition: Tall) -> Result<Tall, Reported> {
        self.enter()?;
        let mark = self.span();
        self.at += 1;
        let then = self.expression()?;
        if !self.take(TokenKind::Colon) {
            return Err(self.unexpected("`:`", "write `if c then a else b`"));
        }
        let otherwise = self.uncontinued()?;
        let written = [&condition, &then, &otherwise].map(|part| self.written(part.expr.span));
        let help = match written {
            [Some(condition), Some(a), Some(b)] => format!("write `if {condition} then {a} else {b}`"),
            _ => "write `if c then a else b`".to_string(),
        };
        self.report(Code::UnexpectedToken, mark, "found `?`, which is no operator", help);
        self.nesting -= 1;
        let span = condition.expr.span.to(otherwise.expr.span);
        let below = condition.height.max(then.height).max(otherwise.height);
        let branches = vec![Branch { word: mark, condition: condition.expr, then: then.expr }];
        Ok(self.node(ExprKind::If { branches, otherwise: Box::new(otherwise.expr) }, span, below))
    }

    /// Operators that bind at least that tightly.
    fn binary(&mut self, tightness: u8) -> Result<Tall, Reported> {
        let first = match self.kind() {
            TokenKind::Not => self.not(tightness)?,
            _ => self.unary()?,
        };
        let mut chain = Chain { span: first.expr.span, first, rest: Vec::new(), below: 0, tight: PRODUCT };
        // The right side and the operator of the last comparison; chains are reported once.
        let mut compared: Option<(Span, BinaryOp)> = None;
        let mut reported = None;
        while let Some((op, tight)) = operator(self.kind()) {
            if tight < tightness {
                break;
            }
            let sign = self.at;
            self.at += 1;
            let is_chained = tight == COMPARISON && compared.is_some();
            let right = self.operand(sign, tight + 1)?;
            let span = chain.span.to(right.expr.span);
            if let (true, Some((middle, first))) = (is_chained, compared) {
                let reported = *reported
                    .get_or_insert_with(|| self.chained(sign, chain.span, first, middle, right.expr.span));
                chain = Chain { span, first: self.broken(span, reported), rest: Vec::new(), below: 0, tight };
                continue;
            }
            if let Some(help) = self.habit(sign) {
                self.no_operator(sign, help);
            }
            if tight == COMPARISON {
                compared = op.map(|op| (right.expr.span, op));
            }
            chain = match op {
                Some(op) => self.longer(chain, tight, op, right),
                None => {
                    let help = self.power_help(chain.span, right.expr.span);
                    let reported = self.no_operator(sign, &help);
                    Chain { span, first: self.broken(span, reported), rest: Vec::new(), below: 0, tight }
                }
            };
        }
        Ok(self.closed(chain))
    }

    /// The chain with another operator. One that binds less tightly begins a new chain over it.
    fn longer(&mut self, chain: Chain, tight: u8, op: BinaryOp, right: Tall) -> Chain {
        let span = chain.span.to(right.expr.span);
        let mut chain = match chain.tight == tight {
            true => chain,
            false => Chain { span, first: self.closed(chain), rest: Vec::new(), below: 0, tight },
        };
        chain.span = span;
        chain.below = chain.below.max(right.height);
        chain.rest.push((op, right.expr));
        chain
    }

    /// The expression that a chain is.
    fn closed(&mut self, chain: Chain) -> Tall {
        let Chain { first, rest, below, span, .. } = chain;
        if rest.is_empty() {
            return first;
        }
        let below = below.max(first.height);
        self.node(ExprKind::Chain { first: Box::new(first.expr), rest }, span, below)
    }

    /// The operand after an operator.
    fn operand(&mut self, sign: usize, tightness: u8) -> Result<Tall, Reported> {
        let is_percent = self.kind_at(sign) == TokenKind::Percent
            && self.kind_at(sign - 1) == TokenKind::Number
            && self.tokens[sign - 1].end == self.tokens[sign].start;
        if is_percent && !self.begins_value() {
            let help = match number(self.text_at(sign - 1)) {
                Ok(number) => format!("shares are written as numbers: `{}`", number.value / 100.0),
                Err(_) => "shares are written as numbers: `0.5`".to_string(),
            };
            return Err(self.unexpected("a value behind `%`", help));
        }
        self.binary(tightness)
    }

    /// The help for an operator of another language that is parsed as the one that is meant.
    fn habit(&self, sign: usize) -> Option<&'static str> {
        match self.kind_at(sign) {
            TokenKind::Ampersands => Some("write `and`"),
            TokenKind::Pipes => Some("write `or`"),
            TokenKind::Assign => Some("write `==` to compare; a definition begins on a line of its own"),
            _ => None,
        }
    }

    fn power_help(&self, base: Span, exponent: Span) -> String {
        match (self.written(base), self.written(exponent)) {
            (Some(base), Some(exponent)) => format!("write `pow({base}, {exponent})`"),
            _ => "write `pow(base, exponent)`".to_string(),
        }
    }

    /// Reports an operator of another language.
    fn no_operator(&mut self, sign: usize, help: &str) -> Reported {
        let message = format!("found `{}`, which is no operator", self.text_at(sign));
        self.report(Code::UnexpectedToken, self.span_of(sign), message, help)
    }

    /// Reports `a < b < c`.
    fn chained(&mut self, sign: usize, whole: Span, first: BinaryOp, middle: Span, last: Span) -> Reported {
        let left = Span { end: middle.start, ..whole };
        let second = match operator(self.kind_at(sign)) {
            Some((Some(op), _)) => op.symbol(),
            _ => "==",
        };
        let a = self.written(left).map(|left| left.trim_end().trim_end_matches(first.symbol()).trim_end());
        let help = match (a, self.written(middle), self.written(last)) {
            (Some(a), Some(b), Some(c)) => format!("write `{a} {} {b} and {b} {second} {c}`", first.symbol()),
            _ => "write `a < b and b < c`".to_string(),
        };
        let message = "found a second comparison: they cannot be chained";
        self.report(Code::UnexpectedToken, self.span_of(sign), message, help)
    }

    /// `not value`. Behind an operator that binds tighter it needs parentheses.
    fn not(&mut self, tightness: u8) -> Result<Tall, Reported> {
        if tightness >= COMPARISON {
            self.unexpected("a value", "put it into parentheses: `(not ...)`");
        }
        self.enter()?;
        let start = self.at;
        self.at += 1;
        let value = self.binary(NOT)?;
        self.nesting -= 1;
        let kind = ExprKind::Unary { op: UnaryOp::Not, value: Box::new(value.expr) };
        Ok(self.node(kind, self.span_from(start), value.height))
    }

    /// `-value`, and the prefixes that other languages have.
    fn unary(&mut self) -> Result<Tall, Reported> {
        let op = match self.kind() {
            TokenKind::Minus => Some(UnaryOp::Negate),
            TokenKind::Bang => Some(UnaryOp::Not),
            TokenKind::Plus => None,
            _ => return self.member(),
        };
        match self.kind() {
            TokenKind::Bang => drop(self.unexpected("a value", "write `not`")),
            TokenKind::Plus => drop(self.unexpected("a value", "leave the `+` out")),
            _ => {}
        }
        self.enter()?;
        let start = self.at;
        self.at += 1;
        let value = if self.kind() == TokenKind::Not { self.not(PRODUCT)? } else { self.unary()? };
        self.nesting -= 1;
        Ok(match op {
            Some(op) => {
                let kind = ExprKind::Unary { op, value: Box::new(value.expr) };
                self.node(kind, self.span_from(start), value.height)
            }
            None => value,
        })
    }

    /// `value.name.name`, `value[index]`.
    fn member(&mut self) -> Result<Tall, Reported> {
        let start = self.at;
        let mut value = self.primary()?;
        loop {
            value = match self.kind() {
                TokenKind::Dot => self.component(start, value)?,
                TokenKind::OpenBracket if !self.token().first_on_line => self.index(start, value)?,
                _ if self.is_at() => return self.indexed(value, start),
                _ => return Ok(value),
            };
        }
    }

    /// Whether the current token is the operator `at`, and not the word of a statement or of a part of a timeline.
    fn is_at(&self) -> bool {
        let is_birth = self.text_at(self.at + 1) == "birth" && self.kind_at(self.at + 2) == TokenKind::Name;
        self.is_word(AT)
            && !self.at_begins
            && !is_birth
            && self.kind_at(self.at + 1) != TokenKind::Colon
            && !(self.token().first_on_line && self.begins_statement(self.at))
    }

    /// `value at index`, `value at index wrap`; what is behind the value. The index binds as tightly as an operand of a minus
    /// does.
    fn indexed(&mut self, value: Tall, start: usize) -> Result<Tall, Reported> {
        self.enter()?;
        self.at += 1;
        let index = self.unary()?;
        let wraps = !self.token().first_on_line && self.take_word(WRAP);
        self.nesting -= 1;
        let span = self.span_from(start);
        let is_arithmetic = operator(self.kind()).is_some_and(|(_, tight)| tight >= SUM);
        if is_arithmetic && !wraps && !matches!(index.expr.kind, ExprKind::Broken(_)) {
            return self.read_two_ways(&value, &index, span);
        }
        let below = value.height.max(index.height);
        let kind = ExprKind::At { value: Box::new(value.expr), index: Box::new(index.expr), wraps };
        Ok(self.node(kind, span, below))
    }

    /// Reports `value at k + 1`, which somebody who writes it may mean in either way.
    fn read_two_ways(&mut self, value: &Tall, index: &Tall, span: Span) -> Result<Tall, Reported> {
        let sign = self.at;
        self.at += 1;
        let right = self.operand(sign, PRODUCT + 1)?;
        let written = [value.expr.span, index.expr.span, right.expr.span].map(|span| self.written(span));
        let op = self.text_at(sign);
        let help = match written {
            [Some(value), Some(index), Some(right)] => {
                format!("write `({value} at {index}) {op} {right}` or `{value} at ({index} {op} {right})`")
            }
            _ => format!("write `(value at index) {op} ...` or `value at (index {op} ...)`"),
        };
        let message = format!("found `{op}` behind `at`, which can be read in two ways");
        let reported = self.report(Code::UnexpectedToken, self.span_of(sign), message, help);
        Ok(self.broken(span.to(right.expr.span), reported))
    }

    /// `.name` behind a value.
    fn component(&mut self, start: usize, value: Tall) -> Result<Tall, Reported> {
        self.at += 1;
        let name = self.name("a name behind `.`", "parts are written `position.x`")?;
        let kind = ExprKind::Member { value: Box::new(value.expr), name };
        Ok(self.node(kind, self.span_from(start), value.height))
    }

    /// `[index]` behind a value.
    fn index(&mut self, start: usize, value: Tall) -> Result<Tall, Reported> {
        let (arguments, below) = self.arguments()?;
        let kind = ExprKind::Index { value: Box::new(value.expr), arguments };
        Ok(self.node(kind, self.span_from(start), value.height.max(below)))
    }

    /// Whether a value can begin at the current token.
    pub(super) fn begins_value(&self) -> bool {
        match self.kind() {
            TokenKind::Name => !(self.token().first_on_line && self.begins_statement(self.at)),
            TokenKind::If
            | TokenKind::Not
            | TokenKind::True
            | TokenKind::False
            | TokenKind::Number
            | TokenKind::Color
            | TokenKind::Text
            | TokenKind::OpenParenthesis
            | TokenKind::OpenBracket
            | TokenKind::OpenBrace
            | TokenKind::Minus
            | TokenKind::Broken(_) => true,
            _ => false,
        }
    }

    fn primary(&mut self) -> Result<Tall, Reported> {
        let (span, written) = (self.span(), self.text_at(self.at));
        let kind = match self.kind() {
            TokenKind::Name if self.begins_value() => return self.path(),
            TokenKind::OpenParenthesis => return self.parenthesis(),
            TokenKind::OpenBracket => return self.array(),
            TokenKind::OpenBrace => return self.block(),
            TokenKind::If => {
                self.unexpected("a value", "put it into parentheses: `(if c then a else b)`");
                return self.conditional();
            }
            TokenKind::True => ExprKind::Bool(true),
            TokenKind::False => ExprKind::Bool(false),
            TokenKind::Text => return Ok(self.quoted_value()),
            TokenKind::Number => match number(written) {
                Ok(number) => ExprKind::Number {
                    value: number.value,
                    suffix: number.suffix,
                    is_integer: number.is_integer,
                },
                Err(mistake) => {
                    ExprKind::Broken(self.report(Code::BadToken, span, mistake.message, mistake.help))
                }
            },
            TokenKind::Color => match color(written) {
                Ok(parts) => ExprKind::Color(parts),
                Err(mistake) => {
                    ExprKind::Broken(self.report(Code::BadToken, span, mistake.message, mistake.help))
                }
            },
            TokenKind::Broken(reported) => ExprKind::Broken(reported),
            _ => return Err(self.no_value()),
        };
        self.at += 1;
        Ok(self.leaf(kind, span))
    }

    /// Reports that no value begins here.
    fn no_value(&mut self) -> Reported {
        let help = match self.at.checked_sub(1) {
            None => "write a value".to_string(),
            Some(before) if self.kind_at(before) == TokenKind::Comma => {
                "write a value, or remove the `,`".to_string()
            }
            Some(before) => format!("write a value behind `{}`", self.shown(before)),
        };
        self.unexpected("a value", help)
    }

    /// A token as it is repeated in a help line.
    pub(super) fn shown(&self, row: usize) -> String {
        let text = self.text_at(row);
        match text.char_indices().nth(40) {
            Some((end, _)) => format!("{}...", &text[..end]),
            None => text.to_string(),
        }
    }

    /// `name`, `name.name` or a call of it.
    fn path(&mut self) -> Result<Tall, Reported> {
        let start = self.at;
        let mut end = start + 1;
        while self.kind_at(end) == TokenKind::Dot && self.kind_at(end + 1) == TokenKind::Name {
            end += 2;
        }
        let is_call = self.kind_at(end) == TokenKind::OpenParenthesis && !self.tokens[end].first_on_line;
        if !is_call {
            let name = self.this_name();
            return Ok(self.leaf(ExprKind::Name(name.text), name.span));
        }
        if end == start + 1 && self.text_at(start) == KEYS {
            self.at = end;
            return self.keys(start);
        }
        if end == start + 1 && self.is_fold(end) {
            return self.fold(start);
        }
        let part = |row| Name { text: self.text_at(row).to_string(), span: self.span_of(row) };
        let function = (start..end).step_by(2).map(part).collect();
        self.at = end;
        let (arguments, below) = self.arguments()?;
        Ok(self.node(ExprKind::Call { function, arguments }, self.span_from(start), below))
    }

    /// `(value)` or a vector.
    fn parenthesis(&mut self) -> Result<Tall, Reported> {
        let start = self.at;
        let List { items: mut parts, unclosed } = self.parts()?;
        let span = self.span_from(start);
        let is_tuple = self.kind_at(self.at.saturating_sub(2)) == TokenKind::Comma;
        let below = parts.iter().map(|part| part.height).max().unwrap_or(0);
        match parts.len() {
            1 if !is_tuple => {
                let part = parts.remove(0);
                return Ok(Tall { expr: Expr { span, ..part.expr }, height: part.height });
            }
            2 | 3 => {
                let parts = parts.into_iter().map(|part| part.expr).collect();
                return Ok(self.node(ExprKind::Vector(parts), span, below));
            }
            _ => {}
        }
        // Where the bracket is missing nothing else needs to be said.
        if let Some(reported) = unclosed
            && self.partner(start).is_none()
        {
            return Ok(self.broken(span, reported));
        }
        let help = match parts.len() {
            0 => "write a value between them",
            1 => "remove the `,`, or write a second part",
            _ => "for a colour write `#rrggbb`, `hsv(...)` or `oklch(...)`",
        };
        let plural = if parts.len() == 1 { "" } else { "s" };
        let message =
            format!("found {} part{plural}, expected one value, or 2 or 3 of a vector", parts.len());
        let reported = self.report(Code::UnexpectedToken, span, message, help);
        Ok(self.broken(span, reported))
    }

    /// `[3, 5, 8]`.
    fn array(&mut self) -> Result<Tall, Reported> {
        let start = self.at;
        let List { items: parts, unclosed } = self.parts()?;
        let span = self.span_from(start);
        if let Some(reported) = unclosed
            && self.partner(start).is_none()
        {
            return Ok(self.broken(span, reported));
        }
        let below = parts.iter().map(|part| part.height).max().unwrap_or(0);
        let parts = parts.into_iter().map(|part| part.expr).collect();
        Ok(self.node(ExprKind::Array(parts), span, below))
    }

    /// `{ a = 1  b = a * 2  a + b }`.
    fn block(&mut self) -> Result<Tall, Reported> {
        self.enter()?;
        let nesting = self.nesting;
        let at_begins = std::mem::replace(&mut self.at_begins, false);
        let start = self.at;
        self.at += 1;
        let mut definitions = Vec::new();
        let mut below = 0;
        let result = loop {
            while self.take(TokenKind::Semicolon) {}
            match self.block_line(start) {
                Ok(Line::Definition(name, value)) => {
                    below = below.max(value.height);
                    definitions.push((name, value.expr));
                }
                Ok(Line::Result(value)) => break value,
                Err(reported) => {
                    let left = self.leave(start, reported);
                    self.nesting = nesting - 1;
                    return left.map(|()| self.broken(self.span_from(start), reported));
                }
            }
        };
        while self.take(TokenKind::Semicolon) {}
        if !self.is_closed(start, Inside::Lines) {
            let help = match self.kind_at(self.at + 1) {
                TokenKind::Assign => "definitions come first, and the result of a block last".to_string(),
                _ => self.leftover_help().unwrap_or_else(|| "a block ends behind its result".to_string()),
            };
            let reported = self.unexpected("`}`", help);
            self.nesting -= 1;
            return self.leave(start, reported).map(|()| self.broken(self.span_from(start), reported));
        }
        self.close(start);
        self.at_begins = at_begins;
        self.nesting -= 1;
        let below = below.max(result.height);
        let kind = ExprKind::Block { definitions, result: Box::new(result.expr) };
        Ok(self.node(kind, self.span_from(start), below))
    }

    /// A definition or the result of a block.
    fn block_line(&mut self, opener: usize) -> Result<Line, Reported> {
        let nesting = self.nesting;
        let next = self.kind_at(self.at + 1);
        if self.kind() == TokenKind::Name && is_definition_sign(next) && next != TokenKind::Equal {
            let name = self.this_name();
            self.definition_sign(&name);
            let value = match self.expression() {
                Ok(value) => value,
                Err(reported) => {
                    self.nesting = nesting;
                    self.skip_line(opener, reported)?;
                    self.broken(self.span_before().behind(), reported)
                }
            };
            return Ok(Line::Definition(name, value));
        }
        if self.begins_statement(self.at) && !self.is_closed(opener, Inside::Lines) {
            let word = self.text_at(self.at);
            let help = "between these braces stand definitions and then a result: move it out";
            let message = format!("found `{word}` inside of an expression");
            return Err(self.report(Code::Misplaced, self.span(), message, help));
        }
        if self.kind() == TokenKind::CloseBrace {
            let help = "a block ends with its result: `{ a = 1  a * 2 }`";
            return Err(self.unexpected("a value", help));
        }
        Ok(Line::Result(self.expression()?))
    }

    /// To the next definition of a block, if there is one.
    fn skip_line(&mut self, opener: usize, reported: Reported) -> Result<(), Reported> {
        while !self.is_closed(opener, Inside::Lines) {
            let begins = self.token().first_on_line || self.kind_at(self.at - 1) == TokenKind::Semicolon;
            if begins && self.kind() == TokenKind::Name {
                return Ok(());
            }
            self.pass();
        }
        Err(reported)
    }
}

/// Operators that bind alike while they are read; see [`ExprKind::Chain`].
struct Chain {
    first: Tall,
    rest: Vec<(BinaryOp, Expr)>,
    /// The height of the highest of `rest`.
    below: usize,
    /// How tightly its operators bind.
    tight: u8,
    /// All of it.
    span: Span,
}

/// A line of a block.
enum Line {
    Definition(Name, Tall),
    Result(Tall),
}
