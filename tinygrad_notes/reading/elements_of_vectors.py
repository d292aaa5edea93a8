"""Vectors of a note checked against their elements, where it has both.

    δ_h1 = (δ_o1 w11 + δ_o2 w12) σ'(z_h1),  δ_h2 = …        the elements
    δ_1 = (δ_2 W_2^T) ⊙ σ'(z_1)                              the vector that they make

Elements belong to the vector of their name (z1 and z2 to z), or to the only one of their letter that has none yet.
Elements in words, such as an "error" for each neuron, are checked against the vectors with which at least one of them
agrees. Where some elements agree and some do not, these are wrong; where none does, the vector's formula is.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from tinygrad_notes.reading.formulas import Apply, Name, Number, Tree, names
from tinygrad_notes.reading.general_rows import Row, names_in, parts_in
from tinygrad_notes.reading.ranks import Ranks
from tinygrad_notes.worked.calculation import FormulaMark

_ELEMENT = re.compile(r"(.*\D)(\d+)")
_MOST_VECTORS = 10  # with which elements in words are compared
_HELPER = "vector_"


@dataclass(eq=False)
class ElementRow(Row):
    """An element checked against its place in a vector, or the vector against all of them.

    Attributes:
        shown: what the element is called.
        elements: which elements these are.
        vector: with which vector they are compared.
    """

    shown: str = ""
    elements: str = ""
    vector: str = ""

    @property
    def is_of_vector(self) -> bool:
        """Whether the vector is checked against the elements, and not one of these against the vector."""
        return not self.shown


@dataclass
class _Elements:
    """The elements of one vector, in their order."""

    name: str
    rows: list[Row] = field(default_factory=list)
    names: list[str] = field(default_factory=list)


def compared_with_elements(rows: Sequence[Row], ranks: Ranks) -> list[Row]:
    """Rows that hold the vectors of a note against their elements, and those that say what a vector is made of."""
    if not ranks.known:
        return []
    rows = [row for row in rows if row.whole is None]
    by_name = {row.name: row for row in reversed(rows)}
    families = list(_families(rows, ranks, by_name))
    made: list[Row] = []
    for family in families:
        vector = _vector_of(family, families, rows, ranks)
        if vector and vector not in by_name:
            made.append(Row(Name(vector), [Apply("list", tuple(map(Name, family.names)))]))
        elif vector and family.rows:
            made += _compared(family, vector, [row for row in rows if row.name == vector])
    others = [
        family
        for family in families
        if family.rows and not any(family.name == e.elements for e in made if isinstance(e, ElementRow))
    ]
    return [*made, *_in_words([*others, *_under_one_name(rows, ranks)], rows, ranks)]


def _families(rows: Sequence[Row], ranks: Ranks, by_name: Mapping[str, Row]) -> Iterator[_Elements]:
    """Numbers of one name that differ in a last digit from 1 on, as many as a vector has; not those that a list has."""
    used = dict.fromkeys(names_in(rows))
    listed = {name for part in parts_in(rows) for name in _listed(part)}
    found: dict[str, set[int]] = {}
    for name in used:
        if (match := _ELEMENT.fullmatch(name)) and not ranks.known.get(name) and name not in listed and "/" not in name:
            found.setdefault(match[1], set()).add(int(match[2]))
    whole = set(range(1, ranks.size + 1))
    groups = {prefix[1:] for prefix, numbers in found.items() if numbers == whole}
    for prefix, numbers in found.items():
        if numbers == whole or (numbers < whole and prefix[1:] in groups):
            elements = [f"{prefix}{number}" for number in sorted(whole)]
            with_formula = [by_name[name] for name in elements if name in by_name]
            yield _Elements(prefix, with_formula if len(with_formula) == len(elements) else [], elements)


def _listed(part: Tree) -> list[str]:
    if not isinstance(part, Apply) or part.function != "list":
        return []
    return [operand.name for operand in part.operands if isinstance(operand, Name)]


def _vector_of(family: _Elements, families: Sequence[_Elements], rows: Sequence[Row], ranks: Ranks) -> str:
    """The name of the vector that the elements make; "" where that is open."""
    vectors = [name for name, rank in ranks.known.items() if rank == 1 and not name.startswith(_HELPER)]
    if (name := family.name.rstrip("_")) in vectors:
        return name
    listed = {row.name for row in rows if any(_listed(tree) for tree in row.formulas)}
    letter = re.match(r"[^\W\d_]*", family.name)
    alike = [name for name in vectors if letter and re.fullmatch(rf"{letter[0]}\d*", name) and name not in listed]
    others = [other for other in families if letter and other.name.startswith(f"{letter[0]}_")]
    return alike[0] if len(alike) == len(others) == 1 and others == [family] else ""


def _compared(family: _Elements, vector: str, of_vector: Sequence[Row]) -> Iterator[Row]:
    whole = Apply("list", tuple(row.formulas[0] for row in family.rows))
    for row in of_vector:
        yield ElementRow(whole, row.formulas[:1], row.chain, elements=family.name, vector=vector)
    yield from _each(family, vector)


def _each(family: _Elements, vector: str) -> Iterator[Row]:
    for at, (row, name) in enumerate(zip(family.rows, family.names, strict=True)):
        place = Apply("element", (Name(vector), Number(str(at), 0, 0)))
        yield ElementRow(place, row.formulas[:1], row.chain, shown=name, elements=family.name, vector=vector)


def _under_one_name(rows: Sequence[Row], ranks: Ranks) -> Iterator[_Elements]:
    """Formulas one after another for the same word, one for each element."""
    for name, group in itertools.groupby(rows, key=lambda row: row.name):
        alike = list(group)
        if name and len(alike) == ranks.size and not ranks.known.get(name):
            yield _Elements(name, alike, [name] * len(alike))


def _in_words(groups: Sequence[_Elements], rows: Sequence[Row], ranks: Ranks) -> Iterator[Row]:
    """The elements checked against each vector that the note works out from a matrix."""
    trees = dict.fromkeys(parts_in(rows))
    vectors = [
        tree for tree in trees if isinstance(tree, Apply) and tree.function in ("*", "@") and ranks.of(tree) == 1
    ]
    vectors = [tree for tree in vectors if any(ranks.known.get(name) == 2 for name in names(tree))]
    if not groups or len(vectors) > _MOST_VECTORS:
        return
    for number, tree in enumerate(vectors):
        helper = f"{_HELPER}{number}"
        ranks.known[helper] = 1
        yield Row(Name(helper), [tree])
        for group in groups:
            yield from _each(group, helper)


def told_of_elements(found: Mapping[tuple[Row, int], list[FormulaMark]]) -> dict[tuple[Row, int], list[FormulaMark]]:
    """The marks without those that another one explains: a vector's by its elements', or theirs by its own."""
    holds: dict[tuple[str, str], list[bool]] = {}
    for (row, _), marks in found.items():
        if isinstance(row, ElementRow) and not row.is_of_vector:
            holds.setdefault((row.elements, row.vector), []).append(all(mark.is_right for mark in marks))
    best: dict[str, str] = {}
    for (elements, vector), right in holds.items():
        if sum(right) > sum(holds[elements, best[elements]] if elements in best else [False]):
            best[elements] = vector

    def is_told(row: Row, marks: Sequence[FormulaMark]) -> bool:
        if not isinstance(row, ElementRow):
            return True
        is_right, right = all(mark.is_right for mark in marks), holds.get((row.elements, row.vector), [])
        if row.is_of_vector:
            return is_right or not any(right) or all(right)  # these agree with the vector where it is first set
        return best.get(row.elements) == row.vector

    return {key: marks for key, marks in found.items() if is_told(key[0], marks)}
