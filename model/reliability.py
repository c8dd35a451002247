#!/usr/bin/env python3
"""Draws a reliability diagram of what `./dev bench accuracy FOLDER --csv FILE` found: how often the model is right at each confidence.

Only digits count, filed or not; prints the same figures as a Markdown table.
"""

import argparse
import csv
import pathlib

import numpy

from figures import CONFIDENCE_BINS, wilson

SIDE, MARGIN = 320, 44


def read(path):
    """Confidence and whether it is right, of each picture that shows a digit and was read as one."""
    with open(path, encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["is"] != "none" and row["said"].isdigit()]
    return numpy.array([float(row["confidence"]) for row in rows]), numpy.array([row["is"] == row["said"] for row in rows])


def bins(confidence, right):
    """For each range of confidence that has pictures: its ends, how many, their mean confidence, how many are right."""
    for low, high in zip(CONFIDENCE_BINS, CONFIDENCE_BINS[1:]):
        inside = (confidence >= low) & (confidence < high)
        if inside.any():
            yield low, min(high, 1), int(inside.sum()), float(confidence[inside].mean()), int(right[inside].sum())


def table(found):
    rows = ["| confidence | pictures | mean confidence | right | 95 % interval |", "|---|---:|---:|---:|---|"]
    for low, high, count, mean, right in found:
        least, most = wilson(right, count)
        rows.append(f"| {low:g} to {high:g} | {count} | {mean:.3f} | {right / count:.3f} | {least:.2f} to {most:.2f} |")
    return "\n".join(rows)


def draw(found, title):
    """An SVG: the diagonal is a model that is as sure as it is right; a bar spans the 95 % Wilson interval."""
    def x(value):
        return MARGIN + value * SIDE

    def y(value):
        return MARGIN + (1 - value) * SIDE

    side = SIDE + 2 * MARGIN
    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}" width="{side}" height="{side}" font-family="sans-serif" font-size="11">',
             f'<rect width="{side}" height="{side}" fill="#fff"/>', f'<text x="{side / 2}" y="20" text-anchor="middle" font-size="13">{title}</text>',
             f'<path d="M{x(0)} {y(1)}V{y(0)}H{x(1)}" fill="none" stroke="#444"/>',
             f'<path d="M{x(0)} {y(0)}L{x(1)} {y(1)}" stroke="#999" stroke-dasharray="4 4"/>']
    for value in (0, 0.25, 0.5, 0.75, 1):
        parts += [f'<text x="{x(value)}" y="{y(0) + 16}" text-anchor="middle">{value:g}</text>', f'<text x="{x(0) - 8}" y="{y(value) + 4}" text-anchor="end">{value:g}</text>']
    parts += [f'<text x="{side / 2}" y="{side - 8}" text-anchor="middle">confidence</text>',
              f'<text transform="translate(14 {side / 2}) rotate(-90)" text-anchor="middle">part that is right</text>']
    for _, _, count, mean, right in found:
        least, most = wilson(right, count)
        parts += [f'<path d="M{x(mean):.1f} {y(least):.1f}V{y(most):.1f}" stroke="#2a6fb0" stroke-width="2" opacity=".5"/>',
                  f'<circle cx="{x(mean):.1f}" cy="{y(right / count):.1f}" r="4" fill="#2a6fb0"><title>{right} of {count} right</title></circle>',
                  f'<text x="{x(mean) - 7:.1f}" y="{y(right / count) + 4:.1f}" text-anchor="end" fill="#555">{count}</text>']
    return "\n".join([*parts, "</svg>", ""])


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("csv", type=pathlib.Path)
    parser.add_argument("--out", type=pathlib.Path, default=pathlib.Path(__file__).resolve().parent / "reliability.svg")
    parser.add_argument("--title", default="Pictures of other people")
    arguments = parser.parse_args()
    found = list(bins(*read(arguments.csv)))
    if not found:
        parser.error(f"{arguments.csv} names no digit that was read")
    arguments.out.write_text(draw(found, arguments.title), encoding="utf-8")
    print(table(found))


if __name__ == "__main__":
    main()
