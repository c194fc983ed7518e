//! Domains: which elements they have, and what stands in their braces.

use super::super::lexer::TokenKind;
use super::super::source::Span;
use super::super::syntax::{Elements, Expr, ExprKind, ItemKind};
use super::items::Statements;
use super::recovery::Inside;
use super::{Parser, Reported};
use crate::diagnostic::{Code, nearest};

/// How the elements of a domain come and go: the first word between its brackets says it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    Counted,
    Born,
    BornOn,
    Host,
}

/// A part of what stands between the brackets, by the word that begins it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Clause {
    Every,
    On,
    Count,
    Lives,
    Max,
    Evict,
    Match,
}

impl Form {
    const WORDS: [(&str, Self); 2] = [("born", Self::Born), ("host", Self::Host)];

    /// In the order in which they are written.
    const fn clauses(self) -> &'static [Clause] {
        match self {
            Self::Counted => &[Clause::Max],
            Self::Born => &[Clause::Every, Clause::Lives, Clause::Max, Clause::Evict],
            Self::BornOn => &[Clause::On, Clause::Count, Clause::Lives, Clause::Max, Clause::Evict],
            Self::Host => &[Clause::Max, Clause::Match],
        }
    }

    /// The word for a near miss of one.
    fn near(word: &str) -> Option<(&'static str, Self)> {
        let near = nearest(word, Self::WORDS.iter().map(|(word, _)| *word))?;
        Self::WORDS.into_iter().find(|(word, _)| *word == near)
    }
}

impl Clause {
    const ALL: [Self; 7] =
        [Self::Every, Self::On, Self::Count, Self::Lives, Self::Max, Self::Evict, Self::Match];

    const fn word(self) -> &'static str {
        match self {
            Self::Every => "every",
            Self::On => "on",
            Self::Count => "count",
            Self::Lives => "lives",
            Self::Max => "max",
            Self::Evict => "evict",
            Self::Match => "match",
        }
    }

    fn of(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|clause| clause.word() == word)
    }

    const fn is_required(self, form: Form) -> bool {
        match self {
            // Whether a count changes is known later.
            Self::Max => !matches!(form, Form::Counted),
            Self::Every | Self::On | Self::Lives => true,
            Self::Count | Self::Evict | Self::Match => false,
        }
    }

    /// Where a clause of another form belongs.
    const fn home(self) -> &'static str {
        match self {
            Self::Every | Self::Lives | Self::Evict => {
                "that is said of elements that are born: `[born every 5ms, lives 1.5s, max 500, evict oldest]`"
            }
            Self::On | Self::Count => {
                "that is said of elements that an event bears: `[born on click, count 3, lives 2s, max 60]`"
            }
            Self::Match => {
                "that is said of elements that the host gives: `[host max 500, match nearest(0.1)]`"
            }
            Self::Max => "write `[count max 200]`",
        }
    }
}

/// What was found between the brackets.
#[derive(Default)]
struct Found {
    count: Option<Expr>,
    every: Option<Expr>,
    event: Option<Expr>,
    /// How many an event bears.
    births: Option<Expr>,
    lives: Option<Expr>,
    max: Option<Expr>,
    nearest: Option<Expr>,
    /// In the order of the source.
    clauses: Vec<Clause>,
    /// The first clause that stands behind a later one, and that one.
    misplaced: Option<(Span, Clause, Clause)>,
    /// Something that is wrong with it.
    reported: Option<Reported>,
}

impl Found {
    /// What is written behind the word of a clause.
    fn value(&self, clause: Clause) -> Option<&Expr> {
        match clause {
            Clause::Every => self.every.as_ref(),
            Clause::On => self.event.as_ref(),
            Clause::Count => self.births.as_ref(),
            Clause::Lives => self.lives.as_ref(),
            Clause::Max => self.max.as_ref(),
            Clause::Match => self.nearest.as_ref(),
            Clause::Evict => None,
        }
    }
}

