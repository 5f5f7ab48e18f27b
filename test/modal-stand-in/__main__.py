"""`PYTHON test/modal-stand-in [options]`: loads this folder as the package `stand_in`, whose name it cannot have itself, and runs it."""

import importlib.util
import sys
from pathlib import Path

here = Path(__file__).resolve().parent
# This folder may not be searched for top-level names: its secrets.py is not Python's.
sys.path[:] = [entry for entry in sys.path if Path(entry or ".").resolve() != here]
sys.dont_write_bytecode = True
spec = importlib.util.spec_from_file_location("stand_in", here / "__init__.py", submodule_search_locations=[str(here)])
package = importlib.util.module_from_spec(spec)
sys.modules["stand_in"] = package
spec.loader.exec_module(package)

from stand_in.program import main  # noqa: E402

main()
