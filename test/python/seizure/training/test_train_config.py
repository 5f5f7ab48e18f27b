"""A training's config and job, checked field by field."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import pytest
from jobkit.errors import JobError

from seizure.job import TrainJob, parse
from seizure.training import config

JOB: dict[str, Any] = {
    "v": 1, "job": "train", "datasets": [{"name": "siena"}], "data_dir": "/data",
    "settings": {"montage": "bipolar"}, "workers": 1,
}  # fmt: skip


def test_the_dataclasses_have_the_fields_of_the_schema() -> None:
    assert list(config.schema()) == list(config.SECTIONS)
    for section, of in config.SECTIONS.items():
        assert [one.name for one in fields(of)] == list(config.schema()[section]["fields"])


def test_defaults_are_the_schemas() -> None:
    told = config.defaults().to_json()
    for section, about in config.schema().items():
        for name, field in about["fields"].items():
            assert told[section][name] == field["default"], (section, name)


def test_every_field_says_what_it_is() -> None:
    for section, about in config.schema().items():
        for name, field in about["fields"].items():
            assert field["says"] and field["changes"], (section, name)
            bounded = field["type"] not in ("integer", "number") or "to" in field
            assert bounded, (section, name)


@pytest.mark.parametrize(
    ("section", "value", "key", "says"),
    [
        ("training", {"steps": 0}, "config.training.steps",
         "must be a whole number from 1 to 100000000 (steps)"),
        ("training", {"steps": 1.5}, "config.training.steps",
         "must be a whole number from 1 to 100000000 (steps)"),
        ("training", {"steps": True}, "config.training.steps",
         "must be a whole number from 1 to 100000000 (steps)"),
        ("training", {"learning_rate": 0}, "config.training.learning_rate",
         "must be a number above 0, to 1"),
        ("training", {"learning_rate": float("nan")}, "config.training.learning_rate",
         "must be a number above 0, to 1"),
        ("training", {"gradient_clip": "1"}, "config.training.gradient_clip",
         "must be a number above 0, to 1e+06, or null"),
        ("training", {"precision": "float16"}, "config.training.precision",
         "must be one of auto, float32, bfloat16"),
        ("training", {"compile": 1}, "config.training.compile", "must be true or false"),
        ("training", {"step": 3}, "config.training.step", "is not known; did you mean steps?"),
        ("windows", {"seconds": 400}, "config.windows.seconds",
         "must be a whole number from 5 to 300 (s)"),
        ("windows", {"xyz": 1}, "config.windows.xyz",
         "is not known; it has seconds, batch, seizure_fraction"),
        ("augment", [], "config.augment", "must be an object"),
        ("model", {"name": 3}, "config.model.name", "must be text"),
        ("model", {"options": 3}, "config.model.options", "must be an object"),
        ("trainig", {}, "config.trainig", "is not known; did you mean training?"),
        ("training", {"processes": 3}, "config.windows.batch",
         "must be divisible among the 3 of training.processes; it is 32"),
        ("evaluation", {"min_seconds": 9, "max_seconds": 5}, "config.evaluation.max_seconds",
         "must not be below evaluation.min_seconds, 9 (s)"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named(section: str, value: Any, key: str, says: str) -> None:
    with pytest.raises(JobError) as wrong:
        config.parse({section: value})
    assert (wrong.value.key, wrong.value.message) == (key, says)


def test_what_may_be_null_may() -> None:
    found = config.parse({"windows": {"seizure_fraction": None}, "training": {"steps": 3.0}})
    assert found.windows.seizure_fraction is None
    assert found.training.steps == 3 and isinstance(found.training.steps, int)


def test_a_job_is_read_as_written() -> None:
    found = parse({**JOB, "config": {"training": {"seed": 7}}, "source": "/a/mine.py"})
    assert isinstance(found, TrainJob)
    assert (found.seeds, found.check, str(found.source)) == ((7,), False, "/a/mine.py")
    assert parse({**JOB, "seeds": [2, 0], "check": True}).seeds == (2, 0)  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("more", "key"),
    [
        ({"seeds": []}, "seeds"),
        ({"seeds": [1, 1]}, "seeds"),
        ({"seeds": [-1]}, "seeds"),
        ({"seeds": [True]}, "seeds"),
        ({"source": "mine.py"}, "source"),
        ({"check": 1}, "check"),
        ({"config": {"training": {"steps": "1"}}}, "config.training.steps"),
        ({"splits": ["dev"]}, "splits"),
    ],
)
def test_a_field_of_the_job_that_is_wrong_is_named(more: dict[str, Any], key: str) -> None:
    with pytest.raises(JobError) as wrong:
        parse({**JOB, **more})
    assert wrong.value.key == key
