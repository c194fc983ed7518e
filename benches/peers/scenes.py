"""Writes the scenes of `benches/raster.rs` as files that each of the other rasters reads: ten f32 for a shape, which are its kind
(0 a disc, 1 an upright rectangle, 2 a turned one), centre, width and height in pixels, rotation in radians, red, green, blue and
alpha from 0 to 255."""

import struct
import sys


def noise(index, channel):
    """Values in `0..1` that look random: those of the bench."""
    mask = 0xFFFFFFFF
    bits = (index * 0x9E3779B9 & mask) ^ (channel * 0x85EBCA6B & mask)
    bits = (bits ^ bits >> 16) * 0x7FEB352D & mask
    bits = (bits ^ bits >> 15) * 0x846CA68B & mask
    return (bits >> 8) / 16777216


def shapes(kind, count, width, height, alpha):
    for k in range(count):
        at = lambda channel, low, high: low + noise(k, channel) * (high - low)
        x, y = at(0, -0.38, 1.38), at(1, 0, 1)
        w = at(2, *width)
        h = w if kind == 0 else at(3, *(width if kind == 1 else height))
        turn = at(4, 0, 6) if kind == 2 else 0
        color = [int(noise(k, channel) * 255) for channel in (5, 6, 7)]
        yield (kind, 960 + (x - 0.5) * 1080, 540 - (y - 0.5) * 1080, w, h, -turn, *color, alpha)


def main(folder):
    mixed = [shape for kind in (0, 1, 2) for shape in shapes(kind, 5000, (2, 20), (2, 20), 190)]
    scenes = {
        "5 000 translucent discs": shapes(0, 5000, (6, 26), (6, 26), 140),
        "15 000 small discs": shapes(0, 15000, (2, 12), (2, 12), 255),
        "15 000 mixed": mixed,
        "900 long lines": shapes(2, 900, (600, 2000), (1, 2), 160),
    }
    for name, scene in scenes.items():
        with open(f"{folder}/{name}", "wb") as file:
            file.writelines(struct.pack("<10f", *shape) for shape in scene)


main(sys.argv[1])
