"""Where in a person's file numbers stop being numbers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch
from torch.overrides import TorchFunctionMode

from seizure.model.own.callers import line_in


class FirstNotNumber(TorchFunctionMode):
    """`with FirstNotNumber(source) as first:` looks at what every call of torch gives. `where()` is
    the first that gave NaN or infinity, or else -infinity, with which masks are made."""

    def __init__(self, source: Path) -> None:
        super().__init__()
        self._source = str(source)
        self._found: tuple[str, int | None] | None = None
        self._lowest: tuple[str, int | None] | None = None

    def __torch_function__(
        self, func: Any, types: Any, args: Any = (), kwargs: Any = None
    ) -> Any:  # fmt: skip
        out = func(*args, **(kwargs or {}))
        name = getattr(func, "__name__", str(func))
        # What is not filled yet may hold anything.
        if isinstance(out, torch.Tensor) and out.is_floating_point() and "empty" not in name:
            if self._found is None and bool((torch.isnan(out) | torch.isposinf(out)).any()):
                self._found = (name, line_in(self._source))
            if self._lowest is None and bool(torch.isneginf(out).any()):
                self._lowest = (name, line_in(self._source))
        return out

    def where(self) -> tuple[str, int | None] | None:
        """(name of the call, line of the file that led to it)"""
        return self._found or self._lowest
