"""Who a patient is, whatever the version of a corpus calls them."""

from __future__ import annotations

import hashlib
import re

#: Corpora whose patients have numbers, which their BIDS versions keep: chb05 and sub-05, PN05 and
#: sub-05, P_ID64 and sub-64.
NUMBERED = ("chb-mit", "siena", "seizeit1")
#: chb21 was recorded of chb01, 1.5 years later: cases and people (PhysioNet's page of CHB-MIT).
CHB_MIT_SAME = {21: 1}


def person(family: str, patient: str) -> str:
    """One word for one person: "chb-mit:5" for chb05 and for sub-05."""
    digits = re.findall(r"\d+", patient)
    if family in NUMBERED and len(digits) == 1:
        number = int(digits[0])
        return f"{family}:{CHB_MIT_SAME.get(number, number) if family == 'chb-mit' else number}"
    return f"{family}:{patient.removeprefix('sub-').lower()}"


def hashed(who: str) -> str:
    """12 hex digits of a `person`: known again, and not named."""
    return hashlib.sha256(who.encode("utf-8", "surrogateescape")).hexdigest()[:12]


def same_as(family: str, patient: str) -> str:
    """The name under which a corpus' patient is kept: chb01 for chb21, sub-01 for sub-21."""
    if family == "chb-mit" and re.fullmatch(r"(chb|sub-)21", patient):
        return patient[:-2] + "01"
    return patient
