"""Formulas in index notation and of vectors and matrices, judged without numbers; each planted error is named."""

from __future__ import annotations

import pytest

from tinygrad_notes.reading.note import read_note
from tinygrad_notes.reading.note_file import NoteFile
from tinygrad_notes.reading.note_page import note_page

COLUMNS = r"""
$$z_1 = W_1 x + b_1, \qquad a_1 = \sigma(z_1)$$
$$z_2 = W_2 a_1 + b_2, \qquad a_2 = \sigma(z_2)$$
$$C = \frac{1}{2} \|a_2 - y\|^2$$
$$\delta_2 = \frac{\partial C}{\partial z_2} = (a_2 - y) \odot \sigma'(z_2)$$
$$\delta_1 = \frac{\partial C}{\partial z_1} = (W_2^T \delta_2) \odot \sigma'(z_1)$$
$$\frac{\partial C}{\partial W_2} = \delta_2 a_1^T, \quad \frac{\partial C}{\partial b_2} = \delta_2$$
$$\frac{\partial C}{\partial W_1} = \delta_1 x^T$$
"""
ROWS = """
Z = X W1 and H = tanh(Z), P = H W2, L = sum((P - Y)^2)
dL/dP = 2(P - Y)
dL/dW2 = H^T dL/dP
dL/dH = dL/dP W2^T
dL/dZ = dL/dH ⊙ (1 - H ⊙ H)
dL/dW1 = X^T dL/dZ
"""
INDICES = r"""
Salidas $o_k = \sigma(net_k)$ con $net_k = \sum_j w_{jk} h_j$ y $E = \frac12 \sum_k (t_k - o_k)^2$.
$$\frac{\partial E}{\partial o_k} = -(t_k - o_k)$$
$$\delta_k = \frac{\partial E}{\partial net_k} = -(t_k - o_k) o_k (1 - o_k)$$
$$\frac{\partial E}{\partial w_{jk}} = \delta_k h_j$$
$$\frac{\partial E}{\partial h_j} = \sum_k \delta_k w_{jk}$$
"""
TWO_LAYERS = r"""
$$a_j = \sigma(z_j), \quad z_j = \sum_i w_{ji} a_i + b_j$$
$$\delta_j = \frac{\partial C}{\partial z_j}$$
$$\frac{\partial C}{\partial w_{ji}} = \delta_j a_i, \quad \frac{\partial C}{\partial b_j} = \delta_j$$
$$\frac{\partial C}{\partial a_i} = \sum_j w_{ji} \delta_j$$
"""
VECTORS_AS_ROWS = r"""
Die Zeile $z = x W + b$ und $a = \sigma(z)$.
$$\frac{\partial L}{\partial z} = \frac{\partial L}{\partial a} \odot a \odot (1 - a)$$
$$\frac{\partial L}{\partial W} = x^T \frac{\partial L}{\partial z}$$
$$\frac{\partial L}{\partial x} = \frac{\partial L}{\partial z} W^T$$
"""
LAYERS = r"""
$z^l = w^l a^{l-1} + b^l$ and $a^l = \sigma(z^l)$ for every layer.
$$\delta^l = \frac{\partial C}{\partial z^l} = ((w^{l+1})^T \delta^{l+1}) \odot \sigma'(z^l)$$
"""
LAYERS_BY_INDEX = r"""
$$z^l_j = \sum_k w^l_{jk} a^{l-1}_k + b^l_j, \quad a^l_j = \sigma(z^l_j)$$
$$\delta^l_j \equiv \frac{\partial C}{\partial z^l_j}$$
$$\frac{\partial C}{\partial b^l_j} = \delta^l_j, \quad \frac{\partial C}{\partial w^l_{jk}} = a^{l-1}_k \delta^l_j$$
"""
LAST_LAYER = r"""
$C_0 = (a^{(L)} - y)^2$, $z^{(L)} = w^{(L)} a^{(L-1)} + b^{(L)}$, $a^{(L)} = \sigma(z^{(L)})$
$$\frac{\partial C_0}{\partial b^{(L)}} = \sigma'(z^{(L)}) 2(a^{(L)} - y)$$
$$\frac{\partial C_0}{\partial a^{(L-1)}} = w^{(L)} \sigma'(z^{(L)}) 2(a^{(L)} - y)$$
"""
SOFTMAX = r"""
$p_i = \frac{e^{z_i}}{\sum_j e^{z_j}}$ and $L = -\sum_i y_i \ln p_i$.
$$\frac{\partial p_i}{\partial z_j} = p_i (\delta_{ij} - p_j)$$
$$\frac{\partial L}{\partial p_i} = -\frac{y_i}{p_i}$$
"""
ENTRIES = """
V = [
  v11  v12
  v21  v22
]

e₂ = [e_p1, e_p2]

q1: error sent back = e_p1 * v11 + e_p2 * v12
q2: error sent back = e_p1 * v21 + e_p2 * v22

e_q1 = (e_p1*v11 + e_p2*v12) * σ′(s_q1)
e_q2 = (e_p1*v21 + e_p2*v22) * σ′(s_q2)

e₂ Vᵀ = [e_p1*v11 + e_p2*v12, e_p1*v21 + e_p2*v22]

e₁ = (e₂ Vᵀ) ⊙ σ′(s₁)
"""

