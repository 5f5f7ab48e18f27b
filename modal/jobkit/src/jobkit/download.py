"""Fetching a file over HTTP: resumed, retried, checked for size, and explained when it fails."""

from __future__ import annotations

import email.utils
import errno
import http.client
import json
import os
import re
import shutil
import ssl
import time
import urllib.error
import urllib.request
import zlib
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from jobkit.errors import Problem
from jobkit.files import amount, as_problem, write_json

TIMEOUT = 30.0
ATTEMPTS = 6  # without a single new byte
ATTEMPTS_BEFORE_NEXT = 3  # the same, while there is another address to try
RESTARTS = 3  # from the first byte, because the file changed
BACKOFF = 1.0  # seconds, doubled each time
BLOCK = 1 << 18
OVERLAP = 1 << 16  # bytes asked for twice when another server goes on with a part
# Some servers refuse clients that do not look like a browser.
USER_AGENT = "Mozilla/5.0 (compatible; ann-tui)"

WHAT = "The download failed"
DISK = (errno.ENOSPC, errno.EDQUOT, errno.EACCES, errno.EROFS)


@dataclass
class _Origin:
    """What a .part file is a part of: kept beside it, so that another run can go on with it."""

    url: str
    validator: str | None = None  # a strong ETag, else Last-Modified
    total: int | None = None
    foreign: bool = False  # the part came from another address: its end has to be compared
    whole_only: bool = False  # the server does not keep to ranges


class _Retry(Exception):
    """Worth another attempt, after `wait` seconds if the server said so."""

    def __init__(self, why: str, wait: float | None = None) -> None:
        super().__init__(why)
        self.wait = wait


class _Restart(_Retry):
    """What is here is no part of what the server has now: from the first byte again."""


class _WrongRange(_Retry):
    """The server does not keep to ranges: the whole file has to be asked for."""


def _opener(agent: str) -> urllib.request.OpenerDirector:
    """http and https only: a redirect can lead neither to file: nor to ftp:."""
    opener = urllib.request.OpenerDirector()
    for handler in (
        urllib.request.ProxyHandler(),  # from http_proxy, https_proxy, no_proxy
        urllib.request.UnknownHandler(),
        urllib.request.HTTPHandler(),
        urllib.request.HTTPSHandler(),
        urllib.request.HTTPDefaultErrorHandler(),
        urllib.request.HTTPRedirectHandler(),
        urllib.request.HTTPErrorProcessor(),
    ):
        opener.add_handler(handler)
    opener.addheaders = [("User-Agent", agent), ("Accept-Encoding", "identity")]
    return opener


def public(url: str) -> str:
    """The address without a password and without a query, fit to be shown."""
    parts = urlsplit(url)
    return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", ""))


def origin_file(part: Path) -> Path:
    """Where the origin of a .part is kept."""
    return part.with_name(part.name + ".json")


def _remembered(part: Path, url: str, others: Sequence[str]) -> _Origin:
    """The origin of what is there already; a part of something else is dropped. A part that came
    from one of the `others`, addresses of the same file, may be gone on with."""
    try:
        origin = _Origin(**json.loads(origin_file(part).read_text(encoding="utf-8")))
        if origin.url == url:
            return origin
        if origin.url in others and part.exists():
            return _Origin(url, total=origin.total, foreign=True)
    except (OSError, ValueError, TypeError):
        pass
    remove(part)
    return _Origin(url)


def _validator(headers: Any) -> str | None:
    etag = headers.get("ETag")
    if etag and not etag.startswith("W/"):
        return str(etag)
    modified = headers.get("Last-Modified")
    return str(modified) if modified else None


def _retry_after(headers: Any) -> float | None:
    value = headers.get("Retry-After") if headers else None
    if not value:
        return None
    try:
        wait = float(value)
    except ValueError:
        at = email.utils.parsedate_tz(value)
        wait = email.utils.mktime_tz(at) - time.time() if at else 0.0
    return min(max(wait, 0.0), 60.0)


def _refused(error: urllib.error.HTTPError, url: str) -> Problem:
    why = f"{public(url)}: {error.code} {' '.join(str(error.reason).split())}"
    hint = {
        403: "the server refuses; fetch the file with a browser and give it by --from FILE",
        404: "the file is no longer there; fetch it elsewhere and give it by --from FILE or --url",
        407: "the proxy asks for a password; see http_proxy and https_proxy",
    }.get(error.code, "open the address in a browser; or fetch it elsewhere, then --from FILE")
    return Problem(WHAT, why, hint)


