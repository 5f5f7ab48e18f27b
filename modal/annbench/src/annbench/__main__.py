"""`python -m annbench` is the same as the `annbench` command."""

import sys

from annbench.cli import main

sys.exit(main())
