#!/usr/bin/python3
"""Makes PNG files of every kind and the tensors that the KServe sample computes of them with OpenCV.

    make_golden.py                        writes golden.zip beside this script
    make_golden.py --count N --seed S --out FILE [--large]

The zip holds, for each picture, NAME.png and NAME.u8: the 784 bytes v of which the tensor is v / 255.
Needs Debian's python3-opencv 4.6.0 and python3-numpy. The files are written by the code below, since
no library writes all of them: every colour type and depth, filters, interlacing, colour chunks.
"""
import argparse
import os
import struct
import zipfile
import zlib

import cv2
import numpy as np

DEPTHS = {0: (1, 2, 4, 8, 16), 2: (8, 16), 3: (1, 2, 4, 8), 4: (8, 16), 6: (8, 16)}
CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
ADAM7 = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def packed_rows(samples, depth):
    """The bytes of each row of height × width × channels samples."""
    height = samples.shape[0]
    flat = samples.reshape(height, -1)
    if depth == 16:
        return flat.astype(">u2").view(np.uint8).reshape(height, -1)
    if depth == 8:
        return flat.astype(np.uint8)
    bits = ((flat[:, :, None] >> np.arange(depth - 1, -1, -1)) & 1).astype(np.uint8)
    return np.packbits(bits.reshape(height, -1), axis=1)


def filtered(rows, bytes_per_pixel, rng, use):
    """Filters each row, with a filter drawn for each or with one for all."""
    out = bytearray()
    above = np.zeros(rows.shape[1], np.int32)
    for row in rows.astype(np.int32):
        left = np.concatenate([np.zeros(bytes_per_pixel, np.int32), row])[: len(row)]
        corner = np.concatenate([np.zeros(bytes_per_pixel, np.int32), above])[: len(row)]
        kind = int(rng.integers(5)) if use is None else use
        if kind == 0:
            guess = 0
        elif kind == 1:
            guess = left
        elif kind == 2:
            guess = above
        elif kind == 3:
            guess = (left + above) // 2
        else:
            estimate = left + above - corner
            a, b, c = abs(estimate - left), abs(estimate - above), abs(estimate - corner)
            guess = np.where((a <= b) & (a <= c), left, np.where(b <= c, above, corner))
        out.append(kind)
        out += ((row - guess) & 255).astype(np.uint8).tobytes()
        above = row
    return bytes(out)


