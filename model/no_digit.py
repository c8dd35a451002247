"""Draws what is no single digit, as people upload it: several digits, words, symbols, charts, diagrams, codes, photographs, scribbles, blots.

Each function takes the `Artist` of drawn.py and returns ink 0 to 1 on a canvas of any size.
"""

import math
import string

import numpy
from PIL import Image, ImageDraw

LETTERS = "ACEFGHKLMNPRTWXYabdefghkmnprty"  # none that is written as a digit is
SYMBOLS = "←↑→↓↔↕∑√∞≈≠≤≥■▲▼◆●★☆☎☺☼♀♂♠♣♥♦♪♫✂✈✉✎✓✔✖✚❄❤➜✿☂☁⚙⚠⚡&@#%$€£¥§¶†‡?!+=*{}[]<>~"
WAYS = ("several", "words", "letter", "symbol", "ruled", "texture", "photograph", "chart", "diagram", "code", "captcha", "scribble", "filled")
SHARES = (.22, .08, .05, .09, .06, .05, .09, .09, .07, .04, .05, .06, .05)


def draw_none(artist):
    """One of the kinds, drawn by its function."""
    return globals()[artist.random.choice(WAYS, p=SHARES)](artist)


def several(artist):
    """Two to four digits beside each other, apart or touching."""
    parts = []
    for _ in range(artist.random.choice([2, 2, 2, 3, 4])):
        ink = artist.crop(artist.digit(int(artist.random.integers(10))))
        high = int(70 * artist.random.uniform(0.8, 1.1))
        wide = min(2 * high, max(2, round(high * ink.shape[1] / ink.shape[0])))
        small = numpy.asarray(Image.fromarray(ink).resize((wide, high), Image.BOX))
        above = int(artist.random.integers(0, 80 - high + 1))
        parts.append(numpy.pad(small, ((above, 80 - high - above), (0, 0))))
    row = parts[0]
    for part in parts[1:]:
        gap = int(artist.random.uniform(-6, 25))
        wide = row.shape[1] + gap
        whole = numpy.zeros((80, wide + part.shape[1]), numpy.float32)
        whole[:, :row.shape[1]] = row
        whole[:, max(0, wide):max(0, wide) + part.shape[1]] = numpy.maximum(whole[:, max(0, wide):max(0, wide) + part.shape[1]], part)
        row = whole
    return row


def words(artist):
    return artist.printed("".join(artist.random.choice(list(LETTERS), artist.random.integers(2, 8))))


def letter(artist):
    return artist.printed(str(artist.random.choice(list("AEFHKMNPRTWXadefhkmt"))))


def symbol(artist):
    return artist.printed(str(artist.random.choice(list(SYMBOLS))), "DejaVuSans")


