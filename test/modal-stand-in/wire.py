"""gRPC without generated base classes: every RPC of the API is answered by one function, on a door whose connections can be cut."""

from __future__ import annotations

import asyncio
import weakref
from collections.abc import Awaitable, Callable
from typing import Any

from google.protobuf import message_factory
from grpclib import const
from grpclib.config import Configuration
from grpclib.server import Server, Stream

# What answers one RPC: its name, whether the reply is a stream, and grpclib's stream.
Answer = Callable[[str, bool, Stream], Awaitable[None]]

WINDOW = 16 * 1024 * 1024
CARDINALITIES = {
    (False, False): const.Cardinality.UNARY_UNARY,
    (False, True): const.Cardinality.UNARY_STREAM,
    (True, False): const.Cardinality.STREAM_UNARY,
    (True, True): const.Cardinality.STREAM_STREAM,
}


class _Service:
    """All RPCs of one service of a descriptor, each handed to `answer`."""

    def __init__(self, file: Any, service: str, answer: Answer) -> None:
        self._service = file.services_by_name[service]
        self._answer = answer

    def __mapping__(self) -> dict[str, const.Handler]:
        return {f"/{self._service.full_name}/{method.name}": self._handler(method) for method in self._service.methods}

    def _handler(self, method: Any) -> const.Handler:
        async def handle(stream: Stream) -> None:
            await self._answer(method.name, method.server_streaming, stream)

        return const.Handler(
            handle,
            CARDINALITIES[method.client_streaming, method.server_streaming],
            message_factory.GetMessageClass(method.input_type),
            message_factory.GetMessageClass(method.output_type),
        )


class Door(Server):
    """A gRPC server on loopback that can cut its connections, close, and open again on the same port."""

    def __init__(self, services: list[tuple[Any, str, Answer]]) -> None:
        config = Configuration(http2_connection_window_size=WINDOW, http2_stream_window_size=WINDOW)
        super().__init__([_Service(*service) for service in services], config=config)
        self._protocols: weakref.WeakSet = weakref.WeakSet()
        self.port = 0

    def _protocol_factory(self) -> Any:
        protocol = super()._protocol_factory()
        self._protocols.add(protocol)
        return protocol

    async def open(self, port: int = 0) -> None:
        """Listens; again on the same port after `shut`."""
        for _ in range(200):
            try:
                await self.start("127.0.0.1", port or self.port)
                break
            except OSError:
                await asyncio.sleep(0.05)
        else:
            raise OSError(f"port {port or self.port} is taken")
        self.port = self._server.sockets[0].getsockname()[1]

    def cut(self) -> int:
        """Ends every connection at once, without a goodbye; how many there were."""
        count = 0
        for protocol in list(self._protocols):
            connection = getattr(protocol, "connection", None)
            transport = getattr(connection, "_transport", None)
            if transport is None or transport.is_closing():
                continue
            transport.abort()
            count += 1
        return count

    def shut(self) -> None:
        """Stops listening and cuts every connection."""
        if self._server is not None:
            self._server.close()
            self._server = None
        self.cut()
