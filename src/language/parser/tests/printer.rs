//! A tree as an S-expression.

use super::super::super::syntax::{
    Aggregate, Argument, Branch, Column, Edit, Elements, Entry, Expr, ExprKind, GroupKey, Item, ItemKind,
    Key, ListColumn, Name, Part, Start, Suffix, Tree, UnaryOp, ViewStep,
};
use crate::program::Gather;

/// An item per line.
pub(super) fn tree(tree: &Tree) -> String {
    let items: Vec<String> = tree.items.iter().map(item).collect();
    items.join("\n")
}

fn durable(is_durable: bool) -> &'static str {
    if is_durable { " durable" } else { "" }
}

fn data(name: &Name, path: &str, columns: &[Column], skips_bad: bool) -> String {
    let column = |column: &Column| {
        let from = column.from.as_ref().map_or(String::new(), |from| format!(" {:?}", from.text));
        format!(" {}:{}{from}", column.name.text, column.ty.text)
    };
    let columns: String = columns.iter().map(column).collect();
    let skips = if skips_bad { " skip bad" } else { "" };
    format!("(data {} {:?}{columns}{skips})", name.text, path)
}

fn font(name: &Name, path: &str, is_system: bool, settings: &[Entry]) -> String {
    let of = if is_system { " system" } else { "" };
    format!("(font {}{of} {path:?}{})", name.text, entries(settings))
}

