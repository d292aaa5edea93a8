"""The player in a real browser: its steps, forward and back."""

from __future__ import annotations

import math
import re
from pathlib import Path
from typing import Any

import pytest
from player_pages import expect, saved, shown_numbers, story_of
from samples import note_b_sheet

from tinygrad_notes import Value, functions

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_steps_forward_and_back_through_note_b_with_the_engines_numbers(open_page: Any, tmp_path: Path) -> None:
    sheet = note_b_sheet()
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
    page = open_page(saved(tmp_path, note_b_sheet()))
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
    page = open_page(saved(tmp_path, functions.log(Value(-1.0, "x")) + Value(math.inf, "y")))
    page.keyboard.press("ArrowRight")
    told = page.locator("#step").inner_text()
    assert "v1 = ln(x)" in told
    assert "∂v1/∂x = nan" in told
    page.keyboard.press("End")
    assert [row[1] for row in shown_numbers(page)] == ["nan", "1", "1", "1"]


def test_plays_pauses_and_stops_at_the_end(open_page: Any, tmp_path: Path) -> None:
    page = open_page(saved(tmp_path, note_b_sheet()))
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