JUDGED = {
    COLUMNS: ["dC/dz2", "dC/dz1", "dC/dW2", "dC/db2", "dC/dW1"],
    ROWS: ["dL/dP", "dL/dW2", "dL/dH", "dL/dZ", "dL/dW1"],
    INDICES: ["dE/do_k", "dE/dnet_k", "dE/dw_jk", "dE/dh_j"],
    TWO_LAYERS: ["dC/dw_ji", "dC/db_j", "dC/da_i"],
    VECTORS_AS_ROWS: ["dL/dz", "dL/dW", "dL/dx"],
    LAYERS: ["dC/dz_l"],
    LAYERS_BY_INDEX: ["dC/db_l_j", "dC/dw_l_jk"],
    LAST_LAYER: ["dC0/db_L", "dC0/da_L_minus_1"],
    SOFTMAX: ["dp_i/dz_j", "dL/dp_i"],
    ENTRIES: ["back", "back", "e_q1", "e_q2", "e2@V.T", "e1"],
}
PLANTED = [  # note, what stands there, what is planted, and which formula is wrong then
    (COLUMNS, r"(W_2^T \delta_2)", r"(W_2 \delta_2)", "dC/dz1"),
    (COLUMNS, r"\delta_1 x^T", r"x \delta_1^T", "dC/dW1"),
    (COLUMNS, "(a_2 - y)", "(y - a_2)", "dC/dz2"),
    (COLUMNS, r"\odot \sigma'(z_1)", r"\odot \sigma(z_1)", "dC/dz1"),
    (COLUMNS, r"= \delta_2$", r"= 2\delta_2$", "dC/db2"),
    (ROWS, "2(P - Y)", "P - Y", "dL/dP"),
    (ROWS, "dL/dP W2^T", "dL/dP W2", "dL/dH"),
    (ROWS, "1 - H ⊙ H", "1 - H", "dL/dZ"),
    (INDICES, "= -(t_k - o_k)$", "= (t_k - o_k)$", "dE/do_k"),
    (INDICES, r"\delta_k h_j", r"\delta_j h_k", "dE/dw_jk"),
    (INDICES, r"\sum_k \delta_k w_{jk}", r"\sum_k \delta_k w_{kj}", "dE/dh_j"),
    (INDICES, "o_k (1 - o_k)", "(1 - o_k)", "dE/dnet_k"),
    (TWO_LAYERS, r"\delta_j a_i", r"-\delta_j a_i", "dC/dw_ji"),
    (TWO_LAYERS, r"\delta_j = \frac", r"\delta_i = \frac", "δ_i"),
    (VECTORS_AS_ROWS, r"z} W^T", "z} W", "dL/dx"),
    (LAYERS, r"\odot \sigma'", r"\odot \sigma", "dC/dz_l"),
    (LAYERS_BY_INDEX, r"a^{l-1}_k \delta^l_j", r"a^{l-1}_j \delta^l_k", "dC/dw_l_jk"),
    (LAST_LAYER, r"= w^{(L)} \sigma'(z^{(L)}) 2(", r"= w^{(L)} \sigma'(z^{(L)}) (", "dC0/da_L_minus_1"),
    (SOFTMAX, r"\delta_{ij} - p_j", r"\delta_{ij} + p_j", "dp_i/dz_j"),
    (SOFTMAX, r"= -\frac{y_i}{p_i}", r"= \frac{y_i}{p_i}", "dL/dp_i"),
    (ENTRIES, "e_p1 * v21", "e_p1 * v12", "back"),
    (ENTRIES, "(e_p1*v21 + e_p2*v22)", "(e_p1*v21 - e_p2*v22)", "e_q2"),
    (ENTRIES, "v12) * σ′(s_q1)", "v12) * σ′(s_q2)", "e_q1"),
    (ENTRIES, "v11 + e_p2*v12, e", "v11, e", "e2@V.T"),
    (ENTRIES, "(e₂ Vᵀ)", "(e₂ V)", "e1"),
]


