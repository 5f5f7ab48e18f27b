"""
The person's own profile file: read without Modal's client (which does not start over a broken one), and changed without losing anything of it.
It is written whole, 0600, and never over something that cannot be read.
"""

from __future__ import annotations

import copy
import json
import os
import re
import secrets
import stat
import time
from typing import Any

import toml

Profiles = dict[str, dict[str, Any]]

_HEADER = re.compile(r"^\s*\[\s*(?:\"([^\"]*)\"|'([^']*)'|([A-Za-z0-9_-]+))\s*\]\s*(?:#.*)?$")
_ANY_HEADER = re.compile(r"^\s*\[")


class ProfileFileBroken(Exception):
    """It cannot be read, so it is not written over either."""


class ProfileFileError(Exception):
    """The file system said no."""


def _read_text(file: str) -> str | None:
    if os.path.exists(file) and not os.path.isfile(file):
        return None
    try:
        with open(file, encoding="utf-8", newline="") as source:
            return source.read()
    except FileNotFoundError:
        return None
    except UnicodeDecodeError as error:
        raise ProfileFileBroken(f"it is not text: {error.reason} at byte {error.start}") from error
    except OSError as error:
        raise ProfileFileError(f"{file}: {error.strerror}") from error


def _line_of(error: BaseException, text: str) -> int | None:
    """Where a parser stopped. The older library does not always say; the newer one is not in every Python."""
    line = getattr(error, "lineno", None)
    try:
        import tomllib

        tomllib.loads(text)
    except ImportError:
        pass
    except ValueError as newer:
        found = re.search(r"\bline (\d+)", str(newer))
        line = int(found.group(1)) if found else line
    return line if isinstance(line, int) else None


def _parse(text: str) -> tuple[Profiles, dict[str, Any] | None]:
    """The profiles, or what is wrong: its line and words."""
    try:
        found = toml.loads(text)
    except Exception as error:  # noqa: BLE001 - the library raises all sorts of things over broken text
        words = getattr(error, "msg", None) or str(error) or type(error).__name__
        return {}, {"line": _line_of(error, text), "text": str(words)}
    for name, values in found.items():
        if not isinstance(values, dict):
            at = re.search(rf"^\s*{re.escape(name)}\s*=", text, re.MULTILINE)
            line = None if at is None else text.count("\n", 0, at.end()) + 1
            return {}, {"line": line, "text": f"{name} stands outside of any [profile]"}
    return found, None


def _mode(file: str) -> int | None:
    """None without a file; a device such as /dev/null is none."""
    try:
        about = os.stat(file)
    except OSError:
        return None
    return stat.S_IMODE(about.st_mode) if stat.S_ISREG(about.st_mode) else None


def look(file: str) -> dict[str, Any]:
    """What stands in the file, without its secrets."""
    mode = _mode(file)
    about: dict[str, Any] = {"file": file, "exists": mode is not None, "mode": mode, "problem": None, "profiles": []}
    try:
        text = _read_text(file)
    except (ProfileFileBroken, ProfileFileError) as error:
        return {**about, "problem": {"line": None, "text": str(error)}}
    profiles, problem = _parse(text or "")
    listed = [
        {
            "name": name,
            "active": values.get("active") is True,
            "environment": values.get("environment") or None,
            "token": bool(values.get("token_id") and values.get("token_secret")),
        }
        for name, values in profiles.items()
    ]
    return {**about, "problem": problem, "profiles": listed}


def tokens(file: str) -> dict[str, tuple[str, str]]:
    """Token id and secret of every profile that has both; none of a file that cannot be read."""
    try:
        profiles, _problem = _parse(_read_text(file) or "")
    except (ProfileFileBroken, ProfileFileError):
        return {}
    pairs = {name: (str(values.get("token_id") or ""), str(values.get("token_secret") or "")) for name, values in profiles.items()}
    return {name: pair for name, pair in pairs.items() if all(pair)}


def server_of(file: str, profile: str | None) -> str | None:
    """The control plane that a profile names for itself."""
    try:
        profiles, _problem = _parse(_read_text(file) or "")
    except (ProfileFileBroken, ProfileFileError):
        return None
    server = profiles.get(profile or "", {}).get("server_url")
    return server if isinstance(server, str) else None


def refuse_broken(file: str) -> None:
    """Raises for a file that cannot be read, with its line."""
    problem = look(file)["problem"]
    if problem is not None:
        place = "" if problem["line"] is None else f" at line {problem['line']}"
        raise ProfileFileBroken(f"{file}{place}: {problem['text']}")


