//! The chapter of the reference that is about motion over time.

use super::Construct;

pub(super) const OPENING: &str = "\
Everything here is a function of time: what is on screen in a frame depends on the time of that frame and on nothing that
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
            timeline pulse over time % 2s {
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
];
