"""Every operation, in every mode, to the third order, against mpmath: how far off, and how often.

    python benchmarks/accuracy_sweep.py [points per operation, 300 by default] [modes, "eager,numpy,numba,jax"]
        [operations, "all" by default] [seed of the points]

Points are random over the whole range of exponents, and the neighbours of every knot and special value. The exact
derivative is a difference quotient of the oracle's value alone, with steps of 10^-40 and hundreds of digits. Errors are
in units in the last place of the exact number. They count where a relative error of the operands grows less than
tenfold; a nan counts wherever the exact number is finite. Where the function is not smooth, `edges.csv` has the answer.
Numbers that come from a subnormal one, which has few digits, are counted apart. With `gmpy2` installed, mpmath takes a
third of the time.
"""

from __future__ import annotations

import functools
import itertools
import math
import random
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from mpmath import mp, mpf

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
from oracle import ORACLES

from tinygrad_notes import Value, gradients, jvp, record
from tinygrad_notes.operations import TABLE
from tinygrad_notes.value import apply

ALLOWED = (4.0, 16.0, 16.0, 64.0)
"""Units in the last place, for values and derivatives of order 1, 2 and 3."""
WELL_CONDITIONED = 10.0
SPECIAL = (0.0, 0.5, 1.0, 2.0, math.pi, 18.7, 36.7, 355.0, 372.6, 709.78, 710.47, 745.13, 1024.0, 1420.9, 1e8, 1e16,
           1e-8, 1e-16, 1e-154, 1e154, 1e-308, 2.2250738585072014e-308, 5e-324, 1e300)  # fmt: skip
SEED = sys.argv[4] if __name__ == "__main__" and len(sys.argv) > 4 else ""
SMALLEST = 2.0**-1022
"""Below it floats have fewer digits: errors are counted in units of the last of them."""
LARGEST = mpf(sys.float_info.max)

Point = tuple[float, ...]


def points(name: str, count: int) -> list[Point]:
    """Points of an operation: every special number with its neighbours, then random ones; mpmath knows no -0.0."""
    draw = random.Random(f"{name}{SEED}")
    operands = len(ORACLES[name].ranges)
    special = [near for x in SPECIAL for s in (x, -x) for near in (s, math.nextafter(s, 1e9), math.nextafter(s, -1e9))]
    special = [x + 0.0 for x in special]
    found = [(x, *(_random(draw) for _ in range(operands - 1))) for x in special]
    found += [tuple(_random(draw) for _ in range(operands)) for _ in range(count)]
    return found


def _random(draw: random.Random) -> float:
    kind = draw.random()
    sign = draw.choice((1.0, -1.0))
    if kind < 0.4:
        return draw.uniform(-4.0, 4.0)
    if kind < 0.7:
        return float(sign * 10.0 ** draw.uniform(-10.0, 3.0))
    return float(sign * 10.0 ** draw.uniform(-323.0, 308.0))


class Exact:
    """The derivatives of one operation by one operand at a point, from values in many digits at steps to both sides."""

    def __init__(self, name: str, point: Point, operand: int) -> None:
        self.value, self.point, self.operand = ORACLES[name].value, point, operand
        sizes = [abs(x) for x in point if x] or [1.0]
        step = min(1.0, min(sizes)) if point[operand] else min(1.0, *sizes)
        self.exponents = max(abs(math.log10(size)) for size in sizes)
        self.step = mpf(step) * mpf(10) ** -40
        self.orders = functools.cache(self._orders)  # every order of every mode asks for the same points

    def _orders(self, moved: int | None = None) -> list[Any] | None:
        """The value and derivatives to the third; None where it has none. `moved` is shifted by 10^-30 of itself."""
        with mp.workdps(700 + 4 * int(self.exponents)):
            at = [mpf(x) for x in self.point]
            if moved is not None:
                at[moved] *= 1 + mpf(10) ** -30
            try:
                f = [self._at(at, k) for k in range(-3, 4)]
            except (ValueError, ZeroDivisionError, OverflowError):
                return None
            h = self.step
            left, right = ([self._one_sided(f, k, side, h) for k in (1, 2, 3)] for side in (-1, 1))
            if any(abs(a - b) > mpf(10) ** -15 * max(abs(a), abs(b)) and abs(a - b) * h**k > mpf(10) ** -200 * abs(f[3])
                   for k, (a, b) in enumerate(zip(left, right, strict=True), 1)):  # fmt: skip
                return None
            first = (f[4] - f[2]) / (2 * h)
            second = (f[4] - 2 * f[3] + f[2]) / h**2
            third = (f[5] - 2 * f[4] + 2 * f[2] - f[1]) / (2 * h**3)
            return [f[3], first, second, third]

    def _at(self, at: Sequence[Any], steps: int) -> Any:
        moved = [x + steps * self.step * (k == self.operand) for k, x in enumerate(at)]
        value = mp.mpmathify(self.value(*moved))
        if not isinstance(value, mpf) or not mp.isfinite(value):
            raise ValueError("outside the domain")
        return value

    @staticmethod
    def _one_sided(f: Sequence[Any], order: int, side: int, h: Any) -> Any:
        terms = [(-1) ** (order - k) * math.comb(order, k) * f[3 + side * k] for k in range(order + 1)]
        return mp.fsum(terms) / (side * h) ** order

    def growth(self, order: int, number: Any) -> float:
        """How much a relative error of the operands grows in the derivative of this order."""
        total = mpf(0)
        for k, x in enumerate(self.point):
            if x == 0.0:
                continue
            moved = self.orders(moved=k)
            if moved is None or number == 0:
                return math.inf
            total += abs(moved[order] - number) / abs(number) * mpf(10) ** 30
        return float(total)


