"""new, compile and its cache, check, the older interface, Python classes, bench alone."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path
from typing import Any

import pytest
from conftest import annbench
from jobkit.errors import JobError
from user_support import good

from annbench.job import parse

pytest_plugins = ["user_fixtures"]

OLD = """
#include "../include/ann_interface.hpp"
#include <algorithm>
#include <cmath>
#include <numeric>

class Old : public ANNAlgorithm {
public:
    void init(const std::string& metric, int dimension) override {
        metric_ = metric;
        dimension_ = dimension;
    }
    void fit(const float* data, size_t n_samples) override {
        data_.assign(data, data + n_samples * dimension_);
    }
    std::vector<int> query(const float* query, int k) override {
        std::vector<std::pair<float, int>> all;
        for (size_t i = 0; i < data_.size() / dimension_; ++i) {
            float sum = 0;
            for (int j = 0; j < dimension_; ++j) {
                const float d = query[j] - data_[i * dimension_ + j];
                sum += d * d;
            }
            all.emplace_back(std::sqrt(sum), int(i));
        }
        std::partial_sort(all.begin(), all.begin() + k, all.end());
        std::vector<int> found;
        for (int i = 0; i < k; ++i) found.push_back(all[i].second);
        return found;
    }
    size_t get_memory_usage() const override { return data_.size() * sizeof(float); }
    std::string name() const override { return "Old"; }

private:
    std::vector<float> data_;
};

extern "C" ANNAlgorithm* FACTORY() { return new Old(); }
"""


@pytest.mark.parametrize("factory", ["create_vectordb_kernel", "create_student_algorithm"])
def test_the_older_interface(judge: Any, tmp_path: Path, factory: str) -> None:
    path = tmp_path / "old.cpp"
    path.write_text(OLD.replace("FACTORY", factory))
    for threads, mode in ((1, "single"), (2, "batch")):
        found = judge(path, threads=threads)
        assert found.verdict("old")["verdict"] == "ok", found.log
        point = found.points("old")[-1]
        assert point["recall"] == 1.0 and point["mode"] == mode and point["threads"] == threads
        assert point["reported_bytes"] == 3000 * 24 * 4


def test_the_older_interface_with_its_own_header(judge: Any, tmp_path: Path) -> None:
    """A file that is still in its project finds the project's own header first."""
    from annbench.user.compile import here

    (tmp_path / "include").mkdir()
    (tmp_path / "src").mkdir()
    header = (here() / "include" / "ann_interface.hpp").read_text()
    (tmp_path / "include" / "ann_interface.hpp").write_text(header)
    path = tmp_path / "src" / "algorithm.cpp"
    path.write_text(OLD.replace("FACTORY", "create_vectordb_kernel"))
    assert judge(path).verdict("algorithm")["verdict"] == "ok"


def test_the_older_interface_without_a_factory(judge: Any, tmp_path: Path) -> None:
    path = tmp_path / "old.cpp"
    path.write_text(OLD.replace("FACTORY", "make_it"))
    verdict = judge(path).verdict("old")
    assert verdict["verdict"] == "wrong-interface" and "create_vectordb_kernel" in verdict["why"]


def test_new_builds_and_is_exact(tmp_path: Path, data_dir: Path) -> None:
    made = annbench("new", "my_index", "--dir", tmp_path)
    assert made.returncode == 0, made.stderr
    path = tmp_path / "my_index.cpp"
    assert made.stdout.strip() == str(path)
    done = annbench("bench", "--impl", "./my_index.cpp,naive", "--dataset", "tiny", "--data",
                    data_dir, "--repeats", 1, "--out", tmp_path / "out", cwd=tmp_path)  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert re.search(r"^my_index +1\.0000", done.stdout, re.MULTILINE)
    assert "my_index: ok" in done.stdout and "warning: " not in "".join(
        line for line in done.stdout.splitlines() if line.startswith("compiler")
    )
    before = path.read_text()
    again = annbench("new", "my_index", "--dir", tmp_path)
    assert again.returncode == 1 and "already" in again.stderr
    assert path.read_text() == before


