// Shapes of a frame: a quad each, and for each of its pixels how much of it the shape covers, by the formulas of `cover.wgsl`, which is
// before this; what no formula covers has a mask (`masks.wgsl`).

struct Canvas {
    // In pixels.
    size: vec2f,
};

@group(0) @binding(0) var<uniform> canvas: Canvas;
@group(0) @binding(1) var masks: texture_2d<f32>;
@group(0) @binding(2) var under: texture_2d<f32>;

// A form beside those that have a formula.
const OUTLINE = 6u;

// Paints.
const FILL = 0u;
const STROKE = 1u;

struct Shape {
    @location(0) bounds: vec4u,
    // Centre, and the unit vector along the width.
    @location(1) place: vec4f,
    // Half of width and height, radius of corners, half the width of the stroke.
    @location(2) size: vec4f,
    @location(3) opacity: f32,
    // Form, paint, round joins, even-odd, and which masks there are, from the lowest bits on.
    @location(4) flags: u32,
    @location(5) fill: vec4f,
    @location(6) stroke: vec4f,
    // Where the masks of fill and stroke begin.
    @location(7) at: vec4u,
};

struct Pixel {
    @builtin(position) position: vec4f,
    @location(0) @interpolate(flat) place: vec4f,
    @location(1) @interpolate(flat) size: vec4f,
    @location(2) @interpolate(flat) opacity: f32,
    @location(3) @interpolate(flat) flags: u32,
    @location(4) @interpolate(flat) fill: vec4f,
    @location(5) @interpolate(flat) stroke: vec4f,
    // From pixels of the canvas to those of the masks.
    @location(6) @interpolate(flat) at: vec4i,
};

// A corner of the quad over some pixels.
fn corner(bounds: vec4u, number: u32) -> vec4f {
    let right = (number & 1u) == 1u;
    let down = number >= 2u;
    let pixel = vec2f(select(bounds.xy, bounds.zw, vec2(right, down)));
    let place = pixel / canvas.size * 2.0 - 1.0;
    return vec4f(place.x, -place.y, 0.0, 1.0);
}

@vertex
fn shape(shape: Shape, @builtin(vertex_index) number: u32) -> Pixel {
    let origin = vec2i(shape.bounds.xy);
    var pixel: Pixel;
    pixel.position = corner(shape.bounds, number);
    pixel.place = shape.place;
    pixel.size = shape.size;
    pixel.opacity = shape.opacity;
    pixel.flags = shape.flags;
    pixel.fill = shape.fill;
    pixel.stroke = shape.stroke;
    pixel.at = vec4i(vec2i(shape.at.xy) - origin, vec2i(shape.at.zw) - origin);
    return pixel;
}

// How much of a pixel an outline covers that winds round it so often.
fn share(winding: f32, even_odd: bool) -> f32 {
    let turns = abs(winding);
    if even_odd {
        let rest = turns - 2.0 * floor(turns * 0.5);
        return min(rest, 2.0 - rest);
    }
    return min(turns, 1.0);
}

// How much of it fill and stroke cover.
fn covers(pixel: Pixel) -> vec2f {
    let form = pixel.flags & 7u;
    let paint = (pixel.flags >> 3u) & 3u;
    let round_join = (pixel.flags & 32u) != 0u;
    if form == OUTLINE {
        let at = vec2i(pixel.position.xy);
        var parts = vec2f(0.0);
        if (pixel.flags & 128u) != 0u {
            parts.x = share(textureLoad(masks, at + pixel.at.xy, 0).r, (pixel.flags & 64u) != 0u);
        }
        if (pixel.flags & 256u) != 0u {
            parts.y = share(textureLoad(masks, at + pixel.at.zw, 0).r, false);
        }
        return parts;
    }
    let at = pixel.position.xy;
    var parts = vec2f(0.0);
    if paint != STROKE {
        parts.x = within(form, pixel.place, pixel.size, round_join, at, 0.0);
    }
    if paint != FILL {
        let pen = pixel.size.w;
        parts.y = max(
            within(form, pixel.place, pixel.size, round_join, at, pen)
                - within(form, pixel.place, pixel.size, round_join, at, -pen),
            0.0,
        );
    }
    return parts;
}

// The stroke over the fill, premultiplied.
fn ink(pixel: Pixel) -> vec4f {
    return inked(pixel.fill, pixel.stroke, pixel.opacity, covers(pixel));
}

@fragment
fn plain(pixel: Pixel) -> @location(0) vec4f {
    return ink(pixel);
}

// Blends that no fixed function makes: over a copy of what is there, which is opaque.

fn below(pixel: vec4f) -> vec3f {
    return textureLoad(under, vec2i(pixel.xy), 0).rgb;
}

fn darken(s: vec4f, b: vec3f) -> vec4f {
    return vec4f(b + min(s.rgb - b * s.a, vec3f(0.0)), 1.0);
}

fn lighten(s: vec4f, b: vec3f) -> vec4f {
    return vec4f(b + max(s.rgb - b * s.a, vec3f(0.0)), 1.0);
}

fn difference(s: vec4f, b: vec3f) -> vec4f {
    return vec4f(b - b * s.a + abs(s.rgb - b * s.a), 1.0);
}

fn overlay(s: vec4f, b: vec3f) -> vec4f {
    let dark = s.rgb * b * 2.0;
    let light = vec3f(s.a) - (1.0 - b) * (s.a - s.rgb) * 2.0;
    return vec4f(b - b * s.a + select(light, dark, b * 2.0 <= vec3f(1.0)), 1.0);
}

@fragment
fn plain_darken(pixel: Pixel) -> @location(0) vec4f {
    return darken(ink(pixel), below(pixel.position));
}

@fragment
fn plain_lighten(pixel: Pixel) -> @location(0) vec4f {
    return lighten(ink(pixel), below(pixel.position));
}

@fragment
fn plain_difference(pixel: Pixel) -> @location(0) vec4f {
    return difference(ink(pixel), below(pixel.position));
}

@fragment
fn plain_overlay(pixel: Pixel) -> @location(0) vec4f {
    return overlay(ink(pixel), below(pixel.position));
}
