"""Which data a checkpoint knows, so that it is never tested on them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from jobkit.errors import JobError
from jobkit.fields import Fields

from seizure.corpora.inventory import Inventory
from seizure.corpora.people import hashed, person

#: Splits that a training looks at: weights come from the one, step and threshold from the other.
LOOKED_AT = ("train", "dev")


@dataclass(frozen=True)
class TrainedOn:
    """A dataset. `split_hash`: who was in which split. `people`: by split, a hash of everybody in
    it: a patient is known again under another version's name, and is not named in what is passed
    on."""

    name: str
    version: str
    split_hash: str
    synthetic: bool
    people: dict[str, tuple[str, ...]]


def of_inventory(found: Inventory) -> TrainedOn:
    people = {split: tuple(sorted(people_of(found, (split,)))) for split in LOOKED_AT}
    return TrainedOn(found.name, found.version, found.split_hash, found.synthetic, people)


def people_of(found: Inventory, splits: Iterable[str]) -> set[str]:
    """A hash of everybody in these splits, of 12 hex digits."""
    wanted = set(splits)
    return {
        hashed(person(found.family, one.patient)) for one in found.entries if one.split in wanted
    }


def trained_on(fields: Fields) -> TrainedOn:
    """An entry of a card's `data`; JobError names the field that is wrong."""
    name, version, splits = (fields.text(one) for one in ("name", "version", "split_hash"))
    for key, value in (("name", name), ("version", version)):
        if not value or len(value) > 200 or not value.isprintable():
            raise JobError(fields.path(key), "must be a line of text")
    if splits is None or not re.fullmatch(r"[0-9a-f]{16}", splits):
        raise JobError(fields.path("split_hash"), "must be 16 hex digits")
    synthetic = fields.take("synthetic")
    if not isinstance(synthetic, bool):
        raise JobError(fields.path("synthetic"), "must be true or false")
    people = Fields(fields.take("people"), fields.path("people"))
    of = {split: _hashes(people, split) for split in LOOKED_AT}
    people.done()
    fields.done()
    return TrainedOn(name, version, splits, synthetic, of)


def _hashes(fields: Fields, split: str) -> tuple[str, ...]:
    given = fields.take(split)
    if not isinstance(given, list) or not all(
        isinstance(one, str) and re.fullmatch(r"[0-9a-f]{12}", one) for one in given
    ):
        raise JobError(fields.path(split), "must be a list of 12 hex digits each")
    return tuple(given)
