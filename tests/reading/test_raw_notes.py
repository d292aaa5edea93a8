"""Notes in the styles of blogs, lectures, homework and answers, each with its slips: those are found, and no others."""

from __future__ import annotations

from pathlib import Path

import pytest

from tinygrad_notes.reading.chains import chains_of
from tinygrad_notes.reading.note import Note, read_note
from tinygrad_notes.reading.note_files import read_note_file
from tinygrad_notes.reading.numbers import digits_of
from tinygrad_notes.reading.pieces import pieces_of_markdown

NOTES = Path(__file__).parent.parent / "data" / "raw_notes"

# The note, the numbers in it that are wrong, as written, and how many of its equalities cannot be judged.
NOTES_WITH_SLIPS = [
    ("arrows.txt", ["0.2"], 0),
    ("chinese_blog.md", ["0.7595"], 0),
    ("deutsch.md", ["0{,}0878"], 0),
    ("epochs.md", ["1.474"], 0),
    ("espanol.txt", ["0,0797"], 0),
    ("homework.tex", ["0.1614"], 0),
    ("house_prices.md", ["95%"], 0),
    ("lecture.txt", ["0.642"], 0),
    ("mazur_style.md", ["0.082176041"], 0),
    ("multiline.md", ["2.5"], 0),
    ("pmatrix.md", ["0.7"], 0),
    ("obsidian.md", ["1.0"], 0),
    ("partials.txt", ["8"], 0),
    ("vorlesung.txt", ["0,5216"], 0),
    ("rnn.md", ["0.4115"], 0),
    ("softmax.md", ["1.015", "0.986"], 1),
    ("stackexchange.md", ["0.0042"], 0),
    ("subst.md", ["0.73", "0.6432", "0.0706"], 0),
    ("units.md", [], 5),
    ("relu_lecture.tex", ["0.52", "0.464", "0.53"], 0),
    ("uebung.md", ["0{,}4721", "0,3544", "0{,}6161"], 0),
    ("francais.md", ["0{,}5474", "0{,}5155", "0{,}3445"], 0),
    ("callouts.md", ["0.6657", "1.3072", "0.3373"], 0),
    ("org.txt", ["0.36", "0.4437", "0.7216"], 0),
    ("both_passes.md", ["6", "5", "12"], 0),
    ("html.md", ["0.5766", "0.1020", "0.2300"], 0),
    ("bold_vectors.md", ["0.4636", "0.2131", "0.1318"], 0),
    ("mathjax_blog.md", ["1.2034"], 0),
    ("exam_macros.tex", ["0.8"], 0),
    ("chinese_by_hand.md", ["0.0695"], 0),
    ("uebung_tabelle.md", ["0,184"], 0),
    ("callouts_vectors.md", ["0.31"], 0),
    ("softmax_fences.md", ["0.471"], 0),
    ("pandoc.md", ["1.6"], 0),
    ("html_table.md", ["0.6"], 0),
    ("typst.txt", ["0.986"], 0),
    ("chat.txt", ["1.6"], 0),
    ("lab.ipynb", ["1.2"], 0),
    ("staged.md", ["2.0", "0.39"], 0),
    ("lstm_bold.md", ["0.7211", "3.014e-01"], 0),
    ("seminar.ipynb", ["0.21", "0.1609"], 0),
    ("chinese_softmax.md", ["0.1420", "0.2323"], 2),
    ("fractions.md", ["0.03215", "0.225"], 4),
    ("revision.txt", ["0.5396", "0.00219"], 0),
    ("vault.md", ["0.20", "0.1270"], 0),
    ("slides.tex", ["0.6", "2.5"], 0),
    ("adam_log.txt", ["1.6", "2.7224e-02"], 1),
    ("bptt.tex", ["0.0676", "0.1678"], 0),
    ("graph_table.md", ["6", "1"], 0),
    ("vecteurs.md", ["0.2565", "0.2040"], 0),
    ("weight_decay.txt", ["0.320", "0.576"], 1),
    ("two_examples.md", ["0.1877", "0.1711"], 0),
    ("batch.tex", ["0.5", "0.28"], 0),
]


@pytest.mark.parametrize(("name", "wrong", "left"), NOTES_WITH_SLIPS, ids=[name for name, *_ in NOTES_WITH_SLIPS])
def test_the_slips_are_found_and_no_others(name: str, wrong: list[str], left: int) -> None:
    note = read_note_file(NOTES / name).note
    assert wrong_numbers(note) == wrong
    assert note.counts()["left"] == left


