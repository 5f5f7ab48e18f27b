"""Made-up patients that are trained on, prepared once."""

from __future__ import annotations

from pathlib import Path

import pytest
from training_support import make_data


@pytest.fixture(scope="session")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of datasets with `tiny` in it, prepared."""
    return make_data(tmp_path_factory.mktemp("trained-on"))
