"""What the self-test does in the cloud: a container that leads does what it is asked to through a
dictionary, and counts what all of it costs; others try one thing each and tell what they saw.

The dictionary: key `ask` is {"n", "do", "given"}, asked by whoever looks on; key `answer-N` is what
came of it. Whatever is told is plain JSON.
"""

from __future__ import annotations

import contextlib
import os
import platform
import sys
import time
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jobkit.budget.ledger import Ledger, Terms
from jobkit.cloud.container.container_start import container_start

from annbench import facts

#: Seconds between two looks into the dictionary.
LOOK = 0.5
#: Nobody asks for so long: whoever looked on is gone.
ALONE = 300.0


@dataclass(frozen=True)
class Place:
    """Where a container of the self-test is."""

    folder: Path  # the volume
    keep: Callable[[], None]
    reload: Callable[[], None]
    store: Callable[[str], Any]  # a dictionary by its name
    task: str
    holder: str


def _words(error: BaseException) -> str:
    return f"{type(error).__name__}: {' '.join(str(error).split())}"[:300]


def _tried(act: Callable[[], object]) -> str | None:
    """None when it worked, else why not."""
    try:
        act()
    except Exception as e:
        return _words(e)
    return None


# --- The container that leads -----------------------------------------------------------------------


class Lead:
    """Answers what is asked, one after the other."""

    def __init__(
        self, launch: dict[str, Any], place: Place, spawn: Callable[[dict[str, Any]], Any],
        known: Callable[[str], Any],
    ) -> None:  # fmt: skip
        self._place, self._spawn, self._known = place, spawn, known
        terms = Terms.read(launch["budget"])
        assert terms is not None
        self._ledger = Ledger(terms)
        self._ledger.coordinator(container_start())
        self._open: dict[str, Any] = {}
        self._acts: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
            "hello": self.hello, "spawn": self.spawn, "value": self.value,
            "reload": self.reload, "print": self.say, "leave": lambda _given: {},
        }  # fmt: skip

    def answer(self, do: str, given: dict[str, Any]) -> dict[str, Any]:
        """With `spent`: dollars of all of it so far, and rather too much than too little."""
        try:
            found = self._acts[do](given)
        except Exception as e:
            found = {"error": _words(e)}
        return {**found, "spent": self._ledger.spent(time.time())}

    def over(self) -> str | None:
        """Why it is time to leave, or None."""
        now = time.time()
        for call_id, call in list(self._open.items()):
            if not _is_running(call):
                self._ledger.ended(call_id, now)
                del self._open[call_id]
        return None if self._ledger.look(now).verdict == "go-on" else "budget"

    def leave(self) -> float:
        """Ends what was begun; dollars that all of it has cost."""
        for call in self._open.values():
            with contextlib.suppress(Exception):
                call.cancel(terminate_containers=True)
        return self._ledger.spent(time.time())

    def hello(self, _given: dict[str, Any]) -> dict[str, Any]:
        return {"task": self._place.task, "time": time.time(), "born": container_start()}

    def spawn(self, given: dict[str, Any]) -> dict[str, Any]:
        now = time.time()
        if not self._ledger.affords(now):
            return {"error": "the budget of the self-test does not allow one more container"}
        call = self._spawn(given)
        # Counted from now on: what it waits for a machine is too much, and never too little.
        self._ledger.asked(call.object_id, now)
        self._ledger.began(call.object_id, now)
        self._open[call.object_id] = call
        return {"call": call.object_id}

    def value(self, given: dict[str, Any]) -> dict[str, Any]:
        """Finds a call that has ended by its id, as a coordinator that was started again finds it."""
        return {"value": self._known(given["call"]).get(timeout=30)}

    def reload(self, given: dict[str, Any]) -> dict[str, Any]:
        """What of a file is seen before and after the volume was asked for anew."""
        path = self._place.folder / given["file"]
        before = path.read_text(encoding="utf-8") if path.exists() else None
        why = _tried(self._place.reload)
        after = path.read_text(encoding="utf-8") if path.exists() else None
        return {"before": before, "after": after, "refused": why}

    def say(self, given: dict[str, Any]) -> dict[str, Any]:
        """Prints numbered lines in one go, one of them long; `at`: when it was done."""
        first = given["first"]
        for number in range(first, first + given["lines"]):
            print(line(number, given["long"] if number == first + 1 else 0))
        sys.stdout.flush()
        return {"at": time.time()}


def line(number: int, length: int = 0) -> str:
    """Number and checksum in front of a text that is not only ASCII."""
    text = f"{number} ✓ café " + "x" * length
    return f"selftest:{number}:{zlib.crc32(text.encode()):08x} {text}"


#: Errors of a question that did not get through; the call itself may be well.
_UNHEARD = ("TimeoutError", "ConnectionError", "ServiceError", "InternalError")


def _is_running(call: Any) -> bool:
    try:
        call.get(timeout=0)
    except Exception as e:
        return type(e).__name__ in _UNHEARD
    return False


