"""Any exception as type and text, with nothing secret in it, and whether it only says that Modal was not reached."""

from __future__ import annotations

import asyncio
import errno
import re
import socket
import ssl
from typing import Any

_SECRET = re.compile(r"\b(ak|as|wk|ws|ov|rt)-[A-Za-z0-9]{6,}")

# What a transport says when it, and not Modal, is the trouble. By name: the classes belong to libraries that may not be loaded.
_CONTACT_CLASSES = {
    "ConnectionError",
    "StreamTerminatedError",
    "ProtocolError",
    "ClientClosed",
    "ClientConnectionError",
    "ClientConnectorError",
    "ClientOSError",
    "ClientPayloadError",
    "ServerDisconnectedError",
    "ServerTimeoutError",
    "RetryTimeoutError",
    "DeadlineExceeded",
    "Silent",
}
_CONTACT_STATUS = {"UNAVAILABLE", "DEADLINE_EXCEEDED", "CANCELLED", "UNKNOWN"}
_NETWORK_ERRNO = {
    errno.ECONNREFUSED,
    errno.ECONNRESET,
    errno.ECONNABORTED,
    errno.EPIPE,
    errno.ETIMEDOUT,
    errno.EHOSTUNREACH,
    errno.ENETUNREACH,
    errno.ENETDOWN,
    errno.EADDRNOTAVAIL,
}


class DeadlineExceeded(Exception):
    """The caller's deadline passed."""


class Silent(Exception):
    """A stream that ought to have spoken or ended did neither."""


class BadRequest(Exception):
    """A request that our own program should not have made."""


class NotFound(Exception):
    """A path that a volume does not have."""


class Refused(Exception):
    """Modal said no, in words that may not be repeated."""


def masked(text: str) -> str:
    """Tokens as their kind and dots."""
    return _SECRET.sub(lambda found: f"{found.group(1)}-…", text)


def status_of(error: BaseException) -> str | None:
    """Name of the gRPC status that became this exception."""
    status = getattr(error, "_grpc_status", None) or getattr(error, "status", None)
    name = getattr(status, "name", None)
    return name if isinstance(name, str) else None


def is_contact(error: BaseException) -> bool:
    """True when Modal was not reached or did not answer: nothing is known about the thing that was asked for."""
    if isinstance(error, (asyncio.TimeoutError, TimeoutError, socket.gaierror, ssl.SSLError)):
        return type(error).__module__ != "modal.exception"
    if isinstance(error, OSError):
        return isinstance(error, ConnectionError) or error.errno in _NETWORK_ERRNO
    if isinstance(error, AttributeError):
        # How older grpclib says that the connection went away.
        return "_write_appdata" in str(error)
    names = {kind.__name__ for kind in type(error).__mro__}
    # Every exception of the client is a GRPCError too; only these two are about the way there.
    if "ServiceError" in names or type(error).__name__ == "GRPCError":
        status = status_of(error)
        return status is None or status in _CONTACT_STATUS
    return bool(names & _CONTACT_CLASSES)


def is_passing(error: BaseException) -> bool:
    """True when a stream should simply be opened again."""
    return is_contact(error) or status_of(error) == "INTERNAL"


def describe(error: BaseException) -> dict[str, Any]:
    """What goes over the wire."""
    kind = type(error).__name__
    text = masked(str(error).strip()) or kind
    about: dict[str, Any] = {"type": kind, "text": text}
    status = status_of(error)
    if status is not None:
        about["status"] = status
    if is_contact(error):
        about["unreachable"] = True
    return about
