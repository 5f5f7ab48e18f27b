"""Tables of vectors that packages ship."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

import numpy as np
import pytest
from conftest import annbench, clustered

from annbench.data import datasets
from annbench.data.formats import hdf5, tables
from annbench.data.formats.matrix import Unfit


def safetensors(*shapes: tuple[int, ...], kind: str = "F16") -> bytes:
    """As the format has it: of each shape one tensor, of small numbers."""
    header, data = {}, b""
    for number, shape in enumerate(shapes):
        rows = clustered(3, *shape, 1)[0].astype(np.float16).tobytes() if len(shape) == 2 else b"12"
        header[f"t{number}"] = {
            "dtype": kind, "shape": shape, "data_offsets": [len(data), len(data) + len(rows)],
        }  # fmt: skip
        data += rows
    told = json.dumps({"__metadata__": {"format": "pt"}, **header}).encode()
    return len(told).to_bytes(8, "little") + told + data


def wheel(path: Path, **members: bytes) -> Path:
    with zipfile.ZipFile(path, "w") as file:
        for name, data in members.items():
            file.writestr(name, data)
    return path


@pytest.mark.filterwarnings("error")
def test_one_table_of_half_floats(tmp_path: Path) -> None:
    path = tmp_path / "a.safetensors"
    path.write_bytes(safetensors((50, 6)))
    table = tables.open_table(path)
    rows = clustered(3, 50, 6, 1)[0].astype(np.float16)
    assert (table.rows, table.dim) == (50, 6)
    assert [(at, block.tolist()) for at, block in table.blocks()] == [(0, rows.tolist())]


def test_a_wheel_becomes_a_data_set(tmp_path: Path) -> None:
    vectors = io.BytesIO()
    rows = clustered(4, 300, 8, 1)[0]
    np.save(vectors, rows)
    source = wheel(
        tmp_path / "m-1.0-py3-none-any.whl",
        **{"m/meta.json": b"{}", "m/vocab/vectors": vectors.getvalue()},
    )
    done = annbench("sync", "words-8-angular", "--data", tmp_path / "d", "--from", source)
    assert done.returncode == 0, done.stderr
    stamp = datasets.stamp_of(tmp_path / "d", "words-8-angular")
    assert stamp is not None and stamp["distance"] == "angular"
    data = hdf5.load(tmp_path / "d" / stamp["file"], "words-8-angular", stamp["sha256"])
    assert (len(data.train), len(data.test)) == (270, 30)
    assert sorted(map(tuple, [*data.train, *data.test])) == sorted(map(tuple, rows))


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (safetensors((5, 2), (5, 2)), "2 tensors"),
        (safetensors((5,)), "ends within"),
        (safetensors((5, 2))[:-1], "ends within"),
        (safetensors((5, 2), kind="BF16"), "of type BF16"),
        (b"not one", "no header"),
        (b"", "no header"),
    ],
)
def test_refused(tmp_path: Path, data: bytes, says: str) -> None:
    path = tmp_path / "a.safetensors"
    path.write_bytes(data)
    with pytest.raises(Unfit, match=says):
        tables.open_table(path)
    inside = wheel(tmp_path / "b.whl", **{"b/a.safetensors": data})
    with pytest.raises(Unfit, match=says):
        tables.open_table(inside)


def test_a_wheel_without_a_table_or_that_is_none(tmp_path: Path) -> None:
    with pytest.raises(Unfit, match="holds 0 tables"):
        tables.open_table(wheel(tmp_path / "a.whl", **{"a/__init__.py": b""}))
    (tmp_path / "b.whl").write_bytes(b"PK no")
    with pytest.raises(Unfit, match="damaged"):
        tables.open_table(tmp_path / "b.whl")
