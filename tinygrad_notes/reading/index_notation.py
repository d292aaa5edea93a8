"""Index notation written out: what holds for every i and j, or for every layer l, as rows of its own.

    z_j = Σ_i w_ij a_i + b_j        z_1 = w_11 a_1 + w_21 a_2 + b_1,  z_2 = …
    z^l = w^l a^{l-1} + b^l         also z^{l+1} = w^{l+1} a^l + b^{l+1}, where the note uses z^{l+1} or w^{l+1}

Two neurons of each kind are enough: the numbers are random, so that a wrong index shows. Of the layers there are rows
for those that the note names: l, the next one, and the last one L.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import reduce
from typing import TypeGuard

from tinygrad_notes.reading.formulas import SUM, Apply, Name, Number, Tree, names, parts, renamed
from tinygrad_notes.reading.general_rows import Row, closure, names_in, parts_in
from tinygrad_notes.reading.named_lines import DERIVATIVE

_USUAL = "ijk"
_SIZE = 2
_NAMES = re.compile(r"(.+)_([a-z]_[a-z])"), re.compile(r"(.+)_([a-z]{1,3})")
_MOST_ROWS = 200


def written_out(rows: Sequence[Row]) -> list[Row]:
    """The rows with each formula in index notation as one row for each number of its indices.

    Rows stay as they are in a note that sums over no index. A row in which an index stands on the right side alone
    is left out: what it means is open; see `exchanged_index`.
    """
    notation = notation_of(rows)
    if notation is None:
        return list(rows)
    made = [element for row in rows for element in notation.elements(row)]
    return made if len(made) <= _MOST_ROWS else []


def notation_of(rows: Sequence[Row]) -> Notation | None:
    """How the names of a note carry indices; None where it sums over none."""
    sums = {part.function for part in parts_in(rows) if _is_sum(part)}
    return Notation(rows, set(_USUAL).union(*(function.removeprefix(SUM) for function in sums))) if sums else None


def _is_sum(tree: Tree) -> TypeGuard[Apply]:
    return isinstance(tree, Apply) and tree.function.startswith(SUM)


class Notation:
    """How the names of a note carry its indices."""

    def __init__(self, rows: Sequence[Row], letters: set[str]) -> None:
        self.letters = letters
        targets = {name for row in rows for name in names(row.target)}
        self.has_delta = any(len(self.split(name)[1]) == 2 for name in targets if name.startswith("δ_"))
        self.by_letter = self._goes_in_circles(rows)
        self.same = {letter: letter for letter in letters}  # by each letter the first that means the same neurons
        for row in rows:
            self._take_same_letters(row)

    def split(self, name: str) -> tuple[str, str]:
        """A name without its indices, and these."""
        for pattern in _NAMES:
            found = pattern.fullmatch(name)
            indices = found[2].replace("_", "") if found else ""
            if found and indices and set(indices) <= self.letters:
                return found[1], indices
        return name, ""

    def _goes_in_circles(self, rows: Sequence[Row]) -> bool:
        """Whether a quantity is worked from itself without its letters, so that a_i and a_j are of two layers."""
        below: dict[str, set[str]] = {}
        for row in rows:
            base = self.split(row.name)[0]
            if row.name and not DERIVATIVE.fullmatch(row.name):
                used = {self.split(name)[0] for tree in row.formulas for name in names(tree)}
                below.setdefault(base, set()).update(used)
        return any(start in closure(used, lambda base: below.get(base, ())) for start, used in below.items())

    def _take_same_letters(self, row: Row) -> None:
        """Note that k and l in p_k = exp(z_k)/Σ_l exp(z_l) go over the same neurons: z is the same there."""
        free, mine = self.free(row.target), self.split(row.name)[0]
        by_base: dict[str, set[str]] = {}
        for base, indices in (self.split(name) for tree in row.formulas for name in names(tree)):
            if len(indices) == 1 and base != mine:
                by_base.setdefault(base, set()).add(indices)
        for letters in by_base.values():
            if letters & free and letters - free:
                first = self.same[min(letters & free)]
                self.same |= dict.fromkeys(letters - free, first)

    def elements(self, row: Row) -> Iterator[Row]:
        free = sorted(self.free(row.target))
        if not free and not any(_is_sum(part) or self.free(part) for tree in row.formulas for part in parts(tree)):
            yield row
            return
        if any(not self.free(tree) <= set(free) for tree in row.formulas):
            return
        for numbers in itertools.product(range(1, _SIZE + 1), repeat=len(free)):
            at = dict(zip(free, numbers, strict=True))
            yield Row(self._at(row.target, at), [self._at(tree, at) for tree in row.formulas], row.chain, row)

    def free(self, tree: Tree) -> set[str]:
        """The indices of a formula over which it does not sum."""
        if isinstance(tree, Name):
            found = DERIVATIVE.fullmatch(tree.name)
            return {letter for name in (found.groups() if found else [tree.name]) for letter in self.split(name)[1]}
        if isinstance(tree, Number):
            return set()
        inside = set[str]().union(*map(self.free, tree.operands))
        return inside - set(self._summed(tree, inside)) if _is_sum(tree) else inside

    def _summed(self, tree: Apply, inside: Iterable[str]) -> str:
        return tree.function.removeprefix(SUM) or "".join(sorted(inside))

    def _at(self, tree: Tree, at: Mapping[str, int]) -> Tree:
        """The formula at these numbers of its indices."""

        def element(part: Tree) -> Tree | None:
            if isinstance(part, Name):
                return self._element(part.name, at)
            if isinstance(part, Apply) and _is_sum(part):
                inside = self.free(part.operands[0])
                over = [letter for letter in self._summed(part, inside - set(at)) if letter in inside]
                ways = itertools.product(range(1, _SIZE + 1), repeat=len(over))
                terms = [self._at(part.operands[0], {**at, **dict(zip(over, way, strict=True))}) for way in ways]
                return reduce(lambda left, right: Apply("+", (left, right)), terms)
            return None

        return renamed(tree, element)

    def _element(self, name: str, at: Mapping[str, int]) -> Tree:
        if found := DERIVATIVE.fullmatch(name):
            what, by = (self._element(part, at) for part in found.groups())
            return Name(f"d{_text(what)}/d{_text(by)}")
        base, indices = self.split(name)
        numbers = [at[letter] for letter in indices]
        if base in ("δ", "1") and len(indices) == 2 and not self.has_delta:  # Kronecker's
            return Number(str(int(numbers[0] == numbers[1])), 0, 0)
        marks = [
            f"{self.same[letter]}{n}" if self.by_letter else f"{n}" for letter, n in zip(indices, numbers, strict=True)
        ]
        return Name(f"{base}_{''.join(marks)}") if indices else Name(name)


def _text(tree: Tree) -> str:
    return tree.name if isinstance(tree, Name) else "1"


def exchanged_index(notation: Notation, row: Row) -> str:
    """The index of the target for which another one stands on the right side, as in δ_i = ∂L/∂z_j; "" for none."""
    left = notation.free(row.target)
    for right in map(notation.free, row.formulas):
        if len(left - right) == len(right - left) == 1:
            return f"{min(right - left)} for {min(left - right)}"
    return ""


# Layers -----------------------------------------------------------------------------------------------


_LAYER = re.compile(r"_l(?:_(plus|minus)_1)?(?![^\W_])")
_NEXT: Mapping[str, str] = {"_l_minus_1": "_l", "_l": "_l_plus_1", "_l_plus_1": "_l_plus_2"}
_LAST_ONE: Mapping[str, str] = {"_l_minus_1": "_L_minus_1", "_l": "_L", "_l_plus_1": "_L_plus_1"}


def with_layers(rows: Sequence[Row]) -> list[Row]:
    """The rows, and the same for the layers l + 1 and L where the note speaks of these and sets them nowhere."""
    used = set(names_in(rows))
    made, set_names = list(rows), {row.name for row in rows}
    for layers, sign in ((_NEXT, "_l_plus_1"), (_LAST_ONE, "_L")):
        if any(re.search(rf"{sign}(?![^\W_])", name) for name in used):
            made += [
                moved for row in rows if _is_of_layer(row) and (moved := _moved(row, layers)).name not in set_names
            ]
    return made


def _is_of_layer(row: Row) -> bool:
    """Whether it says what a quantity of layer l is."""
    return bool(row.name and _LAYER.search(row.name) and not DERIVATIVE.fullmatch(row.name))


def _moved(row: Row, layers: Mapping[str, str]) -> Row:
    def name(part: Tree) -> Tree | None:
        return Name(_LAYER.sub(lambda found: layers[found[0]], part.name)) if isinstance(part, Name) else None

    return Row(renamed(row.target, name), [renamed(tree, name) for tree in row.formulas])
