"""Both fuzzers of recordings side by side: EDF files and annotations, ten minutes each.

    python test/python/seizure/fuzz.py [--seconds 600] [--seed N]

Ends with 1, and the file that was kept, at the first that was neither read nor refused by name."""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
from pathlib import Path

FUZZERS = ("fuzz_edf.py", "fuzz_text.py")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=600.0)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    asked = parser.parse_args()
    print(f"seed {asked.seed}, {asked.seconds:g} s", flush=True)
    here = Path(__file__).parent
    options = ["--seconds", str(asked.seconds), "--seed", str(asked.seed)]
    running = [
        (name, subprocess.Popen([sys.executable, str(here / name), *options])) for name in FUZZERS
    ]
    failed = [name for name, process in running if process.wait() != 0]
    for name in failed:
        print(f"{name} found something, see above; seed {asked.seed}", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
