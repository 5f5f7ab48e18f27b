"""What is done once, on another container, before several parts would do it each."""

from __future__ import annotations

from jobkit.cloud.coordinator.run import Run
from jobkit.cloud.coordinator.stopping import BUDGET, Stopped
from jobkit.events import Phase

#: That container, in the account.
_NAME = "build"


def before(run: Run) -> None:
    run.stopping.check()
    waiting = run.outcomes.waiting()
    wanted = run.workload.before(waiting)
    if wanted is None:
        return
    run.surely(run.volume.keep)  # what it works on is on the volume now
    account = run.volume.books.account
    if not account.affords():
        run.stopping.leave(BUDGET)
        raise Stopped
    account.asked(_NAME)
    # How long it starts and how long it works is not told apart: all of it counts.
    account.began(_NAME, account.now())
    try:
        with run.runner.events() as events, Phase(events, wanted.phase, wanted.label):
            stopping = run.stopping
            answer = run.platform.carry_out(wanted.order, lambda: stopping.word is not None)
    finally:
        account.ended(_NAME)
    run.stopping.check()
    run.surely(run.volume.reload)
    with run.runner.events() as events:
        run.outcomes.decided.update(run.workload.after(answer or {}, waiting, events))
