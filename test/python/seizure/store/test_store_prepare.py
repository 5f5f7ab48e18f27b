"""Preparing: what comes out, that it is the same every time, and what is refused."""

from __future__ import annotations

import io
import json
import os
import resource
import shutil
import subprocess
import sys
import tracemalloc
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from jobkit.errors import Problem, Refused

from seizure.recording import Seizure
from seizure.store.layout import store_folder
from seizure.store.record import Task, prepare_recording
from seizure.store.remove import remove
from seizure.store.settings import Settings
from seizure.store.store import open_store

sys.path.insert(0, str(Path(__file__).parent.parent))
from noise_stores import (
    SETTINGS,
    Made,
    contents,
    inventory_of,
    make_inventory,
    prepared,
    write_recording,
)

MADE = [
    Made("a", "p1", "train", 20, 128, (Seizure(3, 8.5, "sz-foc"),)),
    Made("b", "p1", "train", 31, 100),
    Made("c", "p2", "dev", 25, 250, (Seizure(0, 2),)),
    Made("d", "p3", "test", 22, 128),
]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory):
    """An inventory and its store, which no test changes."""
    folder = tmp_path_factory.mktemp("made")
    inventory = make_inventory(folder / "edf", MADE)
    out = store_folder(folder, "noise", SETTINGS)
    prepared(inventory, out, workers=2).close()
    return inventory, out


@pytest.fixture
def own(made, tmp_path: Path):
    """The same, to be changed."""
    inventory, out = made
    shutil.copytree(out, tmp_path / "store")
    return inventory, tmp_path / "store"


def test_a_store_has_signals_and_what_was_annotated(made) -> None:
    inventory, out = made
    assert out.name == f"noise-{SETTINGS.key()}"
    with open_store(out) as store:
        assert [(one.id, one.patient, one.split) for one in store.recordings] == [
            (one.id, one.patient, one.split) for one in MADE
        ]
        assert (store.dataset, store.synthetic, store.settings) == ("noise", True, SETTINGS)
        assert store.split_hash == inventory.split_hash
        assert [store.whole(split) for split in ("train", "dev", "test")] == [True] * 3
        for given, one in zip(MADE, store.recordings, strict=True):
            assert one.seizures == given.seizures
            assert one.samples == given.seconds * SETTINGS.rate
            signal = store.signal(one.id)
            assert (signal.dtype, signal.shape) == (np.float16, (19, one.samples))
            values = signal.astype(float)
            assert np.abs(np.median(values, axis=1)).max() < 0.01
            quartiles = np.percentile(values, (25, 75), axis=1)
            assert (quartiles[1] - quartiles[0]) / 1.34898 == pytest.approx(1, abs=0.01)
            assert np.abs(values).max() <= SETTINGS.clip
            out_of = np.empty((19, 100), np.float16)
            store.read(one.id, 37, out_of)
            assert np.array_equal(out_of, signal[:, 37:137])
            with pytest.raises(IndexError):
                store.read(one.id, one.samples - 99, out_of)


def test_microvolts_come_back(tmp_path: Path) -> None:
    """A tone within the band is what it was, by centre and scale."""
    from datetime import datetime

    from noise_stores import entry_of

    from seizure.edf.montage import REFERENTIAL
    from seizure.edf.write import Channel, write_edf

    t = np.arange(30 * 128) / 128
    tones = [50 * np.sin(2 * np.pi * 7.3 * t + k) for k in range(19)]
    path = tmp_path / "tones.edf"
    named = zip(REFERENTIAL, tones, strict=True)
    write_edf(path, [Channel(f"EEG {a}", 128, b + 500) for a, b in named], datetime(2020, 1, 1))
    settings = Settings("referential", 256, 0.5, 60)
    entry = entry_of(path, Made("tones", "p", "test", 30))
    with prepared(inventory_of(tmp_path, [entry]), tmp_path / "s", settings) as store:
        one = store.recordings[0]
        volts = store.signal("tones") * np.array(one.scale)[:, None] + np.array(one.centre)[:, None]
    fine = np.arange(30 * 256) / 256
    wanted = np.array([50 * np.sin(2 * np.pi * 7.3 * fine + k) for k in range(19)])
    wanted -= wanted.mean(axis=0)
    assert np.abs(volts - wanted)[:, 2560:-2560].max() < 0.2


def test_the_bytes_do_not_depend_on_workers_or_order(made, tmp_path: Path) -> None:
    inventory, out = made
    turned = replace(inventory, entries=inventory.entries[::-1])
    prepared(turned, tmp_path / "one", workers=1, splits=["test"]).close()
    told = io.StringIO()
    seen: list[str] = []
    store = prepared(
        inventory, tmp_path / "one", workers=3, stream=told,
        on_prepared=lambda entry, one: seen.append(f"{entry.id} {one.samples}"),
    )  # fmt: skip
    store.close()
    assert contents(tmp_path / "one") == contents(out)
    assert sorted(seen) == ["a 1280", "b 1984", "c 1600", "d 1408"]
    assert seen[0] == "d 1408", "what was there is told first"
    events = [json.loads(line) for line in told.getvalue().splitlines()]
    progress = [one for one in events if one["type"] == "progress"]
    assert progress[-1]["done"] == progress[-1]["total"] == pytest.approx(98 / 3600, abs=1e-3)


