"""Functions: their definitions, looked up and described to clients and containers."""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass, field
from typing import Any

from google.protobuf.empty_pb2 import Empty
from grpclib import Status
from modal_proto import api_pb2

from .bell import Bell
from .bill import BROAD_REGIONS
from .world import Caller, World, new_id, refuse

LONGEST_TIMEOUT = 24 * 3600
# us-WEST, eu-NORTH, us-EAST-1
PLACE = re.compile(r"(north|south|east|west|central|northeast|southeast|melbourne)(-\d+)?")
MOST_RETRIES = 10
DEFAULT_TIMEOUT = 300
DEFAULT_SCALEDOWN = 60
# Names a person may ask for, and the name each is priced under.
GPUS = {
    "T4": "T4",
    "L4": "L4",
    "A10": "A10",
    "A10G": "A10",
    "L40S": "L40S",
    "A100": "A100-40GB",
    "A100-40GB": "A100-40GB",
    "A100-80GB": "A100-80GB",
    "RTX-PRO-6000": "RTX-PRO-6000",
    "H100": "H100",
    "H100!": "H100",
    "H200": "H200",
    "B200": "B200",
    "B200+": "B200",
    "B300": "B300",
    "ANY": "T4",
}


@dataclass
class Function:
    """A function of an app; `definition` is None between its precreation and its creation."""

    function_id: str
    app: Any
    name: str
    precreated: api_pb2.FunctionPrecreateRequest
    definition: api_pb2.Function | None = None
    data: api_pb2.FunctionData | None = None
    # Inputs that wait for a container, oldest first.
    queue: list[Any] = field(default_factory=list)
    bell: Bell = field(default_factory=Bell)
    starting: asyncio.Task | None = None

    @property
    def settings(self) -> api_pb2.AutoscalerSettings:
        return self.definition.autoscaler_settings

    @property
    def most_containers(self) -> int:
        """The limit on containers alive at once; 0 is none."""
        return self.settings.max_containers or self.definition.concurrency_limit

    @property
    def scaledown_seconds(self) -> float:
        return self.settings.scaledown_window or self.definition.task_idle_timeout_secs or DEFAULT_SCALEDOWN

    @property
    def timeout(self) -> float:
        return self.definition.timeout_secs or DEFAULT_TIMEOUT

    @property
    def startup_timeout(self) -> float:
        return self.definition.startup_timeout_secs or self.timeout

    @property
    def concurrency(self) -> int:
        return max(1, self.definition.target_concurrent_inputs or self.definition.max_concurrent_inputs or 1)

    @property
    def single_use(self) -> bool:
        return self.definition.single_use_containers or self.definition.max_inputs == 1

    def metadata(self) -> api_pb2.FunctionHandleMetadata:
        found = api_pb2.FunctionHandleMetadata(
            function_name=self.name,
            function_type=self.precreated.function_type,
            definition_id=f"de-{self.function_id[3:]}",
            app_id=self.app.app_id,
            supported_input_formats=self.precreated.supported_input_formats,
            supported_output_formats=self.precreated.supported_output_formats,
        )
        if self.precreated.HasField("function_schema"):
            found.function_schema.CopyFrom(self.precreated.function_schema)
        return found


