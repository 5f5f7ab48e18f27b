"""modal.Dict: named key-value stores of an environment."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

from google.protobuf.empty_pb2 import Empty
from grpclib import Status
from modal_proto import api_pb2

from .world import Caller, Environment, World, new_id, refuse


@dataclass
class Dict:
    """Keys and values as the client serialised them."""

    dict_id: str
    name: str
    environment: Environment
    created: float
    created_by: str
    entries: dict[bytes, bytes] = field(default_factory=dict)

    def metadata(self) -> api_pb2.DictMetadata:
        info = api_pb2.CreationInfo(created_at=self.created, created_by=self.created_by)
        return api_pb2.DictMetadata(name=self.name, creation_info=info)


class DictRpcs:
    world: World

    def _dict(self, dict_id: str) -> Dict:
        found = self.world.dicts.get(dict_id)
        if found is None:
            raise refuse(Status.NOT_FOUND, f"Dict {dict_id} not found")
        return found

    async def DictGetOrCreate(self, request: api_pb2.DictGetOrCreateRequest, caller: Caller) -> api_pb2.DictGetOrCreateResponse:
        environment = self.world.environment(caller, request.environment_name)
        name, kind = request.deployment_name, request.object_creation_type
        found = None
        if name:
            named = (one for one in self.world.dicts.values() if one.name == name and one.environment is environment)
            found = next(named, None)
        if found is not None and kind == api_pb2.OBJECT_CREATION_TYPE_CREATE_FAIL_IF_EXISTS:
            raise refuse(Status.ALREADY_EXISTS, f"Dict '{name}' already exists in environment '{environment.name}'")
        if found is None:
            if name and kind == api_pb2.OBJECT_CREATION_TYPE_UNSPECIFIED:
                raise refuse(Status.NOT_FOUND, f"Dict '{name}' not found in environment '{environment.name}'")
            user = caller.token.user if caller.token else ""
            found = Dict(new_id("di"), name, environment, self.world.clock.now(), user)
            found.entries.update((entry.key, entry.value) for entry in request.data)
            self.world.dicts[found.dict_id] = found
        return api_pb2.DictGetOrCreateResponse(dict_id=found.dict_id, metadata=found.metadata())

    async def DictGetById(self, request: Any, caller: Caller) -> api_pb2.DictGetByIdResponse:
        return api_pb2.DictGetByIdResponse(dict_id=request.dict_id, metadata=self._dict(request.dict_id).metadata())

    async def DictList(self, request: api_pb2.DictListRequest, caller: Caller) -> api_pb2.DictListResponse:
        environment = self.world.environment(caller, request.environment_name)
        response = api_pb2.DictListResponse(environment_name=environment.name)
        before = request.pagination.created_before
        found = [one for one in self.world.dicts.values() if one.environment is environment and one.name]
        for one in sorted(found, key=lambda one: -one.created):
            if before and one.created >= before:
                continue
            if request.pagination.max_objects and len(response.dicts) >= request.pagination.max_objects:
                break
            response.dicts.add(name=one.name, created_at=one.created, dict_id=one.dict_id, metadata=one.metadata())
        return response

    async def DictDelete(self, request: Any, caller: Caller) -> Empty:
        self._dict(request.dict_id)
        del self.world.dicts[request.dict_id]
        return Empty()

    async def DictHeartbeat(self, request: Any, caller: Caller) -> Empty:
        self._dict(request.dict_id)
        return Empty()

    async def DictUpdate(self, request: api_pb2.DictUpdateRequest, caller: Caller) -> api_pb2.DictUpdateResponse:
        entries = self._dict(request.dict_id).entries
        once = request.if_not_exists and not self.world.faults.take("dict_overwrites")
        if once and any(update.key in entries for update in request.updates):
            return api_pb2.DictUpdateResponse(created=False)
        if not self.world.faults.take("dict_lost", side="container" if caller.task_id else "client"):
            entries.update((update.key, update.value) for update in request.updates)
        return api_pb2.DictUpdateResponse(created=True)

    async def DictGet(self, request: Any, caller: Caller) -> api_pb2.DictGetResponse:
        value = self._dict(request.dict_id).entries.get(request.key)
        return api_pb2.DictGetResponse(found=value is not None, value=value)

    async def DictContains(self, request: Any, caller: Caller) -> api_pb2.DictContainsResponse:
        return api_pb2.DictContainsResponse(found=request.key in self._dict(request.dict_id).entries)

    async def DictPop(self, request: Any, caller: Caller) -> api_pb2.DictPopResponse:
        value = self._dict(request.dict_id).entries.pop(request.key, None)
        return api_pb2.DictPopResponse(found=value is not None, value=value)

    async def DictLen(self, request: Any, caller: Caller) -> api_pb2.DictLenResponse:
        return api_pb2.DictLenResponse(len=len(self._dict(request.dict_id).entries))

    async def DictClear(self, request: Any, caller: Caller) -> Empty:
        self._dict(request.dict_id).entries.clear()
        return Empty()

    async def DictContents(self, request: Any, caller: Caller) -> AsyncIterator[api_pb2.DictEntry]:
        for key, value in list(self._dict(request.dict_id).entries.items()):
            yield api_pb2.DictEntry(key=key if request.keys else b"", value=value if request.values else b"")
