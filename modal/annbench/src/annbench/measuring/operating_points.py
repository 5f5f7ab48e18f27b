"""Operating points: the least effort with which an index reaches a recall, found on queries that do
not judge it.

The job's seed divides the queries into two halves. The choosing half alone decides, by bisection,
on the smallest value of the one search parameter whose strict recall reaches the target: to the
next whole number, or as near as a seventieth of a stride. Its passes tell recall and no speed, so
every core takes part.

A stride is the factor by which the usual sweep ends: 2 for an efSearch of 10, 20, 40 ..., and far
less for a radius, of which a doubling would look at everything.

The point is then measured like any other, and its recall is that of the other half: where it was
chosen it would look better than it is.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from jobkit.errors import Problem
from numpy.typing import NDArray

from annbench.core_call import watch
from annbench.data.formats.hdf5 import Data
from annbench.implementations import IMPLEMENTATIONS
from annbench.job import REGISTERED
from annbench.measuring.find_progress import FindProgress
from annbench.peers.index import PeerIndex
from annbench.recall import recall
from annbench.registered import Params

#: So many strides without any gain, and more is not tried; none goes further at once.
NO_GAIN = 2
#: Strides. Values that are no further apart are as good as one.
CLOSE = 1 / 70
#: A line is drawn on through values that are at least so many strides apart: nearer ones tell
#: chance. A step beyond is no shorter than LEAST_STEP.
LEAN = 0.5
LEAST_STEP = 1 / 3
#: The stride where there is no sweep to tell one.
USUAL_STRIDE = 2.0
#: So many distances for each row, and more is not tried. One would be as many as exact search
#: computes; but an index may count estimates too, which take a fraction of a distance, and those
#: of a row again from each of its neighbours.
TOO_MANY = 16
#: What it takes to find a setting, mostly.
USUAL_PASSES = 6.0
#: What the sweep of an implementation is taken to reach with its last value, in nines.
SWEPT_NINES = 3.0


@dataclass(frozen=True)
class Tried:
    """What the choosing half said of a value."""

    recall: float  # strict
    dist_comps: float | None  # a query; libraries of others do not tell it


@dataclass(frozen=True)
class Outcome:
    """Of a target: the smallest value that reaches it; or, where none does, the one that comes
    closest. `recall` is the choosing half's."""

    target: float
    value: int
    recall: float
    reached: bool


@dataclass(frozen=True)
class Wanted:
    """A setting to be measured: as it was given (None), for a target, or for several."""

    search: Params
    found: tuple[Outcome | None, ...] = (None,)


Memory = dict[int, Tried]


@dataclass(frozen=True)
class Scale:
    """The values of a search parameter, and how they are gone along."""

    least: int
    most: int
    stride: float = USUAL_STRIDE

    def strides(self, count: float) -> float:
        """By which factor so many of them change a value."""
        return float(self.stride**count)


