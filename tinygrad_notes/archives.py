"""npz files, written with a header, and read as from strangers: what is asked for, no array larger than its file.

NumPy stores arrays as they are, so an array that takes more room than its file was made to fill the memory.
"""

from __future__ import annotations

import io
import json
import math
import os
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

_READ_HEADER = {(1, 0): np.lib.format.read_array_header_1_0, (2, 0): np.lib.format.read_array_header_2_0}


class Archive:
    """An open npz file, of which nothing is read but its directory."""

    def __init__(self, file: zipfile.ZipFile, size: int) -> None:
        self._file, self._size = file, size
        self.names = [name.removesuffix(".npy") for name in file.namelist()]

    def array(self, name: str) -> NDArray[Any]:
        """The array of that name; ValueError where there is none, or it is not of the size that it says."""
        if name not in self.names:
            raise ValueError(f"the array {name!r} is missing")
        entry = self._file.getinfo(f"{name}.npy")
        if entry.file_size > self._size:
            raise ValueError(
                f"the array {name!r} would take {entry.file_size:,} bytes, and the file has {self._size:,}"
            )
        content = self._file.read(entry)
        stream = io.BytesIO(content)
        version = np.lib.format.read_magic(stream)
        if version not in _READ_HEADER:
            raise ValueError(f"the array {name!r} is of version {version}")
        shape, columns_first, dtype = _READ_HEADER[version](stream)
        if dtype.hasobject:
            raise ValueError(f"the array {name!r} holds objects, which this package does not read")
        if math.prod(shape) * dtype.itemsize != len(content) - stream.tell():
            raise ValueError(f"the array {name!r} does not hold the {shape} numbers that it speaks of")
        flat = np.frombuffer(content, dtype, offset=stream.tell())
        return flat.reshape(shape, order="F" if columns_first else "C").copy()

    def header(self) -> Any:
        """What `json.dumps` made of it."""
        return json.loads(str(self.array("header")))


def packed(header: Any, arrays: dict[str, Any]) -> bytes:
    """An npz file of these arrays, and of what JSON makes of the header."""
    buffer = io.BytesIO()
    np.savez(buffer, header=np.array(json.dumps(header)), **arrays)
    return buffer.getvalue()


@contextmanager
def opened(path: str | os.PathLike[str] | io.BytesIO) -> Iterator[Archive]:
    """The npz file at `path`, or in a buffer, open for reading."""
    if isinstance(path, io.BytesIO):
        with zipfile.ZipFile(path) as archive:
            yield Archive(archive, path.getbuffer().nbytes)
    else:
        with Path(path).open("rb") as file, zipfile.ZipFile(file) as archive:
            yield Archive(archive, os.fstat(file.fileno()).st_size)