def _explained(error: Exception, url: str) -> Exception:
    """An error as a Problem (final) or a _Retry."""
    if isinstance(error, urllib.error.HTTPError):
        if error.code in (408, 425, 429) or error.code >= 500:
            return _Retry(f"{error.code} {error.reason}", _retry_after(error.headers))
        return _refused(error, url)
    reason = error.reason if isinstance(error, urllib.error.URLError) else error
    if isinstance(reason, ssl.SSLCertVerificationError):
        return Problem(
            WHAT, f"{public(url)}: the certificate is not trusted ({reason.verify_message})",
            "check the clock; behind a company proxy set SSL_CERT_FILE to its certificate",
        )  # fmt: skip
    return _Retry(" ".join(str(reason).split())[:200] or type(reason).__name__)


def _total(response: Any, offset: int) -> int | None:
    """Bytes of the whole file, where the server tells."""
    if response.status == 206:
        match = re.fullmatch(r"bytes (\d+)-\d+/(\d+|\*)", response.headers.get("Content-Range", ""))
        if not match or int(match[1]) != offset:
            raise _WrongRange("the server sent another part than the one asked for")
        return None if match[2] == "*" else int(match[2])
    length = response.headers.get("Content-Length", "")
    return int(length) if length.isdigit() else None


def _refuse_page(response: Any, url: str) -> None:
    """A log-in page in place of a file: told before anything that is here is touched."""
    kind = response.headers.get_content_type()
    if response.headers.get("Content-Type") and kind in ("text/html", "application/xhtml+xml"):
        raise Problem(
            WHAT, f"{public(url)}: the server sent a web page ({kind}), not the file",
            "open the address in a browser: a network may want you to log in first",
        )  # fmt: skip


def _open(opener: urllib.request.OpenerDirector, origin: _Origin, offset: int) -> Any:
    request = urllib.request.Request(origin.url)
    if offset:
        request.add_header("Range", f"bytes={offset}-")
        if origin.validator:
            request.add_header("If-Range", origin.validator)
    return opener.open(request, timeout=TIMEOUT)


def _beyond_end(error: urllib.error.HTTPError, offset: int) -> bool:
    """416: True when the server says that the part is all there is."""
    return error.headers.get("Content-Range", "").strip() == f"bytes */{offset}"


def _same_end(response: Any, part: Path, begin: int, end: int) -> bool:
    """Reads what was asked for twice, and whether it is what is here."""
    with open(part, "rb") as f:
        f.seek(begin)
        here = f.read(end - begin)
    there = b""
    while len(there) < len(here) and (block := response.read1(len(here) - len(there))):
        there += block
    return there == here


def _changed(origin: _Origin, response: Any, total: int | None) -> bool:
    """Whether a part that the server sends is of another file than the part that is here."""
    validator = _validator(response.headers)
    other = origin.validator is not None and validator not in (None, origin.validator)
    return other or (origin.total is not None and total is not None and origin.total != total)


def _attempt(
    opener: urllib.request.OpenerDirector, origin: _Origin, part: Path,
    tick: Callable[[int, int], None],
) -> None:  # fmt: skip
    """One request; returns when the part is whole, else raises."""
    offset = 0 if origin.whole_only or not part.exists() else part.stat().st_size
    if origin.total is not None and offset == origin.total and not origin.foreign:
        return
    begin = max(0, offset - OVERLAP) if origin.foreign else offset
    try:
        response = _open(opener, origin, begin)
    except urllib.error.HTTPError as e:
        if e.code == 416 and begin:
            if _beyond_end(e, offset):
                return
            raise _Restart("the file has become shorter") from e
        raise
    with response:
        encoding = response.headers.get("Content-Encoding", "identity").strip().lower()
        _refuse_page(response, origin.url)
        if encoding not in ("identity", ""):
            _decoded(response, encoding, origin, part, tick)
            return
        total = _total(response, begin)
        if response.status != 206:
            offset = 0
        elif _changed(origin, response, total) or (
            origin.foreign and not _same_end(response, part, begin, offset)
        ):
            raise _Restart("the file has changed")
        if total is not None:
            # What is written over is as good as free.
            require_space(part, total - (offset or (part.stat().st_size if part.exists() else 0)))
        if not offset:  # before the new origin is noted: an old part must never pass for a new one
            part.unlink(missing_ok=True)
        origin.validator, origin.total, origin.foreign = _validator(response.headers), total, False
        write_json(origin_file(part), asdict(origin))
        with open(part, "ab", buffering=0) as f:
            # read1: what has come is written at once, so that a stall or a kill loses nothing.
            while block := response.read1(BLOCK):
                _write_all(f, block)
                offset += len(block)
                tick(offset, total or 0)
    if total is not None and offset != total:
        raise _Retry(f"the connection ended after {offset} of {total} bytes")
    origin.total = offset


def _write_all(f: Any, block: bytes) -> None:
    rest = memoryview(block)
    while rest:
        rest = rest[f.write(rest) :]


