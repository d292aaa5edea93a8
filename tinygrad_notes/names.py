r"""What quantities are called: one `Name` behind every label, in each of its spellings.

`W1_new[0,2]` is the kind W, layer 1, version 1 (one update later), element (0, 2). `dC/dW1[0,2]` is the derivative of
C by the quantity W1. A label that follows no such pattern is a kind of its own, so every text is a name. What else
people write for these names is read by `tinygrad_notes.worked.names`.

    Name.parse     a label, in plain letters (delta1, dC/dW1) or in the letters of textbooks (δ1, ∂C/∂W1)
    str            delta1[0]      dC/dW1[0,2]      W1_new
    textbook       δ1[0]          ∂C/∂W1[0,2]      W1_new
    latex          \delta_{1}[0]  \frac{\partial C}{\partial W_{1}[0,2]}  W_{1}^{\text{new}}
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import groupby
from typing import NamedTuple

from tinygrad_notes.letters import flat, latex_letters, letters_and_subscript, superscript

Index = tuple[int, ...]

COSTS = ("C", "L", "E", "J", "Loss", "loss", "Cost", "cost", "Error", "error")
"""What people call the number that training makes small; C on a sheet."""


@dataclass(frozen=True, slots=True)
class Name:
    """What one quantity, or one element of it, is called.

    A derivative is given by `of` and `by`. Its kind, layer and version follow from them: "dC/dW", 1 and 0 for dC/dW1.

    Attributes:
        kind: the letters: "z", "W", "delta", "slope" (σ′ of z), "back" (what flows back), or a label of any kind.
        layer: the number behind the letters; None where there is none.
        index: of an element, row before column, from 0; () for the whole quantity.
        version: how many updates later: 1 for W1_new, 2 for W1_new2.
        of: for a derivative, what is derived.
        by: what it is derived by, one name for each order.

    Example:
        >>> Name("z", 1, (0,)), str(Name(of=Name("C"), by=(Name("W", 2),), index=(0, 1)))
        (Name(z1[0]), 'dC/dW2[0,1]')
    """

    kind: str = ""
    layer: int | None = None
    index: Index = ()
    version: int = 0
    of: Name | None = None
    by: tuple[Name, ...] = ()

    def __post_init__(self) -> None:
        if self.of is not None and self.by and not self.kind:
            kinds = (replace(name, layer=None, index=(), version=0) for name in self.by)
            object.__setattr__(self, "kind", _written(self.of.quantity, tuple(kinds), _PLAIN))
            object.__setattr__(self, "layer", self.by[-1].layer)
            object.__setattr__(self, "version", self.by[-1].version)

    def __hash__(self) -> int:
        return hash((self.kind, self.layer, self.index))  # the kind tells derivatives apart well enough

    @staticmethod
    def parse(label: str) -> Name:
        """The name that a label stands for; never fails.

        Example:
            >>> [Name.parse(label).kind for label in ("z1[0]", "δ2", "dC/dW1[0,2]", "W1_new", "σ'(z1)", "Whh_2")]
            ['z', 'delta', 'dC/dW', 'W', 'slope', 'Whh_2']
        """
        return _parsed(label if isinstance(label, str) else str(label))

    def __str__(self) -> str:
        return self._in(_PLAIN)

    def __repr__(self) -> str:
        return f"Name({self})"

    @property
    def textbook(self) -> str:
        """With δ, ∂ and σ' in place of the words: "δ1[0]", "∂C/∂W1[0,2]", "σ'(z1[0])"."""
        return self._in(_TEXTBOOK)

    def latex(self, plain: Callable[[str], str]) -> str:
        r"""For math mode; `plain` escapes the characters of words, which are set as text and never as markup.

        Example:
            >>> print(*(Name.parse(label).latex(str) for label in ("d2L/dw1dw2", "Whh_2[0,1]", "x'")))
            \frac{\partial^{2} L}{\partial w_{1} \partial w_{2}} \text{Whh}_{2}[0,1] x'
        """
        if self.of is not None and self.by:
            power = f"^{{{len(self.by)}}}" if len(self.by) > 1 else ""
            below = " ".join(
                rf"\partial {name.latex(plain)}" + (f"^{{{times}}}" if times > 1 else "")
                for name, times in _powers(self.by)
            )
            return rf"\frac{{\partial{power} {self.of.latex(plain)}}}{{{below}{_brackets(self.index)}}}"
        if self.kind == "slope" and self.layer is not None:
            return rf"\sigma'(z_{{{self.layer}}}{_brackets(self.index)})"
        if applied := _APPLIED.fullmatch(self.kind):
            return rf"\sigma'({Name.parse(applied[1]).latex(plain)})"
        letters, below = letters_and_subscript(self.kind)
        below += "" if self.layer is None else str(self.layer)
        new = f"new {self.version}" if self.version > 1 else "new"
        return (
            latex_letters(letters, plain)
            + (f"_{{{below}}}" if below else "")
            + (rf"^{{\text{{{new}}}}}" if self.version else "")
            + _brackets(self.index)
        )

    @property
    def quantity(self) -> Name:
        """The quantity that this is an element of: dC/dW1 for dC/dW1[0,2]."""
        if self.of is None:
            return Name(self.kind, self.layer, (), self.version) if self.index else self
        return Name(self.kind, self.layer, (), self.version, self.of.quantity, tuple([n.quantity for n in self.by]))

    def element(self, index: Index) -> Name:
        """The element of this quantity with that index."""
        return Name(self.kind, self.layer, index, self.version, self.of, self.by)

    def in_layer(self, layer: int | None) -> Name:
        """The same of another layer."""
        return self._placed(layer, self.index)

    def _placed(self, layer: int | None, index: Index) -> Name:
        by = tuple([name.in_layer(layer) for name in self.by]) if self.by else ()
        return Name(self.kind, layer, index, self.version, self.of, by)

    def like(self, kind: str) -> Name:
        """What stands in the same layer and place, of another kind, such as "a" or "dC/da"."""
        return Name.parse(kind)._placed(self.layer, self.index)

    @property
    def updated(self) -> Name:
        """The next version."""
        return self.updated_by(1)

    def updated_by(self, count: int) -> Name:
        """The version that so many updates lead to."""
        by = tuple([name.updated_by(count) for name in self.by])
        return Name(self.kind, self.layer, self.index, self.version + count, self.of, by)

    @property
    def transposed(self) -> Name:
        """The element on the other side of a matrix's diagonal; the name itself where there are no two indices."""
        return self.element(self.index[::-1]) if len(self.index) == 2 else self

    @property
    def in_other_convention(self) -> Name:
        """What this is called where weights are written the other way round: W1[1,0] for W1[0,1]."""
        kind = self.by[-1].kind if self.by else self.kind
        return self.transposed if kind.startswith("W") else self

    @property
    def is_of_the_cost(self) -> bool:
        """Whether this is a derivative of the cost, which turns its sign where the error is written target - output."""
        return self.kind in ("delta", "back") or (self.of is not None and self.of.kind in COSTS)

    def _in(self, script: _Script) -> str:
        if self.of is not None and self.by:
            return _written(self.of, self.by, script) + _brackets(self.index)
        layer = "" if self.layer is None else str(self.layer)
        if self.kind == "slope" and layer and script.slope:
            return script.slope.format(layer + _brackets(self.index))
        version = "" if not self.version else "_new" if self.version == 1 else f"_new{self.version}"
        return script.letters.get(self.kind, self.kind) + layer + version + _brackets(self.index)