fn item(item: &Item) -> String {
    let typed = |name: &Name, ty: &Option<Name>| match ty {
        Some(ty) => format!("{}:{}", name.text, ty.text),
        None => name.text.clone(),
    };
    let named =
        |name: &Option<Name>| name.as_ref().map_or(String::new(), |name| format!(" as {}", name.text));
    match &item.kind {
        ItemKind::Use { path, name, arguments } => {
            format!("(use {:?}{}{})", path.text, named(name), entries(arguments))
        }
        ItemKind::Data { name, path, columns, skips_bad } => data(name, &path.text, columns, *skips_bad),
        ItemKind::Artwork { name, path } => format!("(artwork {} {:?})", name.text, path.text),
        ItemKind::Font { name, path, is_system, settings } => font(name, &path.text, *is_system, settings),
        ItemKind::Image { name, path } => format!("(image {} {:?})", name.text, path.text),
        ItemKind::Parameter { name, ty, default } => {
            format!("(param {} {})", typed(name, ty), expr(default))
        }
        ItemKind::Input { name, ty, count, default, momentary } => {
            let count = count.as_ref().map_or(String::new(), |count| format!("[{}]", expr(count)));
            let default = default.as_ref().map_or(String::new(), |default| format!(" {}", expr(default)));
            let momentary = if momentary.is_some() { " momentary" } else { "" };
            format!("(input {}{count}{default}{momentary})", typed(name, ty))
        }
        ItemKind::TextField { name, default } => {
            let default = default.as_ref().map_or(String::new(), |it| format!(" {}", expr(it)));
            format!("(field {}{default})", name.text)
        }
        ItemKind::Function { name, parameters, body } => {
            let parameter = |parameter: &super::super::super::syntax::FunctionParameter| {
                let default =
                    parameter.default.as_ref().map_or(String::new(), |value| format!("={}", expr(value)));
                format!("{}{default}", typed(&parameter.name, &parameter.ty))
            };
            let parameters: Vec<String> = parameters.iter().map(parameter).collect();
            format!("(fn {} ({}) {})", name.text, parameters.join(" "), expr(body))
        }
        ItemKind::Definition { name, value, continuity } => {
            let continuity = continuity.as_ref().map_or(String::new(), |continuity| {
                format!(" (~ {}{})", continuity.policy.text, arguments(&continuity.arguments))
            });
            format!("(= {} {}{continuity})", name.text, expr(value))
        }
        ItemKind::AtBirth { name, value } => format!("(at birth {} {})", name.text, expr(value)),
        ItemKind::State { name, ty, initial, durable } => {
            format!("(state {} {}{})", typed(name, ty), expr(initial), self::durable(*durable))
        }
        ItemKind::Next { name, value } => format!("(next {} {})", name.text, expr(value)),
        ItemKind::List { name, max, durable, columns, rows } => {
            let columns: String = columns.iter().map(list_column).collect();
            let rows: String = rows.iter().map(|row| format!(" (row{})", entries(&row.values))).collect();
            format!("(list {} {}{}{columns}{rows})", name.text, expr(max), self::durable(*durable))
        }
        ItemKind::Edit(edit) => self::edit(edit),
        ItemKind::Event { name, row_of: Some(list), gather, .. } => {
            let gather = if *gather == Gather::Each { String::new() } else { format!(" {}", gather.name()) };
            format!("(event {} (row {}){gather})", name.text, list.text)
        }
        ItemKind::Event { name, ty, row_of: None, gather, value } => {
            let value = value.as_ref().map_or(String::new(), |value| format!(" {}", expr(value)));
            let gather = if *gather == Gather::Each { String::new() } else { format!(" {}", gather.name()) };
            format!("(event {}{gather}{value})", typed(name, ty))
        }
        ItemKind::On { event, sets, edits } => {
            let sets: String =
                sets.iter().map(|(name, value)| format!(" (= {} {})", name.text, expr(value))).collect();
            let edits: String = edits.iter().map(|edit| format!(" {}", self::edit(edit))).collect();
            format!("(on {}{sets}{edits})", expr(event))
        }
        ItemKind::Combine { how, name } => format!("(combine {} {})", how.text, name.text),
        ItemKind::Domain { name, elements, items } => {
            let items: String = items.iter().map(|inner| format!(" {}", self::item(inner))).collect();
            format!("(domain {} {}{items})", name.text, self::elements(elements))
        }
        ItemKind::Timeline { name, over, parts } => {
            let over = over.as_ref().map_or(String::new(), |over| format!(" over {}", expr(over)));
            let parts: String = parts.iter().map(part).collect();
            format!("(timeline {}{over}{parts})", name.text)
        }
        ItemKind::Draw { shape, arguments: values, label, attributes } => {
            let arguments = arguments(values);
            format!("(draw {}{arguments}{}{})", shape.text, named(label), entries(attributes))
        }
        ItemKind::Camera { kind, name, attributes } => {
            format!("(camera {}{}{})", kind.text, named(name), entries(attributes))
        }
        ItemKind::Background { value } => format!("(background {})", expr(value)),
        ItemKind::Clip { settings } => format!("(clip{})", entries(settings)),
    }
}

fn list_column(column: &ListColumn) -> String {
    let default = column.default.as_ref().map_or(String::new(), |it| format!(" {}", expr(it)));
    format!(" ({}: {}{default})", column.name.text, column.ty.text)
}

fn edit(edit: &Edit) -> String {
    match edit {
        Edit::Append { list, row, at: None } => format!("(append {}{})", list.text, entries(&row.values)),
        Edit::Append { list, row, at: Some(at) } => {
            format!("(insert {}{} {})", list.text, entries(&row.values), expr(at))
        }
        Edit::Move { rows, to, condition } => {
            let condition = condition.as_ref().map_or(String::new(), |it| format!(" {}", expr(it)));
            format!("(move {} {}{condition})", rows.text, expr(to))
        }
        Edit::Remove { rows, condition } => {
            let condition = condition.as_ref().map_or(String::new(), |it| format!(" {}", expr(it)));
            format!("(remove {}{condition})", rows.text)
        }
        Edit::Clear { list } => format!("(clear {})", list.text),
        Edit::Set { rows, column, value } => format!("(= {}.{} {})", rows.text, column.text, expr(value)),
    }
}

