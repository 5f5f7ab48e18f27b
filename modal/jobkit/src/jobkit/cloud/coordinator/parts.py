"""Parts handed out to containers, and what comes back of each."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Sequence
from typing import Any

from jobkit.cloud.container import ends
from jobkit.cloud.coordinator.run import HandOver, Run
from jobkit.cloud.coordinator.stopping import BUDGET, FORECAST, SUPERSEDED, Stopped
from jobkit.cloud.pulse import LOOK_SECONDS
from jobkit.cloud.workload import PREPARE, Part
from jobkit.events import Events, Phase


def do_parts(run: Run) -> None:
    """Stage by stage, until all are done; none of a stage begins when one before it failed. Raises
    Stopped when some are left because of a stop, HandOver when another coordinator is to go on."""
    every = run.outcomes.parts
    for stage in sorted({part.stage for part in every}):
        parts = [part for part in every if part.stage == stage]
        run.containers.take_places_of(parts[0])
        _do_stage(run, parts)
        if any(part.name in run.outcomes.failures for part in parts):
            return


def _do_stage(run: Run, parts: Sequence[Part]) -> None:
    outcomes, containers, total = run.outcomes, run.containers, len(parts)
    name = "prepare" if parts[0].machine == PREPARE else run.workload.phase
    with (
        run.runner.events() as events,
        Phase(events, name, f"{total} part{'s' if total > 1 else ''}") as phase,
    ):
        containers.join_known(parts, outcomes.done)
        left = [part for part in parts if not outcomes.done(part)]
        while left:
            live = containers.live()
            held = {p.name for p in left if p.name not in live and containers.held(p)}
            if not live and not held:
                run.stopping.check()
            phase.progress(total - len(left), total, "parts", force=True)
            ready = [p for p in left if p.name not in live | held]
            if live or (ready and not run.stopping.word):
                _fan_out(run, ready, phase, total - len(left), total)
            else:  # a coordinator before this one started them
                _tick(run, phase)
                time.sleep(LOOK_SECONDS)
            if containers.ended or run.stopping.word == SUPERSEDED:
                raise Stopped
            run.surely(run.volume.reload)
            left = [p for p in left if not outcomes.done(p)]
        phase.progress(total, total, "parts", force=True)


def _tick(run: Run, phase: Phase) -> None:
    run.stopping.say_news(phase.events)
    run.containers.look_for_machines(phase.events.warn)
    if run.stopping.word == SUPERSEDED:
        raise Stopped
    if run.is_time():
        raise HandOver


def _fan_out(run: Run, parts: Sequence[Part], phase: Phase, done: int, total: int) -> None:
    run.surely(run.volume.keep)
    stopping, account, wave = run.stopping, run.volume.books.account, run.containers.wave
    wave.over = 0
    for one, outcome in wave.outcomes(parts, lambda: _tick(run, phase)):
        account.ended(one.name)
        if run.containers.moved_on(one) and isinstance(outcome, BaseException):
            wave.over -= 1
            wave.again(one.part)
        elif isinstance(outcome, BaseException) and (why := run.containers.without_machine(one)):
            run.outcomes.fail(phase.events, one.part, why)
        elif not isinstance(outcome, BaseException):
            _take(run, phase.events, one.part, outcome)
        elif not stopping.word:
            explained = ends.explain_container(run.workload.program, outcome)
            run.outcomes.fail(phase.events, one.part, explained)
        if isinstance(outcome, BaseException):
            with contextlib.suppress(Exception):
                run.platform.control.release(one.part.name)
        phase.progress(done + wave.over, total, "parts", force=True)
    left = [part for part in parts if not run.outcomes.done(part)]
    if left and not stopping.word and not wave.live and not any(map(run.containers.affords, left)):
        stopping.leave(BUDGET)


def _take(run: Run, events: Events, part: Part, outcome: dict[str, Any]) -> None:
    if outcome.get("leaving"):
        run.volume.books.account.left(outcome["leaving"])
    if outcome.get("stopped") == "time":
        # The platform would have ended it; the budget may pay for more.
        if outcome.get("kept"):
            events.log(f"{part.name}: a container's time is over; the next one goes on")
            run.containers.wave.again(part)
        else:
            why = f"{outcome.get('seconds', 0):.0f} s, as long as one container may work"
            explained = ends.explain_container(run.workload.program, TimeoutError(why))
            run.outcomes.fail(events, part, explained)
    elif outcome.get("stopped"):  # it looked earlier than we did
        if outcome["stopped"] == FORECAST:
            run.stopping.projected = outcome.get("projected")
        run.stopping.leave(outcome["stopped"])
    elif outcome.get("failure"):
        run.outcomes.fail(events, part, outcome["failure"])
    elif outcome.get("code"):
        failure = {"what": "It left", "why": f"exit code {outcome['code']}, unasked"}
        run.outcomes.fail(events, part, failure)
    elif not outcome.get("busy"):
        run.outcomes.over.add(part.name)
