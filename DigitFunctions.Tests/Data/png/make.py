#!/usr/bin/python3
"""Makes the PNG files of this folder and, beside each, the pixels that Pillow or OpenCV reads from it.

Needs Debian's python3-pil, python3-opencv, python3-numpy and optipng. Pixels: 13x11, four little-endian 16-bit components R G B A each.
"""
import subprocess
from pathlib import Path

import cv2
import numpy as np
from PIL import Image

FOLDER = Path(__file__).parent
WIDTH, HEIGHT = 13, 11
random = np.random.default_rng(1)


def noise(channels, top=256, kind=np.uint8):
    """Noise with a smooth half, so that an encoder chooses several filters."""
    values = random.integers(0, top, (HEIGHT, WIDTH, channels))
    values[:, : WIDTH // 2] = (np.add.outer(np.arange(HEIGHT), np.arange(WIDTH // 2)) * top // 40)[:, :, None]
    return values.astype(kind).squeeze()


def pixels(path):
    """What an independent decoder reads."""
    if "16" in path.stem:
        image = cv2.imread(str(path), cv2.IMREAD_UNCHANGED)
        assert image.dtype == np.uint16
        if image.ndim == 2:
            image = image[:, :, None].repeat(3, axis=2)
        alpha = image[:, :, 3:] if image.shape[2] == 4 else np.full((HEIGHT, WIDTH, 1), 65535)
        return np.concatenate([image[:, :, 2::-1], alpha], axis=2)
    return np.asarray(Image.open(path).convert("RGBA")).astype(np.uint16) * 257


def palette(colors):
    image = Image.fromarray(noise(1, top=colors), "P")
    image.putpalette(random.integers(0, 256, 3 * colors, dtype=np.uint8).tobytes())
    return image


Image.fromarray(noise(1)).convert("1").save(FOLDER / "grey1.png")
Image.fromarray(noise(1)).save(FOLDER / "grey8.png")
Image.fromarray(noise(2), "LA").save(FOLDER / "grey8-alpha.png")
Image.fromarray(noise(3)).save(FOLDER / "rgb8.png")
transparent = noise(3)
Image.fromarray(transparent).save(FOLDER / "rgb8-transparent.png", transparency=tuple(int(v) for v in transparent[5, 9]))
Image.fromarray(noise(4)).save(FOLDER / "rgb8-alpha.png")
palette(4).save(FOLDER / "palette2.png", bits=2)
palette(16).save(FOLDER / "palette4.png", bits=4, transparency=bytes(range(0, 160, 10)))
palette(200).save(FOLDER / "palette8.png", transparency=bytes([0, 100, 200]))
cv2.imwrite(str(FOLDER / "grey16.png"), noise(1, 65536, np.uint16))
cv2.imwrite(str(FOLDER / "rgb16.png"), noise(3, 65536, np.uint16))
cv2.imwrite(str(FOLDER / "rgb16-alpha.png"), noise(4, 65536, np.uint16))

for path in sorted(FOLDER.glob("*.png")):
    if not path.stem.startswith("interlaced"):
        subprocess.run(
            ["optipng", "-quiet", "-clobber", "-force", "-nc", "-np", "-nb", "-i", "1",
             "-out", FOLDER / f"interlaced-{path.name}", path], check=True)
for path in FOLDER.glob("*.png"):
    pixels(path).astype("<u2").tofile(path.with_suffix(".bin"))
