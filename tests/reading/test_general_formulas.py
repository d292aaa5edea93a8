"""Formulas without numbers, judged at random numbers: what is right, what is wrong, and what cannot be said."""

from __future__ import annotations

import pytest

from tinygrad_notes.reading.note import read_note
from tinygrad_notes.reading.note_file import NoteFile
from tinygrad_notes.reading.note_report import note_report

NEURON = r"""
$$C = (a - y)^2$$

$$a = \sigma(z)$$

$$z = w x + b$$

"""
CHAIN = r"$\delta = \frac{\partial L}{\partial z}$ with $z = w a + b$. "


def judged(text: str) -> list[tuple[str, bool]]:
    return [(mark.quantity, mark.is_right) for mark in read_note(text).general_formulas]


@pytest.mark.parametrize(
    ("text", "quantity", "is_right"),
    [
        (r"$$\sigma'(z) = \sigma(z)(1 - \sigma(z))$$", "sigmoid'(z)", True),
        (r"$$\sigma'(z) = \sigma(z)(1 + \sigma(z))$$", "sigmoid'(z)", False),
        (r"$$\frac{d\sigma}{dx} = \sigma(1 - \sigma)$$", "dσ/dx", True),
        (r"$$\frac{d\sigma}{dx} = \sigma(x)(1 - \sigma(x))$$", "dσ/dx", True),
        (r"$$\frac{d\sigma}{dx} = \sigma (1 + \sigma)$$", "dσ/dx", False),
        ("tanh'(z) = 1 - tanh(z)^2\n", "tanh'(z)", True),
        ("f(x) = x^3 and f'(x) = 3x^2.\n", "df/dx", True),
        (r"$f(x) = x^3$ and $f'(x) = 2x^2$", "df/dx", False),
        ("$(a + b)^2 = a^2 + 2ab + b^2$", "(a + b)^2", True),
        (NEURON + r"$$\frac{\partial C}{\partial z} = 2(a-y)a(1-a)$$", "dC/dz", True),
        (NEURON + r"$$\frac{\partial C}{\partial w} = 2(a-y)\sigma'(z) x$$", "dC/dw", True),
        (NEURON + r"$$\frac{\partial C}{\partial w} = 2(a-y)\sigma'(z) w$$", "dC/dw", False),
        (NEURON + r"$$\frac{\partial C}{\partial b} = (a-y)\sigma'(z)$$", "dC/db", False),
        (CHAIN + r"So $\frac{\partial L}{\partial w} = \delta a$.", "dL/dw", True),
        (CHAIN + r"So $\frac{\partial L}{\partial a} = \delta b$.", "dL/da", False),
        (r"$\frac{\partial L}{\partial w} = \frac{\partial L}{\partial a} \frac{da}{dw}$", "dL/dw", True),
        (r"$w := w - \eta \frac{\partial L}{\partial w}$", "w", True),
        (r"$w := w + \eta \frac{\partial L}{\partial w}$", "w", False),
        (r"$w_1 := w_1 - \eta \frac{\partial L}{\partial w_2}$", "w1", False),
        (r"$\Delta w = -\eta \cdot \frac{\partial L}{\partial w}$", "Δw", True),
        (r"$b^{new} = b + \alpha \frac{\partial L}{\partial b}$", "b_new", False),
    ],
)  # fmt: skip
def test_a_formula_is_judged(text: str, quantity: str, is_right: bool) -> None:
    note = read_note(text)
    assert (quantity, is_right) in judged(text)
    assert note.exit_status == (0 if is_right else 1)
    assert note.counts()["left"] == 0


@pytest.mark.parametrize(
    "text",
    [
        r"$J(\theta + \epsilon) = J(\theta) + \epsilon J'(\theta)$",  # a function that nobody defines
        r"$\frac{\partial L}{\partial w} = \delta x$",  # nothing says what δ is
        NEURON + r"$$\frac{\partial C}{\partial w} = \delta x$$",
        r"$\frac{\partial L}{\partial a} = 2(a - y)$",  # nor what L is
        r"$\theta \leftarrow \theta + \alpha \frac{\partial J}{\partial \theta}$ maximizes the reward",
        r"$w_2 = w_1 + \eta \frac{\partial L}{\partial w_1}$",  # two weights, or one weight twice
        r"$\delta_1 = (W_2^T \delta_2) \odot \sigma'(z_1)$",  # matrices
        "$w^2 = 2w$ and $3x = x + 4$",  # equations
        r"$y = w \cdot x = w_1 x_1 + w_2 x_2$",  # vectors
        "$E = P t = 350 W \\cdot 3 h$",  # numbers put in
        r"$L = \text{Loss}(y, \hat y)$, $\hat y = f(X; W)$",
    ],
)
def test_nothing_is_said_of_what_the_note_leaves_open(text: str) -> None:
    assert judged(text) == []


def test_the_report_says_which_formula_is_wrong_and_why() -> None:
    note = read_note(NEURON + r"$$\frac{\partial C}{\partial w} = 2(a-y)\sigma'(z) w$$")
    report = note_report(NoteFile(None, "markdown", note)).plain()
    assert "line 8" in report
    assert "WRONG" in report
    assert "another number taken (w for" in report
    assert note.as_json()["general_formulas"][0]["line"] == 8
