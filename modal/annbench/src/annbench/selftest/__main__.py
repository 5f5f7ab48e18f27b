"""`python -m annbench.selftest PART`: facts as a line of JSON. PART is `core`, `seal`, `noise`, or
`clocks`, which then reads all clocks once for every line of stdin."""

from __future__ import annotations

import json
import platform
import sys
from typing import Any

PARTS = ("core", "seal", "noise", "clocks")


def _say(found: dict[str, Any]) -> None:
    print(json.dumps(found), flush=True)


def core() -> dict[str, Any]:
    """What of the environment really loads."""
    from annbench import facts

    told = facts.describe()
    names = ("annbench", "numpy", "h5py", "isa", "compiler", "cores")
    return {"python": platform.python_version(), **{name: told[name] for name in names}}


def main() -> int:
    part = sys.argv[1] if len(sys.argv) > 1 else ""
    if part == "core":
        _say(core())
    elif part == "seal":
        from annbench.selftest import seal

        _say(seal.look())
    elif part in ("noise", "clocks"):
        from annbench.selftest import clocks, native, noise

        with native.native() as library:
            if part == "noise":
                _say(noise.look(library))
            else:
                _say(clocks.qualities(library))
                for _line in sys.stdin:
                    _say(clocks.reading(library))
    else:
        print(__doc__, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