@pytest.mark.parametrize("name", ["3d", "a-b", "../x", "class", "naive", "", "ä"])
def test_new_refuses_what_is_no_name(tmp_path: Path, name: str) -> None:
    done = annbench("new", name, "--dir", tmp_path)
    assert done.returncode == 1 and "Traceback" not in done.stderr
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("metric", ["euclidean", "angular"])
def test_what_new_writes_is_exact_in_both_metrics(metric: str, tmp_path: Path) -> None:
    import numpy as np

    from annbench._core import exact_neighbours
    from annbench.data.formats.hdf5 import Data
    from annbench.user import new
    from annbench.user.compile import compile_file
    from annbench.user.sandbox_process import Limits
    from annbench.user.session import Session, command_for, shared_rows

    path = new.create("fresh", tmp_path)
    rng = np.random.default_rng(3)
    rows = rng.standard_normal((500, 12), dtype=np.float32)
    rows[7] = 0  # a vector of zeros has no angle, and must not spoil anything
    train, test = rows[:400], rows[400:]
    data = Data("x", "", metric, train, test, *exact_neighbours(train, test, metric, 10))
    command, options = command_for(path, compile_file(path).path)
    limits = Limits(memory_bytes=1 << 28)
    with Session(command, options, data, shared_rows(train), 10, 1, 2, 1, limits) as session:
        session.load()
        session.build(lambda _seconds: None)
        assert session.point({}, 1, lambda *_: None).recall.strict == 1.0


def test_compiled_once(tmp_path: Path) -> None:
    from annbench.user.compile import compile_file

    (tmp_path / "helper.h").write_text("inline int helper() { return 1; }\n")
    path = tmp_path / "mine.cpp"
    path.write_text('#include "helper.h"\n' + good("int used = helper();"))
    first, second = compile_file(path), compile_file(path)
    assert not first.cached and second.cached and first.path == second.path
    (tmp_path / "helper.h").write_text("inline int helper() { return 2; }\n")
    assert not compile_file(path).cached, "a header of the author's own changed"
    path.write_text(path.read_text() + "// more\n")
    assert not compile_file(path).cached
    path.write_text("broken")
    for _ in range(2):
        with pytest.raises(Exception, match=r"mine\.cpp:1"):
            compile_file(path)


def test_errors_in_order_with_places() -> None:
    from annbench.user.compile import parse_errors

    log = (
        "In file included from /x/a.cpp:1:\n/x/a.cpp: In function 'void f()':\n"
        "/x/a.cpp:12:5: error: 'y' was not declared\n   12 |     y = 1;\n"
        "/x/a.cpp:14: fatal error: too tired\n/x/a.cpp:9:1: warning: unused\n"
        "/usr/bin/ld: /tmp/a.o: undefined reference to `g()'\n"
    )
    found = parse_errors(log)
    assert [(e.file, e.line, e.column) for e in found] == [
        ("/x/a.cpp", 12, 5), ("/x/a.cpp", 14, None), ("link", None, None)
    ]  # fmt: skip
    assert found[0].message == "'y' was not declared" and "undefined reference" in found[2].message


