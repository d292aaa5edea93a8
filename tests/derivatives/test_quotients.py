"""Difference quotients walking toward the derivative, and away again."""

import builtins
import math

import pytest

from tinygrad_notes import Value, functions
from tinygrad_notes.derivatives.quotients import DEFAULT_STEPS, METHODS, difference_quotient


def cubic(x):
    return x**3 - 2 * x


def test_quotients_are_what_the_definition_says() -> None:
    (row,) = difference_quotient(cubic, 2.0, [0.5]).rows
    f = lambda x: x**3 - 2 * x
    assert row.forward == (f(2.5) - f(2.0)) / 0.5
    assert row.central == (f(2.5) - f(1.5)) / 1.0
    assert row.complex_step == pytest.approx(f(2.0 + 0.5j).imag / 0.5, rel=1e-15)
    assert row.errors == (abs(row.forward - 10), abs(row.central - 10), abs(row.complex_step - 10))


def test_errors_fall_as_taylor_says_and_rise_as_rounding_says() -> None:
    walk = difference_quotient(functions.exp, 1.0)
    by_h = {row.h: row for row in walk.rows}
    e = math.e
    assert by_h[1e-3].errors[0] == pytest.approx(e / 2 * 1e-3, rel=1e-3)  # f″ h/2
    assert by_h[1e-3].errors[1] == pytest.approx(e / 6 * 1e-6, rel=1e-3)  # f‴ h²/6
    assert by_h[1e-3].errors[2] == pytest.approx(e / 6 * 1e-6, rel=1e-3)
    assert 1e-9 <= walk.best("forward").h <= 1e-7  # near the root of the rounding error
    assert 1e-6 <= walk.best("central").h <= 1e-4  # near its cube root
    assert by_h[1e-16].errors[0] > 1.0
    assert by_h[1e-16].errors[2] <= math.ulp(e)  # no difference, no rounding


def test_plain_functions_and_methods_serve_alike() -> None:
    for f in (lambda x: x.sin(), functions.sin):
        assert difference_quotient(f, 0.3).derivative == math.cos(0.3)


def test_the_table_shows_every_row_and_the_derivative() -> None:
    text = str(difference_quotient(cubic, 2.0))
    assert text.count("\n") == len(DEFAULT_STEPS) + 3
    assert text.endswith("f′(2) = 10")
    assert "| 1e-01 | 10.61 | 6.1e-01 |" in text


@pytest.mark.extras
def test_the_plot_has_a_line_per_method() -> None:
    import matplotlib
    from matplotlib import pyplot

    matplotlib.use("Agg")
    axes = difference_quotient(cubic, 2.0).plot()
    assert [line.get_label() for line in axes.get_lines()] == list(METHODS)
    assert difference_quotient(cubic, 1.0).plot(axes) is axes
    pyplot.close("all")


def test_without_matplotlib_the_error_says_what_to_install(monkeypatch) -> None:
    real = builtins.__import__

    def without_matplotlib(name, *rest):
        if name.startswith("matplotlib"):
            raise ImportError(name)
        return real(name, *rest)

    monkeypatch.setattr(builtins, "__import__", without_matplotlib)
    with pytest.raises(ImportError, match="pip install matplotlib"):
        difference_quotient(cubic, 2.0, [0.1]).plot()


@pytest.mark.parametrize("hs", [[0.0], [0.1, -0.1]])
def test_steps_must_be_above_zero(hs) -> None:
    with pytest.raises(ValueError, match="every step h must be above 0"):
        difference_quotient(cubic, 2.0, hs)


def test_where_complex_numbers_overflow_the_quotient_is_nan() -> None:
    (row,) = difference_quotient(lambda x: (1000 * x).exp(), 1.0, [0.1]).rows
    assert math.isnan(row.complex_step)


def test_the_function_may_close_over_a_value_and_be_asked_at_one() -> None:
    w = Value(2.0)
    walk = difference_quotient(lambda x: w * x * x, Value(1.0), [1e-3])
    assert (walk.derivative, w.grad) == (4.0, 0.0)


def test_nothing_flows_into_what_the_function_closes_over() -> None:
    w = Value(2.0)
    assert difference_quotient(lambda x: w.detach() * x, 1.0).derivative == 2.0
