"""What every app tells Modal in the same way: its launch, its size, its volumes, its call."""

import json
import os
from pathlib import Path
from typing import Any

import modal

#: Where the bucket of recordings is mounted: seizure.cloud_sync, and every stamp of what lies there, says so too.
RECORDINGS = "/mnt/recordings"


def launch(**otherwise: Any) -> dict[str, Any]:
    """The file that $ANN_TUI_LAUNCH names. In a container it comes as an argument, and what is declared there counts for nothing:
    `otherwise` is enough."""
    if not modal.is_local():
        return {"app": "ann-tui", "run": "run", "attempt": 1, **otherwise}
    return json.loads(Path(os.environ["ANN_TUI_LAUNCH"]).read_text(encoding="utf-8"))


def app(launch: dict[str, Any], image: modal.Image) -> modal.App:
    return modal.App(launch["app"], tags={"run": launch["run"], "attempt": str(launch["attempt"])}, image=image)


def size(container: dict[str, Any]) -> dict[str, Any]:
    """Requests that are limits too: nothing is used that was not priced."""
    cores, mib = container.get("cores", 1), int(container.get("memory_gib", 1) * 1024)
    return {"cpu": (cores, cores), "memory": (mib, mib)}


def volume(name: str) -> modal.Volume:
    """The volume, of whatever version it is; a new one is of version 2."""
    if modal.is_local():
        try:
            modal.Volume.from_name(name).hydrate()
        except modal.exception.NotFoundError:
            modal.Volume.objects.create(name, version=2, allow_existing=True)
    return modal.Volume.from_name(name)


def _bucket(name: str, prefix: str, endpoint: str | None, secret: str | None, keys: list[str]) -> modal.CloudBucketMount:
    """Only read: what is needed was sent there before."""
    return modal.CloudBucketMount(
        name,
        bucket_endpoint_url=endpoint,
        key_prefix=prefix or None,
        secret=modal.Secret.from_name(secret, required_keys=keys) if secret else None,
        read_only=True,
    )


def buckets(launch: dict[str, Any]) -> tuple[dict[str, modal.CloudBucketMount], dict[str, str]]:
    """Mounts by what is in them ("datasets", "recordings"), and what the image has to say of them: a container has to declare the same
    objects as the launch did."""
    given = launch.get("buckets") or json.loads(os.environ.get("ANN_TUI_BUCKETS", "{}"))
    return {name: _bucket(**one) for name, one in given.items()}, {"ANN_TUI_BUCKETS": json.dumps(given)} if given else {}


def task() -> str:
    """What Modal calls this container."""
    return os.environ.get("MODAL_TASK_ID", "")


def say(what: str, app: modal.App, **more: str) -> None:
    """The line that whoever launched is waiting for."""
    print(json.dumps({"ann_tui": what, "app": app.app_id, **more}), flush=True)
