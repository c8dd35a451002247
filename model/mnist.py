"""Reads MNIST's training pictures, the frames of scans of them, and those of pictures that people labelled, from idx files, gzipped or plain."""

import gzip
import hashlib
import pathlib
import zlib

import numpy

# Content of the two files, unpacked: name, bytes, SHA-256, bytes of the idx header.
FILES = (
    ("train-images-idx3-ubyte", 47_040_016, "99fe0abd87bba66161ade322c8d170733eb9cdfcd6f7a9e01e4df8e8da71c654", 16),
    ("train-labels-idx1-ubyte", 60_008, "3a0bab9fa136aa50f4eeef1c30d9a132ec27feed8381f61e4449763bb8411a0c", 8),
)

SCANS = "scans-idx3-ubyte"
VALIDATION = 5_000  # the last pictures, and all scans of them: never trained on


def read_training_set(folder):
    """Pictures uint8 [60000, 28, 28] and labels uint8 [60000]; SystemExit with what to do when a file is not right."""
    images, labels = (read_idx(pathlib.Path(folder), *file) for file in FILES)
    return images.reshape(-1, 28, 28), labels


def read_scans(folder, count):
    """Frames uint8 [copies, count, 28, 28]: what the Robust profile made of scans of the `count` pictures, black where it could read nothing."""
    path, content = read(pathlib.Path(folder), SCANS, SCANS_WANTED)
    frames = numpy.frombuffer(content, dtype=numpy.uint8)
    if len(frames) <= 16 or (len(frames) - 16) % (count * 28 * 28) != 0:
        raise SystemExit(f"{path} does not hold a frame of each of the {count} pictures, or several. {SCANS_WANTED}")
    return frames[16:].reshape(-1, count, 28, 28)


def read_pictures(folder):
    """Frames uint8 [n, 28, 28] and labels uint8 [n], 10 for no single digit, of labelled pictures; what the Robust profile could not read is left out."""
    folder = pathlib.Path(folder)
    frames, labels = (numpy.frombuffer(read(folder, name, PICTURES_WANTED)[1], dtype=numpy.uint8)[header:]
                      for name, header in (("images-idx3-ubyte", 16), ("labels-idx1-ubyte", 8)))
    if len(labels) == 0 or len(frames) != len(labels) * 28 * 28 or labels.max() > 10:
        raise SystemExit(f"{folder} does not hold frames of 28x28 bytes with a label from 0 to 10 for each. {PICTURES_WANTED}")
    frames = frames.reshape(-1, 28, 28)
    readable = frames.any(axis=(1, 2))
    return frames[readable], labels[readable]


def read_idx(folder, name, size, sha256, header):
    path, content = read(folder, name, WANTED)
    digest = hashlib.sha256(content).hexdigest()
    if digest != sha256:
        raise SystemExit(f"{path} holds {len(content)} bytes with SHA-256 {digest}. {WANTED}")
    return numpy.frombuffer(content, dtype=numpy.uint8, offset=header)


def read(folder, name, wanted):
    """The path of a file that may be gzipped, and its content."""
    found = [path for path in (folder / name, folder / (name + ".gz")) if path.is_file()]
    if not found:
        raise SystemExit(f"{folder} lacks {name}. {wanted}")
    content = found[0].read_bytes()
    if found[0].suffix == ".gz":
        try:
            content = gzip.decompress(content)
        except (OSError, EOFError, zlib.error) as error:
            raise SystemExit(f"{found[0]} cannot be unpacked ({error}). {wanted}") from None
    return found[0], content


PICTURES_WANTED = "./dev train --pictures FOLDER makes them of the folders 0 to 9 and none in it; so does ./dev bench scan-frames FOLDER FOLDER/images-idx3-ubyte."
SCANS_WANTED = "./dev train makes it; so does ./dev bench scan-frames."
WANTED = "The folder must hold MNIST's two training files, as they are or gzipped (.gz):" + "".join(
    f"\n  {name}  {size} bytes unpacked, SHA-256 {sha256}" for name, size, sha256, _ in FILES)
