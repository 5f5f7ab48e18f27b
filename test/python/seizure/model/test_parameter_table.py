"""docs/training.md tells how many parameters each size has: what the models themselves say."""

import re
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

import needs_torch  # noqa: F401

from seizure.model.counts import table

PAGE = Path(__file__).parents[4] / "docs" / "training.md"
PART = re.compile(r"<!-- parameters: [^\n]* -->\n\n(.*?)\n\n<!-- end -->", re.DOTALL)


def test_the_page_says_what_the_models_have():
    found = PART.search(PAGE.read_text(encoding="utf-8"))
    wanted = "\n".join(table())
    assert found and found[1] == wanted, f"docs/training.md has to say:\n\n{wanted}\n"
