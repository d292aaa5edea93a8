"""An expression read by way of its shape is read as the parser alone reads it."""

from __future__ import annotations

import random

import pytest

from tinygrad_notes.worked.calculation import parsing
from tinygrad_notes.worked.calculation.broken import LineError
from tinygrad_notes.worked.calculation.shapes import by_shape

PIECES = [
    "a",
    "b1",
    "dL/dw",
    "dw",
    "2",
    "0.5",
    ".5",
    "1e3",
    "(",
    ")",
    "+",
    "*",
    "/",
    "-",
    "^",
    "[",
    "]",
    ",",
    "np.",
    "sum",
    "'",
    "²",
    ".T",
    "d(",
    ")/dx",
    "∂",
    "=",
    ":",
    "?",
    "e",
    "ŷ",
]
RUN_TOGETHER = [
    "2x1 + 3", "2.x", "2E+3", "2E+x", "2e12345", "0.5.T*b", "2e0.5", "b1'a^\u00b2", "b1'b1.T", "2y\u0302z",
    "np.exp(-z)", "a.exp(z)", "d(a*b)/dx", "(a)/dx", "(a)/dL/dw", "d2f/dx2 + 1", "dA[0]/dx", "sum(x, axis=0)",
]  # fmt: skip


def outcome(read: object, text: str) -> object:
    try:
        return read(text)  # type: ignore[operator]
    except LineError as error:
        return error.reason, error.at


@pytest.mark.parametrize("text", RUN_TOGETHER)
def test_where_names_and_numbers_run_together(text: str) -> None:
    assert outcome(parsing.parse, text) == outcome(parsing.read, text)


def test_random_texts() -> None:
    rng = random.Random(1)
    texts = ["".join(rng.choices(PIECES, k=rng.randint(1, 7))) for _ in range(1000)]
    assert [outcome(parsing.parse, text) for text in texts] == [outcome(parsing.read, text) for text in texts]


def test_one_parse_serves_all_lines_of_a_shape() -> None:
    parsed: list[str] = []

    def read(text: str) -> object:
        parsed.append(text)
        return parsing.read(text)

    for i in range(5):
        assert by_shape(f"tanh(v{i}*dL/dw{i} + {i}.25)", read) is not None  # type: ignore[arg-type]
    assert parsed == ["tanh(n*dy/dx + 0)"]
