"""Makes the fonts that tests are made with: `pip install fonttools; python make.py`. Boxes for letters, so that what is drawn is known."""

from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTCollection, TTFont
from fontTools.ttLib.tables.TupleVariation import TupleVariation


def box(left, bottom, right, top):
    pen = TTGlyphPen(None)
    pen.moveTo((left, bottom))
    pen.lineTo((left, top))
    pen.lineTo((right, top))
    pen.lineTo((right, bottom))
    pen.closePath()
    return pen.glyph()


def font(name, characters, axes=()):
    """Letters are boxes from 100 to 300 across and 0 to 700 up; a heavier one is wider to the right, a wider one has more room."""
    called = {c: f"uni{ord(c):04X}" for c in characters}
    names = [".notdef", "space", *called.values()]
    builder = FontBuilder(1000, isTTF=True)
    builder.setupGlyphOrder(names)
    builder.setupCharacterMap({32: "space", **{ord(c): name for c, name in called.items()}})
    glyphs = {".notdef": box(50, 0, 450, 700), "space": TTGlyphPen(None).glyph()}
    glyphs |= {name: box(100, 0, 300, 700) for name in called.values()}
    builder.setupGlyf(glyphs)
    builder.setupHorizontalMetrics({g: (500, {".notdef": 50, "space": 0}.get(g, 100)) for g in names})
    builder.setupHorizontalHeader(ascent=800, descent=-200)
    builder.setupNameTable({"familyName": name, "styleName": "Regular"})
    builder.setupOS2(sTypoAscender=800, sTypoDescender=-200, usWinAscent=800, usWinDescent=200, sCapHeight=700)
    builder.setupPost()
    if axes:
        builder.setupFvar([(tag, low, usual, high, tag) for tag, low, usual, high in axes], [])
        # Four corners from the left bottom one on, then the four points of the metrics: origin, advance, top, bottom.
        heavy = TupleVariation({"wght": (0, 1, 1)}, [(0, 0), (0, 0), (200, 0), (200, 0)] + [(0, 0)] * 4)
        wide = TupleVariation({"wdth": (0, 1, 1)}, [(0, 0)] * 5 + [(500, 0)] + [(0, 0)] * 2)
        builder.setupGvar({name: [heavy, wide] for name in called.values()})
    builder.font["head"].created = builder.font["head"].modified = 0
    builder.font.recalcTimestamp = False
    return builder.font


boxes = font("Boxes", "ABab", [("wght", 400, 400, 900), ("wdth", 100, 100, 200)])
boxes.save("boxes.ttf")
font("Signs", "\u0627\u05d0\u3042\u4f60B").save("signs.ttf")
collection = TTCollection()
collection.fonts = [TTFont("boxes.ttf"), TTFont("signs.ttf")]
collection.save("both.ttc")
