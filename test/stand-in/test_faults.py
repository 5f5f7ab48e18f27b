"""Faults on demand, as the real client meets them; the bill; images; commands in containers."""

from __future__ import annotations

import json
import time
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from driving import Driven, driven, eventually
from jobs import app_file, launch


@pytest.fixture(scope="module")
def modal(tmp_path_factory: pytest.TempPathFactory) -> Any:
    with driven(tmp_path_factory.mktemp("home")) as modal:
        yield modal
        assert modal.admin("/health")["crashes"] == []


@pytest.fixture(autouse=True)
def as_before(modal: Driven) -> Any:
    yield
    modal.admin("/faults", method="DELETE")
    modal.admin("/delays", {"queue": 0, "boot": 0, "build": 0})


def run(modal: Driven, folder: Path, *, rc: int | None = 0, text: str | None = None) -> Any:
    path = app_file(folder) if text is None else app_file(folder, text)
    return modal.cli("run", str(path), "--function", "square", "--args", "[2]", "--wait", rc=rc)


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("bad_token", "Token ID not found"),
        ("expired_token", "Token has expired"),
        ("spend_limit", "workspace billing cycle spend limit reached"),
    ],
)
def test_refusals(modal: Driven, tmp_path: Path, kind: str, said: str) -> None:
    modal.fault(kind, times=None)
    done = run(modal, tmp_path, rc=1)
    assert said in done.stderr


def test_one_error_of_one_request(modal: Driven) -> None:
    modal.fault("error", match={"rpc": "AppList"}, status="PERMISSION_DENIED", message="not for you")
    assert "not for you" in modal.cli("app", "list", rc=1).stderr
    assert modal.cli("app", "list", "--json").returncode == 0


def test_a_lost_reply_takes_effect_once(modal: Driven, tmp_path: Path) -> None:
    before = len(modal.admin("/apps"))
    modal.fault("lost_reply", match={"rpc": "AppCreate"})
    modal.fault("lost_reply", match={"rpc": "FunctionMap"})
    job = launch(modal, tmp_path, "square", 3)
    assert job.result() == {"returned": 9}
    assert len(modal.admin("/apps")) == before + 1
    assert len([call for call in modal.admin("/calls") if call["app"] == job.app]) == 1
    modal.fault("lost_reply", match={"rpc": "FunctionMap"}, forget=True)
    job = launch(modal, tmp_path, "square", 4)
    assert len([call for call in modal.admin("/calls") if call["app"] == job.app]) == 2


def test_a_slow_request(modal: Driven) -> None:
    modal.fault("delay", match={"rpc": "AppList"}, seconds=2)
    started = time.monotonic()
    modal.cli("app", "list")
    assert time.monotonic() - started > 2
    assert modal.admin("/faults") == []


def test_the_bill_is_that_of_the_process_table(modal: Driven, tmp_path: Path) -> None:
    modal.admin("/delays", {"queue": 0.7, "boot": 0.9})
    job = launch(modal, tmp_path, "square", 3)
    job.result()
    job.wait_stopped()
    container = job.containers()[0]
    assert container["assigned"] - container["enqueued"] >= 0.7
    assert container["started"] - container["assigned"] >= 0.9
    hours = (Decimal(str(container["finished"])) - Decimal(str(container["assigned"]))) / 3600
    expected = hours * (2 * Decimal("0.0473") + Decimal("0.0080"))
    bill = modal.admin(f"/bill?app={job.app}")
    assert abs(Decimal(bill["total"]) - expected) < Decimal("1e-9")
    code = (
        "import json, sys, modal\nfrom modal.client import _Client\nfrom modal._utils.async_utils import synchronizer\n"
        "from modal_proto import api_pb2\n"
        "async def ask():\n"
        "    client = await _Client.from_env()\n"
        f"    info = (await client._stub.TaskGetInfo(api_pb2.TaskGetInfoRequest(task_id={container['container']!r}))).info\n"
        "    print(json.dumps([info.enqueued_at, info.started_at, info.finished_at]))\n"
        "synchronizer.create_blocking(ask)()\n"
    )
    told = json.loads(modal.python(code))
    assert told == [container["enqueued"], container["started"], container["finished"]]


