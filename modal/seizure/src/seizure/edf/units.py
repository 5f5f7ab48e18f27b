"""Units of EDF that are voltages."""

from __future__ import annotations

#: Microvolts in one of each, as it is spelled in small letters. "µ" comes as Latin-1, as UTF-8 read
#: as Latin-1 (micro sign, Greek mu), and as "u".
_MICROVOLTS = {
    "uv": 1.0,
    "\xb5v": 1.0,
    "\xc2\xb5v": 1.0,
    "\xce\xbcv": 1.0,
    "microv": 1.0,
    "nv": 1e-3,
    "mv": 1e3,
    "v": 1e6,
}


def factor(unit: str) -> float | None:
    """Microvolts in one `unit`; None where it is no voltage. Case is ignored but for "MV", which
    nobody measures: millivolts."""
    return _MICROVOLTS.get(_lower(unit))


def _lower(unit: str) -> str:
    """`str.lower` would turn the Â and Î of a misread "µ" into â and î."""
    return "".join(one.lower() if one.isascii() else one for one in unit).replace(" ", "")
