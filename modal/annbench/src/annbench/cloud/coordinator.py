"""One container leads a run on several: data, compiling, fanning out, one result, one verdict."""

from __future__ import annotations

import contextlib
import json
import tempfile
import threading
import time
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from annbench import job, results
from annbench.budget import Terms
from annbench.cloud import compiled, ends, fan, merge, prepare
from annbench.cloud.account import Account, money
from annbench.cloud.born import born
from annbench.cloud.control import Control
from annbench.cloud.copied import GROWING, Copied
from annbench.cloud.parts import Part, split
from annbench.cloud.pulse import KEEP_SECONDS, LOOK_SECONDS, Every, Keeper, insist
from annbench.cloud.teller import Teller
from annbench.errors import JobError
from annbench.events import Events, Phase
from annbench.files import write_json
from annbench.user import judge, verdict

SOURCES = "sources"
#: Why a run left, when its money was used up: the word of control and events.
BUDGET = "budget"
#: The container that compiles, in the account.
_BUILD = "build"
#: Seconds that the clocks of two machines may differ.
_SKEW = 1.0
#: Between two looks at what is spent; they cost nothing.
_RECKON_SECONDS = 0.5


@dataclass
class Cloud:
    """What the platform does for a coordinator."""

    results: Path  # of all runs; outlives containers, as the next one does
    datasets: Path
    control: Control
    task: str  # what the platform calls this container
    keep: Callable[[], None]  # makes durable what was written to `results`
    keep_datasets: Callable[[], None]
    reload: Callable[[], None]  # shows what others kept in `results`; no file may be open there
    #: Calls `work()` on another container.
    measure: Callable[[dict[str, Any]], fan.Call]
    #: A call that an earlier start of the coordinator made, by its id.
    known: Callable[[str], fan.Call]
    #: `compile_all()` on another container; the function says whether to give up.
    compile: Callable[[list[str], Callable[[], bool]], dict[str, dict[str, Any]] | None]


class _Stopped(Exception):
    """Somebody asked for it."""


def coordinate(launch: dict[str, Any], cloud: Cloud) -> dict[str, Any]:
    """Leads a run to its end: {"code": 0, 1, 4 or 130, "failure": {what, why, hint} or None}."""
    with tempfile.TemporaryDirectory(prefix="annbench-main-") as local:
        return _Run(launch, cloud, Path(local)).run()