def test_what_the_inventory_has_otherwise_is_brought_up_to_it(own) -> None:
    inventory, out = own
    before = contents(out)
    a, b, c, _ = inventory.entries
    b = replace(b, seizures=(Seizure(4, 5),))
    moved = replace(a, seizures=(Seizure(1, 2),), split="dev", patient="p9")
    now = replace(inventory, entries=(moved, b, c))
    with prepared(now, out) as store:
        assert [(one.id, one.split) for one in store.recordings] == [
            ("a", "dev"), ("b", "train"), ("c", "dev"),
        ]  # fmt: skip
        assert store.recording("a").seizures == (Seizure(1, 2),)
        assert store.split_hash == now.split_hash != inventory.split_hash
        with pytest.raises(Refused, match="a run reads"):
            prepared(inventory, out)
    assert contents(out)["signals/a.f16"] == before["signals/a.f16"]
    prepared(inventory, out).close()
    assert contents(out) == before


def test_leftovers_go_and_damage_is_mended(own) -> None:
    inventory, out = own
    before = contents(out)
    (out / "signals/.a.f16.1234.filtered").write_bytes(b"x")
    (out / "recordings/.a.json.1234").write_bytes(b"x")
    (out / "signals/of-nobody.f16").write_bytes(b"x")
    (out / "recordings/a.json").write_text("{")
    (out / "signals/b.f16").write_bytes(b"short")
    (out / "recordings/c.json").unlink()
    with pytest.raises(Problem, match=r"a\.json is damaged"):
        open_store(out)
    prepared(inventory, out, workers=2).close()
    assert contents(out) == before


def test_checksums_find_what_sizes_do_not(own) -> None:
    inventory, out = own
    before = contents(out)
    path = out / "signals/b.f16"
    data = bytearray(path.read_bytes())
    data[1000] ^= 1
    path.write_bytes(data)
    told = io.StringIO()
    with prepared(inventory, out):
        assert path.read_bytes() == data, "sizes and times alone are looked at"
        with pytest.raises(Refused, match="some of it is damaged or out of date, and a run reads"):
            prepared(inventory, out, verified=True)
    prepared(inventory, out, verified=True, stream=told).close()
    assert contents(out) == before
    assert "1 prepared recordings of noise are not as they were written, b" in told.getvalue()


def test_a_file_that_changed_is_refused_by_name(tmp_path: Path) -> None:
    inventory = make_inventory(tmp_path / "edf", MADE)
    path = inventory.entries[1].edf
    os.utime(path, ns=(1, 1))
    with pytest.raises(Refused, match=r"b\.edf.*has changed since the inventory was taken"):
        prepared(inventory, tmp_path / "s")
    path.unlink()
    with pytest.raises(Refused, match=r"b\.edf.*not there any more"):
        prepared(inventory, tmp_path / "s", workers=2)
    assert not list((tmp_path / "s/signals").glob(".*"))
    write_recording(path.parent, MADE[1])
    entries = list(inventory.entries)
    entries[1] = replace(entries[1], mtime_ns=path.stat().st_mtime_ns)
    prepared(replace(inventory, entries=tuple(entries)), tmp_path / "s").close()


def test_what_was_made_of_another_file_is_not_kept(own) -> None:
    inventory, out = own
    other = replace(inventory.entries[0], mtime_ns=7)
    with pytest.raises(Refused, match=r"a\.edf.*has changed since the inventory was taken"):
        prepared(replace(inventory, entries=(other, *inventory.entries[1:])), out)
    assert not (out / "recordings/a.json").exists()


def test_a_file_that_changes_while_it_is_read_is_refused(own) -> None:
    inventory, out = own
    entry = replace(inventory.entries[0], edf=out / "a.edf")
    shutil.copy2(inventory.entries[0].edf, entry.edf)
    before = contents(out)
    with pytest.raises(Refused, match=r"a\.edf.*it changed while it was read"):
        task = Task(out, "noise", entry, SETTINGS)
        prepare_recording(task, lambda _: os.utime(entry.edf, ns=(5, 5)))
    assert contents(out) == before


def test_a_patient_in_two_splits_is_refused_before_and_after(own, tmp_path: Path) -> None:
    inventory, out = own
    leak = replace(inventory.entries[3], patient="p1")
    leaking = replace(inventory, entries=(*inventory.entries[:3], leak))
    with pytest.raises(Refused, match="p1 is in two splits"):
        prepared(leaking, tmp_path / "s")
    path = out / "recordings/d.json"
    path.write_text(path.read_text().replace('"p3"', '"p1"'))
    with pytest.raises(Refused, match="p1 is in two splits"):
        open_store(out)


