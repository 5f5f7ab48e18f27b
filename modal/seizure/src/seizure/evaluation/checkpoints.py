"""Whether checkpoints can be scored fairly on what a job names."""

from __future__ import annotations

from collections.abc import Sequence

from jobkit.errors import Refused

from seizure.checkpoints.card import Card
from seizure.checkpoints.chosen import Chosen
from seizure.checkpoints.folder import read_card
from seizure.checkpoints.trained_on import people_of
from seizure.corpora.inventory import Inventory
from seizure.job import EvaluateJob
from seizure.program import Events


def require_usable(job: EvaluateJob, inventories: Sequence[Inventory], events: Events) -> None:
    """Refused: a checkpoint that needs recordings prepared in another way, or that knows patients
    it would be tested on. Another version of a dataset that shares none with them is told."""
    for chosen in job.checkpoints:
        card = read_card(chosen.folder)
        _check_settings(chosen, card, job)
        for inventory in inventories:
            _check_people(chosen, card, inventory)
            for one in card.data:
                if one.name == inventory.name and one.split_hash != inventory.split_hash:
                    events.warn(
                        f"{chosen.title} was trained on other splits of {one.name} (version "
                        f"{one.version}); no patient of its training is among those it is tested on"
                    )


def _check_settings(chosen: Chosen, card: Card, job: EvaluateJob) -> None:
    given, needed = job.settings.to_json(), card.settings.to_json()
    other = [name for name, value in needed.items() if given[name] != value]
    if other:
        differ = ", ".join(f"{name} {needed[name]}, not {given[name]}" for name in other)
        raise Refused(
            f"{chosen.title} needs recordings that are prepared as in its training", differ,
            "leave --montage and --config away: they are taken from the checkpoint",
        )  # fmt: skip


#: By split: whom a training looked at that may not be in it. What it learnt from is not for
#: choosing a threshold either.
_FORBIDDEN = {"test": ("train", "dev"), "dev": ("train",)}


def _check_people(chosen: Chosen, card: Card, inventory: Inventory) -> None:
    for split, looked in _FORBIDDEN.items():
        here = people_of(inventory, (split,))
        for one in card.data:
            known = here & {person for name in looked for person in one.people[name]}
            if known:
                raise Refused(
                    f"{chosen.title} cannot be tested on {inventory.name}",
                    f"{len(known)} of its {len(here)} patients in {split} were in the training on "
                    f"{one.name} (version {one.version}): its figures would be too good",
                    "use splits of the training, or another dataset: ann-tui datasets",
                )
