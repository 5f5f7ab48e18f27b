"""Each seed of a job, one after the other, by every process of it."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from jobkit.errors import Refused
from jobkit.events import Phase

from seizure.checkpoints.folder import read_checkpoint
from seizure.checkpoints.trained_on import TrainedOn
from seizure.job import TrainJob
from seizure.program import Events
from seizure.store.store import Store, open_store
from seizure.training import folders
from seizure.training.fitting.probe import OutOfMemory, probe
from seizure.training.loop import train
from seizure.training.ranks import Ranks
from seizure.training.setup import Setup, setup_of
from seizure.training.teller import Teller, Turn


def best_of(seed: int) -> str:
    """The folder of the seed's best weights, below the job's."""
    return (folders.seed_folder(Path(), seed) / folders.BEST).as_posix()


def train_seeds(
    ranks: Ranks, job: TrainJob, data: Sequence[TrainedOn], stores: Sequence[Path], out: Path,
    events: Events | None = None,
) -> list[dict[str, Any]]:  # fmt: skip
    """The fields of `trained`, of each seed. `stores`: their folders. Without `events` nobody is
    told: so it is in all processes but the job's own."""
    events = events or Events(human=None)
    found: list[dict[str, Any]] = []
    with ExitStack() as opened, Phase(events, "train") as phase:

        def open_all() -> list[Store]:
            return [opened.enter_context(open_store(folder)) for folder in stores]

        reading, looking = open_all(), open_all()
        look, judging = _looks(job, reading)
        tried = False  # of all seeds one is enough
        for at, seed in enumerate(job.seeds):
            turn = Turn(at, len(job.seeds) - at - 1, look, judging)
            tell = Teller(events, phase, seed, job.config.training, turn)
            earlier = ranks.told(_earlier(out, seed, tell) if ranks.rank == 0 else None)
            if earlier is None:
                setup = setup_of(job, seed, data, reading, looking, out, ranks.rank)
                if not tried:
                    _try(setup, job, ranks, tell)
                    tried = True
                trained = train(setup, ranks, tell)
                if trained is None:  # told to leave; the job's own process is on its way already
                    return found
                earlier = {
                    "step": trained.state.step, "best_step": trained.state.best_step,
                    "early": trained.early, "seconds": round(trained.state.seconds, 3),
                    "file": best_of(seed),
                }  # fmt: skip
                tell.emit("trained", **earlier)
            found.append({"seed": seed, **earlier})
    return found


def _try(setup: Setup, job: TrainJob, ranks: Ranks, tell: Teller) -> None:
    """OutOfMemory where it does not fit."""
    try:
        found = probe(setup.model, setup.config, job.settings, setup.place, ranks)
    except OutOfMemory as e:
        if not folders.steps_in(setup.folder):
            raise
        kept = "what was learnt is kept, and goes on as it is where more memory is free"
        raise OutOfMemory(e.what, f"{e.why}; {kept}", resume=True) from e
    tell.fits(found, setup.place)


def _looks(job: TrainJob, stores: Sequence[Store]) -> tuple[float, float]:
    """Windows of a look at dev; and how many looks it is to score all seeds on dev and test, where
    windows overlap."""
    every = [one for store in stores for one in store.recordings]
    dev = sum(one.seconds for one in every if one.split == "dev")
    both = dev + sum(one.seconds for one in every if one.split == "test")
    scored = both / (1 - job.config.evaluation.overlap)
    return dev / job.config.windows.seconds, len(job.seeds) * scored / dev if dev else 0.0


def _earlier(out: Path, seed: int, tell: Teller) -> dict[str, Any] | None:
    """What an earlier attempt told of a seed that it trained to the end, where that is still
    there."""
    told = tell.earlier("trained")
    if not told:
        return None
    try:
        read_checkpoint(out / best_of(seed))
    except Refused as e:
        tell.warn(f"{e.why}; it goes on from its last sound checkpoint")
        return None
    names = ("step", "best_step", "early", "seconds", "file")
    return {name: told[-1][name] for name in names}
