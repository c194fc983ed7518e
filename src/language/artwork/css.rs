//! What an element says of itself: its attributes, the rules of style sheets that are about it, and its `style`.

use std::ops::Range;

use roxmltree::{Document, Node};
use simplecss::{AttributeOperator, DeclarationTokenizer, Element, PseudoClass, Selector};

use super::lacks::{Lack, Lacks};

/// Attributes that mean the same as a property of a style.
const PROPERTIES: [&str; 32] = [
    "clip-path",
    "color",
    "display",
    "fill",
    "fill-opacity",
    "fill-rule",
    "filter",
    "font-size",
    "marker-end",
    "marker-mid",
    "marker-start",
    "mask",
    "mix-blend-mode",
    "opacity",
    "overflow",
    "paint-order",
    "shape-rendering",
    "stop-color",
    "stop-opacity",
    "stroke",
    "stroke-dasharray",
    "stroke-dashoffset",
    "stroke-linecap",
    "stroke-linejoin",
    "stroke-miterlimit",
    "stroke-opacity",
    "stroke-width",
    "transform",
    "transform-box",
    "transform-origin",
    "vector-effect",
    "visibility",
];
/// Properties that are no attributes of the same name, or of which only the attribute is read.
const STYLED: [&str; 10] = ["cx", "cy", "d", "height", "r", "rx", "ry", "width", "x", "y"];

/// A rule of a style sheet.
struct Rule<'t> {
    selector: Selector<'t>,
    declarations: &'t str,
}

/// The rules of all style sheets of a file, those that count more later.
#[derive(Default)]
pub(super) struct Sheet<'t> {
    rules: Vec<Rule<'t>>,
}

/// What one element says, the value that counts last.
pub(super) struct Declared<'t> {
    values: Vec<(&'t str, &'t str, Range<usize>)>,
}

impl<'t> Declared<'t> {
    /// A property with its place.
    pub(super) fn get(&self, name: &str) -> Option<(&'t str, Range<usize>)> {
        let (_, value, place) = self.values.iter().rfind(|(known, ..)| *known == name)?;
        Some((value.trim(), place.clone()))
    }

    /// A property that is something else than `none` and the like.
    pub(super) fn is_set(&self, name: &str, nothing: &[&str]) -> Option<Range<usize>> {
        self.get(name).filter(|(value, _)| !nothing.contains(value)).map(|(_, place)| place)
    }
}

impl<'t> Sheet<'t> {
    /// Reads the `style` elements of a document.
    pub(super) fn read(document: &'t Document<'_>, lacks: &mut Lacks) -> Self {
        let mut sheet = Self::default();
        let styles =
            document.descendants().filter(|node| node.is_element() && node.tag_name().name() == "style");
        for style in styles {
            let is_css = style.attribute("type").is_none_or(|ty| matches!(ty.trim(), "" | "text/css"));
            let place = super::walk::opening(style);
            for text in style.children().filter(|child| child.is_text() && is_css) {
                sheet.rules_of(text.text().unwrap_or_default(), &place, lacks);
            }
        }
        sheet.rules.sort_by_cached_key(|rule| rule.selector.specificity());
        sheet
    }

    pub(super) fn len(&self) -> usize {
        self.rules.len()
    }

    /// The rules of a text: selectors, and declarations between braces.
    fn rules_of(&mut self, text: &'t str, place: &Range<usize>, lacks: &mut Lacks) {
        let mut rest = text;
        loop {
            rest = without_comments(rest);
            if rest.is_empty() {
                return;
            }
            if rest.starts_with('@') {
                lacks.add(Lack::AtRule, place.clone());
                rest = behind_at_rule(rest);
                continue;
            }
            let (Some(opens), Some(closes)) = (rest.find('{'), rest.find('}')) else {
                return lacks.add(Lack::Selector, place.clone());
            };
            if closes < opens {
                lacks.add(Lack::Selector, place.clone());
                rest = &rest[closes + 1..];
                continue;
            }
            let (selectors, declarations) = (&rest[..opens], &rest[opens + 1..closes]);
            rest = &rest[closes + 1..];
            for selector in selectors.split(',').map(str::trim) {
                // A selector of nothing is none.
                match Some(selector).filter(|text| !text.is_empty()).and_then(Selector::parse) {
                    Some(selector) => self.rules.push(Rule { selector, declarations }),
                    None => lacks.add(Lack::Selector, place.clone()),
                }
            }
        }
    }

    /// What is said of an element.
    pub(super) fn declared(&self, node: Node<'t, '_>, lacks: &mut Lacks) -> Declared<'t> {
        let mut values = Vec::new();
        for attribute in node.attributes().filter(|attribute| attribute.namespace().is_none()) {
            let name = PROPERTIES.into_iter().find(|known| *known == attribute.name());
            values.extend(name.map(|name| (name, attribute.value(), attribute.range())));
        }
        let style = node.attribute_node("style");
        let place = style.map_or_else(|| super::walk::opening(node), |style| style.range());
        let own = style.map(|style| style.value()).unwrap_or_default();
        let rules = self.rules.iter().filter(|rule| rule.selector.matches(&Named(node)));
        let texts: Vec<&'t str> = rules.map(|rule| rule.declarations).chain([own]).collect();
        // What is important counts more than all that is not.
        for important in [false, true] {
            for text in &texts {
                for declaration in DeclarationTokenizer::from(*text) {
                    if declaration.important != important {
                        continue;
                    }
                    if STYLED.contains(&declaration.name) {
                        lacks.add(Lack::Styled, place.clone());
                    }
                    let names: &[&str] = match declaration.name {
                        "marker" => &["marker-start", "marker-mid", "marker-end"],
                        ref name => std::slice::from_ref(name),
                    };
                    values.extend(names.iter().map(|name| (*name, declaration.value, place.clone())));
                }
            }
        }
        Declared { values }
    }
}

/// A text behind the spaces and comments that it begins with.
fn without_comments(text: &str) -> &str {
    let mut rest = text.trim_start();
    loop {
        let Some(comment) = rest.strip_prefix("/*") else { return rest };
        rest = comment.find("*/").map_or("", |end| &comment[end + 2..]).trim_start();
    }
}

/// What is behind an at-rule: behind its `;`, or behind its braces.
fn behind_at_rule(text: &str) -> &str {
    let mut depth = 0_u32;
    for (at, letter) in text.char_indices() {
        match letter {
            '{' => depth += 1,
            '}' if depth <= 1 => return &text[at + 1..],
            '}' => depth -= 1,
            ';' if depth == 0 => return &text[at + 1..],
            _ => {}
        }
    }
    ""
}

/// An element as selectors look at it.
struct Named<'a, 'i>(Node<'a, 'i>);

impl Element for Named<'_, '_> {
    fn parent_element(&self) -> Option<Self> {
        self.0.parent_element().map(Named)
    }

    fn prev_sibling_element(&self) -> Option<Self> {
        self.0.prev_sibling_element().map(Named)
    }

    fn has_local_name(&self, name: &str) -> bool {
        self.0.tag_name().name() == name
    }

    fn attribute_matches(&self, name: &str, operator: AttributeOperator<'_>) -> bool {
        self.0.attribute(name).is_some_and(|value| operator.matches(value))
    }

    fn pseudo_class_matches(&self, class: PseudoClass<'_>) -> bool {
        // Nobody hovers over a file.
        class == PseudoClass::FirstChild && self.0.prev_sibling_element().is_none()
    }
}
