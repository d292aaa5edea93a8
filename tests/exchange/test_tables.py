"""Sheets, marks and histories as tables, and formulas in LaTeX."""

import pytest

from tinygrad_notes import MLP, Value, gradients, latex, mark, work_through

SHEET = work_through(MLP.from_weights([[[0.5, -0.25]]], [[0.1]], activation="sigmoid"), [1.0, 2.0], [1.0])


def test_the_columns_of_a_sheet_and_of_marks():
    columns = SHEET.columns()
    assert len({len(column) for column in columns.values()}) == 1
    row = columns["number"].index("z1[0]")
    found = [columns[name][row] for name in ("phase", "formula", "in numbers", "value")]
    assert found == ["forward", "W1[0,0] · x[0] + W1[0,1] · x[1] + b1[0]", "0.5 · 1 + (-0.25) · 2 + 0.1", 0.1]
    marks = mark(SHEET, {"z1": ["0.1"], "a1": ["0.7"]})
    assert marks.columns()["verdict"] == ["right", "slip"]


@pytest.mark.extras
def test_data_frames():
    pandas = pytest.importorskip("pandas")
    table = SHEET.to_pandas()
    assert isinstance(table, pandas.DataFrame)
    assert table.set_index("number").loc["z1[0]", "value"] == 0.1
    marks = mark(SHEET, {"z1": ["0.1"], "a1": ["0.7"]}).to_pandas()
    assert marks["number"].tolist() == ["z1[0]", "a1[0]"]


def test_latex_of_values_gradients_and_lines():
    w, x = Value(0.5, label="w"), Value(3.0, label="x")
    y = functions_of(w, x)
    assert latex(y) == r"y = \tanh(w \cdot x)"
    assert latex(gradients(w * x * x, w)).count("x") == 2
    assert SHEET.latex("z1[0]") == r"z_{1}[0] = W_{1}[0,0] \cdot x[0] + W_{1}[0,1] \cdot x[1] + b_{1}[0]"
    assert latex(Value(0.5)) == "0.5"
    assert r"\write18" not in latex(Value(1.0, label=r"\write18{rm}") * 2)


def functions_of(w, x):
    y = (w * x).tanh()
    y.label = "y"
    return y