impl Parser<'_> {
    pub(super) fn domain(&mut self, outer: &mut Statements) -> Result<ItemKind, Reported> {
        let help = "write `domain dots[100] { ... }`";
        let name = self.name("the name of a domain", help)?;
        let elements = match self.take_word("from") {
            true => self.rows_of_domain(None)?,
            false => match self.elements(&name.text) {
                Elements::Counted { count, max: None } if self.is_word("from") => {
                    self.at += 1;
                    self.rows_of_domain(Some(Box::new(count)))?
                }
                elements => elements,
            },
        };
        if self.kind() != TokenKind::OpenBrace {
            let reported = self.unexpected("`{`", help);
            self.missing_openers.push(reported);
            self.skip_statement();
            return Ok(ItemKind::Domain { name, elements, items: Vec::new() });
        }
        self.enter()?;
        let opener = self.at;
        self.at += 1;
        let takes_inputs = matches!(elements, Elements::Host { .. });
        let mut inner = Statements { opener: Some(opener), takes_inputs, ..Statements::default() };
        self.statements(&mut inner);
        self.close(opener);
        match outer.opener {
            Some(_) => outer.misplaced.append(&mut inner.misplaced),
            None => outer.items.append(&mut inner.misplaced),
        }
        Ok(ItemKind::Domain { name, elements, items: inner.items })
    }

    /// What stands between the brackets.
    fn elements(&mut self, name: &str) -> Elements {
        let opener = self.at;
        let nesting = self.nesting;
        let help = format!("write `domain {name}[100] {{ ... }}`");
        if self.kind() != TokenKind::OpenBracket {
            let reported = self.unexpected("`[`", help);
            while !matches!(self.kind(), TokenKind::OpenBrace | TokenKind::End | TokenKind::Semicolon)
                && (!self.kind().is_closer() || self.is_stray())
                && !self.token().first_on_line
            {
                self.pass();
            }
            let count = Expr { kind: ExprKind::Broken(reported), span: self.span_before().behind() };
            return Elements::Counted { count, max: None };
        }
        self.at += 1;
        let mut found = Found::default();
        let form = self.form(&mut found);
        let outcome = self.clauses(opener, form, &mut found);
        self.nesting = nesting;
        found.reported = found.reported.or(outcome.err());
        let has_partner = self.partner(opener).is_some();
        if outcome.is_ok() && !has_partner {
            // Where the bracket is missing nothing else needs to be said.
            let unclosed = self.close(opener);
            found.reported = found.reported.or(unclosed);
        }
        let elements = self.elements_of(form, self.span_from(opener), found);
        match outcome {
            Ok(()) if has_partner => drop(self.close(opener)),
            Ok(()) => {}
            // Reading continues at the brace of the domain.
            Err(reported) => drop(self.leave(opener, reported)),
        }
        elements
    }

    /// What the clauses say. Reports what is missing or stands at the wrong place, where nothing else is wrong.
    fn elements_of(&mut self, form: Form, span: Span, mut found: Found) -> Elements {
        let elements = match form {
            Form::Counted => {
                let count = found.count.clone().unwrap_or_else(|| {
                    let known = found.reported;
                    let reported = known.unwrap_or_else(|| self.unexpected("a count", "write `[100]`"));
                    Expr { kind: ExprKind::Broken(reported), span }
                });
                Elements::Counted { count, max: found.max.clone() }
            }
            Form::Born => Elements::Born {
                every: self.required(Clause::Every, form, span, &mut found),
                lives: self.required(Clause::Lives, form, span, &mut found),
                max: self.required(Clause::Max, form, span, &mut found),
                evicts: found.clauses.contains(&Clause::Evict),
            },
            Form::BornOn => Elements::BornOn {
                event: Box::new(self.required(Clause::On, form, span, &mut found)),
                count: found.births.clone().map(Box::new),
                lives: self.required(Clause::Lives, form, span, &mut found),
                max: self.required(Clause::Max, form, span, &mut found),
                evicts: found.clauses.contains(&Clause::Evict),
            },
            Form::Host => {
                let max = self.required(Clause::Max, form, span, &mut found);
                Elements::Host { max, nearest: found.nearest.clone() }
            }
        };
        if let (None, Some((span, clause, later))) = (found.reported, found.misplaced) {
            let message = format!("found `{}` behind `{}`", clause.word(), later.word());
            let help = format!("write `{}`", self.written_elements(form, &found));
            self.report(Code::UnexpectedToken, span, message, help);
        }
        elements
    }

    /// The value of a clause that must be there.
    fn required(&mut self, clause: Clause, form: Form, span: Span, found: &mut Found) -> Expr {
        if let Some(value) = found.value(clause) {
            return value.clone();
        }
        let reported = found.reported.unwrap_or_else(|| {
            let help = format!("write `{}`", self.written_elements(form, found));
            self.unexpected(&format!("`{}`", clause.word()), help)
        });
        found.reported = Some(reported);
        Expr { kind: ExprKind::Broken(reported), span }
    }

    /// Takes the word that says how elements come and go. `born` and `host` are names where an operator follows.
    fn form(&mut self, found: &mut Found) -> Form {
        if self.kind() != TokenKind::Name {
            return Form::Counted;
        }
        let (word, next) = (self.text_at(self.at), self.text_at(self.at + 1));
        let goes_on = match self.kind_at(self.at + 1) {
            // `born max 9` is a count.
            TokenKind::Name => next != "max" || word == "host",
            TokenKind::Number => matches!(word, "born" | "every" | "lives"),
            TokenKind::Comma => matches!(word, "born" | "host"),
            _ => false,
        };
        if !goes_on {
            return Form::Counted;
        }
        if let Some((_, form)) = Form::WORDS.into_iter().find(|(known, _)| *known == word) {
            self.at += 1;
            let is_on_event = form == Form::Born && self.text_at(self.at) == "on";
            return if is_on_event { Form::BornOn } else { form };
        }
        if matches!(word, "every" | "lives") {
            let help = format!("write `born {word} {}`", self.written_from(self.at + 1));
            found.reported = Some(self.unexpected("`born`", help));
            return Form::Born;
        }
        match Form::near(word) {
            Some((near, form)) => {
                found.reported =
                    Some(self.unexpected(&format!("`{near}`"), format!("did you mean `{near}`?")));
                self.at += 1;
                form
            }
            None => Form::Counted,
        }
    }

    /// The count, and what stands behind it or behind the first word.
    fn clauses(&mut self, opener: usize, form: Form, found: &mut Found) -> Result<(), Reported> {
        if form == Form::Counted {
            found.count = Some(self.expression()?.expr);
        }
        loop {
            let has_comma = self.kind() == TokenKind::Comma;
            let own = |row: usize| Clause::of(self.text_at(row)).filter(|it| form.clauses().contains(it));
            if self.is_closed(opener, Inside::Values)
                || (self.partner(opener).is_none() && !has_comma && own(self.at).is_none())
            {
                return Ok(());
            }
            let wants_comma = form != Form::Counted && !found.clauses.is_empty();
            if has_comma && wants_comma {
                self.at += 1;
                if self.is_closed(opener, Inside::Values) {
                    return Ok(());
                }
            } else if let Some(clause) = own(self.at + 1).filter(|_| has_comma) {
                self.early_comma(form, clause, found);
            } else if wants_comma && own(self.at).is_some() && found.reported.is_none() {
                let word = self.text_at(self.at);
                found.reported = Some(self.unexpected("`,`", format!("put a `,` before `{word}`")));
            }
            let clause = self.clause(form, found)?;
            self.clause_value(form, clause, found)?;
        }
    }

    /// Reports a `,` before the first clause, and takes it.
    fn early_comma(&mut self, form: Form, clause: Clause, found: &mut Found) {
        let first = form.clauses()[0];
        let help = match clause == first {
            true => "leave the `,` out".to_string(),
            false => format!("write `{}`", self.written_elements(form, found)),
        };
        found.reported = Some(self.unexpected(&format!("`{}`", first.word()), help));
        self.at += 1;
    }

    /// Takes the word that begins a clause.
    fn clause(&mut self, form: Form, found: &mut Found) -> Result<Clause, Reported> {
        let word = self.text_at(self.at);
        let own = form.clauses();
        let expected = own.iter().find(|clause| clause.is_required(form) && !found.clauses.contains(clause));
        let expected = expected.map_or("`]`".to_string(), |clause| format!("`{}`", clause.word()));
        let behind = if self.kind() == TokenKind::Comma { self.text_at(self.at + 1) } else { word };
        if let Some(clause) = Clause::of(behind).filter(|clause| !own.contains(clause)) {
            return Err(self.unexpected(&expected, clause.home()));
        }
        if self.kind() == TokenKind::Name {
            if let Some(clause) = Clause::of(word) {
                self.at += 1;
                return Ok(clause);
            }
            let near = nearest(word, own.iter().map(|clause| clause.word())).and_then(Clause::of);
            let behind = self.kind_at(self.at + 1);
            if let Some(near) = near.filter(|_| !behind.is_closer() && behind != TokenKind::Comma) {
                let near_word = near.word();
                let help = format!("did you mean `{near_word}`?");
                found.reported = Some(self.unexpected(&format!("`{near_word}`"), help));
                self.at += 1;
                return Ok(near);
            }
        }
        if form == Form::Born && found.clauses.is_empty() && self.kind() == TokenKind::Number {
            let help = format!("write `born every {}`", self.written_from(self.at));
            found.reported = Some(self.unexpected("`every`", help));
            return Ok(Clause::Every);
        }
        let help = match form {
            Form::Counted => "write `[count]`, or `[count max 200]` for a count that changes".to_string(),
            Form::Born | Form::BornOn | Form::Host => {
                format!("write `{}`", self.written_elements(form, found))
            }
        };
        Err(self.unexpected(&expected, help))
    }

    /// What stands behind the word of a clause.
    fn clause_value(&mut self, form: Form, clause: Clause, found: &mut Found) -> Result<(), Reported> {
        let (span, word) = (self.span_before(), clause.word());
        if found.clauses.contains(&clause) {
            let message = format!("found a second `{word}`");
            let reported = self.report(Code::UnexpectedToken, span, message, "keep one of them");
            found.reported = Some(reported);
        }
        let place = |clause: Clause| form.clauses().iter().position(|&known| known == clause);
        if let Some(&later) = found.clauses.iter().find(|&&other| place(other) > place(clause)) {
            found.misplaced.get_or_insert((span, clause, later));
        }
        found.clauses.push(clause);
        match clause {
            Clause::Every => {
                found.every.get_or_insert(self.expression()?.expr);
            }
            Clause::On => {
                found.event.get_or_insert(self.expression()?.expr);
            }
            Clause::Count => {
                found.births.get_or_insert(self.expression()?.expr);
            }
            Clause::Lives => {
                found.lives.get_or_insert(self.expression()?.expr);
            }
            Clause::Max => {
                found.max.get_or_insert(self.expression()?.expr);
            }
            Clause::Match => {
                found.nearest.get_or_insert(self.nearest_of()?);
            }
            Clause::Evict if self.take_word("oldest") => {}
            Clause::Evict => {
                let help = "write `evict oldest`: when there is no room the oldest elements go";
                return Err(self.unexpected("`oldest`", help));
            }
        }
        Ok(())
    }

    /// `nearest(0.1)`.
    fn nearest_of(&mut self) -> Result<Expr, Reported> {
        let help = "write `match nearest(0.1)`: an element with a new id continues as an old one that was nearer than that";
        if !self.take_word("nearest") {
            return Err(self.unexpected("`nearest`", help));
        }
        if self.kind() != TokenKind::OpenParenthesis {
            return Err(self.unexpected("`(`", help));
        }
        let start = self.at;
        let mut parts = self.parts()?.items;
        let span = self.span_from(start);
        if parts.len() == 1 {
            return Ok(parts.remove(0).expr);
        }
        let message = format!("found {} values, expected one: how near", parts.len());
        let reported = self.report(Code::UnexpectedToken, span, message, help);
        Ok(Expr { kind: ExprKind::Broken(reported), span })
    }

    /// How it is written with everything in its place, with what was found.
    fn written_elements(&self, form: Form, found: &Found) -> String {
        let part = |value: &Option<Expr>, otherwise: &str| match value {
            Some(value) => self.written(value.span).unwrap_or("...").to_string(),
            None => otherwise.to_string(),
        };
        let max = part(&found.max, "500");
        match form {
            Form::Counted => format!("[{} max {max}]", part(&found.count, "count")),
            Form::Born => {
                let (every, lives) = (part(&found.every, "5ms"), part(&found.lives, "1.5s"));
                let evict = if found.clauses.contains(&Clause::Evict) { ", evict oldest" } else { "" };
                format!("[born every {every}, lives {lives}, max {max}{evict}]")
            }
            Form::BornOn => {
                let (event, lives) = (part(&found.event, "click"), part(&found.lives, "2s"));
                let count = match &found.births {
                    Some(_) => format!(", count {}", part(&found.births, "3")),
                    None => String::new(),
                };
                let evict = if found.clauses.contains(&Clause::Evict) { ", evict oldest" } else { "" };
                format!("[born on {event}{count}, lives {lives}, max {max}{evict}]")
            }
            Form::Host => match found.clauses.contains(&Clause::Match) {
                true => format!("[host max {max}, match nearest({})]", part(&found.nearest, "0.1")),
                false => format!("[host max {max}]"),
            },
        }
    }
}