def store(file: str, profile: str, values: dict[str, Any], replace: bool = False) -> dict[str, Any]:
    """Puts `values` into a profile and makes it the active one; with `replace` an unreadable file is kept as a copy and begun anew."""
    kept = None
    if replace and look(file)["problem"] is not None:
        kept = _keep_copy(file)
        text = ""
    else:
        refuse_broken(file)
        text = _read_text(file) or ""
    wanted, _problem = _parse(text)
    wanted = copy.deepcopy(wanted)
    wanted[profile] = {**wanted.get(profile, {}), **values}
    return {**_write(file, text, _activated(wanted, profile)), "copy": kept}


def activate(file: str, profile: str) -> dict[str, Any]:
    """Makes a profile the active one. Raises LookupError when there is none of that name."""
    refuse_broken(file)
    text = _read_text(file) or ""
    profiles, _problem = _parse(text)
    if profile not in profiles:
        raise LookupError(profile)
    return {**_write(file, text, _activated(copy.deepcopy(profiles), profile)), "copy": None}


def _activated(profiles: Profiles, active: str) -> Profiles:
    for name, values in profiles.items():
        if name == active:
            values["active"] = True
        else:
            values.pop("active", None)
    return profiles


def _write(file: str, text: str, wanted: Profiles) -> dict[str, Any]:
    before, _problem = _parse(text)
    edited = _edited(text, before, wanted)
    # Words that our editing does not understand cost their comments, never a value.
    whole = _parse(edited) == (wanted, None)
    mode = _mode(file)
    _replace(file, edited if whole else toml.dumps(wanted))
    return {"file": file, "mended": mode is not None and bool(mode & 0o077), "reformatted": not whole}


def _edited(text: str, before: Profiles, wanted: Profiles) -> str:
    """The text with only those lines changed that have to be."""
    lines = text.split("\n")
    for name, values in wanted.items():
        old = before.get(name)
        if old is None:
            while lines and lines[-1].strip() == "":
                lines.pop()
            bare = re.fullmatch(r"[A-Za-z0-9_-]+", name) is not None
            lines += [*([""] if lines else []), f"[{name if bare else json.dumps(name)}]"]
            lines += [f"{key} = {_value(value)}" for key, value in values.items()] + [""]
            continue
        for key in old.keys() - values.keys():
            lines = _without(lines, name, key)
        for key, value in values.items():
            if key not in old or old[key] != value:
                lines = _with(lines, name, key, value)
    return "\n".join(lines)


def _value(value: Any) -> str:
    return "true" if value is True else json.dumps(value)


def _section(lines: list[str], name: str) -> tuple[int, int]:
    """First line below a profile's heading, and the line where the next begins; an empty stretch when it has none of its own."""
    for index, line in enumerate(lines):
        found = _HEADER.match(line)
        if found is None or name not in found.groups():
            continue
        after = next((at for at in range(index + 1, len(lines)) if _ANY_HEADER.match(lines[at])), len(lines))
        return index + 1, after
    return 0, 0


def _key_at(lines: list[str], name: str, key: str) -> int | None:
    first, after = _section(lines, name)
    return next((at for at in range(first, after) if re.match(rf"\s*[\"']?{re.escape(key)}[\"']?\s*=", lines[at])), None)


def _with(lines: list[str], name: str, key: str, value: Any) -> list[str]:
    at = _key_at(lines, name, key)
    new = f"{key} = {_value(value)}"
    if at is not None:
        return [*lines[:at], new, *lines[at + 1 :]]
    first, after = _section(lines, name)
    while after > first and lines[after - 1].strip() == "":
        after -= 1
    return [*lines[:after], new, *lines[after:]]


def _without(lines: list[str], name: str, key: str) -> list[str]:
    at = _key_at(lines, name, key)
    return lines if at is None else [*lines[:at], *lines[at + 1 :]]


def _beside(file: str, ending: str) -> str:
    return f"{file}.{ending}"


def _keep_copy(file: str) -> str:
    target = _beside(file, f"broken-{time.strftime('%Y%m%d-%H%M%S')}")
    try:
        with open(file, "rb") as source:
            content = source.read()
        handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as sink:
            sink.write(content)
    except OSError as error:
        raise ProfileFileError(f"{error.filename or file}: {error.strerror}") from error
    return target


def _replace(file: str, text: str) -> None:
    """Whole or not at all, for its owner alone. A link stays a link: people keep such files elsewhere."""
    target = os.path.realpath(file)
    if os.path.exists(target) and not os.path.isfile(target):
        raise ProfileFileError(f"{target} is no file")
    temporary = _beside(target, f"{os.getpid()}-{secrets.token_hex(4)}.tmp")
    try:
        os.makedirs(os.path.dirname(target), mode=0o700, exist_ok=True)
        handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(handle, "w", encoding="utf-8", newline="") as sink:
                sink.write(text if text.endswith("\n") else f"{text}\n")
                sink.flush()
                os.fsync(sink.fileno())
            os.replace(temporary, target)
        except BaseException:
            os.unlink(temporary)
            raise
    except OSError as error:
        raise ProfileFileError(f"{target}: {error.strerror}") from error
