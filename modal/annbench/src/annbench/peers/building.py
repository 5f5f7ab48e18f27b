"""Peers of a job: installed at its beginning, built one by one; what went wrong is a verdict."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from jobkit.events.phase import Phase

from annbench.data.formats.hdf5 import Data
from annbench.events import Events
from annbench.job import ImplementationSpec, Job
from annbench.peers import environment
from annbench.peers.index import Built, PeerIndex
from annbench.user import judge
from annbench.user.board import SharedFile
from annbench.user.verdict import Judged, Verdict


class Peers:
    """Those of one attempt at a job."""

    def __init__(self, job: Job, events: Events) -> None:
        self._job, self._events = job, events
        #: By package, as several peers may be of one: its Python, or why there is none.
        self._pythons: dict[str, Path | Judged] = {}

    def install(self, impls: list[ImplementationSpec]) -> None:
        """The environment of each that is still to be measured."""
        for impl in impls:
            peer = impl.peer
            assert peer is not None
            if peer.package in self._pythons:
                continue
            if environment.is_there(peer):
                self._pythons[peer.package] = environment.ensure(peer, self._events.log)
                continue
            with Phase(self._events, "install", peer.package):
                try:
                    self._pythons[peer.package] = environment.ensure(peer, self._events.log)
                except Judged as e:
                    self._pythons[peer.package] = e

    def build(
        self, impl: ImplementationSpec, data: Data, train: SharedFile, points: int,
        tick: Callable[[float], None],
    ) -> tuple[PeerIndex, Built]:  # fmt: skip
        """Its index, in a process of its own. Raises Judged, or KilledFromOutside."""
        peer, job = impl.peer, self._job
        assert peer is not None
        python = self._pythons[peer.package]
        if isinstance(python, Judged):
            raise python
        index = PeerIndex(
            peer, peer.adapter, python, data, train, job.k, job.threads, job.build_threads,
            judge.default_limits(job, data, points),
            lambda line: self._events.log(f"{impl.name} | {judge.printable(line)}"),
        )  # fmt: skip
        try:
            return index, index.build(impl.build, job.seed, tick)
        except BaseException:
            index.close()
            raise

    def ok(self, impl: ImplementationSpec, kept: str) -> Verdict:
        """Nothing went wrong."""
        peer = impl.peer
        assert peer is not None
        how = f"{peer.library} {peer.version} in a process of its own; its answers were checked"
        return Verdict("ok", f"nothing speaks against {impl.name}", how, kept)


def build_fields(index: PeerIndex, built: Built, build_threads: int) -> dict[str, Any]:
    """What a point says of its build."""
    return {
        "version": index.version,
        "build_seconds": round(built.seconds, 3),
        "build_cpu_seconds": round(built.cpu_seconds, 3),
        "build_threads": build_threads,
        "index_bytes": built.index_bytes,
        "reported_bytes": built.reported_bytes or None,
        "rss_bytes": built.index_bytes,
        "build_peak_bytes": built.peak_bytes,
    }