def wrong_numbers(note: Note) -> list[str]:
    verdicts = {"slip", "misprint", "rounding"}
    return [note.text[mark.start : mark.end] for mark in note.marks if mark.verdict in verdicts]


def readings(text: str) -> list[list[str]]:
    """The numbers of each chain, in plain digits."""
    from tinygrad_notes.reading.formulas import Number, leaves

    return [
        [leaf.written for member in chain.members if member.tree for leaf in leaves(member.tree)
         if isinstance(leaf, Number)]
        for chain in chains_of(pieces_of_markdown(text), text).read
    ]  # fmt: skip


# Numbers -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("z = 0,5 · 1,25 = 0,625", [["0.5", "1.25", "0.625"]]),
        ("$z = 0{,}5 \\cdot (-0{,}25)$", [["0.5", "0.25"]]),
        ("p = 1.200,50 · 2 = 2.401,00", [["1200.50", "2", "2401.00"]]),
        ("z = [0,5; 1,5] * 2 = [1,0; 3,0]", []),  # no separator of ours: refused, not misread
        ("c = 1,200 * 2 = 2,400", [["1200", "2", "2400"]]),
        ("c = 1,234,567 + 0.5", [["1234567", "0.5"]]),
        ("n = 1,200 and c = (1,200 - 200) * 0.5 = 500", [["1200"], ["1200", "200", "0.5", "500"]]),
        ("c = [100,200] * 0.5 = [50,100]", [["100", "200", "0.5", "50", "100"]]),
        ("c = (100,200) * 0.5", [["100", "200", "0.5"]]),
        ("$c = 10\\,000 \\cdot 2 = 20\\,000$", [["10000", "2", "20000"]]),
        ("c = 1'000 * 2 = 2'000", [["1000", "2", "2000"]]),
        ("z = 0,5 and w = 0.25, v = 0.75", [["0.25"], ["0.75"]]),  # one comma among points is not understood
        ("acc = 45/50 = 90%", [["45", "50", "0.90"]]),
        ("acc = 45/50 * 100 = 90 %", [["45", "50", "100", "90"]]),
        ("acc = 90/100 = 90 %", [["90", "100", "0.90"]]),
        ("$a = \\frac{45}{50} = 90\\,\\%$", [["45", "50", "0.90"]]),
        ("$2\\ 3 = 6$", []),
    ],
)
def test_numbers_are_read_as_the_note_writes_them(text: str, numbers: list[list[str]]) -> None:
    assert readings(text) == numbers


@pytest.mark.parametrize(
    ("text", "comma"),
    [
        ("x = 0,5", True), ("x = [1,0] and y = (0,1)", False), ("w = 1,200", False), ("x = 0.5, y = 1,25", False),
        ("x = 1,2345", True), ("h_{1,2} = 3", False), ("$x = 1{,}5$", True), ("$x = 10{,}000$", False),
    ],
)  # fmt: skip
def test_decimal_commas_are_a_habit_of_the_whole_note(text: str, comma: bool) -> None:
    assert digits_of(text).comma is comma


def test_marks_are_written_back_with_the_notes_own_comma(tmp_path: Path) -> None:
    path = tmp_path / "note.md"
    path.write_text("Also $z = 0{,}5 \\cdot 1{,}5 = 0{,}85$ und z = 0,5 · 1,5 = 0,85.\n", encoding="utf-8")
    marked = read_note_file(path).marked()
    assert "0{,}85\\ \\text{✗ 0{,}75}$" in marked
    assert "0,85 ✗ 0,75." in marked


# Formulas longer than a line ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("z = 0.1*0.5 +\n    0.2*0.3 = 0.11", []),
        ("z = 0.1*0.5\n  + 0.2*0.3\n  = 0.12", ["0.12"]),
        ("z = 0.5*2\n  = 1.5", ["1.5"]),
        ("Then\n\n    z = 0.5*2\n      = 1.5", ["1.5"]),
        ("W = [[0.1, 0.2],\n     [0.3, 0.4]] * 2 = [[0.2, 0.4],\n  [0.6, 0.9]]", ["0.9"]),
        ("$$z = 0.1 \\cdot 0.5 \\\\ \\quad + 0.2 \\cdot 0.3 \\\\ = 0.12$$", ["0.12"]),
        ("We add\n+ x = 2\n+ z = 3*2 = 6", []),
        ("- z = 0.5*2\n- 0.25*2 = 0.5", []),
    ],
)
def test_a_formula_may_go_on_in_the_next_line(text: str, wrong: list[str]) -> None:
    assert wrong_numbers(read_note(text)) == wrong


