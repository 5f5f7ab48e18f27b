"""A training job's own half: each seed is trained, its threshold chosen on dev, then all are judged
on test beside the baselines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from jobkit import machine
from jobkit.events import Phase
from jobkit.files import write_json

from seizure.checkpoints.chosen import Chosen
from seizure.checkpoints.folder import CARD, read_card
from seizure.checkpoints.trained_on import TrainedOn, of_inventory
from seizure.corpora.inventory import Inventory
from seizure.detection.detector import Detector
from seizure.detection.registry import detectors
from seizure.evaluation.evaluate import Judgement, evaluate
from seizure.evaluation.verdicts import judged
from seizure.job import TrainJob
from seizure.program import Events
from seizure.scoring.thresholds import choose
from seizure.store.store import Store
from seizure.training.broken import explained
from seizure.training.check import overfit
from seizure.training.place import kind_of
from seizure.training.ranks import Ranks
from seizure.training.seeds import best_of, train_seeds
from seizure.training.setup import setup_of
from seizure.training.team import team


def train_and_judge(
    job: TrainJob, inventories: Sequence[Inventory], stores: Sequence[Store], out: Path,
    events: Events,
) -> dict[str, Any]:  # fmt: skip
    """What results.json has of it: `checked`; or `trained`, and what an evaluation has."""
    data = [of_inventory(one) for one in inventories]
    found: dict[str, Any] = {"config": job.config.to_json(), "seeds": list(job.seeds)}
    with explained(job.source, events):
        if job.check:
            return {**found, "checked": _check(job, data, stores, out, events)}
        training, folders = job.config.training, [one.folder for one in stores]
        # Somebody's own model may have weights that a window does not reach.
        with team(
            training.processes, kind_of(training), job.source is not None, events,
            _train_beside, job, data, folders, out,
        ) as ranks:  # fmt: skip
            found["trained"] = train_seeds(ranks, job, data, folders, out, events)
        return found | _judge(job, stores, out, events)


def _train_beside(ranks: Ranks, job: TrainJob, *arguments: Any) -> None:
    """What the other processes do; their errors are told as those of the job's own."""
    with explained(job.source):
        train_seeds(ranks, job, *arguments)


def _check(
    job: TrainJob, data: Sequence[TrainedOn], stores: Sequence[Store], out: Path, events: Events
) -> list[dict[str, Any]]:
    found = []
    with Phase(events, "train", "check") as phase:
        for seed in job.seeds:
            fields = overfit(setup_of(job, seed, data, stores, stores, out), phase)
            events.emit("checked", **fields)
            says = "learns one batch by heart" if fields["learns"] else "does not learn one batch"
            events.log(
                f"seed {seed}: {says}: loss {fields['first_loss']:.3f} → {fields['last_loss']:.3f} "
                f"in {fields['steps']} steps, {fields['bound']:.3f} wanted"
            )
            found.append(fields)
    return found


def _judge(job: TrainJob, stores: Sequence[Store], out: Path, events: Events) -> dict[str, Any]:
    """As an evaluation of the best weights of each seed. Each one's threshold is chosen on dev of
    all datasets together and written into its card before anything of test is scored."""
    chosen = [
        Chosen(f"seed-{seed}", _title(job, seed), out / best_of(seed), job.source)
        for seed in job.seeds
    ]
    threads = job.config.training.threads or machine.cores()
    names = " and ".join(job.datasets)

    def settle(judgement: Judgement) -> list[Detector]:
        return [_settled(one, judgement, f"dev of {names}") for one in every]

    every = detectors(chosen, threads)
    return evaluate(
        stores, every, job.config.evaluation.draws, job.config.training.seed, out, events, settle
    )


def _title(job: TrainJob, seed: int) -> str:
    name = job.config.model.name
    return name if len(job.seeds) == 1 else f"{name}, seed {seed}"


def _settled(one: Detector, judgement: Judgement, where: str) -> Detector:
    """A trained detector with its threshold, a baseline as it is."""
    if one.trained is None:
        return one
    dev = [found for _, scored in judgement for found in judged(scored, "dev", one.name)]
    threshold = choose(dev, one.events)
    folder = Path(one.trained.checkpoint)
    card = read_card(folder)
    source = None if threshold is None else where
    write_json(folder / CARD, replace(card, threshold=threshold, threshold_from=source).to_json())
    return replace(one, trained=replace(one.trained, threshold=threshold))
