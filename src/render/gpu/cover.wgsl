// How much of a pixel a shape covers: the formulas of the CPU raster (`raster/cover.rs`), in pixels of the canvas. They read nothing
// but what they are given, so shaders of others can have this file before their own text.

// Beyond this distance from an edge a pixel is on one side of it.
const SOFT = 0.75;
const TINY = 0.4;
const FINE = 2.0;
const SQUARED = 0.886226925;
const STEEPEST = 1e-3;

// Forms, as `Form` of the raster numbers them.
const UPRIGHT = 0u;
const TURNED = 1u;
const ROUNDED = 2u;
const DISC = 3u;
const ELLIPSE = 4u;
const SLIVER = 5u;

// The part of a pixel on the inner side of an edge with that normal, of some length; `distance` is that of its centre times the
// length, positive outside.
fn half_plane(normal: vec2f, length: f32, distance: f32) -> f32 {
    let parts = abs(normal);
    let least = length * STEEPEST;
    let a = max(max(parts.x, parts.y), least);
    let b = max(min(parts.x, parts.y), least);
    let off = abs(distance);
    let v = max((a + b) * 0.5 - off, 0.0);
    let w = max((a - b) * 0.5 - off, 0.0);
    let beyond = (v - w) * (v + w) * 0.5 / (a * b);
    return select(beyond, 1.0 - beyond, distance <= 0.0);
}

// Between two parallel edges that are `half_width` away from their middle.
fn between(normal: vec2f, off_middle: f32, half_width: f32) -> f32 {
    let off = abs(off_middle);
    let near = half_plane(normal, 1.0, off - half_width);
    if half_width >= SOFT {
        return near;
    }
    return near + half_plane(normal, 1.0, -half_width - off) - 1.0;
}

fn overlap(off: f32, half_width: f32) -> f32 {
    return max(min(off + 0.5, half_width) - max(off - 0.5, -half_width), 0.0);
}

// Half the sides of an edge of a rectangle; 0 where there is none.
fn sides(half_size: vec2f, grown: f32) -> vec2f {
    let grown_size = half_size + grown;
    return select(vec2f(0.0), grown_size, all(grown_size > vec2f(0.0)));
}

// The radius at which half-planes along tangents have the area of a disc.
fn flat_radius(radius: f32) -> f32 {
    return sqrt(max(radius * radius - 1.0 / 12.0, 0.0));
}

fn turned(axis: vec2f, off: vec2f, half_size: vec2f) -> f32 {
    return between(axis, off.x, half_size.x) * between(axis, off.y, half_size.y);
}

// From a shape's own axes to those of the canvas.
fn turn(axis: vec2f, off: vec2f) -> vec2f {
    return vec2f(off.x * axis.x - off.y * axis.y, off.x * axis.y + off.y * axis.x);
}

fn with_sign(size: vec2f, like: vec2f) -> vec2f {
    return select(size, -size, like < vec2f(0.0));
}

fn rounded(axis: vec2f, off: vec2f, size: vec4f, round_join: bool, grown: f32) -> f32 {
    let whole = turned(axis, off, sides(size.xy, grown));
    let own = select(0.0, size.z + grown, size.z > 0.0 || round_join);
    let beyond = abs(off) - (size.xy - size.z);
    if own <= 0.0 || any(beyond <= vec2f(0.0)) {
        return whole;
    }
    let distance = max(length(beyond), 1e-6);
    let normal = turn(axis, with_sign(beyond, off));
    return half_plane(normal, distance, (distance - flat_radius(own)) * distance);
}

fn circle(off: vec2f, radius: f32) -> f32 {
    let distance = max(length(off), 1e-6);
    return half_plane(off, distance, (distance - radius) * distance);
}

fn disc(off: vec2f, radius: f32) -> f32 {
    if radius <= 0.0 {
        return 0.0;
    }
    if radius < TINY {
        let half_width = radius * SQUARED;
        return overlap(off.x, half_width) * overlap(off.y, half_width);
    }
    if radius < FINE {
        // Twice as large, each quarter is as large as a pixel.
        let twice = off * 2.0;
        let large = flat_radius(radius * 2.0);
        return 0.25 * (circle(twice + vec2f(-0.5, -0.5), large) + circle(twice + vec2f(0.5, -0.5), large)
            + circle(twice + vec2f(-0.5, 0.5), large) + circle(twice + vec2f(0.5, 0.5), large));
    }
    return circle(off, flat_radius(radius));
}

// The edge of an ellipse near a place: how far it is, its normal, that one's length, and how much the edge bends.
struct Edge {
    distance: f32,
    normal: vec2f,
    length: f32,
    bend: f32,
};

