"""Damaged annotations without end: each file is read, or refused with its name and line.

`python test/python/seizure/fuzz_text.py --seconds 600 --seed 7` goes on as long as it is told."""

from __future__ import annotations

import argparse
import contextlib
import itertools
import random
import re
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace

sys.path.insert(0, str(Path(__file__).parent / "corpora"))

import corpora_made as made
from jobkit.errors import Refused

from seizure.annotations import chb_mit, hed_score, seizeit1, siena, tusz
from seizure.annotations.kinds import KINDS
from seizure.annotations.rows import Row, Rules, settle
from seizure.corpora.layouts import LAYOUTS, participants
from seizure.corpora.layouts.siena import read as read_siena
from seizure.recording import Seizure

FIXTURES = Path(__file__).parent / "corpora" / "fixtures"
SECONDS = 301.0
STEM = "aaaaaaaa_s001_t000"
#: Seconds for a file, and characters of what a person is told.
LONGEST, MOST_TOLD = 5.0, 1500
RULES = (Rules(), Rules(long_seizures="keep"))
SPLITS = "participant_id\tage\tsplit\nsub-01\t1\ttrain\nsub-02\t\tval\n"
#: What is put in places: odd and absurd.
TOKENS = (
    "", " ", "\t", ",", ";", "\n", "\r\n", "\r", "\n\n\n", "\0", "\ufeff", "nan", "inf",
    "-inf", "1e999", "1e308",
    "-1", "0", "99999999999999999999", "1_0", "0x1F", "١٢", "½", "12:34:56", "25.61.61",
    "None", "n/a", "TERM", "seiz", "bckg", "sz", "sz_foc", "#", "# bname = x", '"', "'", "=", "é",
    "\u2028", "\x85", "\x1c", "Seizure", "Seizure Start Time: 1 seconds", "File Name: a.edf",
    "Number of Seizures in File: 9", "File name: PN01.edf", "Seizure end time: 01.02.03", "%s%n",
    "onset", "channel", "x" * 30_000,
)  # fmt: skip


@dataclass(frozen=True)
class Target:
    """A kind of file: what a sound one says, its name, and what reads it to the end."""

    name: str
    sound: str
    read: Callable[[Path], None]


def _settled(rows: list[Row] | tuple[Row, ...], path: Path, complete: bool = False) -> None:
    for rules in RULES:
        with contextlib.suppress(Refused) if rules.long_seizures == "keep" else _nothing():
            seizures, _ = settle(rows, SECONDS, path, rules, complete)
            _check(seizures)


@contextlib.contextmanager
def _nothing() -> Iterator[None]:
    yield


def _check(seizures: tuple[Seizure, ...]) -> None:
    for one in seizures:
        assert 0 <= one.start < one.end <= SECONDS and one.kind in KINDS, one
    for one, next_ in itertools.pairwise(seizures):
        assert one.end <= next_.start, (one, next_)


def _csv_bi(path: Path) -> None:
    _settled(tusz.read_csv_bi(path, STEM).rows, path, complete=True)


def _csv(path: Path) -> None:
    found, _ = tusz.typed(
        (Seizure(30.0, 90.0), Seizure(99.0, 100.0)), tusz.read_csv(path, STEM).rows, path
    )
    _check(found)


def _summary(path: Path) -> None:
    for listed in chb_mit.read(path).files.values():
        _settled(listed.rows, path)


def _siena(path: Path) -> None:
    """Through the layout: that is where times of day become seconds."""
    siena.read(path)
    folder = path.parent / "corpus" / "PN20"
    folder.mkdir(parents=True, exist_ok=True)
    there = folder / "Seizures-list-PN20.txt"
    there.write_bytes(path.read_bytes())
    (folder / "PN20-1.edf").touch()
    corpus = read_siena(folder.parent, "siena")
    header = SimpleNamespace(seconds=3600.0, start=made.START)
    try:
        seizures, _ = corpus.seizures_of(corpus.recordings[0], header)  # type: ignore[arg-type]
    except Refused as e:
        assert e.what.startswith((str(there), str(folder / "PN20-1.edf"))), e
        return
    for one in seizures:
        assert 0 <= one.start < one.end <= 3600, one


