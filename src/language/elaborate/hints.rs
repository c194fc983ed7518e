//! Names from other languages and tools, and their names here.

/// Colours by the names that style sheets give them, with their digits.
const COLORS: &[(&str, &str)] = &[
    ("aqua", "0ff"),
    ("beige", "f5f5dc"),
    ("black", "000"),
    ("blue", "00f"),
    ("brown", "a52a2a"),
    ("chocolate", "d2691e"),
    ("coral", "ff7f50"),
    ("crimson", "dc143c"),
    ("cyan", "0ff"),
    ("fuchsia", "f0f"),
    ("gold", "ffd700"),
    ("gray", "808080"),
    ("green", "008000"),
    ("grey", "808080"),
    ("indigo", "4b0082"),
    ("ivory", "fffff0"),
    ("khaki", "f0e68c"),
    ("lavender", "e6e6fa"),
    ("lime", "0f0"),
    ("magenta", "f0f"),
    ("maroon", "800000"),
    ("navy", "000080"),
    ("olive", "808000"),
    ("orange", "ffa500"),
    ("orchid", "da70d6"),
    ("pink", "ffc0cb"),
    ("purple", "800080"),
    ("red", "f00"),
    ("salmon", "fa8072"),
    ("silver", "c0c0c0"),
    ("skyblue", "87ceeb"),
    ("tan", "d2b48c"),
    ("teal", "008080"),
    ("tomato", "ff6347"),
    ("transparent", "0000"),
    ("turquoise", "40e0d0"),
    ("violet", "ee82ee"),
    ("white", "fff"),
    ("yellow", "ff0"),
];

/// A colour by its name elsewhere, as it is written here.
pub(super) fn color(name: &str) -> Option<String> {
    let lower = name.to_ascii_lowercase();
    COLORS.iter().find(|(known, _)| *known == lower).map(|(_, digits)| format!("#{digits}"))
}

/// What to write for a value that other tools have; `None` for a name without such a meaning.
pub(super) fn value(name: &str) -> Option<String> {
    if let Some(color) = color(name) {
        return Some(format!("colours are written as digits: `{color}`"));
    }
    let text = match name {
        "PI" | "Pi" | "M_PI" => "did you mean `pi`? Names are written small",
        "TAU" | "Tau" | "TWO_PI" | "TWOPI" => {
            "did you mean `tau`? It is a whole turn in radians; `1turn` is one as an angle"
        }
        "HALF_PI" => "write `pi / 2`, or as an angle `90deg`",
        "PHI" | "phi" | "golden" => "did you mean `golden_ratio` or `golden_angle`?",
        "True" | "TRUE" | "yes" | "on" => "write `true`",
        "False" | "FALSE" | "no" | "off" => "write `false`",
        "mouse" | "mouse_x" | "mouse_y" | "mouseX" | "mouseY" | "pointer" | "cursor" | "iMouse"
        | "u_mouse" => {
            "add `input pointer: vec2 = (0.5, 0.5)`: in the preview it follows the mouse; `pointer.x` is a part of it"
        }
        "click" | "clicked" | "mouseClicked" | "mousePressed" => {
            "add `event click`: in the preview it happens when the button goes down; `on click { ... }` reacts to it"
        }
        "mouse_down" | "mousedown" | "mouseIsPressed" | "pointer_down" | "pressed" => {
            "add `input pointer_down: bool = false`: in the preview it is true while the button is held"
        }
        "wheel" | "scroll" => "add `input wheel: float = 0`: in the preview it follows the wheel",
        "key" | "keyIsDown" | "keyPressed" => {
            "add `input key_a: bool = false`: in the preview it is true while the key is held"
        }
        "width" | "height" | "resolution" | "iResolution" | "u_resolution" | "canvas" | "screen" => {
            "there are no pixels: positions and sizes are shares of the shorter side, `(0.5, 0.5)` is the middle; \
             `clip { size: (1920, 1080) }` says how large the picture is"
        }
        "t" | "now" | "elapsed" | "seconds" | "clock" | "iTime" | "u_time" => {
            "did you mean `time`? It counts seconds; `cycle(4s)` runs from 0 to 1 every 4 s"
        }
        "millis" | "ms" => "write `time / 1ms`",
        "frameCount" | "frame_count" | "frames" | "frameNumber" | "iFrame" => "did you mean `frame`?",
        "deltaTime" | "delta_time" | "delta" => "did you mean `dt`?",
        "i" | "idx" | "n" | "num" | "instance" | "instanceID" => {
            "inside a `domain` the number of the element is `index`, and how many there are is `count`"
        }
        "u" | "uv" => "inside a `domain` the place of an element is `rank`, from 0 to 1",
        "deg" | "rad" | "turn" | "degrees" | "radians" => {
            "a unit stands directly behind a number: `90deg`; of a value write `x * 1deg`"
        }
        "s" | "sec" => "a unit stands directly behind a number: `2s`; of a value write `x * 1s`",
        "e" | "E" => "write `exp(1)`",
        "inf" | "infinity" | "INFINITY" | "Infinity" => {
            "no value is infinite: write a number that is large enough"
        }
        "nan" | "NaN" | "null" | "None" | "nil" | "undefined" => {
            "every value is there: choose one for this case, such as 0"
        }
        "born" | "birth" | "spawn" => {
            "elements that are born are written `domain sparks[born every 5ms, lives 1.5s, max 500]`"
        }
        "host" => "elements that the host gives are written `domain stars[host max 500]`",
        "self" | "this" => "values of the element are named by themselves: `index`, `rank`, `position`",
        _ => return None,
    };
    Some(text.into())
}

