"""Students made up by plain arithmetic: their exercises, their answers, and what the marking rule gives them.

Nothing here comes from tinygrad_notes. The numbers of a 2-2-2 network are worked out by the formulas below, with a
mistake put into one of them, or with a number that makes the rest easy. The points follow docs/marking-rule.md.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

DIGITS, RATE = 3, 0.3
Get = Callable[..., float]
Formula = Callable[[Get, int, int], float]


def sigmoid(z: float) -> float:
    return 1.0 / (1.0 + math.exp(-z))


def _z(k: int) -> Formula:
    below = "x" if k == 1 else "a1"
    return lambda v, j, i: v(f"W{k}", j, 0) * v(below, 0) + v(f"W{k}", j, 1) * v(below, 1) + v(f"b{k}", j)


def _new(name: str) -> Formula:
    return lambda v, j, i: v(name, j, i) - RATE * v(f"dC/d{name}", j, i)


RIGHT: dict[str, Formula] = {
    "z1": _z(1),
    "a1": lambda v, j, i: sigmoid(v("z1", j)),
    "z2": _z(2),
    "a2": lambda v, j, i: sigmoid(v("z2", j)),
    "C": lambda v, j, i: sum((v("a2", n) - v("y", n)) ** 2 for n in (0, 1)),
    "dC/da2": lambda v, j, i: 2.0 * (v("a2", j) - v("y", j)),
    "slope2": lambda v, j, i: v("a2", j) * (1.0 - v("a2", j)),
    "delta2": lambda v, j, i: v("dC/da2", j) * v("slope2", j),
    "dC/dW2": lambda v, j, i: v("delta2", j) * v("a1", i),
    "dC/db2": lambda v, j, i: v("delta2", j),
    "back1": lambda v, j, i: v("W2", 0, j) * v("delta2", 0) + v("W2", 1, j) * v("delta2", 1),
    "slope1": lambda v, j, i: v("a1", j) * (1.0 - v("a1", j)),
    "delta1": lambda v, j, i: v("back1", j) * v("slope1", j),
    "dC/dW1": lambda v, j, i: v("delta1", j) * v("x", i),
    "dC/db1": lambda v, j, i: v("delta1", j),
    **{f"{name}_new": _new(name) for name in ("W2", "b2", "W1", "b1")},
}
"""Every quantity that is asked, in the order of work, with its formula."""

MISTAKES: dict[tuple[str, str], Formula] = {
    ("the bias forgotten", "z1"): lambda v, j, i: RIGHT["z1"](v, j, i) - v("b1", j),
    ("the bias forgotten", "z2"): lambda v, j, i: RIGHT["z2"](v, j, i) - v("b2", j),
    ("a term left out", "z2"): lambda v, j, i: RIGHT["z2"](v, j, i) - v("W2", j, 1) * v("a1", 1),
    ("a term counted twice", "z1"): lambda v, j, i: RIGHT["z1"](v, j, i) + v("W1", j, 0) * v("x", 0),
    ("z taken for a", "a1"): lambda v, j, i: v("z1", j),
    ("σ and tanh confused", "a1"): lambda v, j, i: math.tanh(v("z1", j)),
    ("σ and tanh confused", "a2"): lambda v, j, i: math.tanh(v("z2", j)),
    ("the factor 2 (or ½) of the loss missing", "dC/da2"): lambda v, j, i: v("a2", j) - v("y", j),
    ("a sign flipped", "dC/da2"): lambda v, j, i: 2.0 * (v("y", j) - v("a2", j)),
    ("σ′ taken of z instead of a", "slope2"): lambda v, j, i: v("z2", j) * (1.0 - v("z2", j)),
    ("the slope σ′ left out", "delta2"): lambda v, j, i: v("dC/da2", j),
    ("the slope σ′ left out", "delta1"): lambda v, j, i: v("back1", j),
    ("δ of the wrong neuron", "dC/dW2"): lambda v, j, i: v("delta2", 1 - j) * v("a1", i),
    ("one path of the sum left out", "back1"): lambda v, j, i: v("W2", 0, j) * v("delta2", 0),
    ("the weight matrix transposed", "back1"): lambda v, j, i: sum(v("W2", j, n) * v("delta2", n) for n in (0, 1)),
    ("the update added instead of subtracted", "W2_new"): lambda v, j, i: v("W2", j, i) + RATE * v("dC/dW2", j, i),
    ("the update added instead of subtracted", "b1_new"): lambda v, j, i: v("b1", j) + RATE * v("dC/db1", j),
    ("the learning rate left out", "W1_new"): lambda v, j, i: v("W1", j, i) - v("dC/dW1", j, i),
    ("the learning rate off by ten", "b2_new"): lambda v, j, i: v("b2", j) - 10.0 * RATE * v("dC/db2", j),
}
"""Every mistake that is planted, by its name in the marks and the quantity in which it is made."""

MADE_EASY = {"z1": "0.000", "dC/da2": "1.00", "back1": "1.00", "z2": "60.0"}
"""What a student writes who wants the rest to be easy: a 0, a 1, a number that is far off."""

Label = tuple[str, int, int]


def labels() -> Iterator[Label]:
    """Every number that is asked, in the order of work."""
    for quantity in RIGHT:
        rows, columns = shape(quantity)
        yield from ((quantity, j, i) for j in range(rows) for i in range(columns))


def shape(quantity: str) -> tuple[int, int]:
    return (1, 1) if quantity == "C" else (2, 2) if "W" in quantity else (2, 1)


def written(number: float) -> str:
    """A number to so many significant digits, without an exponent."""
    if number == 0.0:
        return "0.000"
    place = int(f"{number:.{DIGITS - 1}e}".partition("e")[2])
    return f"{number:.{max(0, DIGITS - 1 - place)}f}"


@dataclass
class Student:
    """A student with an exercise and the answers to it.

    Attributes:
        style: "rounds" goes on with what is written, "in full" with the number in full.
        planted: the mistakes made, by name and quantity.
        easy: the quantity that was made up, if any.
        page: what is written.
    """

    name: str
    style: str
    given: dict[str, list[Any]]
    planted: tuple[tuple[str, str], ...] = ()
    easy: str = ""
    page: dict[Label, str] = field(default_factory=dict)
    numbers: dict[Label, float] = field(default_factory=dict)
    exact: dict[Label, float] = field(default_factory=dict)

    def answer(self) -> bool:
        """Work the exercise out; False where a mistake would change too little to be seen."""
        self.exact = {}
        for label in labels():
            self.exact[label] = RIGHT[label[0]](self._get(self.exact), *label[1:])
        by_quantity = {quantity: MISTAKES[name, quantity] for name, quantity in self.planted}
        for label in labels():
            quantity, j, i = label
            here = self._get(self.numbers)
            right = RIGHT[quantity](here, j, i)
            number = by_quantity.get(quantity, RIGHT[quantity])(here, j, i)
            if quantity in by_quantity and not self._shows(quantity, number, right, here, j, i):
                return False
            self.page[label] = MADE_EASY[quantity] if quantity == self.easy else written(number)
            if quantity == self.easy and abs(float(self.page[label]) - right) < _unit(self.page[label]):
                return False  # the right number cut instead of rounded, which the rule lets pass
            in_full = self.style == "in full" and quantity != self.easy
            self.numbers[label] = number if in_full else float(self.page[label])
        return min(abs(number) for number in self.exact.values()) > 1e-3

    def _shows(self, quantity: str, number: float, right: float, here: Get, j: int, i: int) -> bool:
        """Whether a mistake gives another number than the right formula, than other mistakes there, and than is right.

        Two mistakes may cancel each other.
        """
        others = [
            formula(here, j, i)
            for (name, where), formula in MISTAKES.items()
            if where == quantity and (name, where) not in self.planted
        ]
        others += [right, self.exact[quantity, j, i]]
        return all(abs(number - other) > 0.03 * max(abs(number), abs(other)) for other in others)

    def _get(self, numbers: dict[Label, float]) -> Get:
        def get(name: str, j: int = 0, i: int = 0) -> float:
            if name in self.given:
                part = self.given[name][j]
                return float(part[i] if isinstance(part, list) else part)
            return numbers[name, j, i]

        return get

    # The rule -----------------------------------------------------------------------------------------------

    def points(self) -> int:
        """What docs/marking-rule.md gives: a point for each number, but for wrong ones and those made easy."""
        made_wrong = {quantity for _, quantity in self.planted} | ({self.easy} - {""})
        written_numbers = {label: float(text) for label, text in self.page.items()}
        origins: dict[Label, set[Label]] = {}
        total = 0
        for label in labels():
            above = {read: origins[read] for read in reads(label)}
            origins[label] = set().union(*above.values())
            if label[0] in made_wrong:
                origins[label] = {label}
                continue
            if abs(written_numbers[label] - self.exact[label]) <= 0.5001 * _unit(self.page[label]):
                origins[label] = set()  # right
            elif origins[label]:
                total -= self._is_trivial(label, written_numbers) or any(map(self._is_far, origins[label]))
            total += 1
        return total

    def _is_trivial(self, label: Label, numbers: dict[Label, float]) -> bool:
        """Whether no product of the right working is left to be worked out."""
        right, here = (list(products(label, self._get(of))) for of in (self.exact, numbers))
        return bool(right) and all(map(is_work, right)) and not any(map(is_work, here))

    def _is_far(self, slip: Label) -> bool:
        should = RIGHT[slip[0]](self._get({one: float(text) for one, text in self.page.items()}), *slip[1:])
        return abs(float(self.page[slip]) - should) > 10.0 * max(1.0, abs(should))


def _unit(text: str) -> float:
    return float(f"1e-{len(text.partition('.')[2])}")


def is_work(factors: tuple[float, ...]) -> bool:
    """Whether a product must be worked out; one factor stands for a function, which is known by heart at 0."""
    if len(factors) == 1:
        return factors[0] != 0.0
    return all(factors) and sum(abs(factor) != 1.0 for factor in factors) > 1


def products(label: Label, v: Get) -> Iterator[tuple[float, ...]]:
    """The products and functions in the formula of a number."""
    quantity, j, i = label
    kind, layer = quantity.rstrip("12_new"), quantity.removesuffix("_new")[-1:]
    if kind == "z":
        yield from ((v(f"W{layer}", j, n), v("x" if layer == "1" else "a1", n)) for n in (0, 1))
    elif kind == "a":
        yield (v(f"z{layer}", j),)
    elif kind == "C":
        yield from ((v("a2", n) - v("y", n),) * 2 for n in (0, 1))
    elif kind in ("dC/da", "dC/db"):  # a copy is as easy as its product with a number that is neither 0 nor 1
        yield 2.0, v("a2", j) - v("y", j) if kind == "dC/da" else v(f"delta{layer}", j)
    elif kind == "slope":
        yield v(f"a{layer}", j), 1.0 - v(f"a{layer}", j)
    elif kind == "delta":
        yield v("dC/da2" if layer == "2" else "back1", j), v(f"slope{layer}", j)
    elif kind == "back":
        yield from ((v("W2", n, j), v("delta2", n)) for n in (0, 1))
    elif kind == "dC/dW":
        yield v(f"delta{layer}", j), v("a1" if layer == "2" else "x", i)
    elif kind in ("W", "b"):
        yield RATE, v(f"dC/d{kind}{layer}", j, i)


def reads(label: Label) -> set[Label]:
    """The answers that the formula of a number reads."""
    read: set[Label] = set()

    def spy(name: str, j: int = 0, i: int = 0) -> float:
        if name in RIGHT:
            read.add((name, j, i))
        return 0.5

    RIGHT[label[0]](spy, *label[1:])
    return read


def students(count: int, seed: int) -> Iterator[Student]:
    """So many students: a third rounds, a third does not, and the rest slips once or twice, or makes it easy."""
    rng = random.Random(seed)
    kinds = list(MISTAKES)
    for n in range(count):
        part = n % 10
        while True:
            planted: list[tuple[str, str]] = []
            while len(planted) < (1 if part in (6, 7) else 2 if part == 8 else 0):
                one = rng.choice(kinds)
                if one[1] not in {quantity for _, quantity in planted}:
                    planted.append(one)
            easy = rng.choice(list(MADE_EASY)) if part == 9 else ""
            style = ("rounds", "in full")[rng.randrange(2) if part > 5 else part % 2]
            made = Student(f"Student {n:04}", style, _given(rng), tuple(planted), easy)
            if made.answer():
                yield made
                break


def _given(rng: random.Random) -> dict[str, list[Any]]:
    def one() -> float:
        return rng.choice((-1, 1)) * rng.randint(15, 95) / 100

    given: dict[str, list[Any]] = {"x": [abs(one()), abs(one())], "y": [rng.choice((0.0, 1.0)) for _ in range(2)]}
    for k in "12":
        given |= {f"W{k}": [[one(), one()], [one(), one()]], f"b{k}": [one(), one()]}
    return given
