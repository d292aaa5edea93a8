"""PNG and PDF show what the SVG shows, on a machine without fonts too."""

from __future__ import annotations

import re
import struct
import sys
from pathlib import Path

import pytest
from samples import HOSTILE

from tinygrad_notes import Value
from tinygrad_notes.draw import Picture, draw, draw_network, picture
from tinygrad_notes.draw.scene import Rect, Scene, Text
from tinygrad_notes.nn import MLP

MISSING = "\U0010fffd"  # a private letter, which no font has


def size_of(png: bytes) -> tuple[int, int]:
    assert png.startswith(b"\x89PNG")
    width, height = struct.unpack(">II", png[16:24])
    return width, height


def drawn(text: str, face: str = "sans") -> bytes:
    scene = Scene(40, 40, "title", "description", [Text(5, 25, text, 20, "ink", "start", face)])
    return picture.rendered(scene, "png", installed_fonts=False)


@pytest.mark.parametrize("face", ["sans", "bold", "serif"])
@pytest.mark.parametrize("letter", "ŷ₁₂ᵀ⊙∂δσ′·−×Σ√→∇ηŷλ²½≈…")
def test_letters_are_drawn_where_no_font_is_installed(letter: str, face: str) -> None:
    """Neither nothing, nor the box that stands for a letter that no font has."""
    assert drawn(letter, face) not in (drawn(" ", face), drawn(MISSING, face))


def test_a_letter_that_no_font_has_is_seen_to_be_missing() -> None:
    assert drawn(MISSING) != drawn(" ")
    assert drawn("\U0010fffc") == drawn(MISSING)


def test_two_pixels_of_a_png_are_one_of_the_svg() -> None:
    assert size_of(picture.rendered(Scene(300, 100.5, "a", "b"), "png")) == (600, 201)


@pytest.mark.slow
def test_a_picture_too_large_for_viewers_is_rendered_coarser() -> None:
    width, height = size_of(picture.rendered(Scene(40_000, 100, "a", "b", [Rect(0, 0, 9, 9)]), "png"))
    assert (width, height) == (picture.MOST_PIXELS, 40)


@pytest.mark.parametrize("label", HOSTILE)
def test_no_label_is_read_as_typst(label: str, tmp_path: Path) -> None:
    y = Value(2.0, label).tanh()
    y.label = f'#panic("no") $x {label} "'
    picture = draw(y)
    named = Picture(Scene(90, 90, f'"#panic() \ud800\x00 {label}', label), "")
    for suffix in ("png", "pdf"):
        assert picture.save(tmp_path / f"label.{suffix}").stat().st_size > 1000
        assert named.save(tmp_path / f"title.{suffix}").stat().st_size > 100


def test_a_pdf_is_one_page_of_the_size_of_the_picture(tmp_path: Path) -> None:
    picture = draw_network(MLP(2, [2, 1], seed=1))
    pdf = picture.save(tmp_path / "network.pdf").read_bytes()
    assert pdf.startswith(b"%PDF")
    assert re.search(rb"/Type\s*/Pages\s*/Count 1\b", pdf)
    [box] = re.findall(rb"/MediaBox\s*\[([^]]*)\]", pdf)
    assert [float(x) for x in box.split()] == pytest.approx([0, 0, picture.scene.width, picture.scene.height], abs=0.01)
    assert b"/FontFile" in pdf  # the letters travel along
    assert b"CreationDate" not in pdf


def test_without_typst_the_error_says_what_to_do(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(sys.modules, "typst", None)
    with pytest.raises(ImportError, match=r"png needs Typst.*`pip install typst`, or save the picture as svg or html"):
        draw(Value(1.0)).save(tmp_path / "picture.png")
    assert list(tmp_path.iterdir()) == []
