//! Statements.

use super::super::lexer::{TokenKind, text};
use super::super::syntax::{Continuity, Entry, Expr, ExprKind, Item, ItemKind, Name, Text, statement_words};
use super::recovery::Inside;
use super::{Parser, Reported, Tall};
use crate::diagnostic::Code;

/// Whether a name before that sign was to be defined.
pub(super) fn is_definition_sign(kind: TokenKind) -> bool {
    matches!(
        kind,
        TokenKind::Assign | TokenKind::Equal | TokenKind::Colon | TokenKind::ChangeAssign | TokenKind::Arrow
    )
}

/// The statements of a file or domain while they are read.
#[derive(Default)]
pub(super) struct Statements {
    /// The row of the brace that opens the domain.
    pub(super) opener: Option<usize>,
    /// Whether it is a domain whose elements have inputs.
    pub(super) takes_inputs: bool,
    /// Whether these are the braces of an `on`.
    pub(super) is_reaction: bool,
    pub(super) items: Vec<Item>,
    /// What may only stand outside of a domain. It has been reported, and its names are known all the same.
    pub(super) misplaced: Vec<Item>,
}

impl Parser<'_> {
    /// The statements of the file.
    pub(super) fn file(&mut self) -> Vec<Item> {
        let mut statements = Statements::default();
        self.statements(&mut statements);
        statements.items
    }

    pub(super) fn statements(&mut self, statements: &mut Statements) {
        let nesting = self.nesting;
        let mut is_separated = true;
        loop {
            while self.take(TokenKind::Semicolon) {
                is_separated = true;
            }
            let is_over = match statements.opener {
                Some(opener) => self.is_closed(opener, Inside::Statements),
                None => self.kind() == TokenKind::End,
            };
            if is_over {
                return;
            }
            if self.kind().is_closer() {
                self.stray();
                self.at += 1;
                is_separated = true;
                continue;
            }
            if !is_separated && !self.token().first_on_line {
                if self.begins_statement(self.at) {
                    let (span, word) = (self.span(), self.shown(self.at));
                    let message = format!("found `{word}`, which begins a statement, on the line of another");
                    let help = "put it on a line of its own, or a `;` between the two";
                    self.report(Code::NewLine, span, message, help);
                } else {
                    let help = self.leftover_help();
                    let help = help.unwrap_or_else(|| match self.begins_value() {
                        true => "put an operator or a new line between the two".to_string(),
                        false => "begin a new line, or remove it".to_string(),
                    });
                    self.unexpected("the end of the line", help);
                    self.skip_statement();
                    continue;
                }
            }
            let start = self.at;
            self.too_deep = None;
            self.statement(statements);
            self.nesting = nesting;
            is_separated = false;
            // Whatever happens, something is taken.
            if self.at == start {
                self.pass();
            }
        }
    }

    fn statement(&mut self, statements: &mut Statements) {
        let start = self.at;
        let nesting = self.nesting;
        let word = self.text_at(start);
        let kind = match self.statement_kind(statements) {
            Ok(Some(kind)) => kind,
            Ok(None) => return,
            Err(_) => {
                self.nesting = nesting;
                if self.at == start {
                    self.pass();
                }
                return self.skip_statement();
            }
        };
        let item = Item { span: self.span_from(start), kind };
        if let (ItemKind::Edit(edit), false) = (&item.kind, statements.is_reaction) {
            let word = edit.word();
            let written = self.written(item.span).unwrap_or("...");
            let help = format!("write `on add {{ {written} }}`: rows come and go when an event happens");
            let message = format!("found `{word}` outside of a reaction");
            self.report(Code::Misplaced, self.span_of(start), message, help);
            return;
        }
        let is_input = statements.takes_inputs && matches!(item.kind, ItemKind::Input { .. });
        if statements.opener.is_none() || is_input || !item.kind.is_of_file() {
            statements.items.push(item);
            return;
        }
        let help = match item.kind {
            ItemKind::Parameter { .. } | ItemKind::Input { .. } | ItemKind::TextField { .. } => {
                "put it before the domain: every element sees it there".to_string()
            }
            _ => format!("put `{word}` outside of the braces of the domain"),
        };
        let message = format!("found `{word}` inside of a domain");
        self.report(Code::Misplaced, self.span_of(start), message, help);
        statements.misplaced.push(item);
    }

    /// `None` for something that gives no item and has been dealt with.
    fn statement_kind(&mut self, statements: &mut Statements) -> Result<Option<ItemKind>, Reported> {
        if self.kind() != TokenKind::Name {
            return Err(self.no_statement());
        }
        let next = self.kind_at(self.at + 1);
        let word = self.text_at(self.at);
        if word == "background" && is_definition_sign(next) {
            let name = self.this_name();
            self.definition_sign(&name);
            return Ok(Some(ItemKind::Background { value: self.value() }));
        }
        if word == "clip" && next == TokenKind::Colon && self.kind_at(self.at + 2) == TokenKind::OpenBrace {
            self.at += 1;
            self.unexpected("`{`", "write `clip { duration: 12s, rate: 60 }`");
            self.at += 1;
            return Ok(Some(self.clip()?));
        }
        if is_definition_sign(next) {
            return Ok(Some(self.definition()));
        }
        if statements.is_reaction && self.is_column_set() {
            return Ok(Some(ItemKind::Edit(self.set_column())));
        }
        // A word alone on its line is a mistake of its own kind.
        let is_short = self.tokens[(self.at + 1).min(self.tokens.len() - 1)].first_on_line
            && !matches!(next, TokenKind::OpenBrace);
        self.at += 1;
        let kind = match word {
            _ if is_short && !statement_words().any(|known| known == word) => {
                self.at -= 1;
                return Err(self.no_statement());
            }
            "use" => self.use_file()?,
            "data" if next == TokenKind::Name => self.data()?,
            "artwork" if next == TokenKind::Name => self.artwork()?,
            "image" if next == TokenKind::Name => self.image()?,
            "font" if next == TokenKind::Name => self.font()?,
            "param" => self.parameter_item()?,
            "input" => self.input()?,
            "fn" => self.function()?,
            "state" => {
                let name = self.name("the name of a state", "write `state name = initial`")?;
                let ty = self.optional_type()?;
                let initial = self.assigned("state", &name);
                let durable = self.durable();
                ItemKind::State { initial, name, ty, durable }
            }
            "next" => {
                let name = self.name("the name of a state", "write `next name = value`")?;
                ItemKind::Next { value: self.assigned("next", &name), name }
            }
            "combine" => {
                let help = "write `combine sum name`";
                let how = self.name("how to combine, such as `sum`", help)?;
                ItemKind::Combine { how, name: self.name("the name that is combined", help)? }
            }
            "at" if next == TokenKind::Name => self.at_birth()?,
            "domain" => self.domain(statements)?,
            "timeline" if next == TokenKind::Name => self.timeline()?,
            "draw" => self.draw()?,
            "camera" => self.camera()?,
            "background" => {
                let help = "write `background = value`";
                return Err(self.unexpected("`=`", help));
            }
            "clip" => self.clip()?,
            "event" if next == TokenKind::Name => self.event()?,
            "list" if next == TokenKind::Name => self.list_item()?,
            "append" | "insert" | "move" | "remove" | "clear" if next == TokenKind::Name => {
                ItemKind::Edit(self.edit(word)?)
            }
            "on" if matches!(next, TokenKind::Name | TokenKind::OpenBrace) => self.on(statements)?,
            _ => {
                self.at -= 1;
                return self.foreign();
            }
        };
        Ok(Some(kind))
    }

    /// An expression; where it cannot be read, the rest of the statement is skipped.
    pub(super) fn value(&mut self) -> Expr {
        let start = self.at;
        let value = self.expression();
        self.whole_value(start, value)
    }

    /// As [`value`](Self::value), with how it goes on behind it.
    fn continued_value(&mut self) -> (Expr, Option<Continuity>) {
        let start = self.at;
        let value = self.uncontinued();
        let value = self.whole_value(start, value);
        let mut continuity = None;
        while self.kind() == TokenKind::Tilde {
            let sign = self.span();
            match self.continuity() {
                Ok(_) if continuity.is_some() => {
                    self.report(Code::UnexpectedToken, sign, "found a second `~`", "keep one of them");
                }
                Ok(found) => continuity = Some(found),
                Err(_) => self.skip_statement(),
            }
        }
        (value, continuity)
    }

    pub(super) fn whole_value(&mut self, start: usize, value: Result<Tall, Reported>) -> Expr {
        match value {
            Ok(value) => value.expr,
            Err(reported) => {
                self.skip_statement();
                let span = if self.at > start { self.span_from(start) } else { self.span_before().behind() };
                Expr { kind: ExprKind::Broken(reported), span }
            }
        }
    }

    /// `= value` after a word and a name, with whatever else is taken for the `=`.
    pub(super) fn assigned(&mut self, word: &str, name: &Name) -> Expr {
        if self.take(TokenKind::Assign) {
            return self.value();
        }
        let name = &name.text;
        let help = match self.kind() {
            TokenKind::ChangeAssign => {
                let (sign, value) = (&self.text_at(self.at)[..1], self.written_from(self.at + 1));
                format!("write `{word} {name} = {name} {sign} {value}`")
            }
            _ if word == "fn" => format!("write `fn {name}(...) = value`"),
            _ => format!("write `{word} {name} = value`"),
        };
        let is_sign = is_definition_sign(self.kind()) && !self.token().first_on_line;
        let reported = self.unexpected("`=`", help);
        if is_sign {
            self.at += 1;
            return self.value();
        }
        self.without_value(reported)
    }

    /// The value of a statement that has none; the rest of it is skipped.
    fn without_value(&mut self, reported: Reported) -> Expr {
        self.skip_statement();
        Expr { kind: ExprKind::Broken(reported), span: self.span_before().behind() }
    }

    /// `: type` if there is one. A `:` before a value is left for a `=` that is looked for next.
    pub(super) fn optional_type(&mut self) -> Result<Option<Name>, Reported> {
        let behind = self.kind_at(self.at + 1);
        let is_type = matches!(behind, TokenKind::Name | TokenKind::Assign | TokenKind::End);
        if self.kind() != TokenKind::Colon || !is_type {
            return Ok(None);
        }
        self.at += 1;
        let ty = self.name("a type", "types are float, int, bool, vec2, vec3, color");
        if ty.is_err() && self.kind() == TokenKind::Assign { Ok(None) } else { ty.map(Some) }
    }

    /// `name = value`.
    pub(super) fn definition(&mut self) -> ItemKind {
        let name = self.this_name();
        self.definition_sign(&name);
        let (value, continuity) = self.continued_value();
        ItemKind::Definition { name, value, continuity }
    }

    /// What stands behind `at`.
    fn at_birth(&mut self) -> Result<ItemKind, Reported> {
        let help = "write `at birth name = value`";
        let behind = self.kind_at(self.at + 1);
        let is_name = self.kind() == TokenKind::Name && !self.token().first_on_line;
        if is_name && self.text_at(self.at) == "birth" {
            self.at += 1;
        } else {
            let reported = self.unexpected("`birth`", help);
            match behind {
                TokenKind::Assign if is_name => {}
                TokenKind::Name if is_name => self.at += 1,
                _ => return Err(reported),
            }
        }
        let name = self.name("the name of a value", help)?;
        Ok(ItemKind::AtBirth { value: self.assigned("at birth", &name), name })
    }

    /// Takes the `=` after a name, or another sign that is meant to be one.
    pub(super) fn definition_sign(&mut self, name: &Name) {
        let name = &name.text;
        let help = match self.kind() {
            TokenKind::Assign => {
                self.at += 1;
                return;
            }
            TokenKind::Colon
                if self.kind_at(self.at + 1) == TokenKind::Name
                    && self.kind_at(self.at + 2) == TokenKind::Assign =>
            {
                let (span, ty) = (self.span(), self.shown(self.at + 1));
                let value = self.written_from(self.at + 3);
                let help = format!("write `{name} = {value}`; only state, param and input name their type");
                self.report(
                    Code::UnexpectedToken,
                    span,
                    format!("found the type `{ty}` of a definition"),
                    help,
                );
                self.at += 3;
                return;
            }
            TokenKind::ChangeAssign => {
                let (sign, value) = (&self.text_at(self.at)[..1], self.written_from(self.at + 1));
                format!(
                    "a name has one value: write `state {name} = 0` and `next {name} = {name} {sign} {value}`"
                )
            }
            // `:=`
            _ if self.kind_at(self.at + 1) == TokenKind::Assign => {
                format!("write `{name} = {}`", self.written_from(self.at + 2))
            }
            _ => format!("write `{name} = {}`", self.written_from(self.at + 1)),
        };
        self.unexpected("`=`", help);
        self.at += 1;
        self.take(TokenKind::Assign);
    }

    fn use_file(&mut self) -> Result<ItemKind, Reported> {
        let help = "write `use \"ring.pav\" as ring`";
        if self.kind() != TokenKind::Text {
            return Err(self.unexpected("the name of a file in quotes", help));
        }
        let path = Text { text: text(self.text_at(self.at)), span: self.span() };
        self.at += 1;
        let name = if self.take_word("as") { Some(self.name("a name", help)?) } else { None };
        let name = name.or_else(|| name_of_file(&path));
        if name.is_none() {
            let message = "this file's name cannot be a name of the patch";
            self.report(Code::UnexpectedToken, path.span, message, "give it one: `use \"...\" as ring`");
        }
        let mut arguments = self.entries()?;
        for Entry { name, value } in &mut arguments {
            // `phase` alone is `phase: phase`, of the using file.
            value.get_or_insert_with(|| Expr { kind: ExprKind::Name(name.text.clone()), span: name.span });
        }
        Ok(ItemKind::Use { path, name, arguments })
    }

    fn parameter_item(&mut self) -> Result<ItemKind, Reported> {
        let name = self.name("the name of a parameter", "write `param radius = 0.2`")?;
        let ty = self.optional_type()?;
        Ok(ItemKind::Parameter { default: self.assigned("param", &name), name, ty })
    }

    /// `[64]` behind the type of an input.
    fn array_length(&mut self, name: &Name, ty: Option<&Name>) -> Result<Option<Expr>, Reported> {
        let Some(ty) = ty.filter(|_| self.kind() == TokenKind::OpenBracket && !self.token().first_on_line)
        else {
            return Ok(None);
        };
        let start = self.span();
        let (mut arguments, _) = self.arguments()?;
        let is_one = arguments.len() == 1 && arguments.iter().all(|argument| argument.name.is_none());
        if let Some(length) = arguments.pop().filter(|_| is_one) {
            return Ok(Some(length.value));
        }
        let help = format!("write `input {}: {}[64]`", name.text, ty.text);
        let reported = self.report(Code::UnexpectedToken, start, "an array has one length", help);
        Ok(Some(Expr { kind: ExprKind::Broken(reported), span: start }))
    }

    fn input(&mut self) -> Result<ItemKind, Reported> {
        let name = self.name("the name of an input", "write `input pointer: vec2 = (0.5, 0.5)`")?;
        let ty = self.optional_type()?;
        let is_behind = ty.is_some() && self.kind() == TokenKind::Name && !self.token().first_on_line;
        if is_behind && self.text_at(self.at) == "field" {
            return Ok(self.text_field(name, ty));
        }
        let count = self.array_length(&name, ty.as_ref())?;
        let mut default = None;
        let has_sign = matches!(self.kind(), TokenKind::Assign | TokenKind::Colon);
        if has_sign || (ty.is_none() && !self.is_word("momentary")) {
            default = Some(match has_sign {
                true => self.assigned("input", &name),
                false => {
                    let name = &name.text;
                    let help = format!("write `input {name}: float` or `input {name} = 0.5`");
                    let reported = self.unexpected("a type or a value", help);
                    self.without_value(reported)
                }
            });
        }
        let momentary = self.span();
        let is_momentary = !self.token().first_on_line && self.take_word("momentary");
        if ty.is_none() && default.is_none() {
            let help = format!("write `input {}: bool momentary`", name.text);
            let message = "found `momentary`, expected a type or a value";
            let reported = self.report(Code::UnexpectedToken, momentary, message, help);
            default = Some(Expr { kind: ExprKind::Broken(reported), span: momentary });
        }
        Ok(ItemKind::Input { name, ty, count, default, momentary: is_momentary.then_some(momentary) })
    }

    /// `field = "a"` behind `input draft: text`.
    fn text_field(&mut self, name: Name, ty: Option<Name>) -> ItemKind {
        let word = self.span();
        self.at += 1;
        let help = format!("write `input {}: text field`", name.text);
        let mut broken = None;
        if let Some(ty) = ty.filter(|ty| ty.text != "text") {
            let message = format!("found `field` behind `{}`: what is typed into a field is a text", ty.text);
            let reported = self.report(Code::UnexpectedToken, word, message, help.clone());
            broken = Some(Expr { kind: ExprKind::Broken(reported), span: word });
        }
        let has_default = matches!(self.kind(), TokenKind::Assign | TokenKind::Colon);
        let default = has_default.then(|| self.assigned("input", &name));
        let default = broken.or(default);
        let momentary = self.span();
        if !self.token().first_on_line && self.take_word("momentary") {
            let message = "found `momentary` behind a text field, whose text stays";
            self.report(Code::UnexpectedToken, momentary, message, help);
        }
        ItemKind::TextField { name, default }
    }

    /// The rest of a function after `fn`.
    pub(super) fn function(&mut self) -> Result<ItemKind, Reported> {
        let help = "write `fn name(a, b) = value`";
        let name = self.name("the name of a function", help)?;
        if self.kind() != TokenKind::OpenParenthesis {
            return Err(self.unexpected("`(`", help));
        }
        let parameters = self.parameters()?;
        if self.kind() == TokenKind::Arrow && self.kind_at(self.at + 1) == TokenKind::Name {
            self.unexpected("`=`", "leave it out: the type of the result follows from the value");
            self.at += 2;
        }
        if self.kind() == TokenKind::OpenBrace {
            self.unexpected("`=`", "put a `=` before the `{`");
            return Ok(ItemKind::Function { body: self.value(), name, parameters });
        }
        let body = self.assigned("fn", &name);
        Ok(ItemKind::Function { name, parameters, body })
    }

    fn draw(&mut self) -> Result<ItemKind, Reported> {
        let help = "write `draw circle { position, size, color }`";
        let shape = self.name("a shape", help)?;
        let has_arguments = self.kind() == TokenKind::OpenParenthesis && !self.token().first_on_line;
        let arguments = if has_arguments { self.arguments()?.0 } else { Vec::new() };
        let label = if self.take_word("as") { Some(self.name("a label", help)?) } else { None };
        Ok(ItemKind::Draw { shape, arguments, label, attributes: self.entries()? })
    }

    fn camera(&mut self) -> Result<ItemKind, Reported> {
        let help = "write `camera perspective { ... }`";
        let kind = self.name("a kind of camera", help)?;
        let name = if self.take_word("as") { Some(self.name("a name", help)?) } else { None };
        Ok(ItemKind::Camera { kind, name, attributes: self.entries()? })
    }

    fn clip(&mut self) -> Result<ItemKind, Reported> {
        if self.kind() != TokenKind::OpenBrace {
            let reported = self.unexpected("`{`", "write `clip { duration: 12s, rate: 60 }`");
            self.missing_openers.push(reported);
            return Err(reported);
        }
        Ok(ItemKind::Clip { settings: self.entries()? })
    }
}

/// The name of a used file without an `as`: the file's name up to the first dot, if that is a valid name.
fn name_of_file(path: &Text) -> Option<Name> {
    let last = path.text.rsplit(['/', '\\']).next()?;
    let stem = last.split('.').next()?;
    let is_name = stem.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && stem.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    is_name.then(|| Name { text: stem.into(), span: path.span })
}
