"""Archives: unpacked whole or not at all; none leads out of its folder."""

from __future__ import annotations

import io
import stat
import zipfile
from pathlib import Path

import pytest
from jobkit.errors import Problem, Refused

from seizure.fetch import archive


def made(*files: tuple[str, bytes], kind: int = 0) -> zipfile.ZipFile:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as opened:
        for name, text in files:
            info = zipfile.ZipInfo(name)
            info.external_attr = kind << 16
            opened.writestr(info, text)
    return zipfile.ZipFile(content)


def test_a_shared_folder_and_litter_are_left_out() -> None:
    opened = made(
        ("top/a.txt", b"1"), ("top/b/c.txt", b"2"), ("__MACOSX/top/a.txt", b"3"), ("top/", b"")
    )
    assert [str(one.path) for one in archive.members(opened, "x.zip")] == ["a.txt", "b/c.txt"]
    two = made(("a/1", b"1"), ("b/1", b"2"))
    assert [str(one.path) for one in archive.members(two, "x.zip")] == ["a/1", "b/1"]
    alone = made(("1.txt", b"1"))
    assert [str(one.path) for one in archive.members(alone, "x.zip")] == ["1.txt"]


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("../x", "outside"),
        ("a/../../x", "outside"),
        ("/etc/passwd", "outside"),
        ("C:\\x", "another system"),
        ("C:/x", "another system"),
        ("a\\b", "another system"),
    ],
)
def test_no_file_leads_elsewhere(name: str, why: str) -> None:
    with pytest.raises(Refused, match=f"x.zip cannot be unpacked.*{why}"):
        archive.members(made((name, b"")), "x.zip")


@pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFCHR, stat.S_IFIFO])
def test_links_and_devices_are_refused(kind: int) -> None:
    with pytest.raises(Refused, match="a link or a device"):
        archive.members(made(("a", b"/etc/passwd"), kind=kind | 0o777), "x.zip")


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize("names", [("a", "a"), ("a/B.edf", "a/b.EDF")])
def test_a_name_that_is_there_twice(names: tuple[str, str]) -> None:
    with pytest.raises(Refused, match="there twice"):
        archive.members(made(*((name, b"") for name in names)), "x.zip")


def test_what_is_there_whole_is_not_unpacked_again(tmp_path: Path) -> None:
    opened = made(("t/a", b"first"), ("t/b/c", b"second"), ("t/d", b"third"))
    wanted = archive.members(opened, "x.zip")
    (tmp_path / "a").write_bytes(b"first")
    (tmp_path / "d").write_bytes(b"thirX")  # of the right size
    left = archive.missing(wanted, tmp_path)
    assert [str(one.path) for one in left] == ["b/c", "d"]
    ticks: list[int] = []
    archive.unpack(opened, left, tmp_path, ticks.append)
    assert (tmp_path / "b" / "c").read_bytes() == b"second"
    assert (tmp_path / "d").read_bytes() == b"third"
    assert ticks == [6, 11]
    assert archive.missing(wanted, tmp_path) == ()


def test_a_damaged_file_does_not_appear(tmp_path: Path) -> None:
    text = b"recordings " * 1000
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_STORED) as opened:
        opened.writestr("a", b"sound")
        opened.writestr("b", text)
    damaged = content.getvalue().replace(b"recordings recordings", b"recordings recordinGs", 1)
    (tmp_path / "x.zip").write_bytes(damaged)
    with archive.open_archive(tmp_path / "x.zip") as opened:
        wanted = archive.members(opened, "x.zip")
        with pytest.raises(Problem, match=r"x\.zip is damaged: b: Bad CRC"):
            archive.unpack(opened, wanted, tmp_path / "out", lambda _done: None)
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["a"]


def test_what_is_no_archive(tmp_path: Path) -> None:
    (tmp_path / "x.zip").write_bytes(b"<html>")
    with pytest.raises(Problem, match=r"x\.zip is no ZIP archive"):
        archive.open_archive(tmp_path / "x.zip")
