"""Why a run is left before all is done: somebody asked for it, its money is used up or would not be
enough, its time is over, or another coordinator leads it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from jobkit.budget.account import Account, money
from jobkit.cloud.control import Control
from jobkit.cloud.coordinator.fan import part_of
from jobkit.events import Events

#: Words of why a run left, in control and events. BUDGET: its money was used up. FORECAST: all of it
#: would cost more than there is. TIMEOUT: it takes longer than it may. SUPERSEDED: another
#: coordinator leads it.
BUDGET, FORECAST, TIMEOUT, SUPERSEDED = "budget", "forecast", "timeout", "superseded"
#: Seconds that the clocks of two machines may differ.
_SKEW = 1.0


class Stopped(Exception):
    """Somebody asked for it."""


class Stopping:
    """`look`, `reckon` and `tell` are called now and then, each in a thread of its own. `leave`
    calls `on_stop`."""

    def __init__(
        self, control: Control, account: Account, on_stop: Callable[[], None],
        deadline: float | None = None,
    ) -> None:  # fmt: skip
        self._control, self._account, self._on_stop = control, account, on_stop
        self._deadline = deadline  # Unix seconds
        self.word: str | None = None
        #: Dollars that all of the run would cost, when it leaves for that.
        self.projected: float | None = None
        self._raised: float | None = None  # the budget that was set since
        self._told = False  # the workers, that the money is used up
        self._news: list[str] = []  # warnings that wait to be said

    def look(self) -> None:
        """What is asked for from outside; and containers that have spoken for the first time."""
        word, self._raised = self._control.orders()
        if word is not None:
            self.leave(word)
        for name, asked in self._account.silent().items():
            began = self._control.began(part_of(name), asked - _SKEW)
            if began is not None:
                self._account.began(name, began)

    def reckon(self) -> bool:
        """Whether whatever still runs has to be ended now. Apart from all that waits for a network:
        money is spent meanwhile."""
        if self._deadline is not None and self._account.now() >= self._deadline:
            self.leave(TIMEOUT)
        look = self._account.look(self._raised)
        if look is None:
            return False
        self._news += [
            f"{share * 100:.0f} % of the budget of {money(look.budget)} is spent: "
            f"{money(look.spent)}"
            for share in look.warn
        ]
        if look.verdict != "go-on":
            self.leave(BUDGET)
        return look.verdict == "end"

    def tell(self) -> None:
        """The workers look for it in control, every two seconds."""
        if self.word in (BUDGET, FORECAST, TIMEOUT) and not self._told:
            self._control.say_stop(self.word)
            self._told = True

    def leave(self, word: str) -> None:
        self.word = self.word or word
        self._on_stop()

    def check(self) -> None:
        if self.word:
            raise Stopped

    def say_news(self, events: Events) -> None:
        while self._news:
            events.warn(self._news.pop(0))

    def failure(self, run: str) -> dict[str, Any] | None:
        """What to say of the run that was left; None when somebody wanted that."""
        if self.word == TIMEOUT:
            return {"what": "The run took longer than its limit", "why": "its --timeout is over",
                    "hint": f"ann-tui resume {run}"}  # fmt: skip
        if self.word == FORECAST:
            return self._too_dear(run)
        if self.word != BUDGET:
            return None
        budget = self._account.budget()
        if budget is None:
            return {"what": "The budget is used up", "why": "that was said from outside"}
        spent = self._account.spent()
        return {
            "what": f"The budget of {money(budget)} is used up",
            "why": f"{money(spent)} were spent, and leaving costs the rest",
            "hint": f"ann-tui resume {run} --budget {_round(2 * budget)}",
        }

    def _too_dear(self, run: str) -> dict[str, Any]:
        budget, spent = self._account.budget() or 0.0, self._account.spent()
        all_of_it = self.projected or 0.0
        more = _round(max(2 * budget, 1.25 * all_of_it))
        return {
            "what": f"All of it would cost about {money(all_of_it)}, and the budget is {money(budget)}",
            "why": f"so it looks by its speed: it stopped after {money(spent)}, and what it made is "
            "kept; with --over-budget it goes on until the budget is used up",
            "hint": f"ann-tui resume {run} --budget {more}",
        }


def _round(dollars: float) -> str:
    """As a person types it."""
    return f"{dollars:.2g}" if dollars < 10 else f"{dollars:.0f}"
