"""Runs for Weights & Biases, one a seed: folders that `wandb sync` uploads, or, when that is asked
for, runs at their site. Nothing but curves, scores and config goes into them."""

from __future__ import annotations

import hashlib
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from jobkit.errors import Problem

from seizure.trackers.about import About, absent
from seizure.trackers.read import Track, digest_words

PROJECT = "seizure-detection"
_TOOK_NOTHING = "Weights & Biases took nothing"


def write(
    tracks: tuple[Track, ...],
    about: About,
    out: Path,
    project: str = PROJECT,
    entity: str | None = None,
    online: bool = False,
) -> list[str]:
    """The folders, one a seed; `online`: the addresses. Without it no host is contacted."""
    with _quiet(online):
        try:
            import wandb
        except ImportError as e:
            raise absent("wandb", e) from e
        try:
            return [_run(wandb, track, about, out, project, entity, online) for track in tracks]
        except wandb.errors.UsageError as e:
            # A command, where what is missing is a sign-in.
            hint = f"{sys.executable} -m wandb login" if online else None
            raise Problem(_TOOK_NOTHING, _first_line(e), hint) from e
        except wandb.errors.CommError as e:
            why = f"{_first_line(e)}; without --online it is written here, and can be sent later"
            raise Problem(_TOOK_NOTHING, why, f"ann-tui export wandb {about.run}") from e
        finally:
            wandb.teardown()


def _run(
    wandb: Any,
    track: Track,
    about: About,
    out: Path,
    project: str,
    entity: str | None,
    online: bool,
) -> str:
    name = _id(about, track)
    if not online and (before := next((out / "wandb").glob(f"offline-run-*-{name}"), None)):
        return str(before)
    run = wandb.init(
        dir=str(out),
        project=project,
        entity=entity,
        name=about.title(track),
        id=name,
        group=about.run,
        tags=["synthetic"] if about.synthetic else None,
        config={**about.config, "seed": track.seed, "parameters": track.parameters},
        settings=_settings(wandb, online),
    )
    for row in track.rows:
        run.log({**row.values, "_timestamp": row.time}, step=row.step)
    for name, value in track.scores.items():
        run.summary[name] = value
    if track.best_step is not None:
        run.summary["best_step"] = track.best_step
    # `dir` is the folder of the run's files, in the folder that is uploaded.
    where = run.url if online else str(Path(run.dir).parent)
    run.finish()
    return str(where)


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]


def _id(about: About, track: Track) -> str:
    """The same curves are one run there however often they are sent; longer ones are another, so
    that no step is there twice."""
    digest = hashlib.sha256(digest_words(track).encode()).hexdigest()[:8]
    return f"{about.run}-seed-{track.seed}-{digest}"


def _settings(wandb: Any, online: bool) -> Any:
    """Neither the machine nor its folders, programs and packages are told."""
    return wandb.Settings(
        mode="online" if online else "offline",
        silent=True,
        console="off",
        disable_git=True,
        disable_code=True,
        disable_job_creation=True,
        save_code=False,
        symlink=False,
        host="",
        username="",
        email="",
        program="",
        init_timeout=30,
        x_disable_meta=True,
        x_disable_stats=True,
        x_disable_machine_info=True,
        x_save_requirements=False,
    )


@contextmanager
def _quiet(online: bool) -> Iterator[None]:
    """No reports of errors to others, and none of its own folders in a person's home; who signed in
    is known online only."""
    kept = dict(os.environ)
    with tempfile.TemporaryDirectory(prefix="ann-tui-wandb-") as own:
        os.environ.update(
            WANDB_ERROR_REPORTING="false",
            WANDB_CACHE_DIR=own,
            WANDB_DATA_DIR=own,
        )
        if not online:
            os.environ.update(WANDB_CONFIG_DIR=own)
            os.environ.pop("WANDB_API_KEY", None)
        try:
            yield
        finally:
            os.environ.clear()
            os.environ.update(kept)
