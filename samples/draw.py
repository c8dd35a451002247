#!/usr/bin/env python3
"""Draws the sample pictures: digits as pen strokes, on paper of several sizes and shades.

Needs numpy and PIL (Debian: python3-numpy python3-pil, run by /usr/bin/python3). The same script always draws the same pixels.
"""

import pathlib

import numpy
from PIL import Image, ImageDraw

SEED = 28
OVERSAMPLING = 8  # drawn so much larger, then averaged: smooth edges

# Strokes of each digit: points that the pen passes, x to the right and y down, the digit's height being 1.
# A stroke ends where the pen turns sharply or is lifted.
STROKES = {
    0: [[(.48, .00), (.22, .11), (.07, .45), (.15, .83), (.40, 1.0), (.66, .86), (.76, .50), (.67, .14), (.44, .02)]],
    1: [[(.52, .00), (.47, .40), (.40, 1.0)]],
    2: [[(.08, .24), (.22, .05), (.46, .00), (.65, .14), (.60, .40), (.36, .70), (.08, .97)], [(.08, .97), (.36, .93), (.76, .96)]],
    3: [[(.12, .12), (.36, .00), (.61, .10), (.59, .32), (.32, .45)], [(.32, .45), (.62, .54), (.70, .78), (.44, 1.0), (.08, .92)]],
    4: [[(.20, .02), (.13, .28), (.08, .52)], [(.08, .52), (.36, .54), (.74, .49)], [(.62, .08), (.58, .50), (.54, 1.0)]],
    5: [[(.22, .04), (.17, .42)], [(.17, .42), (.42, .36), (.66, .52), (.66, .80), (.40, 1.0), (.08, .93)], [(.22, .04), (.44, .05), (.70, .01)]],
    6: [[(.56, .00), (.28, .22), (.11, .60), (.19, .92), (.42, 1.0), (.62, .86), (.58, .64), (.38, .56), (.15, .72)]],
    7: [[(.06, .07), (.38, .08), (.70, .03)], [(.70, .03), (.50, .44), (.34, 1.0)]],
    8: [[(.60, .12), (.37, .00), (.15, .14), (.23, .36), (.48, .54), (.64, .76), (.47, .98), (.22, .95), (.12, .76), (.32, .54),
         (.56, .33), (.61, .13)]],
    9: [[(.63, .14), (.40, .00), (.14, .17), (.17, .43), (.40, .49), (.59, .34), (.64, .12)], [(.64, .12), (.62, .52), (.55, 1.0)]],
}

WHITE, BLACK = 255, 0

