"""models.json: sizes and options, and what each of them changes."""

from __future__ import annotations

import json
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
from jobkit.errors import Refused

torch = pytest.importorskip("torch", reason="torch is not in this environment: no model is tested")

from seizure.model import registry  # noqa: E402
from seizure.model.build import build  # noqa: E402
from seizure.model.counts import counts, table  # noqa: E402
from seizure.model.detector import Options  # noqa: E402
from seizure.model.registry import FIELDS, SIZES  # noqa: E402

README = Path(registry.__file__).parents[3] / "README.md"
#: Quick to build, with every kind of layer.
LITTLE = {"width": 8, "ssm_layers": 1, "ssm_heads": 2, "tcn_blocks": 1}
#: Of each option, a value that is not the size's own.
OTHERS = {
    "front_seconds": 0.5, "front_hz": 8, "filters": 5, "electrode_features": 9, "width": 16,
    "tcn_blocks": 2, "tcn_kernel": 7, "tcn_expansion": 3, "ssm_layers": 2, "ssm_expansion": 3,
    "ssm_heads": 4, "ssm_state": 7, "dropout": 0.5, "logits_hz": 2,
}  # fmt: skip


def shapes(options: dict[str, Any]) -> dict[str, Any]:
    """Of each weight, and of the logits; and the logits, since dropout shows in nothing else."""
    torch.manual_seed(0)
    model = build("tiny", {**LITTLE, **options}, 19, 64, 30).train()
    found: dict[str, Any] = {name: tuple(w.shape) for name, w in model.state_dict().items()}
    logits = model(torch.ones(1, 2, 64))
    return {**found, "logits": tuple(logits.shape), "answers": logits.tolist()}


@pytest.mark.parametrize("field", FIELDS)
def test_every_option_changes_a_tensor(field: str) -> None:
    assert shapes({field: OTHERS[field]}) != shapes({})


def test_shapes_change_by_the_option_alone() -> None:
    assert shapes({}) == shapes({})


def test_options_are_the_same_in_the_file_and_in_the_model() -> None:
    assert [one.name for one in fields(Options)] == list(FIELDS)
    tiny = SIZES["tiny"]
    assert {name: one["default"] for name, one in FIELDS.items()} == tiny
    for name, size in SIZES.items():
        assert list(size) == list(FIELDS)
        assert registry.resolve(name, size) == size
    for field in FIELDS.values():
        assert {"type", "default", "says", "changes"} <= field.keys()
        assert ("one_of" in field) != ({"from", "to"} <= field.keys())


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("width", 3, "a whole number from 4 to 2048"),
        ("width", 3000, "a whole number from 4 to 2048"),
        ("width", 48.5, "a whole number"),
        ("width", "48", "a whole number"),
        ("width", True, "a whole number"),
        ("width", None, "a whole number"),
        ("dropout", 1, "a number from 0 to 0.9"),
        ("dropout", float("nan"), "a number from 0 to 0.9"),
        ("logits_hz", 3, "1, 2 or 4"),
        ("ssm_heads", 5, "cannot share"),
        ("front_hz", 16, "possible: 4"),
        ("front_seconds", 4, "a window has 3 s"),
    ],
)
def test_what_cannot_be_is_refused_by_name(field: str, value: object, says: str) -> None:
    with pytest.raises(Refused) as refused:
        build("tiny", {field: value}, 19, 100, 3)
    assert f"model.options.{field}" in refused.value.what
    assert says in refused.value.why


def test_what_there_is_not_is_refused() -> None:
    with pytest.raises(Refused, match="no option 'widht': did you mean 'width'"):
        build("tiny", {"widht": 48}, 19, 128, 30)
    with pytest.raises(Refused, match="no model 'huge': there are tiny, small, base"):
        build("huge", {}, 19, 128, 30)
    with pytest.raises(Refused, match="possible: none"):
        build("tiny", {}, 19, 125, 30)


def test_the_readme_has_the_counts_as_they_are() -> None:
    assert "\n".join(table()) in README.read_text(encoding="utf-8")


def test_counts_are_those_of_real_weights() -> None:
    model = build("tiny", {}, 19, 256, 30)
    assert counts()["tiny"]["all"] == sum(w.numel() for w in model.state_dict().values())
    sizes = [one["all"] for one in counts().values()]
    assert sizes == sorted(sizes)
    assert json.loads(json.dumps(SIZES)) == SIZES
