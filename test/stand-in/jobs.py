"""A Modal app for the tests, and how to launch it as ann-tui does: detached, spawned, then left alone.

`launch_cli` takes the `modal` program, as ann-tui does; `launch` the same client's Python API within the tests, which saves two seconds.
"""

from __future__ import annotations

import importlib.util
import json
import sys
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import modal as modal_client
from driving import Driven, eventually
from modal_proto import api_pb2

APP = '''
import json, os, signal, sys, time
import modal

app = modal.App("ann-tui-test-1")
results = modal.Volume.from_name("ann-results", create_if_missing=True, version=2)
control = modal.Dict.from_name("ann-tui-control", create_if_missing=True)
image = modal.Image.debian_slim(python_version="3.11").env({"GREETING": "hello there"})
common = dict(image=image, cpu=2, memory=1024, timeout=120, single_use_containers=True)

@app.function(**common)
def square(n):
    print("square of", n)
    print("aside", file=sys.stderr)
    return n * n

@app.function(**common)
def surroundings():
    return {"env": dict(os.environ), "cwd": os.getcwd(), "root": sorted(os.listdir("/")), "file": __file__}

@app.function(volumes={"/mnt/results": results}, max_containers=4, **common)
def part(n):
    os.makedirs(f"/mnt/results/parts/w{n}", exist_ok=True)
    open(f"/mnt/results/parts/w{n}/results.json", "w").write(json.dumps({"n": n}))
    results.commit()
    print("part", n)
    return os.environ["MODAL_TASK_ID"]

@app.function(volumes={"/mnt/results": results}, **common)
def coordinator(parts):
    tasks = list(part.map(range(parts)))
    results.reload()
    return {"code": 0, "tasks": tasks, "seen": sorted(os.listdir("/mnt/results/parts"))}

@app.function(**common)
def ticks(n, pause):
    for i in range(n):
        print("tick", i, flush=True)
        time.sleep(pause)
    return n

@app.function(**common)
def lines(n):
    for i in range(n):
        print(f"w1:{i}: caf\\u00e9 \\u2713 line {i} " + "x" * (i % 40), flush=True)
    return n

@app.function(retries=modal.Retries(max_retries=3, initial_delay=0.0, backoff_coefficient=1.0), **common)
def third_time():
    n = control.get("tries", 0) + 1
    control["tries"] = n
    if n < 3:
        raise ValueError(f"try {n}")
    return n

@app.function(volumes={"/mnt/results": results}, **common)
def resuming():
    """Counts its starts in a file; works until it has been started twice."""
    path = "/mnt/results/starts"
    starts = int(open(path).read()) + 1 if os.path.exists(path) else 1
    open(path, "w").write(str(starts))
    results.commit()
    print("start", starts, flush=True)
    while starts < 2:
        time.sleep(0.1)
    return starts

@app.function(**{**common, "timeout": 1, "startup_timeout": 60})
def too_long():
    time.sleep(60)

@app.function(**common)
def stubborn():
    print("here", flush=True)
    while True:
        try:
            time.sleep(60)
        except BaseException as error:
            print("not yet", repr(error), flush=True)

@app.local_entrypoint()
def main(function: str, args: str = "[]", wait: bool = False):
    function = globals()[function]
    if wait:
        print(json.dumps({"returned": function.remote(*json.loads(args))}))
        return
    call = function.spawn(*json.loads(args))
    print(json.dumps({"ann_tui": "launched", "app": app.app_id, "call": call.object_id}), flush=True)
'''


@dataclass
class Job:
    """A launched call."""

    modal: Driven
    app: str
    call: str

    def result(self, *, seconds: float = 60) -> Any:
        """The call's only result as its client sees it: {"returned": …} or {"raised": name, "text": …}."""
        try:
            return {"returned": function_call(self.modal, self.call).get(timeout=seconds)}
        except BaseException as error:
            return {"raised": type(error).__name__, "text": str(error)}

    def containers(self) -> list[dict[str, Any]]:
        """The truth about the app's containers."""
        return [one for one in self.modal.admin("/containers") if one["app"] == self.app]

    def working(self) -> dict[str, Any]:
        """The container that works on an input, once there is one."""
        return eventually(
            lambda: next((one for one in self.containers() if one["inputs"] and not one["finished"]), None), what="a container at work"
        )

    def printed(self) -> str:
        """Everything its containers wrote, as the machine knows it."""
        with urllib.request.urlopen(f"{self.modal.admin_url}/log/{self.app}", timeout=30) as answer:
            return answer.read().decode()

    def state(self) -> str:
        return next(one["state"] for one in self.modal.admin("/apps") if one["app"] == self.app)

    def wait_stopped(self) -> None:
        eventually(lambda: self.state() == "APP_STATE_STOPPED", what="the end of the app")


def app_file(folder: Path, text: str = APP) -> Path:
    """The test app as a file."""
    path = folder / "app.py"
    path.write_text(text)
    return path


def launch_cli(modal: Driven, folder: Path, function: str, *args: Any) -> Job:
    """`modal run --detach` of a function of the test app."""
    env = modal.env(MODAL_LOGS_TIMEOUT="0", PYTHONUNBUFFERED="1")
    command = ["run", "--detach", str(app_file(folder)), "--function", function, "--args", json.dumps(args)]
    done = modal.cli(*command, env=env)
    said = next(json.loads(line) for line in done.stdout.splitlines() if line.startswith("{"))
    return Job(modal, said["app"], said["call"])


def client_of(modal: Driven) -> Any:
    """A client within this process, one for each stand-in."""
    if modal.url not in _clients:
        _clients[modal.url] = modal_client.Client(modal.url, api_pb2.CLIENT_TYPE_CLIENT, (modal.token_id, modal.token_secret)).__enter__()
    return _clients[modal.url]


def function_call(modal: Driven, call_id: str) -> Any:
    return modal_client.FunctionCall.from_id(call_id, client=client_of(modal))


def launch(modal: Driven, folder: Path, function: str, *args: Any) -> Job:
    """Runs the test app detached, spawns one of its functions, and disconnects."""
    path = app_file(folder)
    spec = importlib.util.spec_from_file_location("app", path)
    module = importlib.util.module_from_spec(spec)
    sys.modules["app"] = module
    spec.loader.exec_module(module)
    with module.app.run(client=client_of(modal), detach=True):
        call = getattr(module, function).spawn(*args)
        return Job(modal, module.app.app_id, call.object_id)


_clients: dict[str, Any] = {}
