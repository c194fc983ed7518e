"""The scenes that are named, drawn by Blend2D: `name|minimum|median` in milliseconds.

Its calls come from Python, which takes a good part of the time: so each scene is drawn a second time with its shapes beyond the
canvas, and what that takes (its minimum and median) is taken off. What Blend2D itself does before it finds a shape to be outside is
taken off with it, so the figures are rather too good than too bad."""

import os
import struct
import sys
import time

from blend2d import Context, Image, Path

ROUNDS, WARM_UP, PARTS = 14, 2, 10


def draw(image, shapes, beyond):
    c = Context(image)
    c.set_fill_style_rgba(8, 9, 12, 255)
    c.fill_all()
    style, circle, rect = c.set_fill_style_rgba, c.fill_circle, c.fill_rect
    for kind, x, y, w, h, turn, r, g, b, a in shapes:
        style(r, g, b, a)
        x += beyond
        if kind == 0:
            circle(x, y, w / 2)
        elif kind == 1:
            rect(x - w / 2, y - h / 2, w, h)
        else:
            c.save()
            c.translate(x, y)
            c.rotate(turn)
            rect(-w / 2, -h / 2, w, h)
            c.restore()
    c.end()


def measure(image, shapes, beyond):
    times = []
    for _ in range(ROUNDS):
        begin = time.perf_counter()
        draw(image, shapes, beyond)
        times.append((time.perf_counter() - begin) * 1e3)
    times = sorted(times[WARM_UP:])
    return times[0], times[len(times) // 2]


image = Image(1920, 1080)
for name in sys.argv[1:]:
    with open(name, "rb") as file:
        read = list(struct.iter_unpack("<10f", file.read()))
    shapes = [(int(s[0]), *s[1:6], *(int(part) for part in s[6:])) for s in read]
    calls = measure(image, shapes, 1e4)
    whole = measure(image, shapes, 0)
    least, median = (a - b for a, b in zip(whole, calls))
    print(f"{os.path.basename(name)}|{least:.2f}|{median:.2f}")
