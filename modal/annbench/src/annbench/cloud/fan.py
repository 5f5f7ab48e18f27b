"""Parts sent to containers, so many at once, and who is who among those that died."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Sequence
from typing import Any

from annbench.cloud.parts import Part

_FEED_SECONDS = 0.2


class Wave:
    """Parts are handed out one by one, as places become free: after a stop no more containers are
    started."""

    def __init__(self, parts: Sequence[Part], places: int, stopped: Callable[[], bool]) -> None:
        self._parts = parts
        self._places = max(1, places)
        self._stopped = stopped
        self._out: dict[str, Part] = {}
        self._silent: list[BaseException] = []
        self.over = 0  # outcomes so far, good or bad

    async def _feed(self, folder: str) -> AsyncIterator[dict[str, Any]]:
        for part in self._parts:
            while len(self._out) - len(self._silent) >= self._places and not self._stopped():
                await asyncio.sleep(_FEED_SECONDS)
            if self._stopped():
                return
            self._out[part.name] = part
            yield {"part": part.name, "job": part.job, "folder": f"{folder}/{part.name}"}

    def outcomes(
        self, measure: Callable[[AsyncIterator[dict[str, Any]]], Iterable[Any]], folder: str
    ) -> Iterator[dict[str, Any]]:
        """Outcomes of workers that ended by themselves, as they come."""
        for outcome in measure(self._feed(folder)):
            self.over += 1
            if isinstance(outcome, BaseException):
                self._silent.append(outcome)
                continue
            self._out.pop(outcome["part"], None)
            yield outcome

    def died(
        self, last_claim: Callable[[str], tuple[str, float] | None]
    ) -> Iterator[tuple[str, BaseException]]:
        """After `outcomes()`: parts without one, each with an exception. These say not whose they
        are: if the call's id is in the text that tells; else they came in the order in which the
        parts fell silent."""
        claims = {name: _or_none(last_claim, name) for name in self._out}
        left = list(self._silent)
        for name, claim in claims.items():
            for error in left:
                if claim is not None and claim[0] and claim[0] in str(error):
                    left.remove(error)
                    self._out.pop(name)
                    yield name, error
                    break
        order = sorted(self._out, key=lambda name: claims[name][1] if claims[name] else 0.0)  # type: ignore[index]
        lost = RuntimeError("it ended without a word of it")
        yield from ((name, left.pop(0) if left else lost) for name in order)


def _or_none(
    last_claim: Callable[[str], tuple[str, float] | None], name: str
) -> tuple[str, float] | None:
    try:
        return last_claim(name)
    except Exception:  # out of reach
        return None
