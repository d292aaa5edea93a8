"""Where a note's mathematics stands: every piece found is as long as its place, and holds what stands there."""

import pytest

from tinygrad_notes.reading.piece import LINE, MATHS, SPAN
from tinygrad_notes.reading.pieces import pieces_of_latex, pieces_of_markdown

# Each snippet with the mathematics in it, in order. The others say that nothing in them is mathematics.
SNIPPETS = [
    ("it costs $5 and $6 today", []),
    ("$0.5$ and $0.4$", ["0.5", "0.4"]),
    ("Weights:\n$$\nz = 1\n$$", ["z = 1"]),
    ("* Bias:\n  $$\n  z = 1\n  $$", ["z = 1"]),
    ("Weights:\n\n$$\nz = 1\n$$", ["z = 1"]),
    ("text $$z = 1$$ text", ["z = 1"]),
    (r"so \[z = 1\] holds", ["z = 1"]),
    ("Hence\n\\[\nz = 1\n\\]\nend", ["z = 1"]),
    (r"so \(z = 1\) holds", ["z = 1"]),
    ("```math\nz = 1\n```", ["z = 1"]),
    ("$`z = 1`$", ["z = 1"]),
    ("value $ z = 1 $ here", ["z = 1"]),
    ("\\begin{align}\na &= 1 \\\\\nb &= 2\n\\end{align}", ["\\begin{align}\na &= 1 \\\\\nb &= 2\n\\end{align}"]),
    ("$$\n\\begin{aligned}\na &= 1\n\\end{aligned}\n$$", ["\\begin{aligned}\na &= 1\n\\end{aligned}"]),
    (r"a1 ≈ \[0.248, 0.246, 0.246]", []),
    ("`$x$`", []),
    (r"\$5 and $x$", ["x"]),
    ("> $$\n> z = 1\n> $$", ["z = 1"]),
    ("$$\nz = 1\n\ny = 2\n$$", ["z = 1\n\ny = 2"]),
]


@pytest.mark.parametrize(("note", "mathematics"), SNIPPETS, ids=[note for note, _ in SNIPPETS])
def test_mathematics_is_found(note: str, mathematics: list[str]) -> None:
    found = [piece.text.strip() for piece in pieces_of_markdown(note) if piece.kind == MATHS]
    assert found == mathematics


@pytest.mark.parametrize(
    "note", [note for note, _ in SNIPPETS] + ["a `b = 2` c\n\n- d $e$ `f`\n\n| a | b |\n|---|---|\n| $x$ | 2 |\n"]
)
def test_a_piece_keeps_the_place_of_every_character(note: str) -> None:
    for piece in pieces_of_markdown(note):
        there = note[piece.start : piece.end]
        assert len(there) == len(piece.text)
        assert all(kept in (at, " ", "=", "\u200b", "\ufffc") for kept, at in zip(piece.text, there, strict=True))


def test_a_line_is_what_is_left_of_it() -> None:
    line, maths, span = sorted(pieces_of_markdown("**Bold** and W\\_2 \\* x = 3, `y = 2`, $z$"), key=lambda p: p.kind)
    assert (line.kind, maths.kind, span.kind) == (LINE, MATHS, SPAN)
    assert line.text.replace("\u200b", "").replace("\ufffc", "") == "Bold and W_2 * x = 3, , "


def test_a_row_of_a_table_is_a_chain_from_its_name_to_its_result() -> None:
    note = "| node | operation | value | remark |\n|--|--|--|--|\n| v3 | ln(v2) | 1.099 | rounded 9 |\n"
    (row,) = pieces_of_markdown(note)
    assert row.text.split() == ["v3", "=", "ln(v2)", "=", "1.099"]


def test_latex_is_found_outside_its_comments() -> None:
    note = "Let $x = 1$. % $z = 7$\n\\begin{align*}\na &= 2\n\\end{align*}\nSo \\(b = 3\\) and $$c = 4$$ cost \\$5."
    found = [piece.text.strip() for piece in pieces_of_latex(note) if piece.kind == MATHS]
    assert found == ["x = 1", "\\begin{align*}\na &= 2\n\\end{align*}", "b = 3", "c = 4"]
