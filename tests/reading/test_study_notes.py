"""Notes as they stand, in many notations, each with one slip planted in it: found, placed, and nothing else."""

from __future__ import annotations

import json
import re
import time
from pathlib import Path

import pytest

from tinygrad_notes.errors import NoteError
from tinygrad_notes.reading.note import mark_note, read_note
from tinygrad_notes.reading.note_file import LEGEND, NoteFile
from tinygrad_notes.reading.note_files import read_note_file
from tinygrad_notes.reading.note_page import note_page
from tinygrad_notes.reading.note_report import note_report

NOTES = Path(__file__).parent.parent / "data" / "study_notes"
WRONG = {"slip", "misprint", "rounding"}

# The note, what is wrong in it (line, quantity, number as written, right number), and how many numbers are claimed.
PLANTED = [
    ("aligned.tex", (13, "dL/dw2", "-0.4234", -0.43237), 7),
    ("math_fence.md", (8, "z1", "0.48", 0.58), 2),
    ("inline_dollars.md", (4, "dL/da", "0.1411", 0.2822), 4),
    ("bullets.md", (11, "dL/dw", "0.0312", 0.0132), 6),
    ("table.md", (6, "s2", "0.9", -0.9), 3),
    ("ascii.txt", (11, "w_new", "0.6260", 0.57405), 7),
    ("code_spans.md", (4, "L", "2.5", 2.25), 4),
    ("bmatrix.md", (18, "a2", "0.5420", 0.52401), 6),
    ("boxed.md", (5, "dL/dp", "1.429", -1.42857), 2),
    ("arrows.md", (5, "q", "-2.25", 2.25), 2),
    ("chinese.md", (7, "dC/da", "-0.3598", -0.3589), 4),
    ("spanish.md", (5, "a1", "0.4612", 0.46212), 3),
    ("code.md", (10, "a[1]", "0.6016", 0.61064), 5),
]


@pytest.mark.parametrize(("name", "planted", "claims"), PLANTED, ids=[name for name, *_ in PLANTED])
def test_the_slip_is_found_at_its_place_and_no_other(
    name: str, planted: tuple[int, str, str, float], claims: int
) -> None:
    note = read_note_file(NOTES / name).note
    wrong = [mark for mark in note.marks if mark.verdict in WRONG]
    assert [(mark.line, mark.quantity, mark.claimed) for mark in wrong] == [planted[:3]]
    assert wrong[0].from_above == pytest.approx(planted[3], rel=1e-4)
    assert note.text[wrong[0].start : wrong[0].end] == planted[2].lstrip("-")
    assert (len(note.marks), note.exit_status, note.counts()["left"]) == (claims, 1, 0)


@pytest.mark.parametrize(("name", "planted", "claims"), PLANTED, ids=[name for name, *_ in PLANTED])
def test_the_note_with_its_slip_put_right_has_none(
    name: str, planted: tuple[int, str, str, float], claims: int, tmp_path: Path
) -> None:
    """The number itself put right; what was carried on from it may follow from it no more, and is not asked."""
    text = (NOTES / name).read_text(encoding="utf-8")
    right = f"{planted[3]:.{len(planted[2].partition('.')[2])}f}"
    (tmp_path / name).write_text(text.replace(planted[2], right, 1), encoding="utf-8")
    marks = read_note_file(tmp_path / name).note.marks
    assert [mark.verdict for mark in marks if mark.claimed == right and mark.line == planted[0]] == ["right"]


@pytest.mark.parametrize(
    "prose",
    [
        "# Backpropagation\n\nWe go *backwards*, layer by layer; see page 12 and Figure 3.\n",
        "$$\n\\frac{\\partial L}{\\partial W_1}, \\frac{\\partial L}{\\partial W_2}, \\dots\n$$\n",
        "For $w$ we go against $\\eta \\frac{\\partial L}{\\partial w}$, where $\\eta$ is the learning rate.\n",
        "3 inputs → 3 neurons → 1 output. It took 5 minutes = a coffee.\n",
        "| term | meaning |\n|---|---|\n| loss | how wrong it was |\n",
        "",
    ],
)
def test_prose_and_formulas_without_numbers_raise_nothing(prose: str) -> None:
    note = read_note(prose)
    assert (note.marks, note.exit_status) == ([], 2)


def test_a_wrongly_decoded_note_is_put_right_first_and_said() -> None:
    text = "δ₂ = ∂C/∂z₂, σ′(z₁) ≈ 0.25 — “η”\n\nz₁ = 0.5·0.4 ≈ 0.35\n"
    garbled = text.encode().decode("cp1252", errors="ignore")
    note = read_note(garbled)
    assert (note.text, note.repair.encoding) == (text, "cp1252")
    assert [(mark.claimed, mark.verdict) for mark in note.marks if mark.line == 3] == [("0.35", "slip")]


