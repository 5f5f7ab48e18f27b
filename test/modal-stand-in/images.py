"""Images: a chain of layers, built once, each with its build log.

A layer's commands are recorded; with `--real-images` they are executed as well (real_images.py).
"""

from __future__ import annotations

import asyncio
import hashlib
import re
import shlex
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web
from google.protobuf.empty_pb2 import Empty
from google.protobuf.timestamp_pb2 import Timestamp
from grpclib import Status
from modal_proto import api_pb2

from .bell import Bell
from .log_book import Entry, LogBook
from .task import new_task_id
from .world import Caller, Environment, World, new_id, refuse

SUCCESS = api_pb2.GenericResult.GENERIC_STATUS_SUCCESS
FAILURE = api_pb2.GenericResult.GENERIC_STATUS_FAILURE


@dataclass
class Image:
    """A layer on its base images. `result` is None while it is being built; times in unix seconds."""

    image_id: str
    key: str
    environment: Environment
    definition: api_pb2.Image
    builder_version: str
    app: Any
    bases: list[Image]
    created: float
    # What built it; its log can be fetched as that app's.
    builder_app_id: str = field(default_factory=lambda: new_id("ap"))
    builder_task_id: str = field(default_factory=new_task_id)
    log: LogBook = field(default_factory=LogBook)
    items: list[api_pb2.TaskLogs] = field(default_factory=list)
    result: api_pb2.GenericResult | None = None
    finished: float = 0
    task: asyncio.Task | None = None
    bell: Bell = field(default_factory=Bell)
    # Clients that were told it is being built and have not come for its log yet.
    expected: int = 0

    @property
    def built(self) -> bool:
        return self.result is not None and self.result.status == SUCCESS

    @property
    def commands(self) -> list[str]:
        return list(self.definition.dockerfile_commands)

    def environ(self) -> dict[str, str]:
        """The ENV steps of the whole chain."""
        found: dict[str, str] = {}
        for base in self.bases:
            found.update(base.environ())
        for command in self.commands:
            match = re.match(r"\s*ENV\s+(.*)", command, re.DOTALL)
            if match:
                found.update(_pairs(match[1]))
        return found

    def workdir(self) -> str:
        """The last WORKDIR of the chain, or nothing."""
        for command in reversed(self.commands):
            match = re.match(r"\s*WORKDIR\s+(\S+)", command)
            if match:
                return match[1]
        return next((base.workdir() for base in reversed(self.bases) if base.workdir()), "")

    def python_version(self) -> str:
        """What the chain says about its Python, or nothing: the tag of a python image."""
        for command in self.commands:
            match = re.match(r"\s*FROM\s+\S*python:(\d+\.\d+)", command)
            if match:
                return match[1]
        return next((base.python_version() for base in self.bases if base.python_version()), "")

    def metadata(self) -> api_pb2.ImageMetadata:
        found = api_pb2.ImageMetadata(image_builder_version=self.builder_version)
        if self.python_version():
            found.python_version_info = self.python_version()
        if self.workdir():
            found.workdir = self.workdir()
        return found


def _pairs(text: str) -> dict[str, str]:
    """`A=1 B="x y"`, or the old form `A value`."""
    words = shlex.split(text)
    if words and "=" not in words[0]:
        return {words[0]: " ".join(words[1:])}
    return dict(word.split("=", 1) for word in words if "=" in word)


def _timestamp(seconds: float) -> Timestamp:
    stamp = Timestamp()
    stamp.FromNanoseconds(int(seconds * 1e9))
    return stamp


