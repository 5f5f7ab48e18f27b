"""The helper over its own wire, as a bare process: what it takes, what it answers, and when it ends."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from driving import Driven, driven
from jobs import launch

LINES = 3000
HELPER = Path(__file__).parents[2] / "modal" / "helper"


class Wire:
    """A helper and its lines."""

    def __init__(self, env: dict[str, str], cwd: Path) -> None:
        # In a folder with a module of Modal's name, which must not be taken for it.
        (cwd / "modal.py").write_text("raise SystemExit('the wrong modal')\n")
        self.process = subprocess.Popen(
            [sys.executable, "-I", "-B", str(HELPER)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=env, cwd=cwd
        )
        self.last = 0

    def send(self, message: dict[str, Any] | str) -> None:
        self.process.stdin.write((message if isinstance(message, str) else json.dumps(message)) + "\n")
        self.process.stdin.flush()

    def ask(self, what: str, deadline: float | None = 30, **given: Any) -> int:
        self.last += 1
        self.send({"id": self.last, "do": what, "with": given, **({} if deadline is None else {"deadline": deadline})})
        return self.last

    def hear(self) -> dict[str, Any]:
        return json.loads(self.process.stdout.readline())

    def answer(self, what: str, **given: Any) -> dict[str, Any]:
        number = self.ask(what, **given)
        heard = self.hear()
        assert heard["id"] == number
        return heard


@pytest.fixture(scope="module")
def modal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Driven]:
    with driven(tmp_path_factory.mktemp("home")) as modal:
        yield modal


@pytest.fixture
def wire(modal: Driven, tmp_path: Path) -> Iterator[Wire]:
    wire = Wire(modal.env(), tmp_path)
    yield wire
    wire.process.stdin.close()
    assert wire.process.wait(timeout=10) == 0
    assert not list(HELPER.rglob("__pycache__"))


def test_answers_in_isolated_mode_from_a_hostile_folder(wire: Wire, modal: Driven) -> None:
    hello = wire.answer("hello")["ok"]
    assert (hello["server"], hello["workspace"], hello["tokenFrom"]) == (modal.url, "acme", "environment")
    assert wire.answer("apps")["ok"] == []


def test_nonsense_is_refused_or_left_out(wire: Wire) -> None:
    wire.send("not json")
    wire.send("[1]")
    wire.send({"do": "hello"})
    assert wire.answer("fly")["error"] == {"type": "BadRequest", "text": "unknown request 'fly'"}
    assert wire.answer("stopApp")["error"]["type"] == "BadRequest"
    assert wire.answer("volumeFetch", volume="v", path="/", folder="relative")["error"]["type"] == "BadRequest"


def test_ends_with_its_stdin_though_a_request_hangs(modal: Driven, tmp_path: Path) -> None:
    wire = Wire(modal.env(MODAL_SERVER_URL="http://127.0.0.1:1"), tmp_path)
    wire.ask("logs", deadline=None, app="ap-" + "x" * 22)
    time.sleep(1)
    wire.process.stdin.close()
    assert wire.process.wait(timeout=10) == 0


def test_a_terminals_interrupt_is_not_for_it(wire: Wire) -> None:
    wire.answer("profiles")
    os.kill(wire.process.pid, 2)
    assert wire.answer("profiles")["ok"] == []


def test_cancel_is_answered_at_once_and_the_rest_goes_on(wire: Wire, modal: Driven) -> None:
    modal.fault("delay", match={"rpc": "AppList"}, seconds=20)
    late = wire.ask("apps")
    assert wire.answer("containers")["ok"] == []
    wire.send({"cancel": late})
    assert wire.hear() == {"id": late, "error": {"type": "Cancelled", "text": "dropped by the caller"}}
    modal.admin("/faults", method="DELETE")


def test_a_log_is_whole_though_connections_are_cut(wire: Wire, modal: Driven, tmp_path_factory: pytest.TempPathFactory) -> None:
    job = launch(modal, tmp_path_factory.mktemp("app"), "lines", LINES)
    number = wire.ask("logs", deadline=None, app=job.app)
    text, entries, cuts = "", [], 0
    while True:
        heard = wire.hear()
        assert heard["id"] == number
        if "item" not in heard:
            break
        batch = heard["item"]
        if "contact" in batch:
            continue
        text += "".join(piece["text"] for piece in batch["pieces"] if piece["fd"] == "stdout")
        entries.append(batch["entry"])
        if cuts < 5:
            cuts += 1
            modal.admin("/cut", {})
    assert heard == {"id": number, "ok": None}
    assert job.result() == {"returned": LINES}
    # The image was built in the same log.
    assert text.count(job.printed()) == 1
    # From the place of any batch the rest is what followed it.
    place = next(index for index, entry in enumerate(entries) if entry)
    number = wire.ask("logs", deadline=None, app=job.app, **{"from": entries[place]})
    rest = ""
    while "item" in (heard := wire.hear()):
        rest += "".join(piece["text"] for piece in heard["item"].get("pieces", []) if piece["fd"] == "stdout")
    assert text.endswith(rest) and len(rest) < len(text)
