"""What a training is told: config-schema.json is the one truth of its fields, read here and by the
other side. Does without torch."""

from __future__ import annotations

import difflib
import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from jobkit.errors import JobError


@dataclass(frozen=True)
class Model:
    name: str
    options: Mapping[str, Any]


@dataclass(frozen=True)
class Windows:
    seconds: int
    batch: int
    seizure_fraction: float | None


@dataclass(frozen=True)
class Augment:
    gain: float
    channel_dropout: float
    noise: float


@dataclass(frozen=True)
class Training:
    steps: int
    learning_rate: float
    warmup_steps: int
    final_learning_rate: float
    weight_decay: float
    gradient_clip: float | None
    accumulate: int
    ema_decay: float
    label_smoothing: float
    evaluate_every: int
    patience: int
    checkpoint_every: int
    keep_last: int
    precision: str
    compile: bool
    kernels: str
    device: str
    processes: int
    threads: int
    seed: int


@dataclass(frozen=True)
class Evaluation:
    overlap: float
    hysteresis: float
    merge_seconds: float
    min_seconds: float
    max_seconds: float | None
    draws: int


@dataclass(frozen=True)
class Config:
    """Units, ranges and what each field says: config-schema.json."""

    model: Model
    windows: Windows
    augment: Augment
    training: Training
    evaluation: Evaluation

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


SECTIONS: dict[str, type] = {
    "model": Model,
    "windows": Windows,
    "augment": Augment,
    "training": Training,
    "evaluation": Evaluation,
}


@cache
def schema() -> dict[str, Any]:
    """By section, by field: type, unit, range, default, and what it changes."""
    text = files("seizure.training").joinpath("config-schema.json").read_text(encoding="utf-8")
    return json.loads(text)["sections"]  # type: ignore[no-any-return]


def parse(value: object, key: str = "config") -> Config:
    """Checks a whole config; what is left out has its default. JobError names the first field that
    is wrong: "config.training.steps"."""
    given = _object(value, key)
    _known(given, schema(), key)
    sections = {
        name: SECTIONS[name](**_section(given.get(name, {}), name, f"{key}.{name}"))
        for name in schema()
    }
    config = Config(**sections)
    _together(config, key)
    return config


def defaults() -> Config:
    return parse({})


def _section(value: object, section: str, key: str) -> dict[str, Any]:
    given, known = _object(value, key), schema()[section]["fields"]
    _known(given, known, key)
    return {
        name: checked(given.get(name, about["default"]), about, f"{key}.{name}")
        for name, about in known.items()
    }


def _object(value: object, key: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise JobError(key, "must be an object")
    return value


def _known(given: Mapping[str, Any], known: Mapping[str, Any], key: str) -> None:
    for name in given:
        if name not in known:
            near = difflib.get_close_matches(str(name), list(known), n=1)
            also = f"did you mean {near[0]}?" if near else f"it has {', '.join(known)}"
            raise JobError(f"{key}.{name}", f"is not known; {also}")


def checked(value: Any, about: Mapping[str, Any], key: str) -> Any:
    """The value as its field of the schema has it; JobError where it cannot be."""
    if value is None and about.get("nullable"):
        return None
    kind = about["type"]
    if kind == "string":
        words = about.get("one_of")
        if not isinstance(value, str) or (words is not None and value not in words):
            raise JobError(key, f"must be one of {', '.join(words)}" if words else "must be text")
        return value
    if kind == "boolean":
        if not isinstance(value, bool):
            raise JobError(key, "must be true or false")
        return value
    if kind == "object":
        return _object(value, key)
    return _number(value, about, key)


def _number(value: Any, about: Mapping[str, Any], key: str) -> int | float:
    whole = about["type"] == "integer"
    right = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
    if not right or (whole and value != int(value)) or not _within(value, about):
        raise JobError(key, f"must be {_wanted(about)}")
    return int(value) if whole else float(value)


def _within(value: float, about: Mapping[str, Any]) -> bool:
    least, most = about.get("from", -math.inf), about.get("to", math.inf)
    return least <= value <= most and value > about.get("above", -math.inf)


def _wanted(about: Mapping[str, Any]) -> str:
    """ "a whole number from 1 to 64 (windows), or null" """
    told = "a whole number" if about["type"] == "integer" else "a number"
    if "above" in about:
        told += f" above {about['above']:g}, to {about['to']:g}"
    elif "from" in about:
        told += f" from {_plain(about['from'])} to {_plain(about['to'])}"
    if "unit" in about:
        told += f" ({about['unit']})"
    return told + (", or null" if about.get("nullable") else "")


def _plain(number: float) -> str:
    return str(number) if isinstance(number, int) else f"{number:.12g}"


def _together(config: Config, key: str) -> None:
    """What no field can know alone."""
    batch, processes = config.windows.batch, config.training.processes
    if batch % processes:
        why = f"must be divisible among the {processes} of training.processes; it is {batch}"
        raise JobError(f"{key}.windows.batch", why)
    shortest, longest = config.evaluation.min_seconds, config.evaluation.max_seconds
    if longest is not None and longest < shortest:
        why = f"must not be below evaluation.min_seconds, {shortest:g} (s)"
        raise JobError(f"{key}.evaluation.max_seconds", why)
