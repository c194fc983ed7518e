// Copies the canvas to a target of the same size.

@group(0) @binding(0) var picture: texture_2d<f32>;

@vertex
fn whole(@builtin(vertex_index) number: u32) -> @builtin(position) vec4f {
    return vec4f(f32(number & 1u) * 4.0 - 1.0, f32(number >> 1u) * 4.0 - 1.0, 0.0, 1.0);
}

// Of the bits of sRGB the light that they mean, of which a target that is sRGB makes the same bits.
@fragment
fn decoded(@builtin(position) at: vec4f) -> @location(0) vec4f {
    let color = textureLoad(picture, vec2i(at.xy), 0);
    let light = pow((color.rgb + 0.055) / 1.055, vec3f(2.4));
    return vec4f(select(light, color.rgb / 12.92, color.rgb <= vec3f(0.04045)), color.a);
}

@fragment
fn copied(@builtin(position) at: vec4f) -> @location(0) vec4f {
    return textureLoad(picture, vec2i(at.xy), 0);
}