def halves(queries: int, seed: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """(those that choose, those that judge), ascending. Raises Problem where there are not two."""
    if queries < 2:
        raise Problem(
            "Operating points cannot be found", "one half of the queries chooses and the other "
            f"judges, and there is {queries}", "give settings instead of recalls",
        )  # fmt: skip
    order = np.random.default_rng(seed).permutation(queries)
    return np.sort(order[: queries // 2]), np.sort(order[queries // 2 :])


def parameter_of(impl: str) -> str | None:
    """The one search parameter; None where there is not just one."""
    names = list(REGISTERED[impl].search_params)
    return names[0] if len(names) == 1 else None


def guess(impl: str, target: float) -> int:
    """Where to begin: the usual sweep is taken to go evenly from no recall to three nines. The
    other side reckons by the same (cost-model.ts)."""
    known = REGISTERED[impl]
    name = parameter_of(impl) or ""
    values = sorted(known.sweep["search"].get(name, [known.search_params[name].default]))
    nines = -math.log10(max(1.0 - target, 10**-SWEPT_NINES))
    return values[round(nines / SWEPT_NINES * (len(values) - 1))]


def scale(impl: str) -> Scale:
    """That of its one search parameter."""
    known = REGISTERED[impl]
    name = parameter_of(impl) or ""
    limits = known.search_params[name]
    last = [v for v in sorted(known.sweep["search"].get(name, [])) if v > 0][-2:]
    stride = last[1] / last[0] if len(last) == 2 else USUAL_STRIDE
    return Scale(limits.least, limits.most, min(stride, USUAL_STRIDE))


def _bracket(known: Memory, target: float, least: int) -> tuple[int, int | None]:
    """The largest value known to miss and, above it, the smallest known to reach."""
    high = min((v for v, one in known.items() if one.recall >= target), default=None)
    missing = [v for v in known if high is None or v < high]
    return max(missing, default=least - 1), high


def _is_exhausted(known: Memory, start: int, along: Scale, rows: int) -> bool:
    """Whether more effort than was tried can be expected to find no more."""
    top, far = max(known), along.strides(NO_GAIN)
    if top >= along.most or (known[top].dist_comps or 0.0) >= TOO_MANY * rows:
        return True
    if top < max(start, 1) * far:  # the first values may all be one: an efSearch below k is k
        return False
    before = [one.recall for v, one in known.items() if v * far <= top]
    after = [one.recall for v, one in known.items() if v * far > top]
    return bool(before) and max(after) <= max(before)


def _is_close(low: int, high: int, along: Scale) -> bool:
    """Whether there is nothing to gain between them."""
    return high - low <= max(1.0, high * (along.strides(CLOSE) - 1))


def _on_line(known: Memory, low: int, high: int, target: float) -> float | None:
    """Where the line through two values meets the target: the logit of recall over the logarithm
    of effort is close to straight. None where there is no such line."""
    below, above = known[low].recall, known[high].recall
    if low < 1 or not 0 < below < above < 1 or target >= 1:
        return None
    share = (_logit(target) - _logit(below)) / (_logit(above) - _logit(below))
    return math.log(low) + share * math.log(high / low)


def _logit(value: float) -> float:
    return math.log(value / (1 - value))


def _above(known: Memory, target: float, start: int, along: Scale) -> int:
    """Beyond the largest, which misses: where the line through it and one well below meets the
    target, or a little further, from LEAST_STEP up to NO_GAIN strides; one where there is no
    line."""
    top = max(known)
    below = max((v for v in known if v * along.strides(LEAN) < top), default=None)
    line = None if below is None else _on_line(known, below, top, target)
    count = 1.0 if line is None else (line - math.log(top)) / math.log(along.stride) + CLOSE
    factor = along.strides(min(max(count, LEAST_STEP), NO_GAIN))
    return min(along.most, max(start, top + 1, math.ceil(factor * top)))


def _between(known: Memory, low: int, high: int, target: float, along: Scale) -> int:
    """Strictly between a value that misses and one that reaches: on the line through them, a little
    nearer to the end that is farther away, so that both close in; else halved in proportion. Every
    fourth is halved whatever the line says."""
    half = math.sqrt(max(low, 1) * high)
    line = _on_line(known, low, high, target) if low in known and len(known) % 4 else None
    if line is None:
        wanted = half
    else:
        wanted = math.exp(line)
        wanted *= along.strides(CLOSE / 4 if wanted < half else -CLOSE / 4)
    return min(high - 1, max(low + 1, round(wanted)))


def next_value(known: Memory, target: float, start: int, along: Scale, rows: int) -> int | None:
    """What to try next; None when the outcome is clear. Raised until the target is reached, then
    closed in from both sides. Where recall does not rise with effort, this still ends: at a value
    that reaches the target, close above one that does not."""
    if not known:
        return min(max(start, along.least), along.most)
    low, high = _bracket(known, target, along.least)
    if high is None:
        is_over = _is_exhausted(known, start, along, rows)
        return None if is_over else _above(known, target, start, along)
    return None if _is_close(low, high, along) else _between(known, low, high, target, along)


def passes_left(known: Memory, target: float, start: int, along: Scale) -> tuple[float, int]:
    """About how many passes are still to come, and at which value most of them."""
    if not known:
        return USUAL_PASSES, start
    low, high = _bracket(known, target, along.least)
    if high is None:
        return USUAL_PASSES - 1, math.ceil(along.stride * max(known))
    close = max(1.0, high * (along.strides(CLOSE) - 1))
    halvings = math.log2(max(1.0, (high - low) / close))
    return min(USUAL_PASSES - 2, halvings), round(math.sqrt(max(low, 1) * high))


def outcome(known: Memory, target: float) -> Outcome:
    """Once there is no next value. `known` is not empty."""
    reaching = [v for v, one in known.items() if one.recall >= target]
    best = max(one.recall for one in known.values())
    value = min(reaching or [v for v, one in known.items() if one.recall == best])
    return Outcome(target, value, known[value].recall, bool(reaching))


def tried_before(
    events: Iterable[dict[str, Any]], dataset: str, sha: str, impl: str, build: Params, name: str
) -> Memory:
    """What `tried` events of an earlier attempt say of this index."""
    return {
        one["params"][name]: Tried(one["recall"], one.get("dist_comps"))
        for one in events
        if one["type"] == "tried"
        and (one["dataset"], one.get("dataset_sha"), one["impl"]) == (dataset, sha, impl)
        and name in one["params"]
        and {k: v for k, v in one["params"].items() if k != name} == build
    }


def find(
    data: Data, chooses: NDArray[np.intp], impl: str, index: Any, build: Params, k: int,
    threads: int, targets: Sequence[float], known: Memory, progress: FindProgress,
    told: Callable[[int, Tried], None],
) -> list[Outcome]:  # fmt: skip
    """Of each target, ascending. `known` is what was tried before, and grows; `told`: each value
    that is tried, at once, so that whoever goes on with the job need not ask again."""
    name = parameter_of(impl) or ""
    along = scale(impl)
    found: list[Outcome] = []
    for target in targets:
        start = guess(impl, target)
        while True:
            value = next_value(known, target, start, along, len(data.train))
            if value is None:
                break
            left = passes_left(known, target, start, along)
            progress.begin()
            one = ask(
                data, chooses, impl, index, {**build, name: value}, k, threads,
                lambda share, value=value, left=left[0]: progress.at(value, left, share),  # type: ignore[misc]
            )  # fmt: skip
            known[value] = one
            told(value, one)
            progress.tried(value, *passes_left(known, target, start, along))
        found.append(outcome(known, target))
        progress.found()
    return found


def ask(
    data: Data, chooses: NDArray[np.intp], impl: str, index: Any, params: Params, k: int,
    threads: int, at: Callable[[float], None],
) -> Tried:  # fmt: skip
    """One pass of the choosing half; `at(share)` while it goes on. Raises Problem for an answer
    that cannot be one; of a peer Judged, or KilledFromOutside."""
    queries = np.ascontiguousarray(data.test[chooses])
    is_peer = isinstance(index, PeerIndex)
    if is_peer:
        ids, _seconds, _wall, comps = index.search(queries, params, threads, at)
    else:
        search = IMPLEMENTATIONS[impl].search
        ids, _seconds, _wall, comps = watch(
            lambda progress: search(index, queries, k, params, threads, progress),
            lambda done, total: at(min(1.0, done / total) if total else 0.0),
        )
    recall.validate(ids, len(data.train), k, len(queries))
    found = recall.found_distances(data.train, queries, ids, data.distance)
    told = recall.share(found, data.true_distances[chooses], k, data.distance)
    return Tried(told.strict, None if is_peer else comps / len(queries))


def merged(plain: Sequence[Params], found: Sequence[Outcome], name: str) -> list[Wanted]:
    """Each setting once: what was asked for as it is, and what was found for the targets."""
    wanted: list[Wanted] = [Wanted(search) for search in plain]
    for one in found:
        search = {name: one.value}
        at = next((i for i, other in enumerate(wanted) if other.search == search), None)
        if at is None:
            wanted.append(Wanted(search, (one,)))
        else:
            wanted[at] = Wanted(search, (*wanted[at].found, one))
    return wanted


def judged(
    found: NDArray[np.float64], data: Data, judges: NDArray[np.intp], k: int, one: Outcome
) -> dict[str, Any]:
    """What an operating point has in place of, and beside, the recall over all queries. `found`:
    the distances of all answers."""
    told = recall.share(found[judges], data.true_distances[judges], k, data.distance)
    return {
        **told.fields(),
        "target_recall": one.target,
        "recall_queries": len(judges),
        "choosing_recall": round(one.recall, 6),
        "choosing_queries": len(data.test) - len(judges),
    }
