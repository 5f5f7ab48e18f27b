"""A container's own folder and its copy on a volume, of which nothing is open but while it is copied."""

from __future__ import annotations

import os
import random
from pathlib import Path

import pytest
from jobkit.cloud.container.copied import Copied
from jobkit.cloud.output.log import FILE as LOG
from jobkit.events.journal import JOURNAL


def tree(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def test_the_copy_follows_whatever_is_written_replaced_and_removed(tmp_path: Path) -> None:
    own, there = tmp_path / "own", tmp_path / "there"
    copied = Copied(own, there)
    copied.fetch()
    rng = random.Random(7)
    for step in range(60):
        for name in (JOURNAL, LOG):
            with open(own / name, "ab") as f:
                f.write(rng.randbytes(rng.choice([0, 1, 100, 3 << 20 if step % 20 == 0 else 10])))
        point = own / "results-hdf5" / "tiny" / f"{rng.randrange(6)}.hdf5"
        if point.exists() and rng.random() < 0.5:
            point.unlink()
        else:
            point.parent.mkdir(parents=True, exist_ok=True)
            beside = point.with_name(f".{point.name}.1")
            beside.write_bytes(rng.randbytes(500))
            os.replace(beside, point)
        (own / "results.json").write_text(str(step))
        (own / ".unfinished").write_text("never copied")
        if rng.random() < 0.7:
            copied.bring()
    copied.bring()
    wanted = {name: text for name, text in tree(own).items() if name != ".unfinished"}
    assert tree(there) == wanted
    assert all((there / name).stat().st_mode & 0o777 == 0o600 for name in wanted)

    # The next start of the container goes on with what is there.
    again = Copied(tmp_path / "again", there)
    again.fetch()
    assert tree(tmp_path / "again") == wanted
    with open(tmp_path / "again" / LOG, "ab") as f:
        f.write(b"one more\n")
    inode = (there / LOG).stat().st_ino
    again.bring()
    assert (there / LOG).read_bytes() == wanted[LOG] + b"one more\n"
    assert (there / LOG).stat().st_ino == inode, "what grew is appended, not sent as a whole"


def test_a_copy_that_somebody_else_changed_is_made_anew(tmp_path: Path) -> None:
    own, there = tmp_path / "own", tmp_path / "there"
    copied = Copied(own, there)
    copied.fetch()
    (own / LOG).write_bytes(b"a\n")
    copied.bring()
    (there / LOG).write_bytes(b"somebody else\n")
    with open(own / LOG, "ab") as f:
        f.write(b"b\n")
    copied.bring()
    assert (there / LOG).read_bytes() == b"a\nb\n"


@pytest.mark.parametrize("name", [LOG, "other"])
def test_only_the_names_that_were_said(tmp_path: Path, name: str) -> None:
    own, there = tmp_path / "own", tmp_path / "there"
    copied = Copied(own, there, (LOG,))
    copied.fetch()
    (own / name).write_text("x")
    copied.bring()
    assert list(tree(there)) == ([LOG] if name == LOG else [])


def test_folders_of_the_names_that_were_said_whole(tmp_path: Path) -> None:
    own, there = tmp_path / "own", tmp_path / "there"
    (there / "kept" / "below").mkdir(parents=True)
    for name in ("kept/below/a", "kept/b", "other"):
        (there / name).write_text(name)
    copied = Copied(own, there, ("kept", "none"))
    copied.fetch()
    assert sorted(tree(own)) == ["kept/b", "kept/below/a"]
    assert not copied.bring(), "nothing has changed"
    (own / "kept" / "b").unlink()
    (own / "kept" / "c").write_text("c")
    (own / "kept" / ".half").write_text("never copied")
    assert copied.bring()
    assert sorted(tree(there)) == ["kept/below/a", "kept/c", "other"]