def test_refusals_before_any_work(made, tmp_path: Path) -> None:
    inventory, _ = made
    only = replace(inventory.entries[2], montages=("bipolar",))
    with pytest.raises(Refused, match=r"c\.edf cannot be made referential, only bipolar"):
        prepared(replace(inventory, entries=(only,)), tmp_path / "s", splits=["dev"])
    for name in ("", "../a", ".a", "a/b", "x" * 300):
        odd = replace(inventory.entries[2], id=name)
        with pytest.raises(Refused, match="no name for a file"):
            prepared(replace(inventory, entries=(odd,)), tmp_path / "s", splits=["dev"])
    with pytest.raises(Problem, match="nothing is prepared in"):
        open_store(tmp_path / "nowhere")
    huge = replace(inventory.entries[2], seconds=1e12, rate=50)
    told = io.StringIO()
    with pytest.raises(Problem, match=r"too full.*TB are needed in") as caught:
        prepared(replace(inventory, entries=(huge,)), tmp_path / "s", splits=["dev"], stream=told)
    assert "ann-tui runs prune" in (caught.value.hint or "")
    assert "1 of 1 recordings are sampled too slowly for 25 Hz" in told.getvalue()


def test_nobody_removes_what_is_read(own) -> None:
    _, out = own
    with open_store(out), open_store(out), pytest.raises(Refused, match="a run reads"):
        remove(out)
    remove(out)
    assert not out.exists()


@pytest.fixture
def small_disk(tmp_path: Path):
    """A file system of 300 kB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=300k", "tmpfs", str(folder)]
    if (
        sys.platform != "linux"
        or os.geteuid()
        or subprocess.run(command, capture_output=True).returncode
    ):
        pytest.skip("mounting a small file system needs root on Linux")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


def test_a_full_disk_is_told_and_what_was_finished_is_kept(
    made, small_disk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inventory, out = made
    monkeypatch.setattr("seizure.store.prepare.require_space", lambda *_: None)
    prepared(replace(inventory, entries=inventory.entries[:1]), small_disk / "s").close()
    with pytest.raises(Problem, match="the disk is full") as caught:
        prepared(inventory, small_disk / "s", workers=2)
    assert "ann-tui runs prune" in (caught.value.hint or "")
    assert (small_disk / "s/recordings/a.json").exists()
    assert not list((small_disk / "s/signals").glob(".*"))
    subprocess.run(["mount", "-o", "remount,size=8m", str(small_disk)], check=True)
    monkeypatch.undo()
    prepared(inventory, small_disk / "s").close()
    assert contents(small_disk / "s") == contents(out)


def test_memory_does_not_grow_with_the_recording(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("seizure.store.chain.scale.MOST", 1 << 13)
    peaks = []
    for minutes in (10, 40):
        entry = write_recording(tmp_path, Made(f"m{minutes}", "p", "test", 60 * minutes, 100))
        (tmp_path / "s/signals").mkdir(parents=True, exist_ok=True)
        (tmp_path / "s/recordings").mkdir(exist_ok=True)
        tracemalloc.start()
        prepare_recording(Task(tmp_path / "s", "noise", entry, SETTINGS), lambda _: None)
        peaks.append(tracemalloc.get_traced_memory()[1] / 1e6)
        tracemalloc.stop()
    assert peaks[1] < 1.2 * peaks[0], peaks
    assert peaks[1] < 40, peaks


def test_two_thousand_recordings_are_read_with_few_descriptors(own) -> None:
    """Many systems let a process have 256."""
    _, out = own
    told = (out / "recordings/a.json").read_text()
    for i in range(2000):
        (out / f"recordings/n{i:04}.json").write_text(told.replace('"id": "a"', f'"id": "n{i:04}"'))
        os.link(out / "signals/a.f16", out / f"signals/n{i:04}.f16")
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    # Other tests of this process may have left some open.
    open_now = max(int(n) for n in os.listdir("/proc/self/fd")) + 1
    resource.setrlimit(resource.RLIMIT_NOFILE, (open_now + 256, hard))
    try:
        with open_store(out) as store:
            assert len(store.recordings) == 2004
            row = np.empty((19, 10), np.float16)
            for one in store.recordings:
                store.read(one.id, 5, row)
                assert store.signal(one.id)[3, 5] == row[3, 0]
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def test_a_recording_that_carries_nothing_is_told_with_a_next_step(tmp_path: Path) -> None:
    inventory = make_inventory(tmp_path / "edf", MADE[:1])
    path = inventory.entries[0].edf
    data = path.read_bytes()
    head = 256 * (1 + int(data[252:256]))
    path.write_bytes(data[:head] + bytes(len(data) - head))
    one = replace(inventory.entries[0], mtime_ns=path.stat().st_mtime_ns)
    with pytest.raises(Refused, match="all its EEG channels are flat") as told:
        prepared(replace(inventory, entries=(one,)), tmp_path / "store")
    assert told.value.hint is not None
    assert told.value.hint.endswith("then: ann-tui sync noise")
