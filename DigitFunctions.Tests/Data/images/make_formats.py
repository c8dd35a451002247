#!/usr/bin/python3
"""Makes pictures in the formats other than PNG and the tensors that the KServe sample computes of them with OpenCV.

    make_formats.py        writes formats.zip beside this script

The zip holds, for each picture, a file NAME.EXT and NAME.EXT.u8: the 784 bytes v of which the tensor is v / 255.
OpenCV reads no GIF and no TGA, nor some kinds of BMP and TIFF: those are read by Pillow, made grey by OpenCV's reader of BMP.
Needs Debian's python3-opencv 4.6.0, python3-pil, python3-numpy, imagemagick, libtiff-tools, libjpeg-turbo-progs and webp.
"""
import io
import os
import subprocess
import tempfile
import zipfile

import cv2
import numpy as np
from PIL import Image, ImageDraw

HERE = os.path.dirname(os.path.abspath(__file__))
FILES = {}
BY_PILLOW = set()


def seven(width, height, paper=(250, 240, 220), ink=(20, 30, 90)):
    """A seven of two colours, off the middle, so that every turn of it is another picture."""
    picture = Image.new("RGB", (width, height), paper)
    draw = ImageDraw.Draw(picture)
    unit = min(width / 60, height / 80)
    draw.line([(x * unit, y * unit) for x, y in ((15, 16), (42, 16), (24, 68))], fill=ink, width=max(2, round(5 * unit)))
    return picture


def stored(picture, orientation):
    """The raster that an orientation turns into the picture."""
    turns = Image.Transpose
    turn = {2: turns.FLIP_LEFT_RIGHT, 3: turns.ROTATE_180, 4: turns.FLIP_TOP_BOTTOM, 5: turns.TRANSPOSE,
            6: turns.ROTATE_90, 7: turns.TRANSVERSE, 8: turns.ROTATE_270}.get(orientation)
    return picture if turn is None else picture.transpose(turn)


