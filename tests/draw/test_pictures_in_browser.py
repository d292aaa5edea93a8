"""Pictures in a real browser: no text leaves its box, nothing runs, light and dark."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from samples import HOSTILE, note_b_network, note_b_sheet

from tinygrad_notes import MLP, Value, work_through
from tinygrad_notes.draw import Picture, draw, draw_delta_rule, draw_jacobians, draw_loop, draw_network
from tinygrad_notes.draw.exercise_pages import exercise_files, network_figure
from tinygrad_notes.worked.exercises import exercise

pytestmark = [pytest.mark.browser, pytest.mark.slow]

ODD = [*HOSTILE, "a\nb\x00c", "WWWWWWWWMMMMMMMM", "iiiillll....", "нейрон", "w" * 200]


def hostile_graph() -> Value:
    leaves = [Value(1.5 + i, label) for i, label in enumerate(ODD)]
    total: Value = sum(leaves[1:], leaves[0]).tanh() * leaves[0]
    total.backward()
    return total


def pictures() -> dict[str, Picture]:
    network = note_b_network()
    sheet = note_b_sheet(network)
    loss = sheet["C"]
    loss.backward()
    deep = MLP(1, [6, 7, 2], activation="sigmoid", seed=0)
    long = MLP(2, [2, 1], activation="linear", seed=1)
    x = Value(1.0, HOSTILE[0])
    odd = MLP(1, [1], activation="tanh", seed=1)
    odd_loss = odd([x]) ** 2
    odd_loss.label = ODD[-1]
    odd_loss.backward()
    return {
        "graph": draw(loss),
        "graph, top down, 12 digits": draw(loss, rankdir="TB", digits=12),
        "graph, right to left": draw(loss, rankdir="RL"),
        "graph, bottom up": draw(loss, rankdir="BT"),
        "clusters": draw(loss, cluster="layer"),
        "layers": draw(loss, fold="layer"),
        "repeats": draw(loss, fold="repeats"),
        "highlight": draw(loss, highlight=sheet["W1"][0][0]),
        "hostile labels": draw(hostile_graph()),
        "network": draw_network(network, sheet),
        "network, 9 digits": draw_network(network, sheet, digits=9),
        "network, 17 digits": draw_network(network, sheet, digits=17),
        "network, long numbers": draw_network(long, work_through(long, [-731312.26e-9, -731312.26], [-1e-5])),
        "network, hostile label": draw_network(odd, odd_loss),
        "large network": draw_network(MLP(20, [16, 16, 3], seed=1)),
        "Jacobians": draw_jacobians(deep),
        "loop": draw_loop([sheet, sheet]),
        "delta rule": draw_delta_rule(sheet),
    }


# A text belongs to the smallest box of its group that its baseline's middle lies in; else to the picture.
OVERFLOWS = """() => {
  const out = [];
  const page = document.querySelector('svg').getBoundingClientRect();
  for (const text of document.querySelectorAll('text')) {
    const t = text.getBoundingClientRect();
    const x = (t.left + t.right) / 2, y = (t.top + t.bottom) / 2;
    const boxes = [...(text.closest('g') ?? document).querySelectorAll('rect')]
      .map(rect => rect.getBoundingClientRect())
      .filter(r => r.width > 20 && r.left <= x && x <= r.right && r.top <= y && y <= r.bottom);
    for (const r of [page, ...boxes])
      if (t.left < r.left - 0.5 || t.right > r.right + 0.5) out.push(text.textContent);
  }
  return out;
}"""

# The pictures reserve a width for each text; the browser must neither stretch nor squeeze plain text by much: hardly at
# all with Arial or its like, by a sixth where DejaVu must do.
STRETCHED = """() => [...document.querySelectorAll('text[textLength]')].filter(text => {
  const reserved = text.getComputedTextLength();
  text.removeAttribute('textLength');
  const natural = text.getComputedTextLength();
  return /^[ -~]*$/.test(text.textContent) && Math.abs(natural - reserved) > 0.2 * reserved + 0.5;
}).map(text => text.textContent)"""


@pytest.mark.parametrize("name", pictures())
def test_no_text_leaves_its_box_and_nothing_runs(name: str, open_page: Any, tmp_path: Path) -> None:
    picture = pictures()[name]
    for path in (picture.save(tmp_path / "picture.svg"), picture.save(tmp_path / "picture.html")):
        page = open_page(path)
        assert page.evaluate(OVERFLOWS) == []
        assert page.evaluate("document.querySelectorAll('script').length") == 0


def test_texts_are_as_wide_as_reserved(open_page: Any, tmp_path: Path) -> None:
    page = open_page(pictures()["graph"].save(tmp_path / "graph.svg"))
    assert page.evaluate(STRETCHED) == []


def test_the_picture_turns_dark_with_the_screen_and_stays_light_on_paper(open_page: Any, tmp_path: Path) -> None:
    path = pictures()["network"].save(tmp_path / "network.svg")
    paper = "getComputedStyle(document.querySelector('rect')).fill"
    assert open_page(path, color_scheme="light").evaluate(paper) == "rgb(255, 255, 255)"
    dark = open_page(path, color_scheme="dark")
    assert dark.evaluate(paper) == "rgb(20, 24, 31)"
    dark.emulate_media(media="print")
    assert dark.evaluate(paper) == "rgb(255, 255, 255)"


def test_an_exercise_turns_dark_together_with_its_picture(open_page: Any, tmp_path: Path) -> None:
    path = tmp_path / "exercise.html"
    task = exercise([2, 1], seed=1)
    path.write_text(str(exercise_files(task, path, network_figure(task, path))[path]), encoding="utf-8")
    look = "['body', 'svg rect', 'svg text'].map(of => getComputedStyle(document.querySelector(of)))"
    shades = f"{look}.map((style, i) => [style.color, style.fill, style.fill][i])"
    black, white = "rgb(0, 0, 0)", "rgb(255, 255, 255)"
    light = [black, white, "rgb(27, 32, 38)"]
    assert open_page(path, color_scheme="light").evaluate(shades) == light
    dark = open_page(path, color_scheme="dark")
    assert dark.evaluate(shades) == [white, "rgb(20, 24, 31)", "rgb(232, 235, 239)"]
    dark.emulate_media(media="print")
    assert dark.evaluate(shades) == light


def test_screen_readers_are_told_what_it_is(open_page: Any, tmp_path: Path) -> None:
    page = open_page(pictures()["network"].save(tmp_path / "network.html"))
    image = page.get_by_role("img", name="Network 3-3-1 with the blame on it")
    assert image.count() == 1