def ruled(artist):
    """A digit with the lines of its paper, or with a frame around it: that these are to be taken off is for the transform to learn from the score."""
    ink = numpy.pad(artist.crop(artist.digit(int(artist.random.integers(10)))), 12)
    high, wide = ink.shape
    thick = int(artist.random.integers(1, 1 + max(2, high // 14)))
    strength = numpy.float32(artist.random.uniform(0.5, 1))
    rows, columns = artist.random.choice([(0, 2), (2, 0), (2, 2), (3, 0), (3, 3), (0, 3)])
    is_frame = bool(artist.random.random() < 0.5)
    for count, along in ((rows, ink), (columns, ink.T)):
        for place in ((0, len(along) - thick) if is_frame and count else numpy.linspace(2, len(along) - 3, max(count, 2)).astype(int) if count else ()):
            along[place:place + thick] = numpy.maximum(along[place:place + thick], strength)
    return ink


def texture(artist):
    coarse = artist.random.normal(size=(artist.random.integers(3, 16),) * 2).astype(numpy.float32)
    soft = numpy.asarray(Image.fromarray(coarse).resize((artist.canvas,) * 2, Image.BICUBIC))
    return numpy.clip(soft * artist.random.uniform(0.5, 5) - artist.random.uniform(-0.5, 0.5), 0, 1)


def photograph(artist):
    """Noise of all sizes, as a scene has, with some large shapes; what is darker than its surroundings is ink, as the transform sees it."""
    side = artist.canvas
    scene = numpy.zeros((side, side), numpy.float32)
    for octave in range(1, 6):
        coarse = artist.random.normal(size=(2 ** octave + 1,) * 2).astype(numpy.float32)
        scene += numpy.asarray(Image.fromarray(coarse).resize((side, side), Image.BICUBIC)) / octave ** artist.random.uniform(0.5, 2)
    scene += artist.random.uniform(0, 3) * filled(artist)
    around = numpy.asarray(Image.fromarray(scene).resize((int(artist.random.integers(2, 9)),) * 2, Image.BOX).resize((side, side), Image.BICUBIC))
    return numpy.clip((scene - around) * artist.random.uniform(0.5, 4) - artist.random.uniform(-0.2, 0.6), 0, 1)


def chart(artist):
    """Axes, or a box, with curves or bars, grid lines and specks of labels."""
    random, side = artist.random, artist.canvas
    image = Image.new("L", (side, int(side * random.uniform(0.6, 1))))
    draw, (wide, high) = ImageDraw.Draw(image), image.size
    left, top, right, bottom = 14, 4, wide - 4, high - 12
    pen = int(random.integers(1, 3))
    if random.random() < 0.6:
        draw.rectangle((left, top, right, bottom), outline=255, width=pen)
    elif random.random() < 0.8:
        draw.line([(left, top), (left, bottom), (right, bottom)], 255, pen)
    for place in random.uniform(0, 1, random.integers(0, 6)) if random.random() < 0.5 else ():
        shade = int(random.uniform(40, 200))
        draw.line([(left, top + place * (bottom - top)), (right, top + place * (bottom - top))], shade)
        draw.line([(left + place * (right - left), top), (left + place * (right - left), bottom)], shade)
    if random.random() < 0.25:
        count = int(random.integers(3, 11))
        for i, value in enumerate(random.uniform(0.1, 1, count)):
            x = left + (right - left) * (i + 0.2) / count
            draw.rectangle((x, bottom - value * (bottom - top), x + (right - left) * 0.6 / count, bottom), int(random.uniform(120, 255)))
    else:
        for _ in range(random.integers(1, 4)):
            xs = numpy.linspace(0, 1, 24)
            fall = numpy.exp(-xs * random.uniform(0, 9)) * random.uniform(0.2, 0.9)
            ys = (fall if random.random() < 0.6 else 1 - fall) * 0.9 + random.normal(0, random.uniform(0, 0.06), 24)
            draw.line([(left + x * (right - left), bottom - numpy.clip(y, 0, 1) * (bottom - top)) for x, y in zip(xs, ys)], 255, int(random.integers(1, 4)))
    for place in numpy.linspace(0.05, 0.95, random.integers(0, 8)):
        draw.rectangle((left + place * (right - left), bottom + 4, left + place * (right - left) + 5, bottom + 8), 255)
        draw.rectangle((3, top + place * (bottom - top), 9, top + place * (bottom - top) + 3), 255)
    return numpy.asarray(image, numpy.float32) / 255


def diagram(artist):
    """Boxes with words, joined by lines."""
    random, side = artist.random, artist.canvas
    image = Image.new("L", (side, side))
    draw = ImageDraw.Draw(image)
    rows, columns = random.choice([(2, 1), (3, 1), (4, 1), (5, 1), (2, 2), (3, 2), (3, 3), (1, 3)])
    wide, high = side / columns, side / rows
    for row in range(rows):
        for column in range(columns):
            if random.random() < 0.1:
                continue
            box = (column * wide + 3, row * high + high * 0.2, (column + random.uniform(0.6, 0.95)) * wide - 3, (row + 0.8) * high)
            draw.rectangle(box, outline=255, width=int(random.integers(1, 3)), fill=int(random.choice([0, 0, 90])))
            if random.random() < 0.5:
                draw.line([((box[0] + box[2]) / 2, box[1]), ((box[0] + box[2]) / 2, box[3])], 255)
            for x in numpy.arange(box[0] + 5, box[2] - 6, random.uniform(4, 8)):
                draw.rectangle((x, (box[1] + box[3]) / 2 - 3, x + 2, (box[1] + box[3]) / 2 + random.integers(0, 4)), 255)
            if row + 1 < rows:
                draw.line([((box[0] + box[2]) / 2, box[3]), ((box[0] + box[2]) / 2, box[3] + high * 0.4)], 255)
    return numpy.asarray(image, numpy.float32) / 255


def code(artist):
    """Square modules, as a QR code has, or bars."""
    side = int(artist.random.integers(5, 30))
    modules = (artist.random.random((side, side)) < artist.random.uniform(0.35, 0.6)).astype(numpy.float32)
    if artist.random.random() < 0.2:
        modules[:] = modules[0]
    elif side > 14:
        for row, column in ((0, 0), (0, side - 7), (side - 7, 0)):
            modules[row:row + 7, column:column + 7] = 1
            modules[row + 1:row + 6, column + 1:column + 6] = 0
            modules[row + 2:row + 5, column + 2:column + 5] = 1
    return numpy.kron(modules, numpy.ones((4, 4), numpy.float32))


def captcha(artist):
    """Characters that lean on each other, crossed by lines."""
    signs = "".join(artist.random.choice(list(string.digits + LETTERS), artist.random.integers(3, 7)))
    image = Image.fromarray((artist.printed(signs) * 255).astype(numpy.uint8))
    draw = ImageDraw.Draw(image)
    for _ in range(artist.random.integers(0, 4)):
        ends = [(artist.random.uniform(0, image.size[0]), artist.random.uniform(0, image.size[1])) for _ in range(2)]
        draw.line(ends, 255, int(artist.random.integers(1, 5)))
    return numpy.asarray(image, numpy.float32) / 255


def scribble(artist):
    count = int(artist.random.integers(1, 7))
    shape = []
    for _ in range(count):
        points = artist.random.uniform(0, 1, (artist.random.integers(2, 12 if count < 3 else 4), 2))
        shape.append((bool(artist.random.random() < 0.6), points.tolist()))
    if count == 1 and len(shape[0][1]) < 8:
        shape += [(True, artist.random.uniform(0, 1, (6, 2)).tolist())]
    return artist.strokes(shape)


def filled(artist):
    """Shapes without strokes: discs, boxes, polygons, rings."""
    side = artist.canvas
    image = Image.new("L", (side, side))
    draw = ImageDraw.Draw(image)
    for _ in range(artist.random.integers(1, 8)):
        x, y = artist.random.uniform(0, 0.75 * side, 2)
        wide, high = artist.random.uniform(0.12 * side, 0.75 * side, 2)
        box = (x, y, min(side - 1, x + wide), min(side - 1, y + high))
        shade = int(artist.random.uniform(90, 255))
        kind = artist.random.integers(3)
        if kind == 0:
            draw.ellipse(box, shade)
        elif kind == 1:
            draw.rectangle(box, shade)
        else:
            draw.polygon([tuple(place) for place in artist.random.uniform(0, side - 1, (artist.random.integers(3, 8), 2))], shade)
    turned = image.rotate(math.degrees(artist.random.normal(0, 0.3)))
    return numpy.asarray(turned, numpy.float32) / 255