/// The function that others call by another name.
pub(super) fn function(name: &str) -> Option<&'static str> {
    const KNOWN: &[(&str, &str)] = &[
        ("lerp", "mix"),
        ("lerp_color", "mix"),
        ("lerpColor", "mix"),
        ("atan", "atan2"),
        ("frac", "fract"),
        ("saturate", "clamp"),
        ("constrain", "clamp"),
        ("clamp01", "clamp"),
        ("color", "rgb"),
        ("rgba", "rgb"),
        ("hsva", "hsv"),
        ("hsla", "hsl"),
        ("hsb", "hsv"),
        ("map", "remap"),
        ("map_range", "remap"),
        ("fit", "remap"),
        ("log", "ln"),
        ("smooth", "lag"),
        ("smooth_damp", "spring"),
        ("xor", "bit_xor"),
        ("shl", "shift_left"),
        ("shr", "shift_right"),
        ("sample_and_hold", "hold"),
        ("perlin", "noise.gradient"),
        ("simplex", "noise.gradient"),
        ("fbm", "noise.fractal"),
        ("mag", "length"),
        ("norm", "normalize"),
        ("dist", "distance"),
        ("power", "pow"),
        ("fmod", "mod"),
        ("ceiling", "ceil"),
        ("truncate", "trunc"),
        ("rand", "random"),
        ("rnd", "random"),
        ("sine", "wave.sine"),
        ("saw", "wave.saw"),
        ("square", "wave.square"),
        ("triangle", "wave.triangle"),
        ("prev", "previous"),
        ("keyframes", "keys"),
        ("interpolate", "keys"),
        ("yoyo", "ping_pong"),
        ("alternate", "ping_pong"),
        ("repeat", "loop"),
        ("time_scale", "scaled"),
        ("timeScale", "scaled"),
        ("avg", "mean"),
        ("average", "mean"),
    ];
    KNOWN.iter().find(|(other, _)| *other == name).map(|&(_, ours)| ours)
}

/// What to write for a call that other tools have and that is no function here.
pub(super) fn call(name: &str) -> Option<&'static str> {
    Some(match name {
        "print" | "println" | "log.info" | "console.log" | "printf" | "echo" => {
            "`pavane inspect` shows what values are in any frame"
        }
        "radians" | "degrees" | "deg2rad" | "rad2deg" => {
            "angles have units: `90deg`, and of a value `x * 1deg`; `angle / 1deg` counts degrees"
        }
        "translate" | "push" | "pop" | "pushMatrix" | "popMatrix" => {
            "each draw has its own place: `position`, `rotation` and `scale` between its braces"
        }
        "fill" | "noFill" => "the fill is an attribute of a draw: `draw circle { ... color: #f80 }`",
        "strokeWeight" | "noStroke" => {
            "outlines are attributes of a draw: `draw circle { ... stroke: #fff, stroke_width: 0.01 }`"
        }
        "click" | "double_click" | "press" | "release" => {
            "what happens is declared, and carries where: `event click: vec2` for `click(dots)`"
        }
        "sqr" => "write `x * x`, or `pow(x, 2)`",
        _ => return None,
    })
}

/// The attribute of a draw or camera that others call by another name.
pub(super) fn attribute(name: &str) -> Option<&'static str> {
    Some(match name {
        "fill" | "colour" | "background" => "color",
        "width" | "thickness" | "line_width" | "lineWidth" | "stroke_weight" | "weight" | "border_width" => {
            "stroke_width"
        }
        "border" | "outline" | "line_color" => "stroke",
        "pos" | "center" | "centre" | "xy" | "x" | "y" | "z" | "at" => "position",
        "radius" | "diameter" | "r" | "height" => "size",
        "angle" | "rotate" | "direction" => "rotation",
        "alpha" => "opacity",
        "z_index" | "zindex" | "z_order" => "layer",
        "line_cap" | "stroke_cap" => "cap",
        "line_join" | "stroke_join" => "join",
        "blend_mode" => "blend",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::builtins;

    #[test]
    fn what_is_hinted_at_exists() {
        for name in ["lerp", "fbm", "sine", "avg", "dist"] {
            let ours = function(name).unwrap_or_default();
            assert!(builtins::find(ours).is_some(), "{name}: {ours}");
        }
        assert!(COLORS.windows(2).all(|pair| pair[0].0 < pair[1].0), "in order");
        assert_eq!(color("White").as_deref(), Some("#fff"));
        assert_eq!(value("wobble"), None);
    }
}
