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
from typing import Any

from jobkit.budget.ledger import Ledger, Terms
from jobkit.cloud.container.container_start import container_start
from jobkit.cloud.selftest import Place, begun, tried, words

from annbench import facts

#: Seconds between two looks into the dictionary.
LOOK = 0.5
#: Nobody asks for so long: whoever looked on is gone.
ALONE = 300.0


#: Seconds that a container may stay after its last word.
EXIT = 30.0


# --- The container that leads -----------------------------------------------------------------------


@dataclass(frozen=True)
class Open:
    """A container that may still run. `rate`: dollars an hour. `most`: dollars, should it start as
    slowly as it may and hang to its own timer. `asked`: Unix seconds."""

    call: Any
    rate: float
    most: float
    asked: float


class Lead:
    """Answers what is asked, one after the other. No container is asked for that could not be paid
    if it, those that run and this one all hung to their own timers."""

    def __init__(
        self, launch: dict[str, Any], place: Place, spawn: Callable[[dict[str, Any]], Any],
        known: Callable[[str], Any],
    ) -> None:  # fmt: skip
        self._place, self._spawn, self._known = place, spawn, known
        terms = Terms.read(launch["budget"])
        assert terms is not None
        self._terms, self._timers = terms, launch["timers"]
        self._training = launch.get("training") or {}
        self._born = container_start()
        self._ledger = Ledger(terms)
        self._ledger.coordinator(self._born)
        self._open: dict[str, Open] = {}
        self._acts: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
            "hello": self.hello, "spawn": self.spawn, "follow": self.follow, "value": self.value,
            "race": self.race, "reload": self.reload, "print": self.say,
            "leave": lambda _given: {},
        }  # fmt: skip

    def answer(self, do: str, given: dict[str, Any]) -> dict[str, Any]:
        """With `spent`: dollars of all of it so far, and rather too much than too little."""
        try:
            found = self._acts[do](given)
        except Exception as e:
            found = {"error": words(e)}
        return {**found, "spent": self._ledger.spent(time.time())}

    def over(self) -> str | None:
        """Why it is time to leave, or None."""
        now = time.time()
        for call_id, one in list(self._open.items()):
            if not _is_running(one.call):
                self._ledger.ended(call_id, now)
                del self._open[call_id]
        return None if self._ledger.look(now).verdict == "go-on" else "budget"

    def leave(self) -> float:
        """Ends what was begun; dollars that all of it has cost."""
        for one in self._open.values():
            with contextlib.suppress(Exception):
                one.call.cancel(terminate_containers=True)
        return self._ledger.spent(time.time())

    def hello(self, _given: dict[str, Any]) -> dict[str, Any]:
        return {"task": self._place.task, "time": time.time(), "born": container_start()}

    def spawn(self, given: dict[str, Any]) -> dict[str, Any]:
        """`containers`: so many may come of it."""
        now, kind = time.time(), given.get("function", "probe")
        rate = self._training["rate"] if kind == "train" else self._terms.worker_rate
        startup = self._training["startup"] if kind == "train" else self._timers["startup"]
        seconds = startup + self._timers[kind] + EXIT
        most = given.get("containers", 1) * rate / 3600 * seconds
        left = self._terms.dollars - self._at_most(now)
        if self._ledger.leaving or most > left:
            why = f"should it hang, it would cost ${most:.4f}, and ${max(0.0, left):.4f} are left"
            return {"error": f"the budget of the self-test does not allow it: {why}"}
        call = self._spawn(given)
        self._count(call.object_id, Open(call, rate, most, now))
        return {"call": call.object_id}

    def follow(self, given: dict[str, Any]) -> dict[str, Any]:
        """Counts a container that another one has begun; what it may cost was allowed with that."""
        call = self._known(given["call"])
        self._count(given["call"], Open(call, self._terms.worker_rate, 0.0, time.time()))
        return {}

    def _count(self, name: str, one: Open) -> None:
        # From now on: what it waits for a machine is too much, and never too little.
        self._ledger.asked(name, one.asked, one.rate)
        self._ledger.began(name, one.asked)
        self._open[name] = one

    def _at_most(self, now: float) -> float:
        """Dollars of all of it, should everything that runs hang from now on."""
        own = self._timers["lead"] + EXIT - (now - self._born)
        others = sum(
            max(0.0, one.most - one.rate / 3600 * (now - one.asked)) for one in self._open.values()
        )
        ahead = self._terms.coordinator_rate / 3600 * max(0.0, own)
        return self._ledger.spent(now) + ahead + others

    def race(self, given: dict[str, Any]) -> dict[str, Any]:
        """Against a container that waits for the word."""
        at = time.time() + given["ahead"]
        self._place.store(given["mailbox"]).put(f"{given['key']}/go", at)
        return {"won": raced(given, self._place, at), "task": self._place.task}

    def value(self, given: dict[str, Any]) -> dict[str, Any]:
        """Finds a call that has ended by its id, as a coordinator that is started again finds it."""
        return {"value": self._known(given["call"]).get(timeout=30)}

    def reload(self, given: dict[str, Any]) -> dict[str, Any]:
        """What of a file is seen before and after the volume was asked for anew."""
        path = self._place.folder / given["file"]
        before = path.read_text(encoding="utf-8") if path.exists() else None
        why = tried(self._place.reload)
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
        with_open = tried(place.keep)
        reload_open = tried(place.reload)
    (place.folder / order["file"]).write_text(order["text"], encoding="utf-8")
    begun = time.monotonic()
    why = tried(place.keep)
    return {
        "task": place.task, "refused": why, "refused_open": with_open,
        "reload_open": reload_open, "seconds": time.monotonic() - begun,
    }  # fmt: skip


