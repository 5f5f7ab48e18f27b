"""A checkpoint's model as ONNX, for programs without torch."""

from __future__ import annotations

import contextlib
import os
import sys
import warnings
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import torch
from jobkit.errors import Problem, Refused

from seizure.checkpoints.folder import read_checkpoint
from seizure.inference.load import load

#: Logits may differ by so much, at most, from those that torch gives.
MOST = 1e-4
#: Windows that both are given: noise, a third of the channels masked.
TRIED = 4
#: torch's exporter asks for the third.
NEEDED = ("onnx", "onnxruntime", "onnxscript")


def export(folder: Path, source: Path | None, out: Path) -> float:
    """Writes `out`: input `signal`, float32 [1, channels, samples], a window in robust units as a
    store has them; output `logits`, [1, seconds · logits_hz]. Gives the largest difference between
    its logits and torch's. Refused where the packages for it are missing; Problem, with nothing
    written, where a difference is above `MOST`."""
    missing = [name for name in NEEDED if find_spec(name) is None]
    if missing:
        raise Refused(
            "ONNX needs packages that are not here", f"missing: {', '.join(missing)}",
            "ann-tui setup --training --with onnx",
        )  # fmt: skip
    if out.exists():
        raise Refused(
            f"{folder} cannot be exported", f"{out} is there already, and is not written over",
            "choose another --out",
        )  # fmt: skip
    checkpoint = read_checkpoint(folder)
    card = checkpoint.card
    model = load(checkpoint, source, torch.device("cpu"))
    shape = (card.channels, card.seconds * card.settings.rate)
    beside = out.with_name(f".{out.name}.{os.getpid()}")
    try:
        _write(model, torch.zeros(1, *shape), beside)
        worst = _difference(model, beside, shape)
        if not worst <= MOST:
            raise Problem(
                f"{folder} cannot be exported", f"the logits of ONNX differ by {worst:.2g}, more "
                f"than {MOST:g}: nothing was written",
            )  # fmt: skip
        os.replace(beside, out)
    finally:
        beside.unlink(missing_ok=True)
    return worst


def _write(model: torch.nn.Module, example: torch.Tensor, to: Path) -> None:
    what = "The model cannot be exported as ONNX"
    try:
        with warnings.catch_warnings(), contextlib.redirect_stdout(sys.stderr):
            warnings.simplefilter("ignore")
            torch.onnx.export(
                model, (example,), str(to), dynamo=True, verbose=False, external_data=False,
                input_names=["signal"], output_names=["logits"],
            )  # fmt: skip
    except Exception as e:  # an exporter raises what it likes
        why = (str(e).strip() or type(e).__name__).splitlines()[0]
        raise Problem(what, why) from e


def _difference(model: torch.nn.Module, file: Path, shape: tuple[int, int]) -> float:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = torch.get_num_threads()
    session = onnxruntime.InferenceSession(str(file), options, providers=["CPUExecutionProvider"])
    worst = 0.0
    for seed in range(TRIED):
        signal = np.random.default_rng(seed).standard_normal((1, *shape)).astype(np.float32)
        signal[:, : shape[0] // 3] = 0
        (found,) = session.run(["logits"], {"signal": signal})
        with torch.inference_mode():
            wanted = model(torch.from_numpy(signal)).numpy()
        worst = max(worst, float(np.abs(found - wanted).max()))
    return worst
