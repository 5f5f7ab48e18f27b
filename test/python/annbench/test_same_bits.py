"""The quantized graph is the same on every instruction set: its file by the byte, its answers."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import pytest
from conftest import clustered

from annbench import _core

METRICS = ("euclidean", "angular")
KINDS = ("floats", "tenths", "whole numbers", "zeros and copies")


def case(kind: str) -> tuple[np.ndarray, np.ndarray]:
    train, test = clustered(9, 1500, 40, 50)
    match kind:
        case "tenths":
            # Many rows are equally far but for rounding: their order tells how a sum was made.
            return np.round(train) * np.float32(0.1), np.round(test) * np.float32(0.1)
        case "whole numbers":
            return np.round(20 * train).clip(-120, 120), np.round(20 * test).clip(-120, 120)
        case "zeros and copies":
            train[::9], train[1::7], test[0] = 0, train[1], 0
    return train, test


def answers(train: np.ndarray, test: np.ndarray, metric: str, file: Path) -> bytes:
    index = _core.QuantizedGraph(train, metric, threads=2)
    index.save(str(file))
    found = [index.search(test, 10, effort)[0] for effort in (1000, 1200)]
    assert all((ids >= 0).all() and (ids < len(train)).all() for ids in found)
    return b"".join(ids.tobytes() for ids in found)


def tell_all() -> None:
    """Prints what the file and the answers of each case come to."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "index")
        for kind in KINDS:
            for metric in METRICS:
                ids = answers(*case(kind), metric, file)
                sums = [hashlib.sha256(part).hexdigest() for part in (file.read_bytes(), ids)]
                print(metric, kind, *sums)


def told_by(isa: str) -> list[str]:
    program = "import sys; sys.path[:0] = sys.argv[1:]; import test_same_bits as t; t.tell_all()"
    done = subprocess.run(
        [sys.executable, "-B", "-c", program, *(str(Path(__file__).parents[n]) for n in (0, 1))],
        env={**os.environ, "ANNBENCH_ISA": isa}, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


@pytest.mark.parametrize("isa", _core.available_isas()[1:])
def test_indexes_and_answers_are_those_of_scalar(isa: str, scalar: list[str]) -> None:
    assert told_by(isa) == scalar


@pytest.fixture(scope="module")
def scalar() -> list[str]:
    told = told_by("scalar")
    assert len(set(told)) == len(KINDS) * len(METRICS)
    return told
