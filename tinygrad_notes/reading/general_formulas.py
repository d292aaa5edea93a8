"""Formulas of a note without numbers, judged at random numbers.

    C = (a - y)²,  a = σ(z),  ∂C/∂z = 2(a - y) a(1 - a)      is that the derivative?
    σ'(z) = σ(z)(1 - σ(z))                                    is the one equal to the other?
    z_j = Σ_i w_ij a_i,  ∂L/∂w_ij = a_i ∂L/∂z_j               the same for every i and j
    δ_1 = (W_2^T δ_2) ⊙ σ'(z_1)                               the same for vectors and matrices

A name that the note does not compute gets a random number. The page with these numbers is judged like any other, near
them and far from them. A loss that the note never defines is taken as some function of the names by which the note
differentiates it. Where the note leaves something out that the answer depends on, there is no mark.
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from tinygrad_notes.errors import CalculationError
from tinygrad_notes.reading.chains import Chain
from tinygrad_notes.reading.elements_of_vectors import ElementRow, compared_with_elements, told_of_elements
from tinygrad_notes.reading.formulas import CONSTANTS, Apply, Name, Tree, names
from tinygrad_notes.reading.general_rows import GeneralPage, Row, names_in, rows_of
from tinygrad_notes.reading.index_notation import exchanged_index, notation_of, with_layers, written_out
from tinygrad_notes.reading.limits import MOST_GENERAL
from tinygrad_notes.reading.named_lines import DERIVATIVE, Line, is_chain_rule
from tinygrad_notes.reading.ranks import NoSizesError, Ranks, is_of_arrays
from tinygrad_notes.reading.update_rules import judged_update
from tinygrad_notes.reading.writing import Shape, with_inner_products, written
from tinygrad_notes.worked.calculation import FormulaMark, mark_calculation

_MOST_WORK = 1_000  # lines worked again because others could not be worked out
_IDENTITY = "identity_"
SHAPES = ("it has shape", "it is one number")


@dataclass(frozen=True, slots=True)
class GeneralMark:
    """The mark of one formula, from its values at random numbers.

    Attributes:
        start: where its chain begins, in characters from the note's start.
        quantity: the quantity that the note sets equal to it.
        written: the formula, as calculation lines write it.
        is_right: whether it holds.
        mistakes: what is wrong in it, the likeliest first.
        end: where its chain ends.
    """

    start: int
    quantity: str
    written: str
    is_right: bool
    mistakes: tuple[str, ...] = ()
    end: int = 0

    def as_json(self) -> dict[str, Any]:
        """The mark as plain data."""
        return {name: getattr(self, name) for name in ("quantity", "written", "is_right", "mistakes")}


def general_marks(text: str, drafts: Sequence[Line], wanted: Sequence[Chain]) -> list[GeneralMark]:
    """The marks of the formulas in the wanted chains of a note; `drafts` are all its lines."""
    if len(drafts) > MOST_GENERAL or not wanted:
        return []
    ids = {id(chain) for chain in wanted}
    updates = ((line, judged_update(line, text)) for line in drafts if id(line.chains[0]) in ids)
    marks = [GeneralMark(line.chains[0].start, *update) for line, update in updates if update]
    rows = rows_of(text, drafts)
    if any(id(row.chain) in ids for row in rows):
        marks += _exchanged([row for row in rows if row.chain and id(row.chain) in ids], rows)
        marks += _Judging(written_out(with_layers(rows))).marks(ids)
    ends = {line.chains[0].start: line.chains[0].end for line in drafts}
    told = sorted(dict.fromkeys(marks), key=lambda mark: mark.start)
    return [replace(mark, end=ends[mark.start]) for mark in told]


def _exchanged(wanted: Sequence[Row], rows: Sequence[Row]) -> Iterator[GeneralMark]:
    """The formulas with an index that their left side does not have."""
    notation = notation_of(rows)
    if notation is None:
        return
    for row in wanted:
        if row.chain is not None and (indices := exchanged_index(notation, row)):
            text = written(row.formulas[0]).text
            yield GeneralMark(row.chain.start, row.name, text, False, (f"another index taken ({indices})",))


class _Judging:
    """The rows of a note as one page at random numbers."""

    def __init__(self, rows: Sequence[Row]) -> None:
        self.rng = random.Random(0)
        try:
            self.ranks = Ranks(rows)
        except NoSizesError:
            self.ranks = Ranks([])
            rows = [row for row in rows if not is_of_arrays(row)]
        self.page = _page([*rows, *compared_with_elements(rows, self.ranks)])
        self.shapes = self._shapes()

    def marks(self, wanted: set[int]) -> list[GeneralMark]:
        texts = list(self._texts())
        for _ in range(max(_MOST_WORK // max(len(texts), 1), 2)):
            try:
                marking = mark_calculation("\n".join(text for text, _ in texts), most=1)
            except CalculationError as problem:
                at = (problem.line or 1) - 1
                texts = [*texts[:at], *texts[at + 1 :]]
                continue
            return list(self._told(marking.formulas, [row for _, row in texts], wanted))
        return []

    def _shapes(self) -> dict[str, Shape]:
        """The shape of each array, and of the derivatives by it."""
        shapes = self.ranks.shapes()
        every = set(names_in(self.page.rows))
        by = {name: found[2] for name in every if (found := DERIVATIVE.fullmatch(name)) and self.ranks.of(Name(name))}
        return shapes | {name: shapes[array] for name, array in by.items()}

    # The page ----------------------------------------------------------------------------------------------

    def _written(self, tree: Tree, target: Tree | None = None) -> str:
        found = written(tree, self.shapes)
        if target is not None and not self.ranks.of(target) and found.shape:
            found = written(with_inner_products(tree, self.shapes), self.shapes)
        return found.text

    def _texts(self) -> Iterator[tuple[str, Row | None]]:
        """The page as calculation lines, each with the row that it was made from."""
        page = self.page
        for name in sorted(page.free):
            yield f"{name} = {self._random(self.ranks.known.get(name, 0))}", None
        identities = itertools.count()
        made, waiting = set(page.free) | set(CONSTANTS), list(page.rows)
        losses = dict(page.unknown)
        while True:
            for loss in [loss for loss, sinks in losses.items() if sinks <= made]:
                made.add(loss)
                yield f"{loss} = {' + '.join(map(self._term, sorted(losses.pop(loss))))}", None
            ready = [row for row in waiting if _needs(row) <= made]
            for row in ready:
                left = row.name or f"{_IDENTITY}{next(identities)} = {self._written(row.target)}"
                yield " = ".join([left, *(self._written(tree, row.target) for tree in row.formulas)]), row
                made.add(row.name)
            waiting = [row for row in waiting if row not in ready]
            if not ready and not any(sinks <= made for sinks in losses.values()):
                return

    def _random(self, rank: int) -> str:
        if not rank:
            return f"{self.rng.uniform(0.2, 0.8):.3f}"
        return f"[{', '.join(self._random(rank - 1) for _ in range(self.ranks.size))}]"

    def _term(self, sink: str) -> str:
        """What a loss of unknown form is of one of its variables."""
        rank = self.ranks.known.get(sink, 0)
        term = f"sin({sink} + {self._random(rank)})"
        return f"sum({term})" if rank else term

    # What came of it ---------------------------------------------------------------------------------------

    def _told(
        self, formulas: Sequence[FormulaMark], rows: Sequence[Row | None], wanted: set[int]
    ) -> Iterator[GeneralMark]:
        found: dict[tuple[Row, int], list[FormulaMark]] = {}
        for mark in formulas:
            row = rows[mark.line - 1]
            if row is None or row.chain is None or id(row.chain) not in wanted or mark.is_right is None:
                continue
            if not mark.is_right and self._is_scheme(row, mark.written):
                continue
            if any(said.startswith(SHAPES) for said in mark.mistakes):
                continue  # the shapes of a page at random numbers are our own guess
            texts = [self._written(tree, row.target) for tree in row.formulas]
            if mark.written in texts and self._can_be_judged(mark, row.formulas[texts.index(mark.written)], row):
                found.setdefault((row.whole or row, texts.index(mark.written)), []).append(mark)
        for (row, at), marks in told_of_elements(found).items():
            wrong = next((mark for mark in marks if not mark.is_right), None)
            mark, quantity = wrong or marks[0], row.name or self._written(row.target)
            if isinstance(row, ElementRow):
                quantity = row.vector if row.is_of_vector else row.shown
            text = self._written(row.formulas[at], row.target)
            if row.chain is not None:
                yield GeneralMark(row.chain.start, quantity, text, not wrong, mark.mistakes)

    def _is_scheme(self, row: Row, text: str) -> bool:
        """Whether the formula is a chain rule of arrays."""
        schemes = [tree for tree in row.formulas if is_chain_rule(row.target, tree)]
        return any(self._written(tree, row.target) == text and self.ranks.of(row.target) for tree in schemes)

    def _can_be_judged(self, mark: FormulaMark, tree: Tree, row: Row) -> bool:
        """Whether the note has all that the formula is checked against."""
        page, derivative = self.page, DERIVATIVE.fullmatch(row.name)
        if mark.against != "derivative" or derivative is None:
            first = row.target if not row.name else row.formulas[0]
            mine, other = page.reached(tree), page.reached(first)
            if self._written(first) == mark.written:
                return False
            is_equation = isinstance(row.target, Apply) and not row.target.function.endswith("'")
            is_equation = is_equation and not isinstance(row, ElementRow) and not self.ranks.of(row.target)
            if not mark.is_right and is_equation:
                return False  # 2x = x + 3
            return mark.against == "chain" and (mine <= other or other <= mine)
        loss, by = derivative.groups()
        if loss not in page.unknown:
            return page.reached(tree) <= page.reached(Name(loss))
        sinks = page.unknown[loss]
        on_the_way = page.reached(tree, derivatives=True)
        passing = {found[2] for name in on_the_way if (found := DERIVATIVE.fullmatch(name)) and found[1] == loss}
        passed = [sink for sink in sinks if by in page.all_below(sink)]
        is_passed = all(sink in passing or by not in page.all_below(sink, passing) for sink in passed)
        is_passed = is_passed if row.whole is None else bool(passed and on_the_way)
        all_of_sinks = set[str]().union(*(page.reached(Name(sink)) for sink in sinks))
        is_named = any(names(row.formulas[0]) == [f"d{loss}/d{sink}"] for row in page.rows for sink in sinks)
        is_passed = is_passed or bool(passed and is_named and not on_the_way)  # δ left out
        return by not in sinks and is_passed and page.reached(tree) <= all_of_sinks


def _page(rows: Sequence[Row]) -> GeneralPage:
    page = GeneralPage()
    for row in rows:
        if row.name and row.name in page.by_name:
            continue  # another layer or step under the same name
        if row.name and not DERIVATIVE.fullmatch(row.name):
            page.by_name[row.name] = row
        page.rows.append(row)
    _give_losses(page)
    for name in names_in(page.rows):
        found = DERIVATIVE.fullmatch(name)
        page.free |= {name} if not found else set(found.groups())
    page.free -= set(page.by_name) | set(CONSTANTS) | set(page.unknown)
    return page


def _give_losses(page: GeneralPage) -> None:
    """A form for each loss that has derivatives and no formula: some function of what nothing else is worked from."""
    by = page.unknown
    for name in names_in(page.rows):
        if (found := DERIVATIVE.fullmatch(name)) and found[1] not in page.by_name:
            by.setdefault(found[1], set()).add(found[2])
    if len(by.get("σ", ())) == 1:  # what everybody means by it
        row = Row(Name("σ"), [Apply("sigmoid", tuple(map(Name, by.pop("σ"))))])
        page.by_name["σ"] = row
        page.rows.insert(0, row)
    used = {loss: {other for name in variables for other in page.all_below(name)} for loss, variables in by.items()}
    page.unknown = {loss: variables - used[loss] for loss, variables in by.items()}


def _needs(row: Row) -> set[str]:
    used = {name for tree in row.formulas for name in names(tree)} | (set() if row.name else set(names(row.target)))
    inner = [DERIVATIVE.fullmatch(name) for name in used | ({row.name} if DERIVATIVE.fullmatch(row.name) else set())]
    return {name for name in used if not DERIVATIVE.fullmatch(name)} | {part for m in inner if m for part in m.groups()}
