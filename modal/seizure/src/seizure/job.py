"""A job: which recordings, how they are prepared, what is to be scored. Read from JSON and checked
before anything happens.

{"v": 1, "job": "prepare", "datasets": [{"name", …}], "data_dir", "settings": {…}, "workers",
 "splits": […], "share": [1, 4], "verify": true}
{"v": 1, "job": "evaluate", …the same without `splits`…, "checkpoint": "baseline", "seed", "draws",
 "checkpoints": [{"name", "title", "folder", "source"}]}
{"v": 1, "job": "train", …the same…, "config": {…}, "seeds": […], "source": "/…/mine.py", "check"}
{"v": 1, "job": "predict", "checkpoint": {"name", "title", "folder", "source"}, "threshold",
 "recordings": [{"name", "edf", "tsv"}], "workers"}
{"v": 1, "job": "measure", "data_dir", "settings": {…}, "config": {…}, "source", "seconds"}

At Modal a job that prepares has a `share`, and the others have `prepared`: see cloud.py.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jobkit import machine
from jobkit.errors import JobError
from jobkit.fields import Fields

from seizure.checkpoints.chosen import Chosen, chosen_of
from seizure.detection.baselines import BASELINES
from seizure.inference.job import PredictJob, predict_job
from seizure.recording import SPLITS
from seizure.store.settings import Settings, from_fields
from seizure.training import config as training_config
from seizure.training.config import Config

VERSION = 1
#: The only checkpoint without weights: the detectors of detection/baselines.py.
BASELINE = "baseline"
_KINDS = ("prepare", "evaluate", "train", "predict", "measure")

_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,79}")


@dataclass(frozen=True)
class PrepareJob:
    """Recordings to have ready as `settings` say. `workers`: processes. `share`: (i, n), the i-th
    of n shares of them, in a container that works on a copy. `verify`: what is there is looked at
    to the last byte. `recordings`: the folder of datasets that their files lie in, where that is
    not `data_dir`."""

    datasets: tuple[str, ...]
    data_dir: Path
    settings: Settings
    workers: int
    splits: tuple[str, ...]
    share: tuple[int, int] | None = None
    verify: bool = True
    recordings: Path | None = None


@dataclass(frozen=True)
class EvaluateJob:
    """Detectors to be scored on each of the datasets: the checkpoints, the baselines always beside
    them. `checkpoint`: what a person called them. `seed` and `draws`: of the intervals.
    `prepared`: all of it is, and nothing is prepared here."""

    datasets: tuple[str, ...]
    data_dir: Path
    settings: Settings
    workers: int
    checkpoint: str
    checkpoints: tuple[Chosen, ...]
    seed: int
    draws: int
    prepared: bool = False


@dataclass(frozen=True)
class TrainJob:
    """A model to be trained on the datasets together, once a seed, and judged. `source`: the
    model's file where it is a person's own. `check`: only whether one batch can be learnt by
    heart. `prepared`: see `EvaluateJob`."""

    datasets: tuple[str, ...]
    data_dir: Path
    settings: Settings
    workers: int
    config: Config
    seeds: tuple[int, ...]
    source: Path | None
    check: bool
    prepared: bool = False


@dataclass(frozen=True)
class MeasureJob:
    """How fast this machine trains: its steps, on noise in the shape of the recordings that
    `settings` would give, for so many `seconds`."""

    data_dir: Path
    settings: Settings
    config: Config
    source: Path | None
    seconds: int


Job = PrepareJob | EvaluateJob | TrainJob | MeasureJob | PredictJob


def parse(value: object) -> Job:
    """Checks a whole job; raises JobError naming the first key that is wrong."""
    fields = Fields(value, "")
    if fields.take("v") != VERSION:
        raise JobError("v", f"this seizure reads version {VERSION}")
    kind = fields.take("job")
    if kind not in _KINDS:
        raise JobError("job", f"must be {', '.join(_KINDS[:-1])} or {_KINDS[-1]}")
    job: Job
    if kind == "predict":
        job = predict_job(fields)
        fields.done()
        return job
    shared = _everywhere(fields) | ({} if kind == "measure" else _recordings(fields))
    if kind == "measure":
        job = MeasureJob(
            **shared,
            config=training_config.parse(fields.take("config", {})),
            source=_source(fields),
            seconds=fields.whole("seconds", 1, 3600, 60),
        )
    elif kind == "prepare":
        verify = _flag(fields, "verify", True)
        job = PrepareJob(**shared, splits=_splits(fields), share=_share(fields), verify=verify)
    elif kind == "train":
        config = training_config.parse(fields.take("config", {}))
        job = TrainJob(
            **shared,
            config=config,
            seeds=_seeds(fields, config.training.seed),
            source=_source(fields),
            check=_flag(fields, "check"),
            prepared=_flag(fields, "prepared"),
        )
    else:
        job = EvaluateJob(
            **shared,
            **_checkpoints(fields),
            seed=fields.whole("seed", 0, 2**32 - 1, 0),
            draws=fields.whole("draws", 100, 100_000, 1000),
            prepared=_flag(fields, "prepared"),
        )
    fields.done()
    return job


def _everywhere(fields: Fields) -> dict[str, Any]:
    data_dir = fields.text("data_dir")
    if not data_dir or not Path(data_dir).is_absolute():
        raise JobError("data_dir", "must be an absolute path")
    settings = from_fields(Fields(fields.take("settings"), "settings"))
    return {"data_dir": Path(data_dir), "settings": settings}


def _recordings(fields: Fields) -> dict[str, Any]:
    datasets: list[str] = []
    for i, given in enumerate(fields.items("datasets")):
        name = _dataset(given, f"datasets[{i}]")
        if name in datasets:
            raise JobError(f"datasets[{i}].name", f"{name} is there twice")
        datasets.append(name)
    workers = fields.whole("workers", 0, 4096, 0) or machine.cores()  # 0: all cores
    return {"datasets": tuple(datasets), "workers": workers}


def check_name(name: object, key: str) -> str:
    """A dataset's name becomes a folder's name, so it may hold nothing that leads elsewhere."""
    if not isinstance(name, str) or not _NAME.fullmatch(name) or ".." in name:
        raise JobError(key, "must be a name of lower-case letters, digits, '-', '_' and '.'")
    return name


def check_url(url: str | None, key: str) -> str | None:
    if url is not None and not re.match(r"https?://[^/\s]+", url):
        raise JobError(key, "must start with http:// or https://")
    return url


def _dataset(value: object, key: str) -> str:
    """Its name. Where it can be had (`url`) is part of every run's datasets, but recordings are
    brought before a job: they are counted first."""
    fields = Fields(value, key)
    name = check_name(fields.take("name"), fields.path("name"))
    check_url(fields.text("url", None), fields.path("url"))
    fields.done()
    return name


def _splits(fields: Fields) -> tuple[str, ...]:
    given = fields.take("splits", list(SPLITS))
    if not isinstance(given, list) or not given or not set(given) <= set(SPLITS):
        raise JobError("splits", f"must be a list of {', '.join(SPLITS)}")
    return tuple(split for split in SPLITS if split in given)


def _seeds(fields: Fields, default: int) -> tuple[int, ...]:
    """One training each; the config's own where none are given."""
    given = fields.take("seeds", [default])
    right = isinstance(given, list) and all(
        isinstance(one, int) and not isinstance(one, bool) and 0 <= one < 2**32 for one in given
    )
    if not right or not given or len(set(given)) != len(given):
        raise JobError("seeds", "must be a list of different whole numbers from 0 to 4294967295")
    return tuple(given)


