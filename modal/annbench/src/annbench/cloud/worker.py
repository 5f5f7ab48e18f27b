"""One container measures one part of a run, and leaves behind what it found however it ends."""

from __future__ import annotations

import contextlib
import json
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from annbench import results
from annbench.budget import Terms
from annbench.cloud import compiled, ends
from annbench.cloud.born import born
from annbench.cloud.control import Control
from annbench.cloud.copied import Copied
from annbench.cloud.merge import OUTCOME, read_results
from annbench.cloud.pulse import LOOK_SECONDS, Every, Keeper, insist
from annbench.cloud.teller import Teller
from annbench.files import write_json

#: Every so many looks a worker says that it is alive.
_BEAT = 5


#: Seconds without a word of anybody, after which a worker reckons for itself.
_ALONE = 60.0
#: Seconds before the platform's own timer at which a worker leaves, results in hand.
_MARGIN = 30.0


@dataclass(frozen=True)
class Limits:
    """What a worker may spend when nobody is there to say so. `seconds`: of the platform's timer,
    for one call."""

    seconds: float | None = None
    terms: Terms | None = None
    containers: int = 1

    def over_time(self, worked: float) -> bool:
        """Soon it would be ended, in the middle of something."""
        if self.seconds is None:
            return False
        return worked >= self.seconds - min(_MARGIN, self.seconds / 4)

    def over_budget(self, lived: float) -> bool:
        """The money would be gone if all containers had been billed for as long as this one."""
        if self.terms is None:
            return False
        rate = self.containers * self.terms.worker_rate + self.terms.coordinator_rate
        return lived * rate / 3600 >= self.terms.dollars - self.terms.spent


@dataclass
class Place:
    """Where a worker is."""

    folder: Path  # of its part, on what outlives the container
    shared: Path  # compiled files of all runs, likewise
    holder: str  # tells this call from another one for the same part; the same after a restart
    task: str  # what the platform calls the container
    keep: Callable[[], None]  # makes durable what was written


def work(
    name: str, job: dict[str, Any], place: Place, control: Control, limits: Limits | None = None
) -> dict[str, Any]:
    """Measures a part and returns its outcome: `part`, `code` (annbench's exit code), `failure`
    when it failed, `busy` when another container is at it, `stopped` when it was asked to leave
    ("time": its own time is over, and `points` were measured in it), `leaving` since when."""
    with contextlib.suppress(Exception):  # out of reach: it is only a second look
        if control.held_by_other(name, place.holder):
            return {"part": name, "busy": True}
    stop = _asked(control)
    if stop is not None:
        return {"part": name, "stopped": stop}
    with tempfile.TemporaryDirectory(prefix=f"annbench-{name}-") as folder:
        desk = _Desk(Path(folder), place)
        _accept(desk.own, job)
        if read_results(desk.own) is not None:
            return {"part": name, "code": 0}
        teller = Teller(name, desk.own)
        try:
            return _measure(name, job, place, control, teller, limits or Limits(), desk)
        finally:
            teller.close()
            insist(desk.keep, lambda told: print(f"results could not be kept: {told}", flush=True))
            with contextlib.suppress(Exception):
                control.release(name)


class _Desk:
    """Where a part is worked on: a folder of this container, with its copy on the volume. From any
    thread; `volume` is held while files of the volume are open."""

    def __init__(self, own: Path, place: Place) -> None:
        self.own = own
        self.volume = threading.Lock()
        self._keep = place.keep
        self._copied = Copied(own, place.folder)
        self._copied.fetch()

    def bring(self) -> None:
        """Onto the volume, for whatever keeps it beside us."""
        with self.volume:
            self._copied.bring()

    def keep(self) -> None:
        with self.volume:
            self._copied.bring()
            self._keep()


def _measure(
    name: str, job: dict[str, Any], place: Place, control: Control, teller: Teller, limits: Limits,
    desk: _Desk,
) -> dict[str, Any]:  # fmt: skip
    with teller.events() as events:
        events.emit("container", task=place.task, role="worker")
    stop: list[tuple[str, float]] = []  # why, and since when
    looks, began, begun = 0, born(), time.monotonic()
    before = max(0.0, time.time() - began)  # this container's life until here
    heard = begun

    def leave(word: str) -> None:
        if not stop:
            stop.append((word, time.time()))
            teller.stop()

    def reckon() -> None:  # whatever becomes of the network
        worked = time.monotonic() - begun
        if limits.over_time(worked):
            leave("time")
        if time.monotonic() - heard > _ALONE and limits.over_budget(before + worked):
            leave("budget")

    def look() -> None:
        nonlocal looks, heard
        word = control.stop()
        heard = time.monotonic()
        if word is not None:
            leave(word)
        if looks % _BEAT == 0:
            control.claim(name, place.holder, began, place.task)
        looks += 1  # only once it was said: the first word of a container is waited for

    def say(what: str) -> Callable[[str], None]:
        return lambda told: teller.say(f"{what}: {told}; going on")

    def keep() -> None:
        desk.bring()
        keeper.look()

    keeper = Keeper(desk.keep, teller.size, lambda: teller.points)
    own = job["implementations"][0].get("source") is not None
    with (
        tempfile.TemporaryDirectory(prefix="annbench-compiled-") as cache,
        Every(LOOK_SECONDS, look, say("control is out of reach")),
        Every(1.0, reckon, say("time could not be told")),
        Every(0.5, keep, say("results could not be kept")),
    ):
        if own:
            with desk.volume:
                compiled.take(place.shared, Path(cache))
        ended = teller.run(
            ["run", str(desk.own / "job.json"), "--out", str(desk.own),
             "--stream", "--part"],
            {"ANNBENCH_CACHE": cache},
        )  # fmt: skip
        if own:
            with desk.volume:
                compiled.give(Path(cache), place.shared)
    peak = ends.peak_bytes() or ended.peak_bytes
    teller.say(f"peak memory {peak / 2**30:.2f} GiB, {ended.seconds:.1f} s, container {place.task}")
    outcome = {
        "part": name, "code": ended.code, "task": place.task, "peak_bytes": peak,
        "seconds": round(ended.seconds, 3), "at": round(time.time(), 3), "points": teller.points,
    }  # fmt: skip
    if stop and ended.code != 0:
        outcome["stopped"], outcome["leaving"] = stop[0]
    elif ended.failure is not None:
        outcome["failure"] = ended.failure
    write_json(desk.own / OUTCOME, outcome)
    return outcome


def _asked(control: Control) -> str | None:
    with contextlib.suppress(Exception):
        return control.stop()
    return None


def _accept(folder: Path, job: dict[str, Any]) -> None:
    """The part's job.json. Results of another job are none of this one; its points may still be,
    and annbench itself knows which."""
    path = folder / "job.json"
    with contextlib.suppress(OSError, ValueError):
        if json.loads(path.read_text(encoding="utf-8")) == job:
            return
    (folder / results.FILE).unlink(missing_ok=True)
    write_json(path, job)
