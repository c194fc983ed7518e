//! Good patches of many kinds, which the fuzz breaks.

/// Each with the text of `ring.pav`, which those that use a file use.
pub(super) const PATCHES: &[&str] = &[
    r"// Golden spiral: dots on a spiral, one turn of colour every 12 s.
phase = cycle(12s)
clip { duration: 12s, rate: 60, size: (640, 480) }
background = #101018

domain dots[100] {
    angle = index * golden_angle + phase * 1turn
    position = (0.5, 0.5) + polar(0.45 * sqrt(rank), angle)
    size = mix(0.002, 0.010, wave.sine(phase + rank))
    color = hsv(rank + phase, 0.85, 1.0)
    draw circle { position, size, color }
}
",
    r"input pointer: vec2 = (0.5, 0.5)
event click
event note: float
event beat = every(250ms)
event both = merge(click, after(100ms, beat)) when n < 9
event high = rise(n > 3)
state n = 0
state last = 0s
state at = (0, 0)
on both { n = n + 1; at = pointer }
on note when note > 0.5 { last = time + note * 1s }
timeline hit on throttle(both, 200ms) {
    up: 100ms
    down: 300ms
}
held = hold(note * 2, note)
level = envelope(high, 10ms, 1s) + count(changed(held)) + scalar(since(debounce(click, 100ms)))
draw circle { position: at, size: 0.1 * hit.up + 0.01 * wrap(level, 0, 1), color: if toggle(wrap(cycle(1s))) then #fff else #f00 }
",
    r"input pointer: vec2 = (0.5, 0.5)
input click: bool momentary
petals = 6 + count(click)
centre = lag(pointer, 120ms)
state level: float = 0.25
next level = if level > 1 then 0 else level + dt / 4s

domain petal[12 max 200] {
    spin = rank * 1turn + integrate(0.2turn)
    place = centre + polar(0.2 + 0.1 * level, spin)
    state age = rank
    next age = age + 0.01 * random(3)
    color = oklch(0.7, 0.15, rank + age)
    draw polygon(sides: 5) as body { position: place, size: 0.03, rotation: spin, color, blend: add }
    draw line(closed: true) { position: place, stroke: oklch(0.7, 0.15, level), stroke_width: 0.004, layer: -1, cap: butt }
}
",
    r##"fn wobble(x, amount = 0.1) = { s = wave.sine(x)  s * amount }
fn twice(x) = wobble(x) + wobble(x, amount: 0.2)
combine sum wind
wind = twice(cycle(3s))
wind = 0.5
heart = path("M 0 -0.3 C 0.3 -0.6 0.6 0 0 0.4 C -0.6 0 -0.3 -0.6 0 -0.3 Z")
star_of = polyline((-0.5, 0), (0.5, 0), (0, 0.5), closed: yes)
domain bars[16] {
    x = layout.grid(4, 4)
    height = noise(rank * 4 + scalar(time)) * wind
    p = along(heart, rank)
    draw path(if wind > 0.3 then heart else star_of) { position: x, size: (0.02, 0.05 + height), color: ramp(rank, #000, #f80, #fff) }
    draw rect(corner: 0.5) { position: p + (0.5, 0.5), size: 0.02, stroke: #fff, stroke_width: 0.01, trim: (0, 0.5), dash: (0.02, 0.01) }
}
total = sum(bars.height) + max(bars.height) - mean(bars.x.y)
draw circle { position: (0.5, clamp(total)), size: 0.1 * (1 + 0.1 * total), color: palette.ember(total) }
"##,
    r"camera perspective as side { eye: (0.5, 0.5, 2 + wave.triangle(cycle(8s))), fov: 40deg }
camera orthographic { center: (0.5, 0.5), extent: 1.2 }
domain cubes[27] {
    cell = (index % 3, div(index, 3) % 3, div(index, 9))
    position = vec3(cell.x, cell.y, cell.z) / 3
    near = previous(position, edge: wrap)
    size = 0.02 + 0.01 * float(index > 3 and not (index == 5) or index <= 1)
    draw circle { position, size, color: rgb(rank, 0.5, 1 - rank, 0.8), order: depth, camera: side }
    draw star(points: 7, inner: 0.4) { position: near.xy, size, color: mix(#f00, #00f, rank, in: oklab), camera: none }
}
",
    r"use 'nothing'
x = 1
",
    r#"use "ring.pav" as ring { radius: 0.3, hue: phase }
use "ring.pav" as other
phase = cycle(4s)
draw circle { position: (ring.middle, other.radius), size: ring.radius, color: ring.tint(phase) }
"#,
    r##"size = 24
fn icon(box) = path("M12 2a10 10 0 1010 10A10 10 0 0012 2Zm0 4q3 0 3 3t-3 3s-2 1-2 3", fit: box, fill_rule: evenodd)
near = polyline((0, 0), (8, 0), (4, 6), closed: yes, fit: yes, fill_rule: nonzero)
far = path("M 0 -960 H 960 V 0 Z", fit: "0 -960 960 960")
kind = div(frame, 2) % 4
mark = if kind == 0 then icon(24) else if kind == 1 then icon(size * 2) else if kind == 2 then near else far
level = 0.1 + 0.2 * scalar(cycle(2s)) - 0.05 * rise + 0.05 - 0.1 + rise * 0.5
rise = if time > 3s then 1 else if time > 2s then 0.5 else if time > 1s then 0.25 else 0
draw path(mark) as marks { position: (0.5, 0.5), size: level, color: #fff, stroke: #0ff, stroke_width: 0.01 }
domain spots[9] { at = layout.grid(3, 3) + 0.1 * along(mark, rank); draw path(mark) as marks { position: at, size: 0.1, color: #f80 } }
"##,
    r"trigger = pulse(500ms) > 0
on = toggle(trigger)
e = envelope(on, 20ms, 300ms)
held = hold(noise.gradient(scalar(time)), when: trigger)
slow = delay(held, 10) + delay(e, 100ms) + slew(held, 0.5) + phasor(0.5hz)
big = hysteresis(e, 0.2, 0.8)
size = if big then 0.2 else 0.1 + 0.02 * slow
draw ellipse { position: (0.5, 0.5), size: (size, 0.1), rotation: 90deg + 1turn * e, scale: 1.1, opacity: 0.8, color: #8cf }
",
    r"input pointer: vec2 = (0.5, 0.5)
n = 3 + 40 * pointer.x + 2 * wave.sine(cycle(700ms))
domain petals[n max 60] {
    at birth tint = hsv(random(2), 0.8, 1)
    angle = rank * 1turn ~ spring(400ms, bounce: 0.3)
    position = (0.5, 0.5) + polar(0.3, angle) ~ slew(300ms)
    size = if is_new then 0.01 else 0.02 + 0.1 / count ~ crossfade(500ms, ease.out_cubic)
    state level = 0
    next level = level + scalar(age) * dt / 1s
    near = previous(position) ~ preserve
    draw circle { position, size, rotation: angle, color: tint * fade(in: 200ms, out: 200ms) }
    draw circle as marks { position: near, size: 0.01, color: #fff, continuity: none }
}
total = petals.count + sum(petals.level)
",
    r"rate = 40hz + 200hz * wave.sine(cycle(2s))
domain sparks[born every rate, lives 0.2s + 0.5s * random(1), max 200, evict oldest] {
    at birth aim = random(3) * 1turn
    position = (0.5, 0.5) + polar(0.4 * life, aim)
    spread = delay(position, 3) + lag(position, 100ms) * 0.1
    draw circle { position, size: 0.02 * (1 - life), color: alpha(hsv(random(2), 1, 1), fade(out: 80ms)), blend: add }
}
domain slow[born every 0.1s, lives 500ms, max 9] { place = (rank, scalar(age)) ~ none; draw rect { position: place, size: 0.1, color: #08f } }
domain stars[host max 50, match nearest(0.1)] {
    input position: vec2 = (0.5, 0.5)
    input weight: float = 1; input tint = #8cf
    shown = position ~ spring(300ms)
    draw star(points: 5) { position: shown, size: 0.02 * weight, color: tint }
}
many = sparks.count + slow.count * stars.count
",
    r"param speed = 400ms
timeline intro over loop_of(time) {
    logo:  speed + 0.2s
    title: 400ms after logo - 100ms
    rule:  300ms with title + 0.05s, at: 1s after rule
    hold:  1s at 2s
}
fn loop_of(t) = t % 4s
timeline once { first: 1s after second, second: 1s at 0s }
size = 0.2 * ease.out_back(intro.logo) + 0.01 * once.first
domain bars[9] {
    timeline own over time - 80ms * index { rise: 300ms, fall: 200ms at 1s }
    height = own.rise - own.fall * intro.hold
    draw rect { position: (rank, height), size: (0.02, size), color: if own.playing then #fff else #888 }
}
draw circle { position: (0.5, scalar(intro.time) / scalar(intro.end)), size, color: mix(#000, #f80, intro.at) }
",
    r##"input held = false
speed = if held then 0 else 1.5 + 0.5 * wave.sine(cycle(1s))
own = loop(scaled(time, speed), 3s)
fn soft(t) = t * t * (3 - 2 * t)
x = keys(own, 0s: 0, 400ms: 1 ease.out_cubic, 1s + 0.5s: 0.4 soft, 2.5s: 0.2 hold)
tint = keys(ping_pong(time, 2s), 0s: #204, 1s: #f80 cubic_bezier(0.2, 0, 0, 1), 2s: #fff, in: oklab)
turn_by = keys(x, 0: 0deg, 0.5: 90deg ease.in_out_back, 1: 1turn linear)
domain dots[12] {
    each = stagger(x, rank, overlap: 0.3, from: edges)
    late = stagger(scalar(own) / 3, index, from: random) * stagger(x, 1 - rank, overlap: x)
    place = keys(time - 100ms * index, 0s: (rank, 1.2), 500ms: (rank, each) ease.out_back)
    is_big = keys(own, 0s: false, 1s: true hold)
    draw rect { position: place, size: if is_big then 0.05 else 0.02 + 0.01 * late, rotation: turn_by, color: tint }
}
"##,
    "domain bars[5] {
    tall = 0.1 + 0.8 * rank
    state pulse = tall
    next pulse = mix(pulse, tall, 0.1)
    domain digits[3] {
        x = tall + 0.01 * index + parent.rank
        share = x / sum(x) + place(x) + previous(pulse + x) + (x at (index - 1) wrap)
        domain dots[2] { draw circle { position: (parent.parent.rank, share + 0.1 * index), size: 0.02 * pulse, color: #fff } }
    }
    most = max(digits.share) + digits.count
    draw rect { position: (rank, 0.5), size: (0.01, most), color: #888 }
}
",
];

/// The file that some of them use.
pub(super) const RING: &str = "param radius = 0.2
param hue: phase = phase(0.5)
middle = 0.5 + 0.1 * wave.sine(hue)
fn tint(p) = hsv(p + 0.25, 0.5, 1)
domain rim[5] { draw circle { position: layout.circle(radius: radius), size: 0.01, color: tint(rank) } }
";
