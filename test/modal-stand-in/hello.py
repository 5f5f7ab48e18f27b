"""The first words between client and server."""

from __future__ import annotations

import base64
import json
from typing import Any

from modal_proto import api_pb2

from .world import Caller, World

BUILDER_VERSION = "2025.06"
AUTH_TOKEN_SECONDS = 20 * 60


def _part(value: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


def unsigned_jwt(claims: dict[str, Any]) -> str:
    """A token in the form of a JWT; nobody checks its signature."""
    return f"{_part({'alg': 'none'})}.{_part(claims)}.{_part({})}"


class HelloRpcs:
    world: World

    async def ClientHello(self, request: Any, caller: Caller) -> api_pb2.ClientHelloResponse:
        return api_pb2.ClientHelloResponse(image_builder_version=BUILDER_VERSION)

    async def AuthTokenGet(self, request: Any, caller: Caller) -> api_pb2.AuthTokenGetResponse:
        expires = int(self.world.clock.now() + AUTH_TOKEN_SECONDS)
        return api_pb2.AuthTokenGetResponse(token=unsigned_jwt({"exp": expires}))
