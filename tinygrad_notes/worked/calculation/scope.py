"""What a page has said so far: its names, version by version, and the derivatives of any by any."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from tinygrad_notes import functions
from tinygrad_notes.names import element_label
from tinygrad_notes.operations import CONSTANT
from tinygrad_notes.value import Value, as_value
from tinygrad_notes.worked.calculation import tree
from tinygrad_notes.worked.calculation.broken import LineError, TooMuchError
from tinygrad_notes.worked.calculation.elementwise import as_array, count_of, numbers_of, size_checked
from tinygrad_notes.worked.calculation.entries import Entry, index_of, label_of, labels
from tinygrad_notes.worked.calculation.evaluation import Evaluation
from tinygrad_notes.worked.calculation.functions import array_of
from tinygrad_notes.worked.calculation.gradients import Adjoints, Upstream
from tinygrad_notes.worked.calculation.statements import Statement, derivative_name

Pair = tuple[Entry, Entry]
MOST_WORK = 150_000
"""How many numbers a page may take to work."""


class Page:
    """The names of a page and their numbers, for expressions to read.

    Args:
        key: a page from which names are taken that this one has not.

    Attributes:
        entries: every version of every name, in the order of the page.
        between: derivatives that were worked on the way to others; they are labeled, and no line has them yet.
    """

    def __init__(self, key: Page | None = None) -> None:
        self.key = key
        self.entries: list[Entry] = []
        self.versions: dict[str, list[Entry]] = {}
        self.evaluation = Evaluation(self)
        self.between: set[Value] = set()
        self._adjoints: dict[Value, Adjoints] = {}
        self._by_rule: dict[Value, Adjoints] = {}
        self._stated: dict[Pair, Any] = {}
        self._stated_of: set[Value] = set()
        self._pairs: dict[Pair, Pair] = {}
        self.upstream = Upstream()
        self._losses: set[Entry] = set()
        self._labels: set[str] = set()
        self._work = 0
        self._elements: dict[str, dict[tuple[int, ...], Entry]] = {}

    # What expressions read ------------------------------------------------------------------------------

    def number(self, name: str) -> Any:
        """What is called `name` now; None if nothing is."""
        versions = self._versions_of(name)
        return versions[-1].numbers if versions else None

    def _versions_of(self, name: str) -> Sequence[Entry]:
        """The versions of a name so far; the first of the key's where this page has none."""
        if name in self.versions:
            return self.versions[name]
        if name in self._elements:
            self._put_together(name, self._elements[name])
        if name not in self.versions and self.key is not None and name in self.key.versions:
            self.versions[name] = self.key.versions[name][:1]
        return self.versions.get(name, ())

    def names(self) -> list[str]:
        """Everything that has a name."""
        return list(self.versions)

    def spend(self, numbers: int, at: int, *, ahead: int = 0) -> None:
        """Count numbers that were worked; LineError where the page takes too many, or will with those ahead."""
        self._work += numbers
        if self._work + ahead > MOST_WORK:
            raise TooMuchError(f"this page takes more than {MOST_WORK:,} numbers to work; split it", at)

    def derivative(self, node: tree.Derivative, of: Any, *, as_stated: bool = False) -> Any:
        """A derivative, of the first order or the second; `of` is what is differentiated where it is no name.

        A second derivative is taken of the page's function or, with `as_stated`, of the first derivative on the page.
        """
        if of is None:
            pair = self.pair(node)
            if pair is not None:
                return self._by_pair(pair, node)
            named = self.number(derivative_name(node.of.name if isinstance(node.of, tree.Name) else "?", node.by))
            if named is not None:
                return named
            of = self._numbers_of(node)
        names = self._by_names(node)
        for left, name in enumerate(names, start=1 - len(names)):
            adjoint = self._unstated if left and not as_stated else self._adjoint
            of = self._derived(of, self._entry_below(name, of, node), node.at, adjoint)
        return of

    # What is entered ------------------------------------------------------------------------------------

    def enter(self, statement: Statement, numbers: Any, gradient: Pair | None = None, *, is_key: bool = False) -> Entry:
        """The next version of a statement's name; `is_key` where its numbers are the key's own Values."""
        versions = self.versions.setdefault(statement.name, [])
        name, version = statement.name, len(versions) + 1
        label = label_of(name, version, self._labels)
        self._labels.add(label)
        entry = Entry(name, label, version, len(self.entries), numbers, statement, gradient=gradient)
        if not is_key:
            entry.numbers = self._labeled(label, numbers)
        versions.append(entry)
        self.entries.append(entry)
        return entry

    def by_element(self, node: tree.Node | None) -> tree.Derivative | None:
        """dL/dh[2] as the derivative by the number called h[2], where the page has no array h; else None."""
        if not isinstance(node, tree.Index) or not isinstance(node.owner, tree.Derivative):
            return None
        *others, name = node.owner.by
        index = index_of(node)
        if others or index is None or self.number(name) is not None:
            return None
        element = element_label(name, index)
        return replace(node.owner, by=(element,)) if element in self.versions else None

    def _new_element(self, node: tree.Node | None) -> tuple[str, tuple[int, ...]] | None:
        """The name and the index of h[0], where the page has no number for it yet; None for anything else."""
        if not isinstance(node, tree.Index) or not isinstance(node.owner, tree.Name):
            return None
        name, index = node.owner.name, index_of(node)
        if index is None or (name not in self._elements and self.number(name) is not None):
            return None
        return None if index in self._elements.get(name, ()) else (name, index)

    def add_element(self, name: str, index: tuple[int, ...], entry: Entry) -> None:
        """Take an entry for an element of an array, which has its name as soon as no element is missing."""
        elements = self._elements.setdefault(name, {})
        elements[index] = entry
        if len({len(place) for place in elements}) > 1:
            raise LineError(f"{entry.name} has another number of indices than the other elements of {name}")
        self.versions.pop(name, None)

    def _put_together(self, name: str, elements: dict[tuple[int, ...], Entry]) -> None:
        shape = tuple(max(lengths) + 1 for lengths in zip(*elements, strict=True))
        if math.prod(shape) == len(elements):
            numbers = array_of(shape, (elements[place].numbers for place in np.ndindex(shape)))
            self.versions[name] = [replace(elements[min(elements)], name=name, label=name, numbers=numbers)]

    def _labeled(self, name: str, numbers: Any) -> Any:
        """Numbers as Values that are called `name`, each with its index."""
        if not isinstance(numbers, np.ndarray):
            return self._labeled_one(name, numbers)
        return array_of(numbers.shape, map(self._labeled_one, labels(name, numbers), numbers.flat))

    def _labeled_one(self, label: str, number: Any) -> Value:
        value = as_value(number)
        if value in self.between:  # a derivative that was needed before the page states it
            self.between.discard(value)
        elif value.label or value.operation is CONSTANT:
            value = functions.identity(value)
        value.label = label
        return value

    # Derivatives ----------------------------------------------------------------------------------------

    def _by_pair(self, pair: Pair, node: tree.Derivative) -> Any:
        """The derivative of an entry by an entry: as the page states it, else worked out."""
        stated = self._stated.get(pair)
        return stated if stated is not None else self._derived(pair[0].numbers, pair[1], node.at)

    def can_be_derived(self, node: tree.Derivative) -> bool:
        """Whether the page has both names, and computes the one from the other."""
        if not isinstance(node.of, tree.Name):
            return True
        if any(by and self.number(by) is None for by in node.by):
            return False
        pair = self.pair(node)
        if pair is None:
            return len(node.by) > 1 and self.number(node.of.name) is not None
        return self.depends(pair[0].numbers, pair[1], node.at)

    def pair(self, node: tree.Derivative) -> Pair | None:
        """The two entries of a first derivative; None where one is unknown, or the first is part of an array."""
        if not isinstance(node.of, tree.Name) or len(node.by) > 1:
            return None
        above, below = self._versions_of(node.of.name), self._versions_of(node.by[0])
        above = above or self._standing_for(node.of.name)
        if not above or not below:
            return None
        asked = above[-1], below[-1]
        if asked not in self._pairs:
            self._pairs[asked] = above[-1], self._entry_below(node.by[0], above[-1].numbers, node)
        return self._pairs[asked]

    def _standing_for(self, name: str) -> Sequence[Entry]:
        """What stands for a loss that the page has no formula for, where the derivatives that it states tell enough."""
        found = self.upstream.total(name, self._computed) if self.upstream.knows(name) else None
        if found is None:
            return []
        total, stated = found
        if total not in self._losses:
            self._losses.add(total)
            for entry, numbers in stated:
                self.state((total, entry), numbers)
        return [total]

    def _computed(self, name: str) -> Entry | None:
        """The latest version of a name, where the page computes it."""
        versions = self._versions_of(name)
        return versions[-1] if versions and not versions[-1].is_given else None

    def _is_primed(self, entry: Entry) -> bool:
        """Whether a name may be meant as a derivative: f', where the page computes f."""
        is_primed = entry.name.endswith("'") and not entry.is_given
        return is_primed and self._computed(entry.name.rstrip("'")) is not None

    def _entry_below(self, name: str, of: Any, node: tree.Derivative) -> Entry:
        """The version of a name that `of` was computed from: the latest that it depends on."""
        versions = self._versions_of(name)
        if not versions:
            raise LineError(f"nothing is called {name!r} yet, so nothing can be differentiated by it", node.at)
        several = versions if len(versions) > 1 else ()
        return next((entry for entry in reversed(several) if self.depends(of, entry, node.at)), versions[-1])

    def depends(self, of: Any, entry: Entry, at: int) -> bool:
        """Whether some number of `of` is computed from some number of an entry."""
        below = set(entry.values)
        return any(
            not below.isdisjoint(self._adjoint(root, at).cone) for root in numbers_of(of) if isinstance(root, Value)
        )

    def _adjoint(self, root: Value, at: int) -> Adjoints:
        if root not in self._adjoints:
            self._adjoints[root] = found = Adjoints(root, self.between)
            self.spend(len(found.cone), at)
        return self._adjoints[root]

    def _unstated(self, root: Value, at: int) -> Adjoints:
        """The derivatives of a number by the chain rule alone, whatever the page states of them."""
        if root not in self._stated_of:
            return self._adjoint(root, at)
        if root not in self._by_rule:
            self._by_rule[root] = found = Adjoints(root, set())
            self.spend(len(found.cone), at)
        return self._by_rule[root]

    def _derived(self, of: Any, entry: Entry, at: int, adjoints: Callable[[Value, int], Adjoints] | None = None) -> Any:
        """d(of)/d(entry) as an array of the first shape, then the second."""
        adjoint = adjoints or self._adjoint
        roots = as_array(of)
        try:
            size_checked((roots.size, max(1, count_of(entry.numbers))))
        except ValueError as error:
            raise LineError(str(error), at) from None
        self.spend(roots.size * max(1, count_of(entry.numbers)), at)
        numbers = [
            adjoint(root, at).by(value) if isinstance(root, Value) else 0.0
            for root in roots.ravel()
            for value in entry.values
        ]
        return array_of((*roots.shape, *entry.shape), numbers)

    def _numbers_of(self, node: tree.Derivative) -> Any:
        if isinstance(node.of, tree.Name) and self.number(node.of.name) is None:
            raise LineError(f"nothing is called {node.of.name!r} yet, so it cannot be differentiated", node.at)
        return self.evaluation.worked(node.of)

    def _by_names(self, node: tree.Derivative) -> tuple[str, ...]:
        """The names in the denominator; of dxdy the two that the page knows."""
        if node.by[-1]:
            return node.by
        together = node.by[0]
        for cut in range(1, len(together) - 1):
            first, second = together[:cut], together[cut + 1 :]
            if together[cut] in "d∂" and self._versions_of(first) and self._versions_of(second):
                return first, second
        raise LineError(f"write the second derivative as ∂²f/∂x∂y; {together!r} is not two known names", node.at)

    def state(self, pair: Pair, numbers: Any) -> None:
        """From here on the page's numbers for a derivative are what the chain rule goes on with."""
        self._stated[pair] = numbers
        stated = iter(numbers_of(numbers))
        for root in numbers_of(pair[0].numbers):
            self._stated_of.add(root)
            for value in pair[1].values:
                self._adjoint(root, 0).state(value, next(stated))
