"""Measures a model on labelled pictures and writes what was found as Markdown and as a picture."""

import math
import struct
import zlib

import numpy

CONFIDENCE_BINS = (0, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99, 1.0001)


def wilson(right, count):
    """The 95 % Wilson score interval of a share."""
    z = 1.959964
    share = right / count
    middle = (share + z * z / (2 * count)) / (1 + z * z / count)
    half = z / (1 + z * z / count) * math.sqrt(share * (1 - share) / count + z * z / (4 * count * count))
    return middle - half, middle + half


class Figures:
    """How predictions [n, 10] compare with the labels [n]; numpy arrays."""

    def __init__(self, predictions, labels):
        self.labels = labels
        self.predictions = predictions
        self.digits = predictions.argmax(axis=1)
        self.confidence = predictions.max(axis=1)
        self.right = self.digits == labels
        self.count = len(labels)
        self.accuracy = self.right.mean()

    def line(self):
        low, high = wilson(self.right.sum(), self.count)
        return f"{self.accuracy:.2%} ({self.right.sum()} of {self.count}; 95 % interval {low:.2%} to {high:.2%})"

    def confusion(self):
        table = numpy.zeros((10, 10), dtype=int)
        numpy.add.at(table, (self.labels, self.digits), 1)
        rows = ["| is \\ read as | " + " | ".join(map(str, range(10))) + " | right |", "|" + "---:|" * 12]
        for digit, row in enumerate(table):
            cells = [str(n) if n else "·" for n in row]
            rows.append(f"| **{digit}** | " + " | ".join(cells) + f" | {row[digit] / row.sum():.2%} |")
        return "\n".join(rows)

    def bins(self):
        for low, high in zip(CONFIDENCE_BINS, CONFIDENCE_BINS[1:]):
            inside = (self.confidence >= low) & (self.confidence < high)
            if inside.any():
                yield low, min(high, 1), inside.sum(), self.confidence[inside].mean(), self.right[inside].mean()

    def calibration(self):
        rows = ["| confidence | pictures | mean confidence | right |", "|---|---:|---:|---:|"]
        rows += [f"| {low:g} to {high:g} | {count} | {mean:.3f} | {right:.3f} |" for low, high, count, mean, right in self.bins()]
        return "\n".join(rows)

    def expected_calibration_error(self):
        return sum(count * abs(mean - right) for _, _, count, mean, right in self.bins()) / self.count

    def worst(self, limit):
        """Numbers of the wrong pictures, those that the model was surest of first."""
        wrong = numpy.flatnonzero(~self.right)
        return wrong[numpy.argsort(-self.confidence[wrong], kind="stable")][:limit]


def write_montage(path, pictures, columns, zoom):
    """A grey PNG of pictures uint8 [n, 28, 28], row by row, each `zoom` times as large, with a frame of 4 pixels."""
    side = 28 * zoom + 4
    rows = max(1, math.ceil(len(pictures) / columns))
    canvas = numpy.full((rows * side, columns * side), 96, dtype=numpy.uint8)
    for place, picture in enumerate(pictures):
        top, left = place // columns * side + 2, place % columns * side + 2
        canvas[top:top + 28 * zoom, left:left + 28 * zoom] = numpy.kron(picture, numpy.ones((zoom, zoom), numpy.uint8))

    def chunk(kind, content):
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    height, width = canvas.shape
    lines = b"".join(b"\0" + line.tobytes() for line in canvas)
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
                     + chunk(b"IDAT", zlib.compress(lines, 9)) + chunk(b"IEND", b""))


def write_card(path, text):
    """Replaces what lies between the card's two marks."""
    first, last = "<!-- figures: written by train.py -->", "<!-- end of figures -->"
    card = path.read_text(encoding="utf-8")
    head, found, rest = card.partition(first)
    _, ended, tail = rest.partition(last)
    if not found or not ended:
        raise SystemExit(f"{path} needs the lines '{first}' and '{last}', for the figures to go between")
    path.write_text(f"{head}{first}\n{text}\n{last}{tail}", encoding="utf-8")
