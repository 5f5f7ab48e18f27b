"""participants.tsv: who is in which split, where a corpus says so."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from seizure.annotations.text import cite, read_lines, read_table
from seizure.notices import Notice, refused

FILE = "participants.tsv"
#: Words of the field for the three splits.
SPLITS = {
    "train": "train", "training": "train", "dev": "dev", "val": "dev", "validation": "dev",
    "test": "test", "eval": "test", "evaluation": "test",
}  # fmt: skip


def not_listed(
    folder: Path, splits: Mapping[str, str | None], patients: Iterable[str]
) -> list[Notice]:
    """Told of each patient that a list of splits does not name: "a" for "sub-a" is another."""
    if not any(splits.values()):
        return []
    says = f"patients are not named by {FILE}, which gives splits: put into one by chance"
    unknown = [one for one in dict.fromkeys(patients) if one not in splits]
    return [Notice("no-split", says, str(folder / FILE)) for _ in unknown]


def read_participants(
    folder: Path, named: Callable[[str], str] = lambda who: who
) -> dict[str, str | None]:
    """Patient -> split; None where its row says n/a. Nothing without file or column `split`.
    `named`: the patient that a participant_id is, for two can be one person.

    Refused by line: a split that is not known, a patient in two splits."""
    file = folder / FILE
    if not file.exists():
        return {}
    found: dict[str, str | None] = {}
    lines: dict[str, int] = {}
    table = read_table(file, read_lines(file), "\t", ("participant_id",), ("split",))
    for line, (who, said) in table.rows:
        given, who = who or "", named(who or "")
        if said in (None, "", "n/a"):
            split = None
        elif (said or "").lower() in SPLITS:
            split = SPLITS[(said or "").lower()]
        else:
            known = "train, dev, test"
            raise refused(
                file, line, f"split {cite(said or '')} is not known", f"known are {known}"
            )
        if who in found and found[who] != split:
            who_is = "" if given == who else f", who is {cite(who)},"
            why = f"{cite(given)}{who_is} is in two splits, here and at line {lines[who]}"
            raise refused(file, line, why, "one patient belongs into one split")
        found[who], lines[who] = split, line
    return found
