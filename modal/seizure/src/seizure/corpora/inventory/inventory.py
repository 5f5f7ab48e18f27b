"""What was found in a corpus, as one value that is written down and read back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from jobkit.errors import Problem, Refused

from seizure.annotations.rows import Rules, Undecided
from seizure.corpora.splits import split_hash
from seizure.notices import Counted, Notice, count
from seizure.recording import Entry, Seizure

#: Of the form, and of what readers make of the files: raised with either, so that nothing old is
#: taken for known.
VERSION = 1


@dataclass(frozen=True)
class Fault:
    """Why a recording, or the whole, cannot be used. `split`: None where it concerns all of
    them."""

    what: str
    why: str
    hint: str | None = None
    split: str | None = None

    @classmethod
    def of(cls, error: Problem, split: str | None = None, name: str = "NAME") -> Fault:
        """`name`: of the dataset, for the commands by which a person may go on all the same."""
        hint = error.hint
        if isinstance(error, Undecided):
            commands = (f"ann-tui sync {name} {option}" for option in error.options)
            hint = f"{hint}; to go on all the same: {', or '.join(commands)}"
        return cls(error.what, error.why, hint, split)

    def refused(self, more: int = 0) -> Refused:
        """As an error; `more`: how many others there are."""
        why = self.why if more == 0 else f"{self.why} (and {more:,} more like this)"
        return Refused(self.what, why, self.hint)


@dataclass(frozen=True)
class Inventory:
    """`entries`: what can be used, in the order of the corpus. `faults`: what cannot. `told`:
    notices of each entry by its id, for a later inventory of unchanged files; `of_corpus`: all
    others. `folder`: of the recordings. `family`: whose patients these are."""

    name: str
    layout: str
    version: str
    licence: str
    synthetic: bool
    folder: Path
    family: str
    entries: tuple[Entry, ...]
    faults: tuple[Fault, ...] = ()
    told: Mapping[str, tuple[Notice, ...]] = field(default_factory=dict)
    of_corpus: tuple[Notice, ...] = ()
    rules: Rules = field(default_factory=Rules)

    @property
    def notices(self) -> tuple[Counted, ...]:
        """All notices, counted by kind."""
        return count([*self.of_corpus, *(n for each in self.told.values() for n in each)])

    @property
    def timeless(self) -> bool:
        """Whether files are known by what is in them, not by their times: see `Entry`."""
        return all(entry.mtime_ns is None for entry in self.entries)

    @property
    def split_hash(self) -> str:
        return split_hash(self.entries)

    def summary(self) -> dict[str, Any]:
        """What a person sees, in JSON: see `corpora.inventory.summary`."""
        from seizure.corpora.inventory.summary import summary

        return summary(self)

    def to_json(self) -> dict[str, Any]:
        """The whole, in JSON; files below `folder` are named from there."""
        return {
            "v": VERSION,
            "name": self.name,
            "layout": self.layout,
            "version": self.version,
            "licence": self.licence,
            "synthetic": self.synthetic,
            "folder": str(self.folder),
            "family": self.family,
            "rules": {
                "unlabelled": self.rules.unlabelled,
                "long_seizures": self.rules.long_seizures,
            },
            "faults": [vars(fault) for fault in self.faults],
            "notices": [_notice_json(notice) for notice in self.of_corpus],
            "recordings": [self._entry_json(entry) for entry in self.entries],
        }

    def _entry_json(self, one: Entry) -> dict[str, Any]:
        edf = one.edf
        if edf.is_relative_to(self.folder):
            edf = edf.relative_to(self.folder)
        return {
            "id": one.id,
            "patient": one.patient,
            "split": one.split,
            "edf": edf.as_posix(),
            "seconds": one.seconds,
            "rate": one.rate,
            "montages": list(one.montages),
            "missing": list(one.missing),
            "seizures": [[s.start, s.end, s.kind] for s in one.seizures],
            "bytes": one.bytes,
            "mtime_ns": one.mtime_ns,
            "more": dict(one.more),
            "notices": [_notice_json(notice) for notice in self.told.get(one.id, ())],
        }

    @classmethod
    def from_json(cls, value: Mapping[str, Any], folder: Path | None = None) -> Inventory:
        """What `to_json` wrote. `folder`: where the recordings are now, if they were moved.

        Refused: damaged, or of a later version."""
        try:
            return _from_json(value, folder)
        except (KeyError, TypeError, ValueError, AttributeError) as e:
            name = value.get("name") if isinstance(value, Mapping) else None
            raise Refused(
                f"the inventory of {name or 'a dataset'} cannot be read",
                f"it is damaged or of another version ({type(e).__name__}: {e})",
                "take it anew: ann-tui datasets",
            ) from None


def _notice_json(one: Notice) -> list[Any]:
    return [one.kind, one.says, one.file, one.line]


def _from_json(value: Mapping[str, Any], folder: Path | None) -> Inventory:
    if value["v"] != VERSION:
        raise ValueError(f"version {value['v']}")
    root = folder or Path(value["folder"])
    entries, told = [], {}
    for one in value["recordings"]:
        entries.append(
            Entry(
                id=one["id"],
                patient=one["patient"],
                split=one["split"],
                edf=root / one["edf"],
                seconds=float(one["seconds"]),
                rate=float(one["rate"]),
                montages=tuple(one["montages"]),
                missing=tuple(one["missing"]),
                seizures=tuple(Seizure(float(s), float(e), k) for s, e, k in one["seizures"]),
                bytes=int(one["bytes"]),
                mtime_ns=None if one["mtime_ns"] is None else int(one["mtime_ns"]),
                more=dict(one["more"]),
            )
        )
        told[one["id"]] = tuple(Notice(*notice) for notice in one["notices"])
    return Inventory(
        name=value["name"],
        layout=value["layout"],
        version=value["version"],
        licence=value["licence"],
        synthetic=bool(value["synthetic"]),
        folder=root,
        family=value["family"],
        entries=tuple(entries),
        faults=tuple(Fault(**fault) for fault in value["faults"]),
        told={id: notices for id, notices in told.items() if notices},
        of_corpus=tuple(Notice(*notice) for notice in value["notices"]),
        rules=Rules(**value["rules"]),
    )
