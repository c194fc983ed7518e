//! What tests of programs share: good programs, broken ones, and mutations that make more of them.

mod corpus;
mod fuzz;
mod mutate;
pub(crate) mod work;

pub(crate) use mutate::mutations;

/// A small program that has a bit of everything.
pub(crate) const BASE: &str = include_str!("base.json");

/// Good programs as JSON, to start mutations from.
pub(crate) fn good_programs() -> Vec<String> {
    let mut all = vec![BASE.to_string(), SMALLEST.to_string()];
    all.extend(built().iter().map(super::Program::to_json));
    all
}

const SMALLEST: &str = r#"{"format": "pavane-program", "version": 1, "about": {"name": "smallest"},
"clip": {"frame_rate": [24000, 1001], "duration": 1, "size": [1, 1]}, "constants": {}}"#;

/// Programs of the builder, which nobody wrote by hand.
fn built() -> Vec<super::Program> {
    use super::format::{Camera, ChannelKind, Edge, PathRow, Reduction, ShapeRow, TableRow};
    use super::{Builder, Op, Type, Unit};

    let b = Builder::new("built");
    b.about("Built", "What the builder gives");
    let pointer = b.channel("pointer", Type::Vec2, &[0.5, 0.5], ChannelKind::Hold);
    let slow = b.signal("slow", b.lag("slow", pointer, 0.12));
    let late = b.signal("late", b.delay("late", slow, 5));
    let turn = b.signal("turn", b.phasor("turn", b.float(0.25)));
    let dots = b.domain("dots", 64);
    let angle = b.affine_turns(dots, 0.381_966, turn);
    let height = b.fractal(Op::FractalGradient, b.vec2(b.rank(dots), turn), 7, 4);
    let height = b.field(dots, "height", b.slew("height", height, 1.0, 0.5));
    let top = b.reduce("top", height, Reduction::Max);
    let share = height / top.max(0.001);
    let flat = late + b.polar_turns(0.4, angle);
    let position = b.vec3(flat.x(), flat.y(), share + b.neighbor(height, 1, Edge::Wrap));
    let camera =
        b.camera(Camera::Perspective { eye: None, target: None, up: None, fov: None, near: None, far: None });
    let star = ShapeRow::Star { points: 5, inner: Some(b.float(0.4).node()) };
    let pass = b.pass("dots", dots).shape(star).position(position).size(0.02).camera(camera).depth_order();
    pass.color(b.hsv(angle, 0.8, 1.0)).opacity(share.clamp01()).draw();
    let line = b.pass("line", dots).shape(ShapeRow::Line { closed: true }).position(flat);
    let dash = b.vec2(share * 0.1, 0.02);
    line.stroke(b.rgba(1.0, 1.0, 1.0, 0.5), 0.01, |stroke| stroke.trim(0.0, turn).dash(dash, turn)).draw();
    let bow = b.path("bow", "MQ", &[[-0.5, 0.0], [0.0, -0.7], [0.5, 0.0]]);
    let points = vec![[-0.5, 0.0], [0.0, -0.7], [0.5, 0.0], [0.3, 0.3], [0.1, 0.4]];
    let fill_rule = crate::draw::FillRule::EvenOdd;
    let hook = b.add_path(PathRow { name: "hook".into(), verbs: "MCLZ".into(), points, fill_rule });
    let shape = b.signal("shape", turn.lt(0.5).select(bow, hook));
    let rank = b.rank(dots);
    let pass = b.pass("along", dots).path(shape).position(shape.path_point(rank)).size(0.1);
    pass.rotation(shape.path_direction(rank)).color(b.rgba(0.5, 0.5, 1.0, 1.0)).draw();
    let [width, leading, tracking] = [Some(share.node()), Some(b.float(1.5).node()), None];
    let (align, anchor) = (crate::draw::Align::Right, crate::draw::Anchor::Middle);
    let text = b.text("Hello, world").node();
    let font = crate::program::FontRow {
        name: "own".into(),
        face: 0,
        axes: vec!["wdth".into()],
        places: vec![80.0],
        fallback: vec![0],
        data: crate::program::Packed::new(vec![0, 1, 0, 0]),
    };
    let (font, moving_weight) = (Some(b.font(font)), Some(share.node()));
    let (weight, glyphs) = (700, true);
    let text =
        ShapeRow::Text { text, width, leading, tracking, align, anchor, weight, moving_weight, font, glyphs };
    b.pass("text", dots).shape(text).position(flat).size(0.1).color(b.rgba(1.0, 1.0, 1.0, 1.0)).draw();
    let pixels = crate::program::Packed::new([9, 8, 7, 255, 0, 200, 0, 128]);
    let image = b.image(crate::program::ImageRow { name: "two".into(), width: 2, height: 1, pixels });
    let [source, source_size, corner] = [Some(flat.node()), None, Some(share.node())];
    let filter = crate::draw::Filter::Nearest;
    let image = ShapeRow::Image { image, source, source_size, corner, filter };
    b.pass("image", dots).shape(image).position(flat).size(0.1).color(b.rgba(1.0, 1.0, 1.0, 1.0)).draw();
    let values = vec![0.5, -1.0, 2.0, 0.25, 1e-3, 7.0];
    let table =
        TableRow { name: "heights".into(), ty: Type::Vec2, unit: Unit::Scalar, values, channel: None };
    let table = b.table(table);
    b.field(dots, "looked_up", b.lookup(table, b.index(dots), Edge::Wrap));
    b.background(b.rgba(0.1, 0.1, 0.1, 1.0));
    vec![b.finish().expect("the builder gives good programs")]
}

