"""Tables of notes: what is a chain in them, and what is told instead."""

from __future__ import annotations

import pytest

from tinygrad_notes.reading.note import read_note

GIVEN = "Let $x = 2$, $w = 0.5$, $z = w x$ and $a = \\sigma(z)$.\n\n"


def table(*rows: str) -> str:
    head, *rest = [f"| {row} |" for row in rows]
    return "\n".join([head, "|--" * rows[0].count("|") + "|--|", *rest]) + "\n"


@pytest.mark.parametrize(
    ("note", "marks"),
    [
        (GIVEN + table("quantity | value", "z | 1.0", "a | 0.7311"), [("z", "1.0", 1), ("a", "0.7311", 1)]),
        (GIVEN + table("quantity | value", "z | 1.1"), [("z", "1.1", 0)]),
        (table("name | formula | value", "x | | 2", "w | given | 0.5", "z | w*x | 1.1"), [("z", "1.1", 0)]),
        (GIVEN + table("name | value | formula", "b | 3 | z + 2"), [("b", "3", 1)]),
        (table("name | value | formula", "x | 2 | ", "z | 7 | 3*x"), [("z", "7", 0)]),
        (GIVEN + table("op | forward | by", "z = w*x | 0.5*2 = 1 | dz/dw = x = 3"), [("z", "1", 1), ("dz/dw", "3", 0)]),
    ],
)  # fmt: skip
def test_a_row_is_a_chain(note: str, marks: list[tuple[str, str, int]]) -> None:
    found = [(mark.quantity, mark.claimed, int(mark.verdict == "right")) for mark in read_note(note).marks]
    assert found == marks


@pytest.mark.parametrize(
    "rows", [("w | x | z", "0.5 | 2 | 1.1", "0.5 | 3 | 1.5"), ("epoch | loss", "1 | 0.5", "2 | 0.25 %")]
)
def test_a_table_of_numbers_alone_is_told_once(rows: tuple[str, ...]) -> None:
    note = read_note(table(*rows))
    ((line, text),) = note.unread
    assert (line, note.marks) == (1, [])
    assert rows[0] in text
    assert rows[1] in text


def test_a_row_of_several_numbers_is_told() -> None:
    note = read_note(table("weight | before | gradient | after", "w1 | 0.5 | 0.2 | 0.48"))
    assert [line for line, _ in note.unread] == [3]


def test_a_number_that_stands_otherwise_above_is_told() -> None:
    note = read_note("Let $x = 2$, $z = 3 x = 6$.\n\n" + table("quantity | value", "z | 6.0", "z | 9"))
    assert [(mark.claimed, mark.verdict) for mark in note.marks] == [("6", "right")]
    assert note.unread == [(6, "z | 9")]


def test_rows_of_numbers_with_a_label_are_listed() -> None:
    note = read_note("| | w1 | w2 |\n|---|---|---|\n| before | 0.5 | 0.3 |\n| after | 0.4 | 0.2 |\n")
    assert not note.marks
    assert [text for _, text in note.unread] == ["| | w1 | w2 | … | before | 0.5 | 0.3 |"]


TABULAR = r"""
\begin{tabular}{l@{ }p{2cm}r}
  \toprule
  quantity & formula & result \\
  \midrule \cmidrule(lr){2-3}
  $x$ & & $1.5$ \\
  $w$ & & 2 \\
  $y$ & $w x$ & $\mathbf{ {} }$ \\[2pt]
  before & 0.5 & 0.3 \\ \hline
\end{tabular}
"""


@pytest.mark.parametrize(("number", "verdicts"), [("3.0", ["right"]), ("3.5", ["slip"])])
def test_a_tabular_is_read_row_by_row(number: str, verdicts: list[str]) -> None:
    note = read_note(f"{TABULAR.replace('{}', number)}\n$z = y + 1 = 4$", "latex")
    assert [mark.verdict for mark in note.marks] == [*verdicts, "right"]
    assert note.calculation_lines.splitlines() == ["x = 1.5", "w = 2", f"y = w*x   # {number}", "z = y + 1   # 4"]
    assert [one.reason for one in note.left] == ["a table of numbers alone"]


def test_a_tabular_that_nobody_closes() -> None:
    read_note("\\begin{tabular}{l} $z = 2 = 3$ & " * 2_000, "latex")
