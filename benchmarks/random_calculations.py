"""Random calculations, worked by plain arithmetic: what a person would write, line by line.

A page has 5 to 60 lines over scalars or over vectors and matrices; names are used again by loops and by updates;
gradients come with a formula or bare, of the first order and of the second. Claims have one digit to six. Nothing here
comes from the reader or the marker.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from calculation_trees import Array, Box, Numbers, Tree, boxed, name, num, op, shares, text, times, worked

LARGEST = 30.0  # numbers of a page
MOST_GRADIENTS = 14


@dataclass(frozen=True)
class Line:
    """A line: a version of a name, its formula, and which version of each name it reads; numbers alone where given."""

    name: str
    place: int
    tree: Tree | None
    reads: dict[str, int] = field(default_factory=dict)
    given: Array | None = None
    bare: bool = False
    """Whether the page does not write the formula: the reader works the derivative out."""
    gradient_of: int | None = None
    """The line by which the last scalar is differentiated, where this line is that derivative."""


class Page:
    """Lines in order, with their exact numbers."""

    def __init__(self) -> None:
        self.lines: list[Line] = []
        self.exact: list[Array] = []
        self.latest: dict[str, int] = {}

    def numbers(self) -> Numbers:
        """The exact numbers of all names, as they are now."""
        return {called: self.exact[place] for called, place in self.latest.items()}

    def give(self, called: str, numbers: Array) -> None:
        self._append(Line(called, len(self.lines), None, given=numbers), numbers)

    def add(self, called: str, tree: Tree, *, bare: bool = False, gradient_of: int | None = None) -> bool:
        """Enter a line, unless it comes to nothing that a person would write down."""
        numbers = worked(tree, self.numbers())
        size = np.abs(numbers).max(initial=0.0)
        if not np.isfinite(numbers).all() or not 1e-3 < size < LARGEST:
            return False
        reads = {read: self.latest[read] for read in tree.names()}
        self._append(Line(called, len(self.lines), tree, reads, None, bare, gradient_of), numbers)
        return True

    def _append(self, line: Line, numbers: Array) -> None:
        self.latest[line.name] = line.place
        self.lines.append(line)
        self.exact.append(numbers)


# Forward --------------------------------------------------------------------------------------------------


def random_page(rng: random.Random) -> Page:
    page = Page()
    if rng.random() < 0.12:
        _second_order(page, rng)
        return page
    short, arrays = rng.random() < 0.25, rng.random() < 0.5
    _give(page, rng, arrays, short)
    wanted = len(page.lines) + rng.choice([rng.randint(5, 15), rng.randint(10, 45)])
    for _ in range(300):
        if len(page.lines) >= wanted:
            break
        tree = _array_formula(page, rng, short) if arrays else _scalar_formula(page, rng, short)
        reused = [
            read for read in tree.names() if page.exact[page.latest[read]].shape == worked(tree, page.numbers()).shape
        ]
        page.add(rng.choice(reused) if reused and rng.random() < 0.12 else f"v{len(page.lines)}", tree)
    _loss(page, rng)
    _gradients(page, rng)
    _updates(page, rng)
    return page


def _rounded(rng: random.Random, short: bool) -> float:
    return (
        float(rng.randint(1, 3) * rng.choice([-1, 1]))
        if short
        else round(rng.uniform(-1.2, 1.2), rng.choice([1, 2])) or 0.4
    )


def _give(page: Page, rng: random.Random, arrays: bool, short: bool) -> None:
    def numbers(*shape: int) -> Array:
        return np.array([_rounded(rng, short) for _ in range(int(np.prod(shape)))], dtype=float).reshape(shape)

    if not arrays:
        for called in ["x", "w", "b", "y"][: rng.randint(2, 4)]:
            page.give(called, numbers())
        return
    n = rng.randint(2, 4)
    for called, shape in [
        ("x", (n,)),
        ("W", (n, n)),
        ("b", (n,)),
        ("y", (n,)),
        ("U", (rng.randint(2, 3), n)),
        ("k", ()),
    ]:
        page.give(called, numbers(*shape))


def _recent(page: Page, rng: random.Random, shape: tuple[int, ...] | None = None, fits: int = 8) -> Tree:
    names = [called for called, place in sorted(page.latest.items(), key=lambda item: item[1])]
    listed = [called for called in names if shape is None or page.exact[page.latest[called]].shape == shape]
    return name(rng.choice(listed[-fits:]))


def _scalar_formula(page: Page, rng: random.Random, short: bool) -> Tree:
    def some() -> Tree:
        return _recent(page, rng)

    c = num(float(rng.randint(2, 4)) if short else round(rng.uniform(0.2, 2.0), 1))
    forms = [
        lambda: op("+", times(c, some()), some()), lambda: op("*", some(), some()), lambda: op("-", some(), some()),
        lambda: op("+", op("*", some(), some()), some()), lambda: op("^", some(), num(2.0)),
        lambda: op("*", some(), op("-", some(), some())), lambda: op("^", op("-", some(), some()), num(2.0)),
    ]  # fmt: skip
    if not short:
        forms += [
            lambda: op(rng.choice(["tanh", "sigmoid"]), some()), lambda: op("exp", op("neg", some())),
            lambda: op("tanh", op("+", op("*", some(), some()), some())),
            lambda: op("/", some(), op("+", num(1.0), op("^", some(), num(2.0)))),
            lambda: op("ln", op("+", num(1.0), op("^", some(), num(2.0)))),
            lambda: times(num(0.5), op("^", some(), num(2.0))),
            lambda: op("+", op("+", some(), op("*", some(), some())), some()),
        ]  # fmt: skip
    return rng.choice(forms)()


def _array_formula(page: Page, rng: random.Random, short: bool) -> Tree:
    n = page.exact[page.latest["x"]].size

    def vector() -> Tree:
        return _recent(page, rng, (n,))

    def scalar() -> Tree:
        return _recent(page, rng, ())

    c = num(float(rng.randint(2, 3)) if short else round(rng.uniform(0.2, 1.5), 1))
    forms = [
        lambda: op("+", op("@", name("W"), vector()), vector()), lambda: op("@", name("W"), vector()),
        lambda: op("*", vector(), vector()), lambda: op("-", vector(), vector()), lambda: op("dot", vector(), vector()),
        lambda: op("sum", op("*", vector(), vector())), lambda: op("*", scalar(), vector()),
        lambda: op("mean", vector()),
        lambda: op("+", times(c, vector()), vector()), lambda: op("sum", vector()), lambda: op("*", scalar(), scalar()),
        lambda: op("@", name("U"), vector()),
    ]  # fmt: skip
    if not short:
        forms += [
            lambda: op(rng.choice(["tanh", "sigmoid", "relu"]), vector()),
            lambda: op("+", op("dot", vector(), vector()), scalar()),
            lambda: op("tanh", op("+", op("@", name("W"), vector()), vector())), lambda: op("tanh", scalar()),
        ]  # fmt: skip
        exponent = vector()
        forms.append(lambda: op("/", op("exp", exponent), op("sum", op("exp", exponent))))
    return rng.choice(forms)()


def _loss(page: Page, rng: random.Random) -> None:
    last = page.lines[-1].name
    shape = page.exact[-1].shape
    target = [
        called for called in ("y", "x") if called in page.latest and page.exact[page.latest[called]].shape == shape
    ]
    off = op("-", name(last), name(target[0])) if target and target[0] != last else name(last)
    square = op("^", off, num(2.0))
    tree = op(rng.choice(["sum", "mean"]), square) if shape else square
    page.add("L", times(num(0.5), tree) if rng.random() < 0.5 else tree)


def _second_order(page: Page, rng: random.Random) -> None:
    """A polynomial of one number, or a function of it, with its first and its second derivative."""
    page.give("x", np.array(round(rng.uniform(0.3, 1.8), 1)))
    page.give("c", np.array(round(rng.uniform(0.3, 1.8), 1)))
    x, c = name("x"), name("c")
    f = rng.choice([
        op("+", op("*", c, op("^", x, num(3.0))), op("^", x, num(2.0))), op("*", c, op("^", x, num(4.0))),
        op("exp", op("*", c, x)), op("tanh", op("*", c, x)),
        op("ln", op("+", num(1.0), op("*", c, op("^", x, num(2.0))))),
        op("^", op("-", op("^", x, num(2.0)), c), num(2.0)), op("/", c, x),
    ])  # fmt: skip
    for i in range(rng.randint(2, 4)):
        page.add(f"u{i}", _scalar_formula(page, rng, False))
    if page.add("f", f):
        first = _summed([share for called, share in shares(f, num(1.0), page.numbers()) if called == "x"])
        second = _summed([share for called, share in shares(first, num(1.0), page.numbers()) if called == "x"])
        page.add("df/dx", first, gradient_of=0)
        page.add("d2f/dx2", second, gradient_of=0)


# Backward -------------------------------------------------------------------------------------------------


def _summed(terms: list[Tree]) -> Tree:
    total, *rest = terms
    for term in rest:
        total = op("+", total, term)
    return total


def _gradients(page: Page, rng: random.Random) -> None:
    """dL/d… backward through the lines, as long as each formula can be written with the names as they are now."""
    if page.lines[-1].name != "L":
        return
    loss = page.lines[-1].place
    handed: dict[int, list[Tree]] = {}
    blocked: set[int] = set()
    done: dict[int, Tree] = {loss: num(1.0)}
    count = 0
    for place in range(loss, -1, -1):
        line = page.lines[place]
        if place != loss and place in handed and place not in blocked:
            tree = _summed(handed[place])
            latest = page.latest.get(line.name) == place and count < MOST_GRADIENTS and len(handed[place]) < 6
            if latest and page.add(f"dL/d{line.name}", tree, bare=rng.random() < 0.25, gradient_of=place):
                done[place] = name(f"dL/d{line.name}")
                count += 1
        if line.tree is None:
            continue
        writable = place in done and all(page.latest[read] == at for read, at in line.reads.items())
        if place in done or place in handed or place in blocked:
            if not writable or page.latest[line.name] != place:
                blocked.update(line.reads.values())
                continue
            for called, share in shares(line.tree, done[place], page.numbers(), name(line.name)):
                handed.setdefault(line.reads[called], []).append(share)


def _updates(page: Page, rng: random.Random) -> None:
    for called in ("w", "W", "b", "k"):
        if f"dL/d{called}" in page.latest and rng.random() < 0.7:
            page.add(called, op("-", name(called), times(num(rng.choice([0.1, 0.5])), name(f"dL/d{called}"))))


# On paper -------------------------------------------------------------------------------------------------


@dataclass
class Paper:
    """A page worked with rounded numbers.

    Attributes:
        page: what is worked.
        claims: what is written of each line, by its place; lines without one are left out.
        numbers: of each line, what the next lines go on from.
    """

    page: Page
    decimals: int
    claims: dict[int, list[str]]
    numbers: list[Array]

    @property
    def half(self) -> float:
        return 0.5 * 10.0**-self.decimals

    def text(self, formulas: dict[int, Tree] | None = None) -> str:
        """The page's lines, some perhaps with another formula than the right one."""
        written = []
        for line in self.page.lines:
            if line.given is not None:
                written.append(f"{line.name} = {_listed([f'{x:g}' for x in line.given.ravel()], line.given.shape)}")
                continue
            tree = (formulas or {}).get(line.place, line.tree)
            left = line.name if line.bare and line.place not in (formulas or {}) else f"{line.name} = {text(tree)}"
            claim = self.claims.get(line.place)
            right = f"  # {_listed(claim, self.page.exact[line.place].shape)}" if claim else ""
            written.append(left + right)
        return "\n".join(written)

    def before(self, place: int) -> Numbers:
        """What a line reads: the numbers on paper."""
        return {called: self.numbers[at] for called, at in self.page.lines[place].reads.items()}

    def reach(self, place: int) -> Box:
        """All that a line can come to when each claim above stands for any number that rounds to it."""
        boxes: dict[int, Box] = {}

        def box(at: int) -> Box:
            if at not in boxes:
                line = self.page.lines[at]
                if line.tree is None:
                    boxes[at] = (self.page.exact[at],) * 2
                elif at in self.claims and at != place:
                    boxes[at] = self.numbers[at] - self.half, self.numbers[at] + self.half
                else:
                    boxes[at] = boxed(line.tree, {called: box(read) for called, read in line.reads.items()})
            return boxes[at]

        return box(place)


def on_paper(
    page: Page, rng: random.Random, decimals: int, instead: dict[int, Array] | None = None, *, unclaimed: float = 0.15
) -> Paper:
    """Each number worked from the rounded ones above it, as people work; `instead` is what some lines come to."""
    paper = Paper(page, decimals, {}, [])
    for line in page.lines:
        if line.tree is None:
            paper.numbers.append(page.exact[line.place])
            continue
        numbers = (instead or {}).get(line.place)
        if numbers is None:
            numbers = worked(line.tree, paper.before(line.place))
        if rng.random() >= unclaimed or line.place in (instead or {}):
            paper.claims[line.place] = [f"{x:.{decimals}f}" for x in numbers.ravel()]
            numbers = np.array([float(claim) for claim in paper.claims[line.place]]).reshape(numbers.shape)
        paper.numbers.append(numbers)
    return paper


def _listed(numbers: list[str], shape: tuple[int, ...]) -> str:
    if not shape:
        return numbers[0]
    step = len(numbers) // shape[0]
    rows: Iterator[str] = (_listed(numbers[i * step : (i + 1) * step], shape[1:]) for i in range(shape[0]))
    return f"[{', '.join(rows)}]"
