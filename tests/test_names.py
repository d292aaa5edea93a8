"""Names: what a label stands for, and each of the ways to write it."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tinygrad_notes.names import Name, split_index
from tinygrad_notes.number_systems.latex import escaped
from tinygrad_notes.worked.names import read_name

C, L, w = Name("C"), Name("L"), Name("w")

NAMES = [  # label, what it stands for, in textbooks, with subscripts, in LaTeX
    ("z1[0]", Name("z", 1, (0,)), "z1[0]", "z_{1}[0]"),
    ("delta12[3,0]", Name("delta", 12, (3, 0)), "δ12[3,0]", r"\delta_{12}[3,0]"),
    ("slope1[0]", Name("slope", 1, (0,)), "σ'(z1[0])", r"\sigma'(z_{1}[0])"),
    ("back1", Name("back", 1), "back1", r"\text{back}_{1}"),
    ("W1_new[0,2]", Name("W", 1, (0, 2), 1), "W1_new[0,2]", r"W_{1}^{\text{new}}[0,2]"),
    ("b2_new3", Name("b", 2, (), 3), "b2_new3", r"b_{2}^{\text{new 3}}"),
    ("dC/dW2[0,1]", Name(of=C, by=(Name("W", 2),), index=(0, 1)), "∂C/∂W2[0,1]",
     r"\frac{\partial C}{\partial W_{2}[0,1]}"),
    ("dL/dWhh[0,1]", Name(of=L, by=(Name("Whh"),), index=(0, 1)), "∂L/∂Whh[0,1]",
     r"\frac{\partial L}{\partial \text{Whh}[0,1]}"),
    ("d2L/dw2", Name(of=L, by=(w, w)), "∂²L/∂w²", r"\frac{\partial^{2} L}{\partial w^{2}}"),
    ("d2L/dw1 dw2", Name(of=L, by=(Name("w", 1), Name("w", 2))), "∂²L/∂w1 ∂w2",
     r"\frac{\partial^{2} L}{\partial w_{1} \partial w_{2}}"),
    ("d3L/dw1^2 db", Name(of=L, by=(Name("w", 1), Name("w", 1), Name("b"))), "∂³L/∂w1² ∂b",
     r"\frac{\partial^{3} L}{\partial w_{1}^{2} \partial b}"),
    ("dy[1]/dx[0]", Name(of=Name("y", index=(1,)), by=(Name("x"),), index=(0,)), "∂y[1]/∂x[0]",
     r"\frac{\partial y[1]}{\partial x[0]}"),
    ("dz2/da1", Name(of=Name("z", 2), by=(Name("a", 1),)), "∂z2/∂a1", r"\frac{\partial z_{2}}{\partial a_{1}}"),
    ("h1", Name("h", 1), "h1", "h_{1}"),
    ("Whh_2[1,0]", Name("Whh_2", index=(1, 0)), "Whh_2[1,0]", r"\text{Whh}_{2}[1,0]"),
    ("x'", Name("x'"), "x'", "x'"),
    ("theta", Name("theta"), "theta", r"\theta"),
    ("learning_rate", Name("learning_rate"), "learning_rate", r"\text{learning\_rate}"),
    ("z01", Name("z01"), "z01", r"\text{z01}"),
    ("x[i]", Name("x[i]"), "x[i]", r"\text{x{[}i{]}}"),
    ("price per kg", Name("price per kg"), "price per kg", r"\text{price per kg}"),
]  # fmt: skip


@pytest.mark.parametrize(("label", "name", "textbook", "latex"), NAMES)
def test_a_name_is_read_from_its_label_and_written_in_three_ways(label, name, textbook, latex) -> None:
    assert Name.parse(label) == name
    assert str(name) == label
    assert (name.textbook, name.latex(escaped)) == (textbook, latex)


@pytest.mark.parametrize(
    ("spelling", "label"),
    [
        ("δ2", "delta2"),
        ("∂C/∂W1[0,2]", "dC/dW1[0,2]"),
        ("σ'(z2[0])", "slope2[0]"),
        ("d2L/dw1dw2", "d2L/dw1 dw2"),
        ("d2f/dxdy", "d2f/dx dy"),
        ("d2L/dhidden2", "d2L/dhidden2"),
        ("∂²L/∂w²", "d2L/dw2"),
        ("d2L/dw^2", "d2L/dw2"),
    ],
)
def test_labels_in_the_letters_of_textbooks_are_the_same_names(spelling: str, label: str) -> None:
    assert Name.parse(spelling) == Name.parse(label)
    assert str(Name.parse(spelling)) == label


labels = st.text() | st.from_regex(r"\A[dW∂δ][a-z0-9'_/\[\],²^dnew ]{0,14}\Z")


@given(labels)
@example("[0]")
@example("z²")
@example("x[٣]")
@example("dC/dx/dy")
@example("W1_new1")
@example("1" * 5000)
def test_every_text_is_a_name_and_comes_back_from_its_spellings(label: str) -> None:
    name = Name.parse(label)
    assert Name.parse(str(name)) == name == Name.parse(name.textbook)
    assert hash(Name.parse(str(name))) == hash(name)
    stem, index = split_index(label)
    assert stem == label if index == () else index == name.index
    in_latex = name.latex(escaped).replace(r"\{", "").replace(r"\}", "")
    assert in_latex.count("{") == in_latex.count("}")
    assert read_name(label) is not None


def test_parts_of_a_quantity_and_its_relatives() -> None:
    entry = Name.parse("dC/dW1[0,2]")
    assert (entry.kind, entry.layer, entry.index) == ("dC/dW", 1, (0, 2))
    assert str(entry.quantity) == "dC/dW1"
    assert str(entry.transposed) == str(entry.in_other_convention) == "dC/dW1[2,0]"
    assert str(entry.in_layer(2)) == "dC/dW2[0,2]"
    assert str(entry.updated) == "dC/dW1_new[0,2]"
    assert str(Name.parse("a2[1]").like("dC/da")) == "dC/da2[1]"
    assert str(Name.parse("W1_new[0,2]").updated) == "W1_new2[0,2]"
    assert Name.parse("delta1[0,2]").in_other_convention == Name.parse("delta1[0,2]")
    assert Name.parse("W").transposed == Name.parse("W")


@pytest.mark.parametrize(
    ("label", "of_the_cost"),
    [("dC/da1", True), ("delta1", True), ("back1", True), ("dL/dw", True), ("da1/dz1", False), ("W1_new", False)],
)
def test_derivatives_of_the_cost_are_told_from_others(label: str, of_the_cost: bool) -> None:
    assert Name.parse(label).is_of_the_cost is of_the_cost