def noisy(width, height, seed):
    """A seven under noise and a gradient in every channel."""
    values = np.asarray(seven(width, height)).astype(np.int32)
    random = np.random.default_rng(seed)
    values = values + random.integers(-30, 31, values.shape) - (np.arange(width) // 4)[None, :, None]
    return Image.fromarray(np.clip(values, 0, 255).astype(np.uint8))


def save(name, picture, by_pillow=False, **options):
    """What Pillow writes."""
    stream = io.BytesIO()
    picture.save(stream, Image.registered_extensions()["." + name.rsplit(".", 1)[1]], **options)
    add(name, stream.getvalue(), by_pillow)


def add(name, data, by_pillow=False):
    FILES[name] = data
    if by_pillow:
        BY_PILLOW.add(name)


def run(name, data, *command, source="in.png", by_pillow=False):
    """What a command makes of a file; IN and OUT stand for the two."""
    with tempfile.TemporaryDirectory() as folder:
        given, made = os.path.join(folder, source), os.path.join(folder, "out." + name.rsplit(".", 1)[1])
        with open(given, "wb") as file:
            file.write(data)
        subprocess.run([word.replace("IN", given).replace("OUT", made) for word in command], check=True)
        with open(made, "rb") as file:
            add(name, file.read(), by_pillow)


def png(picture, kind="PNG"):
    stream = io.BytesIO()
    picture.save(stream, kind)
    return stream.getvalue()


def jpeg():
    picture = seven(60, 80)
    for orientation in range(1, 9):
        exif = Image.Exif()
        exif[0x0112] = orientation
        save(f"exif{orientation}.jpg", stored(picture, orientation), exif=exif, quality=90)
    save("grey.jpg", noisy(56, 56, 1).convert("L"), quality=85)
    save("grey-odd.jpg", noisy(57, 61, 1).convert("L"), quality=75)
    save("colour-444.jpg", noisy(57, 61, 2), quality=90, subsampling=0)
    save("colour-422.jpg", noisy(57, 61, 2), quality=90, subsampling=1)
    save("colour-420.jpg", noisy(112, 84, 3), quality=70, subsampling=2)
    save("progressive.jpg", noisy(90, 70, 4), quality=80, progressive=True)
    save("progressive-grey.jpg", noisy(90, 70, 4).convert("L"), quality=80, progressive=True)
    save("cmyk.jpg", noisy(60, 80, 5).convert("CMYK"), quality=90)
    run("rgb.jpg", png(seven(60, 80), "PPM"), "cjpeg", "-rgb", "-quality", "90", "-outfile", "OUT", "IN")
    run("restart.jpg", png(noisy(60, 80, 5), "PPM"), "cjpeg", "-restart", "1", "-outfile", "OUT", "IN")
    run("arithmetic.jpg", png(noisy(60, 80, 5), "PPM"), "cjpeg", "-arithmetic", "-outfile", "OUT", "IN")


def bmp():
    save("colour24.bmp", noisy(57, 61, 6))
    save("grey8.bmp", noisy(56, 56, 6).convert("L"))
    save("bit1.bmp", seven(60, 80).convert("1"))
    save("palette8.bmp", noisy(57, 61, 6).quantize(40))
    for name, options in (("rle8", ["-compress", "RLE"]), ("bmp3", ["-type", "truecolor"])):
        run(f"{name}.bmp", png(seven(60, 80).quantize(8)), "convert", "IN", *options, "BMP3:OUT")
    run("colour16.bmp", png(noisy(57, 61, 6)), "convert", "IN", "-define", "bmp:subtype=RGB565", "OUT", by_pillow=True)


def gif():
    save("palette.gif", noisy(57, 61, 7).quantize(64), by_pillow=True)
    save("grey.gif", noisy(56, 56, 7).convert("L"), by_pillow=True)
    save("interlaced.gif", seven(60, 80).quantize(16), by_pillow=True, interlace=1)
    frames = [noisy(60, 80, seed).quantize(16) for seed in (8, 9, 10)]
    save("animated.gif", frames[0], by_pillow=True, save_all=True, append_images=frames[1:], duration=100)


def webp():
    save("lossless.webp", noisy(57, 61, 11), lossless=True)
    save("lossy.webp", noisy(60, 80, 11), quality=80)
    save("lossy-odd.webp", noisy(57, 61, 11), quality=60)
    save("grey-lossless.webp", noisy(56, 56, 11).convert("L"), lossless=True)
    frames = [noisy(60, 80, seed) for seed in (17, 18)]
    save("animated.webp", frames[0], by_pillow=True, save_all=True, append_images=frames[1:], duration=100)


def tiff():
    colour, grey, bit = noisy(57, 61, 12), noisy(56, 56, 12).convert("L"), seven(60, 80).convert("1")
    save("colour.tif", colour)
    save("grey.tif", grey)
    save("bit1.tif", bit)
    save("palette.tif", colour.quantize(40))
    for compression in ("tiff_lzw", "tiff_adobe_deflate", "packbits"):
        save(f"colour-{compression}.tif", colour, compression=compression)
    for compression in ("group3", "group4", "packbits", "tiff_lzw"):
        save(f"bit1-{compression}.tif", bit, compression=compression)
    for kind, value in (("white-is-zero", "min-is-white"), ("black-is-zero", "min-is-black")):
        for name, picture in (("bit1", bit), ("grey", grey)):
            for compression in (["None"] if name == "grey" else ["None", "Group4", "Fax", "RLE", "LZW"]):
                run(f"{name}-{kind}-{compression.lower()}.tif", png(picture), "convert", "IN", "-define", f"quantum:polarity={value}",
                    "-compress", compression, "OUT")
    stream = io.BytesIO()
    colour.save(stream, "TIFF")
    run("tiled.tif", stream.getvalue(), "tiffcp", "-t", "-w", "32", "-l", "32", "IN", "OUT", source="in.tif")
    run("strips.tif", stream.getvalue(), "tiffcp", "-r", "7", "IN", "OUT", source="in.tif")
    run("big-endian.tif", stream.getvalue(), "tiffcp", "-B", "IN", "OUT", source="in.tif")
    run("planar.tif", stream.getvalue(), "tiffcp", "-p", "separate", "IN", "OUT", source="in.tif")
    run("predictor.tif", stream.getvalue(), "tiffcp", "-c", "lzw:2", "IN", "OUT", source="in.tif")
    run("jpeg.tif", stream.getvalue(), "tiffcp", "-c", "jpeg:r:90", "-r", "16", "IN", "OUT", source="in.tif")
    run("bigtiff.tif", stream.getvalue(), "tiffcp", "-8", "IN", "OUT", source="in.tif")
    for orientation in range(1, 9):
        save(f"orientation{orientation}.tif", stored(seven(60, 80), orientation), tiffinfo={0x0112: orientation})
    pages = [noisy(60, 80, seed) for seed in (13, 14)]
    save("pages.tif", pages[0], save_all=True, append_images=pages[1:], compression="tiff_lzw")
    for depth in (2, 4, 16):
        run(f"grey{depth}.tif", png(grey), "convert", "IN", "-depth", str(depth), "-define", "quantum:polarity=min-is-black", "OUT", by_pillow=depth < 8)


def tga():
    save("colour.tga", noisy(57, 61, 15), by_pillow=True)
    save("grey.tga", noisy(56, 56, 15).convert("L"), by_pillow=True)
    save("rle.tga", seven(60, 80), by_pillow=True, compression="tga_rle")
    save("top-down.tga", seven(60, 80), by_pillow=True, orientation=1)
    save("palette.tga", noisy(57, 61, 15).quantize(40), by_pillow=True)


def pnm():
    save("bit1.pbm", seven(60, 80).convert("1"))
    save("grey.pgm", noisy(56, 56, 16).convert("L"))
    save("colour.ppm", noisy(57, 61, 16))
    for kind, picture in (("pbm", seven(60, 80).convert("1")), ("pgm", noisy(56, 56, 16).convert("L")), ("ppm", noisy(57, 61, 16))):
        run(f"plain.{kind}", png(picture), "convert", "IN", "-compress", "none", "OUT")
    run("grey16.pgm", png(noisy(56, 56, 16).convert("L")), "convert", "IN", "-depth", "16", "OUT")


def sample_tensor(name, data):
    """What the KServe sample computes, before its division by 255."""
    if name in BY_PILLOW:
        colour = np.asarray(Image.open(io.BytesIO(data)).convert("RGB"))
        grey = cv2.imdecode(cv2.imencode(".bmp", colour[:, :, ::-1].copy())[1], cv2.IMREAD_GRAYSCALE)
    else:
        grey = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_GRAYSCALE)
    if grey is None:
        raise SystemExit(f"OpenCV cannot read {name}")
    return cv2.resize(255 - grey, (28, 28))


def main():
    for make in (jpeg, bmp, gif, webp, tiff, tga, pnm):
        make()
    with zipfile.ZipFile(os.path.join(HERE, "formats.zip"), "w", zipfile.ZIP_DEFLATED) as target:
        for name, data in FILES.items():
            for entry, content in ((name, data), (name + ".u8", sample_tensor(name, data).tobytes())):
                target.writestr(zipfile.ZipInfo(entry, (2024, 1, 1, 0, 0, 0)), content, zipfile.ZIP_DEFLATED)


if __name__ == "__main__":
    main()
