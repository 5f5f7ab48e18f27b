"""Tokens: who is asking, the sign-in flow through a browser, and what a token says about itself."""

from __future__ import annotations

import asyncio
import hmac
import secrets as randomness
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web
from google.protobuf import empty_pb2
from google.protobuf.timestamp_pb2 import Timestamp
from grpclib import Status
from modal_proto import api_pb2

from .world import Caller, Token, Workspace, World, new_id, refuse

CODE_LETTERS = "BCDFGHJKLMNPQRSTVWXZ"
LONGEST_WAIT = 60.0


@dataclass
class Flow:
    """A sign-in under way. `state`: waiting, approved, denied."""

    flow_id: str
    code: str
    wait_secret: str
    web_url: str
    created: float
    lifetime: float | None
    next_url: str = ""
    state: str = "waiting"
    token: Token | None = None
    workspace: Workspace | None = None
    decided: asyncio.Event = field(default_factory=asyncio.Event)


class TokenRpcs:
    """Authentication, and the RPCs of `modal setup` and `modal token`."""

    world: World
    token_flows: dict[str, Flow]

    async def open_token_flows(self) -> None:
        self.token_flows = {}
        # What a person at the browser does at once with every new flow, for tests without a person: approve, deny, or None.
        self._flow_habit: dict[str, Any] | None = None

    def authenticate(self, metadata: Mapping[str, Any]) -> tuple[Workspace, Token]:
        """Whose request this is. Raises UNAUTHENTICATED with Modal's texts."""
        token_id = str(metadata.get("x-modal-token-id", ""))
        secret = str(metadata.get("x-modal-token-secret", ""))
        if not token_id or not secret:
            raise refuse(Status.UNAUTHENTICATED, "Token missing")
        if not token_id.startswith("ak-"):
            raise refuse(Status.UNAUTHENTICATED, "Token ID is malformed")
        if not secret.startswith("as-"):
            raise refuse(Status.UNAUTHENTICATED, "Token secret is malformed")
        for workspace in self.world.workspaces.values():
            token = workspace.tokens.get(token_id)
            if token is None or not hmac.compare_digest(token.token_secret.encode(), secret.encode()):
                continue
            if token.expires is not None and token.expires <= self.world.clock.now():
                raise refuse(Status.UNAUTHENTICATED, "Token expired")
            if token_id in workspace.extra.get("disabled_tokens", ()):
                raise refuse(Status.UNAUTHENTICATED, "Token disabled")
            return workspace, token
        raise refuse(Status.UNAUTHENTICATED, "Token not found")

    # ---- sign-in

    async def TokenFlowCreate(self, request, caller: Caller) -> api_pb2.TokenFlowCreateResponse:
        flow_id = new_id("tf")
        letters = "".join(randomness.choice(CODE_LETTERS) for _ in range(8))
        flow = Flow(
            flow_id,
            f"{letters[:4]}-{letters[4:]}",
            randomness.token_urlsafe(24),
            f"https://modal.com/token-flow/{flow_id}",
            self.world.clock.now(),
            float(request.expires_in_seconds) or None,
            request.next_url,
        )
        self.token_flows[flow_id] = flow
        if self._flow_habit is not None:
            self._later(flow, self._flow_habit)
        return api_pb2.TokenFlowCreateResponse(
            token_flow_id=flow_id, web_url=flow.web_url, code=flow.code, wait_secret=flow.wait_secret
        )

    async def TokenFlowWait(self, request, caller: Caller) -> api_pb2.TokenFlowWaitResponse:
        flow = self.token_flows.get(request.token_flow_id)
        if flow is None or not hmac.compare_digest(flow.wait_secret, request.wait_secret):
            raise refuse(Status.NOT_FOUND, "Token flow not found")
        try:
            await asyncio.wait_for(flow.decided.wait(), min(request.timeout, LONGEST_WAIT))
        except asyncio.TimeoutError:
            return api_pb2.TokenFlowWaitResponse(timeout=True)
        if flow.token is None or flow.workspace is None:
            raise refuse(Status.PERMISSION_DENIED, "Token flow was denied")
        return api_pb2.TokenFlowWaitResponse(
            token_id=flow.token.token_id, token_secret=flow.token.token_secret, workspace_username=flow.workspace.name
        )

    # ---- tokens

    async def TokenInfoGet(self, request, caller: Caller) -> api_pb2.TokenInfoGetResponse:
        token, workspace = caller.token, caller.workspace
        if token is None or workspace is None:
            raise refuse(Status.UNAUTHENTICATED, "Token missing")
        return api_pb2.TokenInfoGetResponse(
            token_id=token.token_id,
            token_name=token.name,
            workspace_id=workspace.workspace_id,
            workspace_name=workspace.name,
            user_identity=api_pb2.UserIdentity(user_id=user_id(token.user), username=token.user),
            created_at=Timestamp(seconds=int(token.created)),
            expires_at=None if token.expires is None else Timestamp(seconds=int(token.expires)),
        )

    async def TokensList(self, request, caller: Caller) -> api_pb2.TokensListResponse:
        workspace = signed_in(caller)
        disabled = workspace.extra.get("disabled_tokens", ())
        rows = [
            api_pb2.TokensListResponse.Token(
                token_id=token.token_id,
                created_at=token.created,
                workspace_id=workspace.workspace_id,
                user_id=user_id(token.user),
                member_displayname=token.user,
                name=token.name,
                expires_at=token.expires,
                disabled=token.token_id in disabled,
            )
            for token in workspace.tokens.values()
        ]
        return api_pb2.TokensListResponse(tokens=rows)

    async def TokenDelete(self, request, caller: Caller) -> empty_pb2.Empty:
        if signed_in(caller).tokens.pop(request.token_id, None) is None:
            raise refuse(Status.NOT_FOUND, f"Token '{request.token_id}' not found")
        return empty_pb2.Empty()

    async def TokenDisable(self, request, caller: Caller) -> empty_pb2.Empty:
        signed_in(caller).extra.setdefault("disabled_tokens", set()).update(request.token_ids)
        return empty_pb2.Empty()

    async def TokenEnable(self, request, caller: Caller) -> empty_pb2.Empty:
        signed_in(caller).extra.setdefault("disabled_tokens", set()).difference_update(request.token_ids)
        return empty_pb2.Empty()

    # ---- the person at the browser, and tokens made for tests

    def token_routes(self) -> list[web.RouteDef]:
        return [
            web.get("/token-flows", self._admin_flows),
            web.post("/token-flows/{verb:approve|deny}", self._admin_decide),
            web.post("/token-flows/habit", self._admin_habit),
            web.get("/tokens", self._admin_tokens),
            web.post("/tokens", self._admin_new_token),
            web.post("/tokens/{token_id}", self._admin_change_token),
        ]

    async def _admin_flows(self, request: web.Request) -> web.Response:
        rows = [
            {"flow": f.flow_id, "code": f.code, "url": f.web_url, "state": f.state, "lifetime": f.lifetime, "next_url": f.next_url}
            for f in self.token_flows.values()
        ]
        return web.json_response(rows)

    async def _admin_decide(self, request: web.Request) -> web.Response:
        """{"flow": id, "workspace": name, "user": name, "lifetime": seconds, "seconds": delay}; the newest waiting flow without an id."""
        order = await _body(request)
        waiting = [f for f in self.token_flows.values() if f.state == "waiting" and order.get("flow", f.flow_id) == f.flow_id]
        if not waiting:
            return web.json_response({"error": "no such flow is waiting"}, status=404)
        self._later(waiting[-1], {**order, "verb": request.match_info["verb"]})
        return web.json_response({"flow": waiting[-1].flow_id})

    async def _admin_habit(self, request: web.Request) -> web.Response:
        """{"verb": "approve"|"deny"|null, …}: what happens to each new flow by itself."""
        order = await _body(request)
        self._flow_habit = order if order.get("verb") else None
        return web.json_response({"habit": self._flow_habit})

    async def _admin_tokens(self, request: web.Request) -> web.Response:
        rows = [_told(workspace, token) for workspace in self.world.workspaces.values() for token in workspace.tokens.values()]
        return web.json_response(rows)

    async def _admin_new_token(self, request: web.Request) -> web.Response:
        """{"workspace": name, "user": name, "lifetime": seconds}: a token that works at once; makes the workspace when it is new."""
        order = await _body(request)
        workspace = self._workspace_for(order)
        return web.json_response(_told(workspace, self._new_token(workspace, order)))

    async def _admin_change_token(self, request: web.Request) -> web.Response:
        """{"lifetime": seconds from now|null} or {"delete": true}."""
        order = await _body(request)
        token_id = request.match_info["token_id"]
        for workspace in self.world.workspaces.values():
            token = workspace.tokens.get(token_id)
            if token is None:
                continue
            if order.get("delete"):
                del workspace.tokens[token_id]
            if "lifetime" in order:
                token.expires = None if order["lifetime"] is None else self.world.clock.now() + float(order["lifetime"])
            return web.json_response(_told(workspace, token))
        return web.json_response({"error": "no such token"}, status=404)

    def _later(self, flow: Flow, order: dict[str, Any]) -> None:
        asyncio.get_running_loop().call_later(float(order.get("seconds", 0)), self._decide, flow, order)

    def _decide(self, flow: Flow, order: dict[str, Any]) -> None:
        if flow.state != "waiting":
            return
        flow.state = "denied" if order["verb"] == "deny" else "approved"
        if flow.state == "approved":
            flow.workspace = self._workspace_for(order)
            flow.token = self._new_token(flow.workspace, {"lifetime": flow.lifetime, **order})
        flow.decided.set()

    def _workspace_for(self, order: dict[str, Any]) -> Workspace:
        name = order.get("workspace")
        if not name:
            return next(iter(self.world.workspaces.values()))
        return self.world.workspaces.get(name) or self.world.add_workspace(name)

    def _new_token(self, workspace: Workspace, order: dict[str, Any]) -> Token:
        lifetime = order.get("lifetime")
        expires = None if lifetime is None else self.world.clock.now() + float(lifetime)
        return self.world.add_token(workspace, user=order.get("user", "ada"), expires=expires)


def signed_in(caller: Caller) -> Workspace:
    """The workspace of a request that needs one."""
    if caller.workspace is None:
        raise refuse(Status.UNAUTHENTICATED, "Token missing")
    return caller.workspace


def user_id(user: str) -> str:
    """The id of a user, always the same for a name."""
    return f"us-{user:0<22.22}"


def _told(workspace: Workspace, token: Token) -> dict[str, Any]:
    return {
        "token_id": token.token_id,
        "token_secret": token.token_secret,
        "workspace": workspace.name,
        "user": token.user,
        "expires": token.expires,
    }


async def _body(request: web.Request) -> dict[str, Any]:
    return dict(await request.json()) if request.can_read_body else {}
