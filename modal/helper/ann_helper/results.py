"""How Modal says that something ended."""

from __future__ import annotations

import io
import pickle
import re
from typing import Any

from modal_proto import api_pb2

from .errors import masked

# By number: names of newer clients are not known to older ones.
_STATUS = {
    1: "success",
    2: "failure",
    3: "terminated",
    4: "timeout",
    5: "init-failure",
    6: "internal-failure",
    7: "idle-timeout",
    8: "out-of-memory",
    9: "out-of-memory",
    10: "out-of-memory",
}
_TYPES = {
    "terminated": "Cancelled",
    "timeout": "FunctionTimeoutError",
    "init-failure": "InitFailure",
    "internal-failure": "InternalFailure",
    "idle-timeout": "FunctionTimeoutError",
    "out-of-memory": "OutOfMemory",
}


def result_of(result: api_pb2.GenericResult) -> dict[str, Any]:
    """Status, exit code and words of a container or an image build."""
    status = _STATUS.get(result.status, "unknown")
    return {"status": status, "exitCode": result.exitcode or None, "text": masked(result.exception.strip())}


def error_of(result: api_pb2.GenericResult) -> dict[str, Any]:
    """The failure of a call: the remote exception's own type where it has one ("ValueError('boom')"), else Modal's."""
    status = _STATUS.get(result.status, "unknown")
    text = masked(result.exception.strip())
    own = re.match(r"([A-Za-z_]\w*)\(", text) if status == "failure" else None
    kind = own.group(1) if own else _TYPES.get(status, "RemoteError")
    return {"type": kind, "text": text or status, "status": status, "exitCode": result.exitcode or None}


class _PlainUnpickler(pickle.Unpickler):
    """Numbers, text, lists and dicts; nothing that would run code of the one who wrote it."""

    def find_class(self, module: str, name: str) -> Any:
        raise pickle.UnpicklingError(f"{module}.{name} is no plain value")


def value_of(data: bytes, data_format: int) -> Any:
    """A returned value. Raises ValueError for one that is not plain data."""
    if data_format == api_pb2.DATA_FORMAT_CBOR:
        import cbor2

        return cbor2.loads(data)
    try:
        return _PlainUnpickler(io.BytesIO(data)).load()
    except Exception as error:
        raise ValueError(str(error)) from error