# Writing -------------------------------------------------------------------------------------------------


class _Script(NamedTuple):
    """How a name is spelled: d or ∂, delta or δ, slope1 or σ'(z1), and how a power is."""

    d: str
    letters: dict[str, str]
    slope: str
    power: Callable[[int], str]


_PLAIN = _Script("d", {}, "", str)
_TEXTBOOK = _Script("∂", {"delta": "δ"}, "σ'(z{})", superscript)

_APPLIED = re.compile(r"σ'\((.+)\)", re.DOTALL)


@lru_cache(maxsize=1 << 16)
def textbook(label: str) -> str:
    """A label in the spelling of textbooks.

    Example:
        >>> textbook("delta1[0]"), textbook("slope2[0]"), textbook("dC/dW1[0,2]"), textbook("x")
        ('δ1[0]', "σ'(z2[0])", '∂C/∂W1[0,2]', 'x')
    """
    return Name.parse(label).textbook


def element_label(name: str, index: Index) -> str:
    """`z1[0]`, `dC/dW2[0,1]`; the bare name for a single number."""
    return name + _brackets(index)


@lru_cache(maxsize=1 << 16)
def _brackets(index: Index) -> str:
    return f"[{','.join(map(str, index))}]" if index else ""


def _written(of: Name, by: tuple[Name, ...], script: _Script) -> str:
    """dC/dW1, d2L/dw2, d2L/dw1 dw2."""
    factors = []
    for name, power in _powers(by):
        ends_in_a_number = name.layer is not None or name.version or name.index
        raised = "" if power == 1 else ("^" if script.d == "d" and ends_in_a_number else "") + script.power(power)
        factors.append(script.d + name._in(script) + raised)
    order = script.power(len(by)) if len(by) > 1 else ""
    return f"{script.d}{order}{of._in(script)}/{' '.join(factors)}"