#[cfg(test)]
mod tests {
    use super::super::Program;
    use super::*;

    #[test]
    fn good_programs_load_and_come_back() {
        for text in good_programs() {
            let (program, diagnostics) = Program::diagnose(&text, "good.json");
            assert!(diagnostics.0.is_empty(), "{}", diagnostics.render(|_| Some(&text)));
            let program = program.expect("no diagnostics");
            let written = program.to_json();
            let again = Program::from_json(&written, "again.json").expect("what was written reads back");
            assert_eq!(again, program);
            assert_eq!(again.to_json(), written);
            assert!(written.lines().count() <= program.data().nodes.len() + 127, "a row per line");
        }
    }

    #[test]
    fn a_byte_order_mark_changes_nothing() {
        let marked = format!("\u{feff}{BASE}");
        assert_eq!(Program::from_json(&marked, "a"), Program::from_json(BASE, "a"));
    }

    /// Floats at the edges of their types come back bit for bit, f32 without being rounded twice.
    #[test]
    fn floats_come_back_bit_for_bit() {
        let mut data = Program::from_json(BASE, "base").expect("good").data().clone();
        data.constants.f64.extend([
            -0.0,
            f64::MIN_POSITIVE,
            5e-324,
            f64::MAX,
            -1e300,
            0.1,
            1e21,
            123_456_789.123_456_79,
        ]);
        let mut bits: u32 = 1;
        for _ in 0..20_000 {
            bits = bits.wrapping_mul(747_796_405).wrapping_add(2_891_336_453);
            let value = f32::from_bits(bits);
            data.constants.f32.extend(value.is_finite().then_some(value));
        }
        data.constants.f32.extend([-0.0, f32::MIN_POSITIVE, 1e-45, f32::MAX]);
        data.paths[0].points[0] = [-0.0, f32::MAX];
        let program = Program::new(data).expect("still good");
        let again = Program::from_json(&program.to_json(), "again").expect("still good");
        let bits = |program: &Program| -> (Vec<u64>, Vec<u32>) {
            let constants = &program.data().constants;
            let points = program.data().paths[0].points.iter().flatten();
            let singles = constants.f32.iter().chain(points).map(|value| value.to_bits()).collect();
            (constants.f64.iter().map(|value| value.to_bits()).collect(), singles)
        };
        assert_eq!(bits(&again), bits(&program));
    }

    #[test]
    fn whole_numbers_may_be_written_as_floats() {
        let text = BASE.replacen("\"count\": 100", "\"count\": 1.0e2", 1);
        assert_eq!(Program::from_json(&text, "a"), Program::from_json(BASE, "a"));
    }
}
