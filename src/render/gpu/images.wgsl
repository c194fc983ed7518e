// Parts of images: a quad each, filled as `raster/sprites.rs` does it. Comes behind `shapes.wgsl`.

@group(1) @binding(0) var image: texture_2d<f32>;

struct Sprite {
    @location(0) bounds: vec4u,
    @location(1) place: vec4f,
    @location(2) size: vec4f,
    @location(3) flags: u32,
    // The place of the image at `more.xy` of the canvas, in its pixels, and how that changes by a pixel across and down.
    @location(4) u: vec3f,
    @location(5) v: vec3f,
    // What is shown: left, top, right, bottom.
    @location(6) shown: vec4f,
    // Multiplies premultiplied colours.
    @location(7) tint: vec4f,
    // A place of the canvas; which size of the image is read, and the part of the next smaller one, below 0 where the nearest pixel is wanted.
    @location(8) more: vec4f,
};

struct SpritePixel {
    @builtin(position) position: vec4f,
    @location(0) @interpolate(flat) place: vec4f,
    @location(1) @interpolate(flat) size: vec4f,
    @location(2) @interpolate(flat) flags: u32,
    @location(3) @interpolate(flat) u: vec3f,
    @location(4) @interpolate(flat) v: vec3f,
    @location(5) @interpolate(flat) shown: vec4f,
    @location(6) @interpolate(flat) tint: vec4f,
    @location(7) @interpolate(flat) more: vec4f,
};

@vertex
fn sprite(sprite: Sprite, @builtin(vertex_index) number: u32) -> SpritePixel {
    var pixel: SpritePixel;
    pixel.position = corner(sprite.bounds, number);
    pixel.place = sprite.place;
    pixel.size = sprite.size;
    pixel.flags = sprite.flags;
    pixel.u = sprite.u;
    pixel.v = sprite.v;
    pixel.shown = sprite.shown;
    pixel.tint = sprite.tint;
    pixel.more = sprite.more;
    return pixel;
}

// Between the four pixels around a place, of the image at one of its sizes.
fn smooth_at(place: vec2f, shown: vec4f, level: i32) -> vec4f {
    let whole = vec2f(textureDimensions(image, 0));
    let size = vec2f(textureDimensions(image, level));
    let last = vec2i(size) - 1;
    let scale = size / whole;
    // Half a pixel inside, so that what is beside the part that is shown has no part in it.
    let low = shown.xy * scale;
    let high = shown.zw * scale - 1.0;
    let middle = (low + high) * 0.5;
    let is_range = low <= high;
    let least = max(select(middle, low, is_range), vec2f(0.0));
    let most = max(select(middle, high, is_range), vec2f(0.0));
    let at = min(max(place * scale - 0.5, least), most);
    let first = min(vec2i(at), last);
    let second = min(first + 1, last);
    let part = at - vec2f(first);
    let upper = mix(textureLoad(image, first, level), textureLoad(image, vec2i(second.x, first.y), level), part.x);
    let lower = mix(textureLoad(image, vec2i(first.x, second.y), level), textureLoad(image, second, level), part.x);
    return mix(upper, lower, part.y);
}

fn nearest_at(place: vec2f, shown: vec4f) -> vec4f {
    let last = vec2i(textureDimensions(image, 0)) - 1;
    let least = min(vec2i(shown.xy), last);
    let most = max(vec2i(ceil(shown.zw)) - 1, vec2i(0));
    let at = min(max(min(vec2i(max(place, shown.xy)), most), least), last);
    return textureLoad(image, at, 0);
}

fn shown_ink(pixel: SpritePixel) -> vec4f {
    let off = pixel.position.xy - pixel.more.xy;
    let place = vec2f(dot(pixel.u, vec3f(1.0, off)), dot(pixel.v, vec3f(1.0, off)));
    let level = i32(pixel.more.z);
    var color: vec4f;
    if pixel.more.w < 0.0 {
        color = nearest_at(place, pixel.shown);
    } else {
        color = smooth_at(place, pixel.shown, level);
        if pixel.more.w > 0.0 {
            color = mix(color, smooth_at(place, pixel.shown, level + 1), pixel.more.w);
        }
    }
    let round_join = (pixel.flags & 32u) != 0u;
    return color * pixel.tint * within(pixel.flags & 7u, pixel.place, pixel.size, round_join, pixel.position.xy, 0.0);
}

@fragment
fn sprite_plain(pixel: SpritePixel) -> @location(0) vec4f {
    return shown_ink(pixel);
}

@fragment
fn sprite_darken(pixel: SpritePixel) -> @location(0) vec4f {
    return darken(shown_ink(pixel), below(pixel.position));
}

@fragment
fn sprite_lighten(pixel: SpritePixel) -> @location(0) vec4f {
    return lighten(shown_ink(pixel), below(pixel.position));
}

@fragment
fn sprite_difference(pixel: SpritePixel) -> @location(0) vec4f {
    return difference(shown_ink(pixel), below(pixel.position));
}

@fragment
fn sprite_overlay(pixel: SpritePixel) -> @location(0) vec4f {
    return overlay(shown_ink(pixel), below(pixel.position));
}
