"""Which signals of a file make a montage, what is missing, and what is refused."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from jobkit.errors import Refused

from seizure.edf.channels import Channels, Input, quoted
from seizure.edf.header import Header
from seizure.edf.names import ELECTRODES
from seizure.notices import Notice, refused

#: Average-referenced electrodes, in SzCORE's order.
REFERENTIAL: tuple[str, ...] = ELECTRODES
#: The double banana as CHB-MIT records it: on each side a lateral and a parasagittal chain of four,
#: then the midline.
BIPOLAR: tuple[str, ...] = (
    "Fp1-F7", "F7-T3", "T3-T5", "T5-O1", "Fp1-F3", "F3-C3", "C3-P3", "P3-O1",
    "Fp2-F4", "F4-C4", "C4-P4", "P4-O2", "Fp2-F8", "F8-T4", "T4-T6", "T6-O2",
    "Fz-Cz", "Cz-Pz",
)  # fmt: skip
MONTAGES: dict[str, tuple[str, ...]] = {"referential": REFERENTIAL, "bipolar": BIPOLAR}
#: Of the 19 electrodes, or of the 18 channels, those that may be missing or bad: with more than a
#: fifth guessed from its neighbours the average reference is a guess as well.
MOST_GUESSED = 4


@dataclass(frozen=True)
class ChannelPlan:
    """How a montage is made of a file. `names`: of the channels that come out. `of`: what `inputs`
    are, "electrodes" or "pairs". `missing`: of those, what the file does not have and is made from
    the others. `rate`: Hz of what comes out, the highest of the inputs."""

    montage: str
    names: tuple[str, ...]
    of: str
    inputs: tuple[Input, ...]
    missing: tuple[str, ...]
    rate: float
    notices: tuple[Notice, ...] = ()


def plan(header: Header, montage: str) -> ChannelPlan:
    """`montage`: "referential" or "bipolar"; that is made of electrodes where the file has them,
    else of pairs as they were recorded.

    Electrodes measured against several references are not mixed: those of the commonest are used.
    Signals without a usable scale, in a unit that is no voltage or at a rate that is no EEG's count
    as missing.

    Errors: Refused where too many are missing, with which."""
    channels = Channels(header)
    of, inputs = "electrodes", channels.electrodes()
    missing = _missing(REFERENTIAL, inputs)
    if len(missing) > MOST_GUESSED:
        pairs = channels.pairs(BIPOLAR) if montage == "bipolar" else ()
        if not pairs:
            raise _no_electrodes(channels, montage, missing)
        of, inputs, missing = "pairs", pairs, _missing(BIPOLAR, pairs)
        if not all(rebuilt(missing).values()):
            why = "one of each side's eight can be made from the others"
            raise _refused(channels, f"{_lacks(montage, missing, BIPOLAR)}, {why}")
    elif len(channels.references()) > 1:
        says = "have electrodes of several references: only those of the commonest are used"
        channels.notice("references", says)
    if missing:
        channels.notice("interpolated", f"lack {_listed(missing)}: interpolated")
    rate = channels.rate(inputs)
    notices = tuple(channels.notices.values())
    return ChannelPlan(montage, MONTAGES[montage], of, inputs, missing, rate, notices)


def montages_of(header: Header) -> tuple[str, ...]:
    """Those that can be made of a file."""
    made = []
    for montage in MONTAGES:
        try:
            plan(header, montage)
        except Refused:
            continue
        made.append(montage)
    return tuple(made)


def rebuilt(missing: Sequence[str]) -> dict[str, dict[str, int]]:
    """How each missing pair is the sum of others, pair → sign; empty where it is not.

    Both chains of a side run from Fp to O and so have the same sum: one missing pair of a side
    follows from its seven others."""
    found: dict[str, dict[str, int]] = {}
    for pair in missing:
        at = BIPOLAR.index(pair)
        side = BIPOLAR[at // 8 * 8 : at // 8 * 8 + 8] if at < 16 else ()
        if sum(one in missing for one in side) != 1:
            found[pair] = {}
            continue
        chain = side.index(pair) // 4
        found[pair] = {
            one: -1 if i // 4 == chain else 1 for i, one in enumerate(side) if one != pair
        }
    return found


def _missing(wanted: Sequence[str], inputs: Sequence[Input]) -> tuple[str, ...]:
    there = {one.name for one in inputs}
    return tuple(name for name in wanted if name not in there)


def _lacks(montage: str, missing: Sequence[str], of: Sequence[str]) -> str:
    return f"the {montage} montage lacks {_listed(missing)}: {len(missing)} of {len(of)}"


def _no_electrodes(channels: Channels, montage: str, missing: Sequence[str]) -> Refused:
    if len(missing) == len(REFERENTIAL):
        count = len(channels.header.signals)
        return _refused(channels, f"none of its {count} signals is one of the 19 electrodes")
    why = f"{_lacks(montage, missing, REFERENTIAL)}, at most {MOST_GUESSED} can be interpolated"
    references = [quoted(one) if one else "none named" for one in channels.references()[:4]]
    if len(references) > 1:
        why += f"; its electrodes have several references, {_listed(references)}, never mixed"
    return _refused(channels, why)


def _refused(channels: Channels, why: str) -> Refused:
    if channels.unusable:
        why += f"; not usable: {', '.join(channels.unusable[:3])}"
    return refused(channels.header.path, 0, why)


def _listed(names: Sequence[str]) -> str:
    return f"{', '.join(names[:-1])} and {names[-1]}" if len(names) > 1 else "".join(names)
