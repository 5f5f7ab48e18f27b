"""How fast a machine trains: a job without recordings, here and on several machines."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parent.parent / "training"))

from jobkit.cloud.workload import OUTCOME, PARTS
from jobkit.errors import JobError, Problem
from jobkit.files import write_json
from training_support import CONFIG, SETTINGS, Done, done, torch

from seizure.cloud_measure import MEASURE
from seizure.job import MeasureJob, parse
from seizure.measuring import measure
from seizure.training.fitting import probe
from seizure.training.fitting.probe import OutOfMemory


def job(**more: Any) -> dict[str, Any]:
    """`training__processes=2`: a field in place of CONFIG's."""
    config = {name: dict(section) for name, section in CONFIG.items()}
    for name in [name for name in more if "__" in name]:
        section, field = name.split("__")
        config[section][field] = more.pop(name)
    return {
        "v": 1, "job": "measure", "data_dir": "/nowhere", "settings": SETTINGS, "config": config,
        "source": None, "seconds": 1, **more,
    }  # fmt: skip


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory) -> Done:
    return done(job(training__accumulate=3), tmp_path_factory.mktemp("measured") / "run")


def test_it_tells_its_speed_of_whole_steps(measured: Done) -> None:
    (told,) = measured.of("measured")
    assert told["seconds"] >= 1 and told["steps"] > 0 and told["device"] == "cpu"
    # Of three batches of four windows each.
    assert told["windows_per_s"] == pytest.approx(12 * told["steps"] / told["seconds"], rel=1e-3)
    assert told["memory_bytes"] >= measured.of("memory")[0]["probe_bytes"]
    names = ("windows_per_s", "steps", "seconds", "memory_bytes", "device")
    assert measured.results["measured"] == {name: told[name] for name in names}
    assert measured.results["job"] == "measure"
    assert measured.results["config"]["training"]["accumulate"] == 3


def test_its_events_are_those_of_a_training(measured: Done) -> None:
    kinds = [one["type"] for one in measured.events]
    assert kinds[:4] == ["started", "phase", "model", "memory"]
    assert kinds[-3:] == ["phase", "measured", "result"]
    (model,) = measured.of("model")
    assert (model["name"], model["precision"], model["threads"]) == ("tiny", "float32", 1)
    metrics = measured.of("metric")
    assert 1 <= len(metrics) <= measure.METRICS + 1
    assert all(set(one["values"]) == {"windows_per_s", "memory_bytes"} for one in metrics)
    assert [one["step"] for one in metrics] == sorted({one["step"] for one in metrics})
    last = measured.of("progress")[-1]
    assert (last["done"], last["total"], last["unit"]) == (1, 1, "seconds")
    assert last["eta_seconds"] == last["job_eta_seconds"] == 0


def test_steps_that_warm_up_count_nowhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    learnt: list[int] = []

    def counted(*given: Any) -> float:
        learnt.append(1)
        return learn(*given)

    learn = measure.learn
    monkeypatch.setattr(measure, "learn", counted)
    found = done(job(), tmp_path / "run")
    assert found.results["measured"]["steps"] == len(learnt) - measure.WARM_UP


def test_several_processes_are_measured_together(tmp_path: Path) -> None:
    found = done(job(training__processes=2), tmp_path / "run").results["measured"]
    assert found["windows_per_s"] == pytest.approx(4 * found["steps"] / found["seconds"], rel=1e-3)


def test_what_does_not_fit_is_told_with_a_batch_that_does(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(running: Any, signal: Any, *given: Any) -> float:
        if len(signal) > 2:
            raise torch.OutOfMemoryError("CUDA out of memory")
        return learn(running, signal, *given)

    learn = probe.learn
    monkeypatch.setattr(probe, "learn", refused)
    with pytest.raises(OutOfMemory) as told:
        done(job(), tmp_path / "run")
    assert told.value.what == "Memory ran out in the first two steps"
    assert (told.value.hint or "").endswith("windows.batch=2 --set training.accumulate=2")
    assert not (tmp_path / "run" / "results.json").exists()


def test_a_model_of_ones_own_is_let_in_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(given: MeasureJob, source: Path, _: Any) -> None:
        raise Problem("It is not let in", f"{source.name}, {given.config.model.name}")

    monkeypatch.setattr("seizure.evaluation.run._let_in", refuse)
    with pytest.raises(Problem, match=r"mine\.py, tiny"):
        done(job(source=str(tmp_path / "mine.py")), tmp_path / "run")


@pytest.mark.parametrize(
    ("more", "key"),
    [
        ({"seconds": 0}, "seconds"),
        ({"seconds": 3601}, "seconds"),
        ({"datasets": [{"name": "tiny"}]}, "datasets"),
        ({"machines": ["T4"]}, "machines"),
        ({"data_dir": "here"}, "data_dir"),
        ({"source": "mine.py"}, "source"),
        ({"training__steps": 0}, "config.training.steps"),
    ],
)
def test_a_field_that_is_wrong_is_named(more: dict[str, Any], key: str) -> None:
    with pytest.raises(JobError) as wrong:
        parse(job(**more))
    assert wrong.value.key == key


def launched(*machines: str, **more: Any) -> dict[str, Any]:
    """The job as a coordinator has it."""
    given = {**job(), "machines": list(machines), **more}
    return MEASURE.job(given, Path("/results/runs/r"), Path("/mnt/datasets"))


def test_each_machine_is_a_part_for_a_container_of_its_own() -> None:
    parts = MEASURE.split(launched("T4", "L4", "H100", source="sources/mine.py"))
    told = [(part.name, part.label, part.machine, part.stage) for part in parts]
    assert told == [("w1", "T4", "work_1", 0), ("w2", "L4", "work_2", 0), ("w3", "H100", "work_3", 0)]
    assert parts[0].job == parts[2].job
    found = parse(parts[0].job)
    assert isinstance(found, MeasureJob)
    assert str(found.source) == "/results/runs/r/sources/mine.py"
    assert str(found.data_dir) == "/mnt/datasets"
    for wrong in (launched(), launched(""), {**launched("T4"), "machines": "T4"}):
        with pytest.raises(JobError, match="machines: must be a list of names"):
            MEASURE.split(wrong)


def test_what_was_measured_is_merged_and_the_rest_is_told(tmp_path: Path) -> None:
    parts = MEASURE.split(launched("T4", "L4", "A10"))
    speed = {"windows_per_s": 80.5, "steps": 9, "seconds": 2.0, "device": "NVIDIA L4"}
    for name in ("w1", "w2"):
        (tmp_path / PARTS / name).mkdir(parents=True)
    write_json(tmp_path / PARTS / "w2" / "results.json", {"v": 1, "measured": speed})
    refusal = {"what": "Memory ran out", "why": "it is small", "hint": "a smaller batch"}
    write_json(tmp_path / PARTS / "w1" / OUTCOME, {"part": "w1", "code": 1, "failure": refusal})
    judged = MEASURE.merge(tmp_path, parts, tmp_path, 12.3456, {})
    found = json.loads((tmp_path / "results.json").read_text())
    assert found["measured"] == judged == [{"machine": "L4", **speed}]
    assert found["failed"] == [{"machine": "T4", **refusal}]
    assert (found["job"], found["seconds"]) == ("measure", 12.346)
    assert MEASURE.verdict(parts, judged) is None
    assert MEASURE.is_done(tmp_path / PARTS / "w2")
    assert not MEASURE.is_done(tmp_path / PARTS / "w1")
    problem = MEASURE.verdict(parts, [])
    assert problem is not None and problem.why == "T4, L4, A10: none of them told its speed"
