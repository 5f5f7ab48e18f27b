"""What a run has spent, counted by the run itself: it leaves on its own before its budget is gone,
whether anybody watches or not. Pure: no clock, no file, no network; times are Unix seconds that the
caller reads.

A container is billed from the moment a machine was found for it until it is gone. From within
neither is seen: what is known is when it was asked for, when its own process began, and when it had
said its last word. So its bill is `boot` seconds longer at the front (but never before it was asked
for) and `exit` seconds longer at the end. A container that was asked for and has not spoken may
wait in a queue, which is free, or start, which is not: `boot` seconds of it are counted as spent.
What is decided counts all that a start may last until the platform ends it (`startup`), so that
no start, however slow, costs more than the budget.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

#: Shares of a budget of which a person is told.
WARN_AT = (0.5, 0.8, 0.95)

#: Between the word that the money is gone and the end of the containers, at the utmost, in seconds.
_FAREWELL = 1.0


@dataclass(frozen=True)
class Terms:
    """Dollars, dollars an hour, seconds: `budget` of launch.json."""

    dollars: float
    worker_rate: float
    coordinator_rate: float
    spent: float = 0.0
    poll: float = 2.0
    leave: float = 15.0
    boot: float = 20.0
    exit: float = 3.0
    startup: float = 0.0

    @classmethod
    def read(cls, value: Mapping[str, Any] | None) -> Terms | None:
        """None without a budget. ValueError for what is no number, or less than nothing."""
        if value is None:
            return None
        known = {name: float(value[name]) for name in cls.__dataclass_fields__ if name in value}
        terms = cls(**known)
        bad = [name for name, number in known.items() if not 0 <= number < float("inf")]
        if bad or terms.dollars <= 0:
            raise ValueError(f"budget: {', '.join(bad) or 'dollars'} cannot be")
        return terms


@dataclass
class Life:
    """One container, or the containers that one after another answered one call."""

    rate: float
    asked: float
    began: float | None = None
    ended: float | None = None

    def seconds(self, now: float, terms: Terms, start: float | None = None) -> float:
        """Billed until now, and rather too much than too little. `start`: how much of a silence to
        count as a start, where it is not `boot`."""
        if self.began is None:  # it has not spoken: it may have begun to start
            until = now if self.ended is None else self.ended
            return min(max(0.0, until - self.asked), terms.boot if start is None else start)
        begin = max(self.asked, self.began - terms.boot)
        if self.ended is None:
            return max(0.0, now - begin)
        return max(0.0, min(now, self.ended + terms.exit) - begin)


@dataclass(frozen=True)
class Look:
    """`verdict`: "go-on"; "leave": finish what you have and go; "end": cancel what is left, now.
    `warn`: the shares that were reached since the last look."""

    spent: float
    rate: float
    budget: float
    verdict: str
    warn: tuple[float, ...] = ()


@dataclass
class Ledger:
    """Everything that one run spends. The coordinator keeps it; `dump` and `load` carry it over its
    own restart."""

    terms: Terms
    lives: dict[str, Life] = field(default_factory=dict)
    warned: float = 0.0
    leaving: bool = False
    leave: float | None = None

    def coordinator(self, began: float) -> None:
        """Ourselves, since our process began; after a restart since the first one did."""
        life = Life(self.terms.coordinator_rate, began - self.terms.boot, began)
        self.lives.setdefault("main", life)

    def asked(self, name: str, at: float, rate: float | None = None) -> None:
        """A container was asked for. A second try of a part needs a name of its own: "w1.2".
        `rate`: of one that is not like the others."""
        self.lives.setdefault(name, Life(self._rate(rate), at))

    def began(self, name: str, at: float) -> None:
        """It spoke for the first time; `at`: when its process began. A later word (it was
        restarted) changes nothing: what lies between is counted."""
        life = self.lives.get(name)
        if life is None:
            self.lives[name] = Life(self.terms.worker_rate, at, at)
        elif life.began is None:
            life.began = max(life.asked, at)

    def ended(self, name: str, at: float) -> None:
        """It is gone, or on its way out."""
        life = self.lives.get(name)
        if life is not None and life.ended is None:
            life.ended = at

    def left_in(self, seconds: float) -> None:
        """So long it took to leave, or to keep results: the way out is at least that long."""
        self.leave = max(seconds, self.leave or 0.0)

    def spent(self, now: float) -> float:
        """Dollars, earlier attempts included."""
        return self._count(now, self.terms.boot)

    def at_most(self, now: float) -> float:
        """Dollars, if whoever has not spoken has been starting all the time."""
        return self._count(now, max(self.terms.boot, self.terms.startup))

    def _count(self, now: float, start: float) -> float:
        own = sum(one.seconds(now, self.terms, start) * one.rate for one in self.lives.values())
        return self.terms.spent + own / 3600

    def rate(self, now: float) -> float:
        """Dollars an hour of what may be billed now."""
        return sum(
            life.rate for life in self.lives.values()
            if life.ended is None or now < life.ended + self.terms.exit
        )  # fmt: skip

    def look(self, now: float, raised: float | None = None) -> Look:
        """What to do now. `raised`: the budget of the control Dict, when there is one; a job that
        is leaving goes on leaving."""
        budget = self.terms.dollars if raised is None or raised <= 0 else raised
        spent, at_most, rate = self.spent(now), self.at_most(now), self.rate(now)
        way_out = max(self.terms.leave, self.leave or 0.0)
        verdict = "go-on"
        if at_most + rate / 3600 * _FAREWELL >= budget:
            verdict = "end"
        elif self.leaving or at_most + rate / 3600 * (self.terms.poll + way_out) >= budget:
            verdict = "leave"
        self.leaving = self.leaving or verdict != "go-on"
        reached = [share for share in WARN_AT if spent >= share * budget]
        news = tuple(share for share in reached if share > self.warned)
        # After a raise the same shares are reached anew.
        self.warned = max(reached, default=0.0)
        return Look(spent, rate, budget, verdict, news)

    def affords(
        self, now: float, raised: float | None = None, rate: float | None = None
    ) -> bool:
        """Whether one more container may be asked for: its start and its way out are to be paid.
        `rate`: of one that is not like the others."""
        budget = self.terms.dollars if raised is None or raised <= 0 else raised
        way_out = max(self.terms.leave, self.leave or 0.0)
        own = self._rate(rate)
        begin = own * (self.terms.boot + self.terms.exit)
        more = (self.rate(now) + own) * (self.terms.poll + way_out) + begin
        return not self.leaving and self.at_most(now) + more / 3600 < budget

    def _rate(self, rate: float | None) -> float:
        return self.terms.worker_rate if rate is None else rate

    def dump(self, now: float) -> dict[str, Any]:
        """As `main/budget.json` on the results volume."""
        return {
            "v": 1, "at": now, "spent": self.spent(now), "rate": self.rate(now),
            "budget": self.terms.dollars, "before": self.terms.spent,
            "leaving": self.leaving, "warned": self.warned, "leave": self.leave,
            "containers": [
                {"name": name, **asdict(life)} for name, life in self.lives.items()
            ],
        }  # fmt: skip

    @classmethod
    def load(cls, terms: Terms, value: Mapping[str, Any] | None) -> Ledger:
        """The ledger of an earlier start of the same attempt; empty when there was none, or when its file
        makes no sense."""
        ledger = cls(terms)
        if value is None or value.get("v") != 1:
            return ledger
        try:
            lives = {
                str(one["name"]): Life(
                    float(one["rate"]), float(one["asked"]),
                    _time(one["began"]), _time(one["ended"]),
                )
                for one in value["containers"]
            }  # fmt: skip
            ledger.warned, ledger.leaving = float(value["warned"]), bool(value["leaving"])
            ledger.leave = _time(value["leave"])
        except (KeyError, TypeError, ValueError):
            return cls(terms)
        ledger.lives = lives
        return ledger


def _time(value: Any) -> float | None:
    return None if value is None else float(value)
