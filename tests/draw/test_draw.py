"""Computation graphs as pictures: what they show, and how they are written down."""

from __future__ import annotations

import base64
import re
import time
import xml.etree.ElementTree as ET
from collections.abc import Callable
from pathlib import Path
from typing import cast

import pytest
from samples import HOSTILE, SVG, note_b_loss, texts

from tinygrad_notes import Value
from tinygrad_notes.draw import Picture, draw
from tinygrad_notes.draw.graphviz import run_graphviz
from tinygrad_notes.draw.picture import SUFFIXES
from tinygrad_notes.draw.scene import Rect, Scene


def test_shows_every_label_number_and_operation() -> None:
    shown = texts(draw(note_b_loss(), digits=6))
    for expected in ("W1[0,2]", "b2[0]", "z1[0]", "0.507035", "0.0181736", "σ(z1[0])", "a2[0] - 1", "×−0.3"):
        assert expected in shown


def test_operands_enter_in_order_and_twice_if_used_twice() -> None:
    a, b = Value(2.0, "a"), Value(3.0, "b")
    picture = draw(a * a - b * a)
    svg = picture.svg
    for edge in ("n1-0", "n1-1", "n3-0", "n3-1", "n4-0", "n4-1"):
        assert f'data-edge="{edge}"' in svg
    assert [line for line in picture.source.splitlines() if "->" in line] == [
        '  n0 -> n1 [label="×2"]',
        '  n0 -> n1 [label="×2"]',
        '  n2 -> n3 [label="×2"]',
        '  n0 -> n3 [label="×3"]',
        '  n1 -> n4 [label="×1"]',
        '  n3 -> n4 [label="×−1"]',
    ]


def test_gradients_can_be_left_out() -> None:
    assert "grad" in texts(draw(note_b_loss()))
    assert "grad" not in texts(draw(note_b_loss(), grad=False))


def test_constants_take_no_part() -> None:
    x = Value(2.0, "x")
    shown = texts(draw(x**3))
    assert "3" in shown
    assert sum(text == "grad" for text in shown) == 2


def test_same_graph_same_bytes() -> None:
    assert draw(note_b_loss()).svg == draw(note_b_loss()).svg


@pytest.mark.parametrize("label", [*HOSTILE, ""])
def test_labels_are_text_in_every_format(label: str, tmp_path: Path) -> None:
    picture = draw(Value(1.0, label) * 2.0)
    root = ET.fromstring(picture.svg)
    assert not any(element.tag.endswith("script") for element in root.iter())
    if label:
        assert label in texts(picture)
        assert any(label in (title.text or "") for title in root.iter(f"{SVG}title"))
    for suffix in ("dot", "png", "pdf", "html"):
        assert picture.save(tmp_path / f"picture.{suffix}").stat().st_size > 0
    assert "<script" not in (tmp_path / "picture.html").read_text(encoding="utf-8")


@pytest.mark.extras
@pytest.mark.parametrize("label", [*HOSTILE, ""])
def test_graphviz_reads_two_nodes_and_a_result_whatever_the_label(label: str) -> None:
    assert run_graphviz(draw(Value(1.0, label) * 2.0).source, "json0").count(b'"_gvid"') == 5


@pytest.mark.parametrize(
    ("label", "shown"), [("two\nlines", "two↵lines"), ("tab\there", "tab␉here"), ("nul\x00 \x1b \x7f", "nul␀ ␛ ␡")]
)
def test_what_cannot_be_seen_is_made_visible(label: str, shown: str) -> None:
    assert shown in texts(draw(Value(1.0, label)))


@pytest.mark.parametrize("label", ["\ud800", "\ufffe", "\x85"])
def test_characters_that_xml_forbids_do_not_break_it(label: str) -> None:
    assert "\ufffd" in texts(draw(Value(1.0, label)))


def test_a_long_label_is_shortened_but_told_in_full() -> None:
    label = "w" * 300
    picture = draw(Value(1.0, label))
    assert max(map(len, texts(picture))) < 60
    assert label in picture.svg


@pytest.mark.parametrize("rankdir", ["LR", "TB", "RL", "BT"])
def test_every_direction_draws_inside_its_frame(rankdir: str) -> None:
    picture = draw(note_b_loss(), rankdir=rankdir)
    for rect in ET.fromstring(picture.svg).iter(f"{SVG}rect"):
        x, y, width, height = (float(rect.attrib[name]) for name in ("x", "y", "width", "height"))
        assert x >= 0 and y >= 0
        assert x + width <= picture.scene.width and y + height <= picture.scene.height