# File name without ".png": paper, ink (grey or colour), pen (part of the digit's height), height (part of the picture's smaller
# side), centre (parts of width and height), turn in degrees. The size in pixels is in the name.
PICTURES = {
    "0-light-on-dark-28x28": (BLACK, WHITE, .11, .70, (.50, .50), 4),
    "0-dark-on-light-200x160": (WHITE, BLACK, .09, .70, (.50, .50), 8),
    "1-dark-on-light-56x56": (WHITE, BLACK, .12, .70, (.50, .50), 0),
    "1-light-on-dark-thin-200x160": (BLACK, WHITE, .045, .65, (.45, .50), 6),
    "2-dark-on-light-100x100": (WHITE, BLACK, .10, .66, (.50, .52), 0),
    "2-light-on-dark-off-centre-200x160": (BLACK, WHITE, .10, .42, (.25, .68), -3),
    "3-dark-on-light-200x160": (WHITE, BLACK, .10, .68, (.50, .50), 0),
    "3-light-on-dark-56x56": (BLACK, WHITE, .12, .72, (.50, .50), 5),
    "4-light-on-dark-100x100": (BLACK, WHITE, .10, .66, (.50, .50), 3),
    "4-dark-on-light-thin-480x640": (WHITE, BLACK, .035, .62, (.50, .48), 0),
    "5-dark-on-light-28x28": (WHITE, BLACK, .12, .70, (.50, .50), 0),
    "5-dark-on-grey-200x160": (170, 40, .09, .66, (.52, .48), 5),
    "6-light-on-dark-200x160": (BLACK, WHITE, .10, .68, (.50, .50), 0),
    "6-dark-on-light-thick-100x100": (WHITE, BLACK, .16, .66, (.50, .50), -4),
    "7-dark-on-light-480x640": (WHITE, BLACK, .08, .60, (.50, .50), 0),
    "7-light-on-dark-28x28": (BLACK, WHITE, .11, .70, (.50, .50), 4),
    "8-dark-on-light-off-centre-480x640": (WHITE, BLACK, .09, .34, (.66, .28), 6),
    "8-light-on-dark-thick-56x56": (BLACK, WHITE, .15, .72, (.50, .50), 0),
    "9-dark-on-light-100x100": (WHITE, BLACK, .10, .66, (.50, .50), 4),
    "9-dark-on-grey-480x640": (150, 30, .07, .60, (.48, .50), 0),
    "2-blue-on-white-200x160": ((255, 255, 255), (32, 54, 150), .09, .68, (.50, .50), 6),
    "8-dark-on-transparent-100x100": ((0, 0, 0, 0), (0, 0, 0, 255), .10, .66, (.50, .50), 3),
}


def curve(points):
    """Positions [n, 2] close together along a smooth line through the points (a Catmull-Rom spline)."""
    points = numpy.array([points[0], *points, points[-1]], dtype=float)
    t = numpy.linspace(0, 1, 60)[:, None]
    pieces = []
    for before, start, end, after in zip(points, points[1:], points[2:], points[3:]):
        pieces.append(start + t * (end - before) / 2 + t**2 * (before - 2.5 * start + 2 * end - after / 2)
                      + t**3 * (1.5 * (start - end) + (after - before) / 2))
    return numpy.concatenate(pieces)


def ink(digit, width, height, pen, size, centre, turn, generator):
    """How much of each pixel is ink, [height, width] from 0 to 1."""
    scale = size * min(width, height) * OVERSAMPLING
    radians = numpy.radians(turn)
    rotation = numpy.array([[numpy.cos(radians), numpy.sin(radians)], [-numpy.sin(radians), numpy.cos(radians)]])
    canvas = Image.new("L", (width * OVERSAMPLING, height * OVERSAMPLING))
    brush = ImageDraw.Draw(canvas)
    shift = {}  # a point shared by two strokes moves once
    for stroke in STROKES[digit]:
        moved = [numpy.add(point, shift.setdefault(point, generator.normal(0, .012, 2))) for point in stroke]
        path = (curve(moved) - (.4, .5)) @ rotation * scale + numpy.multiply(centre, canvas.size)
        pressure = 1 + .12 * numpy.sin(numpy.linspace(0, 3, len(path)) + generator.uniform(0, 6))
        for (x, y), radius in zip(path, pressure * pen * scale / 2):
            brush.ellipse((x - radius, y - radius, x + radius, y + radius), fill=255)
    return numpy.asarray(canvas.reduce(OVERSAMPLING), dtype=float) / 255


def draw(name):
    """The picture of that name."""
    paper, colour, *pose = PICTURES[name]
    width, height = map(int, name.rsplit("-", 1)[1].split("x"))
    generator = numpy.random.Generator(numpy.random.PCG64([SEED, *name.encode()]))
    part = ink(int(name[0]), width, height, *pose, generator)
    if numpy.ndim(paper):
        part = part[:, :, None]
    return Image.fromarray(numpy.rint(paper + part * (numpy.array(colour) - paper)).astype(numpy.uint8))


def main():
    folder = pathlib.Path(__file__).resolve().parent
    for name in PICTURES:
        draw(name).save(folder / f"{name}.png", optimize=True)


if __name__ == "__main__":
    main()