def uploaded(order: dict[str, Any], place: Place) -> dict[str, Any]:
    """What came from outside, as a container finds it."""
    data = (place.folder / order["file"]).read_bytes()
    return {"task": place.task, "bytes": len(data), "crc": zlib.crc32(data)}


def wait(order: dict[str, Any], place: Place) -> dict[str, Any]:
    """Waits to be interrupted; started again with the same input, it tells of both starts, and of
    what the one before has kept."""
    store, key = place.store(order["mailbox"]), order["key"]
    note, file = begun(place, order["mailbox"], key), place.folder / f"{key}.txt"
    if len(note["starts"]) > 1:
        note["seen"] = file.exists()
        note["reload_refused"] = tried(place.reload)
        return {**note, "seen_after": file.exists()}
    try:
        time.sleep(order["seconds"])
    except BaseException as e:
        told = time.time()
        file.write_text("kept", encoding="utf-8")
        why = tried(place.keep)
        after = time.time() - told
        store.put(key, {**note, "as": type(e).__name__, "refused": why, "kept_after": after})
        raise
    return {**note, "as": None}


def race(order: dict[str, Any], place: Place) -> dict[str, Any]:
    """Says that it is there, and waits for the word."""
    store, key = place.store(order["mailbox"]), order["key"]
    store.put(f"{key}/ready", True)
    at = _heard(store, f"{key}/go", order["seconds"])
    return {"won": [] if at is None else raced(order, place, at), "task": place.task}


#: Seconds between two entries that are raced for.
_APART = 0.2


def raced(order: dict[str, Any], place: Place, at: float) -> list[int]:
    """Numbers of the entries that were ours: each is tried for at a moment of its own, by everybody
    at once."""
    store, won = place.store(order["mailbox"]), []
    for number in range(order["entries"]):
        time.sleep(max(0.0, at + number * _APART - time.time()))
        if store.put(f"{order['key']}/{number}", place.task, skip_if_exists=True):
            won.append(number)
    return won


def hand_over(order: dict[str, Any], place: Place) -> dict[str, Any]:
    """Has another container begun, and returns at once."""
    call = place.spawn({**order, "probe": "outlive"})
    return {"task": place.task, "call": call.object_id}


def outlive(order: dict[str, Any], place: Place) -> dict[str, Any]:
    """Waits for a word that comes when whoever began it is gone."""
    store, key = place.store(order["mailbox"]), order["key"]
    store.put(f"{key}/ready", True)
    heard = _heard(store, f"{key}/go", order["seconds"])
    return {"task": place.task, "heard": heard is not None}


def _heard(store: Any, key: str, seconds: float) -> Any:
    """The word that is left there within so many seconds, or None."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        with contextlib.suppress(Exception):  # out of reach for a moment
            found = store.get(key, None)
            if found is not None:
                return found
        time.sleep(0.1)
    return None


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
    why = tried(place.keep)
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
    "race": race, "hand_over": hand_over, "outlive": outlive,
}  # fmt: skip


def probe(order: dict[str, Any], place: Place) -> dict[str, Any]:
    return PROBES[order["probe"]](order, place)


def hang(_order: dict[str, Any], place: Place) -> dict[str, Any]:
    """Longer than it may."""
    time.sleep(600)
    return {"task": place.task}
