"""Function calls: their inputs, who works on them, their outputs, retries and cancellation."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web
from google.protobuf.empty_pb2 import Empty
from grpclib import Status
from modal_proto import api_pb2

from .apps import OPEN
from .bell import Bell
from .functions import Function
from .world import Caller, World, new_id, refuse

Result = api_pb2.GenericResult
PENDING, RUNNING, DONE = "pending", "running", "done"
SYNC = api_pb2.FUNCTION_CALL_INVOCATION_TYPE_SYNC
MAP = api_pb2.FUNCTION_CALL_TYPE_MAP
OUTPUTS_AT_ONCE = 100
MOST_INPUTS_OUTSTANDING = 1000
INPUTS_POLL_SECONDS = 20


@dataclass(eq=False)
class Input:
    """One input of a call. `attempt` counts retries; times in unix seconds, 0 for not yet."""

    input_id: str
    call: Call
    index: int
    item: api_pb2.FunctionInput
    enqueued: float
    status: str = PENDING
    attempt: int = 0
    task_id: str = ""
    started: float = 0
    finished: float = 0
    result: Result | None = None
    timer: asyncio.TimerHandle | None = None


@dataclass(eq=False)
class Call:
    """A call of a function. Outputs stay, each under a number, until the client says it has them."""

    call_id: str
    function: Function
    kind: int
    invocation: int
    parent_input_id: str
    created: float
    inputs: list[Input] = field(default_factory=list)
    outputs: list[tuple[int, api_pb2.FunctionGetOutputsItem]] = field(default_factory=list)
    outputs_made: int = 0
    data_out: list[api_pb2.DataChunk] = field(default_factory=list)
    bell: Bell = field(default_factory=Bell)

    @property
    def unfinished(self) -> list[Input]:
        return [one for one in self.inputs if one.status != DONE]


class CallRpcs:
    world: World

    def __init__(self) -> None:
        self._inputs: dict[str, Input] = {}

    def call(self, call_id: str) -> Call:
        call = self.world.calls.get(call_id)
        if call is None or call_id in self.world.forgotten:
            raise refuse(Status.NOT_FOUND, f"Function call {call_id} not found")
        return call

    def _input(self, input_id: str) -> Input | None:
        return self._inputs.get(input_id)

    async def FunctionMap(self, request: api_pb2.FunctionMapRequest, caller: Caller) -> api_pb2.FunctionMapResponse:
        function = self.world.servicer.function(request.function_id)
        if function.app.state not in OPEN:
            raise refuse(Status.FAILED_PRECONDITION, f"App {function.app.app_id} is stopped")
        call = Call(
            new_id("fc"),
            function,
            request.function_call_type,
            request.function_call_invocation_type,
            request.parent_input_id,
            self.world.clock.now(),
        )
        self.world.calls[call.call_id] = call
        made = self._put(call, request.pipelined_inputs)
        return api_pb2.FunctionMapResponse(
            function_call_id=call.call_id,
            pipelined_inputs=made,
            retry_policy=function.definition.retry_policy,
            function_call_jwt=call.call_id,
            sync_client_retries_enabled=call.invocation == SYNC,
            max_inputs_outstanding=MOST_INPUTS_OUTSTANDING,
        )

    async def FunctionPutInputs(self, request: api_pb2.FunctionPutInputsRequest, caller: Caller) -> api_pb2.FunctionPutInputsResponse:
        return api_pb2.FunctionPutInputsResponse(inputs=self._put(self.call(request.function_call_id), request.inputs))

    def _put(self, call: Call, items: Any) -> list[api_pb2.FunctionPutInputsResponseItem]:
        made = []
        for item in items:
            one = Input(new_id("in"), call, item.idx, item.input, self.world.clock.now())
            self._inputs[one.input_id] = one
            call.inputs.append(one)
            self.enqueue(one)
            made.append(api_pb2.FunctionPutInputsResponseItem(idx=item.idx, input_id=one.input_id, input_jwt=one.input_id))
        return made

    async def FunctionFinishInputs(self, request: Any, caller: Caller) -> Empty:
        self.call(request.function_call_id)
        return Empty()

    async def FunctionRetryInputs(self, request: api_pb2.FunctionRetryInputsRequest, caller: Caller) -> api_pb2.FunctionRetryInputsResponse:
        call = self.call(request.function_call_jwt)
        for item in request.inputs:
            one = self._input(item.input_jwt)
            if one is None or one.call is not call:
                raise refuse(Status.NOT_FOUND, f"Input {item.input_jwt} not found")
            call.outputs = [(number, output) for number, output in call.outputs if output.input_id != one.input_id]
            one.attempt = item.retry_count or one.attempt + 1
            one.result = None
            self.enqueue(one)
        return api_pb2.FunctionRetryInputsResponse(input_jwts=[item.input_jwt for item in request.inputs])

    def enqueue(self, one: Input, *, first: bool = False) -> None:
        """Lets an input wait for a container; `first` puts one that was interrupted before the others."""
        one.status = PENDING
        one.task_id = ""
        queue = one.call.function.queue
        queue.insert(0, one) if first else queue.append(one)
        one.call.function.bell.ring()
        self.world.servicer.schedule(one.call.function)

    # What containers ask.

    async def FunctionGetInputs(self, request: api_pb2.FunctionGetInputsRequest, caller: Caller) -> api_pb2.FunctionGetInputsResponse:
        task = self.world.servicer.task_of(caller)
        function = task.function
        self.world.servicer.container_ready(task)
        end = time.monotonic() + INPUTS_POLL_SECONDS
        while True:
            if task.leaving:
                return self._kill_switch()
            if function.queue:
                return self._hand_out(task, max(1, request.batch_max_size))
            idle_left = self.world.servicer.idle_seconds_left(task)
            if idle_left <= 0:
                task.leaving = True
                return self._kill_switch()
            if time.monotonic() >= end:
                return api_pb2.FunctionGetInputsResponse()
            await function.bell.wait(min(idle_left, end - time.monotonic(), 5))

    def _kill_switch(self) -> api_pb2.FunctionGetInputsResponse:
        return api_pb2.FunctionGetInputsResponse(inputs=[api_pb2.FunctionGetInputsItem(kill_switch=True)])

    def _hand_out(self, task: Any, count: int) -> api_pb2.FunctionGetInputsResponse:
        response = api_pb2.FunctionGetInputsResponse()
        queue = task.function.queue
        while queue and len(response.inputs) < count:
            one = queue.pop(0)
            one.status, one.task_id = RUNNING, task.task_id
            one.started = self.world.clock.now()
            task.inputs[one.input_id] = one
            task.inputs_taken += 1
            one.timer = asyncio.get_running_loop().call_later(self._seconds_allowed(one), self._timed_out, one)
            response.inputs.add(
                input_id=one.input_id,
                input=one.item,
                function_call_id=one.call.call_id,
                function_call_invocation_type=one.call.invocation,
                retry_count=one.attempt,
                function_map_idx=one.index,
                attempt_token="",
            )
        self.world.servicer.input_started(task)
        return response

    def _seconds_allowed(self, one: Input) -> float:
        fault = self.world.faults.take("function_timeout", function=one.call.function.name)
        return float(fault.options.get("seconds", 0.5)) if fault else one.call.function.timeout

    def _timed_out(self, one: Input) -> None:
        """The input's time is over: it ends, and its container with it."""
        if one.status != RUNNING:
            return
        task = self.world.tasks[one.task_id]
        text = f"Task's current input {one.input_id} hit its timeout of {one.call.function.timeout:.0f}s"
        self.world.servicer.say(one.call.function.app, text, task)
        self.finish(one, Result(status=Result.GENERIC_STATUS_TIMEOUT, exception=text))
        self.world.servicer.stop_task(task, api_pb2.TASK_TERMINATION_REASON_TIMEOUT)

    async def FunctionPutOutputs(self, request: api_pb2.FunctionPutOutputsRequest, caller: Caller) -> Empty:
        task = self.world.servicer.task_of(caller)
        self.world.servicer.drain(task)
        for item in request.outputs:
            one = task.inputs.get(item.input_id)
            if one is None or one.attempt != item.retry_count:
                continue
            self.finish(one, item.result, item.data_format)
        return Empty()

    def finish(self, one: Input, result: Result, data_format: int = 0) -> None:
        """An attempt is over: it is repeated when the server retries, else its output is there for who waits."""
        if one.status == DONE:
            return
        if one.timer:
            one.timer.cancel()
        task = self.world.tasks.get(one.task_id)
        if task is not None:
            task.inputs.pop(one.input_id, None)
            task.idle_since = time.monotonic()
        if one in one.call.function.queue:
            one.call.function.queue.remove(one)
        if self._server_retries(one, result):
            return
        one.status, one.result, one.finished = DONE, result, self.world.clock.now()
        call = one.call
        call.outputs_made += 1
        output = api_pb2.FunctionGetOutputsItem(
            result=result,
            idx=one.index,
            input_id=one.input_id,
            data_format=data_format,
            task_id=one.task_id,
            input_started_at=one.started,
            output_created_at=one.finished,
            retry_count=one.attempt,
        )
        call.outputs.append((call.outputs_made, output))
        call.bell.ring()
        if self.world.faults.take("children_end", function=call.function.name):
            self.cancel_inputs(
                [left for other in self.world.calls.values() if other.parent_input_id == one.input_id for left in other.unfinished],
                terminate=True,
            )

    def _server_retries(self, one: Input, result: Result) -> bool:
        """Calls that nobody waits for are retried here; those that a client waits for, by that client."""
        policy = one.call.function.definition.retry_policy
        if one.call.invocation == SYNC or result.status in (Result.GENERIC_STATUS_SUCCESS, Result.GENERIC_STATUS_TERMINATED):
            return False
        if one.attempt >= policy.retries or one.call.function.app.state not in OPEN:
            return False
        delay = policy.initial_delay_ms * max(1.0, policy.backoff_coefficient) ** one.attempt
        delay = min(delay, policy.max_delay_ms or delay)
        one.attempt += 1
        one.status, one.task_id = PENDING, ""
        asyncio.get_running_loop().call_later(delay / 1000, self._enqueue_if_pending, one)
        return True

    def _enqueue_if_pending(self, one: Input) -> None:
        if one.status == PENDING and one not in one.call.function.queue:
            self.enqueue(one)

    # What callers ask.

    async def FunctionGetOutputs(self, request: api_pb2.FunctionGetOutputsRequest, caller: Caller) -> api_pb2.FunctionGetOutputsResponse:
        call = self.call(request.function_call_id)
        place = int(request.last_entry_id.split("-")[0] or 0) if request.last_entry_id else 0
        end = time.monotonic() + request.timeout
        while True:
            found = [(number, item) for number, item in call.outputs if number > place and self._asked(request, item)]
            left = end - time.monotonic()
            if found and self.world.faults.take("outcome_lost", function=call.function.name):
                return api_pb2.FunctionGetOutputsResponse(last_entry_id="0-0", num_unfinished_inputs=0)
            if found or left <= 0:
                break
            await call.bell.wait(min(left, 5))
        found = found[:OUTPUTS_AT_ONCE]
        response = api_pb2.FunctionGetOutputsResponse(
            outputs=[item for _, item in found],
            idxs=[item.idx for _, item in found],
            last_entry_id=f"{max([place, *[number for number, _ in found]])}-0",
            num_unfinished_inputs=len(call.unfinished),
        )
        if request.clear_on_success and found and all(item.result.status == Result.GENERIC_STATUS_SUCCESS for _, item in found):
            gone = {number for number, _ in found}
            call.outputs = [(number, item) for number, item in call.outputs if number not in gone]
        return response

    @staticmethod
    def _asked(request: api_pb2.FunctionGetOutputsRequest, item: api_pb2.FunctionGetOutputsItem) -> bool:
        if request.HasField("start_idx") and item.idx < request.start_idx:
            return False
        return not (request.HasField("end_idx") and item.idx > request.end_idx)

    async def FunctionCallFromId(self, request: Any, caller: Caller) -> api_pb2.FunctionCallFromIdResponse:
        call = self.call(request.function_call_id)
        return api_pb2.FunctionCallFromIdResponse(
            function_call_id=call.call_id,
            num_inputs=len(call.inputs),
            metadata=api_pb2.FunctionCallHandleMetadata(
                app_id=call.function.app.app_id, function_id=call.function.function_id
            ),
        )

    async def FunctionCallCancel(self, request: api_pb2.FunctionCallCancelRequest, caller: Caller) -> Empty:
        call = self.call(request.function_call_id)
        self.cancel_inputs(call.unfinished, terminate=request.terminate_containers)
        return Empty()

    def cancel_inputs(self, inputs: list[Input], *, terminate: bool = False) -> None:
        """Waiting inputs end now; running ones when their container has heard of it."""
        text = "Function call was cancelled by user or a failure."
        for one in inputs:
            task = self.world.tasks.get(one.task_id)
            if task is None or terminate:
                self.finish(one, Result(status=Result.GENERIC_STATUS_TERMINATED, exception=text))
                if task is not None:
                    self.world.servicer.stop_task(task, api_pb2.TASK_TERMINATION_REASON_INPUT_CANCELLED)
                continue
            task.cancelled.add(one.input_id)
            task.cancel_bell.ring()

    async def FunctionCallGetInfo(self, request: Any, caller: Caller) -> api_pb2.FunctionCallGetInfoResponse:
        return api_pb2.FunctionCallGetInfoResponse(info=self._info(self.call(request.function_call_id)))

    async def FunctionCallList(self, request: Any, caller: Caller) -> api_pb2.FunctionCallListResponse:
        calls = [call for call in self.world.calls.values() if call.function.function_id == request.function_id]
        return api_pb2.FunctionCallListResponse(function_calls=[self._info(call) for call in calls])

    def _info(self, call: Call) -> api_pb2.FunctionCallInfo:
        info = api_pb2.FunctionCallInfo(function_call_id=call.call_id, created_at=call.created, total_inputs=len(call.inputs))
        started = [one.started for one in call.inputs if one.started]
        info.scheduled_at = min(started, default=0)
        for one in call.inputs:
            category = getattr(info, f"{self._category(one)}_inputs")
            category.total += 1
            category.latest.add(
                input_id=one.input_id, idx=one.index, task_id=one.task_id, started_at=one.started, finished_at=one.finished
            )
        return info

    @staticmethod
    def _category(one: Input) -> str:
        if one.result is None:
            return "pending"
        names = {
            Result.GENERIC_STATUS_SUCCESS: "succeeded",
            Result.GENERIC_STATUS_TIMEOUT: "timeout",
            Result.GENERIC_STATUS_TERMINATED: "cancelled",
        }
        return names.get(one.result.status, "failed")

    async def FunctionGetCallGraph(self, request: Any, caller: Caller) -> api_pb2.FunctionGetCallGraphResponse:
        """The whole tree that the call belongs to."""
        root = self.call(request.function_call_id)
        while parent := self._input(root.parent_input_id):
            root = parent.call
        response = api_pb2.FunctionGetCallGraphResponse()
        waiting = [root]
        while waiting:
            call = waiting.pop(0)
            definition = call.function.definition
            response.function_calls.add(
                function_call_id=call.call_id,
                parent_input_id=call.parent_input_id,
                function_name=definition.function_name,
                module_name=definition.module_name,
            )
            own = set()
            for one in call.inputs:
                own.add(one.input_id)
                status = one.result.status if one.result else 0
                response.inputs.add(input_id=one.input_id, status=status, function_call_id=call.call_id, task_id=one.task_id)
            waiting.extend(other for other in self.world.calls.values() if other.parent_input_id in own)
        return response

    # Generators.

    async def FunctionCallPutDataOut(self, request: api_pb2.FunctionCallPutDataRequest, caller: Caller) -> Empty:
        call = self.call(request.function_call_id)
        known = {chunk.index for chunk in call.data_out}
        call.data_out.extend(chunk for chunk in request.data_chunks if chunk.index not in known)
        call.bell.ring()
        return Empty()

    async def FunctionCallGetDataOut(self, request: api_pb2.FunctionCallGetDataRequest, caller: Caller) -> AsyncIterator[api_pb2.DataChunk]:
        call = self.call(request.function_call_id)
        place = request.last_index
        end = time.monotonic() + INPUTS_POLL_SECONDS
        while time.monotonic() < end:
            for chunk in sorted(call.data_out, key=lambda chunk: chunk.index):
                if chunk.index > place:
                    place = chunk.index
                    yield chunk
            await call.bell.wait(1)

    async def _admin_calls(self, request: web.Request) -> web.Response:
        return web.json_response(
            [
                {
                    "call": call.call_id,
                    "app": call.function.app.app_id,
                    "function": call.function.name,
                    "function_id": call.function.function_id,
                    "parent_input": call.parent_input_id,
                    "inputs": [
                        {
                            "input": one.input_id,
                            "index": one.index,
                            "status": one.status,
                            "attempt": one.attempt,
                            "container": one.task_id,
                            "result": Result.GenericStatus.Name(one.result.status) if one.result else None,
                            "exception": one.result.exception if one.result else None,
                        }
                        for one in call.inputs
                    ],
                }
                for call in self.world.calls.values()
            ]
        )

    def admin_routes(self) -> list[web.RouteDef]:
        return [web.get("/calls", self._admin_calls)]
