"""Code without a fence is told as such, line by line; formulas among it are read, and prose stays prose."""

from __future__ import annotations

import pytest

from tinygrad_notes.reading.note import read_note

LOG = r"""# Perceptron, my first one

- import numpy as np

# 1. DATA

X = np.array([[1, 0], [0, 1],
              [1, 1]])
lr = 0.1

def step(z):
return (z > 0) \* 1

def step_slope(z):
return 0

weights = np.random.randn(2)

# 2. LOOP

for epoch in range(20):

    out = step(X @ weights)

    # how wrong?
    weights += lr \* X.T.dot(y - out)

print(weights)
print("done")

Then I worked it by hand: $z = 0.5 \cdot 2 = 1.1$.
"""
OTHERS = """for (int i = 0; i < 3; i++) {
  w = w - 0.1 * g;
}

#include <math.h>
double f(double x) {
  return x * x;
}

square <- function(x) {
  x * x
}

const w = 0.5;
"""


def told(text: str, kind: str = "markdown") -> list[tuple[int, str]]:
    note = read_note(text, kind)
    return [(note.line(one.start), one.text.partition("\n")[0][:14]) for one in note.left]


def test_each_statement_of_a_pasted_program_is_listed() -> None:
    assert told(LOG) == [
        (3, "import numpy a"), (11, "def step(z): r"), (14, "def step_slope"), (17, "weights = np.r"),
        (21, "for epoch in r"), (28, "print(weights)"),
    ]  # fmt: skip
    note = read_note(LOG)
    assert note.calculation_lines == "X = [[1, 0], [0, 1], [1, 1]]\nlr = 0.1\n"
    assert [(mark.claimed, mark.verdict) for mark in note.marks] == [("1.1", "slip")]
    assert all(one.reason == "code is not run" and not one.claims for one in note.left)


@pytest.mark.parametrize("fence", ["```\n{}\n```", "\\begin{{verbatim}}\n{}\n\\end{{verbatim}}"])
def test_a_fence_that_names_no_language_may_hold_code(fence: str) -> None:
    code = "def f(x):\n    y = 2\n    return x\n\nw = 0.5\nz = 2*w  # 1.1\nprint(z)"
    kind = "latex" if "begin" in fence else "markdown"
    assert told(fence.format(code), kind) == [(2, "def f(x): y = "), (8, "print(z)")]
    assert [(m.line, m.claimed, m.verdict) for m in read_note(fence.format(code), kind).marks] == [(7, "1.1", "slip")]


@pytest.mark.parametrize("bullets", [("- ", "- ", "- "), ("1. ", "2. ", "3. "), ("  8) ", "  9) ", " 10) ")])
def test_numbers_of_code_in_a_list_keep_their_places(bullets: tuple[str, ...]) -> None:
    lines = zip(bullets, ["import numpy as np", "w = 0.5", "z = 2*w  # 1.1"], strict=True)
    note = read_note("\n".join(f"{bullet}{line}" for bullet, line in lines))
    assert [(note.text[mark.start : mark.end], mark.verdict) for mark in note.marks] == [("1.1", "slip")]


def test_code_of_other_languages_is_listed() -> None:
    assert [line for line, _ in told(OTHERS)] == [1, 5, 10, 14]
    assert told(f"```js\n{OTHERS}\n```") == [(2, "for (int i = 0")]


@pytest.mark.parametrize(
    "prose",
    [
        "for each neuron in the layer:\nz = 0.5*2 = 1.1", "if z > 0:\nz = 0.5*2 = 1.1", "else:\nz = 0.5*2 = 1.1",
        "from scratch, import it:\nz = 0.5*2 = 1.1", "return to z = 0.5*2 = 1.1",
        "while training:\n    z = 0.5*2 = 1.1",
    ],
)  # fmt: skip
def test_prose_with_the_words_of_a_language_is_read(prose: str) -> None:
    note = read_note(prose)
    assert ([mark.claimed for mark in note.marks], note.left) == (["1.1"], [])


# A line of code behind W and x, and what is wrong in its comment.
FORMULAS = [
    ("z = W.dot(x)  # [2.5, 5.6]", "5.6"), ("z = np.dot(W, x)  # [2.5, 5.6]", "5.6"),
    ("z = W.T.dot(x)  # [3.6, 5]", "3.6"), ("s = W.sum()  # 11", "11"), ("s = W.sum(axis=0)  # [4, 7]", "7"),
    ("f = lambda u: u**2 + 1\ns = f(0.5)  # 1.5", "1.5"), ("f = lambda u, v: u * v\ns = f(0.5, 4)  # 1.5", "1.5"),
    ("v = torch.tensor([1.0, 2.0], requires_grad=True)\ns = v.mean()  # 1.6", "1.6"),
    ("v = np.array([1, 2], dtype=np.float64)\ns = v.max() - v.min()  # 2", "2"),
]  # fmt: skip


@pytest.mark.parametrize("language", ["python", "{python}", "{.python}", "py title='a'"])
@pytest.mark.parametrize(("code", "wrong"), FORMULAS)
def test_methods_and_functions_of_one_line_are_formulas(code: str, wrong: str, language: str) -> None:
    given = "W = np.array([[1, 2], [3, 4]])\nx = np.array([0.5, 1.0])"
    note = read_note(f"```{language}\n{given}\n{code}\n```")
    assert [mark.claimed for mark in note.marks if mark.verdict == "slip"] == [wrong]
    assert note.left == []


@pytest.mark.parametrize(
    "line", ["r = z.reshape(2, 1)", "n = 'abc 3'", "c = [i for i in range(3)]", "h = 3 if ok else 4", "m = z > 0.3"]
)
def test_what_is_no_formula_is_listed(line: str) -> None:
    note = read_note(f"```python\n{line}\n```")
    assert [(one.text, one.reason, one.claims) for one in note.left] == [(line, "code is not run", 0)]
