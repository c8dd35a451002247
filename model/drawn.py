"""Draws digits as people and machines write them where MNIST has few: a 1 with flag and base, a 7 with a bar, an open or closed 4,
printed and seven-segment digits, hairlines and markers, chalk, coarse pixels, outlines, cut stems; no_digit.py draws what is no single digit.
All framed as the Robust profile frames them.
"""

import math
import pathlib

import numpy
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from no_digit import draw_none

NONE = 10  # the label of what is no single digit
CANVAS = 120
FONT_FOLDERS = ("/usr/share/fonts/truetype", "/usr/share/fonts/opentype")
# Names of font files with ordinary digits; symbols and mathematical faces have none.
FONTS = ("DejaVu", "Liberation", "NimbusSans", "NimbusRoman", "NimbusMono", "C059", "P052", "URWGothic", "URWBookman", "ComicNeue", "Z003")

# Strokes as points in a unit square, x to the right and y down; a stroke marked True is a smooth curve through its points.
ONE_STEM = [(False, [(.5, 0), (.5, 1)])]
ONE_FLAG = [(False, [(.22, .25), (.5, 0), (.5, 1)])]
ONE_LONG_FLAG = [(False, [(.1, .48), (.55, 0), (.55, 1)])]
ONE_BASE = [(False, [(.25, .22), (.5, 0), (.5, 1)]), (False, [(.18, 1), (.82, 1)])]
LOOP_BELOW = [(.12, .72), (.3, .52), (.6, .5), (.82, .72), (.65, .96), (.35, .98), (.12, .75)]
SHAPES = {
    0: [[(True, [(.5, 0), (.2, .12), (.05, .5), (.2, .88), (.5, 1), (.8, .88), (.95, .5), (.8, .12), (.48, 0)])],
        [(True, [(.6, .02), (.25, .1), (.08, .5), (.2, .88), (.5, 1), (.82, .85), (.92, .5), (.8, .15), (.45, .02)])]],
    1: [ONE_STEM, ONE_FLAG, ONE_LONG_FLAG, ONE_BASE, ONE_BASE],
    2: [[(True, [(.1, .25), (.25, .05), (.55, 0), (.85, .2), (.75, .5), (.4, .8), (.1, 1)]), (False, [(.1, 1), (.92, 1)])],
        [(True, [(.08, .2), (.45, 0), (.85, .18), (.7, .55), (.2, .95), (.1, .85), (.3, .8), (.6, .95), (.95, .95)])],
        [(False, [(.1, .02), (.88, .02), (.1, 1), (.92, 1)])]],
    3: [[(True, [(.1, .1), (.45, 0), (.82, .15), (.72, .4), (.4, .48)]), (True, [(.4, .48), (.8, .58), (.88, .8), (.55, 1), (.2, .97), (.05, .85)])],
        [(False, [(.1, 0), (.85, 0), (.42, .42)]), (True, [(.42, .42), (.8, .5), (.9, .75), (.6, 1), (.2, .98), (.05, .85)])]],
    4: [[(False, [(.72, 0), (.05, .66), (.98, .66)]), (False, [(.72, 0), (.72, 1)])],
        [(False, [(.68, 0), (.08, .58), (.95, .58)]), (False, [(.68, 0), (.68, 1)])],
        [(False, [(.25, .02), (.1, .58), (.92, .58)]), (False, [(.72, .1), (.68, 1)])],
        [(False, [(.15, .02), (.15, .52), (.85, .52)]), (False, [(.8, 0), (.8, 1)])]],
    5: [[(False, [(.85, 0), (.2, 0), (.15, .45)]), (True, [(.15, .45), (.5, .36), (.85, .5), (.9, .75), (.6, 1), (.25, .98), (.05, .86)])],
        [(False, [(.9, .02), (.3, .04)]), (False, [(.25, .04), (.2, .42)]), (True, [(.2, .42), (.6, .4), (.88, .65), (.65, .97), (.1, .95)])]],
    6: [[(True, [(.75, .02), (.4, .15), (.15, .5), *LOOP_BELOW[:1], (.3, .97), (.65, .97), (.85, .72), (.6, .48), (.3, .52), (.12, .7)])],
        [(True, [(.5, 0), (.2, .4), (.1, .75), (.35, 1), (.75, .95), (.85, .7), (.55, .55), (.2, .68)])]],
    7: [[(False, [(.05, .02), (.92, .02), (.35, 1)])],
        [(False, [(.05, .02), (.92, .02), (.35, 1)]), (False, [(.3, .5), (.82, .5)])],
        [(False, [(.08, .18), (.08, .02), (.9, .02), (.4, 1)])],
        [(True, [(.05, .1), (.4, .02), (.9, .05), (.6, .45), (.42, 1)]), (False, [(.28, .52), (.78, .46)])]],
    8: [[(True, [(.5, .48), (.18, .25), (.5, 0), (.82, .22), (.5, .48), (.1, .75), (.5, 1), (.9, .76), (.5, .48)])],
        [(True, [(.8, .12), (.5, 0), (.2, .18), (.45, .45), (.85, .72), (.55, 1), (.15, .8), (.5, .5), (.82, .2)])],
        [(True, [(.5, 0), (.2, .12), (.22, .36), (.5, .47), (.78, .36), (.8, .12), (.48, 0)]),
         (True, [(.5, .47), (.12, .6), (.1, .88), (.5, 1), (.9, .88), (.88, .6), (.48, .47)])]],
    9: [[(True, [(.85, .25), (.55, 0), (.18, .18), (.25, .5), (.6, .52), (.85, .25)]), (False, [(.85, .2), (.82, 1)])],
        [(True, [(.85, .25), (.5, .02), (.15, .25), (.45, .55), (.85, .28)]), (True, [(.85, .25), (.88, .6), (.7, .92), (.25, .98)])],
        [(True, [(.82, .1), (.4, .02), (.15, .28), (.45, .5), (.82, .3)]), (False, [(.84, .05), (.6, 1)])]],
}
SEGMENTS = {0: "abcdef", 1: "bc", 2: "abged", 3: "abgcd", 4: "fgbc", 5: "afgcd", 6: "afgedc", 7: "abc", 8: "abcdefg", 9: "abcdfg"}
SEGMENT_ENDS = {"a": ((0, 0), (1, 0)), "b": ((1, 0), (1, .5)), "c": ((1, .5), (1, 1)), "d": ((0, 1), (1, 1)),
                "e": ((0, .5), (0, 1)), "f": ((0, 0), (0, .5)), "g": ((0, .5), (1, .5))}


