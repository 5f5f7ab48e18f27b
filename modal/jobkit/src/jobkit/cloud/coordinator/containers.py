"""The containers of a run: asking for them, finding them again, ending them."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Sequence

from jobkit.cloud.coordinator.fan import Call, Failed, Try, Wave, part_of
from jobkit.cloud.coordinator.platform import Platform
from jobkit.cloud.coordinator.stopping import Stopping
from jobkit.cloud.coordinator.volume import RunVolume
from jobkit.cloud.workload import Part


class Containers:
    """At most `places` at once. Each that is asked for is in the books."""

    def __init__(
        self, places: int, platform: Platform, volume: RunVolume, stopping: Stopping
    ) -> None:
        self._platform, self._volume, self._stopping = platform, volume, stopping
        self._account, self._calls = volume.books.account, volume.books.calls
        self.ended = False  # whatever still ran
        self._cancelled: set[str] = set()
        self.wave = Wave(places, self._ask, self._may_ask, lambda: self.ended)

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

    def held(self, part: Part) -> bool:
        """By a container that says so, whoever asked for it."""
        with contextlib.suppress(Exception):
            return self._platform.control.held_by_other(part.name, None)
        return False

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

    def _followed(self) -> set[str]:
        """Tries that were followed by another one of the same part."""
        last = {part_of(name): name for name in self._calls}  # in the order they were asked for
        return {name for name in self._calls if last[part_of(name)] != name}

    def _may_ask(self) -> bool:
        return self._stopping.word is None and self._account.affords()

    def _ask(self, part: Part) -> Try:
        tries = sum(part_of(name) == part.name for name in self._calls)
        name = part.name if tries == 0 else f"{part.name}.{tries + 1}"
        self._account.asked(name)
        given = {"part": part.name, "job": part.job, "folder": str(self._volume.part(part))}
        call: Call
        try:
            call = self._platform.work({**given, "budget": self._account.terms()})
            self._calls[name] = call.id
        except Exception as e:
            call = Failed(e)
        return Try(name, part, call)