def judged(text: str) -> list[tuple[str, bool]]:
    return [(mark.quantity, mark.is_right) for mark in read_note(text).general_formulas]


@pytest.mark.parametrize(
    "text",
    JUDGED,
    ids=[
        "columns",
        "rows",
        "indices",
        "two layers",
        "vectors as rows",
        "layers",
        "layers by index",
        "last layer",
        "softmax",
        "entries",
    ],
)
def test_right_formulas_are_judged_and_none_is_wrong(text: str) -> None:
    assert judged(text) == [(quantity, True) for quantity in JUDGED[text]]
    note = read_note(text)
    assert (note.exit_status, note.unread) == (0, [])


@pytest.mark.slow
@pytest.mark.parametrize(("text", "right", "planted", "quantity"), PLANTED)
def test_a_planted_error_is_named_and_nothing_else(text: str, right: str, planted: str, quantity: str) -> None:
    assert right in text
    assert {name for name, is_right in judged(text.replace(right, planted, 1)) if not is_right} == {quantity}


@pytest.mark.parametrize(("text", "right", "planted", "quantity"), [PLANTED[0], PLANTED[10], PLANTED[17]])
def test_one_error_of_each_notation_is_named(text: str, right: str, planted: str, quantity: str) -> None:
    assert [name for name, is_right in judged(text.replace(right, planted, 1)) if not is_right] == [quantity]


def test_the_page_has_each_formula_with_its_verdict_and_cause() -> None:
    note = read_note(COLUMNS.replace(r"(W_2^T \delta_2)", r"(W_2 \delta_2)"))
    page = note_page(NoteFile(None, "markdown", note), "formulas")
    assert (page.count('<mtext class="sign right">'), page.count('<mtext class="sign wrong">')) == (4, 1)
    assert "wrong for any numbers</span><br>a matrix transposed (put right by W2)" in page
    assert "<small>line 6</small>" in page


@pytest.mark.parametrize(
    "text",
    [
        r"$\delta_1 = (W_2 \delta_2) \odot \sigma'(z_1)$",  # of a network that nobody wrote down
        r"$z = W x$ and $u = x V$, $\frac{\partial L}{\partial W} = x \frac{\partial L}{\partial z}^T$",  # of both
        r"$s = \sum_{k \neq j} w_k x_k$ and $\frac{\partial s}{\partial x_j} = 0$",  # a part of a sum
        r"$L = -\log p_k$ and $z_j = \sum_i w_{ji} x_i$",  # k is the class
        r"$z_j = w_{ij} x_i$ with $s = \sum_i x_i$",  # a sum that is not written
    ],
)
def test_what_is_open_is_not_judged(text: str) -> None:
    assert [quantity for quantity, is_right in judged(text) if not is_right] == []


@pytest.mark.parametrize(
    ("text", "wrong", "left"),
    [
        (
            "z = [1, 2], y = [0, 1]. $L = \\sum (z - y)^2 = 3$, $\\frac{\\partial L}{\\partial z} = [2, 2.1]$",
            ["3", "2.1"],
            0,
        ),
        ("z = [1, 2], y = [0, 1]. L = ½ Σ(z − y)² = 1, $m = \\frac12 \\sum z + 1 = 2.5$", [], 0),
        ("z = 2, y = 1. $L = \\sum (z - y)^2 = 3$, $q = L + 1 = 4$", [], 1),  # over which examples?
    ],
)
def test_a_sum_without_an_index_is_over_the_elements(text: str, wrong: list[str], left: int) -> None:
    note = read_note(text)
    assert [mark.claimed for mark in note.marks if mark.verdict in ("slip", "misprint")] == wrong
    assert note.counts()["left"] == left
