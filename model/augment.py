"""Varies training pictures as handwriting and scanning do. All of a batch at once, on the CPU.

The last steps mimic what a picture goes through before the model sees it: photographed or scanned at some size,
then cropped to its ink, fitted into 20×20 pixels and centred by mass, as MNIST's own pictures were.
"""

import math

import torch
import torch.nn.functional as F

PIXEL = 2 / 28  # one pixel of a 28×28 picture in grid_sample's coordinates, where a picture spans -1 to 1


def augment(pictures, generator, gentle=0):
    """Pictures [n, 1, 28, 28] in [0, 1], varied; the same generator state gives the same result.

    A share `gentle` of them, the first ones, is only warped and framed, so that it still looks as MNIST's pictures do.
    """
    draw = Draw(len(pictures), generator, round(gentle * len(pictures)))
    canvas = warp(pictures, draw)
    canvas = change_stroke(canvas, draw)
    framed = frame(canvas, draw)
    return degrade(framed, draw).clamp_(0, 1)


class Draw:
    """Random numbers, one for each picture of the batch, shaped to be multiplied with pictures."""

    def __init__(self, count, generator, gentle):
        self.count = count
        self.generator = generator
        self.gentle = gentle

    def uniform(self, low, high):
        return torch.rand(self.count, 1, 1, 1, generator=self.generator) * (high - low) + low

    def normal(self, deviation, limit):
        return (torch.randn(self.count, 1, 1, 1, generator=self.generator) * deviation).clamp_(-limit, limit)

    def noise(self, *shape):
        return torch.randn(self.count, *shape, generator=self.generator)

    def some(self, share):
        """Row numbers of about `share` of the pictures that need not stay gentle."""
        chosen = torch.rand(self.count, generator=self.generator) < share
        chosen[: self.gentle] = False
        return chosen.nonzero().flatten()


def warp(pictures, draw):
    """Rotates, stretches, slants and bends onto a canvas of twice the resolution."""
    angle = draw.normal(math.radians(6), math.radians(16))
    slant = draw.normal(0.12, 0.35)
    wide, high = draw.normal(0.08, 0.2).exp(), draw.normal(0.08, 0.2).exp()
    cos, sin = angle.cos(), angle.sin()
    rows = [wide * cos, wide * (slant * cos - sin), high * sin, high * (slant * sin + cos)]
    theta = torch.cat([row.reshape(-1, 1) for row in rows], dim=1).reshape(-1, 2, 2)
    theta = torch.cat([theta, torch.zeros(draw.count, 2, 1)], dim=2)
    grid = F.affine_grid(theta, (draw.count, 1, 56, 56), align_corners=False)
    smooth = F.interpolate(torch.eye(6).reshape(1, 1, 6, 6), size=(56, 6), mode="bicubic", align_corners=False)[0, 0]
    bend = smooth @ (draw.noise(2, 6, 6) * draw.uniform(0, 0.9 * PIXEL)) @ smooth.T
    return F.grid_sample(pictures, grid + bend.permute(0, 2, 3, 1), align_corners=False)


def change_stroke(canvas, draw):
    """Makes some strokes thicker or thinner: the greatest or least value nearby, mixed in by a random part."""
    part = draw.uniform(0, 1)
    thicker, thinner = draw.some(0.25), draw.some(0.2)
    canvas[thicker] += part[thicker] * (greatest(canvas[thicker], 2) - canvas[thicker])
    canvas[thinner] += part[thinner] * (-greatest(-canvas[thinner], 1) - canvas[thinner])
    return canvas


def greatest(canvas, reach):
    """The greatest value of each pixel's square neighbourhood, rows first, then columns: less work than both at once."""
    wide = F.max_pool2d(canvas, (1, 2 * reach + 1), 1, (0, reach))
    return F.max_pool2d(wide, (2 * reach + 1, 1), 1, (reach, 0))


def frame(canvas, draw):
    """Half of the pictures are framed anew as MNIST was, the others stay; all are moved and scaled a little."""
    scale = draw.normal(0.05, 0.14).exp()
    centre = torch.cat([draw.normal(0.9 * PIXEL, 2.5 * PIXEL), draw.normal(0.9 * PIXEL, 2.5 * PIXEL)], dim=3)
    anew = torch.cat([torch.arange(draw.gentle), draw.some(0.5)])
    size, mass = measure(canvas[anew])
    scale[anew] *= (size / (20 / 28)).reshape(-1, 1, 1, 1)
    centre[anew] += mass.reshape(-1, 1, 1, 2) - 0.5 * PIXEL * scale[anew]  # MNIST's centre is that of the pixel right below the middle
    axis = (torch.arange(56) + 0.5) / 28 - 1
    whole = torch.stack(torch.meshgrid(axis, axis, indexing="xy"), dim=2)
    return F.avg_pool2d(F.grid_sample(canvas, whole * scale + centre, align_corners=False), 2)


def measure(canvas):
    """The longer side of the ink's box as a part of the canvas, and the centre of mass (x, y) from -1 to 1."""
    side = canvas.shape[-1]
    axis = (torch.arange(side) + 0.5) / side * 2 - 1
    ink = canvas[:, 0]
    total = ink.sum(dim=(1, 2)).clamp_min(1e-6)
    mass = torch.stack([(ink.sum(dim=1) * axis).sum(dim=1) / total, (ink.sum(dim=2) * axis).sum(dim=1) / total], dim=1)
    extents = []
    for dim in (1, 2):
        marked = (ink.amax(dim=dim) > 0.25).float()
        first = (marked * torch.arange(side, 0, -1)).amax(dim=1)
        last = (marked * torch.arange(1, side + 1)).amax(dim=1)
        extents.append((last + first - side).clamp_min(side / 4))  # an erased stroke is not blown up
    return torch.maximum(*extents) / side, mass


def degrade(framed, draw):
    """Blur, contrast, gamma, a line lost or left over, noise: each for some pictures."""
    binomial = torch.tensor([[1.0, 2, 1], [2, 4, 2], [1, 2, 1]]).reshape(1, 1, 3, 3) / 16
    for share in (0.3, 0.12):
        rows = draw.some(share)
        blurred = F.conv2d(framed[rows], binomial, padding=1)
        framed[rows] += draw.uniform(0, 1)[rows] * (blurred - framed[rows])
    rows = draw.some(0.4)
    framed[rows] = ((framed[rows] - draw.uniform(0, 0.2)[rows]) * draw.uniform(0.8, 2.5)[rows]).clamp_(0, 1)
    rows = draw.some(0.3)
    framed[rows] = framed[rows].clamp(1e-4, 1) ** draw.normal(0.35, 0.8).exp()[rows]
    rows = draw.some(0.06)
    height = draw.uniform(4, 24)[rows]
    line = (1 - (torch.arange(28).reshape(1, 1, 28, 1) - height).abs()).clamp_min(0) * draw.uniform(0.2, 1)[rows]
    lost = (draw.uniform(0, 1)[rows] < 0.6).float()
    framed[rows] = lost * framed[rows] * (1 - line) + (1 - lost) * torch.maximum(framed[rows], 0.5 * line)
    rows = draw.some(0.25)
    framed[rows] += draw.noise(1, 28, 28)[rows] * draw.uniform(0, 0.1)[rows]
    return framed