@dataclass
class Tally:
    """What was found of one mode: how many numbers, the worst error of each order, and those that went wrong.

    `few_digits` counts the numbers that pass through a subnormal one: they are looked at for nan alone.
    """

    numbers: int = 0
    few_digits: int = 0
    worst: list[tuple[float, str]] = field(default_factory=lambda: [(0.0, "")] * 4)
    wrong: Counter[str] = field(default_factory=Counter)

    def see(self, exact: Exact, orders: Sequence[Any], order: int, got: float, where: str) -> None:
        number = orders[order]
        if abs(number) > LARGEST or (number == 0 and got == 0.0):
            self.numbers += 1
            return
        if any(0 < abs(x) < SMALLEST for x in (*exact.point, *orders[: order + 1])) and not math.isnan(got):
            self.few_digits += 1
            return
        error = float(abs(mpf(got) - number) / mpf(math.ulp(float(number)))) if math.isfinite(got) else math.inf
        if error > 1.0 and not math.isnan(got) and exact.growth(order, number) >= WELL_CONDITIONED:
            return
        self.numbers += 1
        if error > self.worst[order][0]:
            self.worst[order] = (error, where)
        if error > ALLOWED[order]:
            self.wrong["nan" if math.isnan(got) else f"order {order}"] += 1


def nested(name: str, operand: int, order: int) -> Callable[[list[Value]], Any]:
    """The derivative of this order by one operand, as a function of all operands."""

    def derivative(xs: list[Value]) -> Any:
        y = apply(TABLE[name], tuple(xs))
        for _ in range(order):
            y = gradients(y, xs[operand])
        return y

    return derivative


def eager(name: str, operand: int, at: Sequence[Point]) -> Iterator[tuple[str, int, list[float]]]:
    for order in range(4):
        yield "Values", order, [nested(name, operand, order)(list(map(Value, point))).data for point in at]

    def alone(*xs: Any) -> Any:
        return apply(TABLE[name], tuple(xs))

    def reverse(point: Point) -> float:
        xs = tuple(map(Value, point))
        apply(TABLE[name], xs).backward()
        return xs[operand].grad

    units = [float(k == operand) for k in range(len(at[0]))] if at else []
    yield "reverse", 1, list(map(reverse, at))
    yield "forward", 1, [jvp(alone, point, units)[1] for point in at]


def replay(executor: str, name: str, operand: int, at: Sequence[Point]) -> Iterator[tuple[str, int, list[float]]]:
    if not at:
        return
    X = np.array(at)
    for order in range(4):
        try:
            program = record(nested(name, operand, order), list(at[0]), executor=executor)
        except ValueError:  # a number that depends on no operand
            continue
        yield executor, order, np.broadcast_to(program(X), len(X)).tolist()
    alone = record(lambda xs: apply(TABLE[name], tuple(xs)), list(at[0]), executor=executor)
    _, _, (slopes,) = alone.value_and_gradients(X, reduction="sum", input_gradients=True)
    yield executor, 1, slopes[:, operand].tolist()


MODES: dict[str, Callable[[str, int, Sequence[Point]], Iterator[tuple[str, int, list[float]]]]] = {
    "eager": eager,
    **{executor: functools.partial(replay, executor) for executor in ("numpy", "numba", "jax")},
}


def sweep(names: Sequence[str], count: int, modes: Sequence[str]) -> dict[tuple[str, str], Tally]:
    """Tallies by (operation, mode)."""
    tallies: dict[tuple[str, str], Tally] = {}
    for name in names:
        for operand in range(len(ORACLES[name].ranges)):
            cases = [(point, exact, exact.orders()) for point in points(name, count)
                     for exact in [Exact(name, point, operand)]]  # fmt: skip
            known = [(point, exact, orders) for point, exact, orders in cases if orders is not None]
            for found in itertools.chain(
                *(MODES[mode](name, operand, [point for point, *_ in known]) for mode in modes)
            ):
                mode, order, numbers = found
                tally = tallies.setdefault((name, mode), Tally())
                for (point, exact, orders), got in zip(known, numbers, strict=True):
                    tally.see(exact, orders, order, got, f"{name}{point} by {operand}")
    return tallies


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 300
    modes = sys.argv[2].split(",") if len(sys.argv) > 2 else list(MODES)
    whole: dict[str, Tally] = {}
    for name in (
        [n for n in ORACLES if n != "stop_gradient"] if sys.argv[3:4] in ([], ["all"]) else sys.argv[3].split(",")
    ):
        for (_, mode), tally in sweep([name], count, modes).items():
            total = whole.setdefault(mode, Tally())
            total.numbers += tally.numbers
            total.few_digits += tally.few_digits
            total.worst = [max(pair) for pair in zip(total.worst, tally.worst, strict=True)]
            for kind, times in tally.wrong.items():
                total.wrong[f"{name}: {kind}"] += times
                print(f"  {mode}: {name}: {kind}, {times} of {tally.numbers}, worst {max(tally.worst)}")
        print(f"{name}: done after {time.process_time():.0f} s", flush=True)
    print("| mode | numbers | of few digits | order 0 | order 1 | order 2 | order 3 | beyond the bounds |")
    print("|---|--:|--:|--:|--:|--:|--:|---|")
    for mode, total in whole.items():
        worst = " | ".join(f"{error:.2f} at {where}" for error, where in total.worst)
        beyond = "; ".join(f"{kind} ({times})" for kind, times in total.wrong.items()) or "none"
        print(f"| {mode} | {total.numbers} | {total.few_digits} | {worst} | {beyond} |")


if __name__ == "__main__":
    np.seterr(all="ignore")
    main()
