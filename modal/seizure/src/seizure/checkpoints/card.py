"""card.json: what a checkpoint is, what it was trained on, and how its scores are to be used."""

from __future__ import annotations

import hashlib
import json
import math
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from jobkit.errors import JobError
from jobkit.fields import Fields

from seizure.checkpoints.trained_on import TrainedOn, trained_on
from seizure.store.settings import Settings, from_fields

VERSION = 1
WHAT = "seizure checkpoint of ann-tui"
#: Logits a second that a model may give.
LOGITS_HZ = (1, 2, 4)

#: Names of a checkpoint's files: weights, and a person's own model.
WEIGHTS, OWN_MODEL = "model.safetensors", "model.py"
#: What a training goes on from: no more is needed for scores.
STATE = ("state.safetensors", "state.json")
#: Sections of a training's config.
SECTIONS = ("model", "windows", "augment", "training", "evaluation")

SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class ModelCard:
    """`name`: a size of ours, or a file of a person's own without ".py". `options`: its config
    fields, all of them. `parameters`: how many are trained. `sha256`: of a person's own file, None
    for a model of ours."""

    name: str
    options: dict[str, Any]
    parameters: int
    sha256: str | None


@dataclass(frozen=True)
class Card:
    """`settings`: how recordings have to be prepared. `seconds`: of a window. `threshold`: chosen
    on `threshold_from` ("dev of NAME"), both None where that had no seizure. `config`: all
    sections of the training's config. `metrics`: of this step. `device` to `machine`: what it was
    trained with. `made`: when, ISO 8601 in UTC. `files`: SHA-256 by name."""

    seed: int
    step: int
    model: ModelCard
    channels: int
    montage: str
    settings: Settings
    seconds: int
    logits_hz: int
    data: tuple[TrainedOn, ...]
    threshold: float | None
    threshold_from: str | None
    config: dict[str, dict[str, Any]]
    metrics: dict[str, float | None]
    torch: str
    numpy: str
    python: str
    threads: int
    device: str
    precision: str
    machine: str
    made: str
    files: dict[str, str]

    @property
    def evaluation(self) -> dict[str, Any]:
        """The section of its config that says how scores are made and used."""
        return self.config["evaluation"]

    @property
    def batch(self) -> int | None:
        """Windows that its training looked at dev with; None where an older card does not say."""
        found = self.config["windows"].get("batch")
        return None if found is None else int(found)

    def to_json(self) -> dict[str, Any]:
        """`sum`: over all the rest, so that a card is known to be as it was written."""
        told = {"v": VERSION, "what": WHAT, **asdict(self)}
        return {**told, "sum": sum_of(told)}


