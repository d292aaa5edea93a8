"""From chains to calculation lines: which name each chain is about, its formula, and what is claimed of it.

    a_2 = σ(z_2) ≈ 0.506            a2 = sigmoid(z2)   # 0.506
    ∂C/∂b_2 = δ_2 = -0.247          dC/db2 = δ2   # -0.247
    y = 1                           y = 1

Lines stand after those whose names they use, whatever the order of the note. A formula whose names nobody defines is
left out, and told.
"""

from __future__ import annotations

import functools
import heapq
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from tinygrad_notes.reading.arithmetic import literal_numbers, value_of
from tinygrad_notes.reading.chains import Chain
from tinygrad_notes.reading.formulas import Apply, Name, Number, Tree, is_literal, names
from tinygrad_notes.reading.writing import Shape, Written, renamed, written

_CONSTANTS = frozenset(["e", "π", "pi"])
_DERIVATIVE = re.compile(r"d(\w+)/d(\w+)")


@dataclass
class Line:
    """One calculation line, and the chains that it was made from.

    Attributes:
        target: what it is about: a name, or an expression of names.
        formula: what that is set equal to; None for a bare claim.
        claim: the number or numbers claimed; None for none.
        chains: from which it was made, in the order of the note.
        alias: whether it only gives a gradient a second name.
    """

    target: Tree
    formula: Tree | None = None
    claim: Tree | None = None
    chains: list[Chain] = field(default_factory=list)
    alias: bool = False

    @property
    def is_given(self) -> bool:
        return self.formula is not None and is_literal(self.formula)

    @property
    def derivative(self) -> tuple[str, str] | None:
        """What is derived by what, where the line is about a derivative."""
        found = _DERIVATIVE.fullmatch(self.target.name) if isinstance(self.target, Name) else None
        return (found[1], found[2]) if found else None

    @property
    def names_a_result(self) -> bool:
        """Whether a bare claim of it says something: a derivative or an expression has a value of its own."""
        return self.derivative is not None or not isinstance(self.target, (Name, Number))

    def needs(self) -> set[str]:
        """The names that must stand above this line."""
        needed = set(names(self.formula)) if self.formula is not None else set()
        if self.derivative:
            needed |= set(self.derivative)
        elif not isinstance(self.target, Name):
            needed |= set(names(self.target))
        return needed - _CONSTANTS


@dataclass
class Naming:
    """The lines of a page, and the chains that none was made from.

    Attributes:
        lines: in an order in which each uses names of those above it only.
        unnamed: the chains that say nothing of a name that can be worked out.
    """

    lines: list[Line] = field(default_factory=list)
    unnamed: list[Chain] = field(default_factory=list)

    def texts(self) -> list[str]:
        """The calculation lines as text, one for each."""
        shapes: dict[str, Shape] = {}
        return [_text(line, shapes) for line in self.lines]


def named(chains: Sequence[Chain]) -> Naming:
    """The calculation lines that the chains of a note come to."""
    drafts = [line for chain in chains for line in _drafts(chain)]
    known = {line.target.name for line in drafts if isinstance(line.target, Name)}
    lines: list[Line] = []
    latest: dict[Tree, Line] = {}
    for line in drafts:
        target = _own_names(line.target, known)
        if target != line.target and line.formula is None:
            line.formula, line.claim = line.claim, None  # a gradient that the note gives, for it never says of what
        line.target = target
        line.formula = None if line.formula is None else _own_names(_letters_apart(line.formula, known), known)
        before = latest.get(line.target)
        if before is None or _is_new_version(before, line):
            lines.append(line)
            latest[line.target] = line
        else:
            _merge(before, line)
    ordered = _in_order([line for line in lines if line.formula is not None or line.names_a_result])
    used = {id(chain) for line in ordered for chain in line.chains}
    left = [chain for chain in chains if id(chain) not in used]
    return Naming(ordered, list(_without_formula(left, ordered)))


def _drafts(chain: Chain) -> Iterator[Line]:
    """The lines that one chain comes to: its own, and one for a second name of a gradient."""
    trees = [member.tree for member in chain.members if member.tree is not None]
    if chain.members[0].tree is None or not _has_names(trees[0]):
        return
    targets = [trees[0]]
    if (
        isinstance(trees[0], Name)
        and isinstance(trees[1], Name)
        and _is_derivative(trees[1])
        and not _is_derivative(trees[0])
    ):
        targets.insert(0, trees[1])
    rest = trees[len(targets) :]
    formulas = [tree for tree in rest if not is_literal(tree) and _has_names(tree)]
    claim = trees[-1] if chain.members[-1].is_literal and rest else None
    formula = formulas[0] if formulas else None
    is_name = isinstance(targets[0], Name) and not _is_derivative(targets[0])
    if formula is None and is_name and len(rest) == 1:
        formula, claim = claim, None  # a number alone: given
    if formula is not None or claim is not None:
        yield Line(targets[0], formula, claim, [chain])
    for other in targets[1:]:
        yield Line(other, targets[0], None, [chain], alias=True)


def _letters_apart(formula: Tree, known: set[str]) -> Tree:
    """The formula with `wx` as a product where w and x are names of the page, and wx is none."""
    names_in_turn = "|".join(re.escape(name) for name in sorted(known, key=len, reverse=True))

    def apart(tree: Tree) -> Tree | None:
        if (
            not isinstance(tree, Name)
            or tree.name in known
            or not re.fullmatch(f"(?:{names_in_turn}){{2,}}", tree.name)
        ):
            return None
        factors: list[Tree] = [Name(name) for name in re.findall(names_in_turn, tree.name)]
        return functools.reduce(lambda left, right: Apply("*", (left, right)), factors)

    return renamed(formula, apart)