def test_no_compiler(judge: Any, good_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from annbench.user import compile

    compile.find_compiler.cache_clear()
    monkeypatch.setenv("CXX", "/no/such")
    verdict = judge(good_file).verdict("good")
    compile.find_compiler.cache_clear()
    assert verdict["verdict"] == "compile-error" and "CXX is /no/such" in verdict["why"]
    assert verdict["hint"] == "unset CXX"


def test_compile_is_a_phase(judge: Any, good_file: Path) -> None:
    phases = [
        (e["phase"], e["state"]) for e in judge(good_file).events
        if e["type"] == "phase" and e.get("label") == "good"
    ]  # fmt: skip
    assert phases == [(p, s) for p in ("compile", "build", "sweep") for s in ("start", "done")]


def test_check_finds_the_line(tmp_path: Path) -> None:
    clean, over, undefined = (tmp_path / f"{name}.cpp" for name in ("clean", "over", "undefined"))
    clean.write_text(good())
    over.write_text(good().replace("delete[] best;", "delete[] best;\n    out[k] = 0;"))
    undefined.write_text(
        good("int big = 2147483647;\n  int overflow(int by) const { return big + by; }")
        .replace("int(r)", "int(r) + (overflow(k) == 7)")
    )  # fmt: skip

    def line_of(path: Path, text: str) -> int:
        return 1 + path.read_text()[: path.read_text().index(text)].count("\n")

    done = annbench("check", clean)
    assert done.returncode == 0 and "ok: " in done.stdout, done.stdout + done.stderr
    done = annbench("check", over)
    assert done.returncode == 1, done.stdout
    assert "heap-buffer-overflow" in done.stdout
    assert f"over.cpp:{line_of(over, 'out[k]')}" in done.stdout
    done = annbench("check", undefined)
    assert done.returncode == 1 and "signed integer overflow" in done.stdout, done.stdout
    assert f"undefined.cpp:{line_of(undefined, 'return big')}" in done.stdout


PYTHON = """
import numpy as np

class Mine:
    def __init__(self, metric, leaves=1):
        self.leaves = leaves
    def set_query_arguments(self, probes):
        self.probes = probes
    def fit(self, X):
        self.X = np.array(X)
        BUILD
    def query(self, q, k):
        QUERY
        return np.argsort(((self.X - q) ** 2).sum(axis=1))[:k]
"""

PYTHON_CASES = {
    "good": ("pass", "pass", "ok", ""),
    "raises": ("pass", "raise ValueError('no')", "crashed", r"ValueError: no \(raises\.py:13\)"),
    "loops": ("while True: pass", "pass", "timeout", "building"),
    "swallows": ("self.y = [np.ones(1 << 20) for _ in range(10000)]", "pass", "out-of-memory", ""),
    "writes": ("open('/tmp/annbench-hostile', 'w')", "pass", "wrote-files", "annbench-hostile"),
    "connects": ("import socket; socket.socket()", "pass", "forbidden-call", "socket"),
    "leaves": ("raise SystemExit(0)", "pass", "exited", "sys.exit"),
    "dies": ("import ctypes; ctypes.string_at(0)", "pass", "crashed", "SIGSEGV"),
    "short": ("pass", "return [1, 2]", "bad-ids", "fewer than"),
    "words": ("pass", "return ['a'] * k", "wrong-interface", "list of row numbers"),
    "recalls": (
        "self.seen = {}",
        "return self.seen.setdefault(q.tobytes(), None) if q.tobytes() in self.seen else "
        "self.seen.setdefault(q.tobytes(), np.argsort(((self.X - q) ** 2).sum(axis=1))[:k])",
        "remembers-queries", "times as long",
    ),
    "lacks": ("import no_such_module", "pass", "compile-error", "No module named 'no_such_module'"),
    "clock": ("import time; time.perf_counter = lambda: 0.0", "pass", "ok", ""),
    "runner": (
        "import sys; sys.modules['__main__'].perf_counter = lambda: 0.0", "pass",
        "dishonest-clock", "by our clock|of a processor",
    ),
    "broken": ("if if", "pass", "compile-error", "broken.py:11"),
}  # fmt: skip


@pytest.mark.parametrize("name", PYTHON_CASES)
def test_python(name: str, judge: Any, tmp_path: Path) -> None:
    from user_support import walls

    build, query, word, why = PYTHON_CASES[name]
    if word in ("wrote-files", "forbidden-call") and not walls() & 1:
        pytest.skip("this system does not let us filter system calls (seccomp)")
    path = tmp_path / f"{name}.py"
    path.write_text(PYTHON.replace("BUILD", build).replace("QUERY", query))
    limits = {"build_seconds": 2 if word == "timeout" else 120, "memory_bytes": 400 << 20}
    entry = {"source": str(path), "build": {"leaves": 3}, "search": [{"probes": 2}]}
    found = judge(entry, limits=limits)
    verdict = found.verdict(name)
    assert verdict["verdict"] == word, found.log
    assert re.search(why, f"{verdict['what']} {verdict['why']}"), verdict
    if name == "lacks":  # the hint is a command for the very Python that ran it
        assert verdict["hint"] == f"{sys.executable} -m pip install no_such_module"
    if word == "ok":
        (point,) = found.points(name)
        assert point["index_bytes"] >= 3000 * 24 * 4
        assert point["recall"] == 1.0 and point["python"] is True
        assert point["params"] == {"leaves": 3, "probes": 2}
        assert "its times include the interpreter's overhead" in found.log


def test_python_that_only_keeps_a_view_holds_the_rows(judge: Any, tmp_path: Path) -> None:
    """`np.asarray(train)` is no copy: the rows are part of the index all the same, as in C++."""
    path, drops = tmp_path / "view.py", tmp_path / "drops.py"
    path.write_text(PYTHON.replace("np.array(X)", "np.asarray(X)").replace("BUILD", "pass")
                    .replace("QUERY", "pass"))  # fmt: skip
    drops.write_text(PYTHON.replace("np.array(X)", "np.array(X[:20])").replace("BUILD", "pass")
                     .replace("QUERY", "pass"))  # fmt: skip
    found = judge(path, drops)
    rows = 3000 * 24 * 4
    for name in ("view", "drops"):
        assert found.verdict(name)["verdict"] == "ok", found.log
    assert found.points("view")[0]["index_bytes"] >= rows
    assert found.points("drops")[0]["index_bytes"] < rows


def test_what_python_prints_is_in_the_log(judge: Any, tmp_path: Path) -> None:
    path = tmp_path / "talks.py"
    path.write_text(PYTHON.replace("BUILD", "print('leaves:', self.leaves)").replace(
        "QUERY", "print('asked', end='')"))  # fmt: skip
    found = judge(path)
    assert found.verdict("talks")["verdict"] == "ok", found.log
    log = found.log
    assert "talks | leaves: 1\n" in log and log.index("leaves: 1") < log.index("built talks")


@pytest.mark.parametrize(("change", "key"), [
    ({"source": "mine.cpp"}, "source"),
    ({"source": "/no/such/file.cpp"}, "source"),
    ({"source": "/etc/hosts"}, "source"),
    ({"name": "hnsw"}, "name"),
    ({"name": "a/b"}, "name"),
    ({"build": {"M": "many"}}, "build.M"),
    ({"build": {"a b": 1}}, "build.a b"),
    ({"search": []}, "search"),
    ({"search": [{}, {"ef": True}]}, "search[1].ef"),
    ({"colour": "red"}, "colour"),
])  # fmt: skip
def test_jobs_are_refused_by_key(
    job: dict[str, Any], good_file: Path, change: dict[str, Any], key: str
) -> None:
    job["implementations"] = [{"source": str(good_file), **change}]
    with pytest.raises(JobError) as caught:
        parse(job)
    assert caught.value.key == f"implementations[0].{key}"


def test_limits_are_checked(job: dict[str, Any]) -> None:
    for limits, key in (({"build_seconds": 0}, "limits.build_seconds"), ({"x": 1}, "limits.x")):
        with pytest.raises(JobError) as caught:
            parse({**job, "limits": limits})
        assert caught.value.key == key


def test_a_failing_file_alone_exits_1(tmp_path: Path, data_dir: Path) -> None:
    path = tmp_path / "bad.cpp"
    path.write_text("int main() {}\n")
    done = annbench("bench", "--impl", path, "--dataset", "tiny", "--data", data_dir,
                    env={**os.environ, "TMPDIR": str(tmp_path)})  # fmt: skip
    assert done.returncode == 1 and "wrong-interface" in done.stderr


def test_it_can_be_stopped(tmp_path: Path, data_dir: Path) -> None:
    """SIGTERM while it builds without end: gone within a second, and no child left."""
    import signal
    import subprocess
    import time

    from conftest import ANNBENCH
    from hostile import SOURCE

    job = {
        "v": 1, "job": "bench", "datasets": [{"name": "tiny"}], "data_dir": str(data_dir),
        "implementations": [{"source": str(SOURCE), "build": {"loops_in_build": 1}}],
    }  # fmt: skip
    import json

    (tmp_path / "job.json").write_text(json.dumps(job))
    out = tmp_path / "out"
    process = subprocess.Popen(
        [*ANNBENCH, "run", str(tmp_path / "job.json"), "--out", str(out)],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    events = out / "events.ndjson"
    deadline = time.monotonic() + 200
    while time.monotonic() < deadline and not (
        events.exists() and '"phase":"build"' in events.read_text()
    ):
        time.sleep(0.05)
    time.sleep(0.3)
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
    child = children.read_text().split() if children.exists() else []
    process.send_signal(signal.SIGTERM)
    assert process.wait(10) == 143
    assert not [pid for pid in child if Path(f"/proc/{pid}").exists()]


SLOW = """
import os
import time

import numpy as np

class Mine:
    def fit(self, X):
        self.X = X
    def set(self, name, value):
        pass
    def query(self, q, k):
        while os.path.exists("SLOW"):
            time.sleep(0.01)
        return np.argsort(((self.X - q) ** 2).sum(axis=1))[:k]
"""


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="finds the child by /proc")
def test_killed_from_outside_is_resumable(tmp_path: Path, data_dir: Path) -> None:
    """kill -9 of the child, or the kernel's when memory runs out: no verdict on the file, the job
    has failed, and the same job again measures what is missing."""
    import json
    import signal
    import subprocess
    import time

    from conftest import ANNBENCH, events_of

    slow = tmp_path / "slow"
    source = tmp_path / "mine.py"
    source.write_text(SLOW.replace("SLOW", str(slow)))
    job = {
        "v": 1, "job": "bench", "datasets": [{"name": "tiny"}], "data_dir": str(data_dir),
        "repeats": 1,
        "implementations": [{"source": str(source), "search": [{"a": 1}, {"a": 2}]},
                            {"name": "naive", "search": [{}]}],
    }  # fmt: skip
    path, out = tmp_path / "job.json", tmp_path / "out"
    path.write_text(json.dumps(job))
    command = [*ANNBENCH, "run", str(path), "--out", str(out)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)

    def points() -> list[Any]:
        there = (out / "events.ndjson").exists()
        return [e for e in events_of(out) if e["type"] == "point"] if there else []

    deadline = time.monotonic() + 100
    while time.monotonic() < deadline and not points():
        time.sleep(0.01)
    slow.touch()
    time.sleep(0.2)
    assert len(points()) == 1, "it was too quick to be stopped"
    (child,) = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    os.kill(int(child), signal.SIGKILL)
    said = process.communicate(timeout=100)[1].decode()
    assert process.returncode == 1 and "killed from outside" in said and "goes on" in said
    events = events_of(out)
    (failed,) = [e for e in events if e["type"] == "failed"]
    assert failed["resume"] is True and "SIGKILL" in failed["why"]
    assert not [e for e in events if e["type"] == "verdict"]
    assert [p["impl"] for p in points()] == ["mine", "naive"], "the others are measured"
    slow.unlink()
    again = subprocess.run(command, capture_output=True, text=True, timeout=100)
    assert again.returncode == 0, again.stderr
    assert [p["params"] for p in points() if p["impl"] == "mine"] == [{"a": 1}, {"a": 2}]
    (verdict,) = [e for e in events_of(out) if e["type"] == "verdict"]
    assert verdict["verdict"] == "ok"