def lead(
    launch: dict[str, Any], place: Place, spawn: Callable[[dict[str, Any]], Any],
    known: Callable[[str], Any],
) -> dict[str, Any]:  # fmt: skip
    """{"left": why, "spent": dollars}"""
    store = place.store(launch["mailbox"])
    leader = Lead(launch, place, spawn, known)
    done, heard, why = 0, time.monotonic(), None
    while why is None:
        ask: Any = None
        with contextlib.suppress(Exception):  # out of reach for a moment
            ask = store.get("ask", None)
        if isinstance(ask, dict) and ask.get("n", 0) > done:
            done, heard = int(ask["n"]), time.monotonic()
            answer = leader.answer(str(ask["do"]), ask.get("given") or {})
            with contextlib.suppress(Exception):
                store.put(f"answer-{done}", answer)
            if ask["do"] == "leave":
                why = "asked to"
        if why is None:
            why = leader.over() or ("alone" if time.monotonic() - heard > ALONE else None)
        time.sleep(LOOK)
    return {"left": why, "spent": leader.leave()}


# --- What is tried in containers of their own -------------------------------------------------------


def look(_order: dict[str, Any], place: Place) -> dict[str, Any]:
    """What is seen from within."""
    told = facts.describe()
    begun = time.monotonic(), time.time()
    time.sleep(1.0)
    steady, wall = time.monotonic() - begun[0], time.time() - begun[1]
    names = ("cpu", "cores", "isa", "isas", "memory_bytes", "os", "cgroup", "python", "numpy")
    return {
        "task": place.task, "born": container_start(), "steady": steady, "wall": wall,
        "machine": {name: told[name] for name in names if name in told},
        "kernel": platform.version()[:120], "region": os.environ.get("MODAL_REGION"),
        "cloud": os.environ.get("MODAL_CLOUD_PROVIDER"), "time": time.time(),
    }  # fmt: skip


def write(order: dict[str, Any], place: Place) -> dict[str, Any]:
    """A file made durable, with another one open meanwhile and without."""
    with open(place.folder / "open.txt", "w", encoding="utf-8") as kept:
        kept.write("half")
        kept.flush()
        with_open = _tried(place.keep)
        reload_open = _tried(place.reload)
    (place.folder / order["file"]).write_text(order["text"], encoding="utf-8")
    begun = time.monotonic()
    why = _tried(place.keep)
    return {
        "task": place.task, "refused": why, "refused_open": with_open,
        "reload_open": reload_open, "seconds": time.monotonic() - begun,
    }  # fmt: skip


def uploaded(order: dict[str, Any], place: Place) -> dict[str, Any]:
    """What came from outside, as a container finds it."""
    data = (place.folder / order["file"]).read_bytes()
    return {"task": place.task, "bytes": len(data), "crc": zlib.crc32(data)}


def wait(order: dict[str, Any], place: Place) -> dict[str, Any]:
    """Waits to be interrupted; started again with the same input, it tells of both starts."""
    store, key = place.store(order["mailbox"]), "interrupted"
    note = store.get(key, None) or {"starts": []}
    note["starts"].append({"task": place.task, "input": place.holder, "at": time.time()})
    store.put(key, note)
    if len(note["starts"]) > 1:
        return note
    try:
        time.sleep(order["seconds"])
    except BaseException as e:
        told = time.time()
        (place.folder / "interrupted.txt").write_text("kept", encoding="utf-8")
        why = _tried(place.keep)
        after = time.time() - told
        note |= {"as": type(e).__name__, "told": told, "refused": why, "kept_after": after}
        store.put(key, note)
        raise
    return {**note, "as": None}


def spend(order: dict[str, Any], place: Place) -> dict[str, Any]:
    """A job that leaves by itself before its own small budget is gone, with all that it has."""
    terms = Terms.read(order["budget"])
    assert terms is not None
    ledger = Ledger(terms)
    ledger.coordinator(container_start())
    steps = 0
    while ledger.look(time.time()).verdict == "go-on" and steps < order["most"]:
        steps += 1
        (place.folder / order["file"]).write_text(str(steps), encoding="utf-8")
        time.sleep(0.25)
    why = _tried(place.keep)
    now = time.time()
    return {
        "task": place.task, "steps": steps, "refused": why, "spent": ledger.spent(now),
        "left": ledger.leaving, "time": now,
    }  # fmt: skip


def seal(_order: dict[str, Any], place: Place) -> dict[str, Any]:
    """The walls around user code on this kernel."""
    from annbench.selftest import seal as walls

    return {"task": place.task, **walls.look()}


PROBES: dict[str, Callable[[dict[str, Any], Place], dict[str, Any]]] = {
    "look": look, "write": write, "uploaded": uploaded, "wait": wait, "spend": spend, "seal": seal,
}  # fmt: skip


def probe(order: dict[str, Any], place: Place) -> dict[str, Any]:
    return PROBES[order["probe"]](order, place)


def hang(_order: dict[str, Any], place: Place) -> dict[str, Any]:
    """Longer than it may."""
    time.sleep(600)
    return {"task": place.task}