fn part(part: &Part) -> String {
    let shifted = |word: &str, name: &Name, shift: &Option<Expr>| {
        let shift = shift.as_ref().map_or(String::new(), |shift| format!(" {}", expr(shift)));
        format!(" {word} {}{shift}", name.text)
    };
    let start = match &part.start {
        Start::InTurn => String::new(),
        Start::At(time) => format!(" at {}", expr(time)),
        Start::After(name, shift) => shifted("after", name, shift),
        Start::With(name, shift) => shifted("with", name, shift),
    };
    format!(" ({} {}{start})", part.name.text, expr(&part.duration))
}

fn elements(elements: &Elements) -> String {
    match elements {
        Elements::Counted { count, max } => {
            let max = max.as_ref().map_or(String::new(), |max| format!(" max {}", expr(max)));
            format!("{}{max}", expr(count))
        }
        Elements::Born { every, lives, max, evicts } => {
            let evicts = if *evicts { " evict oldest" } else { "" };
            format!("born every {} lives {} max {}{evicts}", expr(every), expr(lives), expr(max))
        }
        Elements::BornOn { event, count, lives, max, evicts } => {
            let count = count.as_ref().map_or(String::new(), |count| format!(" count {}", expr(count)));
            let evicts = if *evicts { " evict oldest" } else { "" };
            format!("born on {}{count} lives {} max {}{evicts}", expr(event), expr(lives), expr(max))
        }
        Elements::Host { max, nearest } => {
            let nearest = nearest.as_ref().map_or(String::new(), |near| format!(" nearest {}", expr(near)));
            format!("host max {}{nearest}", expr(max))
        }
        Elements::Rows { rows, key, most } => {
            let key = key.as_ref().map_or(String::new(), |key| format!(" keyed {}", key.text));
            let most = most.as_ref().map_or(String::new(), |most| format!("{} ", expr(most)));
            format!("{most}from {}{key}", expr(rows))
        }
    }
}

fn entries(entries: &[Entry]) -> String {
    if entries.is_empty() {
        return String::new();
    }
    let entry = |entry: &Entry| match &entry.value {
        Some(value) => format!("{}:{}", entry.name.text, expr(value)),
        None => entry.name.text.clone(),
    };
    let entries: Vec<String> = entries.iter().map(entry).collect();
    format!(" {{{}}}", entries.join(" "))
}

fn arguments(arguments: &[Argument]) -> String {
    let argument = |argument: &Argument| match &argument.name {
        Some(name) => format!(" {}:{}", name.text, expr(&argument.value)),
        None => format!(" {}", expr(&argument.value)),
    };
    arguments.iter().map(argument).collect()
}

/// Rows, and one step of what is made of them.
fn view(rows: &Expr, step: &ViewStep) -> String {
    let (word, behind) = match step {
        ViewStep::GroupBy { keys, columns } => {
            let key = |key: &GroupKey| match &key.name {
                Some(name) => format!(" ({} {})", name.text, expr(&key.value)),
                None => format!(" {}", expr(&key.value)),
            };
            let column = |column: &Aggregate| {
                let value = column.value.as_ref().map_or(String::new(), |value| format!(" {}", expr(value)));
                format!(" ({} {}{value})", column.name.text, column.how.text)
            };
            let keys: String = keys.iter().map(key).collect();
            let columns: String = columns.iter().map(column).collect();
            return format!("(group {}{keys} (columns{columns}))", expr(rows));
        }
        ViewStep::Where(_) => ("where", ""),
        ViewStep::Take(_) => ("take", ""),
        ViewStep::Skip(_) => ("skip", ""),
        ViewStep::Distinct(_) => ("distinct", ""),
        ViewStep::SortBy { is_descending: true, .. } => ("sort", " desc"),
        ViewStep::SortBy { is_descending: false, .. } => ("sort", ""),
    };
    format!("({word} {} {}{behind})", expr(rows), expr(step.values()[0]))
}

