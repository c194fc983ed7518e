// How often outlines wind round pixels, added up line by line: each line adds to the pixels to its right by how much of their height it
// passes, and to those that it cuts by the exact area to its right.

struct Atlas {
    size: vec2f,
};

@group(0) @binding(0) var<uniform> atlas: Atlas;

struct Line {
    // Both ends, in pixels of the atlas.
    @location(0) ends: vec4f,
    // The mask that it is in: left, top, right, bottom.
    @location(1) mask: vec4u,
};

struct Pixel {
    @builtin(position) position: vec4f,
    @location(0) @interpolate(flat) ends: vec4f,
};

@vertex
fn line(line: Line, @builtin(vertex_index) number: u32) -> Pixel {
    let mask = vec4f(line.mask);
    let low = clamp(floor(min(line.ends.xy, line.ends.zw)), mask.xy, mask.zw);
    let high = clamp(ceil(max(line.ends.xy, line.ends.zw)), mask.xy, mask.zw);
    let right = (number & 1u) == 1u;
    let down = number >= 2u;
    // All the way to the right of the mask.
    let pixel = vec2f(select(low.x, mask.z, right), select(low.y, high.y, down));
    let place = pixel / atlas.size * 2.0 - 1.0;
    var out: Pixel;
    out.position = vec4f(place.x, -place.y, 0.0, 1.0);
    out.ends = line.ends;
    return out;
}

// The integral of a number that is kept between 0 and 1.
fn area(at: f32) -> f32 {
    let within = clamp(at, 0.0, 1.0);
    return within * within * 0.5 + max(at - 1.0, 0.0);
}

@fragment
fn winding(pixel: Pixel) -> @location(0) vec4f {
    let left = pixel.position.x - 0.5;
    let top = pixel.position.y - 0.5;
    let from_end = pixel.ends.xy;
    let to_end = pixel.ends.zw;
    let height = to_end.y - from_end.y;
    let slope = (to_end.x - from_end.x) / height;
    // The part of the line in this row.
    let y0 = clamp(from_end.y, top, top + 1.0);
    let y1 = clamp(to_end.y, top, top + 1.0);
    // How far the pixel's right side is from the line, at both ends of that.
    let a = left + 1.0 - (from_end.x + (y0 - from_end.y) * slope);
    let b = left + 1.0 - (from_end.x + (y1 - from_end.y) * slope);
    var part: f32;
    if min(a, b) >= 1.0 {
        part = 1.0;
    } else if max(a, b) <= 0.0 {
        part = 0.0;
    } else if abs(b - a) < 1e-3 {
        part = clamp((a + b) * 0.5, 0.0, 1.0);
    } else {
        part = clamp((area(b) - area(a)) / (b - a), 0.0, 1.0);
    }
    return vec4f((y1 - y0) * part, 0.0, 0.0, 0.0);
}
