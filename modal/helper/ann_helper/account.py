"""Who is signed in where, and what that costs and may cost."""

from __future__ import annotations

import os
from typing import Any

import modal
from google.protobuf.empty_pb2 import Empty
from modal.config import config
from modal.workspace import Workspace
from modal_proto import api_pb2

from .errors import status_of
from .profiles import active_profile, read_profiles
from .rpc import environment_name, unary
from .values import millis


async def hello(given: dict[str, Any], _item: Any) -> dict[str, Any]:
    """Internal TokenInfoGet, as `modal token info` does it: nothing public tells workspace, user and expiry."""
    token: Any = None
    try:
        token = await unary("TokenInfoGet", api_pb2.TokenInfoGetRequest())
        workspace = token.workspace_name
    except Exception as error:
        # Not every kind of token can be looked up.
        if status_of(error) not in {"UNIMPLEMENTED", "NOT_FOUND"}:
            raise
        answer = await unary("WorkspaceNameLookup", Empty())
        workspace = answer.workspace_name or answer.username
    user = token.user_identity.username if token is not None and token.HasField("user_identity") else ""
    expires = token.expires_at.seconds if token is not None and token.HasField("expires_at") else 0
    return {
        "version": modal.__version__,
        "server": config["server_url"],
        "profile": active_profile(),
        "tokenFrom": "environment" if os.environ.get("MODAL_TOKEN_ID") else "profile",
        "workspace": workspace,
        "environment": environment_name(),
        "user": user or None,
        "tokenName": (token.token_name if token is not None else "") or None,
        "tokenExpires": millis(expires),
    }


async def profiles(given: dict[str, Any], _item: Any) -> list[dict[str, Any]]:
    active = active_profile()
    return [
        {
            "name": name,
            "active": name == active,
            "environment": values.get("environment") or None,
            "token": bool(values.get("token_id") and values.get("token_secret")),
        }
        for name, values in read_profiles().items()
    ]


async def environments(given: dict[str, Any], _item: Any) -> list[dict[str, Any]]:
    """Internal EnvironmentList: the public list leaves out budgets and limits."""
    answer = await unary("EnvironmentList", Empty())
    return [_environment(item) for item in answer.items]


def _environment(item: Any) -> dict[str, Any]:
    def told(name: str) -> Any:
        """None where the server said nothing: 0 is an answer."""
        field = item.DESCRIPTOR.fields_by_name.get(name)
        if field is None or (field.has_presence and not item.HasField(name)):
            return None
        return getattr(item, name)

    return {
        "name": item.name,
        "default": item.default,
        "budget": told("cycle_budget_dollars"),
        "spendLimit": told("effective_cycle_spend_limit"),
        "usage": told("current_cycle_usage"),
        "limitReached": bool(told("spend_limit_reached")),
        "containers": {"now": told("current_concurrent_tasks"), "most": told("max_concurrent_tasks")},
        "gpus": {"now": told("current_concurrent_gpus"), "most": told("max_concurrent_gpus")},
    }


async def rates(given: dict[str, Any], _item: Any) -> dict[str, float]:
    found = await Workspace.from_context().billing.rates.aio()
    return {key: float(value) for key, value in found.items()}
