"""Made-up recordings, small, here as a dataset `tiny`; an evaluation of them."""

from __future__ import annotations

from pathlib import Path

import pytest
from evaluation_support import TINY, Done, done, have, job_of


@pytest.fixture(scope="session")
def datasets(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of datasets with `tiny` in it."""
    folder = tmp_path_factory.mktemp("datasets")
    have(folder, "tiny", TINY)
    return folder


@pytest.fixture(scope="session")
def evaluated(datasets: Path, tmp_path_factory: pytest.TempPathFactory) -> Done:
    return done(job_of(datasets), tmp_path_factory.mktemp("evaluated"))
