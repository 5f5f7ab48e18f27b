"""EDF files that a person named, and where what is found in each goes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from jobkit.errors import Refused

from seizure.corpora.tree import edf_files

#: What BIDS has behind a recording's name, and its events have "_events" for.
_SIGNALS = "_eeg"


@dataclass(frozen=True)
class Input:
    """`edf`: as it was named. `tsv`: below the folder for what is found."""

    edf: Path
    tsv: Path


def inputs(given: Sequence[Path]) -> list[Input]:
    """Files as they are; of a folder all EDF files below it, with the tree they stand in. Refused
    where a folder has none, or two files would leave one."""
    found: list[Input] = []
    for path in given:
        if not path.is_dir():
            found.append(Input(path, Path(_name(path.name))))
            continue
        below = edf_files(path)
        if not below:
            raise Refused(f"{path} has nothing to predict", "no EDF file lies in it or below it")
        found += [Input(one.path, Path(*one.parts[:-1], _name(one.parts[-1]))) for one in below]
    by_tsv: dict[str, Input] = {}
    for one in found:
        other = by_tsv.setdefault(str(one.tsv).lower(), one)  # not every disk tells A from a
        if other is not one:
            raise Refused(
                f"{other.edf} and {one.edf} would both leave {one.tsv}",
                "what is found in a recording goes into a file of its name",
                "predict them into different folders",
            )
    return found


def _name(edf: str) -> str:
    stem = edf[:-4] if edf.lower().endswith(".edf") else edf
    return f"{stem.removesuffix(_SIGNALS)}_events.tsv"
