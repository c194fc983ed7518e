//! Outlines: from the text of an SVG path or from points to verbs and points of a program.

/// Verbs and points as a program has them.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Outline {
    pub(super) verbs: String,
    pub(super) points: Vec<[f32; 2]>,
}

/// Why there is no outline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Fault {
    pub(super) message: String,
    pub(super) help: &'static str,
}

fn fault<T>(message: impl Into<String>, help: &'static str) -> Result<T, Fault> {
    Err(Fault { message: message.into(), help })
}

impl Outline {
    fn push(&mut self, verb: char, points: &[[f64; 2]]) {
        self.verbs.push(verb);
        self.points.extend(points.iter().map(|p| p.map(|x| x as f32)));
    }
}

/// Straight lines through points.
pub(super) fn polyline(points: &[[f64; 2]], is_closed: bool) -> Result<Outline, Fault> {
    let mut outline = Outline::default();
    for (k, &point) in points.iter().enumerate() {
        outline.push(if k == 0 { 'M' } else { 'L' }, &[point]);
    }
    if is_closed {
        outline.push('Z', &[]);
    }
    Ok(outline)
}

/// Cubic curves: a point, then two handles and a point for each.
pub(super) fn bezier(points: &[[f64; 2]], is_closed: bool) -> Result<Outline, Fault> {
    let Some((&first, rest)) = points.split_first() else { return Ok(Outline::default()) };
    if rest.is_empty() || rest.len() % 3 != 0 {
        let message = format!("`bezier` has {} points, expected 4, 7, 10, ...", points.len());
        return fault(message, "give a point, and for each curve two handles and a point");
    }
    let mut outline = Outline::default();
    outline.push('M', &[first]);
    for curve in rest.chunks_exact(3) {
        outline.push('C', curve);
    }
    if is_closed {
        outline.push('Z', &[]);
    }
    Ok(outline)
}

/// The text of an SVG path: M L H V Q C Z and their relative forms.
pub(super) fn parse(text: &str) -> Result<Outline, Fault> {
    const HELP: &str = "";
    let mut reader = Reader { rest: text };
    let mut outline = Outline::default();
    let (mut at, mut start) = ([0.0, 0.0], [0.0, 0.0]);
    let mut verb = None;
    loop {
        reader.skip();
        let Some(c) = reader.rest.chars().next() else { break };
        if c.is_ascii_alphabetic() {
            verb = Some(c);
            reader.rest = &reader.rest[1..];
        } else if matches!(verb, None | Some('Z' | 'z')) {
            return fault(format!("the path has {c:?} where a letter such as M, L or C belongs"), HELP);
        }
        let Some(letter) = verb else { break };
        if outline.verbs.is_empty() && !matches!(letter, 'M' | 'm') {
            return fault(format!("the path begins with {letter:?}, expected M: where it starts"), HELP);
        }
        let origin = if letter.is_ascii_lowercase() { at } else { [0.0, 0.0] };
        let mut point = || -> Result<[f64; 2], Fault> {
            Ok([origin[0] + reader.number(letter)?, origin[1] + reader.number(letter)?])
        };
        match letter.to_ascii_uppercase() {
            'M' => {
                at = point()?;
                start = at;
                outline.push('M', &[at]);
                // Further points of a move are lines, as in SVG.
                verb = Some(if letter == 'M' { 'L' } else { 'l' });
            }
            'L' => {
                at = point()?;
                outline.push('L', &[at]);
            }
            'H' => {
                at = [origin[0] + reader.number(letter)?, at[1]];
                outline.push('L', &[at]);
            }
            'V' => {
                at = [at[0], origin[1] + reader.number(letter)?];
                outline.push('L', &[at]);
            }
            'Q' => {
                let points = [point()?, point()?];
                at = points[1];
                outline.push('Q', &points);
            }
            'C' => {
                let points = [point()?, point()?, point()?];
                at = points[2];
                outline.push('C', &points);
            }
            'Z' => {
                at = start;
                outline.push('Z', &[]);
            }
            'A' | 'S' | 'T' => {
                return fault(
                    format!("the path has {letter:?}, which is not read: write it as C curves"),
                    HELP,
                );
            }
            _ => return fault(format!("the path has the unknown letter {letter:?}"), HELP),
        }
    }
    if outline.verbs.is_empty() {
        return fault("the path is empty", HELP);
    }
    Ok(outline)
}

struct Reader<'t> {
    rest: &'t str,
}

impl Reader<'_> {
    fn skip(&mut self) {
        self.rest = self.rest.trim_start_matches(|c: char| c.is_ascii_whitespace() || c == ',');
    }

    fn number(&mut self, verb: char) -> Result<f64, Fault> {
        self.skip();
        let mut seen_dot = false;
        let mut length = 0;
        let bytes = self.rest.as_bytes();
        while let Some(&byte) = bytes.get(length) {
            let after_exponent = length > 0 && matches!(bytes[length - 1], b'e' | b'E');
            let part = match byte {
                b'+' | b'-' => length == 0 || after_exponent,
                b'.' => !std::mem::replace(&mut seen_dot, true),
                b'e' | b'E' => length > 0 && !self.rest[..length].contains(['e', 'E']),
                byte => byte.is_ascii_digit(),
            };
            if !part {
                break;
            }
            length += 1;
        }
        let (text, rest) = self.rest.split_at(length);
        match text.parse::<f64>() {
            Ok(number) if number.is_finite() && number.abs() <= 1e6 => {
                self.rest = rest;
                Ok(number)
            }
            _ => {
                let found = self.rest.chars().next().map_or("its end".into(), |c| format!("{c:?}"));
                fault(format!("the path has {found} where {verb:?} needs a number"), "")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_of_svg() {
        let check = |text: &str, verbs: &str, points: &[[f32; 2]]| {
            let outline = parse(text).unwrap();
            assert_eq!((outline.verbs.as_str(), outline.points.as_slice()), (verbs, points), "{text}");
        };
        check("M0,0L1 2z", "MLZ", &[[0.0, 0.0], [1.0, 2.0]]);
        check("m.5-.5 1 1", "ML", &[[0.5, -0.5], [1.5, 0.5]]);
        check(
            "M 1 1 h 2 v -3 H 0 V 0",
            "MLLLL",
            &[[1.0, 1.0], [3.0, 1.0], [3.0, -2.0], [0.0, -2.0], [0.0, 0.0]],
        );
        check(
            "M0 0 q1 0 1 1 c 0 0 1 1 1e0 0",
            "MQC",
            &[[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [1.0, 1.0], [2.0, 2.0], [2.0, 1.0]],
        );
        check("M0 0 L1 0 Z l 0 1", "MLZL", &[[0.0, 0.0], [1.0, 0.0], [0.0, 1.0]]);
    }

    #[test]
    fn what_is_no_path() {
        let check =
            |text: &str, expected: &str| assert_eq!(parse(text).unwrap_err().message, expected, "{text}");
        check("", "the path is empty");
        check("L 0 0", "the path begins with 'L', expected M: where it starts");
        check("M 0", "the path has its end where 'M' needs a number");
        check("M 0 x", "the path has 'x' where 'M' needs a number");
        check("M 0 0 A 1 1", "the path has 'A', which is not read: write it as C curves");
        check("M 0 0 B", "the path has the unknown letter 'B'");
        check("M 0 0 Z 1 1", "the path has '1' where a letter such as M, L or C belongs");
        check("5", "the path has '5' where a letter such as M, L or C belongs");
        assert!(bezier(&[[0.0; 2]; 3], false).is_err());
    }
}