def test_what_was_not_understood_is_listed_with_its_line() -> None:
    note = read_note("We have $x = 2$.\n\nThen $\\sum_i x_i = 3$, and $q = \\oint x\\,dx = 5$.\n")
    assert [line for line, _ in note.unread] == [3, 3]
    assert note.counts() == {"found": 2, "checked": 0, "left": 2}


def test_the_reading_can_be_saved_and_marked_as_a_calculation() -> None:
    from tinygrad_notes.worked.calculation import mark_calculation

    note = read_note_file(NOTES / "bmatrix.md").note
    marking = mark_calculation(note.calculation_lines)
    named = [(mark.quantity, mark.claimed, mark.verdict) for mark in note.marks if mark.quantity]
    assert [(mark.name, mark.claimed, mark.verdict) for mark in marking] == named


def test_the_guide_quotes_what_the_command_prints() -> None:
    guide = (Path(__file__).parents[2] / "docs" / "notes.md").read_text(encoding="utf-8")
    shown = re.search(r"~~~markdown\n(.*?)~~~.*?```text\n(.*?)```", guide, re.DOTALL)
    assert shown
    assert note_report(NoteFile(None, "markdown", read_note(shown[1]))).plain().strip("\n") == shown[2].strip("\n")


# Marks written back ---------------------------------------------------------------------------------------


def test_marks_are_written_beside_their_numbers(tmp_path: Path) -> None:
    path = tmp_path / "note.md"
    path.write_text("Let $w = 0.5$.\n\nThen $z = 2w = 1.1$, or z = 1.1 and `q = 3*w = 1.5`.\n", encoding="utf-8")
    marked = read_note_file(path).write_marked()
    assert marked == tmp_path / "note.marked.md"
    assert marked.read_text(encoding="utf-8").splitlines()[2] == (
        "Then $z = 2w = 1.1\\ \\text{✗ 1}$, or z = 1.1 and `q = 3*w = 1.5 ✓`."
    )
    assert path.read_text(encoding="utf-8").startswith("Let $w = 0.5$.")


def test_only_an_own_file_is_replaced(tmp_path: Path) -> None:
    path = tmp_path / "note.md"
    path.write_text("$1 + 1 = 3$", encoding="utf-8")
    first = read_note_file(path).write_marked()
    path.write_text("$1 + 1 = 2$", encoding="utf-8")
    assert "✓" in read_note_file(path).write_marked().read_text(encoding="utf-8")
    first.write_text("somebody's own", encoding="utf-8")
    with pytest.raises(NoteError, match="was not written by this command: rename it"):
        read_note_file(path).write_marked()
    assert first.read_text(encoding="utf-8") == "somebody's own"


def test_latex_is_marked_in_words_that_every_font_has(tmp_path: Path) -> None:
    path = tmp_path / "note.tex"
    path.write_text("So $1 + 1 = 3$ and $2 \\cdot 2 = 4$.\n", encoding="utf-8")
    assert (
        read_note_file(path)
        .marked()
        .startswith("So $1 + 1 = 3\\ \\mbox{(wrong: 2)}$ and $2 \\cdot 2 = 4\\ \\mbox{(right)}$.")
    )


def test_a_notebook_is_marked_cell_by_cell(tmp_path: Path) -> None:
    cells = [
        {"cell_type": "markdown", "metadata": {}, "source": ["Let $w = 0.5$ and $x = 3$.\n", "So $z = w x = 1.4$."]},
        {
            "cell_type": "code",
            "metadata": {},
            "execution_count": None,
            "outputs": [],
            "source": "import os\nq = w*x  # 1.5",
        },
    ]
    path = tmp_path / "note.ipynb"
    path.write_text(json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}), encoding="utf-8")
    file = read_note_file(path)
    assert [(mark.quantity, mark.claimed, mark.verdict) for mark in file.note.marks] == [
        ("z", "1.4", "slip"), ("q", "1.5", "right"),
    ]  # fmt: skip
    assert file.place(file.note.marks[0]) == "cell 0, line 2"
    marked = json.loads(file.write_marked().read_text(encoding="utf-8"))
    assert marked["cells"][0]["source"].endswith(f"So $z = w x = 1.4\\ \\text{{✗ 1.5}}$.\n\n{LEGEND}")
    assert marked["cells"][1] == cells[1]
    file.write_marked()


@pytest.mark.parametrize("content", ["", "[]", '{"cells": 3}', '{"cells": [{"cell_type": "code"}]}', "not json"])
def test_a_file_that_is_no_notebook_is_refused(tmp_path: Path, content: str) -> None:
    path = tmp_path / "note.ipynb"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(NoteError, match="is no notebook"):
        read_note_file(path)


