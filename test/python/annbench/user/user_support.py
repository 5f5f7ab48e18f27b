"""What the tests of implementations of a person's own share."""

from __future__ import annotations

import ctypes
import struct
import subprocess
import sys
from dataclasses import dataclass
from typing import Any

# Includes nothing of the standard library: it is compiled often, and that is most of the time it takes.
GOOD = """
#include <ann.h>

struct Good {
  ann::Matrix train;
  void build(ann::Matrix t, ann::Metric) { train = t; }
  void search(const float* q, int k, int* out) const {
    float* best = new float[k];
    int found = 0;
    for (std::size_t r = 0; r < train.rows; ++r) {
      float sum = 0;
      for (std::size_t i = 0; i < train.dim; ++i)
        sum += (q[i] - train[r][i]) * (q[i] - train[r][i]);
      if (found == k && sum >= best[k - 1]) continue;
      int at = found < k ? found++ : k - 1;
      for (; at > 0 && best[at - 1] > sum; --at) {
        best[at] = best[at - 1];
        out[at] = out[at - 1];
      }
      best[at] = sum;
      out[at] = int(r);
    }
    delete[] best;
  }
MEMBERS
};
REGISTER(Good)
"""


BATCH = """
  void search_batch(ann::Matrix m, int k, int* out) {
#pragma omp parallel for
    for (std::size_t i = 0; i < m.rows; ++i) search(m[i], k, out + i * k);
  }
"""


def good(members: str = "") -> str:
    """An exact search, with more members."""
    return GOOD.replace("MEMBERS", members)


@dataclass
class Outcome:
    results: dict[str, Any]
    events: list[dict[str, Any]]
    log: str
    failed: Any

    def verdict(self, name: str) -> dict[str, Any]:
        (found,) = [v for v in self.results["verdicts"] if v["implementation"] == name]
        return found  # type: ignore[no-any-return]

    def points(self, name: str) -> list[dict[str, Any]]:
        return [p for p in self.results["points"] if p["impl"] == name]


def walls() -> int:
    """What this system seals with: bit 0 system calls (seccomp), bit 1 files (Landlock)."""
    code = (
        "import ctypes, mmap\n"
        "from annbench.user.sandbox_process import seal_library\n"
        "from annbench.user.board import BOARD_BYTES\n"
        "board = mmap.mmap(-1, BOARD_BYTES)\n"
        "at = ctypes.c_void_p(ctypes.addressof(ctypes.c_char.from_buffer(board)))\n"
        "ctypes.CDLL(str(seal_library())).annrun_seal(at, (ctypes.c_char_p * 2)(b'/', None))\n"
        "print(int.from_bytes(board[44:48], 'little'))\n"
    )
    done = subprocess.run([sys.executable, "-I", "-c", code], capture_output=True, text=True)
    return int(done.stdout or 0)


def without_landlock() -> None:
    """For `preexec_fn`: the kernel that the program sees has no Landlock, as in gVisor."""
    load, at_least, above, answer = 0x20, 0x35, 0x25, 0x06
    first, last, no_such_call, allow = 444, 446, 0x00050000 | 38, 0x7FFF0000
    code = b"".join(
        struct.pack("HBBI", *step)
        for step in (
            (load, 0, 0, 0), (at_least, 0, 2, first), (above, 1, 0, last),
            (answer, 0, 0, no_such_call), (answer, 0, 0, allow),
        )
    )  # fmt: skip
    held = ctypes.create_string_buffer(code)
    program = struct.pack("HxxxxxxQ", len(code) // 8, ctypes.addressof(held))
    library = ctypes.CDLL(None, use_errno=True)
    no_new_privileges, set_seccomp, filtering = 38, 22, 2
    if library.prctl(no_new_privileges, 1, 0, 0, 0) or library.prctl(
        set_seccomp, filtering, ctypes.create_string_buffer(program), 0, 0
    ):
        raise OSError(ctypes.get_errno(), "no filter")
