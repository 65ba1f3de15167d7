"""Does the page on security name tests that exist?"""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PAGE = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")


def test_every_promise_names_a_test_that_is_there():
    promises = [line for line in PAGE.splitlines() if line.startswith("| ") and not line.startswith("| Promise")]
    assert len(promises) >= 20
    without = [line for line in promises if not re.search(r"`tests/[\w/.]+\.py`", line)]
    assert without == []
    named = set(re.findall(r"`(tests/[\w/.]+\.py)`", PAGE))
    assert sorted(path for path in named if not (ROOT / path).is_file()) == []
    assert all(re.search(r"^(async )?def test_", (ROOT / path).read_text(encoding="utf-8"), re.M) for path in named)


def test_every_page_it_links_to_is_there():
    links = re.findall(r"\]\(([\w/.-]+\.md)\)", PAGE)
    assert links and all((ROOT / "docs" / link).is_file() for link in links)
