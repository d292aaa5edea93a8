"""The player in a real browser: numbers changed by its reader, and numbers found by a learner."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pytest
from player_pages import assert_engine_agrees, expect, facts, place_of, saved, shown_numbers, story_of
from samples import note_b_sheet

from tinygrad_notes import Value, functions
from tinygrad_notes.draw.style import written
from tinygrad_notes.nn import MLP
from tinygrad_notes.operations import CONSTANT, TABLE
from tinygrad_notes.passes import topological_order
from tinygrad_notes.value import apply
from tinygrad_notes.worked import work_through

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def every_operation(x0: float, w00: float) -> Value:
    """A graph in which every row of the table stands, each of its results in (0.05, 5) or so."""
    x, w = Value(x0, "x[0]"), Value(w00, "W1[0,0]")
    narrow = functions.sigmoid(x * w)  # within (0, 1): in every domain but acosh's
    wide = narrow + 1.5
    terms = []
    for row in TABLE.values():
        if row is CONSTANT:
            continue
        operands = {1: (narrow,), 2: (wide, narrow), 3: (narrow, x, wide)}.get(row.arity or 0)
        if row.arity is None:
            operands = (narrow, wide, x, w, narrow) if row.name == "weighted_sum" else (narrow, wide, x, w)
        elif row.name == "acosh":
            operands = (wide,)
        elif row.name == "clip":
            operands = (x, narrow, wide)
        assert operands is not None
        term = apply(row, operands)
        term.label = row.name
        terms.append(term)
    return functions.mean(terms)


def test_dragged_and_typed_leaves_recompute_every_operation_as_python_does(open_page: Any, tmp_path: Path) -> None:
    page = open_page(saved(tmp_path, every_operation(0.5, 0.1)))
    page.keyboard.press("End")
    assert_engine_agrees(page, every_operation(0.5, 0.1))

    number = page.locator(f"#node-{place_of(page, 'x[0]')} .value")
    number.scroll_into_view_if_needed()
    box = number.bounding_box()
    page.mouse.move(box["x"] + 5, box["y"] + 5)
    page.mouse.down()
    page.mouse.move(box["x"] + 40, box["y"] + 5, steps=5)
    page.mouse.move(box["x"] + 79, box["y"] + 7, steps=5)
    page.mouse.up()
    expect(page.locator("#leaf-number")).to_have_value("0.574")
    dragged, _ = facts(page, place_of(page, "x[0]"))
    assert dragged == 0.574

    page.locator(f"#node-{place_of(page, 'W1[0,0]')}").dispatch_event("click")
    page.locator("#leaf-number").fill("−0.75")
    expect(page.locator("#details dd").first).to_have_text("−0.75")
    assert_engine_agrees(page, every_operation(0.574, -0.75))


def test_note_b_follows_a_changed_input_and_weight(open_page: Any, tmp_path: Path) -> None:
    sheet = note_b_sheet()
    page = open_page(saved(tmp_path, sheet))
    page.keyboard.press("End")
    for label, text in [("x[0]", "0.9"), ("W1[0,0]", "-1.25e-1")]:
        page.locator(f"#node-{place_of(page, label)}").dispatch_event("click")
        page.locator("#leaf-number").fill(text)
    network = MLP.from_weights(
        [[[-0.125, 0.2, -0.1], [0.3, -0.2, 0.5], [-0.4, 0.1, 0.2]], [[0.2, -0.3, 0.1]]],
        [[0.0, 0.1, -0.1], [0.05]],
        activation="sigmoid",
    )
    changed = work_through(network, [0.9, 0.2, 0.1], [1.0])["C"]
    assert_engine_agrees(page, changed)
    for node in topological_order(changed):
        node.grad = 0.0
    assert shown_numbers(page) == story_of(changed)[-1]


def test_a_typed_word_is_refused_and_changes_nothing(open_page: Any, tmp_path: Path) -> None:
    page = open_page(saved(tmp_path, Value(0.5, "x").tanh()))
    page.locator("#node-0").click()
    page.locator("#leaf-number").fill("one half")
    assert "Type a number such as 0.5" in page.locator("#details [role=alert]").inner_text()
    assert page.locator("#leaf-number").get_attribute("aria-invalid") == "true"
    assert shown_numbers(page)[0][0] == "0.5"
    page.get_by_text("reset").click()
    assert page.locator("#leaf-number").input_value() == "0.5"


def dragged_by_mouse(page: Any, place: Any, distance: float) -> None:
    """A drag sideways that leaves the page the time to paint between one move and the next, as a hand does."""
    x, y = middle_of(place)
    page.mouse.move(x, y)
    page.mouse.down()
    for step in range(1, 11):
        page.mouse.move(x + distance * step / 10, y)
        painted(page)
    page.mouse.up()


def dragged_by_finger(page: Any, place: Any, distance: float) -> None:
    x, y = middle_of(place)
    screen = page.context.new_cdp_session(page)
    screen.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [{"x": x, "y": y}]})
    for step in range(1, 11):
        finger = {"x": x + distance * step / 10, "y": y}
        screen.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": [finger]})
        painted(page)
    screen.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


def middle_of(place: Any) -> tuple[float, float]:
    """Where on the screen it is, brought to where nothing covers it."""
    place.evaluate("(it) => it.scrollIntoView({ block: 'center' })")
    painted(place.page)
    box = place.bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def painted(page: Any) -> None:
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")


@pytest.mark.parametrize("dragged", [dragged_by_mouse, dragged_by_finger])
@pytest.mark.parametrize("part", [".handle", ".leaf .value", ".leaf .name"])
def test_a_drag_goes_on_to_its_end(open_page: Any, tmp_path: Path, part: str, dragged: Any) -> None:
    page = open_page(saved(tmp_path, Value(0.5, "x").tanh()), viewport={"width": 390, "height": 844}, has_touch=True)
    page.locator("#node-0").dispatch_event("click")
    dragged(page, page.locator(part), 80)
    expect(page.locator("#node-0 .value")).to_have_text("0.58")
    expect(page.locator("#leaf-number")).to_have_value("0.58")
    dragged(page, page.locator(part), -60)
    expect(page.locator("#node-0 .value")).to_have_text("0.52")


@pytest.mark.parametrize("changed", ["dragged", "typed", "mistyped"])
def test_reset_gives_back_the_number_that_the_page_came_with(open_page: Any, tmp_path: Path, changed: str) -> None:
    page = open_page(saved(tmp_path, Value(0.5, "x").tanh()))
    page.locator("#node-0").click()
    if changed == "dragged":
        dragged_by_mouse(page, page.locator("#node-0 .value"), 30)
    else:
        page.locator("#leaf-number").fill("3" if changed == "typed" else "three")
    page.locator("#forward").click()
    page.locator("#node-1").click()
    page.locator("#node-0").click()
    page.get_by_text("reset").click()
    expect(page.locator("#leaf-number")).to_have_value("0.5")
    expect(page.locator("#leaf-number")).to_have_attribute("aria-invalid", "false")
    expect(page.locator("#node-0 .value")).to_have_text("0.5")


def test_what_is_being_typed_is_left_alone_until_it_is_left(open_page: Any, tmp_path: Path) -> None:
    page = open_page(saved(tmp_path, Value(0.5, "x").tanh()))
    page.locator("#node-0").click()
    box, wrong = page.locator("#leaf-number"), page.locator("#details [role=alert]")
    box.fill("−")
    page.locator("#to-end").dispatch_event("click")  # as playback goes on
    painted(page)
    assert box.input_value() == "−" and "Type a number" in wrong.inner_text()
    page.locator("#to-start").click()
    expect(box).to_have_value("0.5")
    assert wrong.inner_text() == ""


@pytest.mark.parametrize("number", [math.inf, -math.inf, math.nan])
def test_from_no_finite_number_a_drag_leads_nowhere(open_page: Any, tmp_path: Path, number: float) -> None:
    page = open_page(saved(tmp_path, Value(number, "x") * 2.0))
    for place in ("#node-0 .value", ".handle"):
        page.locator("#node-0").dispatch_event("click")
        dragged_by_mouse(page, page.locator(place), 40)
        assert shown_numbers(page)[0][0] == written(number)
    page.locator("#leaf-number").fill("1")
    expect(page.locator("#node-0 .value")).to_have_text("1")
    page.get_by_text("reset").click()
    expect(page.locator("#node-0 .value")).to_have_text(written(number))


# Finding numbers ----------------------------------------------------------------------------------------


def test_a_learner_is_marked_at_once(open_page: Any, tmp_path: Path) -> None:
    page = open_page(saved(tmp_path, note_b_sheet()))
    page.locator("#learning").check()
    page.keyboard.press("ArrowRight")  # with the focus on a checkbox
    claim, verdict = page.locator("#claim"), page.locator(".verdict")
    z1 = page.locator(f"#node-{place_of(page, 'z1[0]')} .value")
    assert "0.08" not in page.locator("#step").inner_text()
    assert "0.08" not in page.locator("#announcement").inner_text()
    assert z1.text_content() == ""
    for answer, told in [("0.13", "Not yet"), ("-0.08", "the sign is not"), ("0.1", "more digits"), ("", "a number")]:
        claim.fill(answer)
        claim.press("Enter")
        assert told in verdict.inner_text()
    claim.fill("0.08")
    claim.press("Enter")
    assert z1.text_content() == "0.08"
    assert page.locator("#score").inner_text() == "1 of 4 right"
    page.keyboard.press("Enter")  # the focus is on "Step forward" now
    page.get_by_text("Show me").click()
    assert "= 0.52" in page.locator("#step").inner_text()


def test_a_learner_who_forgets_the_local_derivative_is_told_so(open_page: Any, tmp_path: Path) -> None:
    page = open_page(saved(tmp_path, Value(3.0, "x") * Value(2.0, "w") * Value(5.0, "v")))
    page.keyboard.press("End")
    page.locator("#learning").check()
    page.locator("#claim").fill("5.0")
    page.locator("#claim").press("Enter")
    assert "times the local derivative" in page.locator(".verdict").inner_text()