def _powers(by: tuple[Name, ...]) -> list[tuple[Name, int]]:
    """Equal names next to each other are a power: w twice is w²."""
    return [(name, len(list(same))) for name, same in groupby(by)]


# Reading -------------------------------------------------------------------------------------------------

_INDEX = re.compile(r"[0-9]{1,9}(?:,[0-9]{1,9})*\]")
_NUMBER = r"(?:0|[1-9][0-9]{0,8})"
_NEW = re.compile(r"(.+?)(?:_new([2-9]|[1-9][0-9]{1,3})?)?", re.DOTALL)
_LAYERED = re.compile(rf"([^\W\d_]+'*)({_NUMBER})")
_SLOPE = re.compile(rf"σ'\(z({_NUMBER})(\[[0-9,]+\])?\)")
_DERIVATIVE = re.compile(r"(?!delta)[d∂]([2-9]?)([^\W\d][^/]*)/[d∂]([^/]+)")
_TOGETHER = re.compile(r"([^\W\d_]|\w+?[\d\]])(?:d|$)")  # of dw1dw2 and dxdy


def split_index(label: str) -> tuple[str, Index]:
    """A label without the index behind it, and that index; () where there is none.

    Example:
        >>> split_index("dC/dW2[0,1]"), split_index("x[i]")
        (('dC/dW2', (0, 1)), ('x[i]', ()))
    """
    stem, _, inside = label.rpartition("[")
    if not stem or not _INDEX.fullmatch(inside):
        return label, ()
    return stem, tuple(map(int, inside[:-1].split(",")))


@lru_cache(maxsize=1 << 16)
def _parsed(label: str) -> Name:
    stem, index = split_index(label)
    if index:
        return _plain(stem, index) if stem.endswith("]") else _parsed(stem).element(index)
    if found := _SLOPE.fullmatch(label):
        return Name("slope", int(found[1]), split_index(f"z{found[2] or ''}")[1])
    if found := _DERIVATIVE.fullmatch(flat(label)):
        by = _factors(found[3], int(found[1] or 1))
        if by:
            return Name(of=_parsed(found[2]), by=by)
    return _plain(label)


def _plain(stem: str, index: Index = ()) -> Name:
    found = _NEW.fullmatch(stem)
    version = int(found[2] or 1) if found and len(found[1]) < len(stem) else 0
    core = found[1] if found else stem
    layered = _LAYERED.fullmatch(core)
    kind = layered[1] if layered else core
    return Name("delta" if kind == "δ" else kind, int(layered[2]) if layered else None, index, version)


def _factors(written: str, order: int) -> tuple[Name, ...]:
    """What a derivative of that order is by; () where the factors do not come to the order."""
    if order == 1:
        return () if "^" in written or "∂" in written else (_plain(*split_index(written)),)
    pieces = re.split(r"\s*∂|\s+d", written)
    if len(pieces) == 1 and sum(map(len, together := _TOGETHER.findall(written))) + len(together) - 1 == len(written):
        pieces = together
    if len(pieces) == 1 and written.endswith(str(order)):
        base = written[:-1].removesuffix("^")
        return (_plain(*split_index(base)),) * order if base else ()
    found: list[Name] = []
    for piece in pieces:
        base, _, power = piece.partition("^")
        raised = int(power) if len(power) == 1 and power.isascii() and power.isdigit() else 1
        found += [_plain(*split_index(base))] * raised
    return tuple(found) if len(found) == order and all(name.kind for name in found) else ()