def find_fonts():
    """The fonts that are installed of those that the recipe names."""
    files = (file for folder in FONT_FOLDERS for file in sorted(pathlib.Path(folder).rglob("*.[to]tf")))
    return [str(file) for file in files if file.name.startswith(FONTS) and "Math" not in file.name]


def smooth(points):
    """A Catmull-Rom curve through the points."""
    points = numpy.concatenate([2 * points[:1] - points[1:2], points, 2 * points[-1:] - points[-2:-1]])
    steps = numpy.linspace(0, 1, 8)[:, None]
    parts = []
    for a, b, c, d in zip(points, points[1:], points[2:], points[3:]):
        parts.append(b + steps * (c - a) / 2 + steps ** 2 * (a - 2.5 * b + 2 * c - d / 2) + steps ** 3 * (1.5 * b - a / 2 - 1.5 * c + d / 2))
    return numpy.concatenate(parts)


class Artist:
    """Draws with one stream of random numbers."""

    canvas = CANVAS

    def __init__(self, seed):
        self.random = numpy.random.default_rng(seed)
        self.fonts = find_fonts()

    def digit(self, digit):
        """Ink 0 to 1 on a canvas that it may touch."""
        way = self.random.random()
        if way < 0.72:
            ink = self.worn(self.strokes(self.shape(digit)))
        elif way < 0.8 or not self.fonts:
            ink = self.segments(digit)
        else:
            ink = self.printed(str(digit))
        return self.cut(ink)

    def shape(self, digit):
        variants = SHAPES[digit]
        return variants[self.random.integers(len(variants))]

    def strokes(self, shape, side=CANVAS):
        random = self.random
        pen = float(numpy.exp(random.uniform(math.log(1), math.log(0.22 * side))))
        wide = random.uniform(0.45, 1.05)
        turn, slant = random.normal(0, 0.1), random.normal(0.08, 0.18)
        matrix = numpy.array([[math.cos(turn), -math.sin(turn)], [math.sin(turn), math.cos(turn)]]) @ numpy.array([[wide, -slant], [0, 1]])
        wobble = random.uniform(0, 0.045)
        paths = []
        for is_curve, points in shape:
            points = numpy.array(points) - 0.5
            points = points + random.normal(0, wobble, points.shape)
            paths.append((smooth(points) if is_curve else points) @ matrix.T)
        low, high = numpy.min([path.min(0) for path in paths], 0), numpy.max([path.max(0) for path in paths], 0)
        scale = (side - pen - 2) / max(high - low)
        image = Image.new("L", (side, side))
        draw = ImageDraw.Draw(image)
        for path in paths:
            places = [tuple(place) for place in (path - (low + high) / 2) * scale + side / 2]
            draw.line(places, 255, max(1, round(pen)))
            for x, y in places if pen > 2 else ():
                draw.ellipse((x - pen / 2, y - pen / 2, x + pen / 2, y + pen / 2), 255)
        return numpy.asarray(image, numpy.float32) / 255

    def worn(self, ink):
        """What a tool or a screen makes of some strokes: chalk, an outline, coarse pixels."""
        way = self.random.random()
        if way < 0.1:
            grain = self.random.normal(size=(self.random.integers(20, 60),) * 2).astype(numpy.float32)
            grain = numpy.asarray(Image.fromarray(grain).resize(ink.shape[::-1], Image.BICUBIC))
            return ink * numpy.clip(0.9 + grain * self.random.uniform(0.2, 0.8), 0, 1)
        if way < 0.15:
            image = Image.fromarray((ink * 255).astype(numpy.uint8))
            return numpy.asarray(image.filter(ImageFilter.MaxFilter(5)), numpy.float32) / 255 - numpy.asarray(image.filter(ImageFilter.MinFilter(3)), numpy.float32) / 255
        if way < 0.3:
            coarse = Image.fromarray(ink).resize((int(self.random.integers(7, 24)),) * 2, Image.BOX)
            return numpy.asarray(coarse.resize(ink.shape[::-1], Image.NEAREST))
        return ink

    def segments(self, digit):
        thick, gap = self.random.uniform(0.04, 0.2), self.random.uniform(0, 0.08)
        high, wide, slant = 90, self.random.uniform(30, 60), self.random.uniform(0, 12)
        image = Image.new("L", (CANVAS, CANVAS))
        draw = ImageDraw.Draw(image)
        for name in SEGMENTS[digit]:
            a, b = (numpy.array(end, float) for end in SEGMENT_ENDS[name])
            a, b = a + (b - a) * gap, b + (a - b) * gap
            ends = [(30 + wide * x + slant * (1 - y), 15 + high * y) for x, y in (a, b)]
            draw.line(ends, 255, max(1, round(thick * high)))
        return numpy.asarray(image, numpy.float32) / 255

    def printed(self, text, face=""):
        """Text in one of the fonts whose files are named so; hairlines where there is no font."""
        fonts = [font for font in self.fonts if pathlib.Path(font).name.startswith(face)]
        if not fonts:
            return self.strokes(self.shape(1) + self.shape(1))
        font = ImageFont.truetype(fonts[self.random.integers(len(fonts))], int(self.random.integers(60, 110)))
        left, top, right, bottom = font.getbbox(text)
        image = Image.new("L", (right - left + 4, bottom - top + 4))
        ImageDraw.Draw(image).text((2 - left, 2 - top), text, 255, font)
        slant = self.random.normal(0, 0.08)
        image = image.transform(image.size, Image.AFFINE, (1, slant, -slant * image.size[1] / 2, 0, 1, 0), Image.BILINEAR)
        return numpy.asarray(image, numpy.float32) / 255

    def cut(self, ink):
        """Some digits lose a little at an edge of the picture."""
        if self.random.random() < 0.15:
            rows, columns = numpy.flatnonzero(ink.any(1)), numpy.flatnonzero(ink.any(0))
            if len(rows) > 20 and len(columns) > 20:
                loss = int(self.random.uniform(0, 0.07) * len(rows))
                ink = [ink[rows[0] + loss:], ink[:rows[-1] + 1 - loss], ink[:, columns[0] + loss // 2:], ink[:, :columns[-1] + 1 - loss // 2]][self.random.integers(4)]
        return ink

    @staticmethod
    def crop(ink):
        """The part of the canvas that has ink; all of it where none has."""
        rows, columns = numpy.flatnonzero((ink > 0.3).any(1)), numpy.flatnonzero((ink > 0.3).any(0))
        return ink[rows[0]:rows[-1] + 1, columns[0]:columns[-1] + 1] if len(rows) else ink


def frame(ink):
    """The 28×28 picture, bytes, that MNIST's framing makes of ink 0 to 1."""
    ink = Artist.crop(ink)
    scale = 20 / max(ink.shape)
    high, wide = (min(20, max(1, round(side * scale))) for side in ink.shape)
    small = numpy.asarray(Image.fromarray(ink).resize((wide, high), Image.BOX))
    strong = numpy.sort(small[small > 0.05])
    if len(strong):
        small = numpy.minimum(1, small * numpy.clip(1 / strong[len(strong) - 1 - len(strong) // 5], 1, 3))
    total = max(small.sum(), 1e-6)
    left = int(numpy.clip(round(14.5 - (small.sum(0) @ (numpy.arange(wide) + 0.5)) / total), 0, 28 - wide))
    top = int(numpy.clip(round(14.5 - (small.sum(1) @ (numpy.arange(high) + 0.5)) / total), 0, 28 - high))
    picture = numpy.zeros((28, 28), numpy.uint8)
    picture[top:top + high, left:left + wide] = numpy.round(small * 255)
    return picture


def draw_frames(count, seed, folder):
    """Frames uint8 [count, 28, 28] and labels uint8 [count], two fifths of them no single digit (label 10); kept in a folder, since drawing takes a while."""
    kept = pathlib.Path(folder) / f"drawn-{seed}-{count}.npz"
    if not kept.is_file():
        artist = Artist(seed)
        labels = numpy.where(artist.random.random(count) < 0.4, NONE, artist.random.integers(0, 10, count)).astype(numpy.uint8)
        frames = numpy.stack([frame(draw_none(artist) if label == NONE else artist.digit(int(label))) for label in labels])
        numpy.savez(kept, frames=frames, labels=labels)
    with numpy.load(kept) as content:
        return content["frames"], content["labels"]
