"""The process that a trial is run in: `python -m seizure.model.own.child JSON`.

It writes JSON lines to the descriptor `report`: `{"doing": …}` before each step, and in the end
`{"fault": {…}}` or `{"fine": {…}}`; and to `trace` where it is when it dies or is asked by SIGUSR1.
"""

from __future__ import annotations

import contextlib
import faulthandler
import json
import os
import signal
import sys
from pathlib import Path
from typing import Any

from jobkit import memory
from jobkit.cloud.container.die_with_parent import die_with_parent

from seizure.model.own.faults import OwnFault


def main() -> None:
    given = json.loads(sys.argv[1])
    report, trace = given.pop("report"), given.pop("trace")
    die_with_parent()
    faulthandler.enable(trace)
    faulthandler.register(signal.SIGUSR1, trace)

    def say(told: dict[str, Any]) -> None:
        os.write(report, json.dumps(told).encode() + b"\n")

    import torch  # after that: who is told to die need not load it

    from seizure.model.own.trial import Asked, Trial

    torch.set_num_threads(1)  # it is little work, and on a busy machine threads wait for each other
    torch.manual_seed(0)
    asked = Asked(
        **{**given, "source": Path(given["source"]), "channels": tuple(given["channels"])}
    )
    memory.limit(asked.memory_bytes)
    try:
        say({"fine": Trial(asked, lambda doing: say({"doing": doing})).run()})
    except OwnFault as e:
        say({"fault": e.fields()})
    for stream in (sys.stdout, sys.stderr):
        # What the file made of them may be anything, or nothing.
        with contextlib.suppress(BaseException):
            stream.flush()
    os._exit(0)  # threads that it left behind do not count


if __name__ == "__main__":
    main()
