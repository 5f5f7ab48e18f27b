"""When a recording began, out of header fields that are often not as EDF wants them."""

from __future__ import annotations

import re
from datetime import date, datetime, time

from seizure.edf.fields import Fields

_SOUND = re.compile(r"(\d\d)\.(\d\d)\.(\d\d)")
_USABLE = re.compile(r"(\d{1,2})\s*[.:/\-' ]\s*(\d{1,2})\s*[.:/\-' ]\s*(\d{1,2})")
_STARTDATE = re.compile(r"Startdate (\d\d)-([A-Z]{3})-(\d{4})\b", re.IGNORECASE)
_MONTHS = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"]


def start_of(fields: Fields) -> datetime | None:
    """The local time at which the recording began; None, with a notice, where no date or time can
    be made of the fields.

    Other separators than points are repaired. A date that no calendar has is taken from EDF+'s
    "Startdate 02-MAR-2020" if the file has that. Years of two figures: 85-99 are 1985-1999
    (EDF+)."""
    day, odd_day = _triple(fields.text("start date"))
    clock, odd_clock = _triple(fields.text("start time"))
    found_day = _date(day) or _plus_date(fields.text("recording"))
    found_clock = _time(clock)
    if found_day is None or found_clock is None:
        fields.notice("no-date", "have no start date or time that can be read: taken as unknown")
        return None
    if odd_day or odd_clock or _date(day) is None:
        fields.notice("bad-date", "have a start date or time that is not as EDF wants: repaired")
    return datetime.combine(found_day, found_clock)


def _triple(text: str) -> tuple[tuple[int, int, int] | None, bool]:
    """Three numbers, and whether they had to be repaired."""
    found = _SOUND.fullmatch(text)
    usable = found or _USABLE.fullmatch(text)
    if usable is None or not usable[0].isascii():
        return None, True
    return (int(usable[1]), int(usable[2]), int(usable[3])), found is None


def _date(found: tuple[int, int, int] | None) -> date | None:
    if found is None:
        return None
    day, month, year = found
    try:
        return date(year + (1900 if year >= 85 else 2000), month, day)
    except ValueError:
        return None


def _plus_date(recording: str) -> date | None:
    found = _STARTDATE.match(recording)
    if found is None or found[2].upper() not in _MONTHS:
        return None
    try:
        return date(int(found[3]), _MONTHS.index(found[2].upper()) + 1, int(found[1]))
    except ValueError:
        return None


def _time(found: tuple[int, int, int] | None) -> time | None:
    try:
        return time(*found) if found is not None else None
    except ValueError:
        return None
