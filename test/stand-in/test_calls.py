"""Function calls with the real client: really executed, in containers of their own, with everything that can befall them."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from driving import Driven, driven, eventually
from jobs import app_file, function_call, launch, launch_cli


@pytest.fixture(scope="module")
def modal(tmp_path_factory: pytest.TempPathFactory) -> Any:
    with driven(tmp_path_factory.mktemp("home")) as modal:
        modal.admin("/delays", {"stop_grace": 2, "background_commit": 0.5})
        yield modal
        assert modal.admin("/health")["crashes"] == []


@pytest.fixture(autouse=True)
def no_faults(modal: Driven) -> Any:
    yield
    modal.admin("/faults", method="DELETE")


def run_attached(modal: Driven, folder: Path, function: str, *args: Any) -> tuple[str, Any]:
    command = ["run", str(app_file(folder)), "--function", function, "--args", json.dumps(args), "--wait"]
    out = modal.cli(*command).stdout
    return out, next(json.loads(line)["returned"] for line in out.splitlines() if line.startswith('{"returned"'))


def test_an_attached_run_prints_what_the_container_prints(modal: Driven, tmp_path: Path) -> None:
    out, returned = run_attached(modal, tmp_path, "square", 7)
    assert returned == 49
    assert "square of 7\n" in out and "aside\n" in out
    assert "✓ Initialized. View run at https://modal.com/apps/acme/main/ap-" in out
    assert "✓ App completed." in out


def test_a_container_sees_its_image_its_mounts_and_nothing_of_this_machine(modal: Driven, tmp_path: Path) -> None:
    _, seen = run_attached(modal, tmp_path, "surroundings")
    assert seen["env"]["GREETING"] == "hello there"
    assert seen["env"]["MODAL_TASK_ID"].startswith("ta-") and seen["env"]["MODAL_IS_REMOTE"] == "1"
    assert "MODAL_TOKEN_ID" not in seen["env"] and not any("COLUMNS" in key for key in seen["env"])
    assert (seen["cwd"], seen["file"]) == ("/root", "/root/app.py")
    assert "work" not in seen["root"]


def test_a_detached_job_maps_over_containers_and_shares_a_volume(modal: Driven, tmp_path: Path) -> None:
    job = launch_cli(modal, tmp_path, "coordinator", 4)
    returned = job.result()["returned"]
    assert returned["seen"] == ["w0", "w1", "w2", "w3"]
    assert len(set(returned["tasks"])) == 4
    job.wait_stopped()
    listed = next(one for one in modal.json("app", "list") if one["app_id"] == job.app)
    assert (listed["state"], listed["tasks"], listed["description"]) == ("stopped", "0", "ann-tui-test-1")
    graph = function_call(modal, job.call).get_call_graph()
    assert [(one.function_name, [child.function_name for child in one.children]) for one in graph] == [("coordinator", ["part"] * 4)]


def test_a_result_that_is_not_there_yet(modal: Driven, tmp_path: Path) -> None:
    job = launch(modal, tmp_path, "ticks", 40, 0.1)
    assert job.result(seconds=0)["raised"] == "TimeoutError"
    listed = next(one for one in modal.json("app", "list") if one["app_id"] == job.app)
    assert listed["state"] == "ephemeral (detached)"
    assert job.result() == {"returned": 40}


def test_the_server_retries_what_nobody_waits_for(modal: Driven, tmp_path: Path) -> None:
    job = launch(modal, tmp_path, "third_time")
    assert job.result() == {"returned": 3}
    assert len(job.containers()) == 3


def test_an_exception_comes_back_and_its_traceback_is_in_the_log(modal: Driven, tmp_path: Path) -> None:
    job = launch(modal, tmp_path, "square", "x")
    assert job.result()["raised"] == "TypeError"
    assert "can't multiply sequence" in job.printed()


def test_preemption_starts_the_same_input_again_in_another_container(modal: Driven, tmp_path: Path) -> None:
    job = launch(modal, tmp_path, "resuming")
    eventually(lambda: "start 1" in job.printed())
    first = job.working()
    modal.admin(f"/containers/{first['container']}/preempt", {})
    assert job.result() == {"returned": 2}
    ids = [one["container"] for one in job.containers()]
    assert len(ids) == 2 and ids[0] == first["container"]
    logs = modal.cli("app", "logs", job.app, "--source", "system").stdout
    assert "Runner interrupted due to worker preemption. Your Function will be restarted with the same input." in logs


def test_stopping_a_container_sends_its_input_to_another(modal: Driven, tmp_path: Path) -> None:
    job = launch(modal, tmp_path, "ticks", 30, 0.1)
    first = job.working()
    modal.cli("container", "stop", "-y", first["container"])
    assert job.result() == {"returned": 30}
    assert len(job.containers()) == 2


def test_the_end_of_memory_is_exit_code_137(modal: Driven, tmp_path: Path) -> None:
    modal.fault("oom", match={"function": "ticks"}, after=0.3)
    job = launch(modal, tmp_path, "ticks", 1000, 0.1)
    assert job.result() == {"raised": "RemoteError", "text": "Runner failed with exit code: 137"}
    assert job.containers()[0]["exit_code"] == 137


def test_an_input_that_takes_too_long(modal: Driven, tmp_path: Path) -> None:
    job = launch(modal, tmp_path, "too_long")
    result = job.result()
    assert result["raised"] == "FunctionTimeoutError"
    assert result["text"].endswith("hit its timeout of 1s")
    eventually(lambda: job.containers()[0]["finished"])


def test_a_container_that_does_not_start_fails_its_call_and_is_billed(modal: Driven, tmp_path: Path) -> None:
    modal.fault("boot_failure", match={"function": "square"}, exit_code=3)
    job = launch(modal, tmp_path, "square", 1)
    assert job.result() == {"raised": "RemoteError", "text": "Runner failed with exit code: 3"}
    assert float(modal.admin(f"/bill?app={job.app}")["total"]) > 0


def test_an_app_that_cannot_be_imported_tells_why(modal: Driven, tmp_path: Path) -> None:
    text = app_file(tmp_path).read_text() + "\nif not modal.is_local():\n    import no_such_module\n"
    path = app_file(tmp_path, text)
    done = modal.cli("run", str(path), "--function", "square", "--args", "[1]", "--wait", rc=1)
    assert "No module named 'no_such_module'" in done.stdout + done.stderr


def test_cancelling_a_call(modal: Driven, tmp_path: Path) -> None:
    job = launch(modal, tmp_path, "ticks", 1000, 0.1)
    job.working()
    function_call(modal, job.call).cancel()
    assert job.result()["raised"] in ("RemoteError", "InputCancellation", "FunctionCallCancelled")
    job.wait_stopped()


def test_stopping_the_app_ends_its_containers(modal: Driven, tmp_path: Path) -> None:
    job = launch(modal, tmp_path, "stubborn")
    eventually(lambda: "here" in job.printed())
    pid = job.working()["pid"]
    done = modal.cli("app", "stop", "-y", job.app)
    assert done.stdout == ""
    job.wait_stopped()
    assert not os.path.exists(f"/proc/{pid}")
    assert "not yet KeyboardInterrupt" in job.printed()
    again = modal.cli("app", "stop", "-y", job.app, rc=1)
    assert "App is already stopped." in again.stderr


def start_client(modal: Driven, folder: Path, *flags: str) -> tuple[subprocess.Popen, str]:
    """A client that stays, and the id of its app."""
    command = [sys.executable, "-m", "modal", "run", *flags, str(app_file(folder)), "--function", "ticks", "--args", "[1000, 0.1]", "--wait"]
    client = subprocess.Popen(command, env=modal.env(PYTHONUNBUFFERED="1"), stdout=subprocess.PIPE, text=True)
    app = next(line.split("/")[-1].strip() for line in client.stdout if "View run at" in line)
    eventually(lambda: any(one["app"] == app and one["inputs"] for one in modal.admin("/containers")))
    return client, app


def state_of(modal: Driven, app: str) -> str:
    return next(one["state"] for one in modal.admin("/apps") if one["app"] == app)


def test_a_killed_client_takes_an_attached_app_with_it_but_not_a_detached_one(modal: Driven, tmp_path: Path) -> None:
    clients = [start_client(modal, tmp_path), start_client(modal, tmp_path, "--detach")]
    for client, _ in clients:
        client.kill()
        client.wait()
        client.stdout.close()
    modal.admin("/delays", {"missed_heartbeats": 1})
    try:
        (_, attached), (_, detached) = clients
        eventually(lambda: state_of(modal, attached) == "APP_STATE_STOPPED")
        eventually(lambda: state_of(modal, detached) == "APP_STATE_DETACHED_DISCONNECTED")
        assert any(one["app"] == detached and one["alive"] for one in modal.admin("/containers"))
        modal.cli("app", "stop", "-y", detached)
    finally:
        modal.admin("/delays", {"missed_heartbeats": 60})


def test_an_interrupted_attached_client_stops_its_app(modal: Driven, tmp_path: Path) -> None:
    client, app = start_client(modal, tmp_path)
    client.send_signal(signal.SIGINT)
    assert client.wait(timeout=60) == 0
    assert "App aborted" in client.stdout.read()
    client.stdout.close()
    eventually(lambda: state_of(modal, app) == "APP_STATE_STOPPED")


def test_what_the_server_refuses(modal: Driven, tmp_path: Path) -> None:
    for change, said in (('cpu=2, gpu="A1000"', "Invalid GPU type"), ("cpu=2, startup_timeout=9", None)):
        path = app_file(tmp_path, app_file(tmp_path).read_text().replace("cpu=2", change))
        done = modal.cli("run", str(path), "--function", "square", "--args", "[1]", "--wait", rc=None)
        assert (done.returncode, said is None or said in done.stderr) == (0 if said is None else 1, True)
