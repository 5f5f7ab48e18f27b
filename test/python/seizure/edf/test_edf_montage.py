"""Labels, montages, what is missing; interpolation by its own arithmetic."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from jobkit.errors import Refused
from seizure.edf.channels import Input
from seizure.edf.header import Header, read_header
from seizure.edf.mixing import mixing
from seizure.edf.montage import BIPOLAR, REFERENTIAL, ChannelPlan, montages_of, plan, rebuilt
from seizure.edf.names import Electrode, Pair, read_label
from seizure.edf.scalp import positions, spline

sys.path.insert(0, str(Path(__file__).parent.parent))
from edf_files import File, Raw, chb_mit, referential, siena, tusz


@pytest.fixture
def header(tmp_path: Path):
    def read(file: File) -> Header:
        return read_header(file.write(tmp_path / "one.edf"))

    return read


LABELS = {
    "EEG FP1-REF": Electrode("Fp1", "REF"),
    "EEG T3-LE": Electrode("T3", "LE"),
    "EEG CZ-AR": Electrode("Cz", "AR"),
    "Fp1-Avg": Electrode("Fp1", "AVG"),
    "FP1": Electrode("Fp1", ""),
    "EEG Fz": Electrode("Fz", ""),
    "EEG: P7": Electrode("T5", ""),
    "T7-A1": Electrode("T3", "A1"),
    "F7-CS2": Electrode("F7", "CS2"),
    "T7-FT9": Electrode("T3", "FT9"),
    "FP1-EKG": Electrode("Fp1", "EKG"),
    "FP1-F7": Pair("Fp1-F7"),
    "EEG Fp1-F7": Pair("Fp1-F7"),
    "FP1 - F7": Pair("Fp1-F7"),
    "T8-P8-1": Pair("T4-T6"),
    "P7-T7": Pair("T5-T3"),
    **dict.fromkeys(
        ["--0", "-", "", ".", "ECG", "EKG EKG", "EEG EKG1-REF", "EMG", "PHOTIC-REF", "DC1-DC", "1",
         "EEG A1-REF", "EEG 26-REF", "FT9-FT10", "EEG F9", "T3-T7", "Resp",
         "EDF Annotations", "VNS", "SPO2", "T1-REF", "EEG", "OZ"]
    ),
}  # fmt: skip


@pytest.mark.parametrize("label", LABELS)
def test_labels(label: str) -> None:
    assert read_label(label) == LABELS[label]


@pytest.mark.parametrize(
    ("file", "montages", "rate", "kinds"),
    [
        (tusz(), ("referential", "bipolar"), 250.0, []),
        (siena(), ("referential", "bipolar"), 512.0, []),
        (chb_mit(), ("bipolar",), 256.0, ["copies"]),
        (File([Raw("EKG"), Raw("Oz")]), (), 0.0, []),
    ],
    ids=["tusz", "siena", "chb-mit", "none"],
)
def test_corpora(header, file: File, montages: Sequence[str], rate: float, kinds: object) -> None:
    found = header(file)
    assert montages_of(found) == montages
    for montage in montages:
        made = plan(found, montage)
        assert (made.rate, made.missing, [one.kind for one in made.notices]) == (rate, (), kinds)
        assert made.names == (REFERENTIAL if montage == "referential" else BIPOLAR)


def test_missing_electrodes_are_interpolated_up_to_four(header) -> None:
    there = [one for one in REFERENTIAL if one not in ("Fz", "Pz")]
    made = plan(header(referential(there)), "bipolar")
    assert made.missing == ("Fz", "Pz")
    assert [one.says for one in made.notices] == ["lack Fz and Pz: interpolated"]
    with pytest.raises(Refused) as caught:
        plan(header(referential(REFERENTIAL[:14])), "referential")
    assert "lacks P4, O2, F8, T4 and T6: 5 of 19, at most 4" in caught.value.why
    assert montages_of(header(referential(REFERENTIAL[:15]))) == ("referential", "bipolar")


def test_pairs(header) -> None:
    file = chb_mit()
    signals = [one for one in file.signals if one.label not in ("FP1-F7", "T7-P7")]
    made = plan(header(replace(file, signals=signals)), "bipolar")
    assert made.missing == ("Fp1-F7",)
    reverse = next(one for one in made.inputs if one.name == "T3-T5")
    assert (reverse.sign, signals[reverse.signal].label) == (-1, "P7-T7")
    signals = [one for one in file.signals if one.label not in ("FP1-F7", "FP1-F3")]
    with pytest.raises(Refused) as caught:
        plan(header(replace(file, signals=signals)), "bipolar")
    assert "the bipolar montage lacks Fp1-F7 and Fp1-F3: 2 of 18" in caught.value.why
    with pytest.raises(Refused, match="referential montage lacks Fp1, F3"):
        plan(header(file), "referential")
    without = replace(file, signals=[one for one in file.signals if one.label != "CZ-PZ"])
    with pytest.raises(Refused, match="lacks Cz-Pz"):
        plan(header(without), "bipolar")


def test_references_are_not_mixed(header) -> None:
    both = [Raw(f"EEG {one}-LE") for one in REFERENTIAL[:6]]
    both += [Raw(f"EEG {one}-REF") for one in REFERENTIAL]
    made = plan(header(File(both)), "referential")
    assert [one.signal for one in made.inputs] == list(range(6, 25))
    assert [one.kind for one in made.notices] == ["references"]
    halves = [Raw(f"EEG {one}-{'LE' if i < 9 else 'REF'}") for i, one in enumerate(REFERENTIAL)]
    with pytest.raises(Refused) as caught:
        plan(header(File(halves)), "bipolar")
    assert "lacks Fp1, F3, C3, P3, O1, F7, T3, T5 and Fz: 9 of 19" in caught.value.why
    assert "have several references, 'REF' and 'LE', never mixed" in caught.value.why
    with pytest.raises(Refused, match="none of its 2 signals is one of the 19 electrodes"):
        plan(header(File([Raw("EKG"), Raw("Oz")])), "bipolar")


@pytest.mark.parametrize(
    ("changes", "kind", "why"),
    [
        ({"physical_max": "-3276.8"}, "no-scale", "physical minimum and maximum are both -3276.8"),
        ({"digital_min": "32767"}, "no-scale", "digital minimum 32767 is not below"),
        ({"digital_min": "40000"}, "no-scale", "digital minimum 40000 is not below"),
        ({"digital_max": "65535"}, "no-scale", "does not fit in 16 bits"),
        ({"physical_max": "9e9"}, "no-scale", "beyond any EEG"),
        ({"physical_max": "abc"}, "no-scale", "'abc' is no number"),
        ({"unit": "mm"}, "unit", "unit 'mm'"),
        ({"samples": 1}, "odd-rate", "1 Hz"),
    ],
)
def test_channels_without_sense_are_missing(header, changes: dict, kind: str, why: str) -> None:
    made = plan(header(referential().but(3, **changes)), "referential")
    assert made.missing == ("P3",)
    assert [one.kind for one in made.notices] == [kind, "interpolated"]
    file = referential()
    for i in range(5):
        file = file.but(i, **changes)
    with pytest.raises(Refused) as caught:
        plan(header(file), "referential")
    assert "not usable: signal 1 ('EEG FP1-REF'): " in caught.value.why
    assert why in caught.value.why


def test_units(header) -> None:
    units = {"uV": 1, "µV": 1, "μV": 1, "mV": 1e3, "V": 1e6, "nV": 1e-3, "": 1}
    signals = [
        Raw(f"EEG {one}", unit=unit.encode() if unit in ("µV", "μV") else unit,
            physical_min="-1", physical_max="1")
        for one, unit in zip(REFERENTIAL, units, strict=False)
    ]  # fmt: skip
    found = header(File(signals))
    gains = [one.scale[0] * 65535 / 2 for one in found.signals]
    assert gains == pytest.approx(list(units.values()))


def test_rates_that_do_not_go_together(header) -> None:
    with pytest.raises(Refused, match="'EEG F3-REF' has 255 samples a record, others 2048"):
        plan(header(referential().but(0, samples=2048).but(1, samples=255)), "referential")


def test_positions() -> None:
    at = np.array(list(positions().values()))
    assert np.linalg.norm(at, axis=1) == pytest.approx(np.ones(19))
    mirrored = {"Fp1": "Fp2", "F7": "F8", "F3": "F4", "T3": "T4", "C3": "C4", "T5": "T6",
                "P3": "P4", "O1": "O2"}  # fmt: skip
    for left, right in mirrored.items():
        assert positions()[left] * [-1, 1, 1] == pytest.approx(positions()[right])
    assert positions()["Fz"] == pytest.approx([0, 0.5**0.5, 0.5**0.5])
    assert positions()["Fp1"][1] == pytest.approx(np.cos(np.radians(18)))


def test_spline_is_exact_where_it_has_to_be() -> None:
    wanted = ["Fz", "Pz", "C3"]
    known = [one for one in REFERENTIAL if one not in wanted]
    assert spline(known, wanted).sum(axis=1) == pytest.approx(np.ones(3))
    assert spline(known, ["F3"])[0] == pytest.approx(np.eye(16)[known.index("F3")], abs=1e-9)
    left, right = spline(known, ["T3", "Fz"]), spline(known, ["Fz", "T3"])
    assert left == pytest.approx(right[::-1])


def dipoles(count: int, rng: np.random.Generator) -> np.ndarray:
    """Potentials [19, count] of current dipoles in an endless conductor, .3 to .6 of the head's
    radius from its centre, average-referenced, each of variance 1."""
    at = np.array(list(positions().values()))
    place = rng.normal(size=(count, 3))
    place *= rng.uniform(0.3, 0.6, (count, 1)) / np.linalg.norm(place, axis=1, keepdims=True)
    moment = rng.normal(size=(count, 3))
    away = at[:, None] - place
    field = (away * moment).sum(axis=2) / np.linalg.norm(away, axis=2) ** 3
    field -= field.mean(axis=0)
    return field / field.std(axis=0)


def test_spline_of_dipoles_with_a_tenth_of_noise() -> None:
    rng = np.random.default_rng(0)
    truth = dipoles(2000, rng)
    seen = truth + 0.1 * rng.normal(size=truth.shape)
    errors, shares = [], []
    for i, one in enumerate(REFERENTIAL):
        known = [other for other in REFERENTIAL if other != one]
        weights = spline(known, [one])[0]
        errors.append(weights @ np.delete(seen, i, axis=0) - truth[i])
        shares.append(np.abs(weights).sum())
    assert np.sqrt(np.mean(np.square(errors))) < 0.48
    assert max(shares) < 2.2  # of order 4: 6.9


def planned(montage: str, names: Sequence[str], of: str, missing: Sequence[str]) -> ChannelPlan:
    inputs = tuple(Input(one, i) for i, one in enumerate(names))
    whole = REFERENTIAL if montage == "referential" else BIPOLAR
    return ChannelPlan(montage, whole, of, inputs, tuple(missing), 256.0)


def test_average_reference() -> None:
    signal = np.random.default_rng(0).normal(size=(19, 50))
    made = mixing(planned("referential", REFERENTIAL, "electrodes", ())) @ signal
    assert made == pytest.approx(signal - signal.mean(axis=0), abs=1e-5)
    masked = mixing(planned("referential", REFERENTIAL, "electrodes", ()), ["C3"])
    spoilt = signal.copy()
    spoilt[REFERENTIAL.index("C3")] = 1e6
    assert masked @ spoilt == pytest.approx(masked @ signal, abs=1e-5)
    assert (masked @ signal).sum(axis=0) == pytest.approx(np.zeros(50), abs=1e-5)
    assert masked @ np.ones(19) == pytest.approx(np.zeros(19), abs=1e-6)


def test_bipolar_of_electrodes_and_of_pairs_agree() -> None:
    signal = np.random.default_rng(0).normal(size=(19, 50))
    pairs = mixing(planned("bipolar", REFERENTIAL, "electrodes", ())) @ signal
    at = {one: signal[i] for i, one in enumerate(REFERENTIAL)}
    assert pairs[0] == pytest.approx(at["Fp1"] - at["F7"], abs=1e-5)
    assert pairs[17] == pytest.approx(at["Cz"] - at["Pz"], abs=1e-5)
    for gone in BIPOLAR:
        rest = [one for one in BIPOLAR if one != gone]
        given = pairs[[BIPOLAR.index(one) for one in rest]]
        if gone in ("Fz-Cz", "Cz-Pz"):
            assert rebuilt([gone]) == {gone: {}}
            continue
        again = mixing(planned("bipolar", rest, "pairs", [gone])) @ given
        assert again == pytest.approx(pairs, abs=1e-5)
        masked = mixing(planned("bipolar", BIPOLAR, "pairs", ()), [gone]) @ pairs
        assert masked == pytest.approx(pairs, abs=1e-5)
    two = mixing(planned("bipolar", BIPOLAR, "pairs", ()), ["Fp1-F7", "F3-C3"]) @ pairs
    assert not two[0].any() and not two[5].any()
    assert two[1] == pytest.approx(pairs[1], abs=1e-5)