def test_the_page_shows_the_notes_text_as_text(tmp_path: Path) -> None:
    path = tmp_path / "note.md"
    path.write_text(
        "$1 + 1 = 3$ <script>alert(1)</script> and $\\text{<b>} x = 2$, <i>z = 2*3 = 7</i>\n", encoding="utf-8"
    )
    file = read_note_file(path)
    page = note_page(file, "<title>")
    assert "<script>" not in page
    assert "<i>" not in page
    assert "&lt;script&gt;" in page
    assert page.count("✗ 2<") == 1
    assert "<b>" not in page.partition("<aside>")[0]


# Hostile and long -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "hostile",
    [
        "$" * 60_000, "$$" + "(" * 60_000, "\\begin{bmatrix}" * 5_000, "[" * 60_000, "> " * 20_000 + "$x = 1$",
        "* " * 20_000, "`" * 60_000, "|" * 60_000, "$x = " + "1 + " * 30_000 + "1$", "a = " * 20_000,
        "$" + "\\frac{" * 8_000 + "$", "\\[" * 30_000, "x_" * 30_000, "=" * 60_000, "\u200b" * 60_000,
        "**" * 30_000, "\\" * 60_000, "d" * 30_000 + "/d" + "d" * 30_000, "1." * 30_000, "ÃÂ" * 30_000,
    ],
    ids=lambda text: text[:12],
)  # fmt: skip
@pytest.mark.parametrize("kind", ["markdown", "latex"])
def test_hostile_notes_end_soon(hostile: str, kind: str) -> None:
    start = time.process_time()
    read_note(hostile, kind).counts()
    assert time.process_time() - start < 5.0  # a second on a quiet machine


def test_the_command_marks_a_note(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from tinygrad_notes.cli import main

    path = tmp_path / "note.md"
    path.write_text("Let $w = 0.5$, then $z = 2w = 1.1$.\n", encoding="utf-8")
    page = tmp_path / "page.html"
    assert main(["mark", str(path), "--write", "--html", str(page)]) == 1
    printed = capsys.readouterr()
    assert "z = 1.1 is a slip: it should be 1" in printed.out
    assert printed.err.splitlines() == [f"wrote {tmp_path / 'note.marked.md'}", f"wrote {page}"]
    assert main(["mark", str(path), "--explain-reading"]) == 1
    assert capsys.readouterr().out == "w = 0.5\nz = 2*w   # 1.1\n"
    assert main(["mark", str(tmp_path / "none.md")]) == 2
    assert "none.md: No such file" in capsys.readouterr().err
    path.write_text("nothing to check here\n", encoding="utf-8")
    assert main(["mark", str(path)]) == 2


def test_a_page_of_an_earlier_run_is_replaced_with_force(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from tinygrad_notes.cli import main

    note, page = tmp_path / "note.md", tmp_path / "page.html"
    note.write_text("$z = 2 \\cdot 3 = 6$\n", encoding="utf-8")
    page.write_text("of another run", encoding="utf-8")
    assert main(["mark", str(note), "--html", str(page)]) == 2
    assert "choose another name, or replace it with --force" in capsys.readouterr().err
    assert page.read_text(encoding="utf-8") == "of another run"
    assert main(["mark", str(note), "--html", str(page), "--force"]) == 0
    assert "✓" in page.read_text(encoding="utf-8")


def test_a_note_may_not_be_endless() -> None:
    with pytest.raises(NoteError, match="longer than the 2,000,000"):
        read_note("x" * 2_000_001)


def test_marks_of_a_text() -> None:
    assert [mark.as_json()["verdict"] for mark in mark_note("$2 \\cdot 3 = 6$")] == ["right"]


@pytest.mark.parametrize(
    ("function", "activated", "formula", "slope"),
    [
        (r"\sigma", "0.5744", r"\frac{\partial L}{\partial a} \sigma'(z)", "σ(z) · (1 - σ(z))"),
        (r"\sigma", "0.5744", r"\frac{\partial L}{\partial a} \, a (1 - a)", "a · (1 - a)"),
        (
            r"\sigma",
            "0.5744",
            r"\frac{\partial L}{\partial a} \odot \sigma(z) \odot (1 - \sigma(z))",
            "σ(z) · (1 - σ(z))",
        ),
        (r"\tanh", "0.2913", r"\frac{\partial L}{\partial a} (1 - a^2)", "1 - a^2"),
    ],
)
def test_a_note_names_a_slope_that_is_left_out_and_how_sure_that_is(
    function: str, activated: str, formula: str, slope: str
) -> None:
    error = f"{2 * (float(activated) - 2):.4f}"
    note = (
        f"We take $x = 0.5$, $w = 0.6$, $y = 2$.\n\n$z = w x = 0.3$ and $a = {function}(z) = {activated}$, so with "
        f"$L = (a - y)^2$ we have $\\frac{{\\partial L}}{{\\partial a}} = 2(a - y) = {error}$ and "
        f"$\\delta = {formula} = {error}$.\n"
    )
    [mark] = [mark for mark in mark_note(note) if mark.verdict == "slip"]
    assert (mark.explanation, mark.how_sure) == (f"the slope left out ({slope})", "almost surely")
