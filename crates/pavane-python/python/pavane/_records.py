"""Records of elements as the GPU takes them."""

import numpy

INSTANCE = numpy.dtype(
    [
        ("position", "<f4", 2),
        ("size", "<f4", 2),
        ("rotation", "<f4"),
        ("fill", "u1", 4),
        ("stroke", "u1", 4),
        ("stroke_width", "<f4"),
    ]
)
"""32 bytes: what `Pass.instances` has of each element."""
