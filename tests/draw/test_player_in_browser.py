"""The player in a real browser."""

from __future__ import annotations

import math
import re
from pathlib import Path
from typing import Any

import pytest

from tinygrad_notes import Value, functions
from tinygrad_notes.draw.player import play
from tinygrad_notes.draw.style import written
from tinygrad_notes.nn import MLP
from tinygrad_notes.operations import CONSTANT, TABLE
from tinygrad_notes.passes import topological_order
from tinygrad_notes.value import apply
from tinygrad_notes.worked import Sheet, work_through

pytestmark = [pytest.mark.browser, pytest.mark.slow]

HOSTILE = [
    "<script>alert(1)</script>",
    '"]; evil',
    "\\N",
    "&amp;",
    "</script><img src=x onerror=alert(1)>",
    "שלום W₁",
    "🔥 loss",
    "<!--",
    "a\nb\x00c",
]


def note_b() -> Sheet:
    network = MLP.from_weights(
        [[[0.1, 0.2, -0.1], [0.3, -0.2, 0.5], [-0.4, 0.1, 0.2]], [[0.2, -0.3, 0.1]]],
        [[0.0, 0.1, -0.1], [0.05]],
        activation="sigmoid",
    )
    return work_through(network, [0.5, 0.2, 0.1], [1.0])


def saved(folder: Path, value: Any) -> Path:
    return play(value).save(folder / "player.html")


def expect(locator: Any) -> Any:
    """Playwright's own, which waits; imported here so that plain pytest can do without Playwright."""
    from playwright.sync_api import expect

    return expect(locator)


# What the page shows ------------------------------------------------------------------------------------


def shown_numbers(page: Any) -> list[tuple[str, str]]:
    """Value and gradient as they stand on every card."""
    texts = page.evaluate(
        """() => [...document.querySelectorAll(".node")].map((node) =>
             [".value", ".gradient"].map((part) => node.querySelector(part)?.textContent ?? ""))"""
    )
    return [(value, gradient) for value, gradient in texts]


def story_of(root: Value) -> list[list[tuple[str, str]]]:
    """What must stand on every card after every step, worked out with the engine's own numbers."""
    order = topological_order(root)
    place = {node: i for i, node in enumerate(order)}
    values = [written(node.data) if not node.operands else "" for node in order]
    gradients: list[float | None] = [None] * len(order)
    frames = []

    def frame() -> None:
        frames.append([(v, "" if g is None else written(g)) for v, g in zip(values, gradients, strict=True)])

    frame()
    for i, node in enumerate(order):
        if node.operands:
            values[i] = written(node.data)
            frame()
    gradients[-1] = 1.0
    frame()
    for node in reversed(order):
        for operand, slope in zip(node.operands, node.local_derivatives, strict=True):
            if operand.operation is CONSTANT:
                continue
            i, adjoint = place[operand], gradients[place[node]]
            assert adjoint is not None
            gradients[i] = (gradients[i] or 0.0) + adjoint * slope
            frame()
    return frames


def facts(page: Any, i: int) -> tuple[float, float]:
    """Value and gradient of node `i` in full, from the details that a click on it shows."""
    page.locator(f"#node-{i}").dispatch_event("click")
    value, gradient = page.locator("#details dd").all_inner_texts()
    return as_number(value), as_number(gradient)


def as_number(text: str) -> float:
    return float(text.replace("−", "-"))


def place_of(page: Any, label: str) -> int:
    node = page.locator(".node", has=page.locator(".name", has_text=re.compile(f"^{re.escape(label)}$")))
    return int(node.get_attribute("id").removeprefix("node-"))


def assert_engine_agrees(page: Any, root: Value) -> None:
    """Every number on the page, at the last step, is Python's to 1e-12."""
    root.backward()
    for i, node in enumerate(topological_order(root)):
        if node.operation is CONSTANT:
            continue
        value, gradient = facts(page, i)
        assert math.isclose(value, node.data, rel_tol=1e-12, abs_tol=1e-12), (node, value)
        assert math.isclose(gradient, node.grad, rel_tol=1e-12, abs_tol=1e-12), (node, gradient)


# Stepping -----------------------------------------------------------------------------------------------


def test_steps_forward_and_back_through_note_b_with_the_engines_numbers(open_page: Any, tmp_path: Path) -> None:
    sheet = note_b()
    page = open_page(saved(tmp_path, sheet))
    frames = story_of(sheet["C"])
    assert len(frames) == 47
    for frame in frames:
        assert shown_numbers(page) == frame
        page.keyboard.press("ArrowRight")
    for frame in reversed(frames):
        assert shown_numbers(page) == frame
        page.keyboard.press("ArrowLeft")