fn expr(value: &Expr) -> String {
    match &value.kind {
        ExprKind::Broken(_) => "BROKEN".into(),
        ExprKind::Number { value, suffix, is_integer } => {
            let suffix = match suffix {
                Suffix::None => "",
                Suffix::Second => "s",
                Suffix::Millisecond => "ms",
                Suffix::Turn => "turn",
                Suffix::Degree => "deg",
                Suffix::Radian => "rad",
                Suffix::Hertz => "hz",
            };
            format!("{value}{}{suffix}", if *is_integer { "" } else { "f" })
        }
        ExprKind::Color(parts) => {
            let parts: Vec<String> = parts.iter().map(f64::to_string).collect();
            format!("#[{}]", parts.join(", "))
        }
        ExprKind::Text(text) => format!("{text:?}"),
        ExprKind::Bool(value) => value.to_string(),
        ExprKind::Name(name) => name.clone(),
        ExprKind::Member { value, name } => format!("(.{} {})", name.text, expr(value)),
        ExprKind::Call { function, arguments: values } => {
            let function: Vec<&str> = function.iter().map(|part| part.text.as_str()).collect();
            format!("(call {}{})", function.join("."), arguments(values))
        }
        ExprKind::View { rows, step } => view(rows, step),
        ExprKind::When { event, condition } => format!("(when {} {})", expr(event), expr(condition)),
        ExprKind::Fold(fold) => {
            let body = fold.body.as_ref().map_or(String::new(), |body| format!(" {}", expr(body)));
            let crate::language::syntax::Fold { how, other, arguments: values, .. } = &**fold;
            format!("(fold {}{body} {}{})", how.text, other.text, arguments(values))
        }
        ExprKind::Keys { time, keys, space } => {
            let key = |key: &Key| {
                let easing = key.easing.as_ref().map_or(String::new(), |easing| format!(" {}", expr(easing)));
                format!(" ({} {}{easing})", expr(&key.at), expr(&key.value))
            };
            let keys: String = keys.iter().map(key).collect();
            let space = space.as_ref().map_or(String::new(), |space| format!(" in:{}", space.text));
            format!("(keys {}{keys}{space})", expr(time))
        }
        ExprKind::Vector(parts) => {
            let parts: Vec<String> = parts.iter().map(expr).collect();
            format!("(vec {})", parts.join(" "))
        }
        ExprKind::At { value, index, wraps } => {
            format!("(at {} {}{})", expr(value), expr(index), if *wraps { " wrap" } else { "" })
        }
        ExprKind::Array(parts) => {
            let parts: Vec<String> = parts.iter().map(expr).collect();
            format!("(array {})", parts.join(" "))
        }
        ExprKind::Index { value, arguments: values } => format!("(at {}{})", expr(value), arguments(values)),
        ExprKind::Unary { op: UnaryOp::Negate, value } => format!("(- {})", expr(value)),
        ExprKind::Unary { op: UnaryOp::Not, value } => format!("(not {})", expr(value)),
        ExprKind::Chain { first, rest } => {
            let opened: String = rest.iter().rev().map(|(op, _)| format!("({} ", op.symbol())).collect();
            let closed: String = rest.iter().map(|(_, right)| format!(" {})", expr(right))).collect();
            format!("{opened}{}{closed}", expr(first))
        }
        ExprKind::If { branches, otherwise } => {
            let opened = |branch: &Branch| format!("(if {} {} ", expr(&branch.condition), expr(&branch.then));
            let opened: String = branches.iter().map(opened).collect();
            format!("{opened}{}{}", expr(otherwise), ")".repeat(branches.len()))
        }
        ExprKind::Block { definitions, result } => {
            let definition = |(name, value): &(Name, Expr)| format!("({} {}) ", name.text, expr(value));
            let definitions: String = definitions.iter().map(definition).collect();
            format!("(block {definitions}{})", expr(result))
        }
    }
}
