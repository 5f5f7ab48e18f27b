"""
Signing in. Modal's own flow as data (address, code, end), so that nothing printed has to be read, and tokens that a person already has. Either
way the token is tried first, goes into the profile file from here, and is never answered: only this process and that file have it.

Modal's command writes the file anew with the default mode and drops what a person wrote beside the values; profile_file.py does not. What is
internal here (`_TokenFlow`, `_Client.anonymous`) is what `modal token new` itself consists of, alike from 1.5.4 to 1.6.
"""

from __future__ import annotations

import asyncio
import os
import re
from collections.abc import AsyncIterator
from contextlib import aclosing
from typing import Any

from . import profile_file
from .errors import BadRequest, is_contact, masked, status_of
from .values import text

# Seconds between attempts while Modal cannot be reached.
_PAUSE = 2.0
# Seconds for one profile when all of them are asked for.
_LOOK_SECONDS = 6.0
_TOKEN = re.compile(r"^[\x21-\x7e]{4,200}$")


class SignInDenied(Exception):
    """Somebody said no on the page."""


class SignInExpired(Exception):
    """The page is no longer good."""


class NoSuchProfile(Exception):
    """A name that the file does not have."""


async def profileFile(given: dict[str, Any], _item: Any) -> dict[str, Any]:  # noqa: N802 - the name on the wire
    """Reads the file only: works without a network and over a broken file."""
    return profile_file.look(text(given, "file"))


async def profileWorkspaces(given: dict[str, Any], _item: Any) -> list[dict[str, Any]]:  # noqa: N802
    """Whose tokens the file has: every profile is asked for at once."""
    file = text(given, "file")
    tokens = profile_file.tokens(file)

    async def one(name: str, token: tuple[str, str]) -> dict[str, Any]:
        try:
            workspace = await asyncio.wait_for(_who.aio(_server(given, name), token), _LOOK_SECONDS)
            return {"profile": name, "workspace": workspace, "problem": None}
        except Exception as error:  # noqa: BLE001 - one bad token is no reason to hide the others
            return {"profile": name, "workspace": None, "problem": masked(str(error).strip()) or type(error).__name__}

    return list(await asyncio.gather(*(one(name, token) for name, token in tokens.items())))


async def profileActivate(given: dict[str, Any], _item: Any) -> dict[str, Any]:  # noqa: N802
    name = text(given, "profile")
    try:
        return profile_file.activate(text(given, "file"), name)
    except LookupError as error:
        known = ", ".join(entry["name"] for entry in profile_file.look(text(given, "file"))["profiles"])
        raise NoSuchProfile(f"the file has {known or 'none'}") from error


async def reach(given: dict[str, Any], _item: Any) -> None:
    """Whether Modal answers at all, whoever asks."""
    try:
        await _hello.aio(_server(given, None))
    except Exception as error:
        if is_contact(error):
            raise


async def signIn(given: dict[str, Any], item: Any) -> dict[str, Any]:  # noqa: N802
    """Items: the address and its code, then word of the connection; ends when the person has answered there."""
    file, profile, replace = _target(given)
    server = _server(given, profile)
    async with aclosing(_flow.aio(server)) as steps:
        async for step in steps:
            if "token" not in step:
                await item(step)
                continue
            return await _keep(file, profile, replace, server, step["token"], item)
    raise SignInExpired("the page ended without a word")


async def takeToken(given: dict[str, Any], item: Any) -> dict[str, Any]:  # noqa: N802
    """A token that a person already has."""
    file, profile, replace = _target(given)
    token = (text(given, "id"), text(given, "secret"))
    if not all(_TOKEN.match(part) for part in token):
        raise BadRequest("a token has two parts of plain letters: ak-… and as-…")
    return await _keep(file, profile, replace, _server(given, profile), token, item)


def _target(given: dict[str, Any]) -> tuple[str, str | None, bool]:
    """Before anybody is sent to a page: a file that could not be written would waste the trip."""
    file, replace = text(given, "file"), given.get("replace") is True
    if not replace:
        profile_file.refuse_broken(file)
    return file, text(given, "profile", "") or None, replace


def _server(given: dict[str, Any], profile: str | None) -> str:
    from modal.config import config

    own = None if os.environ.get("MODAL_SERVER_URL") else profile_file.server_of(text(given, "file", ""), profile)
    return own or config["server_url"]


async def _keep(file: str, profile: str | None, replace: bool, server: str, token: tuple[str, str], item: Any) -> dict[str, Any]:
    from modal.config import DEFAULT_SERVER_URL

    await item({"step": "checking"})
    workspace = await _who.aio(server, token)
    name = profile or workspace
    if not name:
        raise BadRequest("Modal did not name the workspace: choose a name with --profile")
    values = {"token_id": token[0], "token_secret": token[1]}
    if server != DEFAULT_SERVER_URL:
        values["server_url"] = server
    return {"profile": name, "workspace": workspace, **profile_file.store(file, name, values, replace)}


def _stub(client: Any) -> Any:
    return getattr(client, "_stub", None) or client.stub


async def _hello_at(server: str) -> None:
    from modal.client import _Client

    async with _Client.anonymous(server) as client:
        await client.hello()


async def _who_is(server: str, token: tuple[str, str]) -> str:
    """The workspace of a token that works. Internal WorkspaceNameLookup: what `modal token set` names its profile by."""
    from google.protobuf.empty_pb2 import Empty
    from modal.client import _Client
    from modal_proto import api_pb2

    async with _Client(server, api_pb2.CLIENT_TYPE_CLIENT, token) as client:
        await client.hello()
        answer = await _stub(client).WorkspaceNameLookup(Empty())
        return answer.username or answer.workspace_name


async def _steps(server: str) -> AsyncIterator[dict[str, Any]]:
    from modal.client import _Client
    from modal.token_flow import _TokenFlow

    async with _Client.anonymous(server) as client:
        flow = _TokenFlow(client)
        async with flow.start(next_url="/home") as (_flow_id, url, code):
            yield {"url": url, "code": code or None}
            lost = False
            while True:
                try:
                    answer = await flow.finish()
                except Exception as error:
                    if not is_contact(error):
                        raise _said(error) from error
                    if not lost:
                        yield {"contact": "lost", "why": str(error).strip() or "no answer from Modal"}
                    lost = True
                    await asyncio.sleep(_PAUSE)
                    continue
                if lost:
                    lost = False
                    yield {"contact": "back"}
                if answer is not None:
                    yield {"token": (answer.token_id, answer.token_secret)}
                    return


def _said(error: Exception) -> Exception:
    """How a page ends without a token; Modal's own words are not published."""
    status = status_of(error)
    if status == "PERMISSION_DENIED":
        return SignInDenied(str(error))
    return SignInExpired(str(error)) if status in {"NOT_FOUND", "FAILED_PRECONDITION"} else error


class _OnLoop:
    """Made when it is first asked for: Modal's client takes most of a second to load, and reading a file needs none of it."""

    def __init__(self, work: Any) -> None:
        self._work = work
        self._made: Any = None

    def aio(self, *given: Any) -> Any:
        if self._made is None:
            from modal._utils.async_utils import synchronizer

            self._made = synchronizer.create_blocking(self._work)
        return self._made.aio(*given)


_hello, _who, _flow = _OnLoop(_hello_at), _OnLoop(_who_is), _OnLoop(_steps)
