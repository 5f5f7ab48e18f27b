"""Fetching a file over HTTP: resumed, retried, checked for size, and explained when it fails."""

from __future__ import annotations

import email.utils
import http.client
import json
import os
import re
import shutil
import ssl
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from annbench.errors import Problem
from annbench.files import as_problem, write_json

TIMEOUT = 30.0
ATTEMPTS = 6  # without a single new byte
BACKOFF = 1.0  # seconds, doubled each time
BLOCK = 1 << 18
# ann-benchmarks.com refuses clients that do not look like a browser.
USER_AGENT = "Mozilla/5.0 (compatible; annbench)"

WHAT = "The download failed"


@dataclass
class _Origin:
    """What a .part file is a part of: kept beside it, so that another run can go on with it."""

    url: str
    validator: str | None = None  # a strong ETag, else Last-Modified
    total: int | None = None


class _Retry(Exception):
    """Worth another attempt, after `wait` seconds if the server said so."""

    def __init__(self, why: str, wait: float | None = None) -> None:
        super().__init__(why)
        self.wait = wait


def _opener() -> urllib.request.OpenerDirector:
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
    opener.addheaders = [("User-Agent", USER_AGENT), ("Accept-Encoding", "identity")]
    return opener


def public(url: str) -> str:
    """The address without a password and without a query, fit to be shown."""
    parts = urlsplit(url)
    return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", ""))


def origin_file(part: Path) -> Path:
    """Where the origin of a .part is kept."""
    return part.with_name(part.name + ".json")


def _remembered(part: Path, url: str) -> _Origin:
    """The origin of what is there already; a part of something else is dropped."""
    try:
        origin = _Origin(**json.loads(origin_file(part).read_text(encoding="utf-8")))
        if origin.url == url:
            return origin
    except (OSError, ValueError, TypeError):
        pass
    part.unlink(missing_ok=True)
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
    why = f"{public(url)}: {error.code} {error.reason}"
    hint = {
        403: "the server refuses; fetch the file with a browser and give it by --from FILE",
        404: "the file is no longer there; fetch it elsewhere and give it by --from FILE or --url",
        407: "the proxy asks for a password; see http_proxy and https_proxy",
    }.get(error.code)
    return Problem(WHAT, why, hint)


def _explained(error: Exception, url: str) -> Exception:
    """An error as a Problem (final) or a _Retry."""
    if isinstance(error, urllib.error.HTTPError):
        if error.code == 429 or error.code >= 500:
            return _Retry(f"{error.code} {error.reason}", _retry_after(error.headers))
        return _refused(error, url)
    reason = error.reason if isinstance(error, urllib.error.URLError) else error
    if isinstance(reason, ssl.SSLCertVerificationError):
        return Problem(
            WHAT, f"{public(url)}: the certificate is not trusted ({reason.verify_message})",
            "check the clock; behind a company proxy set SSL_CERT_FILE to its certificate",
        )  # fmt: skip
    return _Retry(str(reason) or type(reason).__name__)


def _total(response: Any, offset: int) -> int | None:
    if response.status == 206:
        match = re.fullmatch(r"bytes (\d+)-\d+/(\d+|\*)", response.headers.get("Content-Range", ""))
        if not match or int(match[1]) != offset:
            raise _Retry("the server sent another part than the one asked for")
        return None if match[2] == "*" else int(match[2])
    length = response.headers.get("Content-Length", "")
    return int(length) if length.isdigit() else None


def _open(opener: urllib.request.OpenerDirector, origin: _Origin, offset: int) -> Any:
    request = urllib.request.Request(origin.url)
    if offset:
        request.add_header("Range", f"bytes={offset}-")
        if origin.validator:
            request.add_header("If-Range", origin.validator)
    return opener.open(request, timeout=TIMEOUT)


def _attempt(
    opener: urllib.request.OpenerDirector, origin: _Origin, part: Path,
    tick: Callable[[int, int], None],
) -> None:  # fmt: skip
    """One request; returns when the part is whole, else raises."""
    offset = part.stat().st_size if part.exists() else 0
    if origin.total is not None and offset == origin.total:
        return
    try:
        response = _open(opener, origin, offset)
    except urllib.error.HTTPError as e:
        if e.code == 416 and offset:  # the file has become shorter than our part of it
            part.unlink()
            raise _Retry("the file has changed; starting again") from e
        raise
    with response:
        total = _total(response, offset)
        changed = response.status == 206 and origin.total not in (None, total)
        if changed:
            part.unlink()
            origin.validator = origin.total = None
            raise _Retry("the file has changed; starting again")
        if response.status != 206:
            offset = 0
        origin.validator, origin.total = _validator(response.headers), total
        write_json(origin_file(part), asdict(origin))
        if total is not None:
            _require_space(part, total - offset)
        with open(part, "ab" if offset else "wb") as f:
            while block := response.read(BLOCK):
                f.write(block)
                offset += len(block)
                tick(offset, total or 0)
    if total is not None and offset != total:
        raise _Retry(f"the connection ended after {offset} of {total} bytes")
    origin.total = offset


def _require_space(part: Path, needed: int) -> None:
    free = shutil.disk_usage(part.parent).free
    if free < needed:
        raise Problem(
            WHAT, f"{needed / 1e9:.2f} GB needed in {part.parent}, {free / 1e9:.2f} GB free",
            "free some space or choose another folder; what was fetched is kept",
        )  # fmt: skip


def download(
    url: str, part: Path, tick: Callable[[int, int], None], log: Callable[[str], None]
) -> None:
    """Brings all of `url` into `part`, going on from what `part` holds already.

    `tick(bytes so far, total or 0)`. Retries what may pass; Problem for what will not."""
    opener = _opener()
    origin = _remembered(part, url)
    failures, wait = 0, BACKOFF
    while True:
        before = part.stat().st_size if part.exists() else 0
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
        if (part.stat().st_size if part.exists() else 0) > before:
            failures, wait = 0, BACKOFF
        failures += 1
        if failures >= ATTEMPTS:
            raise Problem(
                WHAT, f"{public(url)}: {found}",
                "check the connection (proxies: http_proxy, https_proxy), then try again; "
                "what was fetched is kept",
            )  # fmt: skip
        pause = found.wait if found.wait is not None else wait
        log(f"{found}; next try in {pause:.0f} s")
        time.sleep(pause)
        wait *= 2


def remove(part: Path) -> None:
    """Forgets a part that can never become whole."""
    for path in (part, origin_file(part)):
        if path.exists():
            os.unlink(path)
