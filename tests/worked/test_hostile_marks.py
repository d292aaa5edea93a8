"""Sheets on which almost everything is claimed, or almost nothing: the work stays in proportion to the sheet."""

import random
from typing import Any, NamedTuple

import pytest

from tinygrad_notes import MLP, mark, work_through
from tinygrad_notes.passes import topological_order
from tinygrad_notes.worked import corrections, upstream
from tinygrad_notes.worked.claims import ClaimError
from tinygrad_notes.worked.names import usual_name
from tinygrad_notes.worked.reworking import Reworking
from tinygrad_notes.worked.worksheet_file import WorksheetError, mark_file


class Shape(NamedTuple):
    """A network, and the quantities that are claimed of it: with wrong numbers, and rounded to few decimals."""

    sizes: list[int]
    wrong: tuple[str, ...] = ()
    rounded: tuple[str, ...] = ()
    samples: int = 0
    activation: Any = "sigmoid"


SQUARE = [25] * 4
SOFTMAX = ["softmax"] * 3
SHAPES = {
    "gradients below z": Shape(SQUARE, wrong=("z", "dC/dW")),
    "gradients alone": Shape(SQUARE, wrong=("dC/dW",)),
    "gradients of rounded z": Shape(SQUARE, rounded=("z", "dC/dW")),
    "gradients below a wrong layer": Shape(SQUARE, wrong=("z1",), rounded=("dC/dW",)),
    "updates": Shape(SQUARE, wrong=("z1", "W1_new", "W2_new", "W3_new"), activation="relu"),
    "everything": Shape([15] * 4, wrong=("",)),
    "softmax in each layer": Shape([12] * 4, wrong=("z1", "dC/dW"), activation=SOFTMAX),
    "softmax of rounded z": Shape([12] * 4, rounded=("z", "dC/dW"), activation=SOFTMAX),
    "many samples": Shape([2, 3, 1], wrong=("a", "delta", "C", "dC"), samples=150),
    "a wide sum": Shape([700, 2], wrong=("a", "dC/dW")),
    "a wide middle": Shape([1, 700, 1], wrong=("z1", "C", "dC/dW")),
    "a long chain": Shape([2] * 150, wrong=("z1", "dC/dW"), activation="linear"),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", SHAPES)
def test_the_work_is_in_proportion_to_the_sheet(
    name: str, monkeypatch: pytest.MonkeyPatch, numbers_read: list[int]
) -> None:
    """Counted are the numbers read by all that is worked again, and the intervals and causes that are kept."""
    shape, rng, follow = SHAPES[name], random.Random(0), upstream.Boxes.follow

    def followed(self: upstream.Boxes, node: Any) -> Any:
        numbers_read.append(len(node.operands))
        return follow(self, node)

    monkeypatch.setattr(upstream.Boxes, "follow", followed)
    network = MLP(shape.sizes[0], shape.sizes[1:], activation=shape.activation, seed=1)
    x, y = [0.3] * shape.sizes[0], [1.0, *[0.0] * (shape.sizes[-1] - 1)]
    given: Any = ([x] * shape.samples, [y] * shape.samples) if shape.samples else (x, y)
    sheet = work_through(network, *given, learning_rate=0.1)
    claims = {label: f"{v.data:.3f}" for label, v in sheet.values.items() if label.startswith(shape.rounded or "?")}
    wrong = [label for label in sheet.values if label.startswith(shape.wrong or "?")]
    claims |= {label: f"{sheet.values[label].data + rng.uniform(1, 9):.2f}" for label in wrong}
    marking = mark(sheet, claims)
    assert len(marking.with_verdict("slip")) >= 0.9 * len(wrong)
    assert shape.wrong or not marking.with_verdict("slip")
    edges = sum(len(value.operands) for value in topological_order(*sheet.values.values()))
    assert sum(numbers_read) < 1_500_000 + 40 * edges


@pytest.mark.slow
def test_few_of_many_slips_are_put_right_for_a_number_that_reads_much(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each of 12 slips may have been used as it is written: to ask it of one takes as long as 30 markings."""
    read, bounds = [], Reworking.range

    def counted(self: Reworking, *arguments: Any) -> Any:
        read.append(self.size)
        return bounds(self, *arguments)

    rng, sheet = random.Random(0), work_through(MLP(12, [12] * 5, activation="tanh", seed=1), [0.3] * 12, [0.5] * 12)
    slips = {label: f"{v.data + rng.uniform(1, 9):.2f}" for label, v in sheet.values.items() if label.startswith("a1")}
    followed = {label: "?" for label in sheet.values if label.startswith("dC/dW5")}
    above = {row.quantity: row.from_above for row in mark(sheet, slips | followed)}
    monkeypatch.setattr(corrections, "_EFFORT", 30_000)
    monkeypatch.setattr(Reworking, "range", counted)
    marking = mark(sheet, slips | {label: f"{above[label]:.6g}" for label in followed})
    assert len(marking.with_verdict("slip")) == 12 and len(marking.with_verdict("carried")) == 144
    assert sum(read) < 4_000


@pytest.mark.parametrize(
    ("name", "meant"),
    [("h1", "a1"), ("zl", "z1"), ("al", "a1"), ("Wl_new[0,0]", "Wl_new[0,0]"), ("yhat", "a2"), ("Y_hat[0]", "a2"),
     ("output", "a2"), ("o2", "a2"), ("q", "q"), ("hello", "hello")],
)  # fmt: skip
def test_a_name_of_other_pages_is_asked_about(name: str, meant: str) -> None:
    assert usual_name(name, ["z1", "a1", "z2", "a2", "C"]) == meant


def test_the_question_names_what_is_on_the_sheet() -> None:
    sheet = work_through(MLP.from_weights([[[0.5]], [[0.4]]], activation="tanh"), [1.0], [0.0])
    with pytest.raises(ClaimError, match="nothing on this sheet is called 'yhat'; did you mean 'a2'"):
        mark(sheet, {"yhat": ["0.3"]})


LONG = "q" * 3000
PAGE = """\
[network]
activation = "sigmoid"
loss = "squared_error"
learning_rate = 0.1
x = [0.5, 0.2]
y = [1]
[[network.layer]]
W = [[0.1, 0.2]]
[claims]
z1 = ["0.14"]
"""


@pytest.mark.parametrize(
    "text",
    [
        PAGE.replace('"sigmoid"', f'"{LONG}"'),
        PAGE.replace('"squared_error"', f'"{LONG}"'),
        PAGE.replace("x =", f"{LONG} = 1\nx ="),
        f"{PAGE}{LONG} = 1\n",
        f'{PAGE}"z1[{LONG}]" = 1\n',
    ],
    ids=["activation", "loss", "key", "claim", "element"],
)
def test_a_long_name_is_cut_so_that_the_reason_is_read(tmp_path: Any, text: str) -> None:
    path = tmp_path / "page.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(WorksheetError) as refused:
        mark_file(path)
    told = str(refused.value)
    assert "q" * 30 in told and "q" * 50 not in told
    assert any(hint in told for hint in ("there are", "choose one of"))
