"""Kinds of seizures: the event types of HED-SCORE, and what each corpus calls them.

HED-SCORE (levels of `eventType` in the SzCORE format) follows the ILAE 2017 classification: onset
(focal, generalised, unknown), awareness, motor or not, and its form. Here they are written with
hyphens, "sz-foc-ia"; converters of the field also write underscores, which are read."""

from __future__ import annotations

BACKGROUND = "bckg"

_FOCAL_MOTOR = "automatisms atonic clonic spasms hyperkinetic myoclonic tonic"
_FOCAL_OTHER = "autonomic behavior cognitive emotional sensory"
_GENERAL_MOTOR = "tonicClonic clonic tonic myoclonic myoTC myoAtonic atonic spasms"
_GENERAL_OTHER = "typical atypical myoclonic eyelidMyo"


def _kinds() -> tuple[str, ...]:
    found = ["sz", "sz-foc", "sz-foc-f2b", "sz-gen", "sz-uo"]
    for awareness in ("a", "ia", "ua"):
        focal = f"sz-foc-{awareness}"
        found += [focal, f"{focal}-um"]
        found += _below(f"{focal}-m", _FOCAL_MOTOR) + _below(f"{focal}-nm", _FOCAL_OTHER)
    found += _below("sz-gen-m", _GENERAL_MOTOR) + _below("sz-gen-nm", _GENERAL_OTHER)
    found += _below("sz-uo-m", "tonicClonic spasms") + _below("sz-uo-nm", "behavior")
    return tuple(found)


def _below(kind: str, forms: str) -> list[str]:
    return [kind, *(f"{kind}-{form}" for form in forms.split())]


#: All kinds, the general before the particular.
KINDS = _kinds()
_BY_NAME = {kind.lower(): kind for kind in KINDS} | {
    "sz-gen-nm-eyelidmyio": "sz-gen-nm-eyelidMyo",  # as it is misspelt in files of the field
    "sz-foc-ua-f2b": "sz-foc-f2b",  # as converters wrote it before 2024
}

#: Labels of TUSZ (its annotation guide, v2.0) -> kinds. `seiz` is what csv_bi knows; the others
#: stand in .csv. Tonic, clonic, tonic-clonic, atonic, myoclonic: TUSZ marks them as generalised.
TUSZ = {
    "seiz": "sz",
    "fnsz": "sz-foc",
    "gnsz": "sz-gen",
    "spsz": "sz-foc-a",
    "cpsz": "sz-foc-ia",
    "absz": "sz-gen-nm",
    "tnsz": "sz-gen-m-tonic",
    "cnsz": "sz-gen-m-clonic",
    "tcsz": "sz-gen-m-tonicClonic",
    "atsz": "sz-gen-m-atonic",
    "mysz": "sz-gen-m-myoclonic",
}

#: Types of SeizeIT1, as the head of each of its files explains them.
SEIZEIT1 = {
    "FIA": "sz-foc-ia",
    "FIAS": "sz-foc-ia",
    "FA": "sz-foc-a",
    "F-BTC": "sz-foc-f2b",
}

#: Column `seizure` of Siena's subject_info.csv.
SIENA = {"IAS": "sz-foc-ia", "WIAS": "sz-foc-a", "FBTC": "sz-foc-f2b"}


def kind_of(label: str) -> str | None:
    """A kind of HED-SCORE as it is written here, "bckg" for background, None for anything else."""
    name = label.strip().replace("_", "-").lower()
    return BACKGROUND if name == BACKGROUND else _BY_NAME.get(name)


def common(one: str, other: str) -> str:
    """What two kinds have in common: sz-foc-a and sz-foc-ia are both sz-foc."""
    shared = []
    for a, b in zip(one.split("-"), other.split("-"), strict=False):
        if a != b:
            break
        shared.append(a)
    name = "-".join(shared)
    return name if name in KINDS else "sz"
