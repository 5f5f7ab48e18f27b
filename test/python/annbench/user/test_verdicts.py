"""Every way in which a person's file can go wrong gets its verdict, and nothing else breaks."""

from __future__ import annotations

import json
import re
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from conftest import annbench
from hostile import CASES, FILES, HARMLESS, SOURCE, Case
from user_support import BATCH, Outcome, good, walls, without_landlock

pytest_plugins = ["user_fixtures"]

WALLS = walls()
VICTIM, WRITTEN = Path("/tmp/annbench-victim"), Path("/tmp/annbench-hostile")


def expect(found: Outcome, name: str, case: Case) -> None:
    verdict = found.verdict(name)
    assert verdict["verdict"] == case.word, found.log
    assert re.search(case.why, f"{verdict['what']} {verdict['why']}", re.DOTALL), verdict
    assert verdict["kept"] and verdict["hint"] and not found.points(name)
    warned = [e["message"] for e in found.events if e["type"] == "warning"]
    assert [case.word in m for m in warned if m.startswith(f"{name}: ")] == [True]
    # The harness stands, and the good one in the same job has its point.
    assert found.failed is None
    assert found.verdict("good")["verdict"] == "ok", found.log
    (point,) = found.points("good")
    assert point["recall"] == 1.0 and point["latency_ms"]["p50"] > 0
    said = [(e["impl"], e["verdict"]) for e in found.events if e["type"] == "verdict"]
    assert said == [(name, case.word), ("good", "ok")]


@pytest.mark.parametrize("name", CASES)
def test_hostile_code(name: str, judge: Any, good_file: Path) -> None:
    case = CASES[name]
    if case.sealed and not WALLS & 1:
        pytest.skip("this system does not let us filter system calls (seccomp)")
    VICTIM.touch()
    entry = {"source": str(SOURCE), "build": {name: 1}}
    expect(judge(entry, good_file, limits=case.limits), "hostile", case)
    assert VICTIM.exists() and not WRITTEN.exists()
    VICTIM.unlink()


@pytest.mark.parametrize("name", HARMLESS)
def test_what_is_refused_does_no_harm(name: str, judge: Any) -> None:
    if WALLS & HARMLESS[name] != HARMLESS[name]:
        pytest.skip("this system lacks these walls")
    VICTIM.write_text("secret")
    found = judge({"source": str(SOURCE), "build": {name: 1}})
    assert found.verdict("hostile")["verdict"] == "ok", found.log
    (point,) = found.points("hostile")
    assert point["recall"] == 1.0 and len(point["seal"]) == WALLS.bit_count()
    if name == "remembers_but_not_too_fast":  # what it knows is not what is measured
        hits, asked = re.findall(r"(\d+) of (\d+) known", found.log)[-1]
        assert int(asked) >= 400 and int(hits) < 0.35 * int(asked)


@pytest.mark.parametrize("name", FILES)
def test_hostile_files(name: str, judge: Any, good_file: Path, tmp_path: Path) -> None:
    text, case = FILES[name]
    path = tmp_path / f"{name}.cpp"
    path.write_text(text)
    expect(judge(path, good_file), name, case)


def test_all_failing_fails_the_job(judge: Any) -> None:
    found = judge({"source": str(SOURCE), "build": {"aborts": 1}})
    assert found.failed is not None and "crashed" in found.failed.why
    assert found.verdict("hostile")["verdict"] == "crashed"


def test_points_before_a_crash_are_kept(judge: Any) -> None:
    search = [{"asked": 0}, {"asked": -1000}]
    found = judge({"source": str(SOURCE), "build": {"crashes_later": 1}, "search": search})
    verdict = found.verdict("hostile")
    assert (verdict["verdict"], verdict["kept"]) == ("crashed", "1 of 2 points"), found.log
    assert [p["params"]["asked"] for p in found.points("hostile")] == [0]


def test_saying_that_nothing_more_was_found_is_allowed(judge: Any) -> None:
    found = judge({"source": str(SOURCE), "build": {"few_and_says_so": 1}})
    assert found.verdict("hostile")["verdict"] == "ok"
    assert found.points("hostile")[0]["recall"] == pytest.approx(0.9)


