"""Ranges, the numbers drawn from them, and what is asked of a page."""

from __future__ import annotations

import math
from decimal import Decimal
from pathlib import Path

import pytest

from tinygrad_notes.classroom.asking import Wish, questions
from tinygrad_notes.classroom.numbers import Unavoidable, UnfitError, draw_given, fitting_given, probes
from tinygrad_notes.classroom.ranges import read_range
from tinygrad_notes.classroom.secret import Draws
from tinygrad_notes.classroom.sources import Source, from_file, from_layers
from tinygrad_notes.errors import UnusableError, WorksheetError
from tinygrad_notes.worked.rounding import Precision
from tinygrad_notes.worked.sheet import NumbersOnPaper

LSTM = """\
# One step of an LSTM cell
x = 0.2 … 0.9
h0 = 0.1..0.9
c0 = 0.2 ... 0.8
W = [[-0.9 … 0.9, -0.9 … 0.9], [0.1 … 0.9, 0.5]]
f = sigmoid(W[0,0]*x + W[0,1]*h0)     # ?
g = tanh(W[1,0]*x + W[1,1]*h0)        # ?
c = f*c0 + (1 - f)*g                  # ?
L = 0.5*(c - 1)^2                     # ?
dL/dc = c - 1                         # ?
dL/df = dL/dc*(c0 - g)                # ?
"""
SOFTMAX = "z = [0.2 … 2.5, 0.2 … 2.5, -2.5 … -0.2]\ny = [0, 1, 0]\np = softmax(z)\nL = -sum(y*ln(p))\ndL/dz = p - y\n"


def source_of(folder: Path, text: str, name: str = "page.calc") -> Source:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return from_file(path)


@pytest.mark.parametrize(
    ("text", "count", "first", "last"),
    [
        ("0.1 … 0.9", 9, "0.1", "0.9"),
        ("0.1..0.9", 9, "0.1", "0.9"),
        ("0.1...0.9", 9, "0.1", "0.9"),
        ("0.10 … 0.20", 11, "0.10", "0.20"),
        ("-2 … 2", 5, "-2", "2"),
        ("−0.3…-0.1", 3, "-0.3", "-0.1"),
        ("1..9", 9, "1", "9"),
        ("0.1 … 0.9 step 0.2", 5, "0.1", "0.9"),
        ("-1 | 1", 2, "-1", "1"),
        ("0 | 0.5 | 1", 3, "0", "1"),
        (".1 … .3", 3, "0.1", "0.3"),
    ],
)
def test_ranges_as_people_write_them(text: str, count: int, first: str, last: str) -> None:
    choices = read_range(text).choices
    assert (len(choices), str(choices[0]), str(choices[-1])) == (count, first, last)


