"""What is asked of a model file of a person's own, one thing after the other. It may crash or hang:
so `own/child.py` runs it."""

from __future__ import annotations

import contextlib
import copy
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save
from torch import nn
from torch.nn.functional import binary_cross_entropy_with_logits as loss_of

from seizure.model.own import loading
from seizure.model.own.faults import NOT_ITS_DOING, OwnFault, crashed, message_of
from seizure.model.own.input_changed import InputChanged
from seizure.model.own.not_numbers import FirstNotNumber

#: Windows of the larger batch, steps of the little training, and its learning rate.
BATCH, STEPS, LEARNING_RATE = 3, 8, 2e-3
#: What a training keeps of each parameter, in 4 bytes each: itself, its gradient, two moments of
#: AdamW, and its moving average.
KEPT = 5
#: Robust units at which preparing cuts off by default (configs/prepare.yaml).
CLIP = 10.0


@dataclass(frozen=True)
class Asked:
    """`channels`: each number of them that it has to take. `memory_bytes`: that it may use beside
    what torch itself takes."""

    source: Path
    options: dict[str, Any]
    channels: tuple[int, ...]
    rate: int
    seconds: int
    memory_bytes: int

    @property
    def name(self) -> str:
        return self.source.name


class Trial:
    """`say` is told what is done next, as it stands behind "mine.py crashed while"."""

    def __init__(self, asked: Asked, say: Callable[[str], None]) -> None:
        self._asked, self._say = asked, say
        self._notes: list[str] = []
        self._line_of_forward: int | None = None

    def run(self) -> dict[str, Any]:
        """Number of parameters and notes; raises OwnFault."""
        asked = self._asked
        with self._step("it was imported"):
            model, options = loading.classes(loading.import_file(asked.source), asked.source)
            self._line_of_forward = _line_of(model.forward, asked.source)
        parameters = 0
        for channels in asked.channels:
            with self._step(f"its Model was made for {channels} channels at {asked.rate} Hz"):
                built = loading.construct(
                    model, options, asked.options, channels, asked.rate, asked.source
                )
            if parameters == 0:
                parameters = self._parameters(built)
            self._outputs(built, channels)
        self._in_bfloat16(built)
        self._gradients(built)
        self._saved(built)
        self._learns(built)
        return {"parameters": parameters, "notes": self._notes}

    @contextlib.contextmanager
    def _step(self, doing: str) -> Iterator[None]:
        self._say(doing)
        try:
            yield
        except NOT_ITS_DOING:
            raise
        except BaseException as e:
            raise crashed(e, self._asked.source, doing) from e

    def _fault(
        self, word: str, what: str, why: str, hint: str, line: int | None = None
    ) -> OwnFault:  # fmt: skip
        """Nothing was raised: forward is to blame, where no other line is known."""
        line = line or self._line_of_forward
        place = f" ({self._asked.name}:{line})" if line else ""
        return OwnFault(word, f"{self._asked.name} {what}", why + place, hint, line)

    def _parameters(self, model: nn.Module) -> int:
        """Refuses a model without any, and one that a training would find no room for."""
        with self._step("its parameters were counted"):
            count = sum(p.numel() for p in model.parameters())
        if not any(p.requires_grad for p in model.parameters()):
            raise self._fault("no-gradient", "has nothing to train", "it has no parameters",
                              "layers become part of it as attributes: self.head = …")  # fmt: skip
        needed, most = count * 4 * KEPT, self._asked.memory_bytes
        if needed > most:
            why = (
                f"training its {count:,} parameters takes {needed / 1e9:.1f} GB, and there are "
                f"{most / 1e9:.1f} GB"
            )
            raise self._fault("too-large", "is too large for this machine", why, "make it smaller")
        return count

    def _signal(self, windows: int, channels: int, seconds: int) -> torch.Tensor:
        """Noise in robust units, always the same."""
        generator = torch.Generator().manual_seed(1)
        return torch.randn(windows, channels, seconds * self._asked.rate, generator=generator)

    def _forward(self, model: nn.Module, signal: torch.Tensor, what: str = "") -> torch.Tensor:
        """Logits of the shape that they have to have, finite; `what`: of which signal."""
        windows, channels, samples = signal.shape
        seconds = samples // self._asked.rate
        given = f"[{windows}, {channels}, {samples}]"
        first = FirstNotNumber(self._asked.source)
        change = InputChanged(self._asked.source, signal)
        with self._step(f"forward was given a signal {given}"), first, change:
            logits = model(signal)
        self._unchanged(change)
        wanted = (windows, seconds * model.logits_hz)
        hint = "return logits [windows, seconds * logits_hz], one number for each"
        if not isinstance(logits, torch.Tensor):
            why = f"forward returned {type(logits).__name__}, not a tensor"
            raise self._fault("wrong-shape", "gives no logits", why, hint)
        if tuple(logits.shape) != wanted:
            why = (
                f"of a signal {given}, {seconds} s, forward returned {list(logits.shape)}, not "
                f"{list(wanted)} (logits_hz is {model.logits_hz})"
            )
            raise self._fault("wrong-shape", "gives logits of another shape", why, hint)
        if not logits.is_floating_point():
            why = f"forward returned {logits.dtype}"
            raise self._fault("wrong-shape", "gives logits that are no decimals", why, hint)
        if not bool(torch.isfinite(logits).all()):
            count = int((~torch.isfinite(logits)).sum())
            why = f"of {what or 'noise'}, {count} of {logits.numel()} logits are NaN or infinite"
            call, line = first.where() or (None, None)
            why += f"; the first such number is of {call}" if call else ""
            hint = "a division by 0, a log of 0, a spread of nothing: add a small number to it"
            raise self._fault("not-finite", "gives logits that are no numbers", why, hint, line)
        return logits

    def _unchanged(self, change: InputChanged) -> None:
        """A batch is used after forward as well; a model that changes it gives other logits for it
        the next time."""
        if not change.happened():
            return
        call, line = change.where() or (None, None)
        why = "after forward the signal was not what it was before"
        why += f"; the first call that changed it is {call}" if call else ""
        hint = "work on a copy: signal = signal.clone(), or signal * 2 in place of signal.mul_(2)"
        raise self._fault("changes-input", "changes the signal it is given", why, hint, line)

    def _outputs(self, model: nn.Module, channels: int) -> None:
        """Shapes for two lengths and two batches, and numbers whatever a recording may hold."""
        seconds = self._asked.seconds
        signal = self._signal(BATCH, channels, seconds)
        model.eval()
        with torch.no_grad():
            first = self._forward(model, signal)
            again = self._forward(model, signal)
            if not torch.equal(first, again):
                why = f"of the same signal it gave logits that differ by {_most(first, again):.2g}"
                hint = (
                    "after model.eval() nothing may be drawn at random (use torch.nn.Dropout), and "
                    "nothing kept from one call to the next, as a counter or a running mean"
                )
                raise self._fault("not-deterministic", "gives other logits each time", why, hint)
            alone = self._forward(model, signal[:1])
            if _most(first[:1], alone) > 1e-3 * (1 + float(first.abs().max())):
                self._note("a window's logits depend on the other windows of its batch")
            self._forward(model, self._signal(2, channels, max(1, seconds // 2)))
            masked = signal.clone()
            masked[:, ::2] = 0
            self._forward(
                model, masked, "a signal whose every other channel is zero, as masked ones are"
            )
            self._forward(model, torch.zeros_like(signal[:1]), "a signal of zeros")
            clipped = CLIP * signal[:1].sign()
            self._forward(model, clipped, f"a signal that is clipped at {CLIP:g} all the time")

    def _in_bfloat16(self, model: nn.Module) -> None:
        """Of a GPU, which takes it where it can: here a failure is only worth a note."""
        signal = self._signal(1, self._asked.channels[-1], self._asked.seconds)
        try:
            with torch.no_grad(), torch.autocast("cpu", torch.bfloat16):
                self._forward(model, signal)
        except OwnFault as e:
            self._note(f"in bfloat16 it fails ({e.why}): on a GPU say training.precision float32")

    def _labels(self, model: nn.Module, windows: int, seconds: int) -> torch.Tensor:
        """Every other window is a seizure."""
        labels = torch.zeros(windows, seconds * model.logits_hz)
        labels[::2] = 1
        return labels

    def _gradients(self, model: nn.Module) -> None:
        channels, seconds = self._asked.channels[-1], self._asked.seconds
        model.train()
        logits = self._forward(model, self._signal(BATCH, channels, seconds), "noise, in training")
        with self._step("gradients were computed"):
            loss = loss_of(logits.float(), self._labels(model, BATCH, seconds))
            if not loss.requires_grad:
                why = "its logits do not depend on any of its parameters"
                hint = "compute them of the signal with layers of torch; no .detach(), no numpy"
                raise self._fault("no-gradient", "cannot be trained", why, hint)
            loss.backward()
        trained = {n: p.grad for n, p in model.named_parameters() if p.requires_grad}
        for name, gradient in trained.items():
            if gradient is not None and not bool(torch.isfinite(gradient).all()):
                why = f"the gradient of {name} is NaN or infinite"
                hint = "a square root or a logarithm of 0: add a small number to it"
                raise self._fault("not-finite", "has gradients that are no numbers", why, hint)
        idle = [name for name, gradient in trained.items() if gradient is None]
        if idle:
            self._note(f"never trained, as no logit depends on it: {_few(idle)}")

    def _saved(self, model: nn.Module) -> None:
        """A checkpoint is its state_dict as safetensors; the moving average is a copy of it."""
        hint = "keep tensors alone in it: parameters, and buffers by register_buffer"
        with self._step("it was copied"):
            state = copy.deepcopy(model).state_dict()
        odd = [name for name, value in state.items() if not isinstance(value, torch.Tensor)]
        if odd:
            why = f"{_few(odd)} of its state_dict is no tensor"
            raise self._fault("not-savable", "cannot be kept in a checkpoint", why, hint)
        if shared := _shared(model.state_dict()):
            self._note(f"the same tensor as another, and kept once more: {_few(shared)}")
        try:
            save({name: value.detach().clone().contiguous() for name, value in state.items()})
        except Exception as e:
            what, why = "cannot be kept in a checkpoint", message_of(e)
            raise self._fault("not-savable", what, why, hint) from e

    def _learns(self, model: nn.Module) -> None:
        """A few steps on one batch: half of its windows have a rhythm of 3 Hz in all channels."""
        channels, rate = self._asked.channels[-1], self._asked.rate
        seconds = min(self._asked.seconds, 10)
        signal, labels = self._signal(4, channels, seconds), self._labels(model, 4, seconds)
        signal[::2] += 2 * torch.sin(torch.arange(signal.shape[-1]) * (2 * torch.pi * 3 / rate))
        losses: list[float] = []
        for _ in range(STEPS):
            logits = self._forward(model, signal, "noise, after a step of training")
            with self._step("it was trained for a few steps"):
                loss = loss_of(logits.float(), labels)
                model.zero_grad()
                loss.backward()
                _step(model)
            losses.append(float(loss.detach()))
        if not min(losses[1:]) < losses[0]:
            self._note(
                f"{STEPS} steps on one batch did not lower its loss ({losses[0]:.3f} to "
                f"{losses[-1]:.3f})"
            )

    def _note(self, text: str) -> None:
        if text not in self._notes:
            self._notes.append(text)


def _line_of(method: Any, source: Path) -> int | None:
    """Where a method of the person's file begins."""
    code = getattr(method, "__code__", None)
    return code.co_firstlineno if code and code.co_filename == str(source) else None


@torch.no_grad()
def _step(model: nn.Module) -> None:
    """Against the sign of each gradient: what Adam's first step is (Kingma and Ba 2015, section
    2.1), without what loading torch.optim takes."""
    for parameter in model.parameters():
        if parameter.grad is not None:
            parameter -= LEARNING_RATE * parameter.grad.sign()


def _shared(state: dict[str, torch.Tensor]) -> list[str]:
    """Names of tensors that have another name already."""
    seen = [value.data_ptr() for value in state.values()]
    return [name for n, name in enumerate(state) if seen[n] and seen[n] in seen[:n]]


def _most(a: torch.Tensor, b: torch.Tensor) -> float:
    return float((a.double() - b.double()).abs().max())


def _few(names: list[str]) -> str:
    more = f" and {len(names) - 3} more" if len(names) > 3 else ""
    return ", ".join(names[:3]) + more
