// A pass of a frame: a quad for each element, read from its record, and in it the formulas of the CPU raster, which the library has in
// `COVER_WGSL`: that text is before this. Which of them draws a shape is decided as `raster/setup.rs` does it.

struct Pass {
    // World units to pixels.
    matrix: vec4f,
    // The world point in the middle of the canvas, and the canvas in pixels.
    middle: vec2f,
    canvas: vec2f,
    // Pixels per world unit, the opacity of all elements, and the radius of corners or the inner radius of stars as a share.
    scale: f32,
    opacity: f32,
    parameter: f32,
    kind: u32,
    corners: u32,
    count: u32,
    // Words of a record.
    words: u32,
    // Whether strokes have round joins.
    round_join: u32,
    records: array<u32>,
};

@group(2) @binding(0) var<storage, read> drawn: Pass;

// Kinds, as records number them; the last two cover the canvas: a picture, whose records are its pixels, and white.
const KIND_ELLIPSE = 0u;
const KIND_RECT = 1u;
const KIND_POLYGON = 2u;
const KIND_STAR = 3u;
const KIND_PICTURE = 4u;
const KIND_LIMIT = 5u;

// A form beside those of the raster, which makes outlines of polygons and stars: edges from corner to corner.
const CORNERED = 7u;

const PI = 3.14159265;
// An ellipse whose axes differ by more has no exact stroke.
const ASPECT_MAX = 400.0;

struct Element {
    place: vec4f,
    // Half of width and height (below 0 where a polygon is mirrored), radius of corners, half the width of the stroke.
    size: vec4f,
    form: u32,
};

struct Corner {
    @builtin(position) position: vec4f,
    @location(0) @interpolate(flat) place: vec4f,
    @location(1) @interpolate(flat) size: vec4f,
    @location(2) @interpolate(flat) form: u32,
    @location(3) @interpolate(flat) fill: vec4f,
    @location(4) @interpolate(flat) stroke: vec4f,
    @location(5) @interpolate(flat) opacity: f32,
};

fn number(word: u32) -> f32 {
    return bitcast<f32>(drawn.records[word]);
}

fn ellipse_form(given: Element) -> Element {
    var it = given;
    let long = max(it.size.x, it.size.y);
    let short = min(it.size.x, it.size.y);
    let pen = it.size.w;
    if pen <= 0.0 && long < select(SOFT, TINY, long <= short) {
        it.size = vec4f(it.size.xy * SQUARED, 0.0, 0.0);
        it.form = TURNED;
        return it;
    }
    if long <= short {
        it.place = vec4f(it.place.xy, 1.0, 0.0);
        it.form = DISC;
        return it;
    }
    if it.size.x < it.size.y {
        it.size = it.size.yxzw;
        it.place = vec4f(it.place.xy, -it.place.w, it.place.z);
    }
    if pen <= 0.0 && short < SOFT {
        it.form = SLIVER;
        return it;
    }
    it.size.y = max(it.size.y, long / ASPECT_MAX);
    it.form = ELLIPSE;
    return it;
}

fn rect_form(given: Element) -> Element {
    var it = given;
    let pen = it.size.w;
    let short = min(it.size.x, it.size.y);
    if it.size.z <= 0.0 {
        it.form = select(ROUNDED, TURNED, pen <= 0.0 || drawn.round_join == 0u);
        return it;
    }
    if pen <= 0.0 && short < SOFT {
        // Square corners, and shorter, with the same area.
        let less = (1.0 - PI * 0.25) * it.size.z * it.size.z / short;
        it.size -= select(vec4f(0.0, less, it.size.z, 0.0), vec4f(less, 0.0, it.size.z, 0.0), it.size.x >= it.size.y);
        it.form = TURNED;
        return it;
    }
    it.form = ROUNDED;
    return it;
}

// Along the axes of the canvas, where nobody sees that it is not quite.
fn upright(given: Element) -> Element {
    var it = given;
    let long = max(it.size.x, it.size.y) + it.size.w;
    let off = abs(it.place.zw) * long;
    if off.x < 1e-3 {
        it.size = it.size.yxzw;
        it.place = vec4f(it.place.xy, 1.0, 0.0);
    } else if off.y < 1e-3 {
        it.place = vec4f(it.place.xy, 1.0, 0.0);
    }
    if it.form == TURNED && it.place.w == 0.0 {
        it.form = UPRIGHT;
    }
    if it.form == SLIVER && it.size.x < it.size.y {
        it.size = it.size.yxzw;
        it.place = vec4f(it.place.xy, 0.0, 1.0);
    }
    return it;
}

fn form_of(given: Element) -> Element {
    switch drawn.kind {
        case KIND_ELLIPSE: {
            return upright(ellipse_form(given));
        }
        case KIND_RECT: {
            return upright(rect_form(given));
        }
        default: {
            var it = given;
            it.form = CORNERED;
            return it;
        }
    }
}

// A corner of whole pixels around an element.
fn around(it: Element, corner: vec2f) -> vec4f {
    let reach = abs(it.size.xy) + it.size.w;
    let axis = abs(it.place.zw);
    let extent = vec2f(dot(axis, reach), dot(axis, reach.yx)) + 1.0;
    let least = floor(it.place.xy - extent);
    let most = ceil(it.place.xy + extent);
    let pixel = clamp(select(least, most, corner > vec2f(0.5)), vec2f(0.0), drawn.canvas);
    return on_canvas(pixel);
}

