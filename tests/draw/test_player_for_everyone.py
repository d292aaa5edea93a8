"""The player in a real browser: for every reader and screen, and safe whatever the labels hold."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from browser_fixtures import serious_violations
from player_pages import expect, place_of, saved
from samples import HOSTILE, note_b_sheet

from tinygrad_notes import Value, functions
from tinygrad_notes.draw.player import play
from tinygrad_notes.draw.style import contrast, written
from tinygrad_notes.passes import topological_order

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_the_keyboard_alone_is_enough(open_page: Any, tmp_path: Path) -> None:
    page = open_page(saved(tmp_path, note_b_sheet()))
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
    page = open_page(saved(tmp_path, note_b_sheet()), color_scheme=scheme, viewport={"width": width, "height": 740})
    page.locator("#learning").check()
    for keys in (["Home"], ["ArrowRight"], ["End"]):
        for key in keys:
            page.keyboard.press(key)
        page.locator("#node-0").dispatch_event("click")
        assert serious_violations(page, axe_core) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_edges_at_rest_stand_out_from_the_paper(open_page: Any, tmp_path: Path, scheme: str, width: int) -> None:
    page = open_page(saved(tmp_path, note_b_sheet()), color_scheme=scheme, viewport={"width": width, "height": 740})
    looks = page.evaluate(
        """() => [...document.querySelectorAll(".edge")].map((edge) => {
             const { stroke, strokeWidth, vectorEffect } = getComputedStyle(edge);
             return [stroke, parseFloat(strokeWidth), vectorEffect];
           })"""
    )
    paper = page.evaluate("getComputedStyle(document.getElementById('scroller')).backgroundColor")
    assert len(looks) == 35
    for stroke, thickness, effect in looks:
        assert contrast(hexadecimal(stroke), hexadecimal(paper)) >= 3
        assert (thickness >= 1, effect) == (True, "non-scaling-stroke")


def hexadecimal(color: str) -> str:
    return "#" + "".join(f"{int(channel):02x}" for channel in re.findall(r"\d+", color)[:3])


def test_nothing_sticks_out_at_360_pixels(open_page: Any, tmp_path: Path) -> None:
    page = open_page(saved(tmp_path, note_b_sheet()), viewport={"width": 360, "height": 740}, has_touch=True)
    page.locator("#forward").tap()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    for part in page.locator("button:visible, select, input:visible").all():
        box = part.bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 360
    page.locator("#node-0").tap()
    assert "z1[0]" in page.locator("#step").inner_text()


def test_less_motion_means_none(open_page: Any, tmp_path: Path) -> None:
    path = saved(tmp_path, note_b_sheet())
    moving = open_page(path)
    moving.keyboard.press("ArrowRight")
    assert moving.locator(".spark").count() == 7
    still = open_page(path, reduced_motion="reduce")
    still.keyboard.press("ArrowRight")
    assert still.locator(".spark").count() == 0


def test_dark_and_light_differ(open_page: Any, tmp_path: Path) -> None:
    path = saved(tmp_path, note_b_sheet())
    background = "() => getComputedStyle(document.body).backgroundColor"
    assert [open_page(path, color_scheme=scheme).evaluate(background) for scheme in ("light", "dark")] == [
        "rgb(238, 241, 245)",
        "rgb(26, 32, 41)",
    ]


# Safety -------------------------------------------------------------------------------------------------


def test_hostile_labels_are_text_and_run_nothing(open_page: Any, tmp_path: Path) -> None:
    labels = [*HOSTILE, "a\nb\x00c"]
    leaves = [Value(0.5 + i, label) for i, label in enumerate(labels)]
    root = functions.sum(leaves) * Value(2.0, "<b>bold</b>")
    root.label = "<i>root</i>"
    page = open_page(saved(tmp_path, root))
    page.on("dialog", lambda dialog: pytest.fail(f"a label ran: {dialog.message}"))
    for step in range(2 * len(labels)):
        page.keyboard.press("ArrowRight")
        page.locator(f"#node-{step % len(labels)}").dispatch_event("click")
        assert page.locator("#details h2 .name").text_content() == labels[step % len(labels)]
    page.keyboard.press("End")
    names = page.locator(".node .name").all_text_contents()
    shown = [*HOSTILE, "a↵b␀c"]
    assert names[: len(labels)] == [label if len(label) <= 24 else label[:23] + "…" for label in shown]
    assert page.locator("script").count() == 3
    assert page.locator("main img, main i, main b").count() == 0


def test_the_policy_refuses_any_other_script(chromium: Any, tmp_path: Path) -> None:
    page = chromium.new_page()
    page.goto(saved(tmp_path, note_b_sheet()).as_uri())
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


TAKEN = re.compile(r"<(iframe|style)\b.*?</\1>", re.DOTALL)  # by viewers of notebooks that they do not trust


def test_plays_inside_a_notebooks_frame(open_page: Any, tmp_path: Path) -> None:
    cell = tmp_path / "cell.html"
    cell.write_text(f"<!DOCTYPE html><meta charset=utf-8>{play(note_b_sheet())._repr_html_()}", encoding="utf-8")
    page = open_page(cell)
    frame = page.frame_locator("iframe")
    frame.locator("#forward").click()
    assert "z1[0]" in frame.locator("#step").inner_text()
    assert not page.locator("img").is_visible()


def test_where_frames_and_styles_are_taken_away_a_picture_is_left(open_page: Any, tmp_path: Path) -> None:
    cell = tmp_path / "cell.html"
    shown = play(note_b_sheet())._repr_html_()
    cell.write_text(f"<!DOCTYPE html><meta charset=utf-8>{TAKEN.sub('', shown)}", encoding="utf-8")
    page = open_page(cell)
    assert page.locator("iframe").count() == 0
    picture = page.get_by_role("img", name="The chain rule, step by step: C")
    assert picture.is_visible()
    assert picture.evaluate("(image) => image.naturalWidth") > 500


def test_without_scripts_the_graph_stands_still_with_every_number(open_page: Any, tmp_path: Path) -> None:
    sheet = note_b_sheet()
    sheet["C"].backward()
    page = open_page(saved(tmp_path, sheet), java_script_enabled=False)
    assert page.locator(".node .gradient").all_text_contents() == [
        written(node.grad) for node in topological_order(sheet["C"])
    ]
    assert page.get_by_text("Scripts are off here").is_visible()
    assert not page.locator("#controls").is_visible()
