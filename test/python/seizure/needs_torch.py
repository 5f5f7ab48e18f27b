"""For test modules that need torch: `from needs_torch import torch`. Without it they are skipped as
a whole, and the end of the tests says so (conftest.py)."""

from __future__ import annotations

import pytest

REASON = "torch is not in this environment: nothing that has weights is tested"

torch = pytest.importorskip("torch", reason=REASON)
torch.set_num_threads(1)
