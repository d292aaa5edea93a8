"""Derivatives of a note's own functions at a point: f'(2), dy/dx at x = 2, Newton's method."""

from __future__ import annotations

import mpmath
import pytest

from tinygrad_notes.number_systems import intervals
from tinygrad_notes.reading.formulas import Name, Number, renamed
from tinygrad_notes.reading.note import mark_note, read_note
from tinygrad_notes.reading.parsing import parsed
from tinygrad_notes.reading.slopes import NoSlopeError, slope
from tinygrad_notes.reading.token_groups import grouped
from tinygrad_notes.reading.tokens import tokens_of
from tinygrad_notes.reading.working_out import worked_out

CUBE = "Let $f(x) = x^3 + 2x$. "
PARABOLA = "$y = x^2 + 1$. "
AT = {
    "prime": CUBE + "$f'(2) = {}$",
    "prime with TeX's brackets": CUBE + r"$f^{{\prime}}\left(2\right) = {}$",
    "with numbers put in": CUBE + r"$f'(2) = 3 \cdot 4 + 2 = {}$",
    "of a given number": CUBE + "$x_0 = 2$, $f'(x_0) = {}$",
    "left and right": CUBE + r"$\left.\frac{{df}}{{dx}}\right|_{{x=2}} = {}$",
    "big bar": CUBE + r"$\frac{{df}}{{dx}}\Big|_{{x = 2}} = {}$",
    "rvert": CUBE + r"$\frac{{d f}}{{d x}}\bigg\rvert_{{x=2}} = {}$",
    "of two variables": r"$f(x, y) = x^3 y + 2x$. $\left.\frac{{\partial f}}{{\partial x}}\right|_{{x=2, y=1}} = {}$",
    "second": "Let $f(x) = x^4/12 + x^3/3 + 3x^2$. $f''(2) = {}$",
    "of a quantity": r"$y = x^3 + 2x$. $\left.\frac{{dy}}{{dx}}\right|_{{x=2}} = {}$",
    "prime of a quantity": "$y = x^3 + 2x$. $y'(2) = {}$",
}


@pytest.mark.parametrize("note", AT.values(), ids=AT)
@pytest.mark.parametrize(("number", "verdict"), [("14", "right"), ("15", "slip")])
def test_at_two(note: str, number: str, verdict: str) -> None:
    marks = [mark for mark in mark_note(note.format(number)) if mark.claimed == number]
    assert [mark.verdict for mark in marks] == [verdict]
    assert marks[0].from_above == pytest.approx(14.0)


def test_newton() -> None:
    note = "Let $f(x) = x^2 - 2$ and $x_0 = 1.5$. $x_1 = x_0 - \\frac{f(x_0)}{f'(x_0)} = 1.5 - 0.25/3 = {}$"
    for number, verdict in (("1.4167", "right"), ("1.4176", "slip")):
        assert mark_note(note.replace("{}", number))[-1].verdict == verdict


def test_what_has_no_formula_is_listed() -> None:
    for text in ("$f'(2) = 3$", r"$\left.\frac{dy}{dx}\right|_{x=2} = 3$", "$y = w x$, $y'(2) = 3$"):
        note = read_note(text)
        assert (note.marks, len(note.left)) == ([], 1), text


def test_a_product_with_a_derivative_stays_one() -> None:
    note = "$w = 2$, $L = w^2 = 4$, $dL/dw = 2w = 4$, $g = \\frac{dL}{dw}(1 - w) = 4 (1 - 2) = -4$"
    assert [mark.verdict for mark in mark_note(note)] == ["right"] * 3


FORMULAS = {
    "x^3 + 2x": lambda x: x**3 + 2 * x, r"\frac{1}{1 + e^{-x}}": lambda x: 1 / (1 + mpmath.exp(-x)),
    r"\sin(x^2)": lambda x: mpmath.sin(x**2), r"\ln(x)/x": lambda x: mpmath.log(x) / x, "2^x": lambda x: 2**x,
    "x^x": lambda x: x**x, r"\sqrt{x + 1}": lambda x: mpmath.sqrt(x + 1), r"-\tanh(3x)": lambda x: -mpmath.tanh(3 * x),
    r"\exp(-x^2/2)": lambda x: mpmath.exp(-(x**2) / 2), r"|x - 2|": lambda x: abs(x - 2), "1/2x^2": lambda x: x**2 / 2,
    r"\cos(x)^3": lambda x: mpmath.cos(x) ** 3, "(x - 3)(x + 1)": lambda x: (x - 3) * (x + 1),
}  # fmt: skip


@pytest.mark.parametrize(("text", "function"), FORMULAS.items(), ids=FORMULAS)
def test_slopes_against_mpmath(text: str, function: object) -> None:
    formula = parsed(grouped(tokens_of(text)))
    assert formula is not None
    at = {Name("x"): Number("0.7", 0, 0)}
    made = renamed(slope(formula, "x"), at.get)
    worked = intervals.as_interval(worked_out(made, lambda number: intervals.as_interval(float(number.written))))
    assert worked.lo == pytest.approx(float(mpmath.diff(function, mpmath.mpf("0.7"))), rel=1e-9)


@pytest.mark.parametrize("text", ["[x, 1]", "softmax(x)", r"\max(x, 1)"])
def test_no_slope_of_arrays(text: str) -> None:
    formula = parsed(grouped(tokens_of(text)))
    assert formula is not None
    with pytest.raises(NoSlopeError):
        slope(formula, "x")