def test_parameters_reach_the_class(judge: Any, tmp_path: Path) -> None:
    path = tmp_path / "tuned.cpp"
    path.write_text("#include <cstdio>\n#include <string>\n" + good(
        "bool set(std::string name, double value) {"
        ' std::printf("%s=%g\\n", name.c_str(), value); return name != "nothing"; }'
    ))  # fmt: skip
    search = [{"probes": 2.5}, {"nothing": 1}]
    found = judge({"source": str(path), "build": {"trees": 4}, "search": search})
    verdict = found.verdict("tuned")
    assert verdict["verdict"] == "wrong-interface" and "nothing" in verdict["why"]
    assert verdict["kept"] == "1 of 2 points"
    assert [p["params"] for p in found.points("tuned")] == [{"trees": 4, "probes": 2.5}]
    assert "tuned | trees=4" in found.log and "tuned | probes=2.5" in found.log


@pytest.mark.skipif(not WALLS & 2, reason="this system has no Landlock: files can be read")
def test_the_data_set_cannot_be_read(judge: Any, data_dir: Path, tmp_path: Path) -> None:
    path = tmp_path / "spy.cpp"
    path.write_text("#include <cstdio>\n#include <cstdlib>\n" + good(
        f'Good() {{ if (std::fopen("{data_dir}/tiny.hdf5", "r")) std::abort(); }}'
    ))  # fmt: skip
    found = judge(path)
    assert found.verdict("spy")["verdict"] == "ok", found.log


def test_the_data_set_cannot_be_drawn_in(judge: Any, data_dir: Path, tmp_path: Path) -> None:
    """Nor when the data sets lie beside the file."""
    (tmp_path / "beside.cpp").write_text(
        good() + f'asm(".incbin \\"{data_dir}/tiny.hdf5\\"");\n'
    )
    verdict = judge(tmp_path / "beside.cpp").verdict("beside")
    assert verdict["verdict"] == "compile-error" and "tiny.hdf5" in verdict["why"], verdict
    inside = data_dir / "inside.cpp"
    inside.write_text(good() + 'asm(".incbin \\"tiny.hdf5\\"");\n')
    verdict = judge(inside).verdict("inside")
    inside.unlink()
    assert verdict["verdict"] == "compile-error" and "tiny.hdf5" in verdict["why"], verdict


def test_without_landlock_the_seal_is_weaker_and_says_so(data_dir: Path, tmp_path: Path) -> None:
    """As in gVisor: honest files work; what is drawn in when compiling is refused afterwards."""
    files = {
        "honest": good(),
        "spy": "#include <cstdio>\n#include <cstdlib>\n" + good().replace(
            "train = t;",
            f'train = t; if (std::fopen("{data_dir}/tiny.hdf5", "r")) std::abort();'),
        "draws": good() + 'asm(".in" "cbin \\"/etc/hostname\\"");\n',
        "includes": '#include "/etc/hostname"\n' + good(),
    }  # fmt: skip
    for name, text in files.items():
        (tmp_path / f"{name}.cpp").write_text(text)
    (tmp_path / "python.py").write_text(
        "import numpy as np\nclass P:\n  def fit(self, X): self.X = X\n"
        "  def query(self, q, k): return np.argsort(((self.X - q) ** 2).sum(axis=1))[:k]\n"
    )
    out = tmp_path / "out"
    impl = ",".join([*(f"{name}.cpp" for name in files), "python.py"])
    done = annbench(
        "bench", "--impl", impl, "--dataset", "tiny", "--data", data_dir, "--repeats", 1,
        "--out", out, cwd=tmp_path, preexec_fn=without_landlock,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    found = json.loads((out / "results.json").read_text())
    words = {v["implementation"]: v["verdict"] for v in found["verdicts"]}
    assert words == {"honest": "ok", "spy": "ok", "python": "ok", "draws": "compile-error",
                     "includes": "compile-error"}, found["verdicts"]  # fmt: skip
    seals = {p["impl"]: p["seal"] for p in found["points"]}
    if WALLS & 1:
        assert seals["honest"] == seals["spy"] == ["calls", "capabilities", "no-open"]
        assert seals["python"] == ["calls", "capabilities"]
        (said,) = [v["why"] for v in found["verdicts"] if v["implementation"] == "python"]
        assert "it could read files" in said


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="replaces a part of libstdc++")
def test_a_clock_of_its_own_is_only_its_own(judge: Any, tmp_path: Path) -> None:
    """A file that defines the clock of the C++ library under its own name does not get to ours."""
    path = tmp_path / "interposes.cpp"
    path.write_text("#include <chrono>\n" + good() + """
namespace std::chrono { inline namespace _V2 {
steady_clock::time_point steady_clock::now() noexcept { return {}; }
} }
extern "C" int clock_gettime(clockid_t, timespec*) noexcept { return 0; }
""")  # fmt: skip
    found = judge(path)
    assert found.verdict("interposes")["verdict"] == "ok", found.log
    (point,) = found.points("interposes")
    assert point["recall"] == 1.0 and 0 < point["qps"] < 1e6 and point["latency_ms"]["p50"] > 1e-3