class _Run:
    def __init__(self, launch: dict[str, Any], cloud: Cloud, local: Path) -> None:
        self._launch = launch
        self._cloud = cloud
        self._begun = time.monotonic()
        self._run = cloud.results / "runs" / launch["run"]
        self._main = self._run / "main"
        self._local = local
        self._stop: str | None = None
        self._left = False  # before all was done
        self._parts: list[Part] = []
        self._failures: dict[str, dict[str, Any]] = {}  # by part
        self._judged: dict[str, dict[str, Any]] = {}  # verdicts of parts that were not run
        self._over: set[str] = set()  # parts whose worker said that it was done
        #: Held while files of the results volume are open: it is kept and reloaded by two threads.
        self._volume = threading.RLock()
        attempt = launch.get("attempt", 1)
        self._books = f"budget-{attempt}.json", f"calls-{attempt}.json"
        self._own = Copied(local, self._main, (*GROWING, *self._books))
        self._own.fetch()
        self._account = Account(
            Terms.read(launch.get("budget")), _read(local / self._books[0]), born()
        )
        self._calls: dict[str, str] = _read(local / self._books[1]) or {}  # of tries
        self._raised: float | None = None  # the budget that was set since
        self._told = False  # the workers, that the money is used up
        self._ended = False  # whatever still ran was ended
        self._cancelled: set[str] = set()
        self._news: list[str] = []  # warnings that wait to be said
        self._wave = fan.Wave(
            launch["containers"], self._ask, self._may_ask, lambda: self._ended
        )

    # The whole ----------------------------------------------------------------------------------

    def run(self) -> dict[str, Any]:
        self._run.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not (self._run / "spec.json").exists():
            write_json(self._run / "spec.json", self._launch.get("spec", {}))
        self._teller = Teller("main", self._local)
        keeper = Keeper(
            self._keep,
            # Money is spent also when nothing is said.
            lambda: self._teller.size() + int(self._account.now() / KEEP_SECONDS),
            lambda: self._account.changes + len(self._calls),
        )
        say = self._teller.say
        try:
            with (
                Every(LOOK_SECONDS, self._look, lambda e: say(f"control is out of reach: {e}")),
                Every(_RECKON_SECONDS, self._reckon, lambda e: say(f"a part is not ended: {e}")),
                Every(_RECKON_SECONDS, self._tell, lambda e: say(f"parts are not told: {e}")),
                Every(0.5, keeper.look, lambda e: say(f"the volume is out of reach: {e}")),
            ):
                failure = self._guarded()
        finally:
            self._teller.close()
            insist(self._keep, lambda told: print(f"the volume is out of reach: {told}", flush=True))
        code = 0 if failure is None else 1
        if self._left:
            code = 4 if self._stop == BUDGET else 130
        return {"code": code, "failure": failure}

    def _guarded(self) -> dict[str, Any] | None:
        with self._teller.events() as events:
            events.emit("container", task=self._cloud.task, role="coordinator")
        failure: dict[str, Any] | None
        try:
            failure = self._lead()
        except _Stopped:
            self._left = True
            failure = self._too_dear() if self._stop == BUDGET else None
        except JobError as e:
            failure = {"what": "The job cannot be run", "why": str(e), "hint": "correct it"}
        except Exception as e:  # a defect of ours, or the platform's: the trace is in the log
            for line in traceback.format_exc().splitlines():
                self._teller.say(line)
            failure = {"what": "annbench itself broke", "why": f"{type(e).__name__}: {e}",
                       "hint": "please report it"}  # fmt: skip
        self._end_rest()
        with contextlib.suppress(Exception):  # what there is, however it ended
            if self._parts:
                self._merge()
        with self._teller.events() as events:
            self._say_news(events)
            if self._left:
                events.emit("stopped", reason=self._stop)
                events.log(f"stopped ({self._stop}); what was finished is kept")
            elif failure is not None:
                events.emit("failed", **{k: v for k, v in failure.items() if v})
                events.log(f"{failure['what']}: {failure['why']}")
            else:
                seconds = round(time.monotonic() - self._begun, 3)
                events.emit("result", seconds=seconds, file=results.FILE)
                events.log(f"done in {seconds:.1f} s")
        return failure

    def _lead(self) -> dict[str, Any] | None:
        """Why it failed, or None."""
        self._parts = split(self._job())
        self._say_parts()
        self._prepare()
        self._compile()
        self._measure()
        verdicts = self._merge()
        return self._verdict(verdicts)

    # What was written before and what is kept ---------------------------------------------------

    def _keep(self) -> None:
        with self._volume:
            self._bring_own()
            begun = time.monotonic()
            self._cloud.keep()
            self._account.keeping_took(time.monotonic() - begun)

    def _reload(self) -> None:
        with self._volume:
            self._bring_own()
            self._cloud.keep()  # a reload may drop what is not kept
            self._cloud.reload()

    def _surely(self, work: Callable[[], None]) -> None:
        """Before what cannot go on without it."""
        insist(work, lambda told: self._teller.say(f"the volume is out of reach: {told}"))

    def _bring_own(self) -> None:
        for name, value in zip(self._books, (self._account.dump(), self._calls), strict=True):
            if value:
                write_json(self._local / name, dict(value))
        self._own.bring()

    # Stops and money, in a thread of its own ----------------------------------------------------

    def _look(self) -> None:
        word, self._raised = self._cloud.control.orders()
        if word is not None:
            self._leave(word)
        for name, asked in self._account.silent().items():
            began = self._cloud.control.began(fan.part_of(name), asked - _SKEW)
            if began is not None:
                self._account.began(name, began)

    def _reckon(self) -> None:
        """Apart from all that waits for a network: money is spent meanwhile."""
        look = self._account.look(self._raised)
        if look is None:
            return
        self._news += [
            f"{share * 100:.0f} % of the budget of {money(look.budget)} is spent: "
            f"{money(look.spent)}"
            for share in look.warn
        ]
        if look.verdict != "go-on":
            self._leave(BUDGET)
        if look.verdict == "end":
            self._end_all()

    def _tell(self) -> None:
        """The workers look for it in control, every two seconds."""
        if self._stop == BUDGET and not self._told:
            self._cloud.control.say_stop(BUDGET)
            self._told = True

    def _leave(self, word: str) -> None:
        self._stop = self._stop or word
        self._teller.stop()

    def _end_all(self) -> None:
        """Containers that are still there are ended; nothing is waited for any more."""
        self._ended = True
        trouble: Exception | None = None
        for name, one in list(self._wave.live.items()):
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

    def _end_rest(self) -> None:
        """Nobody would hear of what goes on after us."""
        with contextlib.suppress(Exception):
            self._end_all()

    def _say_news(self, events: Events) -> None:
        while self._news:
            events.warn(self._news.pop(0))

    def _too_dear(self) -> dict[str, Any]:
        budget = self._account.budget()
        if budget is None:
            return {"what": "The budget is used up", "why": "that was said from outside"}
        spent = self._account.spent()
        more = f"{2 * budget:.2g}" if budget < 5 else f"{2 * budget:.0f}"
        return {
            "what": f"The budget of {money(budget)} is used up",
            "why": f"{money(spent)} were spent, and leaving costs the rest",
            "hint": f"ann-tui resume {self._launch['run']} --budget {more}",
        }

    def _check_stop(self) -> None:
        if self._stop:
            raise _Stopped

    def _job(self) -> dict[str, Any]:
        """The job as containers see it: data on the volume, sources beside the run."""
        folder = self._run / SOURCES
        with self._volume:
            for name, text in self._launch.get("sources", {}).items():
                path = folder / name
                if not path.resolve().is_relative_to(folder.resolve()):
                    raise JobError(f"sources.{name}", "leads out of its folder")
                path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
                path.write_text(text, encoding="utf-8")
        value = {**self._launch["job"], "data_dir": str(self._cloud.datasets)}
        if not isinstance(value.get("datasets"), list):
            raise JobError("datasets", "must be a list")
        if not isinstance(value.get("implementations"), list):
            raise JobError("implementations", "must be a list")
        value["datasets"] = [{**d, "from": None} for d in value["datasets"]]
        value["implementations"] = [
            {**i, "source": str(self._run / i["source"])} if i.get("source") else i
            for i in value["implementations"]
        ]
        return value

    # Steps --------------------------------------------------------------------------------------

    def _say_parts(self) -> None:
        for part in self._parts:
            self._teller.say(f"{part.name}: {part.label}")

    def _done(self, part: Part) -> bool:
        return (
            part.name in self._failures
            or part.name in self._over
            or part.name in self._judged
            or self._measured(part)
        )

    def _measured(self, part: Part) -> bool:
        with self._volume:
            return merge.read_results(self._run / merge.PARTS / part.name) is not None

    def _prepare(self) -> None:
        """Data sets that are missing, each in a child, one after the other."""
        path = self._local / "job.json"
        path.write_text(json.dumps(self._job()), encoding="utf-8")
        for spec in job.parse(self._job()).datasets:
            theirs = [p for p in self._parts if p.dataset == spec.name and not self._done(p)]
            if not theirs or prepare.is_there(spec, self._cloud.datasets):
                continue
            try:
                ended = self._teller.run(
                    ["prepare", str(path), "--dataset", spec.name, "--out", str(self._local),
                     "--stream"],
                    tell=False,
                )  # fmt: skip
            finally:
                self._surely(self._cloud.keep_datasets)
            self._check_stop()
            if ended.code != 0:
                failure = self._problem() or ended.failure
                failure = failure or {"what": f"The data set {spec.name} could not be had",
                                      "why": f"exit code {ended.code}"}  # fmt: skip
                self._failures.update((part.name, failure) for part in theirs)

    def _problem(self) -> dict[str, Any] | None:
        try:
            found = json.loads((self._local / prepare.PROBLEM).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return None
        return found  # type: ignore[no-any-return]

    def _compile(self) -> None:
        """Files that several containers would compile at once are compiled before."""
        self._check_stop()
        waiting = [p for p in self._parts if not self._done(p)]
        theirs: dict[str, list[Part]] = {}
        for part in waiting:
            if part.source is not None and part.source.suffix != ".py":
                theirs.setdefault(str(part.source), []).append(part)
        sources = [source for source, parts in theirs.items() if len(parts) > 1]
        if not sources:
            return
        self._surely(self._keep)  # they are on the volume now
        if not self._account.affords():
            self._leave(BUDGET)
            raise _Stopped
        self._account.asked(_BUILD)
        # How long it starts and how long it compiles is not told apart: all of it counts.
        self._account.began(_BUILD, self._account.now())
        try:
            with self._teller.events() as events, Phase(events, "compile", _names(sources)):
                found = self._cloud.compile(sources, lambda: self._stop is not None)
        finally:
            self._account.ended(_BUILD)
        self._check_stop()
        self._surely(self._reload)
        with self._teller.events() as events:
            for source, told in (found or {}).items():
                self._compiled(events, theirs[source], told)

    def _compiled(self, events: Events, parts: Sequence[Part], told: dict[str, Any]) -> None:
        judge.log_compiler(events, told["log"])
        name = parts[0].spec.name
        if "error" not in told:
            how = "already compiled" if told["cached"] else f"compiled in {told['seconds']:.1f} s"
            events.log(f"{name}: {how}")
            return
        for part in parts:
            found = compiled.as_verdict(told["error"])
            self._judged[part.name] = judge.say(events, part.spec.name, part.dataset, found)

    def _measure(self) -> None:
        with self._teller.events() as events:
            total = len(self._parts)
            with Phase(events, "measure", f"{total} parts") as phase:
                self._join_known()
                left = [p for p in self._parts if not self._done(p)]
                while left:
                    live = {one.part.name for one in self._wave.live.values()}
                    held = {p.name for p in left if p.name not in live and self._held(p)}
                    if not live and not held:
                        self._check_stop()
                    phase.progress(total - len(left), total, "parts", force=True)
                    ready = [p for p in left if p.name not in live | held]
                    if live or (ready and not self._stop):
                        self._fan_out(ready, phase, total - len(left), total)
                    else:  # a coordinator before this one started them
                        time.sleep(LOOK_SECONDS)
                    if self._ended:
                        raise _Stopped
                    self._surely(self._reload)
                    left = [p for p in left if not self._done(p)]
                phase.progress(total, total, "parts", force=True)

    def _join_known(self) -> None:
        """Calls that a coordinator before this one made, as far as it could write them down."""
        parts = {p.name: p for p in self._parts}
        for name, call in self._calls.items():
            part = parts.get(fan.part_of(name))
            if part is not None and name not in self._settled() and not self._done(part):
                self._wave.join(fan.Try(name, part, self._cloud.known(call)))

    def _settled(self) -> set[str]:
        """Tries that were followed by another one of the same part."""
        last = {fan.part_of(name): name for name in self._calls}  # in the order they were asked for
        return {name for name in self._calls if last[fan.part_of(name)] != name}

    def _may_ask(self) -> bool:
        return self._stop is None and self._account.affords()

    def _ask(self, part: Part) -> fan.Try:
        tries = sum(fan.part_of(name) == part.name for name in self._calls)
        name = part.name if tries == 0 else f"{part.name}.{tries + 1}"
        folder = str(self._run / merge.PARTS / part.name)
        self._account.asked(name)
        given = {"part": part.name, "job": part.job, "folder": folder}
        call: fan.Call
        try:
            call = self._cloud.measure({**given, "budget": self._account.terms()})
            self._calls[name] = call.id
        except Exception as e:
            call = fan.Failed(e)
        return fan.Try(name, part, call)

    def _held(self, part: Part) -> bool:
        with contextlib.suppress(Exception):
            return self._cloud.control.held_by_other(part.name, None)
        return False

    def _fan_out(self, parts: Sequence[Part], phase: Phase, done: int, total: int) -> None:
        self._surely(self._keep)
        self._wave.over = 0
        for one, outcome in self._wave.outcomes(parts, lambda: self._say_news(phase.events)):
            self._account.ended(one.name)
            name = one.part.name
            if not isinstance(outcome, BaseException):
                self._take(phase.events, one.part, outcome)
            elif not self._stop:
                self._fail(phase.events, name, ends.explain_container(outcome))
            if isinstance(outcome, BaseException):
                with contextlib.suppress(Exception):
                    self._cloud.control.release(name)
            phase.progress(done + self._wave.over, total, "parts", force=True)
        if not self._stop and not self._wave.live and not self._account.affords():
            waiting = [p for p in parts if not self._done(p)]
            if waiting:
                self._leave(BUDGET)

    def _take(self, events: Events, part: Part, outcome: dict[str, Any]) -> None:
        name = part.name
        if outcome.get("leaving"):
            self._account.left(outcome["leaving"])
        if outcome.get("stopped") == "time":
            # The platform would have ended it; the budget may pay for more.
            limit = (self._launch.get("spec") or {}).get("timeout")
            if outcome.get("points") and not limit:
                self._wave.again(part)
            else:
                why = f"{outcome.get('seconds', 0):.0f} s, as long as one container may work"
                self._fail(events, name, ends.explain_container(TimeoutError(why)))
        elif outcome.get("stopped"):  # it looked earlier than we did
            self._leave(outcome["stopped"])
        elif outcome.get("failure"):
            self._fail(events, name, outcome["failure"])
        elif outcome.get("code"):
            failure = {"what": "It left", "why": f"exit code {outcome['code']}, unasked"}
            self._fail(events, name, failure)
        elif not outcome.get("busy"):
            self._over.add(name)

    def _fail(self, events: Events, name: str, failure: dict[str, Any]) -> None:
        self._failures[name] = failure
        label = next(p.label for p in self._parts if p.name == name)
        events.warn(f"{name} ({label}) failed: {failure['what']}: {failure['why']}")

    # The end ------------------------------------------------------------------------------------

    def _merge(self) -> list[dict[str, Any]]:
        self._surely(self._reload)
        seconds = time.monotonic() - self._begun
        with self._volume:
            return merge.merge(self._run, self._parts, self._cloud.datasets, seconds, self._judged)

    def _verdict(self, verdicts: Sequence[dict[str, Any]]) -> dict[str, Any] | None:
        if not self._failures:
            theirs = [p for p in self._parts if p.source is not None]
            only_theirs = len(theirs) == len(self._parts)
            problem = verdict.all_failed(verdicts) if only_theirs else None
            if problem is None:
                return None
            return {"what": problem.what, "why": problem.why, "hint": problem.hint}
        # Data that cannot be had fails many parts for one reason: it is told once.
        reasons: dict[str, list[str]] = {}
        for p in self._parts:
            if (f := self._failures.get(p.name)) is not None:
                reasons.setdefault(f"{f['what']}: {f['why']}", []).append(f"{p.name} ({p.label})")
        told = "; ".join(f"{', '.join(parts)}: {reason}" for reason, parts in reasons.items())
        count, total = len(self._failures), len(self._parts)
        first = next(iter(self._failures.values()))
        if total == 1:
            return first
        what = "Every part failed" if count == total else f"{count} of {total} parts failed"
        hint = first.get("hint")
        return {"what": what, "why": told, **({"hint": hint} if hint else {})}


def _read(path: Path) -> dict[str, Any] | None:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return found if isinstance(found, dict) else None


def _names(sources: Sequence[str]) -> str:
    return ", ".join(Path(source).stem for source in sources)
