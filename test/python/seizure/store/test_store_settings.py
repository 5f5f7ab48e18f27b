"""Settings: what they refuse, by name, and their key."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import Any

import pytest
from jobkit.errors import JobError, Refused
from jobkit.fields import Fields

from seizure.store import settings as module
from seizure.store.settings import Settings, from_fields

USUAL = Settings("referential")


def test_every_field_changes_the_key_and_so_does_the_format(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    others = {
        "montage": "bipolar", "rate": 128, "low": 1, "high": 40, "notch": 50,
        "filter": "causal", "clip": 8,
    }  # fmt: skip
    assert others.keys() == asdict(USUAL).keys()
    keys = {USUAL.key(), *(replace(USUAL, **{name: value}).key() for name, value in others.items())}
    monkeypatch.setattr(module, "FORMAT", module.FORMAT + 1)
    keys.add(USUAL.key())
    assert len(keys) == len(others) + 2
    assert all(len(key) == 12 for key in keys)


def test_the_same_settings_have_one_key_however_they_are_written() -> None:
    written = {"montage": "referential", "rate": 256.0, "low": 0.5, "high": 60, "clip": 10}
    assert from_fields(Fields(written, "settings")).key() == USUAL.key()
    assert USUAL.key() == "51c6f2dcbee3", "stores that were prepared are found again"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("montage", "laplacian"), ("montage", None), ("rate", 31), ("rate", 1025), ("rate", 99.5),
        ("rate", True), ("low", 0), ("low", 0.05), ("low", "1"), ("low", float("nan")),
        ("high", 0.5), ("high", 128), ("high", 1e9), ("notch", 55), ("notch", True),
        ("filter", "both"), ("clip", 0), ("clip", float("inf")),
    ],
)  # fmt: skip
def test_what_cannot_be_is_named(field: str, value: Any) -> None:
    given = {"montage": "referential", field: value}
    with pytest.raises(JobError) as caught:
        from_fields(Fields(given, "settings"))
    assert caught.value.key == f"settings.{field}"
    with pytest.raises(Refused, match=field):
        Settings(**given)


def test_a_notch_has_to_fit_below_half_the_rate_and_unknown_fields_are_named() -> None:
    with pytest.raises(Refused, match="notch"):
        Settings("bipolar", rate=100, high=40, notch=50)
    with pytest.raises(JobError, match=r"settings\.smooth: is not known"):
        from_fields(Fields({"montage": "bipolar", "smooth": 1}, "settings"))
