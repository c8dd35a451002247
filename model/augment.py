"""Varies training pictures as handwriting and scanning do. All of a batch at once, on whatever device holds it.

The last steps mimic what a picture goes through before the model sees it: photographed or scanned at some size,
then cropped to its ink, fitted into 20×20 pixels and centred by mass, as MNIST's own pictures were.
"""

import math

import torch
import torch.nn.functional as F

PIXEL = 2 / 28  # one pixel of a 28×28 picture in grid_sample's coordinates, where a picture spans -1 to 1


def augment(pictures, gentle=0):
    """Pictures [n, 1, 28, 28] in [0, 1], varied; the same state of torch's random numbers gives the same result.

    A share `gentle` of them, the first ones, is only warped and framed, so that it still looks as MNIST's pictures do.
    """
    draw = Draw(len(pictures), round(gentle * len(pictures)), pictures.device)
    canvas = warp(pictures, draw)
    canvas = change_stroke(canvas, draw)
    framed = frame(canvas, draw)
    return degrade(framed, draw).clamp_(0, 1)


def move(frames):
    """Frames [n, 1, 28, 28] that came out of the transform, turned, slanted, stretched and shifted by little, so that none comes twice."""
    draw = Draw(len(frames), 0, frames.device)
    scale, stretch = 1 + draw.normal(0.04, 0.08), 1 + draw.normal(0.03, 0.06)
    turn, slant = draw.normal(0.05, 0.1), draw.normal(0.05, 0.1)
    shifts = [draw.normal(0.5 * PIXEL, PIXEL) for _ in range(2)]
    rows = [scale, turn + slant, shifts[0], -turn, scale * stretch, shifts[1]]
    theta = torch.cat([row.reshape(-1, 1) for row in rows], dim=1).reshape(-1, 2, 3)
    return F.grid_sample(frames, F.affine_grid(theta, frames.shape, align_corners=False), align_corners=False)


class Draw:
    """Random numbers, one for each picture of the batch, shaped to be multiplied with pictures."""

    def __init__(self, count, gentle, device):
        self.count = count
        self.gentle = gentle
        self.device = device

    def uniform(self, low, high):
        return torch.rand(self.count, 1, 1, 1, device=self.device) * (high - low) + low

    def normal(self, deviation, limit):
        return (torch.randn(self.count, 1, 1, 1, device=self.device) * deviation).clamp_(-limit, limit)

    def noise(self, *shape):
        return torch.randn(self.count, *shape, device=self.device)

    def some(self, share):
        """True for about `share` of the pictures that need not stay gentle."""
        chosen = self.uniform(0, 1) < share
        chosen[: self.gentle] = False
        return chosen


def warp(pictures, draw):
    """Rotates, stretches, slants and bends onto a canvas of twice the resolution."""
    angle = draw.normal(math.radians(6), math.radians(16))
    slant = draw.normal(0.12, 0.35)
    wide, high = draw.normal(0.08, 0.2).exp(), draw.normal(0.08, 0.2).exp()
    cos, sin = angle.cos(), angle.sin()
    zero = torch.zeros_like(cos)
    rows = [wide * cos, wide * (slant * cos - sin), zero, high * sin, high * (slant * sin + cos), zero]
    theta = torch.cat([row.reshape(-1, 1) for row in rows], dim=1).reshape(-1, 2, 3)
    grid = F.affine_grid(theta, (draw.count, 1, 56, 56), align_corners=False)
    smooth = F.interpolate(torch.eye(6, device=draw.device).reshape(1, 1, 6, 6), size=(56, 6), mode="bicubic", align_corners=False)[0, 0]
    bend = smooth @ (draw.noise(2, 6, 6) * draw.uniform(0, 0.9 * PIXEL)) @ smooth.T
    return F.grid_sample(pictures, grid + bend.permute(0, 2, 3, 1), align_corners=False)