def test_the_step_is_told_in_letters_and_in_numbers(open_page: Any, tmp_path: Path) -> None:
    page = open_page(saved(tmp_path, note_b()))
    page.keyboard.press("ArrowRight")
    told = page.locator("#step").inner_text()
    assert "z1[0] = W1[0,0] · x[0] + W1[0,1] · x[1] + W1[0,2] · x[2] + b1[0]" in told
    assert "= 0.1 · 0.5 + 0.2 · 0.2 + (−0.1) · 0.1 + 0" in told
    assert "= 0.08" in told
    page.locator("#scrub").evaluate("(slider) => { slider.value = 18; slider.dispatchEvent(new Event('input')); }")
    told = page.locator("#step").inner_text()
    assert "∂C/∂z2[0] · ∂z2[0]/∂W2[0,2]" in told
    assert "= −0.2464 · 0.4354" in told
    assert "= −0.1073" in told
    assert "1 of 1 path from C arrived" in told
    assert page.locator("#announcement").inner_text().startswith("Step 18 of 46. Backward from z2[0] to W2[0,2]")


def test_paths_that_have_arrived_are_counted(open_page: Any, tmp_path: Path) -> None:
    x = Value(3.0, "x")
    page = open_page(saved(tmp_path, x * x + x))
    page.keyboard.press("End")
    page.keyboard.press("ArrowLeft")
    assert "2 of 3 paths from v2 arrived" in page.locator("#step").inner_text()
    assert "on its way" in page.locator("#step").inner_text()
    page.keyboard.press("ArrowRight")
    assert "3 of 3 paths from v2 arrived" in page.locator("#step").inner_text()
    page.locator("#node-0").click()
    told = page.locator("#details").inner_text()
    assert "v2 → v1 → x: 1 · 3 = 3" in told
    assert "v2 → x: 1" in told


def test_where_no_number_holds_no_formula_is_claimed(open_page: Any, tmp_path: Path) -> None:
    page = open_page(saved(tmp_path, functions.log(Value(-1.0, "x")) + Value(math.inf, "y")))  # type: ignore[attr-defined]
    page.keyboard.press("ArrowRight")
    told = page.locator("#step").inner_text()
    assert "v1 = ln(x)" in told
    assert "∂v1/∂x = nan" in told
    page.keyboard.press("End")
    assert [row[1] for row in shown_numbers(page)] == ["nan", "1", "1", "1"]


def test_plays_pauses_and_stops_at_the_end(open_page: Any, tmp_path: Path) -> None:
    page = open_page(saved(tmp_path, note_b()))
    slider, play_button, speed = page.locator("#scrub"), page.locator("#play"), page.locator("#speed")
    speed.select_option("20")
    play_button.click()
    expect(slider).to_have_value("46", timeout=20_000)
    expect(play_button).to_have_attribute("aria-label", "Play")
    speed.select_option("1")
    play_button.click()  # from the start again, slowly enough for any machine
    expect(slider).to_have_value(re.compile("^[1-9]$"))
    play_button.click()
    stopped = slider.input_value()
    assert int(stopped) < 46
    page.wait_for_timeout(1_000)
    assert slider.input_value() == stopped


# Changing numbers ---------------------------------------------------------------------------------------


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
    return functions.mean(terms)  # type: ignore[return-value]


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
    sheet = note_b()
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


# Finding numbers ----------------------------------------------------------------------------------------


def test_a_learner_is_marked_at_once(open_page: Any, tmp_path: Path) -> None:
    page = open_page(saved(tmp_path, note_b()))
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


# Everyone -----------------------------------------------------------------------------------------------


def test_the_keyboard_alone_is_enough(open_page: Any, tmp_path: Path) -> None:
    page = open_page(saved(tmp_path, note_b()))
    focused = "() => document.activeElement.id || document.activeElement.getAttribute('class')"
    press = page.keyboard.press
    press("End")
    assert page.locator("#scrub").input_value() == "46"
    press("Home")
    press("ArrowRight")
    press("ArrowRight")
    press("ArrowLeft")
    assert page.locator("#scrub").input_value() == "1"
    press("Tab")
    press("Tab") if "node" not in page.evaluate(focused) else None  # a scroller may be a stop of its own
    assert page.evaluate(focused).startswith("node-")
    press("ArrowUp")  # from the root up to its operand
    press("ArrowUp")
    assert page.evaluate(focused) == f"node-{place_of(page, 'y[0]')}"
    press("Enter")
    assert page.evaluate(focused) == "leaf-number"
    press("ArrowUp")
    expect(page.locator("#details dd").first).to_have_text("1.1")
    page.locator("#play").focus()
    press(" ")
    assert page.locator("#play").get_attribute("aria-label") == "Pause"
    press(" ")
    assert page.locator("#play").get_attribute("aria-label") == "Play"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_axe_finds_no_serious_violation(open_page: Any, tmp_path: Path, axe_core: str, scheme: str, width: int) -> None:
    page = open_page(saved(tmp_path, note_b()), color_scheme=scheme, viewport={"width": width, "height": 740})
    page.evaluate(axe_core)
    page.locator("#learning").check()
    for keys in (["Home"], ["ArrowRight"], ["End"]):
        for key in keys:
            page.keyboard.press(key)
        page.locator("#node-0").dispatch_event("click")
        found = page.evaluate("() => axe.run().then(({ violations }) => violations)")
        serious = [(v["id"], v["nodes"][0]["html"]) for v in found if v["impact"] in ("serious", "critical")]
        assert serious == []


