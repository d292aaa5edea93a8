"""Colors that can be read and told apart, and texts that are as wide as they are said to be."""

from __future__ import annotations

import math

import pytest

from tinygrad_notes.draw.metrics import fitted, text_width
from tinygrad_notes.draw.style import LEVELS, ROLES, contrast, level_of, stroke_role, tint_role, written

TINTS = [f"{sign}-tint-{level}" for sign in ("positive", "negative") for level in range(1, LEVELS + 1)]


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize("surface", ["paper", "card", "group", *TINTS])
def test_text_can_be_read_on_every_surface_it_stands_on(surface: str, scheme: int) -> None:
    assert contrast(ROLES["ink"][scheme], ROLES[surface][scheme]) >= 4.5


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize("role", ["quiet", "positive", "negative", "mark"])
@pytest.mark.parametrize("surface", ["paper", "card", "group"])
def test_colored_text_can_be_read_too(role: str, surface: str, scheme: int) -> None:
    assert contrast(ROLES[role][scheme], ROLES[surface][scheme]) >= 4.5


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize("sign", ["positive", "negative"])
def test_the_deeper_a_line_the_more_it_stands_out(sign: str, scheme: int) -> None:
    paper = ROLES["paper"][scheme]
    contrasts = [contrast(ROLES[f"{sign}-{level}"][scheme], paper) for level in range(1, LEVELS + 1)]
    assert contrasts == sorted(contrasts)
    assert contrasts[0] >= 3 and contrasts[-1] > 4.5


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
def test_an_edge_at_rest_can_be_seen(scheme: int) -> None:
    assert contrast(ROLES["edge"][scheme], ROLES["paper"][scheme]) >= 3


def linear(color: str) -> list[float]:
    channels = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    return [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]


# What red-, green- and blue-blind eyes see of linear RGB (Machado, Oliveira and Fernandes 2009, severity 1).
BLINDNESS = {
    "protan": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "deutan": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881)),
    "tritan": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.303900)),
}


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize("kind", BLINDNESS)
def test_signs_can_be_told_apart_by_color_blind_eyes(kind: str, scheme: int) -> None:
    seen = []
    for role in ("positive", "negative"):
        rgb = linear(ROLES[role][scheme])
        seen.append([sum(w * c for w, c in zip(row, rgb, strict=True)) for row in BLINDNESS[kind]])
    assert math.dist(*seen) > 0.2  # black and white are 1.73 apart; of one color's shades, neighbors are below 0.1


@pytest.mark.parametrize(
    ("number", "level"), [(0.0, 0), (1e-9, 1), (0.2, 1), (0.21, 2), (1.0, 5), (-1.0, 5), (math.inf, 5), (math.nan, 0)]
)
def test_the_larger_the_deeper(number: float, level: int) -> None:
    assert level_of(number, 1.0) == level


def test_signs_have_their_colors() -> None:
    assert tint_role(0.9, 1.0) == "positive-tint-5"
    assert tint_role(-0.9, 1.0) == "negative-tint-5"
    assert stroke_role(0.0, 1.0) == "line"


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (-0.0123020, "−0.0123"),
        (0.0, "0"),
        (-0.0, "0"),
        (1e-7, "1e−07"),
        (math.inf, "inf"),
        (-math.inf, "−inf"),
    ],
)
def test_numbers_are_written_short_with_a_real_minus(number: float, text: str) -> None:
    assert written(number) == text


@pytest.mark.parametrize("face", ["sans", "bold", "serif"])
def test_digits_are_all_as_wide_so_that_columns_line_up(face: str) -> None:
    assert len({text_width(digit, 10, face) for digit in "0123456789"}) == 1


def test_combining_marks_take_no_room_and_wide_characters_a_full_square() -> None:
    assert text_width("e\N{COMBINING ACUTE ACCENT}", 10) == text_width("é", 10) == text_width("e", 10)
    assert text_width("漢字", 10) == 20


def test_a_text_is_cut_to_its_room() -> None:
    assert fitted("short", 100, 12) == "short"
    cut = fitted("a rather long label", 50, 12)
    assert cut.endswith("…") and text_width(cut, 12) <= 50