def write_png(samples, color_type, depth, rng, interlaced=False, before_palette=b"", palette=None, before_data=b"",
              after_data=b"", use_filter=None, data_chunks=1, level=9):
    height, width = samples.shape[:2]
    bytes_per_pixel = max(1, CHANNELS[color_type] * depth // 8)
    if interlaced:
        raw = b""
        for x, y, dx, dy in ADAM7:
            part = samples[y::dy, x::dx]
            if part.size:
                raw += filtered(packed_rows(part, depth), bytes_per_pixel, rng, use_filter)
    else:
        raw = filtered(packed_rows(samples, depth), bytes_per_pixel, rng, use_filter)
    data = zlib.compress(raw, level)
    cuts = sorted(int(c) for c in rng.integers(0, len(data) + 1, data_chunks - 1))
    pieces = [data[a:b] for a, b in zip([0] + cuts, cuts + [len(data)])]
    header = struct.pack(">IIBBBBB", width, height, depth, color_type, 0, 0, int(interlaced))
    body = chunk(b"IHDR", header) + before_palette
    if palette is not None:
        body += chunk(b"PLTE", palette.astype(np.uint8).tobytes())
    body += before_data + b"".join(chunk(b"IDAT", piece) for piece in pieces) + after_data + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


def strokes(width, height, rng):
    """A few thick lines, 0 to 1, light on dark or dark on light."""
    canvas = np.zeros((height, width), np.uint8)
    for _ in range(int(rng.integers(1, 5))):
        ends = [(int(rng.integers(0, width)), int(rng.integers(0, height))) for _ in range(2)]
        cv2.line(canvas, ends[0], ends[1], int(rng.integers(100, 256)), int(rng.integers(1, 2 + min(width, height) // 8)), cv2.LINE_AA)
    value = canvas / 255.0
    return value if rng.integers(2) else 1 - value


def content(width, height, channels, top, rng):
    """Samples 0 to top: noise, strokes, a gradient, or grey in every channel."""
    kind = int(rng.integers(4))
    if kind == 0:
        return rng.integers(0, top + 1, (height, width, channels))
    if kind == 1:
        base = strokes(width, height, rng)
    else:
        y, x = np.mgrid[0:height, 0:width]
        base = np.clip((x * rng.random() / width + y * rng.random() / height), 0, 1)
    colour = np.ones(channels) if kind == 3 else rng.random(channels)
    return np.round(base[:, :, None] * colour * top).astype(np.int64)


def exif(orientation, rng):
    order = "<" if rng.integers(2) else ">"
    entries = struct.pack(order + "HHIHH", 0x0112, 3, 1, orientation, 0)
    return (b"II*\0" if order == "<" else b"MM\0*") + struct.pack(order + "IH", 8, 1) + entries + struct.pack(order + "I", 0)


def size(index, rng, large):
    if large:
        return int(rng.integers(200, 4097)), int(rng.integers(200, 4097))
    fixed = ((1, 1), (28, 28), (56, 56), (56, 28), (28, 56), (2, 2), (1, 40), (40, 1), (84, 84), (14, 14), (27, 29), (57, 55), (112, 112))
    if index % 3 == 0:
        return fixed[(index // 3) % len(fixed)]
    most = (20, 40, 80, 80, 150)[int(rng.integers(5))]
    return int(rng.integers(1, most)), int(rng.integers(1, most))


def make(index, rng, large=False):
    """One picture: its name and bytes."""
    kinds = [(c, d) for c in DEPTHS for d in DEPTHS[c]]
    color_type, depth = kinds[index % len(kinds)]
    width, height = size(index // len(kinds) + index, rng, large)
    top = (1 << depth) - 1
    name = f"{index:04d}-c{color_type}d{depth}-{width}x{height}"
    options = {"interlaced": bool(rng.integers(3) == 0), "data_chunks": int(rng.choice([1, 1, 3]))}
    options["use_filter"] = None if not large else int(rng.integers(5))
    options["level"] = 1 if large else 9
    before = b""
    extra = []
    if color_type == 3:
        used = int(rng.integers(1, top + 2))
        options["palette"] = rng.integers(0, 256, (used, 3))
        samples = rng.integers(0, used, (height, width, 1)) if rng.integers(2) else np.minimum(content(width, height, 1, used - 1, rng), used - 1)
        if rng.integers(2):
            extra.append("trns")
            options["before_data"] = chunk(b"tRNS", rng.integers(0, 256, int(rng.integers(1, used + 1))).astype(np.uint8).tobytes())
    else:
        samples = content(width, height, CHANNELS[color_type], top, rng)
        if color_type in (0, 2) and rng.integers(3) == 0:
            extra.append("trns")
            options["before_data"] = chunk(b"tRNS", samples[0, 0].astype(">u2").tobytes())
    draw = int(rng.integers(8))
    if draw == 0:
        extra.append("gama")
        before += chunk(b"gAMA", struct.pack(">I", int(rng.choice([45455, 45000, 100000, 96000, 55555, 22000, 220000]))))
    if draw in (1, 2):
        extra.append("srgb")
        before += chunk(b"sRGB", bytes([int(rng.integers(4))]))
        if draw == 2:
            before += chunk(b"gAMA", struct.pack(">I", int(rng.choice([45455, 45000, 60000]))))
            before += chunk(b"cHRM", struct.pack(">8I", 31270, 32900, 64000, 33000, 30000, 60000, 15000, 6000))
    if draw in (0, 3) and color_type != 3:
        extra.append("sbit")
        before += chunk(b"sBIT", bytes(rng.integers(1, depth + 1, CHANNELS[color_type]).astype(np.uint8)))
    if rng.integers(8) == 0:
        orientation = int(rng.integers(1, 9))
        extra.append(f"exif{orientation}")
        options["after_data" if rng.integers(2) else "before_palette"] = chunk(b"eXIf", exif(orientation, rng))
    before += chunk(b"tEXt", b"Comment\0golden") if rng.integers(6) == 0 else b""
    options["before_palette"] = before + options.get("before_palette", b"")
    name += ("-i" if options["interlaced"] else "") + "".join("-" + e for e in extra)
    return name, write_png(samples, color_type, depth, rng, **options)


def sample_tensor(png):
    """What the KServe sample computes, before its division by 255; None where OpenCV reads no picture."""
    picture = cv2.imdecode(np.frombuffer(png, np.uint8), cv2.IMREAD_GRAYSCALE)
    return None if picture is None else cv2.resize(255 - picture, (28, 28))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=450)
    parser.add_argument("--seed", type=int, default=20240928)
    parser.add_argument("--large", action="store_true", help="200 to 4096 pixels a side")
    parser.add_argument("--out", default=os.path.join(os.path.dirname(os.path.abspath(__file__)), "golden.zip"))
    arguments = parser.parse_args()
    with zipfile.ZipFile(arguments.out, "w", zipfile.ZIP_DEFLATED) as target:
        for index in range(arguments.count):
            name, png = make(index, np.random.default_rng([arguments.seed, index]), arguments.large)
            tensor = sample_tensor(png)
            if tensor is None:
                raise SystemExit(f"OpenCV cannot read {name}")
            for entry, data in ((name + ".png", png), (name + ".u8", tensor.tobytes())):
                target.writestr(zipfile.ZipInfo(entry, (2024, 1, 1, 0, 0, 0)), data, zipfile.ZIP_DEFLATED)


if __name__ == "__main__":
    main()