def test_nothing_sticks_out_at_360_pixels(open_page: Any, tmp_path: Path) -> None:
    page = open_page(saved(tmp_path, note_b()), viewport={"width": 360, "height": 740}, has_touch=True)
    page.locator("#forward").tap()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    for part in page.locator("button:visible, select, input:visible").all():
        box = part.bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 360
    page.locator("#node-0").tap()
    assert "z1[0]" in page.locator("#step").inner_text()


def test_less_motion_means_none(open_page: Any, tmp_path: Path) -> None:
    path = saved(tmp_path, note_b())
    moving = open_page(path)
    moving.keyboard.press("ArrowRight")
    assert moving.locator(".spark").count() == 7
    still = open_page(path, reduced_motion="reduce")
    still.keyboard.press("ArrowRight")
    assert still.locator(".spark").count() == 0


def test_dark_and_light_differ(open_page: Any, tmp_path: Path) -> None:
    path = saved(tmp_path, note_b())
    background = "() => getComputedStyle(document.body).backgroundColor"
    assert [open_page(path, color_scheme=scheme).evaluate(background) for scheme in ("light", "dark")] == [
        "rgb(238, 241, 245)",
        "rgb(26, 32, 41)",
    ]


# Safety -------------------------------------------------------------------------------------------------


def test_hostile_labels_are_text_and_run_nothing(open_page: Any, tmp_path: Path) -> None:
    leaves = [Value(0.5 + i, label) for i, label in enumerate(HOSTILE)]
    root = functions.sum(leaves) * Value(2.0, "<b>bold</b>")
    root.label = "<i>root</i>"
    page = open_page(saved(tmp_path, root))
    page.on("dialog", lambda dialog: pytest.fail(f"a label ran: {dialog.message}"))
    for _ in range(15):
        page.keyboard.press("ArrowRight")
        page.locator(f"#node-{_ % 10}").dispatch_event("click")
    page.keyboard.press("End")
    names = page.locator(".node .name").all_text_contents()
    assert names[:5] == ["<script>alert(1)</script>"[:23] + "…", '"]; evil', "\\N", "&amp;", HOSTILE[4][:23] + "…"]
    assert names[5:9] == ["שלום W₁", "🔥 loss", "<!--", "a↵b␀c"]
    assert page.locator("script").count() == 3
    assert page.locator("main img, main i, main b").count() == 0


def test_the_policy_refuses_any_other_script(chromium: Any, tmp_path: Path) -> None:
    page = chromium.new_page()
    page.goto(saved(tmp_path, note_b()).as_uri())
    refused = page.evaluate(
        """() => new Promise((resolve) => {
             document.addEventListener("securitypolicyviolation", (event) => resolve(event.effectiveDirective));
             const intruder = document.createElement("script");
             intruder.textContent = "window.intruded = true";
             document.body.append(intruder);
           })"""
    )
    assert refused == "script-src-elem"
    assert page.evaluate("window.intruded") is None
    assert page.evaluate("() => fetch('https://example.org').catch((error) => error.name)") == "TypeError"
    page.close()


def test_plays_inside_a_notebooks_frame(open_page: Any, tmp_path: Path) -> None:
    cell = tmp_path / "cell.html"
    cell.write_text(f"<!DOCTYPE html><meta charset=utf-8>{play(note_b())._repr_html_()}", encoding="utf-8")
    page = open_page(cell)
    frame = page.frame_locator("iframe")
    frame.locator("#forward").click()
    assert "z1[0]" in frame.locator("#step").inner_text()


def test_without_scripts_the_graph_stands_still_with_every_number(open_page: Any, tmp_path: Path) -> None:
    sheet = note_b()
    sheet["C"].backward()
    page = open_page(saved(tmp_path, sheet), java_script_enabled=False)
    assert page.locator(".node .gradient").all_text_contents() == [
        written(node.grad) for node in topological_order(sheet["C"])
    ]
    assert page.get_by_text("Scripts are off here").is_visible()
    assert not page.locator("#controls").is_visible()