def test_nothing_is_done_off_the_clock(data_dir: Path, good_file: Path) -> None:
    """Between two questions the child stands still."""
    from jobkit.events.phase import Phase

    from annbench import job
    from annbench.data import datasets
    from annbench.events import Events
    from annbench.user.compile import compile_file
    from annbench.user.sandbox_process import Limits
    from annbench.user.session import Session, command_for, shared_rows

    with Phase(Events(), "data", "tiny") as phase:
        data = datasets.load(job.DatasetSpec("tiny"), data_dir, None, 1, phase)
    command, options = command_for(good_file, compile_file(good_file).path)
    train, limits = shared_rows(data.train), Limits(memory_bytes=1 << 28)
    with Session(command, options, data, train, 10, 1, 1, 1, limits) as session:
        session.load()
        session.build(lambda _seconds: None)
        session.point({}, 1, lambda *_: None)
        stat = Path(f"/proc/{session.child.pid}/stat")
        deadline = time.monotonic() + 20
        while stat.exists() and stat.read_text().rpartition(")")[2].split()[0] != "T":
            assert time.monotonic() < deadline, "it runs"
            time.sleep(0.01)



def test_honest_ones_are_not_accused(judge: Any, good_file: Path, tmp_path: Path) -> None:
    batch, alone = tmp_path / "batch.cpp", tmp_path / "alone.cpp"
    batch.write_text(good(BATCH))
    # Not const, so it may count on being alone.
    alone.write_text("#include <atomic>\n#include <cstdlib>\n" + good("std::atomic<int> inside{0};")
                     .replace("int* out) const {", "int* out) { if (inside++) std::abort();")
                     .replace("delete[] best;", "delete[] best; --inside;"))  # fmt: skip
    names = ("good", "batch", "alone")
    for threads, modes in ((1, ["single"] * 3), (2, ["concurrent", "batch", "serial"])):
        found = judge(good_file, batch, alone, threads=threads, repeats=3)
        points = [found.points(name)[threads - 1] for name in names]
        assert [found.verdict(name)["verdict"] for name in names] == ["ok"] * 3, found.log
        assert [p["mode"] for p in points] == modes
        for point, mode in zip(points, modes, strict=True):
            assert ("latency_ms" in point) == (mode != "batch"), "a batch has no single queries"
            assert point["recall"] == 1.0 and point["qps_unseen"] > 0
            assert all(cpu > 0 for cpu in point["cpu_seconds_all"])
            assert point["repeats"] == 3 == len(point["qps_all"])


def test_memory_counts_the_rows_as_long_as_they_are_used(judge: Any, tmp_path: Path) -> None:
    keeps, copies = tmp_path / "keeps.cpp", tmp_path / "copies.cpp"
    keeps.write_text(good())
    copies.write_text("#include <vector>\n" + good("std::vector<float> own;").replace(
        "train = t;", "own.assign(t.data, t[t.rows]); train = t; train.data = own.data();"
    ))  # fmt: skip
    found = judge(keeps, copies)
    rows = 3000 * 24 * 4
    for name in ("keeps", "copies"):
        assert found.verdict(name)["verdict"] == "ok", found.log
        assert rows <= found.points(name)[0]["index_bytes"] < 1.7 * rows


def test_the_rows_cannot_be_written_to(judge: Any, tmp_path: Path) -> None:
    path = tmp_path / "vandal.cpp"
    path.write_text(good().replace(
        "train = t;", "train = t; const_cast<float*>(t.data)[0] = 1;"
    ))  # fmt: skip
    late = tmp_path / "later.cpp"
    late.write_text(good().replace(
        "float* best", "const_cast<float*>(train.data)[k] = 1; float* best",
    ))  # fmt: skip
    found = judge(path, late)
    assert [v["verdict"] for v in found.results["verdicts"]] == ["crashed", "crashed"]


def test_measured_again_only_when_the_source_changed(judge: Any, tmp_path: Path) -> None:
    path = tmp_path / "mine.cpp"
    path.write_text(good())
    judge(path)
    again = judge(path)
    assert len(again.points("mine")) == 1 and again.verdict("mine")["verdict"] == "ok"
    path.write_text(good() + "// something else\n")
    assert len(judge(path).points("mine")) == 2
