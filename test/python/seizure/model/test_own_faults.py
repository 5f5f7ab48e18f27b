"""Each way in which a model file can be wrong has its word, its line, and says what to do."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

import pytest
from own_files import RETURN, SOUND, SUPER, WRONG, changed, in_forward, line_of
from seizure.model import own
from seizure.model.own.faults import WORDS, OwnFault

pytest.importorskip("torch", reason="torch is not in this environment: no model file is tried")
from seizure.model.own.trial import Asked, Trial


def trial(source: Path, **given):
    """What a trial in this process says: short windows at a low rate."""
    asked = {"options": {}, "channels": (3, 2), "rate": 32, "seconds": 4, "memory_bytes": 4 << 30}
    return Trial(Asked(source, **{**asked, **given}), lambda _doing: None).run()


def written(folder: Path, text: str) -> Path:
    file = folder / "mine.py"
    file.write_text(text, encoding="utf-8")
    return file


def test_a_sound_file_is_fine(tmp_path: Path) -> None:
    found = trial(written(tmp_path, SOUND))
    assert found == {"parameters": 4 * 3 * 16 + 4 + 4 + 1, "notes": []}
    assert [file.name for file in tmp_path.iterdir()] == ["mine.py"]


@pytest.mark.parametrize(
    ("word", "text", "blamed"),
    [(word, *case) for word, cases in WRONG.items() for case in cases],
    ids=[f"{word}-{n}" for word, cases in WRONG.items() for n in range(len(cases))],
)
def test_what_is_wrong_has_a_word(
    tmp_path: Path, word: str, text: str, blamed: str | None
) -> None:  # fmt: skip
    with pytest.raises(OwnFault) as told:
        trial(written(tmp_path, text))
    fault = told.value
    assert fault.word == word, (fault.word, fault.what, fault.why)
    assert "mine.py" in fault.what + fault.why
    assert "own_model" not in fault.what + fault.why
    assert len(fault.why) < 700
    if blamed is not None:
        assert fault.line == line_of(text, blamed), fault.why
        assert f"mine.py:{fault.line}" in fault.why


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"widht": 4}, "did you mean 'width'?"),
        ({"width": 4.5}, "width is int"),
        ({"width": True}, "width is int"),
        ({"scale": "1"}, "scale is float"),
        ({"kernels": [1, "2"]}, "kernels is tuple[int, ...]"),
        ({"pooling": 3}, "pooling is str | None"),
    ],
)
def test_options_are_held_to_the_dataclass(tmp_path: Path, options: dict, says: str) -> None:
    with pytest.raises(OwnFault) as told:
        trial(written(tmp_path, SOUND), options=options)
    assert told.value.word == "bad-options"
    assert says in told.value.why


def test_options_reach_the_model(tmp_path: Path) -> None:
    file = written(tmp_path, SOUND)
    given = {"width": 6, "scale": 2, "kernels": [7], "pooling": "max"}
    model = own.load(file, given, 3, 32)
    assert (model.options.width, model.options.scale) == (6, 2)
    assert (model.options.kernels, model.options.pooling) == ((7,), "max")


def test_options_may_refuse_a_value_themselves(tmp_path: Path) -> None:
    text = changed(
        "    pooling: str | None = None\n",
        "    pooling: str | None = None\n    def __post_init__(self):\n"
        "        if self.width < 1: raise ValueError('width begins at 1')\n",
    )
    with pytest.raises(OwnFault, match="width begins at 1") as told:
        trial(written(tmp_path, text), options={"width": 0})
    assert (told.value.word, told.value.line) == ("bad-options", line_of(text, "raise ValueError"))


def test_a_file_beside_it_is_not_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "helper.py").write_text("x = 1\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.chdir(tmp_path)
    with pytest.raises(OwnFault) as told:
        trial(written(tmp_path, "import helper\n" + SOUND))
    assert told.value.word == "missing-module"
    assert "one file" in (told.value.hint or "")


def test_a_file_that_is_gone_is_told(tmp_path: Path) -> None:
    with pytest.raises(OwnFault, match="cannot be read") as told:
        trial(tmp_path / "mine.py")
    assert told.value.word == "unreadable"


def test_every_word_is_explained() -> None:
    page = (Path(__file__).parents[4] / "docs/own-model.md").read_text("utf-8")
    assert [word for word in WORDS if f"`{word}`" not in page] == []


def test_two_files_of_one_name_are_two_models(tmp_path: Path) -> None:
    models = []
    for scale in ("1.0", "3.0"):
        (tmp_path / scale).mkdir()
        file = written(tmp_path / scale, changed("scale: float = 1.0", f"scale: float = {scale}"))
        models.append(own.load(file, {}, 2, 32))
    assert [model.options.scale for model in models] == [1.0, 3.0]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (in_forward("x = x - x.mean(dim=0, keepdim=True)"), "other windows of its batch"),
        (changed(SUPER, f"{SUPER}        self.idle = nn.Linear(2, 2)\n"), "never trained"),
        (changed(RETURN, "return (self.layers(x) * 0).squeeze(1)"), "did not lower its loss"),
        (in_forward("assert not torch.is_autocast_enabled('cpu')"), "in bfloat16 it fails"),
    ],
)  # fmt: skip
def test_what_is_worth_knowing_is_a_note(tmp_path: Path, text: str, says: str) -> None:
    notes = trial(written(tmp_path, text))["notes"]
    assert any(says in note for note in notes), notes


def test_shared_weights_are_told(tmp_path: Path) -> None:
    text = changed("    def forward", "        self.again = self.layers\n\n    def forward")
    (note,) = trial(written(tmp_path, text))["notes"]
    assert "again.0.weight" in note


def test_the_template_is_a_sound_model_of_any_rate(tmp_path: Path) -> None:
    text = files("seizure").joinpath("templates/new_model.py").read_text("utf-8")
    assert text.count("NAME") >= 2
    file = written(tmp_path, text.replace("NAME", "mine"))
    for rate in (32, 100, 256):
        assert trial(file, rate=rate, channels=(19, 18), seconds=5)["notes"] == []
