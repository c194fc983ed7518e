//! A patch of some thousand lines as people write them, for tests and the benchmark of the compiler.

/// A patch with `parts` parts of 25 lines each: signals, functions, state, a domain and its draws.
pub(super) fn large_patch(parts: usize) -> String {
    let mut text = String::from(
        "// Large patch: everything at once.\n\
         clip { duration: 30s, rate: 60, size: (1920, 1080) }\n\
         background = #0b0d12\n\
         input pointer: vec2 = (0.5, 0.5)\n\
         input click: bool momentary\n\
         slow = cycle(20s)\n\
         fn wobble(x, amount = 0.1) = wave.sine(x) * amount\n\
         fn glow(hue, light) = { base = oklch(light, 0.15, hue)  mix(base, #ffffff, 0.1, in: oklab) }\n\n",
    );
    for part in 0..parts {
        text += &PART.replace("NEXT", &format!("{}", (part + 1) % parts)).replace("PART", &format!("{part}"));
    }
    text
}

const PART: &str = "// Part PART.
beat_PART = cycle(2s + 0.1s * PART)
drive_PART = lag(0.5 + wobble(beat_PART + 0.01 * PART), 200ms)
centre_PART = lag(pointer, 120ms) + polar(0.1 + 0.01 * drive_PART, slow * 1turn + 10deg * PART)
hits_PART = count(click) % 7
state level_PART = 0.25
next level_PART = if level_PART > 1 then 0 else level_PART + dt / 4s
fn lift_PART(x, by = 2) = clamp(x * by + wobble(x, amount: 0.05)) * drive_NEXT

domain dots_PART[50 + PART] {
    angle = index * golden_angle + beat_PART * 1turn
    radius = 0.4 * sqrt(rank) + 0.02 * noise(rank * 8 + PART, seed: PART)
    place = centre_PART + polar(radius, angle)
    shade = lift_PART(rank) + 0.2 * level_PART
    state age = rank
    next age = if age > 1 then 0 else age + 0.01 * random(PART)
    size = mix(0.002, 0.010, wave.sine(beat_PART + rank)) * (1 + 0.2 * float(hits_PART))
    color = glow(rank + slow, 0.5 + 0.3 * clamp(shade))
    draw circle as body { position: place, size, color: alpha(color, ease.out_cubic(age)), blend: add }
    draw polygon(sides: 5) as rim { position: place, size: size * 1.5, rotation: angle,
        stroke: hsv(rank + beat_PART, 0.6, 0.9), stroke_width: 0.001, layer: 1 }
}
spread_PART = max(dots_PART.radius) - mean(dots_PART.place.x)
draw rect(corner: 0.3) as bar_PART { position: (0.02 * PART, 0.95), size: (0.01, 0.1 * spread_PART), color: #8cf }

";
