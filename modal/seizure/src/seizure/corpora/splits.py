"""Splits by patient: who is in which, the same on every machine, and nobody in two."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping

from jobkit.errors import Refused

from seizure.recording import Entry

#: Of the patients without a split of the corpus' own; the rest trains.
DEV, TEST = 0.2, 0.2


def assign(
    patients: Iterable[str], official: Mapping[str, str | None] | None = None, seed: int = 0
) -> dict[str, str]:
    """patient -> split. `official` holds where it has one; the others are put in the order of
    SHA-256 of "SEED:PATIENT", and the first fifth of them is dev, the next test, the rest train.

    With three patients or more each split has one; with fewer all train."""
    given = {p: s for p, s in (official or {}).items() if s is not None}
    everyone = set(patients)
    found = {p: given[p] for p in everyone if p in given}
    free = sorted(everyone - set(found), key=lambda p: _place(p, seed))
    count = len(free)
    dev, test = (max(1, round(count * part)) if count >= 3 else 0 for part in (DEV, TEST))
    for at, patient in enumerate(free):
        found[patient] = "dev" if at < dev else "test" if at < dev + test else "train"
    return found


def _place(patient: str, seed: int) -> str:
    return hashlib.sha256(_bytes(f"{seed}:{patient}")).hexdigest()


def _bytes(text: str) -> bytes:
    """As the file system has it, where a folder's name is no UTF-8."""
    return text.encode("utf-8", "surrogateescape")


def check_disjoint(entries: Iterable[Entry]) -> None:
    """Refused: one patient in two splits, or one signal under two patients' names in two splits."""
    people: dict[str, Entry] = {}
    signals: dict[str, Entry] = {}
    for one in entries:
        other = people.setdefault(one.patient, one)
        if other.split != one.split:
            raise Refused(
                f"patient {one.patient} is in two splits",
                f"in {other.split}: {other.edf}; in {one.split}: {one.edf}",
                "put all recordings of a patient into one split",
            )
        content = one.more.get("content")
        if not content:
            continue
        other = signals.setdefault(content, one)
        if other.split != one.split:
            raise Refused(
                f"one recording is in two splits, as patient {other.patient} and {one.patient}",
                f"in {other.split}: {other.edf}; in {one.split}: {one.edf}",
                "remove one of the two: their signals are the same",
            )


def split_hash(entries: Iterable[Entry]) -> str:
    """16 hex digits: who is in which split with which recordings, whatever their order."""
    lines = sorted(f"{one.split}\t{one.patient}\t{one.id}\n" for one in entries)
    return hashlib.sha256(_bytes("".join(lines))).hexdigest()[:16]
