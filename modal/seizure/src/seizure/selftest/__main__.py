"""`python -m seizure.selftest run JOB.json --out DIR --stream --part`, as jobkit's job runner calls
it: {"train": a whole job of a training, "slow": seconds of each step from SLOW_FROM on}."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import Any

from jobkit import signals
from jobkit.cloud.container.die_with_parent import die_with_parent
from jobkit.command import guarded
from jobkit.events import JOURNAL
from jobkit.fields import read_object
from jobkit.files import write_json

from seizure.program import Events
from seizure.selftest.cloud import PROGRAM, RESULT


def main() -> int:
    parser = argparse.ArgumentParser(prog="seizure.selftest")
    parser.add_argument("command", choices=("run",))
    parser.add_argument("job", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--stream", action="store_true", required=True)
    parser.add_argument("--part", action="store_true", required=True)
    args = parser.parse_args()
    os.umask(0o077)
    signals.install()
    die_with_parent()
    events = Events(journal=args.out / JOURNAL, stream=sys.stdout)

    def work() -> None:
        from seizure.selftest.training import train_little

        given: dict[str, Any] = read_object(args.job)
        found = train_little(given["train"], given["slow"], args.out, events)
        write_json(args.out / RESULT, found)

    return guarded(PROGRAM, events, work)


if __name__ == "__main__":
    sys.exit(main())
