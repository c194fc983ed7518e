//! The chapter of the reference that is about motion over time.

use super::Construct;

pub(super) const OPENING: &str = "\
Everything here is a function of time: what is on screen in a frame depends on the time of that frame and not on what
was before. So it can be sought, played backwards in the preview and rendered from the middle, and is the same at any frame
rate.

Start with a *share*, a number that runs from 0 to 1: `intro.logo` of a timeline, `progress(2s)`, `cycle(4s)`. Bend it with
an easing, `ease.out_back(intro.logo)`, and say with `mix` what it moves: `mix(start, goal, ease.out_cubic(intro.logo))`.";

/// Every construct, with an example that the tests run.
pub(in crate::language) const MOTION: &[Construct] = &[
    Construct {
        title: "Timelines",
        about: "`timeline name { ... }` is a list of parts, each with its duration. `name.part` runs from 0 to 1 while the \
                part is on, is exactly 0 before and exactly 1 after. A part begins where the one above it ends; `after logo` \
                where another part ends, `with logo` where another begins, both shifted by `+ 50ms` or `- 100ms`; `at 2s` at a \
                time of its own. Durations are known before the first frame: numbers, `param`s, arithmetic with them. The \
                values are straight: the easing stands where they are used, so that one part can move several things in \
                several ways. `name.end` is when the last part ends, `name.time` the time since the beginning, from 0 on, \
                `name.playing` whether it has begun and not ended.",
        example: "
            timeline intro {
                logo:  600ms
                title: 400ms after logo - 100ms
                rule:  300ms with title + 50ms
                hold:  1s after title
            }
            clip { duration: intro.end }
            size = 0.2 * ease.out_back(intro.logo)
            left = mix(-0.2, 0.3, ease.out_cubic(intro.title))
            draw circle { position: (0.3, 0.4), size, color: #f80 }
            draw rect { position: (left, 0.6), size: (0.2, 0.04), color: #fff }
        ",
        gives: &[
            ("size", 36, &[0.2]),
            ("left", 54, &[0.3]),
            ("intro.title", 42, &[0.5]),
            ("intro.rule", 33, &[0.0]),
            ("intro.end", 0, &[1.9]),
        ],
    },
    Construct {
        title: "Timelines over another time",
        about: "`timeline name over TIME { ... }` runs over any time: `over time - 2s` begins two seconds later, `over time % \
                4s` again and again, `over time * 0.5` at half the speed. In a domain the time may be of each element: `over \
                age` plays from its birth on, `over time - 80ms * index` one element after another.",
        example: "
            timeline pulse over loop(time, 2s) {
                up:   400ms
                down: 1s at 800ms
            }
            glow = ease.out_cubic(pulse.up) - ease.in_out_sine(pulse.down)
            domain sparks[born every 100ms, lives 1s, max 30] {
                timeline bloom over age {
                    grow: 200ms
                    fade: 300ms at 700ms
                }
                size = 0.02 * ease.out_back(bloom.grow)
                draw circle { position: (random(1), 0.5), size, color: alpha(#f80, 1 - bloom.fade) }
            }
        ",
        gives: &[("glow", 30, &[1.0]), ("glow", 150, &[1.0]), ("pulse.time", 150, &[0.5])],
    },
    Construct {
        title: "Timelines on an event",
        about: "`timeline name on EVENT { ... }` begins anew each time that the event happens, at its exact time. Before the first \
                time all of its parts are 0.",
        example: "
            event beat = every(1s)
            timeline hit on beat {
                up:   100ms
                down: 400ms
            }
            glow = hit.up - ease.out_cubic(hit.down)
        ",
        gives: &[
            ("glow", 59, &[0.0]),
            ("hit.up", 63, &[0.5]),
            ("hit.down", 78, &[0.5]),
            ("hit.up", 120, &[0.0]),
        ],
    },
    Construct {
        title: "Keyframes",
        about: "`keys(time, TIME: VALUE, ...)` is the value of the first key until its time, goes from key to key, and keeps the \
                value of the last. Values are of any type that has something between: numbers, angles, vectors, colours (mixed \
                through a space of your choice, `in: oklab`). Behind a value stands how the way *into* that key is eased: an \
                easing such as `ease.out_cubic`, `cubic_bezier(0.2, 0, 0, 1)` with its four handles, a function of yours that takes \
                one number, `hold` for a value that stays until the key and then jumps; without a word the way is straight. \
                Times are known before the first frame and rise from key to key. Over a plain number the keys are plain numbers: \
                `keys(intro.logo, 0: #000, 0.3: #f80, 1: #fff)`.",
        example: "
            fn soft(t) = t * t * (3 - 2 * t)
            x = keys(time, 0s: 0, 1s: 1 ease.out_quad, 3s: 0.4 soft)
            word = keys(time, 0s: 1, 1s: 2 hold, 2s: 3 hold)
            color = keys(loop(time, 4s), 0s: #204, 2s: #f80, 4s: #204, in: oklab)
            domain dots[5] {
                place = keys(time - 200ms * index, 0s: (rank, 1.2), 500ms: (rank, 0.5) ease.out_back)
                draw circle { position: place, size: 0.05, color }
            }
        ",
        gives: &[
            ("x", 30, &[0.75]),
            ("x", 120, &[0.7]),
            ("x", 600, &[0.4]),
            ("word", 59, &[1.0]),
            ("word", 60, &[2.0]),
        ],
    },
    Construct {
        title: "One after another",
        about: "`stagger(share, rank)` makes of one share one for each element: the first begins at once, the last ends with the \
                whole. `overlap: 0` is strictly one after another, `overlap: 1` all together. The order is that of `rank`, from \
                the start, the end, the center, the edges or at random. Ease it behind that, so that each element is eased.",
        example: "
            timeline intro {
                dots: 1s at 500ms
            }
            domain dots[4] {
                own = stagger(intro.dots, rank, overlap: 0)
                rise = ease.out_cubic(stagger(intro.dots, rank, overlap: 0.7, from: center))
                draw circle { position: (rank, 1 - 0.5 * rise), size: 0.1 * rise, color: #fff }
            }
        ",
        gives: &[
            ("dots.own", 0, &[0.0, 0.0, 0.0, 0.0]),
            ("dots.own", 60, &[1.0, 1.0, 0.0, 0.0]),
            ("dots.own", 90, &[1.0, 1.0, 1.0, 1.0]),
        ],
    },
    Construct {
        title: "Loops, speed and pauses",
        about: "They are functions from a time to a time. `loop(time, 4s)` begins again every 4 s, `ping_pong(time, 4s)` goes there \
                and back, `scaled(time, speed)` runs at a speed that may change while it plays and never jumps; `scaled(time, if \
                held then 0 else 1)` pauses. Scale first and loop then: `loop(scaled(time, speed), 4s)`. A clip of the length of the \
                loop, `clip { duration: 4s }`, closes.",
        example: "
            input held = false
            timeline breath over loop(scaled(time, if held then 0 else 1), 4s) {
                in:  1500ms
                out: 2s at 2s
            }
            size = 0.2 + 0.1 * (ease.in_out_sine(breath.in) - ease.in_out_sine(breath.out))
            swing = ping_pong(time, 1s) / 1s
            draw circle { position: (0.5, 0.5), size, color: #8cf }
        ",
        gives: &[("size", 90, &[0.3]), ("size", 240, &[0.2]), ("swing", 90, &[0.5])],
    },
];