def _seizeit1(path: Path) -> None:
    _settled(seizeit1.read(path, SECONDS).rows, path)


def _events(path: Path) -> None:
    _settled(hed_score.read(path).rows, path)


def _participants(path: Path) -> None:
    participants.read_participants(path.parent)


def _description(path: Path) -> None:
    corpus = LAYOUTS["bids"].read(path.parent, "x")
    assert isinstance(corpus.licence, str) and isinstance(corpus.version, str)


def _targets() -> list[Target]:
    def text(name: str) -> str:
        return (FIXTURES / name).read_text(encoding="utf-8")

    rows = [(5, 10, "sz_foc_ia"), (100, 20, "sz"), (0, 5, "bckg"), (110.5, 30.25, "sz-gen")]
    return [
        Target(f"{STEM}.csv_bi", text(f"tusz/{STEM}.csv_bi"), _csv_bi),
        Target(f"{STEM}.csv", text(f"tusz/{STEM}.csv"), _csv),
        Target("chb03-summary.txt", text("chb-mit/chb03-summary.txt"), _summary),
        Target("Seizures-list-PN20.txt", text("siena/Seizures-list-PN20.txt"), _siena),
        Target("P_ID07_r1_a1.tsv", text("seizeit1/P_ID07_r1_a1.tsv"), _seizeit1),
        Target("x_events.tsv", made.events_tsv(SECONDS, rows), _events),
        Target("participants.tsv", SPLITS, _participants),
        Target("dataset_description.json", '{"Name": "x", "License": "y", "n": [1]}', _description),
    ]


TARGETS = _targets()


def damaged(sound: str, random: random.Random) -> bytes:
    """A file as it may come: from a torn download, another program, or a hasty hand."""
    text = sound
    for _ in range(random.choice((0, 1, 1, 2, 3, 8))):
        text = random.choice(_CHANGES)(text, random)
    data = text.encode("utf-8", "surrogatepass")
    return random.choice(_WHOLE)(data, random)


def fuzz(seed: int, seconds: float) -> Counter[str]:
    """How many were "read" and "refused". What else a file brings about is raised, with the file
    kept and named."""
    counts: Counter[str] = Counter()
    end = time.monotonic() + seconds
    chance = random.Random(seed)
    with tempfile.TemporaryDirectory() as folder, _bounded():
        number = 0
        while time.monotonic() < end:
            number += 1
            target = chance.choice(TARGETS)
            data = damaged(target.sound, chance)
            path = Path(folder) / target.name.rpartition(".")[2] / target.name
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(data)
            try:
                signal.setitimer(signal.ITIMER_REAL, LONGEST)
                target.read(path)
                counts["read"] += 1
            except Refused as e:
                signal.setitimer(signal.ITIMER_REAL, 0)
                wrong = told_wrong(e, path, data)
                if wrong:
                    raise _found(seed, number, target, data, wrong) from e
                counts["refused"] += 1
            except BaseException as e:
                raise _found(seed, number, target, data, repr(e)) from e
            finally:
                signal.setitimer(signal.ITIMER_REAL, 0)
    return counts


def told_wrong(error: Refused, path: Path, data: bytes) -> str | None:
    """What a refusal lacks: the file, a line that is there, words that can be shown."""
    match = re.fullmatch(re.escape(str(path)) + r"(?::(\d+))? cannot be used", error.what)
    if not match:
        return f"no place: {error.what}"
    lines = len(re.split(rb"\r\n|\r|\n", data))
    if match[1] and not 1 <= int(match[1]) <= lines:
        return f"line {match[1]} of {lines}"
    if not match[1] and not re.search(r"it is empty|it names no file|it is no JSON", error.why):
        return f"no line: {error.why}"
    told = f"{error.what}{error.why}{error.hint or ''}"
    if len(told) > MOST_TOLD or not told.isprintable():
        return f"not to be shown: {told[:200]!r}"
    return None


