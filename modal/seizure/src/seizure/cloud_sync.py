"""Recordings brought to the volume of datasets by a container at Modal, or inventoried in a
bucket."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jobkit.cloud.job_runner import JobRunner

from seizure.job import check_name, check_url

#: Where the bucket of recordings is mounted, in every container that needs it.
BUCKET = Path("/mnt/recordings")


def sync(
    runner: JobRunner, job: Mapping[str, Any], data: Path, bucket: Path = BUCKET
) -> dict[str, Any] | None:
    """Does the job `{"job": "sync", "datasets": [{"name", "url"}], "from": "s3://BUCKET/FOLDER/",
    "unlabelled", "long_seizures"}` in a child: `from` says that the recordings lie in the mounted
    bucket, and stay there. Returns why they could not be had (what, why, hint), or None."""
    (dataset,) = job["datasets"]
    name, url = check_name(dataset["name"], "name"), check_url(dataset.get("url"), "url")
    words = ["sync", name, "--data", str(data), "--timeless", "--out", str(runner.folder)]
    if job.get("from"):
        words += ["--from", str(bucket / name), "--called", f"{job['from'].rstrip('/')}/{name}"]
    elif url is not None:
        words += ["--url", url]
    if job.get("unlabelled"):
        words.append("--unlabelled")
    if job.get("long_seizures"):
        words += ["--long-seizures", job["long_seizures"]]
    ended = runner.run(words)
    if ended.code == 0:
        return None
    why = {"what": f"{name} could not be had", "why": f"exit code {ended.code}"}
    return ended.failure or why
