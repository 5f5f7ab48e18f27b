"""
Function calls. One that Modal no longer knows is over: that is its outcome, not an error. Internal FunctionGetOutputs: the public FunctionCall.get raises the remote exception, which needs the remote's classes here, runs
whatever was pickled there, and cannot be told apart from trouble on the way.
"""

from __future__ import annotations

import asyncio
import time
from typing import Any

import modal
from modal_proto import api_pb2

from .contact import PROBE, Contact
from .download import download
from .errors import is_passing, status_of
from .results import error_of, value_of
from .rpc import unary
from .values import millis, text

_UNKNOWN = {"state": "unknown", "why": "Modal no longer knows this call"}

# How long the server may hold one question, and how long after that it counts as silent.
_HOLD, _GRACE = 50.0, 20.0


async def call(given: dict[str, Any], _item: Any) -> dict[str, Any]:
    """How the call stands now."""
    try:
        return await _ask(text(given, "call"), 0.0)
    except Exception as error:
        if status_of(error) == "NOT_FOUND":
            return _UNKNOWN
        raise


async def callEnd(given: dict[str, Any], item: Any) -> dict[str, Any]:  # noqa: N802 - the name on the wire
    """Waits for the end of the call, across lost connections."""
    number = text(given, "call")
    contact = Contact(item)
    heard = False
    while True:
        try:
            # A short question tells sooner whether there is contact.
            hold = _HOLD if heard else 0.0
            state = await asyncio.wait_for(_ask(number, hold), hold + (_GRACE if heard else PROBE))
            heard = True
            await contact.heard()
            if state["state"] != "running":
                return state
        except Exception as error:
            if status_of(error) == "NOT_FOUND":
                return _UNKNOWN
            if not is_passing(error):
                raise
            heard = False
            await asyncio.sleep(await contact.failed(error))


async def cancelCall(given: dict[str, Any], _item: Any) -> None:  # noqa: N802
    """Cancels the call's inputs; with `terminate` their containers too. One that Modal does not know has none."""
    handle = modal.FunctionCall.from_id(text(given, "call"))
    try:
        await handle.cancel.aio(terminate_containers=given.get("terminate") is True)
    except Exception as error:
        if status_of(error) != "NOT_FOUND":
            raise


async def _ask(number: str, hold: float) -> dict[str, Any]:
    request = api_pb2.FunctionGetOutputsRequest(
        function_call_id=number,
        timeout=hold,
        last_entry_id="0-0",
        clear_on_success=False,
        requested_at=time.time(),
    )
    answer = await unary("FunctionGetOutputs", request)
    if answer.outputs:
        return await _ended(answer.outputs[0])
    if answer.num_unfinished_inputs == 0:
        return {"state": "unknown", "why": "Modal no longer keeps the outcome of this call"}
    return {"state": "running"}


async def _ended(output: api_pb2.FunctionGetOutputsItem) -> dict[str, Any]:
    at = millis(output.output_created_at)
    result = output.result
    if result.status != api_pb2.GenericResult.GENERIC_STATUS_SUCCESS:
        return {"state": "failed", "error": error_of(result), "at": at}
    data = result.data
    if result.data_blob_id:
        # Internal BlobGet: large values are kept apart.
        blob = await unary("BlobGet", api_pb2.BlobGetRequest(blob_id=result.data_blob_id))
        data = b"".join([piece async for piece in download(blob.download_url)])
    try:
        return {"state": "done", "value": value_of(data, output.data_format), "at": at}
    except ValueError as error:
        return {"state": "unknown", "why": f"the call succeeded, but its value cannot be read: {error}"}
