"""`python -m seizure COMMAND`."""

import sys

from seizure.cli import main

sys.exit(main())
