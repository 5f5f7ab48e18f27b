"""Words left for running containers, in a modal.Dict that is made when it is missing; and the end of such a one."""

from __future__ import annotations

from typing import Any

import modal

from .errors import BadRequest
from .values import text


async def dictDelete(given: dict[str, Any], _item: Any) -> None:  # noqa: N802 - the name on the wire
    """For good; one that is not there is fine."""
    await modal.Dict.objects.delete.aio(text(given, "dict"), allow_missing=True)


async def control(given: dict[str, Any], _item: Any) -> Any:
    """`act` is put, get or delete; get gives null where there is nothing."""
    words = modal.Dict.from_name(text(given, "dict"), create_if_missing=True)
    key = text(given, "key")
    act = text(given, "act")
    if act == "put":
        await words.put.aio(key, given.get("value"))
        return None
    if act == "get":
        return await words.get.aio(key, None)
    if act == "delete":
        await words.pop.aio(key, None)
        return None
    raise BadRequest(f"unknown act {act!r}")
