"""A model of a person's own: from one Python file to a module of torch.

The file is taken alone: its folder cannot be imported from, so that a run's copy of it is all there
is to it. It defines `class Model(torch.nn.Module)` and a dataclass `Options` (docs/own-model.md).
"""

from __future__ import annotations

import contextlib
import dataclasses
import hashlib
import inspect
import os
import sys
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from seizure.model.own import options as own_options
from seizure.model.own.faults import NOT_ITS_DOING, OwnFault, crashed, line_of, told

if TYPE_CHECKING:
    from torch import nn

#: Logits a second that scores can be made of.
LOGITS_HZ = (1, 2, 4)
#: Packages that are called otherwise than their modules.
_PACKAGES = {"sklearn": "scikit-learn", "cv2": "opencv-python-headless", "yaml": "PyYAML"}


def load(source: Path, options: dict[str, Any], channels: int, rate: int) -> nn.Module:
    """The model for `channels` electrodes or pairs at `rate` Hz. `options`: values of its Options
    that differ from the defaults. OwnFault, which is a Refused, tells file and line."""
    return construct(*classes(import_file(source), source), options, channels, rate, source)


def import_file(source: Path) -> ModuleType:
    """Runs the file as a module called after its contents; nothing is written beside it."""
    try:
        text = source.read_bytes()
    except OSError as e:
        raise OwnFault("unreadable", f"{source.name} cannot be read", str(e)) from e
    name = f"own_model_{hashlib.sha256(text).hexdigest()[:12]}"
    module = ModuleType(name)
    module.__file__ = str(source)
    # Dataclasses and torch.compile look their module up there.
    sys.modules[name] = module
    try:
        # What it makes of the standard streams is gone when it is there.
        streams = redirect_stdout(sys.stdout), redirect_stderr(sys.stderr)
        with _without(source.parent), streams[0], streams[1]:
            exec(compile(text, str(source), "exec"), module.__dict__)
    except (SyntaxError, ValueError) as e:  # ValueError: a null byte
        if not isinstance(e, SyntaxError):
            raise crashed(e, source, "it was imported") from e
        line = line_of(e, source)
        raise OwnFault("syntax-error", f"{source.name} is not valid Python", told(e, source),
                       line=line) from e  # fmt: skip
    except ImportError as e:
        raise _import_failed(e, source) from e
    except NOT_ITS_DOING:
        raise
    except BaseException as e:
        raise crashed(e, source, "it was imported") from e
    return module


@contextlib.contextmanager
def _without(folder: Path) -> Iterator[None]:
    """Nothing is imported from `folder`, wherever the program was started."""
    before = list(sys.path)
    sys.path[:] = [
        one
        for one in before
        if not os.path.isdir(one or ".") or not os.path.samefile(one or ".", folder)
    ]
    try:
        yield
    finally:
        sys.path[:] = before


def _import_failed(error: ImportError, source: Path) -> OwnFault:
    why, line = told(error, source), line_of(error, source)
    what = f"{source.name} needs what is not there"
    module = (error.name or "").split(".")[0]
    beside = module and (
        (source.parent / f"{module}.py").is_file() or (source.parent / module).is_dir()
    )
    if beside or "relative import" in str(error):
        hint = "a model is one file, of which the run keeps a copy: put what it needs into it"
    elif isinstance(error, ModuleNotFoundError) and module:
        # Of a run's copy nobody knows what lay beside the file.
        why += "; it has to be installed, a file beside it would not be found"
        hint = f"{sys.executable} -m pip install {_PACKAGES.get(module, module)}"
    else:
        hint = None
    return OwnFault("missing-module", what, why, hint, line)


def classes(module: ModuleType, source: Path) -> tuple[type[nn.Module], type]:
    """(Model, Options) of the file."""
    from torch import nn  # here: who only starts a check does without torch

    fresh = "ann-tui new mine --model"
    model, kind = (getattr(module, name, None) for name in ("Model", "Options"))
    if not (inspect.isclass(model) and issubclass(model, nn.Module)):
        why = "it has to define a class Model(torch.nn.Module)"
        raise OwnFault("no-class", f"{source.name} has no model in it", why, fresh)
    if not (inspect.isclass(kind) and dataclasses.is_dataclass(kind)):
        why = "it has to define a dataclass Options, of fields with defaults; it may be empty"
        raise OwnFault("no-class", f"{source.name} has no options in it", why, fresh)
    if not kind.__dataclass_params__.frozen:
        why = "a checkpoint keeps them as they were: write @dataclass(frozen=True)"
        raise OwnFault("no-class", f"Options of {source.name} can be changed", why, fresh)
    return model, kind


def construct(
    model: type[nn.Module],
    kind: type,
    options: dict[str, Any],
    channels: int,
    rate: int,
    source: Path,
) -> nn.Module:
    made = own_options.make(kind, options, source)
    try:
        built = model(channels, rate, made)
    except NOT_ITS_DOING:
        raise
    except BaseException as e:
        raise crashed(e, source, f"its Model was made for {channels} channels at {rate} Hz") from e
    hz = getattr(built, "logits_hz", None)
    if hz not in LOGITS_HZ or isinstance(hz, bool):
        why = (
            f"it is {hz!r}; scores are made of {LOGITS_HZ[0]}, 2 or {LOGITS_HZ[-1]} logits a second"
        )
        hint = "write self.logits_hz = 4 in its constructor"
        raise OwnFault("wrong-shape", f"Model of {source.name} has no such logits_hz", why, hint)
    return built
