"""Which sizes there are and what their options may be (models.json, which the program reads too).
No torch: asked before there is any."""

from __future__ import annotations

import difflib
import json
from pathlib import Path
from typing import Any

from jobkit.errors import Refused

_FILE = json.loads(Path(__file__).with_name("models.json").read_text(encoding="utf-8"))
FIELDS: dict[str, dict[str, Any]] = _FILE["fields"]
SIZES: dict[str, dict[str, Any]] = {name: one["options"] for name, one in _FILE["sizes"].items()}


def resolve(name: str, options: dict[str, Any]) -> dict[str, Any]:
    """All options of a size, those in `options` in place of its own. Refused, naming the field,
    for a size that is none, an option that is none, and a value out of its range."""
    if name not in SIZES:
        why = f"there are {', '.join(SIZES)}, and files of your own"
        raise Refused(f"There is no model {name!r}", why)
    for field, value in options.items():
        _check(field, value)
    found = {**SIZES[name], **options}
    inner = found["ssm_expansion"] * found["width"]
    if inner % found["ssm_heads"]:
        why = f"ssm_expansion · width is {inner}, which {found['ssm_heads']} heads cannot share"
        raise Refused(f"model.options.ssm_heads cannot be {found['ssm_heads']}", why)
    return found


def _check(field: str, value: object) -> None:
    if field not in FIELDS:
        near = difflib.get_close_matches(field, FIELDS, 1)
        meant = f"did you mean {near[0]!r}? " if near else ""
        why = f"{meant}There are: {', '.join(FIELDS)}"
        raise Refused(f"A model of ours has no option {field!r}", why)
    one = FIELDS[field]
    kinds = (int,) if one["type"] == "integer" else (int, float)
    fits = isinstance(value, kinds) and not isinstance(value, bool)
    fits = fits and ("one_of" not in one or value in one["one_of"])
    fits = fits and ("from" not in one or one["from"] <= value <= one["to"])  # type: ignore[operator]
    if not fits:
        raise Refused(f"model.options.{field} cannot be {value!r}", f"it is {allowed(one)}")


def allowed(field: dict[str, Any]) -> str:
    """What a value may be, in words: "a whole number from 2 to 256"."""
    if "one_of" in field:
        *some, last = field["one_of"]
        return f"{', '.join(map(str, some))} or {last}"
    kind = "a whole number" if field["type"] == "integer" else "a number"
    return f"{kind} from {field['from']:g} to {field['to']:g}"
