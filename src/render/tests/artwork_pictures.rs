//! SVG files of a few lines as `draw artwork` shows them, beside what another program makes of them: the same, or said to be another.

use std::collections::BTreeMap;

use pavane::engine::Engine;
use pavane::render::{Picture, Raster, RasterSettings};
use resvg::tiny_skia::{Color, Pixmap, Transform};
use resvg::usvg::{Options, Tree};

/// How long and wide pictures are.
const SIDE: u32 = 64;
/// How much finer the other program draws, whose own edges have some 16 steps only.
const FINER: u32 = 16;

/// A name, what is inside of the `svg` element or the whole file, and words of what is said not to be drawn.
const FILES: &[(&str, &str, &str)] = &[
    // Paths: every letter, capital and small.
    ("lines", r##"<path d="M8 8 L56 12 L40 56 Z" fill="#c33"/>"##, ""),
    ("lines, relative", r##"<path d="m8 8 l48 4 l-16 44 z" fill="#c33"/>"##, ""),
    (
        "lines behind a move",
        r##"<path d="M8 8 56 12 40 56z m10 10 5 0 0 5z" fill="#363" fill-rule="evenodd"/>"##,
        "",
    ),
    ("along the axes", r##"<path d="M8 8 H56 V40 H30 V56 H8 Z" fill="#336"/>"##, ""),
    ("along the axes, relative", r##"<path d="m8 8 h48 v32 h-26 v16 h-22 z" fill="#336"/>"##, ""),
    ("cubic curves", r##"<path d="M4 40 C4 0 60 0 60 40 S20 60 4 40" fill="#a60"/>"##, ""),
    ("cubic curves, relative", r##"<path d="m4 40 c0 -40 56 -40 56 0 s-40 20 -56 0" fill="#a60"/>"##, ""),
    ("quadratic curves", r##"<path d="M4 32 Q16 0 32 32 T60 32 V56 H4 Z" fill="#07a"/>"##, ""),
    ("quadratic curves, relative", r##"<path d="m4 32 q12 -32 28 0 t28 0 v24 h-56 z" fill="#07a"/>"##, ""),
    ("a smooth curve behind a line", r##"<path d="M4 32 L20 10 S50 10 60 50 T30 60 Z" fill="#555"/>"##, ""),
    ("arcs", r##"<path d="M10 32 A22 22 0 0 1 54 32 A22 11 0 0 1 10 32 Z" fill="#82a"/>"##, ""),
    ("arcs, relative", r##"<path d="m10 32 a22 22 0 0 1 44 0 a22 11 0 0 1 -44 0 z" fill="#82a"/>"##, ""),
    (
        "the four arcs of flags",
        r##"<g fill="none" stroke="#222" stroke-width="2"><path d="M20 20 A14 9 30 0 0 40 30"/><path d="M20 20 A14 9 30 0 1 40 30"/><path d="M20 24 A16 11 30 1 0 40 34"/><path d="M20 24 A16 11 30 1 1 40 34"/></g>"##,
        "",
    ),
    ("flags that stick together", r##"<path d="M12 32a20 20 0 1140 0 20 20 0 01-40 0z" fill="#2a8"/>"##, ""),
    ("radii that are too small", r##"<path d="M8 32 A4 2 20 0 1 56 32 Z" fill="#a28"/>"##, ""),
    ("an arc without a radius", r##"<path d="M8 8 A0 9 0 0 1 56 20 L20 56 Z" fill="#a28"/>"##, ""),
    ("numbers that stick together", r##"<path d="M10.5.5l-.5 50.5 40-1e1.5-30z" fill="#444"/>"##, ""),
    ("two subpaths", r##"<path d="M4 4 H40 V40 H4 Z M24 24 H60 V60 H24 Z" fill="#936"/>"##, ""),
    (
        "even-odd",
        r##"<path fill-rule="evenodd" d="M4 4 H40 V40 H4 Z M24 24 H60 V60 H24 Z" fill="#936"/>"##,
        "",
    ),
    (
        "a star by both rules",
        r##"<g transform="scale(.5)"><path d="M32 2 L50 60 L2 24 H62 L14 60 Z" fill="#c90"/><path transform="translate(64 64)" fill-rule="evenodd" d="M32 2 L50 60 L2 24 H62 L14 60 Z" fill="#c90"/></g>"##,
        "",
    ),
    (
        "a hole that runs the other way",
        r##"<path d="M4 4 H60 V60 H4 Z M20 20 V44 H44 V20 Z" fill="#146"/>"##,
        "",
    ),
    (
        "up to what is wrong",
        r##"<path d="M8 8 H56 V56 L x" fill="#146"/>"##,
        "drawn up to where it cannot be read",
    ),
    (
        "no letter to begin with",
        r##"<path d="8 8 H56" stroke="#000"/><rect width="9" height="9"/>"##,
        "drawn up to where it cannot be read",
    ),
    (
        "a path of nothing",
        r##"<path d="" fill="#f00"/><path fill="#f00"/><path d="M3 3" stroke="#f00"/><rect width="20" height="20" fill="#060"/>"##,
        "",
    ),
    // Shapes.
    ("a rectangle", r##"<rect x="8" y="12" width="40" height="30" fill="#369"/>"##, ""),
    ("round corners", r##"<rect x="8" y="12" width="40" height="30" rx="10" fill="#369"/>"##, ""),
    (
        "corners of two radii",
        r##"<rect x="8" y="12" width="40" height="30" rx="20" ry="6" fill="#369"/>"##,
        "",
    ),
    (
        "corners larger than the sides",
        r##"<rect x="8" y="12" width="40" height="30" ry="100" fill="#369"/>"##,
        "",
    ),
    ("a circle", r##"<circle cx="32" cy="30" r="22" fill="#690"/>"##, ""),
    ("an ellipse", r##"<ellipse cx="32" cy="30" rx="28" ry="12" fill="#906"/>"##, ""),
    ("an ellipse with one radius", r##"<ellipse cx="32" cy="30" rx="18" fill="#906"/>"##, ""),
    ("a line", r##"<line x1="8" y1="12" x2="56" y2="50" stroke="#000" stroke-width="5"/>"##, ""),
    (
        "a polyline",
        r##"<polyline points="8,8 30,50 56 20" fill="#cde" stroke="#024" stroke-width="4"/>"##,
        "",
    ),
    ("a polygon", r##"<polygon points="8 8 30 50 56 20" fill="#cde" stroke="#024" stroke-width="4"/>"##, ""),
    (
        "an odd number of numbers",
        r##"<polygon points="8 8 30 50 56 20 7" fill="#cde"/>"##,
        "drawn up to where it cannot be read",
    ),
    (
        "shapes of no size",
        r##"<rect width="0" height="9" fill="#f00"/><circle r="0" fill="#f00"/><ellipse rx="4" ry="0" fill="#f00"/><rect x="30" width="9" height="9"/>"##,
        "",
    ),
    // Strokes.
    ("butt ends", r##"<path d="M16 16 H48 V48" fill="none" stroke="#036" stroke-width="10"/>"##, ""),
    (
        "round ends",
        r##"<path d="M16 16 H48 V48" fill="none" stroke="#036" stroke-width="10" stroke-linecap="round" stroke-linejoin="round"/>"##,
        "",
    ),
    (
        "square ends",
        r##"<path d="M16 16 H48 V48" fill="none" stroke="#036" stroke-width="10" stroke-linecap="square" stroke-linejoin="bevel"/>"##,
        "",
    ),
    ("a sharp corner", r##"<path d="M8 50 L32 14 L56 50" fill="none" stroke="#630" stroke-width="8"/>"##, ""),
    (
        "too sharp a corner",
        r##"<path d="M24 56 L32 12 L40 56" fill="none" stroke="#630" stroke-width="8"/>"##,
        "",
    ),
    (
        "a miter limit that changes nothing",
        r##"<path d="M8 50 L32 14 L56 50" fill="none" stroke="#630" stroke-width="8" stroke-miterlimit="10"/>"##,
        "",
    ),
    (
        "a miter limit",
        r##"<path d="M24 56 L32 12 L40 56" fill="none" stroke="#630" stroke-width="8" stroke-miterlimit="10"/>"##,
        "miter limit of 4",
    ),
    (
        "a miter limit below a corner",
        r##"<path d="M16 56 V16 H56" fill="none" stroke="#630" stroke-width="8" stroke-miterlimit="1.2"/>"##,
        "miter limit of 4",
    ),
    (
        "corners of another kind",
        r##"<path d="M16 56 V16 H56" fill="none" stroke="#630" stroke-width="8" stroke-linejoin="arcs"/>"##,
        "drawn as `miter`",
    ),
    ("a closed stroke", r##"<path d="M16 16 H48 V48 Z" fill="#fc6" stroke="#630" stroke-width="6"/>"##, ""),
    (
        "dots",
        r##"<path d="M16 16 H16 M48 48 h0" stroke="#630" stroke-width="12" stroke-linecap="round"/>"##,
        "",
    ),
    (
        "dashes",
        r##"<path d="M8 20 H56 M8 44 H56" stroke="#000" stroke-width="6" stroke-dasharray="8 4"/>"##,
        "",
    ),
    (
        "a dash as long as its gap",
        r##"<path d="M8 20 H56 M8 44 H56" stroke="#000" stroke-width="6" stroke-dasharray="7"/>"##,
        "",
    ),
    (
        "dashes from an offset on",
        r##"<circle cx="32" cy="32" r="20" fill="none" stroke="#000" stroke-width="6" stroke-dasharray="9 5" stroke-dashoffset="-4"/>"##,
        "",
    ),
    (
        "round dashes",
        r##"<rect x="12" y="12" width="40" height="40" fill="none" stroke="#07a" stroke-width="5" stroke-linecap="round" stroke-dasharray="0 10"/>"##,
        "",
    ),
    (
        "dashes said twice",
        r##"<path d="M8 20 H56" stroke="#000" stroke-width="6" stroke-dasharray="8 4 8 4"/>"##,
        "",
    ),
    (
        "dashes of three lengths",
        r##"<path d="M8 20 H56" stroke="#000" stroke-width="6" stroke-dasharray="8 4 2"/>"##,
        "",
    ),
    (
        "dashes of four lengths on a curve",
        r##"<ellipse cx="32" cy="32" rx="26" ry="18" fill="#fd8" stroke="#000" stroke-width="5" stroke-dasharray="12 4 2 4" stroke-dashoffset="5"/>"##,
        "",
    ),
    (
        "dashes of four lengths around corners",
        r##"<path d="M10 10 H54 V54 H10 Z" fill="none" stroke="#000" stroke-width="5" stroke-linecap="round" stroke-dasharray="16 7 0 7"/>"##,
        "",
    ),
    (
        "dashes of nothing",
        r##"<path d="M8 20 H56" stroke="#000" stroke-width="6" stroke-dasharray="0 0"/>"##,
        "",
    ),
    (
        "a stroke of no width",
        r##"<rect x="9" y="9" width="40" height="40" stroke="#f00" stroke-width="0" fill="#393"/>"##,
        "",
    ),
    (
        "the stroke under the fill",
        r##"<circle cx="32" cy="32" r="18" fill="#fc0" stroke="#036" stroke-width="14" paint-order="stroke"/>"##,
        "",
    ),
    (
        "a stroke that is stretched",
        r##"<g transform="scale(2 .5)"><circle cx="16" cy="64" r="10" fill="none" stroke="#036" stroke-width="4"/></g>"##,
        "stretched by its transform",
    ),
    (
        "a stroke that is not scaled",
        r##"<g transform="scale(4)"><path vector-effect="non-scaling-stroke" d="M2 2 L14 14" stroke="#036" stroke-width="2"/></g>"##,
        "`vector-effect`",
    ),
    // Transforms.
    ("moved", r##"<g transform="translate(20 10)"><rect width="20" height="30" fill="#479"/></g>"##, ""),
    ("turned", r##"<rect transform="rotate(30)" x="20" y="0" width="30" height="20" fill="#479"/>"##, ""),
    (
        "turned around a place",
        r##"<rect transform="rotate(30 32 32)" x="12" y="22" width="40" height="20" fill="#479"/>"##,
        "",
    ),
    (
        "skewed",
        r##"<rect transform="skewX(20) skewY(10)" x="6" y="6" width="30" height="30" fill="#479"/>"##,
        "",
    ),
    (
        "scaled with its stroke",
        r##"<g transform="translate(8 8) scale(3)"><path d="M2 2 H14 V14" fill="none" stroke="#479" stroke-width="2"/></g>"##,
        "",
    ),
    (
        "mirrored",
        r##"<path transform="matrix(-1 0 0 1 64 0)" d="M8 8 H40 L8 56 Z" fill="#947" stroke="#000" stroke-width="2"/>"##,
        "",
    ),
    (
        "a list of transforms",
        r##"<path transform="translate(32,32) rotate(-45) scale(1.5 , .5) translate(-12 -12)" d="M0 0 H24 V24 H0 Z" fill="#479"/>"##,
        "",
    ),
    (
        "an arc that is turned",
        r##"<path transform="rotate(20 32 32) translate(4 0)" d="M8 32 A28 12 15 1 1 40 40" fill="none" stroke="#479" stroke-width="4"/>"##,
        "",
    ),
    (
        "a transform that is none",
        r##"<rect transform="turn(3)" width="30" height="30" fill="#479"/>"##,
        "cannot be read",
    ),
    (
        "no transform at all",
        r##"<rect transform="scale(0)" width="30" height="30" fill="#f00"/><rect width="9" height="9"/>"##,
        "",
    ),
    // Groups, uses, symbols, viewports.
    (
        "groups in groups",
        r##"<g fill="#a33" transform="translate(4 4)"><g transform="scale(2)"><g stroke="#300"><rect x="2" y="2" width="10" height="10"/></g><circle cx="20" cy="20" r="6" fill="#3a3"/></g></g>"##,
        "",
    ),
    (
        "used twice",
        r##"<defs><path id="a" d="M0 0 H16 L8 16 Z"/></defs><use href="#a" x="8" y="8" fill="#c00"/><use href="#a" transform="translate(30 30) scale(2)" fill="#00c"/>"##,
        "",
    ),
    (
        "used by the old name",
        r##"<defs><circle id="c" r="10" stroke="#000"/></defs><use xlink:href="#c" xmlns:xlink="http://www.w3.org/1999/xlink" x="32" y="32" fill="#3c9"/>"##,
        "",
    ),
    (
        "a group that is used",
        r##"<defs><g id="g"><rect width="10" height="10"/><rect x="12" width="10" height="20" fill="#08f"/></g></defs><use href="#g" x="10" y="10" fill="#f80"/><use href="#g" x="10" y="36"/>"##,
        "",
    ),
    (
        "a use of a use",
        r##"<defs><rect id="a" width="10" height="10"/><g id="b"><use href="#a"/><use href="#a" x="14" y="14"/></g></defs><use href="#b" x="4" y="4" fill="#604"/><use href="#b" x="34" y="34" fill="#064"/>"##,
        "",
    ),
    ("nothing to use", r##"<use href="#none"/><rect width="20" height="20"/>"##, "not in the file"),
    (
        "another file to use",
        r##"<use href="other.svg#a"/><rect width="20" height="20"/>"##,
        "outside of the file",
    ),
    (
        "a symbol",
        r##"<symbol id="s" viewBox="0 0 10 10"><path d="M0 0 H10 L5 10 Z"/></symbol><use href="#s" x="8" y="8" width="20" height="20" fill="#c00"/><use href="#s" x="30" y="24" width="30" height="36"/>"##,
        "",
    ),
    (
        "a symbol without a box",
        r##"<symbol id="s"><path d="M0 0 H10 L5 10 Z"/></symbol><use href="#s" x="8" y="8" fill="#c00"/>"##,
        "",
    ),
    (
        "an inner svg",
        r##"<svg x="8" y="16" width="40" height="20" viewBox="0 0 10 10"><rect width="10" height="10" fill="#069"/></svg>"##,
        "",
    ),
    (
        "an inner svg that is filled up",
        r##"<svg x="8" y="16" width="40" height="20" viewBox="0 0 10 10" preserveAspectRatio="none"><circle cx="5" cy="5" r="5" fill="#069"/></svg>"##,
        "",
    ),
    (
        "an inner svg at a side",
        r##"<svg x="8" y="16" width="40" height="20" viewBox="0 0 10 10" preserveAspectRatio="xMaxYMin meet"><circle cx="5" cy="5" r="5" fill="#069"/></svg>"##,
        "",
    ),
    (
        "an inner svg that is cut off",
        r##"<svg x="8" y="16" width="40" height="20" viewBox="0 0 10 10" preserveAspectRatio="xMidYMid slice"><circle cx="5" cy="5" r="5" fill="#069"/></svg>"##,
        "reaches beyond the box",
    ),
    (
        "a switch",
        r##"<switch><rect systemLanguage="de" width="60" height="60" fill="#f00"/><rect systemLanguage="en" width="30" height="30" fill="#0a0"/><rect width="50" height="9"/></switch>"##,
        "",
    ),
    (
        "hidden in three ways",
        r##"<rect width="40" height="40" fill="#f00" display="none"/><rect width="40" height="40" fill="#f00" visibility="hidden"/><g visibility="hidden"><rect width="30" height="20" fill="#0a0" visibility="visible"/></g><defs><rect width="60" height="60" fill="#f00"/></defs>"##,
        "",
    ),
    (
        "other names than those of SVG",
        r##"<note xmlns="urn:other"><rect width="60" height="60" fill="#f00"/></note><rect width="20" height="20"/>"##,
        "",
    ),
    // Sizes of the whole.
    (
        "a wide view box",
        r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="10 20 100 40"><rect x="14" y="24" width="90" height="30" fill="#085"/></svg>"##,
        "",
    ),
    (
        "a high view box",
        r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="-5 -5 10 30"><circle r="4" cy="2" fill="#085"/><circle r="4" cy="16" fill="#580"/></svg>"##,
        "",
    ),
    (
        "a size without a view box",
        r##"<svg xmlns="http://www.w3.org/2000/svg" width="40mm" height="20mm"><rect x="1cm" y="5mm" width="50%" height="50%" fill="#085"/></svg>"##,
        "",
    ),
    (
        "a view box in another size",
        r##"<svg xmlns="http://www.w3.org/2000/svg" width="100" height="50" viewBox="0 0 10 10"><circle cx="5" cy="5" r="5" fill="#085"/></svg>"##,
        "",
    ),
    (
        "a view box that is stretched",
        r##"<svg xmlns="http://www.w3.org/2000/svg" width="100" height="50" viewBox="0 0 10 10" preserveAspectRatio="none"><circle cx="5" cy="5" r="5" fill="#085"/></svg>"##,
        "",
    ),
    (
        "a view box that is cut",
        r##"<svg xmlns="http://www.w3.org/2000/svg" width="100" height="50" viewBox="0 0 10 10" preserveAspectRatio="xMinYMin slice"><circle cx="5" cy="5" r="5" fill="#085"/></svg>"##,
        "reaches beyond the box",
    ),
    (
        "beyond the view box",
        r##"<rect x="-20" y="20" width="50" height="20" fill="#085"/>"##,
        "reaches beyond the box",
    ),
    (
        "no box at all",
        r##"<svg xmlns="http://www.w3.org/2000/svg"><rect x="30" y="40" width="100" height="60" fill="#085"/></svg>"##,
        "neither a `viewBox` nor",
    ),
    (
        "units",
        r##"<rect x="1pc" y="12pt" width=".25in" height="6mm" fill="#085"/><rect x="50%" y="50%" width="25%" height="2em" font-size="6" fill="#850"/>"##,
        "",
    ),
    // Paints and styles.
    ("nothing said is black", r##"<rect x="8" y="8" width="40" height="40"/>"##, ""),
    (
        "colours in all ways",
        r##"<rect width="16" height="64" fill="tomato"/><rect x="16" width="16" height="64" fill="rgb(10%, 60%, 30%)"/><rect x="32" width="16" height="64" fill="hsl(210, 60%, 40%)"/><rect x="48" width="16" height="64" fill="#8a2be280"/>"##,
        "",
    ),
    (
        "the current colour",
        r##"<g color="#b40"><rect width="30" height="30" fill="currentColor"/><path d="M8 50 H56" stroke="currentColor" stroke-width="6"/></g>"##,
        "",
    ),
    (
        "opacity of fills and strokes",
        r##"<rect width="64" height="32" fill="#000"/><circle cx="32" cy="32" r="20" fill="#f00" fill-opacity=".5" stroke="#00f" stroke-width="8" stroke-opacity=".4"/>"##,
        "",
    ),
    (
        "opacity of an element",
        r##"<rect width="64" height="32" fill="#000"/><circle cx="32" cy="32" r="20" fill="#f00" stroke="#00f" stroke-width="8" opacity=".5"/>"##,
        "",
    ),
    (
        "opacity of a group beside one another",
        r##"<g opacity=".4"><rect width="20" height="60" fill="#f00"/><rect x="24" width="20" height="60" fill="#00f"/></g>"##,
        "",
    ),
    (
        "opacity of a group over one another",
        r##"<g opacity=".4"><rect width="40" height="40" fill="#f00"/><rect x="20" y="20" width="40" height="40" fill="#00f"/></g>"##,
        "see-through as a whole",
    ),
    ("opacity in per cent", r##"<rect width="40" height="40" fill="#f00" opacity="30%"/>"##, ""),
    (
        "a style",
        r##"<rect x="9" y="9" width="40" height="40" fill="#f00" style="fill: #06c; stroke: #000; stroke-width: 4px"/>"##,
        "",
    ),
    (
        "classes",
        r##"<style>.a { fill: #06c } .b { stroke: #f90; stroke-width: 6 }</style><rect class="a b" x="9" y="9" width="40" height="40" fill="#f00"/>"##,
        "",
    ),
    (
        "rules of names, ids and children",
        r##"<style><![CDATA[ /* first */ rect, circle { fill: #c06 } #x { fill: #0c6 } g > rect { stroke: #000 } .n rect { opacity: .5 } ]]></style><rect x="2" y="2" width="20" height="20"/><rect id="x" x="24" y="2" width="20" height="20"/><g><rect x="2" y="26" width="18" height="18"/></g><g class="n"><rect x="24" y="26" width="18" height="18"/></g>"##,
        "",
    ),
    (
        "what is important",
        r##"<style>rect { fill: #0a0 !important }</style><rect width="30" height="30" style="fill: #f00"/>"##,
        "",
    ),
    (
        "the last of equal rules",
        r##"<style>.a { fill: #f00 } .b { fill: #0a0 }</style><rect class="b a" width="30" height="30"/>"##,
        "",
    ),
    (
        "rules for screens",
        r##"<style>@media print { rect { fill: #f00 } } rect { fill: #06c }</style><rect width="30" height="30"/>"##,
        "at-rules",
    ),
    (
        "a rule nobody reads",
        r##"<style>rect:nth-child(2n+1) { fill: #f00 } rect { stroke: #000 }</style><rect x="4" y="4" width="30" height="30"/>"##,
        "a rule of a style sheet",
    ),
    (
        "sizes in a style",
        r##"<rect style="width: 40px; height: 30px" width="10" height="10"/>"##,
        "geometry in styles",
    ),
    (
        "a colour that is none",
        r##"<g fill="#0a0"><rect width="30" height="30" fill="grurple"/></g>"##,
        "cannot be read",
    ),
    // What is not drawn.
    (
        "a gradient",
        r##"<linearGradient id="a"><stop stop-color="#f00"/><stop offset="1" stop-color="#00f"/></linearGradient><rect width="40" height="40" fill="url(#a)"/>"##,
        "mean colour",
    ),
    (
        "a gradient of one colour",
        r##"<linearGradient id="a"><stop stop-color="#09c"/><stop offset="1" stop-color="#09c"/></linearGradient><rect width="40" height="40" fill="url(#a)"/>"##,
        "",
    ),
    (
        "a pattern",
        r##"<pattern id="a" width="4" height="4"><rect width="2" height="2"/></pattern><rect x="4" y="4" width="40" height="40" fill="url(#a)" stroke="#000"/>"##,
        "patterns are not drawn",
    ),
    ("a paint that is not there", r##"<rect width="40" height="40" fill="url(#a) #0a0"/>"##, ""),
    (
        "a paint that is nowhere",
        r##"<rect x="4" y="4" width="40" height="40" fill="url(#a)" stroke="#000"/>"##,
        "is not in the file",
    ),
    (
        "a clip path",
        r##"<clipPath id="a"><circle r="20"/></clipPath><rect width="40" height="40" clip-path="url(#a)"/>"##,
        "clip paths",
    ),
    (
        "a clip path around everything",
        r##"<clipPath id="a"><rect width="64" height="64"/></clipPath><g clip-path="url(#a)"><rect x="4" y="4" width="40" height="40" fill="#c60"/></g>"##,
        "",
    ),
    (
        "a mask",
        r##"<mask id="a"><circle r="20" fill="#fff"/></mask><rect width="40" height="40" mask="url(#a)"/>"##,
        "masks",
    ),
    (
        "a filter",
        r##"<filter id="a"><feGaussianBlur stdDeviation="4"/></filter><rect x="9" y="9" width="40" height="40" filter="url(#a)"/>"##,
        "filters",
    ),
    (
        "a marker",
        r##"<marker id="a" markerWidth="4" markerHeight="4"><circle r="2"/></marker><path d="M8 8 H50" stroke="#000" marker-end="url(#a)"/>"##,
        "markers",
    ),
    (
        "a blend mode",
        r##"<rect width="40" height="40" fill="#f00"/><rect x="20" y="20" width="40" height="40" fill="#0f0" style="mix-blend-mode: multiply"/>"##,
        "blend modes",
    ),
    ("a text", r##"<text x="4" y="40">Hello</text><rect width="9" height="9"/>"##, "texts are not drawn"),
    (
        "an image",
        r##"<image width="40" height="40" href="a.png"/><rect width="9" height="9"/>"##,
        "images are not drawn",
    ),
    (
        "another language",
        r##"<foreignObject width="40" height="40"><p xmlns="http://www.w3.org/1999/xhtml">Hello</p></foreignObject><rect width="9" height="9"/>"##,
        "`foreignObject`",
    ),
    (
        "an animation",
        r##"<rect width="9" height="9"><animate attributeName="x" to="40" dur="1s"/></rect>"##,
        "animations",
    ),
    ("hard edges", r##"<circle cx="30" cy="30" r="20" shape-rendering="crispEdges"/>"##, "edges are smooth"),
    ("an element nobody knows", r##"<blob width="9"/><rect width="9" height="9"/>"##, "not known"),
];

fn whole(text: &str) -> String {
    match text.starts_with("<svg xmlns") {
        true => text.to_owned(),
        false => format!(r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64">{text}</svg>"#),
    }
}

/// The picture of a file by itself on white, and everything that is said of it.
fn ours(text: &str) -> (Picture, Vec<String>) {
    let files = BTreeMap::from([("a.svg", text)]);
    let patch = "clip { duration: 1s, rate: 1, size: (64, 64) }
        background = #fff
        artwork a from \"a.svg\"
        draw artwork(a) { position: (0.5, 0.5), size: 1 }";
    let compiled = pavane::compile(patch, "a.pav", &files);
    let said = compiled.diagnostics.iter().map(|diagnostic| {
        assert!(diagnostic.file == "a.svg" && diagnostic.line >= 1, "{diagnostic:?}");
        diagnostic.message.clone()
    });
    let said = said.collect();
    let program = compiled.program.unwrap_or_else(|| panic!("{:?}", compiled.diagnostics));
    let mut engine = Engine::for_program(program).expect("it runs");
    let frame = engine.frame(0).expect("a frame");
    let mut raster =
        Raster::new(RasterSettings { width: SIDE, height: SIDE, ..Default::default() }).expect("a raster");
    (raster.draw(&frame).clone(), said)
}

/// What the other program makes of it: red, green and blue of each pixel.
fn theirs(text: &str) -> Vec<[u8; 3]> {
    let tree = Tree::from_str(text, &Options::default()).expect("it reads it");
    let fine = SIDE * FINER;
    let mut pixels = Pixmap::new(fine, fine).expect("room");
    pixels.fill(Color::WHITE);
    let size = tree.size();
    let scale = fine as f32 / size.width().max(size.height());
    let rest = |side: f32| (fine as f32 - side * scale) * 0.5;
    let place = Transform::from_scale(scale, scale).post_translate(rest(size.width()), rest(size.height()));
    resvg::render(&tree, place, &mut pixels.as_mut());
    let mean = |at: u32| {
        let (x, y) = (at % SIDE * FINER, at / SIDE * FINER);
        [0, 1, 2].map(|k| {
            let places = (y..y + FINER)
                .flat_map(|row| (x..x + FINER).map(move |column| (row * fine + column) as usize * 4));
            let sum: u32 = places.map(|place| u32::from(pixels.data()[place + k])).sum();
            ((sum + FINER * FINER / 2) / (FINER * FINER)) as u8
        })
    };
    (0..SIDE * SIDE).map(mean).collect()
}

#[test]
fn artwork_is_drawn_as_others_draw_it_or_is_said_not_to_be() {
    let mut wrong = Vec::new();
    for &(name, text, lack) in FILES {
        let text = whole(text);
        let (picture, said) = ours(&text);
        if !lack.is_empty() {
            if said.len() != 1 || !said[0].contains(lack) {
                wrong.push(format!("{name}: said {said:?}, expected `{lack}`"));
            }
            continue;
        }
        if !said.is_empty() {
            wrong.push(format!("{name}: said {said:?}"));
        }
        let others = theirs(&text);
        let apart = picture
            .pixels()
            .chunks(4)
            .zip(&others)
            .filter(|(a, b)| a.iter().zip(b.iter()).any(|(a, b)| a.abs_diff(*b) > 16));
        let apart = apart.count();
        if apart as f64 > 0.005 * f64::from(SIDE * SIDE) {
            wrong.push(format!("{name}: {apart} pixels are others"));
        }
        let seen = others.iter().filter(|pixel| **pixel != [255; 3]).count();
        assert!(seen > 20, "{name}: {seen} pixels are drawn");
    }
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), FILES.len(), wrong.join("\n"));
    assert!(FILES.len() >= 80);
}
