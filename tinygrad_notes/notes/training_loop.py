"""Note D: what backpropagation is, with a number behind every word.

The note describes the loop forward pass → loss → backward pass → update in words. Here the same loop runs on the
smallest network there is, one neuron with one weight and one bias, and each term of the note's glossary points
at the number that it means.
"""

from __future__ import annotations

from collections.abc import Callable

from tinygrad_notes.names import textbook
from tinygrad_notes.nn import MLP
from tinygrad_notes.worked import Sheet, work_through
from tinygrad_notes.worked.formulas import number
from tinygrad_notes.worked.pages import HEADER, row_of
from tinygrad_notes.worked.report import Heading, Paragraph, Report, Table, cell

X, Y, LEARNING_RATE = [1.5], [1.0], 0.5


def network() -> MLP:
    """One sigmoid neuron: ŷ = σ(W x + b)."""
    return MLP.from_weights([[[-0.4]]], [[0.1]], activation="sigmoid")


def loop(rounds: int = 5) -> list[Sheet]:
    """So many rounds of the loop, a sheet each; every round starts from the weights that the last one ended with.

    Example:
        >>> [round(sheet["C"].data, 3) for sheet in loop(3)]
        [0.387, 0.256, 0.164]
    """
    sheets: list[Sheet] = []
    learner = network()
    for _ in range(rounds):
        sheet = work_through(learner, X, Y, loss="squared_error", learning_rate=LEARNING_RATE)
        sheets.append(sheet)
        weight, bias = sheet["W1_new[0,0]"].data, sheet["b1_new[0]"].data
        learner = MLP.from_weights([[[weight]]], [[bias]], activation="sigmoid")
    return sheets


GLOSSARY = [  # term, what it means, the labels of the numbers that it points at
    ("forward pass", "From the input to the answer ŷ, layer by layer.", ["z1[0]", "a1[0]"]),
    ("loss function", "How wrong the answer is, as one number.", ["C"]),
    (
        "backpropagation",
        (
            "From the loss back along the same connections, one local slope after the other. As a good teacher does, "
            "it says which step went wrong, and by how much."
        ),
        ["dC/da1[0]", "slope1[0]", "delta1[0]"],
    ),
    (
        "chain rule",
        "Slopes along a path are multiplied: ∂C/∂W = ∂C/∂a · σ'(z) · x, the first two of which are δ already.",
        ["dC/dW1[0,0]", "dC/db1[0]"],
    ),
    (
        "gradient descent",
        (
            "The gradient points uphill, so each weight takes a step against it, of the length that η allows. That "
            "step is the weight update."
        ),
        ["W1_new[0,0]", "b1_new[0]"],
    ),
]


def pictures() -> dict[str, Callable[[], str]]:
    """By file name, what draws the loop with the numbers of its first round and where the loss goes from there."""
    return {"loop.svg": _picture}


def _picture() -> str:
    from tinygrad_notes.draw import draw_loop

    return draw_loop(loop()).svg


def report(digits: int = 6, rounds: int = 5) -> Report:
    """The glossary with its numbers, and the loop going round."""
    sheets = loop(rounds)
    page = Report(
        [
            Heading("Note D. The loop: forward, loss, backward, update"),
            Paragraph(
                f"One neuron, ŷ = a1 = σ(W1 x + b1), with x = {number(X[0])}, W1 = -0.4, b1 = 0.1. The right answer is "
                f"y = {number(Y[0])}, the loss C = (ŷ - y)², the learning rate η = {number(LEARNING_RATE)}. "
                "Each word, and its numbers in the first round:"
            ),
        ]
    )
    for term, meaning, labels in GLOSSARY:
        rows = [row_of(sheets[0][label], digits) for label in labels]
        page.blocks += [Heading(term.capitalize()), Paragraph(meaning), Table(HEADER, rows, numeric=(2,))]
    turns = [
        [cell(str(turn)), *(cell(number(sheet[label].data, digits)) for label in _SHOWN)]
        for turn, sheet in enumerate(sheets, start=1)
    ]
    page.blocks += [
        Heading("The loop goes round"),
        Table(["round", *map(textbook, _SHOWN)], turns, numeric=range(6)),
        Paragraph("Every round the answer is less wrong, the blame smaller, and the step shorter."),
    ]
    return page


_SHOWN = ["a1[0]", "C", "delta1[0]", "dC/dW1[0,0]", "W1_new[0,0]"]