@pytest.mark.parametrize(
    ("change", "factor"),
    [
        ('cpu=2, region="us"', Decimal("1.5")),
        ('cpu=2, region="us-west"', Decimal("1.75")),
        ("cpu=2, nonpreemptible=True", Decimal(3)),
    ],
)
def test_what_multiplies_the_price(modal: Driven, tmp_path: Path, change: str, factor: Decimal) -> None:
    run(modal, tmp_path, text=app_file(tmp_path).read_text().replace("cpu=2", change))
    row = modal.admin("/bill")["rows"][-1]
    hours = (Decimal(str(row["until"])) - Decimal(str(row["since"]))) / 3600
    expected = hours * factor * (2 * Decimal("0.0473") + Decimal("0.0080"))
    assert abs(Decimal(row["cost"]) - expected) < Decimal("1e-9")


def test_an_image_is_built_once_and_its_log_is_seen(modal: Driven, tmp_path: Path) -> None:
    text = app_file(tmp_path).read_text().replace('.env({"GREETING"', '.run_commands("echo first").env({"GREETING"')
    out = run(modal, tmp_path, text=text).stdout
    assert "Building image im-" in out and "RUN echo first" in out and "Built image im-" in out
    assert "Building image" not in run(modal, tmp_path, text=text).stdout
    image = next(one for one in modal.admin("/images") if "RUN echo first" in one["commands"])
    log = modal.cli("image", "logs", image["image"]).stdout
    assert "RUN echo first" in log


def test_an_image_that_cannot_be_built(modal: Driven, tmp_path: Path) -> None:
    modal.fault("image_build", command="make it", log="g++: fatal error: no input files\n")
    text = app_file(tmp_path).read_text().replace('.env({"GREETING"', '.run_commands("make it").env({"GREETING"')
    done = run(modal, tmp_path, text=text, rc=1)
    assert "g++: fatal error: no input files" in done.stdout
    assert "Image build for im-" in done.stderr and "failed" in done.stderr
    assert "Built image" in run(modal, tmp_path, text=text).stdout


def test_commands_run_in_the_container(modal: Driven, tmp_path: Path) -> None:
    job = launch(modal, tmp_path, "ticks", 600, 0.1)
    container = job.working()["container"]
    command = ["container", "exec", "--no-pty", container, "--", "bash", "-c", "echo in $MODAL_TASK_ID; ls /root; cat >&2 /proc/1/comm"]
    done = modal.cli(*command)
    assert f"in {container}\n" in done.stdout and "app.py" in done.stdout
    assert "python" in done.stdout + done.stderr
    listed = modal.json("container", "list")
    assert [one["container_id"] for one in listed if one["app_id"] == job.app] == [container]
    modal.cli("app", "stop", "-y", job.app)
    job.wait_stopped()
    assert "not running" in modal.cli(*command, rc=1).stderr


def test_no_more_containers_than_allowed(modal: Driven, tmp_path: Path) -> None:
    text = app_file(tmp_path).read_text().replace("max_containers=4", "max_containers=2")
    path = app_file(tmp_path, text)
    done = modal.cli("run", str(path), "--function", "coordinator", "--args", "[5]", "--wait", timeout=240)
    assert '"code": 0' in done.stdout
    parts = [one for one in modal.admin("/containers") if one["function"] == "part"][-5:]
    moments = [(one["assigned"], 1) for one in parts] + [(one["finished"], -1) for one in parts]
    alive = most = 0
    for _, step in sorted(moments):
        alive += step
        most = max(most, alive)
    assert len(parts) == 5 and most <= 2
    eventually(lambda: all(one["finished"] for one in modal.admin("/containers")))