@pytest.mark.parametrize(
    "text", ["0.9 … 0.1", "a … b", "0.1 …", "… 0.9", "0 … 1 step 0", "0..1e9", "0.000001 … 9", "1 | x"]
)
def test_what_is_no_range_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"range|number"):
        read_range(text)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("x = 0.5\nz = x^2\n", "page.calc:1: no given has a range to draw from; write one, such as x = 0.1 … 0.9"),
        ("x = 0.9 … 0.1\nz = x^2\n", "page.calc:1: x: '0.9 … 0.1' holds no number"),
        ("x = [0.1 … 0.9\n", "page.calc:1: a bracket that opens in this line is never closed"),
    ],
)
def test_a_page_that_no_set_is_made_from_is_told_with_its_line(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(WorksheetError) as refused:
        source_of(tmp_path, text)
    assert says in str(refused.value)


def test_a_set_is_made_from_pages_alone(tmp_path: Path) -> None:
    with pytest.raises(UnusableError, match="a worksheet"):
        source_of(tmp_path, "x", "page.docx")


SOURCES = {
    "2-2-1 sigmoid": lambda _: from_layers([2, 2, 1], ["sigmoid"], "squared_error", 0.5, "W@x"),
    "3-3-2 tanh x@W": lambda _: from_layers([3, 3, 2], ["tanh"], "half_squared_error", 0.1, "x@W"),
    "2-3-1 relu": lambda _: from_layers([2, 3, 1], ["relu", "linear"], "squared_error", 0.5, "W@x"),
    "2-3 softmax": lambda _: from_layers([2, 3], ["softmax"], "cross_entropy", 0.5, "W@x"),
    "2-1 logistic": lambda _: from_layers([2, 1], ["sigmoid"], "binary_cross_entropy", 0.5, "W@x"),
    "lstm": lambda folder: source_of(folder, LSTM),
    "softmax": lambda folder: source_of(folder, SOFTMAX),
}  # fmt: skip


@pytest.mark.parametrize("name", SOURCES)
def test_in_the_numbers_every_mistake_can_show(tmp_path: Path, name: str) -> None:
    source = SOURCES[name](tmp_path)
    sheets = probes(source)
    asked, _ = questions(sheets, Wish())
    usual = Unavoidable.of(sheets)
    for student in range(4):
        given = fitting_given(source, asked, Draws(bytes([student])), usual)
        sheet = source.template.sheet(given)
        for name_, numbers in given.items():
            _check_given(name_, numbers)
        for question in asked:
            of_one_hot = name in ("2-3 softmax", "softmax")
            _check_asked(sheet, question.quantity, question.precision, zeros_stay=of_one_hot)


def _check_given(name: str, numbers: object) -> None:
    flat = _flat(numbers)
    if name == "y":
        return  # targets are 0 and 1, and may be
    assert 0.0 not in flat
    assert all(abs(number) != 1.0 for number in flat)
    if len(flat) <= 9:
        assert len(set(flat)) == len(flat)


def _check_asked(sheet: NumbersOnPaper, name: str, precision: Precision, *, zeros_stay: bool) -> None:
    for value in sheet.quantities[name].elements:
        number = value.data
        assert math.isfinite(number)
        assert number != 0.0 or zeros_stay
        if number and abs(number) != 1.0:
            exact = Decimal(number)
            digits = f"{exact:.{(precision.digits or 1) - 1}e}"
            assert float(digits) not in (0.0, 1.0, -1.0)
            unit = Decimal(1).scaleb(int(digits.partition("e")[2]) - (precision.digits or 1) + 1)
            assert abs(abs(exact / unit) % 1 - Decimal("0.5")) > Decimal("0.002")  # no tie of rounding


def _flat(numbers: object) -> list[float]:
    return [one for part in numbers for one in _flat(part)] if isinstance(numbers, list) else [float(numbers)]  # type: ignore[arg-type]


def test_numbers_are_the_same_on_every_machine() -> None:
    source = from_layers([2, 2, 1], ["sigmoid"], "squared_error", 0.5, "W@x")
    assert draw_given(source.specs, Draws(b"fixed")) == {
        "x": [0.4, 0.3],
        "y": [0.1],
        "W1": [[0.5, 0.7], [0.2, 0.6]],
        "b1": [0.3, 0.1],
        "W2": [[0.8, -0.9]],
        "b2": [0.2],
    }


def test_a_page_that_always_hides_something_is_refused_with_the_reason(tmp_path: Path) -> None:
    source = source_of(tmp_path, "x = 0.1 … 0.9\nz = 0.0001*x\n")
    sheets = probes(source)
    asked, _ = questions(sheets, Wish(precision=Precision(decimals=2)))
    with pytest.raises(UnfitError) as refused:
        fitting_given(source, asked, Draws(b"x"), Unavoidable.of(sheets))
    assert "z is 0 when it is rounded to 2 decimals; ask it to significant digits" in str(refused.value)


def test_units_may_be_off_where_that_is_wanted() -> None:
    source = from_layers([2, 4, 1], ["relu"], "squared_error", 0.5, "W@x")
    sheets = probes(source, dead_units=True)
    asked, _ = questions(sheets, Wish())
    usual = Unavoidable.of(sheets)
    givens = [fitting_given(source, asked, Draws(bytes([i])), usual, dead_units=True) for i in range(8)]
    assert any(source.template.sheet(given)["a1"][j].data == 0.0 for given in givens for j in range(4))


@pytest.mark.parametrize(
    ("ask", "asked", "told"),
    [
        ((), ["z1", "a1", "z2", "a2", "C", "dC/da2", "slope2", "delta2", "dC/dW2", "dC/da1", "slope1", "delta1",
              "dC/dW1", "W2_new", "b2_new", "W1_new", "b1_new"], 0),
        (("z", "a", "delta", "dC/dW", "W_new"),
         ["z1", "a1", "z2", "a2", "delta2", "dC/dW2", "delta1", "dC/dW1", "W2_new", "W1_new"], 0),
        (("δ", "∂L/∂W"), ["delta2", "dC/dW2", "delta1", "dC/dW1"], 0),
        (("z1", "z", "C"), ["z1", "z2", "C"], 0),
        (("delta", "dC/db"), ["delta2", "delta1"], 2),
        (("back", "dC/da"), ["dC/da2", "back1"], 1),
    ],
)  # fmt: skip
def test_what_is_asked(ask: tuple[str, ...], asked: list[str], told: int) -> None:
    sheets = probes(from_layers([2, 2, 1], ["sigmoid"], "squared_error", 0.5, "W@x"))
    found, remarks = questions(sheets, Wish(ask))
    assert [question.quantity for question in found] == asked
    assert len(remarks) == told


def test_precision_and_points_of_single_quantities() -> None:
    sheets = probes(from_layers([2, 2, 1], ["sigmoid"], "squared_error", 0.5, "W@x"))
    wish = Wish(
        ("z", "delta", "dC/dW"), Precision(4), {"delta": Precision(decimals=3), "z1": Precision(2)}, {"dC/dW": 5.0}
    )
    found, _ = questions(sheets, wish)
    assert {one.quantity: (str(one.precision), one.points) for one in found} == {
        "z1": ("2 significant digits", 2.0),
        "z2": ("4 significant digits", 1.0),
        "delta2": ("3 decimals", 1.0),
        "dC/dW2": ("4 significant digits", 5.0),
        "delta1": ("3 decimals", 2.0),
        "dC/dW1": ("4 significant digits", 5.0),
    }  # fmt: skip


def test_an_unknown_quantity_is_told_with_what_there_is() -> None:
    sheets = probes(from_layers([2, 1], ["sigmoid"], "squared_error", 0.5, "W@x"))
    with pytest.raises(ValueError, match="unknown quantity 'zeta'"):
        questions(sheets, Wish(("zeta",)))


WORKSHEET = """\
[network]
activation = "sigmoid"
loss = "squared_error"
learning_rate = 0.5
x = [{x}, 0.4]
y = [1]
[[network.layer]]
W = [[0.5, -0.5]]
b = [0.1]
[claims]
z1 = ["?"]
"""


@pytest.mark.parametrize(("x", "drawn"), [("1.0", {"x", "W1", "b1"}), ('"0.1 … 0.9"', {"x"})])
def test_a_worksheet_is_drawn_anew_or_where_it_has_ranges(tmp_path: Path, x: str, drawn: set[str]) -> None:
    source = source_of(tmp_path, WORKSHEET.replace("{x}", x), "page.toml")
    givens = [draw_given(source.specs, Draws(bytes([i]))) for i in range(8)]
    assert {name for name in givens[0] if any(given[name] != givens[0][name] for given in givens)} == drawn
    assert all(given["y"] == [1.0] for given in givens)
    if len(drawn) == 1:
        assert all((given["x"][1], given["W1"]) == (0.4, [[0.5, -0.5]]) for given in givens)
