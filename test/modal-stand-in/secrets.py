"""Secrets: names and keys for everybody, values only in this process's memory and in the containers that were given them."""

from __future__ import annotations

from dataclasses import dataclass, field

from google.protobuf import empty_pb2
from grpclib import Status
from modal_proto import api_pb2

from .world import Caller, Environment, Workspace, World, new_id, refuse

DEFAULT_PAGE = 100


@dataclass
class StoredSecret:
    """A secret; `name` is empty for the anonymous ones of an app."""

    secret_id: str
    name: str
    environment: Environment
    workspace: Workspace | None
    created: float
    created_by: str
    # Never in a repr: a log line of the stand-in must not hold a value.
    values: dict[str, str] = field(repr=False, default_factory=dict)
    last_used: float = 0.0
    app_id: str = ""


class SecretRpcs:
    """The RPCs that `modal secret` and `modal.Secret` use."""

    world: World

    def secret_env(self, secret_id: str) -> dict[str, str]:
        """The environment variables of a secret for a container; counts as a use. Raises NOT_FOUND."""
        secret = self._secret(secret_id)
        secret.last_used = self.world.clock.now()
        return dict(secret.values)

    def drop_secrets_of(self, environment: Environment) -> None:
        """Forget all secrets of an environment that is deleted."""
        for secret_id in [s.secret_id for s in self.world.secrets.values() if s.environment is environment]:
            del self.world.secrets[secret_id]

    async def SecretGetOrCreate(self, request, caller: Caller) -> api_pb2.SecretGetOrCreateResponse:
        environment = self.world.environment(caller, request.environment_name)
        secret = self._get_or_create(request, caller, environment)
        missing = [key for key in request.required_keys if key not in secret.values]
        if missing:
            names = ", ".join(f"'{key}'" for key in missing)
            raise refuse(Status.NOT_FOUND, f"Secret '{secret.name}' is missing required key(s): {names}")
        return api_pb2.SecretGetOrCreateResponse(secret_id=secret.secret_id, metadata=self._metadata(secret))

    async def SecretGetInfo(self, request, caller: Caller) -> api_pb2.SecretGetInfoResponse:
        return api_pb2.SecretGetInfoResponse(metadata=self._metadata(self._secret(request.secret_id, caller)))

    async def SecretList(self, request, caller: Caller) -> api_pb2.SecretListResponse:
        environment = self.world.environment(caller, request.environment_name)
        before = request.pagination.created_before or float("inf")
        limit = request.pagination.max_objects or DEFAULT_PAGE
        named = [s for s in self.world.secrets.values() if s.name and s.environment is environment and s.created < before]
        named.sort(key=lambda secret: secret.created, reverse=True)
        items = [
            api_pb2.SecretListItem(
                label=secret.name,
                created_at=secret.created,
                last_used_at=secret.last_used,
                environment_name=environment.name,
                secret_id=secret.secret_id,
                metadata=self._metadata(secret),
            )
            for secret in named[:limit]
        ]
        return api_pb2.SecretListResponse(items=items, environment_name=environment.name)

    async def SecretUpdate(self, request, caller: Caller) -> empty_pb2.Empty:
        secret = self._secret(request.secret_id, caller)
        for update in request.updates:
            if update.HasField("value"):
                secret.values[update.key] = update.value
            else:
                secret.values.pop(update.key, None)
        return empty_pb2.Empty()

    async def SecretDelete(self, request, caller: Caller) -> empty_pb2.Empty:
        secret = self._secret(request.secret_id, caller)
        del self.world.secrets[secret.secret_id]
        return empty_pb2.Empty()

    def _get_or_create(self, request, caller: Caller, environment: Environment) -> StoredSecret:
        kind = request.object_creation_type
        if kind in (api_pb2.OBJECT_CREATION_TYPE_ANONYMOUS_OWNED_BY_APP, api_pb2.OBJECT_CREATION_TYPE_EPHEMERAL):
            return self._add("", request, caller, environment)
        known = self._by_name(environment, request.deployment_name)
        if kind == api_pb2.OBJECT_CREATION_TYPE_UNSPECIFIED:
            if known is None:
                raise refuse(Status.NOT_FOUND, f"Secret '{request.deployment_name}' not found in environment '{environment.name}'")
            return known
        if known is None:
            return self._add(request.deployment_name, request, caller, environment)
        if kind == api_pb2.OBJECT_CREATION_TYPE_CREATE_FAIL_IF_EXISTS:
            raise refuse(Status.ALREADY_EXISTS, f"Secret '{known.name}' already exists in environment '{environment.name}'")
        if kind == api_pb2.OBJECT_CREATION_TYPE_CREATE_OVERWRITE_IF_EXISTS:
            known.values = dict(request.env_dict)
        return known

    def _add(self, name: str, request, caller: Caller, environment: Environment) -> StoredSecret:
        secret = StoredSecret(
            new_id("st"),
            name,
            environment,
            caller.workspace,
            self.world.clock.now(),
            caller.token.user if caller.token else "",
            dict(request.env_dict),
            app_id=request.app_id,
        )
        self.world.secrets[secret.secret_id] = secret
        return secret

    def _by_name(self, environment: Environment, name: str) -> StoredSecret | None:
        return next((s for s in self.world.secrets.values() if s.name == name and s.environment is environment), None)

    def _secret(self, secret_id: str, caller: Caller | None = None) -> StoredSecret:
        secret = self.world.secrets.get(secret_id)
        if secret is None or (caller is not None and secret.workspace is not caller.workspace):
            raise refuse(Status.NOT_FOUND, f"Secret with ID '{secret_id}' not found")
        return secret

    def _metadata(self, secret: StoredSecret) -> api_pb2.SecretMetadata:
        return api_pb2.SecretMetadata(
            name=secret.name,
            creation_info=api_pb2.CreationInfo(created_at=secret.created, created_by=secret.created_by),
            keys=sorted(secret.values),
            environment_name=secret.environment.name,
            last_used_at=secret.last_used,
        )
