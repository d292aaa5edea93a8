"""The page of a marked note in a real browser: it fits a phone, each sign leads to its mark, and colors can be read."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from browser_fixtures import serious_violations

from tinygrad_notes.reading.note_files import read_note_file
from tinygrad_notes.reading.note_page import note_page

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SUM = " + ".join("0.5 \\cdot 0.25" for _ in range(20))
NOTE = f"""# A note

Let $w = 0.5$, so $z = 3w = 1.6$ and q = 2z = 3.2, and inline $p = {SUM} = 2.5$.

- $$ v = {SUM} = 2.6 $$

| name | formula | value |
|---|---|---|
| u | 2 * 0.5 | 1.0 |

The end is z = 3w = 1.5.
"""
VIEWS = {
    "light": {}, "dark": {"color_scheme": "dark"}, "phone": {"viewport": {"width": 390, "height": 844}},
    "dark phone": {"color_scheme": "dark", "viewport": {"width": 390, "height": 844}},
}  # fmt: skip
CONTRASTS = """() => {
  const light = color => {
    const [r, g, b] = color.match(/[\\d.]+/g).slice(0, 3).map(v => v / 255)
      .map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b
  }
  const ground = light(getComputedStyle(document.documentElement).backgroundColor)
  return [...document.querySelectorAll(".sign, aside li b, aside li span, article p")].map(element => {
    const own = light(getComputedStyle(element).color)
    return (Math.max(own, ground) + 0.05) / (Math.min(own, ground) + 0.05)
  })
}"""


@pytest.mark.parametrize("view", VIEWS.values(), ids=VIEWS)
def test_the_page_can_be_read(tmp_path: Path, open_page: Any, axe_core: str, view: dict[str, Any]) -> None:
    (tmp_path / "note.md").write_text(NOTE, encoding="utf-8")
    path = tmp_path / "note.html"
    path.write_text(note_page(read_note_file(tmp_path / "note.md"), "A note"), encoding="utf-8")
    page = open_page(path, **view)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.locator(".sign").all_inner_texts().count("(✓)") == 1
    assert min(page.evaluate(CONTRASTS)) >= 4.5
    below = page.evaluate(
        "document.querySelector('aside').getBoundingClientRect().top"
        " >= document.querySelector('article').getBoundingClientRect().bottom"
    )
    assert below is ("viewport" in view)
    assert serious_violations(page, axe_core) == []
    for link in page.locator("a.sign").all():
        link.click()
        assert page.locator("aside li:target").is_visible()
