"""Values of a user's own graph are marked whatever their labels are."""

import random
from typing import Any

import pytest

from tinygrad_notes import Value, weighted_sum
from tinygrad_notes.worked.marking import mark

LABELS = [
    *("x", "W", "b", "z", "a", "C", "η", "delta", "slope", "back", "dC/da", "dC/dW", "∂C/∂W1[0]", "d2L/dw2", "σ'(z)"),
    *("W1[0]", "W1[0,1]", "W1[1,0]", "W1[0,1,2]", "W[", "W]", "W[]", "W[0", "W[a]", "W[-1]", "W1[0,1", "[0,1]", "W[,]"),
    *("z²", "x[٣]", "a\nb", "δ", "δ1[0]", "a" * 500, "W1_new[0,1]", "W_new", "1", "z1[0]", "a1[0]", "😀", "\x1b[31m"),
]


@pytest.mark.parametrize("label", LABELS)
@pytest.mark.parametrize("place", range(4))
def test_a_slip_is_marked_under_any_label(label: str, place: int) -> None:
    labels: list[str] = ["x", "W1[0,1]", "b", "z"]
    labels[place] = label
    x, w, b = (Value(number, name) for number, name in zip((3.0, 2.0, 0.5), labels, strict=False))
    z = weighted_sum([w], [x], b)
    z.label = labels[3]
    (found,) = mark({labels[3]: z}, {labels[3]: "5.25"})
    assert (found.verdict, found.exact) == ("slip", 6.5)
    assert found.explanation()


def test_a_weight_without_an_index_is_no_matrix_to_transpose() -> None:
    x, w = Value(3.0, "x"), Value(2.0, "W")
    z = w * x
    z.label = "z"
    (found,) = mark({"z": z}, {"z": "5"})
    assert found.verdict == "slip"


@pytest.mark.parametrize("label", [3, None, 2.5, ["z"], ("z", 1)])
def test_labels_that_are_no_text_do_not_stop_the_marking(label: Any) -> None:
    x, w = Value(3.0, "x"), Value(2.0, "W")
    x.label = label
    z = w * x
    z.label = label
    out = z + 1.0
    out.label = "out"
    verdicts = [found.verdict for found in mark({"z": z, "out": out}, {"z": "5", "out": "6"})]
    assert verdicts == ["slip", "carried"]


@pytest.mark.parametrize("seed", range(40))
def test_random_graphs_with_textbook_labels_are_marked(seed: int) -> None:
    rng = random.Random(seed)
    nodes = [Value(rng.uniform(-2, 2), rng.choice(LABELS)) for _ in range(3)]
    claimed = {}
    for position in range(6):
        left, right = rng.choice(nodes), rng.choice(nodes)
        node = rng.choice([left * right, left + right, left.tanh(), left.sigmoid(), left - right])
        node.label = rng.choice(LABELS)
        nodes.append(node)
        claimed[f"{position}: {node.label}"] = node
    claims = {key: f"{node.data * rng.choice([1, 1, 1.4]):.3f}" for key, node in claimed.items()}
    marking = mark(claimed, claims)
    assert len(marking) == len(claims)
    assert marking.report().terminal() and marking.report().latex() and marking.as_json()