def _own_names(formula: Tree, known: set[str]) -> Tree:
    """The formula with dL/dw as a name like any other, dL_dw, where the note never says what L is."""

    def own(tree: Tree) -> Tree | None:
        found = _DERIVATIVE.fullmatch(tree.name) if isinstance(tree, Name) else None
        return Name(f"d{found[1]}_d{found[2]}") if found and not {found[1], found[2]} <= known else None

    return renamed(formula, own)


def _is_derivative(tree: Tree) -> bool:
    return isinstance(tree, Name) and _DERIVATIVE.fullmatch(tree.name) is not None


def _has_names(tree: Tree) -> bool:
    return any(name not in _CONSTANTS for name in names(tree))


def _is_new_version(line: Line, new: Line) -> bool:
    """Whether a name that was used before now stands for another number: an update, or the next pass."""
    if new.formula is not None and isinstance(new.target, Name) and new.target.name in names(new.formula):
        return True
    if line.alias or new.alias:
        return False
    if line.is_given and (new.is_given or new.claim is not None):
        return not _same(line.formula, new.formula if new.is_given else new.claim)
    complete = line.claim is not None and line.formula is not None
    again = new.claim is not None and new.formula is not None and not new.is_given
    return complete and again and not _same(line.claim, new.claim)


def _merge(line: Line, new: Line) -> None:
    """Put what two chains say of the same number together: the first formula, the first claim."""
    if line.is_given and new.formula is not None and not new.is_given:
        line.formula, line.claim = new.formula, new.claim or line.formula  # the number came before its formula
    elif line.formula is None or (line.alias and not new.is_given):
        line.formula, line.alias = new.formula, new.alias
    elif new.is_given and not line.is_given and line.claim is None and not line.alias:
        line.claim = new.formula
    line.claim = line.claim or new.claim
    line.chains += new.chains


def _in_order(lines: Sequence[Line]) -> list[Line]:
    """The lines, each after those whose names it uses; what can never be worked out is left out."""
    waiting: dict[str, list[int]] = {}
    missing = [line.needs() for line in lines]
    for at, needed in enumerate(missing):
        for name in needed:
            waiting.setdefault(name, []).append(at)
    ready = [at for at, needed in enumerate(missing) if not needed]
    heapq.heapify(ready)
    ordered: list[Line] = []
    while ready:
        line = lines[heapq.heappop(ready)]
        ordered.append(line)
        name = line.target.name if isinstance(line.target, Name) else ""
        for at in waiting.pop(name, ()):
            missing[at].discard(name)
            if not missing[at]:
                heapq.heappush(ready, at)
    return ordered


# The formula that numbers were put into ----------------------------------------------------------------


def _without_formula(chains: Sequence[Chain], lines: Sequence[Line]) -> Iterator[Chain]:
    """The chains that are about no line; others become the claim of the one whose formula they put numbers into."""
    page = {line.target.name: _number(line) for line in lines if isinstance(line.target, Name)}
    open_lines = [line for line in lines if line.claim is None and not line.is_given and line.formula is not None]
    for chain in chains:
        numbers = _arithmetic_of(chain)
        fitting = [line for line in open_lines if numbers and line.formula and _fits(line.formula, numbers, page)]
        if len(fitting) == 1 and fitting[0].claim is None:
            fitting[0].claim = chain.members[-1].tree
            fitting[0].chains.append(chain)
        else:
            yield chain


def _arithmetic_of(chain: Chain) -> Apply | None:
    """The first member of numbers alone, of a chain that ends in a number."""
    if not chain.members[-1].is_literal:
        return None
    trees = (member.tree for member in chain.members if not member.is_literal)
    return next((tree for tree in trees if isinstance(tree, Apply) and not _has_names(tree)), None)


def _number(line: Line) -> Tree | None:
    return line.claim if line.claim is not None else line.formula if line.is_given else None


def _fits(formula: Tree, numbers: Tree, page: Mapping[str, Tree | None]) -> bool:
    """Whether `numbers` is the formula with each name's number on the page in its place."""
    if isinstance(formula, Name):
        own = page.get(formula.name)
        return own is not None and is_literal(numbers) and _same(own, numbers)
    if isinstance(formula, Number):
        return isinstance(numbers, Number) and value_of(formula) == value_of(numbers)
    return (
        isinstance(numbers, Apply)
        and formula.function == numbers.function
        and len(formula.operands) == len(numbers.operands)
        and all(_fits(one, other, page) for one, other in zip(formula.operands, numbers.operands))
    )


def _same(one: Tree | None, other: Tree | None) -> bool:
    if one is None or other is None:
        return one is other
    left, right = literal_numbers(one), literal_numbers(other)
    return [sign * value_of(number) for number, sign in left] == [sign * value_of(number) for number, sign in right]


# Written out ------------------------------------------------------------------------------------------


def _text(line: Line, shapes: dict[str, Shape]) -> str:
    """The line as text; notes down the shape of what it is about."""
    claim = "" if line.claim is None else f"   # {written(line.claim).text}"
    target = written(line.target, shapes)
    formula = None if line.formula is None else written(line.formula, shapes)
    if isinstance(line.target, Name):
        shapes[line.target.name] = _shape(line, formula, shapes)
    return f"{target.text}{claim}" if formula is None else f"{target.text} = {formula.text}{claim}"


def _shape(line: Line, formula: Written | None, shapes: Mapping[str, Shape]) -> Shape:
    if line.derivative:
        what, by = line.derivative
        outer = shapes.get(what, ())
        return (() if all(length == 1 for length in outer) else outer) + shapes.get(by, ())
    if formula is not None and (formula.shape or line.claim is None):
        return formula.shape
    return () if line.claim is None else written(line.claim).shape