def change_stroke(canvas, draw):
    """Makes some strokes thicker or thinner: the greatest or least value nearby, mixed in by a random part."""
    part = draw.uniform(0, 1)
    thicker = draw.some(0.25)
    thinner = draw.some(0.23) & ~thicker
    return canvas + part * (thicker * (greatest(canvas, 2) - canvas) + thinner * (-greatest(-canvas, 1) - canvas))


def greatest(canvas, reach):
    """The greatest value of each pixel's square neighbourhood, rows first, then columns: less work than both at once."""
    wide = F.max_pool2d(canvas, (1, 2 * reach + 1), 1, (0, reach))
    return F.max_pool2d(wide, (2 * reach + 1, 1), 1, (reach, 0))


def frame(canvas, draw):
    """Half of the pictures are framed anew as MNIST was, the others stay; all are moved and scaled a little."""
    scale = draw.normal(0.05, 0.14).exp()
    centre = torch.cat([draw.normal(0.9 * PIXEL, 2.5 * PIXEL), draw.normal(0.9 * PIXEL, 2.5 * PIXEL)], dim=3)
    anew = draw.some(0.5)
    anew[: draw.gentle] = True
    size, mass = measure(canvas)
    scale = torch.where(anew, scale * size.reshape(-1, 1, 1, 1) / (20 / 28), scale)
    centre = centre + anew * (mass.reshape(-1, 1, 1, 2) - 0.5 * PIXEL * scale)  # MNIST's centre is that of the pixel right below the middle
    axis = (torch.arange(56, device=draw.device) + 0.5) / 28 - 1
    whole = torch.stack(torch.meshgrid(axis, axis, indexing="xy"), dim=2)
    return F.avg_pool2d(F.grid_sample(canvas, whole * scale + centre, align_corners=False), 2)


def measure(canvas):
    """The longer side of the ink's box as a part of the canvas, and the centre of mass (x, y) from -1 to 1."""
    side = canvas.shape[-1]
    places = torch.arange(1, side + 1, device=canvas.device)
    axis = (places - 0.5) / side * 2 - 1
    ink = canvas[:, 0]
    total = ink.sum(dim=(1, 2)).clamp_min(1e-6)
    mass = torch.stack([(ink.sum(dim=1) * axis).sum(dim=1) / total, (ink.sum(dim=2) * axis).sum(dim=1) / total], dim=1)
    extents = []
    for dim in (1, 2):
        marked = (ink.amax(dim=dim) > 0.25).float()
        first = (marked * (side + 1 - places)).amax(dim=1)
        last = (marked * places).amax(dim=1)
        extents.append((last + first - side).clamp_min(side / 4))  # an erased stroke is not blown up
    return torch.maximum(*extents) / side, mass


def degrade(framed, draw):
    """Blur, contrast, gamma, a line lost or left over, noise: each for some pictures."""
    for share in (0.3, 0.12):
        # Two means of 2×2 pixels are the weights 1 2 1 in both directions.
        blurred = F.avg_pool2d(F.avg_pool2d(F.pad(framed, (1, 1, 1, 1)), 2, 1), 2, 1)
        framed = framed + draw.some(share) * draw.uniform(0, 1) * (blurred - framed)
    harder = ((framed - draw.uniform(0, 0.2)) * draw.uniform(0.8, 2.5)).clamp(0, 1)
    framed = torch.where(draw.some(0.4), harder, framed)
    framed = torch.where(draw.some(0.3), framed.clamp(1e-4, 1) ** draw.normal(0.35, 0.8).exp(), framed)
    rows = torch.arange(28, device=draw.device).reshape(1, 1, 28, 1)
    line = (1 - (rows - draw.uniform(4, 24)).abs()).clamp_min(0) * draw.uniform(0.2, 1)
    lined = torch.where(draw.uniform(0, 1) < 0.6, framed * (1 - line), torch.maximum(framed, 0.5 * line))
    framed = torch.where(draw.some(0.06), lined, framed)
    return framed + draw.some(0.25) * draw.noise(1, 28, 28) * draw.uniform(0, 0.1)
