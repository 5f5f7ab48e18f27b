"""Named secrets: their names and keys. Values go to Modal and nowhere else; an error that repeats one is told without it."""

from __future__ import annotations

from typing import Any

import modal
from modal_proto import api_pb2

from .errors import BadRequest, Refused, status_of
from .rpc import environment_name, unary
from .values import millis, text

_PAGE = 100


async def secretList(_given: dict[str, Any], _item: Any) -> list[dict[str, Any]]:  # noqa: N802 - the name on the wire
    """Newest first. Internal SecretList: the public objects.list has no time of the last use."""
    found: list[Any] = []
    before = 0.0
    while True:
        page = api_pb2.ListPagination(max_objects=_PAGE, created_before=before)
        request = api_pb2.SecretListRequest(environment_name=environment_name(), pagination=page)
        items = (await unary("SecretList", request)).items
        found.extend(items)
        if len(items) < _PAGE:
            return [_described(item) for item in found]
        before = _created(items[-1])


def _created(item: Any) -> float:
    return item.metadata.creation_info.created_at or item.created_at


def _described(item: Any) -> dict[str, Any]:
    return {
        "name": item.label or item.metadata.name,
        "created": millis(_created(item)),
        "createdBy": item.metadata.creation_info.created_by or None,
        "used": millis(item.last_used_at),
        # An older client, or a list that does not tell them, knows no keys: that is not the same as having none.
        "keys": sorted(getattr(item.metadata, "keys", ())) or None,
    }


async def secretCheck(given: dict[str, Any], _item: Any) -> dict[str, Any]:  # noqa: N802
    """Whether it is there, and which of these keys it lacks: the public `required_keys`, which the server compares."""
    name, keys = text(given, "name"), _keys(given)
    if not await _has(name, []):
        return {"exists": False, "missing": keys}
    if await _has(name, keys):
        return {"exists": True, "missing": []}
    return {"exists": True, "missing": [key for key in keys if not await _has(name, [key])]}


async def _has(name: str, keys: list[str]) -> bool:
    try:
        await modal.Secret.from_name(name, required_keys=keys).hydrate.aio()
    except Exception as error:
        # Which status stands for a missing key is not documented.
        if status_of(error) == "NOT_FOUND" or (keys and status_of(error) in {"INVALID_ARGUMENT", "FAILED_PRECONDITION"}):
            return False
        raise
    return True


async def secretCreate(given: dict[str, Any], _item: Any) -> None:  # noqa: N802
    """All of its values at once. Internal SecretGetOrCreate: the public objects.create cannot write over one that is there."""
    name, values = text(given, "name"), _values(given)
    over = given.get("overwrite") is True
    how = api_pb2.OBJECT_CREATION_TYPE_CREATE_OVERWRITE_IF_EXISTS if over else api_pb2.OBJECT_CREATION_TYPE_CREATE_FAIL_IF_EXISTS
    request = api_pb2.SecretGetOrCreateRequest(
        deployment_name=name, environment_name=environment_name(), object_creation_type=how, env_dict=values
    )
    try:
        await unary("SecretGetOrCreate", request)
    except Exception as error:
        if not any(value and value in str(error) for value in values.values()):
            raise
        # Without its cause, which a traceback would show.
        raise Refused(f"{type(error).__name__} ({status_of(error) or 'no status'}), in words that repeat a value") from None


async def secretDelete(given: dict[str, Any], _item: Any) -> None:  # noqa: N802
    await modal.Secret.objects.delete.aio(text(given, "name"))


def _keys(given: dict[str, Any]) -> list[str]:
    keys = given.get("keys")
    if not isinstance(keys, list) or not all(isinstance(key, str) and key for key in keys):
        raise BadRequest("keys must be a list of names")
    return keys


def _values(given: dict[str, Any]) -> dict[str, str]:
    values = given.get("values")
    if not isinstance(values, dict) or not values or not all(isinstance(value, str) for value in values.values()):
        raise BadRequest("values must be keys with texts")
    return values