class FunctionRpcs:
    world: World

    def function(self, function_id: str) -> Function:
        function = self.world.functions.get(function_id)
        if function is None:
            raise refuse(Status.NOT_FOUND, f"Function {function_id} not found")
        return function

    async def FunctionPrecreate(self, request: api_pb2.FunctionPrecreateRequest, caller: Caller) -> api_pb2.FunctionPrecreateResponse:
        app = self.world.servicer.app(request.app_id, caller)
        function = self.world.functions.get(request.existing_function_id)
        if function is None:
            function = Function(new_id("fu"), app, request.function_name, request)
            self.world.functions[function.function_id] = function
        function.precreated = request
        return api_pb2.FunctionPrecreateResponse(function_id=function.function_id, handle_metadata=function.metadata())

    async def FunctionCreate(self, request: api_pb2.FunctionCreateRequest, caller: Caller) -> api_pb2.FunctionCreateResponse:
        app = self.world.servicer.app(request.app_id, caller)
        function = self.world.functions.get(request.existing_function_id)
        ranked = request.function_data.ranked_functions
        definition = ranked[0].function if ranked else request.function
        if function is None:
            precreated = api_pb2.FunctionPrecreateRequest(
                app_id=request.app_id, function_name=definition.function_name, function_type=definition.function_type
            )
            function = Function(new_id("fu"), app, definition.function_name, precreated)
            self.world.functions[function.function_id] = function
        self._check(definition)
        refused = self.world.faults.take("function_refused", function=definition.function_name)
        if refused:
            raise refuse(Status.INVALID_ARGUMENT, refused.options["message"])
        function.definition = definition
        function.data = request.function_data if ranked else self._data(definition)
        return api_pb2.FunctionCreateResponse(
            function_id=function.function_id,
            function=definition,
            handle_metadata=function.metadata(),
            function_data=function.data,
        )

    def _check(self, definition: api_pb2.Function) -> None:
        """What Modal's server refuses and its client lets through. The texts are imitations."""
        gpu = definition.resources.gpu_config.gpu_type
        if gpu and gpu not in GPUS:
            raise refuse(Status.INVALID_ARGUMENT, f"Invalid GPU type: '{gpu}'.")
        for region in definition.scheduler_placement.regions:
            part, *place = region.split("-")
            if part not in BROAD_REGIONS or (place and not PLACE.fullmatch("-".join(place))):
                raise refuse(Status.INVALID_ARGUMENT, f"Invalid region: '{region}'.")
        if definition.timeout_secs > LONGEST_TIMEOUT:
            raise refuse(Status.INVALID_ARGUMENT, f"Function timeout must be at most {LONGEST_TIMEOUT} seconds (24 hours).")
        if definition.retry_policy.retries > MOST_RETRIES:
            raise refuse(Status.INVALID_ARGUMENT, f"Function retries must be at most {MOST_RETRIES}.")
        if definition.scheduler_placement.nonpreemptible and gpu:
            raise refuse(Status.INVALID_ARGUMENT, "nonpreemptible is not supported for GPU Functions.")

    def _data(self, definition: api_pb2.Function) -> api_pb2.FunctionData:
        data = api_pb2.FunctionData(
            module_name=definition.module_name,
            function_name=definition.function_name,
            function_type=definition.function_type,
            timeout_secs=definition.timeout_secs,
            startup_timeout_secs=definition.startup_timeout_secs,
            autoscaler_settings=definition.autoscaler_settings,
        )
        data.ranked_functions.add(rank=0, function=definition)
        return data

    async def FunctionGet(self, request: api_pb2.FunctionGetRequest, caller: Caller) -> api_pb2.FunctionGetResponse:
        environment = self.world.environment(caller, request.environment_name)
        app = self.world.servicer.deployed_app(request.app_name, environment)
        function_id = app.function_ids.get(request.object_tag) if app else None
        if function_id is None:
            what = f"Lookup failed for Function '{request.object_tag}' from the '{request.app_name}' app"
            raise refuse(Status.NOT_FOUND, f"{what}: App '{request.app_name}' not found in environment '{environment.name}'.")
        function = self.function(function_id)
        return api_pb2.FunctionGetResponse(
            function_id=function_id, handle_metadata=function.metadata(), function=function.data
        )

    async def FunctionGetById(self, request: Any, caller: Caller) -> api_pb2.FunctionGetByIdResponse:
        function = self.function(request.function_id)
        return api_pb2.FunctionGetByIdResponse(function=function.data, handle_metadata=function.metadata())

    async def FunctionGetSerialized(self, request: Any, caller: Caller) -> api_pb2.FunctionGetSerializedResponse:
        definition = self.function(request.function_id).definition
        return api_pb2.FunctionGetSerializedResponse(
            function_serialized=definition.function_serialized, class_serialized=definition.class_serialized
        )

    async def FunctionGetCurrentStats(self, request: Any, caller: Caller) -> api_pb2.FunctionStats:
        function = self.function(request.function_id)
        tasks = [task for task in self.world.servicer.live_tasks(function.app) if task.function is function]
        return api_pb2.FunctionStats(
            backlog=len(function.queue),
            num_total_tasks=len(tasks),
            num_running_inputs=sum(len(task.inputs) for task in tasks),
        )

    async def FunctionGetDynamicConcurrency(self, request: Any, caller: Caller) -> api_pb2.FunctionGetDynamicConcurrencyResponse:
        return api_pb2.FunctionGetDynamicConcurrencyResponse(concurrency=request.target_concurrency)

    async def FunctionUpdateSchedulingParams(self, request: Any, caller: Caller) -> api_pb2.FunctionUpdateSchedulingParamsResponse:
        function = self.function(request.function_id)
        function.definition.autoscaler_settings.MergeFrom(request.settings)
        return api_pb2.FunctionUpdateSchedulingParamsResponse(current_settings=function.settings)

    async def ContainerHello(self, request: Any, caller: Caller) -> Empty:
        return Empty()

    def layout(self, app: Any) -> api_pb2.AppLayout:
        """What a container of the app has to know of its functions and of what they depend on."""
        layout = api_pb2.AppLayout(function_ids=app.function_ids, class_ids=app.class_ids)
        seen: set[str] = set()
        for function_id in app.function_ids.values():
            function = self.function(function_id)
            layout.objects.add(object_id=function_id, function_handle_metadata=function.metadata())
            seen.add(function_id)
        for function_id in app.function_ids.values():
            for dependency in self.function(function_id).definition.object_dependencies:
                if dependency.object_id in seen:
                    continue
                seen.add(dependency.object_id)
                layout.objects.append(self._described(dependency.object_id))
        return layout

    def _described(self, object_id: str) -> api_pb2.Object:
        found = api_pb2.Object(object_id=object_id)
        if object_id.startswith("vo-"):
            found.volume_metadata.CopyFrom(self.world.servicer.volume_metadata(object_id))
        if object_id.startswith("mo-"):
            found.mount_handle_metadata.CopyFrom(self.world.servicer.mount_metadata(object_id))
        if object_id in self.world.functions:
            found.function_handle_metadata.CopyFrom(self.function(object_id).metadata())
        return found