def _source(fields: Fields) -> Path | None:
    source = fields.text("source", None)
    if source is not None and not Path(source).is_absolute():
        raise JobError("source", "must be an absolute path")
    return None if source is None else Path(source)


def _share(fields: Fields) -> tuple[int, int] | None:
    given = fields.take("share", None)
    if given is None:
        return None
    right = isinstance(given, list) and len(given) == 2 and all(type(one) is int for one in given)
    if not right or not 1 <= given[0] <= given[1]:
        raise JobError("share", "must be [i, n], the i-th of n shares")
    return given[0], given[1]


def _flag(fields: Fields, name: str, otherwise: bool = False) -> bool:
    value = fields.take(name, otherwise)
    if not isinstance(value, bool):
        raise JobError(fields.path(name), "must be true or false")
    return value


def _checkpoints(fields: Fields) -> dict[str, Any]:
    called, given = fields.text("checkpoint", BASELINE), fields.take("checkpoints", [])
    if not isinstance(given, list):
        raise JobError("checkpoints", "must be a list")
    chosen = chosen_of(given, "checkpoints", {one.name for one in BASELINES})
    if not chosen and called != BASELINE:
        why = f"must be '{BASELINE}' (all detectors without weights) where no checkpoints are named"
        raise JobError("checkpoint", why)
    return {"checkpoint": called, "checkpoints": chosen}