class ImageRpcs:
    world: World

    def builder_image(self, app_id: str) -> Image | None:
        """The image that the app of this id has built."""
        return next((image for image in self.world.images.values() if image.builder_app_id == app_id), None)

    def image(self, image_id: str) -> Image:
        image = self.world.images.get(image_id)
        if image is None:
            raise refuse(Status.NOT_FOUND, f"Image {image_id} not found")
        return image

    async def ImageGetOrCreate(self, request: api_pb2.ImageGetOrCreateRequest, caller: Caller) -> api_pb2.ImageGetOrCreateResponse:
        app = self.world.servicer.app(request.app_id, caller)
        image = self._known(request, app.environment)
        if image is None:
            image = Image(
                new_id("im"),
                self._key(request),
                app.environment,
                request.image,
                request.builder_version,
                app,
                [self.image(base.image_id) for base in request.image.base_images],
                self.world.clock.now(),
            )
            self.world.images[image.image_id] = image
            image.task = self.world.background(self._build(image))
        if image.built:
            return api_pb2.ImageGetOrCreateResponse(image_id=image.image_id, result=image.result, metadata=image.metadata())
        image.expected += 1
        return api_pb2.ImageGetOrCreateResponse(image_id=image.image_id)

    def _key(self, request: api_pb2.ImageGetOrCreateRequest) -> str:
        """What makes two builds the same: the definition, with a mount of files by its contents."""
        definition = api_pb2.Image()
        definition.CopyFrom(request.image)
        if definition.context_mount_id in self.world.mounts:
            definition.context_mount_id = self.world.mounts[definition.context_mount_id].checksum
        return hashlib.sha256(definition.SerializeToString(deterministic=True) + request.builder_version.encode()).hexdigest()

    def _known(self, request: api_pb2.ImageGetOrCreateRequest, environment: Environment) -> Image | None:
        if request.force_build or request.ignore_cache:
            return None
        key = self._key(request)
        for image in self.world.images.values():
            if image.key == key and image.environment is environment and (image.built or image.result is None):
                return image
        return None

    def _log(self, image: Image, text: str) -> None:
        item = api_pb2.TaskLogs(data=text, file_descriptor=api_pb2.FILE_DESCRIPTOR_STDOUT, timestamp=self.world.clock.now())
        item.timestamp_ns = int(item.timestamp * 1e9)
        image.items.append(item)
        image.app.log.add(Entry(item.timestamp, text, image_id=image.image_id))
        image.log.add(Entry(item.timestamp, text, task_id=image.builder_task_id))
        image.bell.ring()

    async def _build(self, image: Image) -> None:
        started = time.monotonic()
        try:
            status, exception = await self._run_steps(image)
        except asyncio.CancelledError:
            status, exception = api_pb2.GenericResult.GENERIC_STATUS_TERMINATED, ""
        if status == SUCCESS:
            self._log(image, f"Built image {image.image_id} in {time.monotonic() - started:.2f}s\n\n\n")
        image.result = api_pb2.GenericResult(status=status, exception=exception)
        image.finished = self.world.clock.now()
        image.bell.ring()

    async def _run_steps(self, image: Image) -> tuple[int, str]:
        """Every command of the layer, with the fault of a test among them."""
        self._log(image, f"Building image {image.image_id}\n")
        if self.world.options.real_images is None:
            return await self._each_step(image, None)
        async with self.world.servicer.real_build(image, lambda text: self._log(image, text)) as step:
            return await self._each_step(image, step)

    async def _each_step(self, image: Image, step: Callable[[str], Awaitable[int]] | None) -> tuple[int, str]:
        for number, command in enumerate(image.commands):
            self._log(image, f"\n=> Step {number}: {command}\n")
            if self.world.delays.build:
                await asyncio.sleep(self.world.delays.build)
            fault = self.world.faults.find("image_build")
            failing = fault and fault.options.get("command", "") in command and self.world.faults.take("image_build")
            if failing:
                self._log(image, fault.options.get("log", ""))
            code = 1 if failing else await step(command) if step else 0
            if code != 0:
                self._log(image, f"Terminating task due to error: failed to run builder command {command!r}: exit code {code}\n")
                return FAILURE, fault.options.get("exception", "") if failing else ""
        return SUCCESS, ""

    async def ImageJoinStreaming(
        self, request: api_pb2.ImageJoinStreamingRequest, caller: Caller
    ) -> AsyncIterator[api_pb2.ImageJoinStreamingResponse]:
        image = self.image(request.image_id)
        place = int(request.last_entry_id or 0)
        end = time.monotonic() + (request.timeout or 55)
        if image.expected and not request.last_entry_id:
            image.expected -= 1
        elif image.result is not None and not request.last_entry_id and not request.include_logs_for_finished:
            place = len(image.items)
        while True:
            if place < len(image.items):
                items = image.items[place:]
                place = len(image.items)
                yield api_pb2.ImageJoinStreamingResponse(task_logs=items, entry_id=str(place))
                continue
            if image.result is not None:
                yield api_pb2.ImageJoinStreamingResponse(result=image.result, metadata=image.metadata(), eof=True)
                return
            left = end - time.monotonic()
            if left <= 0:
                return
            await image.bell.wait(min(left, 5))

    async def ImageFromId(self, request: api_pb2.ImageFromIdRequest, caller: Caller) -> api_pb2.ImageFromIdResponse:
        image = self.image(request.image_id)
        return api_pb2.ImageFromIdResponse(image_id=image.image_id, metadata=image.metadata())

    async def ImageDelete(self, request: api_pb2.ImageDeleteRequest, caller: Caller) -> Empty:
        self.image(request.image_id)
        del self.world.images[request.image_id]
        return Empty()

    async def ImageBuildChainGet(self, request: Any, caller: Caller) -> api_pb2.ImageBuildChainGetResponse:
        steps: list[api_pb2.ImageBuildStep] = []

        def walk(image: Image) -> None:
            for base in image.bases:
                walk(base)
            step = api_pb2.ImageBuildStep(
                image_id=image.image_id,
                started_at=_timestamp(image.created),
                finished_at=_timestamp((image.finished or self.world.clock.now()) + 0.001),
                builder_app_id=image.builder_app_id,
                builder_task_id=image.builder_task_id,
            )
            steps.append(step)

        walk(self.image(request.image_id))
        return api_pb2.ImageBuildChainGetResponse(build_steps=steps)

    async def _admin_images(self, request: web.Request) -> web.Response:
        return web.json_response(
            [
                {
                    "image": image.image_id,
                    "bases": [base.image_id for base in image.bases],
                    "commands": image.commands,
                    "environ": image.environ(),
                    "built": image.built,
                    "executed": self.world.options.real_images is not None,
                    "log": "".join(item.data for item in image.items),
                }
                for image in self.world.images.values()
            ]
        )

    def admin_routes(self) -> list[web.RouteDef]:
        return [web.get("/images", self._admin_images)]
