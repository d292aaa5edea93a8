"""From chains to calculation lines: which name each chain is about, its formula, and what is claimed of it.

    a_2 = σ(z_2) ≈ 0.506            a2 = sigmoid(z2)   # 0.506
    ∂C/∂b_2 = δ_2 = -0.247          dC/db2 = δ2   # -0.247
    y = 1                           y = 1

Lines stand after those whose names they use, whatever the order of the note. A formula whose names nobody defines is
left out, and reported.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace

from tinygrad_notes.reading.arithmetic import Check, held_against
from tinygrad_notes.reading.chains import Chain
from tinygrad_notes.reading.drafting import drafted
from tinygrad_notes.reading.formulas import Apply, Name, Number, Tree, has_names, is_vector, names, renamed
from tinygrad_notes.reading.general_rows import holds_data
from tinygrad_notes.reading.letters import Letters
from tinygrad_notes.reading.limits import MOST_FITS
from tinygrad_notes.reading.named_lines import DERIVATIVE, Line, Naming, read_squares_otherwise
from tinygrad_notes.reading.numbers_on_page import Page
from tinygrad_notes.reading.ordering import in_order
from tinygrad_notes.reading.substitution import WrongNumber, fits, put_in, wrong_numbers
from tinygrad_notes.reading.versions import (
    are_close,
    is_new_version,
    is_right_in_itself,
    is_set_anew,
    is_set_by_numbers,
    is_worked_anew,
    same_numbers,
    take_numbers_put_in,
)
from tinygrad_notes.reading.working_out import NotArithmeticError
from tinygrad_notes.reading.writing import written

GIVEN_GRADIENT = re.compile(r"\bd\w+_d\w+")
"""How a gradient is called that the note gives without what it comes from; what rests on it is not judged."""


def named(chains: Sequence[Chain]) -> Naming:
    """The calculation lines made of the chains of a note."""
    drafts = drafted(chains)
    named_lines = [(line.target.name, line) for line in drafts if isinstance(line.target, Name)]
    known = {name for name, _ in named_lines}
    worked = {name for name, line in named_lines if line.formula is not None and not line.is_given}
    letters, vectors = Letters(known), _vectors(drafts)

    def own(tree: Tree | None) -> Tree | None:
        elements = tree and _elements(letters.apart(tree), known, vectors)
        return elements and _own_names(elements, worked, known)

    lines: list[Line] = []
    latest: dict[Tree, Line] = {}
    since: dict[str, int] = {}  # the line at which each name got its latest version
    first: dict[str, int] = {}  # and its first one
    given: set[Tree] = set()  # the names that were given a number
    written_out: set[tuple[int, str]] = set()  # the formulas of each gradient
    for line in drafts:
        target = _own_names(line.target, worked, known)
        if target != line.target and line.formula is None:
            line.formula, line.claim = line.claim, None  # a gradient that the note gives, for it never says of what
        line.target = target
        line.formula, line.other = own(line.formula), own(line.other)
        before = latest.get(line.target)
        is_set = is_set_by_numbers(line, latest, since) or is_set_anew(line, before, line.target in given)
        if before is None or is_set or is_new_version(before, line) or is_worked_anew(before, line, since, first):
            if isinstance(line.target, Name):
                first.setdefault(line.target.name, len(lines))
                since[line.target.name] = len(lines)
            given.update([line.target] if line.is_given else ())
            line.place = len(lines)
            lines.append(line)
            latest[line.target] = line
        elif _is_another_number(before, line):
            lines.append(replace(line, again=True))
        else:
            _merge(before, line, any(first.get(name, -1) > before.place for name in line.needs()))
        lines += _other_formulas(line, latest[line.target], own, len(lines), written_out)
    _take_numbers_for_formulas(lines)
    ordered = in_order([line for line in lines if line.formula is not None or line.names_a_result])
    take_numbers_put_in(ordered)
    read_squares_otherwise(ordered)
    used = {id(chain) for line in ordered for chain in line.chains}
    left = [chain for chain in chains if id(chain) not in used]
    return Naming(ordered, list(_without_formula(left, ordered)))


def _vectors(drafts: Sequence[Line]) -> dict[str, int]:
    """How many numbers each vector of the note has."""
    literals = [(line.target, line.claim if line.claim is not None else line.formula) for line in drafts]
    return {
        target.name: len(literal.operands) for target, literal in literals
        if isinstance(target, Name) and literal is not None and is_vector(literal)
    }  # fmt: skip


def _elements(formula: Tree, known: set[str], vectors: Mapping[str, int]) -> Tree:
    """The formula with h1 as the first number of the vector h, where the note sets no h1."""

    def element(tree: Tree) -> Tree | None:
        found = _ELEMENT.fullmatch(tree.name) if isinstance(tree, Name) and tree.name not in known else None
        if found is None or not 1 <= int(found[2]) <= vectors.get(found[1], 0):
            return None
        return Apply("element", (Name(found[1]), Number(str(int(found[2]) - 1), 0, 0)))

    return renamed(formula, element) if vectors else formula


_ELEMENT = re.compile(r"(.*\D)(\d)")


def _take_numbers_for_formulas(lines: Sequence[Line]) -> None:
    """Let the numbers put in stand for the formula of a name that has none and that other formulas use.

    Not where only derivatives use it: what these are taken through is a formula that the note does not have.
    """
    used = {name for line in lines if line.formula and not line.derivative for name in names(line.formula)}
    for line in lines:
        if isinstance(line.target, Name) and line.target.name in used:
            line.take_numbers_for_formula()


def _own_names(formula: Tree, worked: set[str], known: set[str]) -> Tree:
    """The formula with dL/dw as a name like any other, dL_dw, where the note never says what L comes from."""

    def own(tree: Tree) -> Tree | None:
        found = DERIVATIVE.fullmatch(tree.name) if isinstance(tree, Name) else None
        return Name(f"d{found[1]}_d{found[2]}") if found and not (found[1] in worked and found[2] in known) else None

    return renamed(formula, own)


def _is_another_number(line: Line, new: Line) -> bool:
    """Whether an expression, which means the same wherever it stands, is claimed to be another number than before."""
    is_claim = new.formula is None and new.claim is not None and isinstance(new.target, Apply)
    return is_claim and line.claim is not None and not are_close(line.numbers(), new.numbers())


def _other_formulas(
    new: Line, line: Line, own: Callable[[Tree], Tree | None], place: int, written_out: set[tuple[int, str]]
) -> Iterator[Line]:
    """The formulas of a gradient besides the one that its line has, each as a line of its own, once.

    Args:
        new: what a chain says of it.
        line: the line that this came to.
        own: how the formulas of the note read.
        place: how many lines of the note stand before.
        written_out: by the place of its line, the formulas of a gradient so far; these are added.
    """
    if new.alias or line.alias or not new.derivative or not isinstance(new.target, Name):
        return
    others = [new.formula, *map(own, new.further)]
    for formula in others:
        if formula is None or isinstance(formula, Name) or not has_names(formula) or holds_data(formula):
            continue
        key = line.place, written(formula).text
        is_new = key not in written_out and formula is not line.formula
        written_out.add(key)
        if is_new:
            yield Line(new.target, formula, None, new.chains[:1], place=place, again=True)


def _merge(line: Line, new: Line, by_steps: bool) -> None:
    """Put what two chains say of the same number together: the first formula, the first claim.

    A formula without a number that comes again with one, in names that stand between, is worked by these steps.
    A bare number that differs from the claim may belong to another example: it is left unread, and reported.
    """
    is_bare = new.is_given or (new.formula is None and new.claim is not None and put_in(new.chains[0]) is None)
    if is_bare and line.claim is not None and not are_close(line.numbers(), new.numbers()):
        return
    if line.is_given and new.formula is not None and not new.is_given:
        line.formula, line.claim = new.formula, new.claim or line.formula  # the number came before its formula
    elif new.is_given and line.formula is None and line.claim is None:
        line.claim = new.formula  # of the numbers put in before
        line.take_numbers_for_formula()
    elif line.formula is None or (line.alias and not new.is_given):
        line.formula, line.alias = new.formula, new.alias
    elif by_steps and line.claim is None and new.claim is not None and new.formula is not None:
        line.formula, line.other = new.formula, new.other
    elif new.is_given and not line.is_given and line.claim is None and not line.alias:
        line.claim = new.formula
    line.claim = line.claim or new.claim
    line.chains += new.chains


# The formula that numbers were put into ----------------------------------------------------------------


def _without_formula(chains: Sequence[Chain], lines: Sequence[Line]) -> Iterator[Chain]:
    """The chains that are about no line; others become the claim of the one whose formula they put numbers into."""
    page = Page({line.target.name: line.numbers() for line in lines if isinstance(line.target, Name)})
    open_lines = [line for line in lines if line.claim is None and not line.is_given and line.formula is not None]
    put = [put_in(chain) for chain in chains]
    if sum(numbers is not None for numbers in put) * len(open_lines) > MOST_FITS:
        open_lines = []
    for chain, numbers in zip(chains, put, strict=True):
        fitting = [line for line in open_lines if numbers and line.formula and fits(line.formula, numbers, page)]
        if len(fitting) == 1 and fitting[0].claim is None:
            fitting[0].claim = chain.members[-1].tree
            fitting[0].chains.append(chain)
        else:
            yield chain


def wrong_substitutions(
    lines: Sequence[Line], right: Mapping[int, tuple[float, ...]]
) -> Iterator[tuple[int, WrongNumber]]:
    """The numbers put in that differ from their quantities, each with the place of its line.

    Args:
        lines: of a page, in their order.
        right: what each number that the page claims may be, by its place in the note: exact, and from above.
    """
    page = Page(right=right)
    for at, line in enumerate(lines):
        if line.again:
            continue  # its number stands in another line
        for chain in line.chains:
            numbers = put_in(chain)
            if line.formula is not None and numbers is not None and not _is_of_other_numbers(chain, line):
                yield from ((at, wrong) for wrong in wrong_numbers(line.formula, numbers, page))
        if isinstance(line.target, Name):
            page.add(line.target.name, line.numbers())


def _is_of_other_numbers(chain: Chain, line: Line) -> bool:
    """Whether a chain of numbers alone comes rightly to another number than the line: nobody says what it puts in."""
    has_formula = any(member.tree is not None and has_names(member.tree) for member in chain.members[1:])
    ending = chain.members[-1].tree
    same = line.claim is None or ending is None or same_numbers(line.claim, ending)
    return not has_formula and not same and is_right_in_itself(chain)


def by_the_notes_numbers(lines: Sequence[Line], wanted: Collection[int]) -> Iterator[Check]:
    """The claims of the wanted lines checked against their formulas with the note's own numbers in them.

    Each of these stands for every number that rounds to it. A line beyond plain arithmetic gives no check.
    """
    page: dict[Tree, Tree | None] = {}  # the latest number of each target
    for at, line in enumerate(lines if wanted else ()):
        if at in wanted and line.formula is not None and line.claim is not None:
            with suppress(NotArithmeticError):
                yield from held_against(line.formula, page.get, line.claim)
        if line.numbers():
            page[line.target] = line.claim or line.formula