def _found(seed: int, number: int, target: Target, data: bytes, what: str) -> AssertionError:
    kept = Path(tempfile.mkdtemp()) / target.name
    kept.write_bytes(data)
    return AssertionError(f"case {number} of seed {seed}: {what} ({kept})")


@contextlib.contextmanager
def _bounded() -> Iterator[None]:
    """Within: SIGALRM raises TimeoutError."""

    def late(*_: object) -> None:
        raise TimeoutError(f"no end after {LONGEST:g} s")

    handler = signal.signal(signal.SIGALRM, late)
    try:
        yield
    finally:
        signal.signal(signal.SIGALRM, handler)


def _token(text: str, random: random.Random) -> str:
    at = random.randrange(len(text) + 1)
    return text[:at] + random.choice(TOKENS) + text[at + random.choice((0, 0, 1, 5)) :]


def _field(text: str, random: random.Random) -> str:
    """One field becomes a token."""
    fields = re.split(r"([\t,\n:]| = )", text)
    fields[random.randrange(len(fields))] = random.choice(TOKENS)
    return "".join(fields)


def _number(text: str, random: random.Random) -> str:
    """One number becomes another: this is how ends come before starts."""
    found = list(re.finditer(r"\d+(\.\d+)?", text))
    if not found:
        return text
    one = random.choice(found)
    new = random.choice(
        ("0", "-5", "7", "59", "300.9", "302", "1800", "2e3", "86400", "1e18", "00")
    )
    return text[: one.start()] + new + text[one.end() :]


def _line(text: str, random: random.Random) -> str:
    """A line is left out, doubled, or changes places."""
    lines = text.split("\n")
    one = lines.pop(random.randrange(len(lines)))
    for _ in range(random.choice((0, 1, 2))):
        lines.insert(random.randrange(len(lines) + 1), one)
    return "\n".join(lines)


def _mark(text: str, random: random.Random) -> str:
    return text.replace(random.choice("\t,:.= \n"), random.choice("\t,;: |\n"))


def _cut(text: str, random: random.Random) -> str:
    return text[: random.randrange(len(text) + 1)]


def _case(text: str, random: random.Random) -> str:
    return random.choice((str.upper, str.lower, str.swapcase))(text)


_CHANGES = (
    _token,
    _token,
    _field,
    _field,
    _number,
    _number,
    _number,
    _line,
    _line,
    _mark,
    _cut,
    _case,
)


def _flipped(data: bytes, random: random.Random) -> bytes:
    changed = bytearray(data)
    for _ in range(random.choice((1, 1, 3, 20))):
        if changed:
            changed[random.randrange(len(changed))] = random.randrange(256)
    return bytes(changed)


_WHOLE: tuple[Callable[[bytes, random.Random], bytes], ...] = (
    *[lambda data, _: data] * 12,
    lambda data, _: b"\xef\xbb\xbf" + data,
    lambda data, _: data.replace(b"\n", b"\r\n"),
    lambda data, _: data.replace(b"\n", b"\r"),
    lambda data, _: data.decode("utf-8", "replace").encode("utf-16"),
    lambda data, _: data.decode("utf-8", "replace").encode("latin-1", "replace"),
    lambda data, random: data[: random.randrange(len(data) + 1)],
    lambda _, random: random.randbytes(random.randrange(3000)),
    _flipped,
    _flipped,
)

if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=600.0)
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args()
    counted = fuzz(asked.seed, asked.seconds)
    print(f"{sum(counted.values())} texts: {counted['read']} read, {counted['refused']} refused")
