"""The config fields of a model of a person's own: a dataclass, filled from `model.options`."""

from __future__ import annotations

import dataclasses
import difflib
import types
import typing
from pathlib import Path
from typing import Any, Literal, Union, get_args, get_origin

from seizure.model.own.faults import OwnFault, line_of, told


def make(kind: type, given: dict[str, Any], source: Path) -> Any:
    """`Options(**given)`. OwnFault for a name that it does not have, a value of another type, a
    field without a default that is not given, and for what it refuses itself."""
    types_of = _types(kind, source)
    known = {one.name: one for one in dataclasses.fields(kind) if one.init}
    for name, value in given.items():
        if name not in known:
            raise _unknown(name, list(known), source)
        if not fits(value, types_of[name]):
            why = f"{name} is {_shown(types_of[name])} in {source.name}, and {value!r} is none"
            raise _bad(f"model.options.{name} cannot be {value!r}", why)
    missing = [
        name for name, one in known.items()
        if name not in given and one.default is one.default_factory is dataclasses.MISSING
    ]  # fmt: skip
    if missing:
        why = f"{', '.join(missing)} of Options in {source.name} has no default"
        hint = f"give it one, or say --set model.options.{missing[0]}=VALUE"
        raise _bad("model.options lacks a field", why, hint)
    # JSON and YAML have lists only.
    values = {
        name: tuple(value) if isinstance(value, list) and _is_tuple(types_of[name]) else value
        for name, value in given.items()
    }
    try:
        return kind(**values)
    except Exception as e:
        why = told(e, source)
        raise OwnFault("bad-options", f"Options of {source.name} refuses what it was given", why,
                       line=line_of(e, source)) from e  # fmt: skip


def _bad(what: str, why: str, hint: str | None = None) -> OwnFault:
    return OwnFault("bad-options", what, why, hint)


def _unknown(name: str, known: list[str], source: Path) -> OwnFault:
    near = difflib.get_close_matches(name, known, 1)
    meant = f"did you mean {near[0]!r}? " if near else ""
    there = f"there are: {', '.join(known)}" if known else "Options has no fields"
    return _bad(f"{source.name} has no option {name!r}", meant + there)


def _types(kind: type, source: Path) -> dict[str, Any]:
    try:
        return typing.get_type_hints(kind)
    except Exception as e:
        why = f"a type in it is none: {told(e, source)}"
        raise OwnFault("no-class", f"Options of {source.name} cannot be read", why) from e


def _is_tuple(wanted: Any) -> bool:
    return any(get_origin(one) is tuple or one is tuple for one in (wanted, *get_args(wanted)))


def fits(value: Any, wanted: Any) -> bool:
    """Whether a value out of JSON is of a type as it stands in the dataclass. A whole number is a
    float; true is no number. Types that no config file could hold are left to the class."""
    origin, inner = get_origin(wanted), get_args(wanted)
    if origin in (Union, types.UnionType):
        return any(fits(value, one) for one in inner)
    if origin is Literal:
        return value in inner
    if wanted is None or wanted is type(None):
        return value is None
    if wanted is float:
        return isinstance(value, int | float) and not isinstance(value, bool)
    if wanted is int:
        return isinstance(value, int) and not isinstance(value, bool)
    if wanted in (bool, str):
        return isinstance(value, wanted)
    if (origin or wanted) in (list, tuple):
        return isinstance(value, list | tuple) and _items_fit(list(value), origin, inner)
    return True


def _items_fit(values: list[Any], origin: Any, inner: tuple[Any, ...]) -> bool:
    if origin is tuple and inner and inner[-1] is not ...:
        return len(values) == len(inner) and all(map(fits, values, inner))
    return not inner or all(fits(one, inner[0]) for one in values)


def _shown(wanted: Any) -> str:
    return wanted.__name__ if isinstance(wanted, type) and not get_args(wanted) else str(wanted)
