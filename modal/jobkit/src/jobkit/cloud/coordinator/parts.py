"""Parts handed out to containers, and what comes back of each."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Sequence
from typing import Any

from jobkit.cloud.container import ends
from jobkit.cloud.coordinator.run import Run
from jobkit.cloud.coordinator.stopping import BUDGET, Stopped
from jobkit.cloud.pulse import LOOK_SECONDS
from jobkit.cloud.workload import Part
from jobkit.events import Events, Phase


def do_parts(run: Run) -> None:
    """Until all are done. Raises Stopped when some are left because of a stop."""
    outcomes, containers = run.outcomes, run.containers
    total = len(outcomes.parts)
    with (
        run.runner.events() as events,
        Phase(events, run.workload.phase, f"{total} part{'s' if total > 1 else ''}") as phase,
    ):
        containers.join_known(outcomes.parts, outcomes.done)
        left = outcomes.waiting()
        while left:
            live = containers.live()
            held = {p.name for p in left if p.name not in live and containers.held(p)}
            if not live and not held:
                run.stopping.check()
            phase.progress(total - len(left), total, "parts", force=True)
            ready = [p for p in left if p.name not in live | held]
            if live or (ready and not run.stopping.word):
                _fan_out(run, ready, phase, total - len(left))
            else:  # a coordinator before this one started them
                time.sleep(LOOK_SECONDS)
            if containers.ended:
                raise Stopped
            run.surely(run.volume.reload)
            left = [p for p in left if not outcomes.done(p)]
        phase.progress(total, total, "parts", force=True)


def _fan_out(run: Run, parts: Sequence[Part], phase: Phase, done: int) -> None:
    run.surely(run.volume.keep)
    stopping, account, wave = run.stopping, run.volume.books.account, run.containers.wave
    wave.over = 0
    for one, outcome in wave.outcomes(parts, lambda: stopping.say_news(phase.events)):
        account.ended(one.name)
        if not isinstance(outcome, BaseException):
            _take(run, phase.events, one.part, outcome)
        elif not stopping.word:
            explained = ends.explain_container(run.workload.program, outcome)
            run.outcomes.fail(phase.events, one.part, explained)
        if isinstance(outcome, BaseException):
            with contextlib.suppress(Exception):
                run.platform.control.release(one.part.name)
        phase.progress(done + wave.over, len(run.outcomes.parts), "parts", force=True)
    cannot_go_on = not stopping.word and not wave.live and not account.affords()
    if cannot_go_on and any(not run.outcomes.done(p) for p in parts):
        stopping.leave(BUDGET)


def _take(run: Run, events: Events, part: Part, outcome: dict[str, Any]) -> None:
    if outcome.get("leaving"):
        run.volume.books.account.left(outcome["leaving"])
    if outcome.get("stopped") == "time":
        # The platform would have ended it; the budget may pay for more.
        limit = (run.launch.get("spec") or {}).get("timeout")
        if outcome.get("kept") and not limit:
            run.containers.wave.again(part)
        else:
            why = f"{outcome.get('seconds', 0):.0f} s, as long as one container may work"
            explained = ends.explain_container(run.workload.program, TimeoutError(why))
            run.outcomes.fail(events, part, explained)
    elif outcome.get("stopped"):  # it looked earlier than we did
        run.stopping.leave(outcome["stopped"])
    elif outcome.get("failure"):
        run.outcomes.fail(events, part, outcome["failure"])
    elif outcome.get("code"):
        failure = {"what": "It left", "why": f"exit code {outcome['code']}, unasked"}
        run.outcomes.fail(events, part, failure)
    elif not outcome.get("busy"):
        run.outcomes.over.add(part.name)
