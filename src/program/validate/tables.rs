//! Tables that refer to no other table: format, clip, constants, paths, channels, domains, sources.

use super::super::format::{FORMAT, TableRow, VERSION};
use super::super::limits;
use super::super::types::{Storage, Type, Unit};
use super::Check;
use super::names::a;
use crate::diagnostic::{Code, Diagnostic, JsonPath, quote};
use crate::time::FrameRate;

impl Check<'_> {
    pub(super) fn tables(&mut self) {
        self.head();
        self.constants();
        self.texts();
        self.paths();
        self.lookup_tables();
        self.channels();
        self.domains();
        self.continuities();
    }

    fn head(&mut self) {
        let data = self.data;
        if data.format != FORMAT {
            let message = format!("not a pavane program: `format` is {}", quote(&data.format));
            self.push(
                Diagnostic::error(Code::Format, message).at("format").help(format!("it must be `{FORMAT}`")),
            );
        }
        if data.version != VERSION {
            let message = format!("version {} is not read here", data.version);
            let help = format!("this library reads version {VERSION}");
            self.push(Diagnostic::error(Code::Version, message).at("version").help(help));
        }
        if self.name("program", "name", &data.about.name, JsonPath::from("about").key("name")) {
            let stray =
                data.about.name.chars().find(|&c| !(c.is_ascii_alphanumeric() || c == '_' || c == '-'));
            if let Some(c) = stray {
                let message = format!("the program's name {} has a {c:?}", quote(&data.about.name));
                let help = "a name has letters, digits, `_` and `-`; anything may stand in `title`";
                self.push(
                    Diagnostic::error(Code::Name, message).at(JsonPath::from("about").key("name")).help(help),
                );
            }
        }
        let clip = &data.clip;
        let [numerator, denominator] = clip.frame_rate;
        if FrameRate::new(numerator, denominator).is_none() {
            let message = format!("the frame rate {numerator}/{denominator} is out of range");
            let help = format!(
                "a rate is at most {} frames per second, and at least one in {} seconds: [60, 1]",
                FrameRate::MAX,
                FrameRate::LONGEST_FRAME
            );
            self.push(
                Diagnostic::error(Code::Clip, message)
                    .at(JsonPath::from("clip").key("frame_rate"))
                    .help(help),
            );
        }
        if clip.duration.0 == 0 {
            let help = "a second has 705600000 flicks";
            let diagnostic = Diagnostic::error(Code::Clip, "the duration is 0, expected at least one flick");
            self.push(diagnostic.at(JsonPath::from("clip").key("duration")).help(help));
        }
        for (at, side) in ["width", "height"].iter().enumerate() {
            if !(1..=limits::SIZE_MAX).contains(&clip.size[at]) {
                let message = format!("the {side} is {}, expected 1 to {}", clip.size[at], limits::SIZE_MAX);
                self.error(Code::Clip, JsonPath::from("clip").key("size").index(at), message);
            }
        }
    }

    /// Constants come into programs that were made, not read, in every state.
    fn constants(&mut self) {
        let pools = &self.data.constants;
        let f64s = pools.f64.iter().enumerate().filter(|(_, value)| !value.is_finite());
        let f32s = pools.f32.iter().enumerate().filter(|(_, value)| !value.is_finite());
        let bad = f64s.map(|(at, value)| (Storage::F64, at, *value));
        let bad = bad.chain(f32s.map(|(at, value)| (Storage::F32, at, f64::from(*value))));
        for (storage, at, value) in bad.collect::<Vec<_>>() {
            let diagnostic = Diagnostic::error(
                Code::Constant,
                format!("the constant is {value} as {storage}, expected a finite one"),
            );
            let most = if storage == Storage::F32 { "3.4e38" } else { "1.8e308" };
            let help = format!("the largest {storage} is about {most}");
            self.push(diagnostic.at(JsonPath::from("constants").key(storage.name()).index(at)).help(help));
        }
    }

    fn texts(&mut self) {
        let data = self.data;
        let mut seen = std::collections::HashMap::new();
        let mut bytes = 0;
        for (row, text) in data.texts.iter().enumerate() {
            let at = JsonPath::row("texts", row).key("text");
            let length = text.text.len();
            bytes += length;
            if length > limits::TEXT_MAX {
                let message = format!("the text has {length} bytes, the most is {}", limits::TEXT_MAX);
                self.error(Code::Limit, &at, message);
            }
            let first = *seen.entry(text.text.as_str()).or_insert(row);
            if first != row {
                let message = format!("the text {} is there twice", quote(&text.text));
                let diagnostic = Diagnostic::error(Code::DuplicateName, message).at(at);
                self.push(diagnostic.related("the first is here", JsonPath::row("texts", first)));
            }
        }
        if bytes > limits::TEXTS_MAX {
            let message = format!("all texts together have {bytes} bytes, the most is {}", limits::TEXTS_MAX);
            self.error(Code::Limit, "texts", message);
        }
    }

    /// Whether a number is the row of a text; reports it where it is not.
    pub(super) fn text_row(&mut self, row: f64, at: impl Into<JsonPath>) {
        self.row(row as u32, self.data.texts.len(), "text", at);
    }

    fn paths(&mut self) {
        let data = self.data;
        let names = data.paths.iter().map(|path| path.name.as_str());
        self.names("path", "name", names, |row| JsonPath::row("paths", row).key("name"));
        for (row, path) in data.paths.iter().enumerate() {
            let at = JsonPath::row("paths", row).key("verbs");
            if path.verbs.is_empty() {
                self.error(Code::Path, at, "the path is empty, expected verbs such as `MLLZ`");
                continue;
            }
            let unknown = path.verbs.chars().find(|c| verb_points(*c).is_none());
            if let Some(c) = unknown {
                let message = format!("there is no verb {}", quote(&c.to_string()));
                let help = "M move, L line, Q quadratic, C cubic, Z close; all in upper case";
                self.push(Diagnostic::error(Code::Path, message).at(at).help(help));
                continue;
            }
            if !path.verbs.starts_with('M') {
                let message = "the first verb of a path is `M`: a line needs a point to start from";
                self.error(Code::Path, &at, message);
            }
            let needed: usize = path.verbs.chars().filter_map(verb_points).sum();
            if needed != path.points.len() {
                let message = format!("the verbs take {needed} points, found {}", path.points.len());
                let help = "M and L take 1 point, Q takes 2, C takes 3, Z takes none";
                let at = JsonPath::row("paths", row).key("points");
                self.push(Diagnostic::error(Code::Path, message).at(at).help(help));
            }
            if let Some(bad) = path.points.iter().position(|[x, y]| !x.is_finite() || !y.is_finite()) {
                self.error(
                    Code::Path,
                    JsonPath::row("paths", row).key("points").index(bad),
                    "the point is not finite",
                );
            }
        }
    }

    fn lookup_tables(&mut self) {
        let data = self.data;
        let names = data.tables.iter().map(|table| table.name.as_str());
        self.names("table", "name", names, |row| JsonPath::row("tables", row).key("name"));
        for (row, table) in data.tables.iter().enumerate() {
            let at = JsonPath::row("tables", row);
            if !table.unit.is_scalar() && !table.ty.is_floats() {
                self.unit(table.ty, at.key("unit"));
            }
            if let Some(channel) = table.channel {
                self.table_of_channel(table, channel, &at);
                continue;
            }
            let (found, stride) = (table.values.len(), table.ty.stride() as usize);
            if found == 0 || found % stride != 0 {
                let message = match stride {
                    1 => "the table is empty, expected one value or more".to_string(),
                    _ => format!("a value of {} has {stride} numbers, and there are {found}", a(table.ty)),
                };
                self.error(Code::Table, at.key("values"), message);
            }
            let is_no_path = |row: &f64| table.ty == Type::Shape && *row >= data.paths.len() as f64;
            if let Some(bad) = table.values.iter().position(is_no_path) {
                let (row, count) = (table.values[bad], data.paths.len());
                let message = format!("there is no path {row}: there are {count}");
                let diagnostic = Diagnostic::error(Code::Table, message).at(at.key("values").index(bad));
                self.push(diagnostic.help("a value of a shape is the row of a path"));
            }
            if table.ty == Type::Text {
                for (k, &value) in table.values.iter().enumerate() {
                    self.text_row(value, at.key("values").index(k));
                }
            }
            if let Some(bad) = table.values.iter().position(|&value| !fits(table.ty, value)) {
                let message = format!(
                    "expected {} for {}, found {}",
                    range_of(table.ty),
                    a(table.ty),
                    table.values[bad]
                );
                let diagnostic = Diagnostic::error(Code::Table, message).at(at.key("values").index(bad));
                self.push(diagnostic.help("use a value in that range, or give the table another type"));
            }
        }
    }

    /// Checks a table whose values are those of a channel.
    fn table_of_channel(&mut self, table: &TableRow, row: u32, at: &JsonPath) {
        let data = self.data;
        if !self.row(row, data.channels.len(), "channel", at.key("channel")) {
            return;
        }
        let channel = &data.channels[row as usize];
        let name = quote(&channel.name);
        let (message, place) = if channel.count.is_none() {
            (format!("the channel {name} is one value, and a table has the values of an array"), "channel")
        } else if (table.ty, table.unit) != (channel.ty, channel.unit) {
            let message =
                format!("the table is of {}, and the channel {name} of {}", a(table.ty), a(channel.ty));
            (message, "type")
        } else if !table.values.is_empty() {
            (format!("the table has values of its own and those of the channel {name}"), "values")
        } else {
            return;
        };
        let help =
            "a table of a channel has no `values`, and the type and the unit of a channel that has a `count`";
        self.push(Diagnostic::error(Code::Table, message).at(at.key(place)).help(help));
    }

    fn channels(&mut self) {
        let data = self.data;
        let names = data.channels.iter().map(|channel| channel.name.as_str());
        self.names("channel", "name", names, |row| JsonPath::row("channels", row).key("name"));
        for (row, channel) in data.channels.iter().enumerate() {
            let at = JsonPath::row("channels", row);
            if channel.count == Some(0) {
                let message = "the array has no values, expected one or more";
                self.error(Code::ChannelDefault, at.key("count"), message);
            }
            if channel.ty == Type::Text && channel.count.is_none() {
                self.given_text(&at, &channel.default);
                continue;
            }
            self.given(&at, (channel.ty, channel.unit), &channel.default, channel.count.unwrap_or(1));
        }
    }

    /// Checks the default of a text.
    pub(super) fn given_text(&mut self, at: &JsonPath, default: &[f64]) {
        if let [row] = *default {
            self.text_row(row, at.key("default").index(0_usize));
        } else {
            let message = format!("the default of a text is one row, found {}", default.len());
            self.error(Code::ChannelDefault, at.key("default"), message);
        }
    }

    /// Checks the type, the unit and the default of something that a host gives, of one value or of so many.
    pub(super) fn given(&mut self, at: &JsonPath, (ty, unit): (Type, Unit), default: &[f64], count: u32) {
        if matches!(ty, Type::Shape | Type::Text) {
            self.error(Code::TypeNotAllowed, at.key("type"), format!("a host cannot give {}", a(ty)));
            return;
        }
        if !unit.is_scalar() && !ty.is_floats() {
            self.unit(ty, at.key("unit"));
        }
        let (found, expected) = (default.len(), ty.stride() as usize);
        let at = at.key("default");
        let all = expected * count as usize;
        if found != expected && found != all {
            let message = match count {
                0 | 1 => format!("the default of {} has {expected} numbers, found {found}", a(ty)),
                _ => format!(
                    "the default of {count} values of {} has {expected} numbers for all or {all}, found {found}",
                    a(ty)
                ),
            };
            self.error(Code::ChannelDefault, at, message);
            return;
        }
        if let Some(bad) = default.iter().position(|&value| !fits(ty, value)) {
            let message = format!("expected {} for {}, found {}", range_of(ty), a(ty), default[bad]);
            self.error(Code::ChannelDefault, at.index(bad), message);
        }
    }

    /// Reports a unit on something that has none.
    pub(super) fn unit(&mut self, ty: Type, path: JsonPath) {
        let diagnostic = Diagnostic::error(Code::Unit, format!("{} has no unit", a(ty))).at(path);
        self.push(
            diagnostic
                .help("leave `unit` out; only floats and what is made of them are measured in something"),
        );
    }

    fn domains(&mut self) {
        let data = self.data;
        let names = data.domains.iter().map(|domain| domain.name.as_str());
        self.names("domain", "name", names, |row| JsonPath::row("domains", row).key("name"));
        for (row, domain) in data.domains.iter().enumerate() {
            if !(1..=limits::CAPACITY_MAX).contains(&domain.capacity) {
                let message =
                    format!("the capacity is {}, expected 1 to {}", domain.capacity, limits::CAPACITY_MAX);
                self.error(Code::DomainSize, JsonPath::row("domains", row).key("capacity"), message);
            } else if domain.count > domain.capacity {
                let message = format!("the count {} is above the capacity {}", domain.count, domain.capacity);
                let diagnostic = Diagnostic::error(Code::DomainSize, message)
                    .at(JsonPath::row("domains", row).key("count"));
                self.push(diagnostic.help("raise `capacity`: it is the most elements there may ever be"));
            }
            self.live_row(row, domain);
        }
    }

    pub(super) fn sources(&mut self) {
        for (row, source) in self.data.sources.iter().enumerate() {
            let at = JsonPath::row("sources", row);
            self.name("source", "name", &source.name, at.key("name"));
            if !self.row(source.node, self.data.nodes.len(), "node", at.key("node")) {
                continue;
            }
            let first = self.node_sources.get(&source.node).copied().unwrap_or(row);
            if first != row {
                let message = format!("node {} has two sources", source.node);
                let diagnostic = Diagnostic::error(Code::DuplicateSource, message).at(at.key("node"));
                self.push(diagnostic.related("the first is here", JsonPath::row("sources", first)));
            }
        }
    }
}

/// The numbers that a component of a type may be, for people.
fn range_of(ty: Type) -> &'static str {
    match ty {
        Type::Int => "an integer from -2147483648 to 2147483647",
        Type::Uint | Type::Text | Type::Shape => "an integer from 0 to 4294967295",
        Type::Bool => "0 or 1",
        Type::Float | Type::Vec2 | Type::Vec3 | Type::Color => "a finite number",
    }
}

/// Whether a number is one that a component of a type may be.
fn fits(ty: Type, value: f64) -> bool {
    match ty {
        Type::Int => Storage::I32.quantise(value) == value,
        Type::Uint | Type::Text | Type::Shape => Storage::U32.quantise(value) == value,
        Type::Bool => value == 0.0 || value == 1.0,
        Type::Float | Type::Vec2 | Type::Vec3 | Type::Color => value.is_finite(),
    }
}

/// How many points a verb of a path takes.
fn verb_points(verb: char) -> Option<usize> {
    Some(match verb {
        'M' | 'L' => 1,
        'Q' => 2,
        'C' => 3,
        'Z' => 0,
        _ => return None,
    })
}
