"""Which letters of a note are vectors and which are matrices, as its formulas use them.

    z = W x + b,  δ_1 = (W_2^T δ_2) ⊙ σ'(z_1)        W and W_2 are matrices, x, b, z, δ_2, δ_1 and z_1 vectors

Capital letters in products with a transpose, @ or ⊙ about them are matrices, as nearly every author writes them. Who
writes W x has columns, who writes x W has rows: then aᵀ δ is the outer product of two of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tinygrad_notes.reading.formulas import CONSTANTS, Apply, Name, Number, Tree, parts
from tinygrad_notes.reading.general_rows import Row, parts_in
from tinygrad_notes.reading.named_lines import DERIVATIVE
from tinygrad_notes.reading.writing import Shape

_PRODUCTS = frozenset(["*", "@", "⊗"])
_OF_ARRAYS = frozenset(["T", "@", "⊗", "⊙", "list", "norm", "outer", "softmax"])
_TO_A_NUMBER = frozenset(["sum", "mean", "norm", "dot", "max", "min"])
_NUMBERS = frozenset("ηαλεμβγρNMnmKTLCEJ") | {"lr", "eta", "alpha", "learning_rate"}
_MOST_ROUNDS = 10
_SIZE = 2


class NoSizesError(Exception):
    """The arrays of a note have no shapes that fit."""


class Ranks:
    """How many indices each name has: 0 for a number, 1 for a vector, 2 for a matrix."""

    def __init__(self, rows: Sequence[Row]) -> None:
        self.known: dict[str, int] = {}
        self.open: int | None = None  # the rank of a name of which nothing is known
        self.size, self.are_rows = _SIZE, False
        if not any(map(is_of_arrays, rows)):
            return
        for part in parts_in(rows):
            self._take_capitals(part)
        for _ in range(_MOST_ROUNDS):
            before = dict(self.known)
            for row in rows:
                self._take(row)
            if before == self.known:
                break
        self.open = 0
        self.size = _size(self, rows)
        self.are_rows = self._are_rows(rows)

    def _take_capitals(self, part: Tree) -> None:
        if not isinstance(part, Apply) or part.function not in _PRODUCTS | {"T", "⊙"}:
            return
        for operand in part.operands if part.function == "⊙" else ():
            match operand:
                case Apply("*" | "@", (Apply("T", (Name(name),)), _)):
                    self.known[name] = 2  # (w^T δ) ⊙ … is no number
        for operand in part.operands:
            if isinstance(operand, Name) and operand.name[0].isupper() and operand.name[0] not in _NUMBERS:
                self.known[operand.name] = 2
            elif isinstance(operand, Name) and part.function == "T":
                self.known.setdefault(operand.name, 1)

    def _take(self, row: Row) -> None:
        """Give what a row sets equal the same rank."""
        most = max(self.of(tree) or 0 for tree in row.trees)
        for tree in row.trees:
            self._give(tree, most)
        for part in parts_in([row]):
            if isinstance(part, Apply) and part.function in ("+", "-", "⊙"):
                rank = self.of(part)
                self._give(part, 1 if rank is None and part.function == "⊙" else rank or 0)
            elif isinstance(part, Apply) and part.function in _PRODUCTS:
                self._take_vector(part)

    def _take_vector(self, product: Apply) -> None:
        """A letter beside a matrix is a vector."""
        left, right = map(self.of, product.operands)
        if left == 2 and right is None:
            self._give(product.operands[1], 1)
        elif right == 2 and left is None:
            self._give(product.operands[0], 1)

    def _give(self, tree: Tree, rank: int) -> None:
        """Note down that a formula has this rank, where its names leave it open."""
        if not rank or (self.of(tree) is not None and not isinstance(tree, Apply)):
            return
        match tree:
            case Name(name) if found := DERIVATIVE.fullmatch(name):
                self._give(Name(found[2]), rank)
            case Name(name) if name not in CONSTANTS and name[:1] not in _NUMBERS and name not in _NUMBERS:
                self.known[name] = rank
            case Apply("+" | "-" | "⊙" | "T", operands):
                for operand in operands:
                    self._give(operand, rank)
            case Apply(function, (operand,)) if function not in _TO_A_NUMBER and function != "list":
                self._give(operand, rank)

    def of(self, tree: Tree) -> int | None:
        """The rank of a formula; None where it is open."""
        if isinstance(tree, Number):
            return 0
        if isinstance(tree, Name):
            found = DERIVATIVE.fullmatch(tree.name)
            if found:
                return self.known.get(found[2], self.open) if not self.known.get(found[1]) else None
            return 0 if tree.name in CONSTANTS or tree.name[0] in _NUMBERS else self.known.get(tree.name, self.open)
        ranks = [self.of(operand) for operand in tree.operands]
        if tree.function in _PRODUCTS and len(ranks) == 2:
            return self._of_product(tree, *ranks)
        if tree.function in _TO_A_NUMBER:
            return 0
        more = {"list": 1, "element": 1 - len(ranks), "^": 0}.get(tree.function)
        if more is not None:
            return None if ranks[0] is None else ranks[0] + more
        return max((rank for rank in ranks if rank), default=None if None in ranks else 0)

    def _of_product(self, tree: Apply, left: int | None, right: int | None) -> int | None:
        if left is None or right is None:
            return None
        if not left or not right:
            return left or right
        if left == right == 1:
            turned = [isinstance(operand, Apply) and operand.function == "T" for operand in tree.operands]
            return 1 if turned[0] == turned[1] else 2 if turned[1] else 0
        return 1 if {left, right} == {1, 2} else 2

    def _are_rows(self, rows: Sequence[Row]) -> bool:
        """Whether vectors are rows, for they stand on the left of matrices. Raises NoSizesError where both stand."""
        sides = set(self._sides(rows))
        if len(sides) == 2:
            raise NoSizesError
        return sides == {True}

    def _sides(self, rows: Sequence[Row]) -> Iterator[bool]:
        for part in parts_in(rows):
            if isinstance(part, Apply) and part.function in ("*", "@") and len(part.operands) == 2:
                left, right = map(self.of, part.operands)
                turned = [any(inner == Apply("T", (name,)) for inner in parts(operand) for name in parts(operand))
                          for operand, rank in zip(part.operands, (left, right), strict=True) if rank == 1]  # fmt: skip
                if {left, right} == {1, 2} and not any(turned):
                    yield left == 1

    def shapes(self) -> dict[str, Shape]:
        """The shape of each array, as on paper."""
        vector = (1, self.size) if self.are_rows else (self.size,)
        return {name: vector if rank == 1 else (self.size,) * rank for name, rank in self.known.items()}


def is_of_arrays(row: Row) -> bool:
    """Whether a formula of the row is one of vectors or matrices by its signs."""
    return any(isinstance(part, Apply) and part.function in _OF_ARRAYS for part in parts_in([row]))


def _size(ranks: Ranks, rows: Sequence[Row]) -> int:
    """How many numbers each vector has: as many as the arrays that the note writes out. All are square."""
    sizes = {len(part.operands) for part in parts_in(rows) if isinstance(part, Apply) and part.function == "list"}
    if len(sizes) > 1 or 1 in sizes:
        raise NoSizesError
    return sizes.pop() if sizes else _SIZE