@pytest.mark.parametrize(
    ("wrong", "error", "message"),
    [
        (lambda: draw(3.0), TypeError, "draw shows the graph of a Value or of a list of Values, got float"),
        (lambda: draw([]), ValueError, "draw needs at least one Value, got an empty list"),
        (lambda: draw(Value(1.0), rankdir="left"), ValueError, "rankdir is one of 'LR', 'TB', 'RL', 'BT', not 'left'"),
        (lambda: draw(Value(1.0), digits=-1), ValueError, "digits counts significant digits, so it is a whole number"),
        (lambda: draw(Value(1.0), digits=cast(int, 2.5)), ValueError, "a whole number above 0, not 2.5"),
        (
            lambda: draw(Value(1.0), highlight=cast(Value, 3)),
            TypeError,
            "highlight is a node of the graph, so a Value, got int",
        ),
        (lambda: draw(Value(1.0, cast(str, 5)) * 2), TypeError, "got 5 for a Value with data 1.0: write label='5'"),
        (
            lambda: draw(Value(1.0, cast(str, None)) * 2),
            TypeError,
            "got None for a Value with data 1.0: write label=''",
        ),
        (lambda: draw(Value(1.0)).save("picture.jpg"), ValueError, "end the name in .svg, .png, .pdf, .dot, .html"),
        (lambda: draw(Value(1.0)).save("/no/such/folder/a.svg"), FileNotFoundError, "/no/such/folder"),
    ],
)
def test_mistakes_are_named(wrong: Callable[[], object], error: type[Exception], message: str) -> None:
    with pytest.raises(error) as caught:
        wrong()
    assert message in str(caught.value)


def test_saving_never_overwrites_another_file_silently(tmp_path: Path) -> None:
    path = tmp_path / "graph.svg"
    picture = draw(Value(1.0, "a"))
    picture.save(path)
    picture.save(path)  # the same bytes: nothing is lost
    other = draw(Value(2.0, "a"))
    with pytest.raises(FileExistsError, match="overwrite=True"):
        other.save(path)
    assert path.read_text(encoding="utf-8") == picture.svg
    other.save(path, overwrite=True)
    assert path.read_text(encoding="utf-8") == other.svg
    assert [file.name for file in tmp_path.iterdir()] == ["graph.svg"]


def test_the_same_picture_is_the_same_file_at_any_time(tmp_path: Path) -> None:
    picture = draw(Value(2.0, "a") * 3)
    paths = [tmp_path / f"picture{suffix}" for suffix in SUFFIXES]
    for path in paths:
        picture.save(path)
    time.sleep(1.01)  # a date in a file has whole seconds
    for path in paths:
        assert picture.save(path) == path


def test_notebooks_get_an_image_that_untrusted_ones_show_too_and_the_svg() -> None:
    picture = draw(Value(1.0, 'a "quoted" <b>'))
    bundle = picture._repr_mimebundle_()
    assert bundle["image/svg+xml"] == picture._repr_svg_() == picture.svg
    assert "<script" not in picture.svg
    [source] = re.findall(r' src="data:image/svg\+xml;base64,([^"]*)"', bundle["text/html"])
    assert base64.b64decode(source).decode() == picture.svg
    assert 'style="max-width:100%;height:auto' in bundle["text/html"]


def test_the_root_of_an_svg_says_its_size_in_plain_numbers() -> None:
    """CairoSVG draws nothing and svglib raises where the size comes from CSS."""
    root = ET.fromstring(Picture(Scene(2000.5, 100.0, "title", "description"), "").svg)
    assert (root.get("width"), root.get("height"), root.get("viewBox")) == ("2000.5", "100", "0 0 2000.5 100")
    assert "style" not in root.attrib


@pytest.mark.parametrize(("size", "shape"), [((20, 20), "circle"), ((30, 20), "rect"), ((30, 30), "rect")])
def test_what_is_round_all_over_is_a_circle(size: tuple[float, float], shape: str) -> None:
    scene = Scene(50, 50, "title", "description", [Rect(10, 5, *size, radius=10)])
    [_, drawn] = [part for part in ET.fromstring(scene.svg()) if part.get("fill")]
    assert drawn.tag == f"{SVG}{shape}"
    if shape == "circle":
        assert [drawn.get(name) for name in ("cx", "cy", "r")] == ["20", "15", "10"]


@pytest.mark.parametrize(
    ("made", "shown"),
    [
        (lambda a, b: b.tanh(), "tanh(b)"),
        (lambda a, b: a * b, "a · b"),
        (lambda a, b: a**2, "a^2"),
        (lambda a, b: b**-1.5, "b^(−1.5)"),
        (lambda a, b: 1 - b, "1 - b"),
        (lambda a, b: a / (a + b), "a / …"),
        (lambda a, b: (a + b) * (a - b), "·"),
        (lambda a, b: (a * b).exp(), "exp(…)"),
        (lambda a, b: Value(2.0, "a + b") * b, "… · b"),
        (lambda a, b: Value(2.0, "the_whole_weight") * b, "… · b"),
    ],
)
def test_an_operation_is_written_over_its_own_operands(made: Callable[[Value, Value], Value], shown: str) -> None:
    assert shown in texts(draw(made(Value(1.5, "a"), Value(0.25, "b"))))
