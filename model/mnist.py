"""Reads MNIST's training pictures from idx files, gzipped or plain."""

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

VALIDATION = 5_000  # the last pictures: never trained on


def read_training_set(folder):
    """Pictures uint8 [60000, 28, 28] and labels uint8 [60000]; SystemExit with what to do when a file is not right."""
    images, labels = (read_idx(pathlib.Path(folder), *file) for file in FILES)
    return images.reshape(-1, 28, 28), labels


def read_idx(folder, name, size, sha256, header):
    found = [path for path in (folder / name, folder / (name + ".gz")) if path.is_file()]
    if not found:
        raise SystemExit(f"{folder} lacks {name}. {WANTED}")
    content = found[0].read_bytes()
    if found[0].suffix == ".gz":
        try:
            content = gzip.decompress(content)
        except (OSError, EOFError, zlib.error) as error:
            raise SystemExit(f"{found[0]} cannot be unpacked ({error}). {WANTED}") from None
    digest = hashlib.sha256(content).hexdigest()
    if digest != sha256:
        raise SystemExit(f"{found[0]} holds {len(content)} bytes with SHA-256 {digest}. {WANTED}")
    return numpy.frombuffer(content, dtype=numpy.uint8, offset=header)


WANTED = "The folder must hold MNIST's two training files, as they are or gzipped (.gz):" + "".join(
    f"\n  {name}  {size} bytes unpacked, SHA-256 {sha256}" for name, size, sha256, _ in FILES)