def _decoded(
    response: Any, encoding: str, origin: _Origin, part: Path, tick: Callable[[int, int], None]
) -> None:
    """From a server that compresses though it was asked not to. Such a part cannot be gone on with:
    ranges count compressed bytes."""
    if encoding not in ("gzip", "x-gzip"):
        why = f"{public(origin.url)}: the server sent it encoded as {encoding}"
        raise Problem(WHAT, why, "fetch the file with a browser and give it by --from FILE")
    if response.status == 206:
        raise _WrongRange("the server sent a part of something compressed; asking for the whole")
    remove(part)
    origin.validator, origin.total, origin.foreign = None, None, False
    unzip, compressed, size = zlib.decompressobj(31), 0, 0
    length = response.headers.get("Content-Length", "")
    try:
        with open(part, "wb") as f:
            while block := response.read1(BLOCK):
                compressed += len(block)
                # A small block may stand for a very large one: never more than a few at a time.
                while block and not unzip.eof:
                    plain = unzip.decompress(block, BLOCK * 4)
                    size += f.write(plain)
                    block = unzip.unconsumed_tail
                tick(compressed, int(length) if length.isdigit() else 0)
        if not unzip.eof:
            raise _Retry(f"the connection ended after {compressed} compressed bytes")
    except BaseException as e:
        remove(part)
        if isinstance(e, zlib.error):
            raise _Retry(f"what the server compressed is damaged ({e})") from e
        raise
    origin.total = size
    write_json(origin_file(part), asdict(origin))


def require_space(part: Path, needed: int, what: str = WHAT) -> None:
    """Problem where the disk has not so many bytes left."""
    free = shutil.disk_usage(part.parent).free
    if free < needed:
        raise Problem(
            what,
            f"the disk is too full: {amount(needed)} needed in {part.parent}, {amount(free)} free",
            "free some space or choose another folder; what was fetched is kept",
        )  # fmt: skip


def download(
    url: str, part: Path, tick: Callable[[int, int], None], log: Callable[[str], None],
    others: Sequence[str] = (), attempts: int | None = None, agent: str = USER_AGENT,
) -> None:  # fmt: skip
    """Brings all of `url` into `part`, going on from what `part` holds already, of this address or
    of one of the `others`.

    `tick(bytes so far, total or 0)`. Retries what may pass; Problem for what will not."""
    opener = _opener(agent)
    origin = _remembered(part, url, others)
    failures, restarts, wait = 0, 0, BACKOFF
    farthest = _size(part)
    while True:
        try:
            _attempt(opener, origin, part, tick)
            return
        except Problem:
            raise
        except (_Retry, urllib.error.URLError, http.client.HTTPException, ssl.SSLError,
                ConnectionError, TimeoutError) as e:  # fmt: skip
            found = e if isinstance(e, _Retry) else _explained(e, url)
            if not isinstance(found, _Retry):
                raise found from e
        except OSError as e:  # the disk's, not the network's
            raise as_problem(e, WHAT) from e
        if isinstance(found, _Restart):
            restarts += 1
            remove(part)
            origin = _Origin(url)
        elif isinstance(found, _WrongRange):
            origin.whole_only = True
        if _size(part) > farthest:
            farthest, failures, wait = _size(part), 0, BACKOFF
        failures += 1
        if failures >= (attempts or ATTEMPTS) or restarts > RESTARTS:
            raise Problem(
                WHAT, f"{public(url)}: {found}",
                "check the connection (proxies: http_proxy, https_proxy), then try again; "
                "what was fetched is kept",
            )  # fmt: skip
        pause = found.wait if found.wait is not None else wait
        again = "; starting again" if isinstance(found, _Restart) else ""
        log(f"{found}{again}; next try in {pause:.0f} s")
        time.sleep(pause)
        wait *= 2


def download_any(
    urls: Sequence[str], part: Path, tick: Callable[[int, int], None], log: Callable[[str], None],
    agent: str = USER_AGENT,
) -> str:  # fmt: skip
    """The first of `urls`, all addresses of one file, that brings all of it; returns which."""
    problems: list[Problem] = []
    for url in urls:
        last = url == urls[-1]
        log(f"fetching {public(url)}")
        try:
            download(url, part, tick, log, urls, None if last else ATTEMPTS_BEFORE_NEXT, agent)
            return url
        except Problem as e:
            if isinstance(e.__cause__, OSError) and e.__cause__.errno in DISK:
                raise  # the next server cannot help either
            problems.append(e)
            if not last:
                log(f"{e.why}; trying the next address")
    if len(problems) == 1:
        raise problems[0]
    raise Problem(WHAT, "; ".join(p.why for p in problems), problems[-1].hint)


def _size(part: Path) -> int:
    return part.stat().st_size if part.exists() else 0


def remove(part: Path) -> None:
    """Forgets a part that can never become whole."""
    for path in (part, origin_file(part)):
        if path.exists():
            os.unlink(path)
