"""Tables of vectors that packages ship: a .safetensors file with one table in it, and wheels (.whl)
that hold such a file, or vectors as spaCy keeps them (`vocab/vectors`, in numpy's format).

A .safetensors file is the length of its header (8 bytes, little-endian), the header in JSON with
the type, shape and place of each tensor, and the tensors.
"""

from __future__ import annotations

import io
import json
import math
import zipfile
import zlib
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from annbench.data.formats.matrix import Matrix, Unfit

VALUES = (".safetensors", ".whl")
#: What is not larger is read into memory as a whole.
MOST_BYTES = 1 << 32
_TYPES = {"F16": "<f2", "F32": "<f4", "F64": "<f8", "I8": "i1", "U8": "u1"}
_SPACY = "/vocab/vectors"


def open_table(path: Path) -> Matrix:
    """The one table that is in it. Unfit when there is none, or more than one."""
    is_wheel = path.suffix.lower() == ".whl"
    table = _of_wheel(path) if is_wheel else _safetensors(_whole(path), path.name)
    return Matrix("train", *table.shape, table.dtype, lambda begin, end: table[begin:end])


def _whole(path: Path) -> bytes:
    if path.stat().st_size > MOST_BYTES:
        raise Unfit(f"{path.name} is larger than {MOST_BYTES >> 30} GiB")
    return path.read_bytes()


def _of_wheel(path: Path) -> NDArray[Any]:
    try:
        with zipfile.ZipFile(path) as wheel:
            members = [
                member for member in wheel.infolist()
                if member.filename.endswith((".safetensors", _SPACY))
            ]  # fmt: skip
            if len(members) != 1:
                raise Unfit(f"{path.name} holds {len(members)} tables of vectors, not one")
            [member] = members
            if member.file_size > MOST_BYTES:
                raise Unfit(f"{member.filename} is larger than {MOST_BYTES >> 30} GiB")
            data = wheel.read(member)
    except (zipfile.BadZipFile, zlib.error, EOFError) as e:
        raise Unfit(f"{path.name} is damaged: {e}") from e
    name = f"{path.name}: {member.filename}"
    return _npy(data, name) if member.filename.endswith(_SPACY) else _safetensors(data, name)


def _npy(data: bytes, name: str) -> NDArray[Any]:
    try:
        return _two_dimensional(np.load(io.BytesIO(data), allow_pickle=False), name)
    except (ValueError, EOFError) as e:
        raise Unfit(f"{name} is no array of numpy: {e}") from e


def _safetensors(data: bytes, name: str) -> NDArray[Any]:
    length = int.from_bytes(data[:8], "little")
    try:
        header = json.loads(data[8 : 8 + length])
        tensors = {key: told for key, told in header.items() if key != "__metadata__"}
        if len(tensors) != 1:
            raise Unfit(f"{name} holds {len(tensors)} tensors ({', '.join(tensors)}), not one")
        [told] = tensors.values()
        kind, shape, (begin, end) = told["dtype"], told["shape"], told["data_offsets"]
    except Unfit:
        raise
    except (ValueError, KeyError, TypeError, AttributeError) as e:
        raise Unfit(f"{name} has no header of a .safetensors file") from e
    if kind not in _TYPES:
        raise Unfit(f"{name} holds numbers of type {kind}, not {', '.join(_TYPES)}")
    values = data[8 + length :][begin:end]
    if len(values) != math.prod(shape) * np.dtype(_TYPES[kind]).itemsize:
        raise Unfit(f"{name} ends within its table")
    return _two_dimensional(np.frombuffer(values, _TYPES[kind]).reshape(shape), name)


def _two_dimensional(table: NDArray[Any], name: str) -> NDArray[Any]:
    if table.ndim != 2 or 0 in table.shape:
        raise Unfit(f"{name} has the shape {table.shape}; rows and columns are expected")
    return table