// By the nearest point of the ellipse.
fn exactly(axis: vec2f, off: vec2f, half_size: vec2f, pen: f32) -> Edge {
    let p = abs(off);
    let a = half_size.x;
    let b = half_size.y;
    let bend = vec2f((a * a - b * b) / a, (b * b - a * a) / b);
    let is_slight = b * b >= (pen + SOFT) * a * 1.5;
    var at = vec2f(0.70710678);
    if is_slight {
        let unit = p / half_size;
        at = unit / max(length(unit), 1e-6);
    }
    let times = select(3, 1, is_slight);
    for (var k = 0; k < times; k++) {
        let middle = at * at * at * bend;
        let to = at * half_size - middle;
        let from_middle = p - middle;
        let scale = length(to) / max(length(from_middle), 1e-6);
        at = clamp((from_middle * scale + middle) / half_size, vec2f(0.0), vec2f(1.0));
        at = at / max(length(at), 1e-6);
    }
    let normal = vec2f(at.x * b, at.y * a);
    let size = max(length(normal), 1e-6);
    var edge: Edge;
    edge.distance = dot(p - at * half_size, normal) / size;
    edge.length = size;
    edge.bend = a * b / (size * size * size);
    edge.normal = turn(axis, with_sign(normal, off));
    return edge;
}

// By the gradient, which is good near the ellipse itself.
fn nearly(axis: vec2f, off: vec2f, half_size: vec2f) -> Edge {
    let unit = off / half_size;
    let normal = unit / half_size;
    let level = max(length(unit), 1e-3);
    let size = max(length(normal), 1e-3 / min(half_size.x, half_size.y));
    let ratio = level / size;
    let area = half_size.x * half_size.y;
    var edge: Edge;
    edge.distance = (level - 1.0) * ratio;
    edge.length = size;
    edge.bend = ratio * ratio * ratio / (area * area);
    edge.normal = turn(axis, normal);
    return edge;
}

fn ellipse(edge: Edge, half_size: vec2f, grown: f32) -> f32 {
    let thickness = min(half_size.x, half_size.y) + grown;
    if thickness <= 0.0 {
        return 0.0;
    }
    let bend = edge.bend / max(edge.bend * grown + 1.0, 0.5);
    let distance = edge.distance - grown + min(bend / 24.0, 0.06);
    let near = half_plane(edge.normal, edge.length, distance * edge.length);
    if thickness >= SOFT {
        return near;
    }
    let far = half_plane(edge.normal, edge.length, (-distance - 2.0 * thickness) * edge.length);
    return max(near + far - 1.0, 0.0);
}

fn sliver(axis: vec2f, off: vec2f, half_size: vec2f) -> f32 {
    let at = vec2f(off.x - 0.3, off.x + 0.3) / half_size.x;
    let thick = sqrt(max(vec2f(1.0) - at * at, vec2f(0.0)));
    let half_width = (thick.x + thick.y) * half_size.y * 0.5;
    let far = abs(off.y);
    return max(half_plane(axis, 1.0, far - half_width) + half_plane(axis, 1.0, -half_width - far) - 1.0, 0.0);
}

// How much of a pixel is within the edge that is `grown` outside of the shape's own.
fn within(form: u32, place: vec4f, size: vec4f, round_join: bool, at: vec2f, grown: f32) -> f32 {
    let off = at - place.xy;
    let axis = place.zw;
    let own = vec2f(dot(off, axis), off.y * axis.x - off.x * axis.y);
    switch form {
        case UPRIGHT: {
            let grown_size = sides(size.xy, grown);
            return overlap(off.x, grown_size.x) * overlap(off.y, grown_size.y);
        }
        case TURNED: {
            return turned(axis, own, sides(size.xy, grown));
        }
        case ROUNDED: {
            return rounded(axis, own, size, round_join, grown);
        }
        case DISC: {
            return disc(off, size.x + grown);
        }
        case ELLIPSE: {
            if size.w > 0.0 {
                return ellipse(exactly(axis, own, size.xy, size.w), size.xy, grown);
            }
            return ellipse(nearly(axis, own, size.xy), size.xy, grown);
        }
        case SLIVER: {
            return sliver(axis, own, size.xy);
        }
        default: {
            return 0.0;
        }
    }
}

// The stroke over the fill by the parts that they cover, premultiplied.
fn inked(fill_color: vec4f, stroke_color: vec4f, opacity: f32, parts: vec2f) -> vec4f {
    let fill = vec4f(fill_color.rgb, 1.0) * fill_color.a * parts.x;
    let stroke = vec4f(stroke_color.rgb, 1.0) * stroke_color.a * parts.y;
    return (stroke + fill * (1.0 - stroke.a)) * opacity;
}
