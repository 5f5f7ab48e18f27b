"""Workspaces: their names, members and settings; with tokens, environments and billing, everything about an account."""

from __future__ import annotations

from aiohttp import web
from modal_proto import api_pb2

from .billing import BillingRpcs
from .environments import EnvironmentRpcs
from .hello import BUILDER_VERSION
from .tokens import TokenRpcs, signed_in, user_id
from .world import Caller, World


class AccountRpcs(TokenRpcs, EnvironmentRpcs, BillingRpcs):
    """The RPCs of `modal setup|token|profile|workspace|environment|billing`."""

    world: World

    def admin_routes(self) -> list[web.RouteDef]:
        return [*self.token_routes(), *self.environment_routes(), *self.billing_routes()]

    async def WorkspaceNameLookup(self, request, caller: Caller) -> api_pb2.WorkspaceNameLookupResponse:
        workspace = signed_in(caller)
        return api_pb2.WorkspaceNameLookupResponse(workspace_name=workspace.name, username=workspace.name)

    async def WorkspaceDashboardUrlGet(self, request, caller: Caller) -> api_pb2.WorkspaceDashboardUrlResponse:
        environment = self.world.environment(caller, request.environment_name)
        return api_pb2.WorkspaceDashboardUrlResponse(url=f"https://modal.com/apps/{signed_in(caller).name}/{environment.name}")

    async def WorkspaceMembersList(self, request, caller: Caller) -> api_pb2.WorkspaceMembersListResponse:
        workspace = signed_in(caller)
        joined: dict[str, float] = {}
        for token in workspace.tokens.values():
            joined.setdefault(token.user, token.created)
        members = [
            api_pb2.WorkspaceMembersListItem(
                member_id=user_id(user),
                member_displayname=user,
                member_role=api_pb2.MEMBER_ROLE_OWNER if first else api_pb2.MEMBER_ROLE_USER,
                joined_at=since,
                user_id=user_id(user),
                email=f"{user}@{workspace.name}.example",
            )
            for first, (user, since) in zip([True] + [False] * len(joined), joined.items(), strict=False)
        ]
        return api_pb2.WorkspaceMembersListResponse(members=members)

    async def WorkspaceSettings(self, request, caller: Caller) -> api_pb2.WorkspaceSettingsResponse:
        workspace = signed_in(caller)
        default = next(environment.name for environment in workspace.environments.values() if environment.default)
        return api_pb2.WorkspaceSettingsResponse(
            default_environment_name=default, image_builder_version=workspace.extra.get("builder", BUILDER_VERSION)
        )

    async def WorkspaceSetImageBuilderVersion(self, request, caller: Caller) -> api_pb2.WorkspaceSetImageBuilderVersionResponse:
        signed_in(caller).extra["builder"] = request.new_image_builder_version
        return api_pb2.WorkspaceSetImageBuilderVersionResponse(image_builder_version=request.new_image_builder_version)
