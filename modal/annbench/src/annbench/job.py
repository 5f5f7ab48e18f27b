"""A job: what to measure, on which data. Read from JSON and checked before anything happens."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from jobkit import machine
from jobkit.errors import JobError
from jobkit.fields import Fields, read_object
from jobkit.files import sha256

from annbench.implementations import IMPLEMENTATIONS
from annbench.peers.registry import PEERS, Peer
from annbench.registered import Params, Registered, read_params
from annbench.user import user_code

VERSION = 1
MOST_NEIGHBOURS = 100  # as many true neighbours as the data sets hold

#: All that a job can name: what is built in, and libraries of others.
REGISTERED: dict[str, Registered] = {**IMPLEMENTATIONS, **PEERS}

_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,79}")
_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class DatasetSpec:
    """Which data, and where it may be had if it is not there yet."""

    name: str
    url: str | None = None
    source: Path | None = None
    sha256: str | None = None
    mirrors: tuple[str, ...] = ()  # other addresses of the same file
    queries: Path | None = None  # a file of the person's own, beside `source`
    distance: str | None = None  # for a source that does not say


@dataclass(frozen=True)
class ImplementationSpec:
    """One index to build and the search parameters to try on it, defaults filled in."""

    name: str
    build: Params
    search: tuple[Params, ...]
    source: Path | None = None  # user code, instead of what is built in
    source_sha: str | None = None
    at_recall: tuple[float, ...] = ()  # targets whose operating points are to be found

    @property
    def peer(self) -> Peer | None:
        """The library of others that it is."""
        return PEERS.get(self.name) if self.source is None else None

    @property
    def is_python(self) -> bool:
        return self.source is not None and self.source.suffix == ".py"

    @property
    def label(self) -> str:
        return " ".join([self.name, *(f"{k}={v}" for k, v in self.build.items())])


@dataclass(frozen=True)
class SyncJob:
    """Data sets to have ready."""

    datasets: tuple[DatasetSpec, ...]
    data_dir: Path


@dataclass(frozen=True)
class Job:
    datasets: tuple[DatasetSpec, ...]
    data_dir: Path
    implementations: tuple[ImplementationSpec, ...]
    k: int
    threads: int
    build_threads: int
    subset: int | None
    repeats: int
    seed: int
    #: What user code may take: build_seconds, search_seconds (a pass), memory_bytes,
    #: output_bytes; what is not given has a default.
    limits: dict[str, Any] = field(default_factory=dict)


def check_name(name: object, key: str) -> str:
    """A data set's name becomes a file's name, so it may hold nothing that leads elsewhere."""
    if not isinstance(name, str) or not _NAME.fullmatch(name) or ".." in name:
        raise JobError(key, "must be a name of lower-case letters, digits, '-', '_' and '.'")
    return name


def check_url(url: str | None, key: str) -> str | None:
    if url is not None and not re.match(r"https?://[^/\s]+", url):
        raise JobError(key, "must start with http:// or https://")
    return url


def check_sha256(value: str | None, key: str) -> str | None:
    if value is not None and not _SHA256.fullmatch(value.lower()):
        raise JobError(key, "must be 64 hexadecimal digits")
    return value.lower() if value else None


def _dataset(value: object, key: str) -> DatasetSpec:
    fields = Fields(value, key)
    source = fields.text("from", None)
    spec = DatasetSpec(
        name=check_name(fields.take("name"), fields.path("name")),
        url=check_url(fields.text("url", None), fields.path("url")),
        source=Path(source) if source else None,
        sha256=check_sha256(fields.text("sha256", None), fields.path("sha256")),
        mirrors=_mirrors(fields.take("mirrors", None), fields.path("mirrors")),
    )
    fields.done()
    return spec


def _mirrors(value: object, key: str) -> tuple[str, ...]:
    if value is None:
        return ()
    if not isinstance(value, list) or not all(isinstance(url, str) for url in value):
        raise JobError(key, "must be a list of addresses")
    return tuple(url for i, url in enumerate(value) if check_url(url, f"{key}[{i}]"))


def _implementation(value: object, key: str) -> ImplementationSpec:
    fields = Fields(value, key)
    source = fields.text("source", None)
    if source is not None:
        return _user_implementation(fields, source)
    name = fields.text("name")
    known = REGISTERED.get(name)
    if known is None:
        raise JobError(fields.path("name"), f"{name!r} is unknown (known: {', '.join(REGISTERED)})")
    build = read_params(known.build_params, fields.take("build", {}), fields.path("build"))
    targets = _targets(fields, len(known.search_params))
    # Settings beside targets are optional.
    given = fields.take("search", []) if targets else fields.items("search")
    if not isinstance(given, list):
        raise JobError(fields.path("search"), "must be a list")
    search = [
        read_params(known.search_params, params, f"{fields.path('search')}[{i}]")
        for i, params in enumerate(given)
    ]
    fields.done()
    return ImplementationSpec(name, build, tuple(search), at_recall=targets)


def _targets(fields: Fields, parameters: int) -> tuple[float, ...]:
    """The recalls to find operating points at, ascending, each once."""
    if "at_recall" not in fields:
        return ()
    key, given = fields.path("at_recall"), fields.items("at_recall")
    if parameters != 1:
        why = f"needs one search parameter to choose, and there are {parameters}"
        raise JobError(key, f"{why}: give search instead")
    for i, target in enumerate(given):
        number = isinstance(target, (int, float)) and not isinstance(target, bool)
        if not number or not 0 < target <= 1:
            raise JobError(f"{key}[{i}]", "must be a recall above 0 and at most 1")
    return tuple(sorted({float(target) for target in given}))


def _user_implementation(fields: Fields, source: str) -> ImplementationSpec:
    path = user_code.check_source(source, fields.path("source"))
    name = fields.text("name", None) or path.stem
    search = fields.take("search", [{}])
    if not isinstance(search, list) or not search:
        raise JobError(fields.path("search"), "must be a list with at least one entry")
    spec = ImplementationSpec(
        name=user_code.check_name(name, REGISTERED, fields.path("name")),
        build=user_code.read_params(fields.take("build", {}), fields.path("build")),
        search=tuple(
            user_code.read_params(params, f"{fields.path('search')}[{i}]")
            for i, params in enumerate(search)
        ),
        source=path,
        source_sha=sha256(path),
    )
    fields.done()
    return spec


def _limits(value: object) -> dict[str, Any]:
    if value is None:
        return {}
    fields = Fields(value, "limits")
    found = {
        name: fields.whole(name, 1, most, None) if name in fields else None
        for name, most in user_code.LIMITS.items()
    }
    fields.done()
    return {name: limit for name, limit in found.items() if limit is not None}


def _data(fields: Fields) -> tuple[tuple[DatasetSpec, ...], Path]:
    """What every kind of job says of data: which, and in which folder."""
    data_dir = fields.text("data_dir")
    if not data_dir or not Path(data_dir).is_absolute():
        raise JobError("data_dir", "must be an absolute path")
    given = fields.items("datasets")
    return tuple(_dataset(d, f"datasets[{i}]") for i, d in enumerate(given)), Path(data_dir)


def _fields(value: object, kind: str) -> Fields:
    fields = Fields(value, "")
    if fields.take("v") != VERSION:
        raise JobError("v", f"this annbench reads version {VERSION}")
    if fields.take("job") != kind:
        raise JobError("job", f"must be '{kind}'")
    return fields


def parse(value: object) -> Job:
    """Checks a whole job; raises JobError naming the first key that is wrong."""
    fields = _fields(value, "bench")
    datasets, data_dir = _data(fields)
    subset = fields.take("subset", None)
    if subset is not None:
        subset = Fields({"subset": subset}, "").whole("subset", 1, 2**31 - 2)
    job = Job(
        datasets=datasets,
        data_dir=data_dir,
        implementations=tuple(
            _implementation(x, f"implementations[{i}]")
            for i, x in enumerate(fields.items("implementations"))
        ),
        k=fields.whole("k", 1, MOST_NEIGHBOURS, 10),
        threads=fields.whole("threads", 0, 4096, 1) or machine.cores(),  # 0: all
        build_threads=fields.whole("build_threads", 1, 4096, 1),
        subset=subset,
        repeats=fields.whole("repeats", 1, 1000, 5),
        seed=fields.whole("seed", 0, 2**63 - 1, 42),
        limits=_limits(fields.take("limits", None)),
    )
    fields.done()
    if subset is not None and subset < job.k:
        raise JobError("subset", f"must be at least k={job.k}")
    return job


def parse_datasets(value: object) -> SyncJob:
    """The data sets of a job: of a benchmark, or of one that has them ready and does no more
    (`{"v": 1, "job": "sync", "datasets": […], "data_dir": …}`). JobError as `parse`."""
    if not isinstance(value, dict) or value.get("job") != "sync":
        whole = parse(value)
        return SyncJob(whole.datasets, whole.data_dir)
    fields = _fields(value, "sync")
    found = SyncJob(*_data(fields))
    fields.done()
    return found


def read(path: Path) -> Job:
    """Reads and checks a job file; an unreadable one is a JobError too."""
    return parse(read_object(path))


def read_datasets(path: Path) -> SyncJob:
    """The same of `parse_datasets`."""
    return parse_datasets(read_object(path))