def sum_of(told: Mapping[str, Any]) -> str:
    """SHA-256 of a card's JSON but its own `sum`."""
    bare = {name: value for name, value in told.items() if name != "sum"}
    text = json.dumps(bare, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(text.encode()).hexdigest()


def card_of(value: Any) -> Card:
    """A card's JSON, checked field by field; JobError names the first that is missing, wrong or
    unknown."""
    fields = Fields(value, "")
    if fields.take("what") != WHAT:
        raise JobError("what", f"is not '{WHAT}'")
    if fields.take("v") != VERSION:
        raise JobError("v", f"this program reads version {VERSION}")
    written = _sha256(fields, "sum")
    settings = from_fields(Fields(fields.take("settings"), "settings"))
    threshold = _number_or_null(fields, "threshold")
    card = Card(
        seed=fields.whole("seed", 0, 2**32 - 1),
        step=fields.whole("step", 0, 10**9),
        model=_model(Fields(fields.take("model"), "model")),
        channels=fields.whole("channels", 1, 4096),
        montage=_text(fields, "montage"),
        settings=settings,
        seconds=fields.whole("seconds", 1, 3600),
        logits_hz=fields.whole("logits_hz", 1, max(LOGITS_HZ)),
        data=tuple(
            trained_on(Fields(one, f"data[{i}]")) for i, one in enumerate(fields.items("data"))
        ),
        threshold=threshold,
        threshold_from=_text(fields, "threshold_from", nullable=threshold is None),
        config=_config(Fields(fields.take("config"), "config")),
        metrics=_metrics(Fields(fields.take("metrics"), "metrics")),
        **{name: _text(fields, name) for name in ("torch", "numpy", "python")},
        threads=fields.whole("threads", 1, 1 << 20),
        **{name: _text(fields, name) for name in ("device", "precision", "machine", "made")},
        files=_files(Fields(fields.take("files"), "files")),
    )
    fields.done()
    if written != sum_of(value):
        raise JobError("sum", "is not that of the card: it was changed since it was written")
    _agree(card)
    return card


def _agree(card: Card) -> None:
    """What is told twice has to be the same."""
    if card.montage != card.settings.montage:
        raise JobError("montage", f"is {card.montage}, in settings {card.settings.montage}")
    if card.channels != card.settings.channels:
        raise JobError("channels", f"must be the {card.settings.channels} of its montage")
    if card.logits_hz not in LOGITS_HZ:
        raise JobError("logits_hz", f"must be one of {', '.join(map(str, LOGITS_HZ))}")
    own = card.model.sha256
    if (OWN_MODEL in card.files) != (own is not None) or card.files.get(OWN_MODEL) != own:
        raise JobError(f"files.{OWN_MODEL}", "must be what model.sha256 says")


def _files(fields: Fields) -> dict[str, str]:
    found = {WEIGHTS: _sha256(fields, WEIGHTS)}
    found |= {name: _sha256(fields, name) for name in (OWN_MODEL, *STATE) if name in fields}
    fields.done()
    return found


def _model(fields: Fields) -> ModelCard:
    options = fields.take("options")
    if not isinstance(options, dict):
        raise JobError(fields.path("options"), "must be an object")
    name = _text(fields, "name")
    if not re.fullmatch(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,79}", name):
        raise JobError(fields.path("name"), "must be a name of letters, digits, '_', '-' and '.'")
    own = _sha256(fields, "sha256") if "sha256" in fields else fields.take("sha256")
    found = ModelCard(name, options, fields.whole("parameters", 0, 10**13), own)
    fields.done()
    return found


_EVALUATION = {
    "overlap": (0, 0.9), "hysteresis": (0, 1), "merge_seconds": (0, 600),
    "min_seconds": (0, 600), "max_seconds": (0, 86_400), "draws": (100, 100_000),
}  # fmt: skip


def _config(fields: Fields) -> dict[str, dict[str, Any]]:
    """Only what is used after a training is looked at: the rest of an older card is its own."""
    found = {}
    for name in SECTIONS:
        found[name] = fields.take(name)
        if not isinstance(found[name], dict):
            raise JobError(fields.path(name), "must be an object")
    fields.done()
    section = Fields(found["evaluation"], fields.path("evaluation"))
    for name, (least, most) in _EVALUATION.items():
        value = _number_or_null(section, name)
        if value is None and name == "max_seconds":
            continue
        if value is None or not least <= value <= most:
            raise JobError(section.path(name), f"must be a number from {least} to {most}")
    section.done()
    Fields(found["windows"], fields.path("windows")).whole("batch", 1, 8192, 1)
    return found


def _metrics(fields: Fields) -> dict[str, float | None]:
    found = {name: _number_or_null(fields, name) for name in fields.names()}
    fields.done()
    return found


def _number_or_null(fields: Fields, name: str) -> float | None:
    value = fields.take(name)
    if value is None:
        return None
    numeric = isinstance(value, int | float) and not isinstance(value, bool)
    if not numeric or not math.isfinite(value):
        raise JobError(fields.path(name), "must be a number or null")
    return float(value)


def _text(fields: Fields, name: str, nullable: bool = False) -> Any:
    value = fields.text(name)
    if value is None and nullable:
        return None
    if not value or len(value) > 200 or not value.isprintable():
        raise JobError(fields.path(name), "must be a line of text")
    return value


def _sha256(fields: Fields, name: str) -> str:
    value = fields.text(name)
    if value is None or not SHA256.fullmatch(value):
        raise JobError(fields.path(name), "must be a SHA-256 of 64 hex digits")
    return str(value)