@pytest.mark.parametrize(
    "text",
    [
        "E = 350 W · 3 h = 1050 Wh",
        "64 / 0.012 s ≈ 5333 samples/s",
        "It sold for $230,000. Our model is $y = 3$, not $200,000 or so.",
    ],
)
def test_units_and_prices_are_not_taken_for_numbers_alone(text: str) -> None:
    assert all(mark.verdict == "right" for mark in read_note(text).marks)


# Numbers put in ----------------------------------------------------------------------------------------

GIVEN = "$w_1 = 0.6$, $w_2 = -0.3$, $x_1 = 0.8$, $x_2 = 0.5$, $b = 0.1$.\n\n"


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("$z = w_1 x_1 + b = 0.6 \\cdot 0.5 + 0.1 = 0.4$", "0.5 put in for x1, which is 0.8: 0.5 belongs to x2"),
        ("$z = w_1 x_1 + w_2 x_2 = 0.6 \\cdot 0.8 + 0.3 \\cdot 0.5 = 0.63$",
         "0.3 put in for w2, which is -0.3: its sign was lost"),
        ("$w_1 = w_1 - 0.1 = 0.5$ and $q = w_1 x_1 = 0.6 \\cdot 0.8 = 0.58$",
         "0.6 put in for w1, which is 0.5: that is the w1 of before"),
        ("$z = w_1 x_1 + b = 0.7 \\cdot 0.8 + 0.1 = 0.66$", "0.7 put in for w1, which is 0.6"),
        ("$z = w_1 x_1 + b$ and so $z = 0.6 \\cdot 0.5 + 0.1 = 0.4$",
         "0.5 put in for x1, which is 0.8: 0.5 belongs to x2"),
    ],
)  # fmt: skip
def test_a_wrong_substitution_is_named(line: str, said: str) -> None:
    assert [mark.explanation for mark in read_note(GIVEN + line).marks if mark.verdict == "slip"] == [said]


def test_a_misprint_among_the_numbers_put_in_is_marked_beside_it() -> None:
    (mark, result) = read_note(GIVEN + "$z = w_1 x_1 + b = 0.6 \\cdot 0.9 + 0.1 = 0.58$").marks
    assert (mark.quantity, mark.claimed, mark.from_above, mark.verdict) == ("x1", "0.9", 0.8, "misprint")
    assert (result.quantity, result.verdict) == ("z", "right")


@pytest.mark.parametrize(
    "line",
    [
        "$z = w_1 x_1 + b = 0.8 \\cdot 0.6 + 0.1 = 0.58$",  # factors may change places
        "$z = w_2 x_2 + b = 0.1 - 0.3 \\cdot 0.5 = -0.05$",  # and terms, which is then not compared
        "$z = b + w_2 x_2 = 0.1 - 0.3 \\cdot 0.5 = -0.05$",
        "$h = \\tanh(w_1 x_1) = \\tanh(0.48) \\approx 0.4462$, $q = 2 h = 2 \\cdot 0.446 = 0.892$",
        "$q = b - w_2 = 0.1 - (-0.3) = 0.4$",
        "$q = b - w_2 = 0.1 + 0.3 = 0.4$",
    ],
)
def test_right_substitutions_raise_nothing(line: str) -> None:
    assert wrong_numbers(read_note(GIVEN + line)) == []


# Two readings ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "taken"),
    [
        ("$L = 1/2(a - y)^2 = 0.045$", "1/2*(a - y)^2"),
        ("$L = 1/2(a - y)^2 = 5.5556$", "1/(2*(a - y)^2)"),
        ("$L = 1/2(0.7 - 1)^2 = 5.5556$", "1/(2*(0.7 - 1)^2)"),
        ("$L = y/2a$", "y/2*a"),
    ],
)
def test_a_division_with_two_readings_is_told(line: str, taken: str) -> None:
    note = read_note("$a = 0.7$, $y = 1$.\n\n" + line)
    assert [text for _, _, text in note.two_readings] == [taken]
    assert wrong_numbers(note) == []
    assert note.as_json()["two_readings"][0]["taken_as"] == taken


@pytest.mark.parametrize("line", ["$L = 1/2 \\cdot a$", "$L = \\frac12 (a - y)^2$", "$L = ½(a - y)^2$", "$L = a/2$"])
def test_a_division_with_one_reading_is_not(line: str) -> None:
    assert read_note("$a = 0.7$, $y = 1$.\n\n" + line).two_readings == []
