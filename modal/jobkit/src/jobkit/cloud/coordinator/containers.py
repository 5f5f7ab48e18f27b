"""The containers of a run: asking for them, finding them again, ending them."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Sequence

from jobkit.cloud.coordinator.fan import Call, Failed, Try, Wave, part_of
from jobkit.cloud.coordinator.platform import Platform
from jobkit.cloud.coordinator.stopping import Stopping
from jobkit.cloud.coordinator.volume import RunVolume
from jobkit.cloud.machines import Machine, Machines
from jobkit.cloud.workload import Part

#: Between two looks for containers that nobody has found a machine for.
_LOOK_SECONDS = 2.0
#: Seconds that the clocks of two machines may differ.
_SKEW = 1.0


class Containers:
    """Each that is asked for is in the books."""

    def __init__(
        self, machines: Machines, platform: Platform, volume: RunVolume, stopping: Stopping
    ) -> None:
        self._machines, self._platform, self._volume = machines, platform, volume
        self._stopping, self._books = stopping, volume.books
        self._account, self._calls = volume.books.account, volume.books.calls
        self.ended = False  # whatever still ran
        self._cancelled: set[str] = set()
        #: Tries that have not spoken: asked for at, and looked at next (both monotonic), and Unix.
        self._silent: dict[str, tuple[float, float]] = {}
        self._looked = 0.0
        self._given_up = volume.books.given_up
        self.wave = Wave(machines.work_places, self._ask, self._may_ask, lambda: self.ended)

    def take_places_of(self, part: Part) -> None:
        """From now on parts like this one are handed out."""
        self.wave.places = self._machines.places(part)

    def affords(self, part: Part) -> bool:
        """Whether a container for it can be paid."""
        return self._account.affords(self._next_for(part).rate)

    def live(self) -> set[str]:
        """Names of parts that are under way."""
        return {one.part.name for one in self.wave.live.values()}

    def join_known(self, parts: Sequence[Part], done: Callable[[Part], bool]) -> None:
        """Calls that a coordinator before this one made, as far as it could write them down."""
        by_name = {part.name: part for part in parts}
        for name, call in self._calls.items():
            part = by_name.get(part_of(name))
            if part is not None and name not in self._followed() and not done(part):
                self.wave.join(Try(name, part, self._platform.known(call)))
                self._silent[name] = time.monotonic(), time.time()

    def held(self, part: Part) -> bool:
        """By a container that says so, whoever asked for it."""
        with contextlib.suppress(Exception):
            return self._platform.control.held_by_other(part.name, None)
        return False

    def look_for_machines(self, say: Callable[[str], None]) -> None:
        """Now and then: a container that nobody has found a machine for in time is told, and asked
        for on the next of those that will do."""
        now = time.monotonic()
        if now - self._looked < _LOOK_SECONDS or self._stopping.word is not None:
            return
        self._looked = now
        for name, one in list(self.wave.live.items()):
            since, at = self._silent.get(name, (now, 0.0))
            if now - since < self._machines.patience or name in self._given_up:
                continue
            if self._spoke(one.part, at):
                del self._silent[name]
                continue
            self._silent[name] = now, at
            self._go_without(one, say)

    def moved_on(self, one: Try) -> bool:
        """Whether the end of this try is no more than that it was given up for want of a
        machine, and another will do."""
        return one.name in self._given_up and not self._machines.each

    def without_machine(self, one: Try) -> dict[str, str] | None:
        """Why a part failed that was for one kind of machine alone; None where it had one."""
        if one.name not in self._given_up or not self._machines.each:
            return None
        return {
            "what": "No machine was free",
            "why": f"{self._wanted(self._machine_of(one.name))} for {self._minutes()}",
            "hint": "ask for it again later; waiting was not billed",
        }

    def end_all(self) -> None:
        """Containers that are still there are ended; nothing is waited for any more."""
        self.ended = True
        trouble: Exception | None = None
        for name, one in list(self.wave.live.items()):
            if name in self._cancelled:
                continue
            try:
                one.call.cancel()
            except Exception as e:  # the others are ended all the same
                trouble = e
                continue
            self._cancelled.add(name)
            self._account.ended(name)
        if trouble is not None:
            raise trouble

    def _spoke(self, part: Part, since: float) -> bool:
        try:
            last = self._platform.control.last_claim(part.name)
        except Exception:  # out of reach: nothing is known, so nothing is done
            return True
        return last is not None and last[1] >= since - _SKEW

    def _go_without(self, one: Try, say: Callable[[str], None]) -> None:
        choices, now = self._machines.choices(one.part), self._machine_of(one.name)
        minutes, what = self._minutes(), self._wanted(now)
        if len(choices) < 2 and not self._machines.each:
            say(f"{one.part.name}: {what} for {minutes}; it waits on, and waiting is not billed")
            return
        try:
            one.call.cancel()
        except Exception as e:  # it may yet find one
            say(f"{one.part.name}: {what} for {minutes}; it waits on, for it is not ended: {e}")
            return
        self._given_up[one.name] = time.time()
        if not self._machines.each:
            following = choices[(choices.index(now) + 1) % len(choices)]
            say(f"{one.part.name}: {what} for {minutes}; {following.label} is asked for instead")

    def _minutes(self) -> str:
        return f"{self._machines.patience / 60:.3g} min"

    def _wanted(self, machine: Machine) -> str:
        return f"no machine with {machine.label}" if machine.label else "no machine"

    def _followed(self) -> set[str]:
        """Tries that were followed by another one of the same part."""
        last = {part_of(name): name for name in self._calls}  # in the order they were asked for
        return {name for name in self._calls if last[part_of(name)] != name}

    def _may_ask(self, part: Part) -> bool:
        return self._stopping.word is None and self.affords(part)

    def _tries(self, part: Part) -> list[str]:
        return [name for name in self._calls if part_of(name) == part.name]

    def _machine_of(self, name: str) -> Machine:
        known = self._books.machines.get(name)
        every = (*self._machines.work, self._machines.prepare)
        return next((one for one in every if one.function == known), every[0])

    def _next_for(self, part: Part) -> Machine:
        """The machine of the last try; the next one when that was given up."""
        choices, tries = self._machines.choices(part), self._tries(part)
        last = self._machine_of(tries[-1]) if tries else choices[0]
        if last not in choices:
            return choices[0]
        step = 1 if tries and tries[-1] in self._given_up else 0
        return choices[(choices.index(last) + step) % len(choices)]

    def _ask(self, part: Part) -> Try:
        tries, machine = len(self._tries(part)), self._next_for(part)
        name = part.name if tries == 0 else f"{part.name}.{tries + 1}"
        self._account.asked(name, machine.rate)
        self._silent[name] = time.monotonic(), time.time()
        given = {
            "part": part.name, "job": part.job, "folder": str(self._volume.part(part)),
            "machine": machine.label, "kind": part.machine, "first": tries == 0,
            "budget": self._account.terms(machine.rate),
        }  # fmt: skip
        call: Call
        try:
            call = self._platform.work(given, machine.function)
            self._calls[name] = call.id
            self._books.machines[name] = machine.function
        except Exception as e:
            call = Failed(e)
        return Try(name, part, call)
