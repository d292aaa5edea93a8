"""A network as a worksheet and as calculation lines: the same marks."""

import random
from itertools import pairwise
from typing import Any

import pytest

from tinygrad_notes import MLP, work_through
from tinygrad_notes.worked import Sheet, mark
from tinygrad_notes.worked.calculation import mark_calculation

Claims = dict[str, Any]


def network_sheet(rng: random.Random) -> Sheet:
    sizes = [rng.randint(1, 3) for _ in range(rng.randint(3, 4))]
    activations = [rng.choice(["sigmoid", "tanh", "relu", "softplus", "linear"]) for _ in sizes[1:]]
    pairs = list(pairwise(sizes))
    weights = [[[round(rng.uniform(-1, 1), 1) for _ in range(a)] for _ in range(b)] for a, b in pairs]
    biases = [[round(rng.uniform(-0.5, 0.5), 1) for _ in range(b)] for _, b in pairs]
    x, y = ([round(rng.uniform(-1, 1), 1) for _ in range(size)] for size in (sizes[0], sizes[-1]))
    network = MLP.from_weights(weights, biases, activation=activations)
    loss = rng.choice(["squared_error", "half_squared_error", "mean_squared_error"])
    return work_through(network, x, y, loss=loss, learning_rate=0.1)


def random_claims(sheet: Sheet, rng: random.Random) -> Claims:
    """Rounded numbers for most quantities, and often one that is wrong."""
    digits = rng.choice([2, 3, 4, 5])
    names = [name for name in sheet.quantities if not name.startswith(("slope", "back")) and rng.random() < 0.8]
    wrong = rng.choice([value for name in names for value in sheet.quantities[name].elements])
    off = rng.choice([-1, 1]) * rng.choice([0, 3, 20, 300]) * 10.0**-digits

    def written(value: Any) -> str:
        return f"{value.data + (off if value is wrong else 0.0):.{digits}f}"

    return {name: sheet.quantities[name].nested(written) for name in names}


def as_lines(sheet: Sheet, claims: Claims) -> str:
    given = {name: quantity.nested(lambda value: value.data) for name, quantity in sheet.given.items()}
    lines = [f"{name} = {numbers}" for name, numbers in given.items()]

    def add(name: str, line: str) -> None:
        lines.append(f"{line}  # {claims[name]!s}".replace("'", "") if name in claims else line)

    for k, activation in enumerate(sheet.activations, start=1):
        add(f"z{k}", f"z{k} = W{k}@{f'a{k - 1}' if k > 1 else 'x'} + b{k}")
        add(f"a{k}", f"a{k} = {activation}(z{k})")
    add("C", f"C = {sheet.loss.name}(a{sheet.layers}, y)")
    for k in range(sheet.layers, 0, -1):
        add(f"dC/da{k}", f"dC/da{k}")
        add(f"delta{k}", f"delta{k} = dC/dz{k}")
        add(f"dC/dW{k}", f"dC/dW{k}")
        add(f"dC/db{k}", f"dC/db{k}")
    for k in range(sheet.layers, 0, -1):
        for name in (f"W{k}", f"b{k}"):
            add(f"{name}_new", f"{name}_new = {name} - 0.1*dC/d{name}")
    return "\n".join(lines)


def both_marked(seed: int) -> tuple[dict[str, str], dict[str, str]]:
    """The verdicts of a worksheet, and of the same page in lines."""
    rng = random.Random(seed)
    sheet = network_sheet(rng)
    claims = random_claims(sheet, rng)
    from_lines = {mark.quantity: mark.verdict for mark in mark_calculation(as_lines(sheet, claims))}
    return {mark.quantity: mark.verdict for mark in mark(sheet, claims)}, from_lines


@pytest.mark.parametrize("seed", range(25))
def test_the_two_forms_of_a_network_are_marked_alike(seed: int) -> None:
    from_worksheet, from_lines = both_marked(seed)
    assert from_worksheet == from_lines


@pytest.mark.slow
def test_the_two_forms_of_many_networks_find_the_same_wrong_numbers() -> None:
    """Whether a wrong number was used right is another matter: a worksheet knows that δ may be a - y, past dC/da."""

    def wrong(verdicts: dict[str, str]) -> dict[str, str]:
        return {label: "slip" if verdict == "misprint" else verdict for label, verdict in verdicts.items()}

    for seed in range(300, 500):
        from_worksheet, from_lines = both_marked(seed)
        assert wrong(from_worksheet) == wrong(from_lines), seed
