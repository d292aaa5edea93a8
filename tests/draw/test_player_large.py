"""The player in a real browser with a graph much larger than the screen, of which the page holds only a part."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from player_pages import expect, saved
from samples import note_b_sheet

from tinygrad_notes import MLP, Value
from tinygrad_notes.draw.style import written
from tinygrad_notes.passes import topological_order

pytestmark = [pytest.mark.browser, pytest.mark.slow]

TWO_FRAMES = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
IN_PAGE = """() => [".node", ".edge"].map((kind) => [...document.querySelectorAll(kind)].map((part) => part.id))"""
ON_SCREEN = """(id) => {
  const screen = document.getElementById("scroller").getBoundingClientRect();
  const card = document.getElementById(id)?.getBoundingClientRect();
  return Boolean(card) && card.bottom > screen.top && card.top < screen.bottom;
}"""


@pytest.fixture(scope="module")
def root() -> Value:
    network = MLP(16, [16, 16, 1], activation="tanh", seed=1)
    output: Value = network([i / 16 for i in range(16)])
    output.backward()
    return output


@pytest.fixture(scope="module")
def path(root: Value, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return saved(tmp_path_factory.mktemp("large"), root)


IN_SIGHT = """() => {
  const screen = document.getElementById("scroller").getBoundingClientRect();
  return [...document.querySelectorAll(".node")].map((node) => node.getBoundingClientRect()).filter((card) =>
    card.left >= screen.left && card.right <= screen.right && card.top >= screen.top && card.bottom <= screen.bottom
  ).length;
}"""


def scrolled(page: Any, share: float) -> None:
    """Scroll down by this share of the whole height."""
    page.locator("#scroller").evaluate("(it, share) => it.scrollTo(0, share * it.scrollHeight)", share)
    page.evaluate(TWO_FRAMES)  # the page hears of the scrolling in the first one


def order_of(ids: list[str]) -> list[tuple[int, ...]]:
    return [tuple(map(int, name.split("-")[1:])) for name in ids]


def test_the_page_holds_what_is_near_the_screen_in_the_order_of_the_graph(
    open_page: Any, path: Path, root: Value
) -> None:
    page = open_page(path)
    page.locator("#zoom-fit").click()
    whole = len(topological_order(root))
    assert whole == 643
    seen = set()
    for share in (0.0, 0.3, 0.9, 0.3):
        scrolled(page, share)
        nodes, edges = page.evaluate(IN_PAGE)
        assert 0 < len(nodes) < whole / 3
        assert order_of(nodes) == sorted(order_of(nodes))
        assert order_of(edges) == sorted(order_of(edges))
        seen.add(tuple(nodes))
    assert len(seen) == 3  # what comes back is what was there


def test_numbers_that_come_into_the_page_are_those_of_the_step(open_page: Any, path: Path, root: Value) -> None:
    page = open_page(path)
    page.keyboard.press("End")
    order = topological_order(root)
    for share in (0.0, 0.5, 1.0):
        scrolled(page, share)
        shown = page.evaluate(
            """() => [...document.querySelectorAll(".node")].map((node) =>
                 [node.id, ...[".value", ".gradient"].map((part) => node.querySelector(part).textContent)])"""
        )
        assert len(shown) > 10
        for name, value, gradient in shown:
            node = order[int(name.removeprefix("node-"))]
            assert (value, gradient) == (written(node.data), written(node.grad))


def test_the_node_of_a_step_is_scrolled_to_however_fast_the_steps_come(open_page: Any, path: Path) -> None:
    page = open_page(path)
    for key in ("End", "Home", "End"):
        page.keyboard.press(key)
    for _ in range(40):  # backward, from the leaves of the first layer up
        page.keyboard.press("ArrowLeft")
    page.wait_for_function(f"() => ({ON_SCREEN})(document.querySelector('.node.current')?.id)", timeout=2_000)
    page.keyboard.press("End")  # slowly: the stage glides there, and is called elsewhere on its way
    page.wait_for_timeout(200)
    page.keyboard.press("Home")
    page.keyboard.press("ArrowRight")
    page.wait_for_timeout(1_000)
    assert page.evaluate(f"({ON_SCREEN})(document.querySelector('.node.current')?.id)")


def test_the_focus_stays_on_a_node_that_is_scrolled_away(open_page: Any, path: Path, root: Value) -> None:
    page = open_page(path)
    page.locator("#zoom-fit").click()
    focused = f"node-{len(topological_order(root)) - 1}"
    page.locator(f"#{focused}").focus()
    scrolled(page, 0.0)
    assert not page.evaluate(ON_SCREEN, focused)
    assert page.evaluate("document.activeElement.id") == focused
    page.keyboard.press("ArrowUp")
    expect(page.locator(":focus")).to_have_id(f"node-{len(topological_order(root)) - 2}")


def test_the_paths_of_the_chosen_node_are_drawn_as_far_as_they_go(open_page: Any, path: Path, root: Value) -> None:
    page = open_page(path)
    page.locator("#zoom-whole").click()
    first_weight = [node.label for node in topological_order(root)].index("W1[0,0]")
    page.locator(f"#node-{first_weight}").dispatch_event("click")
    above = ".edge.above"
    whole = page.locator(above).count()
    assert whole == 1 + 1 + 16 + 16 + 16 + 1  # from z1[0] to a1[0], to every z2 and a2, together in z3[0], to a3[0]
    scrolled(page, 1.0)
    assert page.locator(above).count() == whole


def test_whole_shows_the_whole_graph_where_no_text_is_drawn(open_page: Any, path: Path, root: Value) -> None:
    page = open_page(path)
    text = "getComputedStyle(document.querySelector('.node text')).display"
    assert page.evaluate(text) != "none"
    for _ in range(2):
        page.locator("#zoom-whole").click()
        assert page.evaluate(IN_SIGHT) == len(topological_order(root))
        assert page.evaluate(text) == "none"
        for _ in range(12):
            page.locator("#zoom-in").click()
        assert page.evaluate(text) != "none"


@pytest.mark.parametrize("size", [(1366, 768), (390, 844)], ids=["laptop", "phone"])
@pytest.mark.parametrize("large", [False, True], ids=["small", "large"])
def test_it_opens_at_the_first_step_in_letters_that_can_be_read(
    open_page: Any, tmp_path: Path, path: Path, large: bool, size: tuple[int, int]
) -> None:
    page = open_page(path if large else saved(tmp_path, note_b_sheet()), viewport=dict(zip(("width", "height"), size)))
    scale = page.locator("#graph").evaluate("(svg) => svg.getBoundingClientRect().width / svg.viewBox.baseVal.width")
    sizes = page.evaluate(
        """() => [...document.querySelectorAll(".node text")].map((text) => Number.parseFloat(
             getComputedStyle(text).fontSize))"""
    )
    assert min(sizes) * scale >= 9
    page.keyboard.press("ArrowRight")
    first = page.locator(".node.current").get_attribute("id")
    page.keyboard.press("Home")
    page.reload()
    assert page.evaluate(ON_SCREEN, first)
    page.set_viewport_size({"width": size[0] - 20, "height": size[1]})  # as a frame does that gets its size late
    page.evaluate(TWO_FRAMES)
    assert page.evaluate(ON_SCREEN, first)


@pytest.mark.parametrize("step", [0, 1, 643, 700])
def test_fit_shows_what_the_step_works_with_in_letters_that_can_be_read(
    open_page: Any, path: Path, root: Value, step: int
) -> None:
    page = open_page(path)
    page.locator("#scrub").fill(str(step))
    page.locator("#zoom-fit").click()
    about = page.locator(".node.current").get_attribute("id") if step else f"node-{len(topological_order(root)) - 1}"
    assert page.evaluate(ON_SCREEN, about)
    height = page.locator(f"#{about} .value").evaluate("(text) => text.getBoundingClientRect().height")
    scale = page.locator("#graph").evaluate("(svg) => svg.getBoundingClientRect().width / svg.viewBox.baseVal.width")
    assert 11 * scale >= 9  # the smallest letters
    assert height >= 8 or step <= 1  # nothing is written in a node before its step
