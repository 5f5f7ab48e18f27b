"""Whether a person's model changes the signal that it is given, and where."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch
from torch.overrides import TorchFunctionMode

from seizure.model.own.callers import line_in


class InputChanged(TorchFunctionMode):
    """`with InputChanged(source, signal) as change:` looks at the signal after every call of
    torch: its views are the signal as well."""

    def __init__(self, source: Path, signal: torch.Tensor) -> None:
        super().__init__()
        self._source, self._signal = str(source), signal
        self._before, self._version = signal.clone(), signal._version
        self._found: tuple[str, int | None] | None = None

    def __torch_function__(
        self, func: Any, types: Any, args: Any = (), kwargs: Any = None
    ) -> Any:  # fmt: skip
        out = func(*args, **(kwargs or {}))
        if self._found is None and self._signal._version != self._version:
            self._found = (getattr(func, "__name__", str(func)), line_in(self._source))
        return out

    def happened(self) -> bool:
        return not torch.equal(self._before, self._signal)

    def where(self) -> tuple[str, int | None] | None:
        """(name of the call, line of the file that led to it), where torch saw it."""
        return self._found