fn on_canvas(pixel: vec2f) -> vec4f {
    let at = pixel / drawn.canvas * 2.0 - 1.0;
    return vec4f(at.x, -at.y, 0.0, 1.0);
}

// `corner` is 0 or 1 along both axes, and the number of the element.
@vertex
fn vertex(@location(0) corner: vec3f) -> Corner {
    var out: Corner;
    let element = u32(corner.z);
    if element >= drawn.count {
        out.position = vec4f(2.0, 2.0, 2.0, 1.0);
        return out;
    }
    if drawn.kind >= KIND_PICTURE {
        out.position = on_canvas(corner.xy * drawn.canvas);
        return out;
    }
    let first = element * drawn.words;
    let position = vec2f(number(first), number(first + 1u)) - drawn.middle;
    let size = vec2f(number(first + 2u), number(first + 3u)) * drawn.scale * 0.5;
    let rotation = number(first + 4u);
    out.fill = unpack4x8unorm(drawn.records[first + 5u]);
    out.stroke = unpack4x8unorm(drawn.records[first + 6u]);
    out.opacity = drawn.opacity;
    if drawn.words > 8u {
        out.opacity *= number(first + 13u);
    }
    let pen = select(0.0, number(first + 7u) * drawn.scale * 0.5, out.stroke.a > 0.0);
    let m = drawn.matrix;
    let centre = m.xy * position.x + m.zw * position.y + drawn.canvas * 0.5;
    let turned_by = m.xy / drawn.scale;
    let own = vec2f(cos(rotation), sin(rotation));
    let axis = vec2f(turned_by.x * own.x - turned_by.y * own.y, turned_by.x * own.y + turned_by.y * own.x);
    var it: Element;
    it.place = vec4f(centre, axis);
    let radius = clamp(drawn.parameter, 0.0, 1.0) * min(abs(size.x), abs(size.y));
    let is_cornered = drawn.kind == KIND_POLYGON || drawn.kind == KIND_STAR;
    it.size = vec4f(select(abs(size), size, is_cornered), select(0.0, radius, drawn.kind == KIND_RECT), pen);
    if size.x == 0.0 || size.y == 0.0 {
        out.position = vec4f(2.0, 2.0, 2.0, 1.0);
        return out;
    }
    it = form_of(it);
    out.position = around(it, corner.xy);
    out.place = it.place;
    out.size = it.size;
    out.form = it.form;
    return out;
}

// How far outside of a star a place is, by the edge next to it. A polygon is a star whose inner corners are the middles of its sides.
fn cornered(own: vec2f, half_size: vec2f) -> f32 {
    let at = own / half_size;
    let sector = 2.0 * PI / f32(drawn.corners);
    let inner = select(cos(sector * 0.5), clamp(drawn.parameter, 0.0, 1.0), drawn.kind == KIND_STAR);
    let angle = atan2(at.x, -at.y);
    let tip = floor(angle / sector + 0.5) * sector;
    let next = tip + select(0.5, -0.5, angle < tip) * sector;
    let from_corner = vec2f(sin(tip), -cos(tip));
    let edge = vec2f(sin(next), -cos(next)) * inner - from_corner;
    var normal = vec2f(edge.y, -edge.x);
    var far = dot(from_corner, normal);
    if far < 0.0 {
        normal = -normal;
        far = -far;
    }
    return (dot(at, normal) - far) / length(normal / half_size);
}

// As `within`, sampled where an edge is near.
fn within_corners(place: vec4f, half_size: vec2f, at: vec2f) -> f32 {
    let off = at - place.xy;
    let axis = place.zw;
    let own = vec2f(dot(off, axis), off.y * axis.x - off.x * axis.y);
    let distance = cornered(own, half_size);
    let is_thin = min(abs(half_size.x), abs(half_size.y)) < 1.0;
    if !is_thin && abs(distance) > 1.0 {
        return select(0.0, 1.0, distance < 0.0);
    }
    let right = vec2f(axis.x, -axis.y) * 0.25;
    let down = vec2f(axis.y, axis.x) * 0.25;
    var part = 0.0;
    for (var k = 0u; k < 16u; k++) {
        let there = own + right * (f32(k & 3u) - 1.5) + down * (f32(k >> 2u) - 1.5);
        part += clamp(0.5 - cornered(there, half_size) * 4.0, 0.0, 1.0);
    }
    return part / 16.0;
}

@fragment
fn fragment(pixel: Corner) -> @location(0) vec4f {
    let at = pixel.position.xy;
    if drawn.kind == KIND_PICTURE {
        let place = vec2u(at);
        return unpack4x8unorm(drawn.records[place.y * u32(drawn.canvas.x) + place.x]);
    }
    if drawn.kind == KIND_LIMIT {
        return vec4f(1.0);
    }
    var parts = vec2f(0.0);
    if pixel.form == CORNERED {
        parts.x = within_corners(pixel.place, pixel.size.xy, at);
    } else {
        let round_join = drawn.round_join != 0u;
        let pen = pixel.size.w;
        parts.x = within(pixel.form, pixel.place, pixel.size, round_join, at, 0.0);
        if pen > 0.0 {
            let outer = within(pixel.form, pixel.place, pixel.size, round_join, at, pen);
            let inner = within(pixel.form, pixel.place, pixel.size, round_join, at, -pen);
            parts.y = max(outer - inner, 0.0);
        }
    }
    return inked(pixel.fill, pixel.stroke, pixel.opacity, parts);
}
