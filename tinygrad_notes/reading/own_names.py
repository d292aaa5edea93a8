"""Names with a meaning of the note's own: an e that is an error, and a σ² that is a variance where no σ is set."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from tinygrad_notes.reading.formulas import CONSTANTS, Apply, Name, Number, Tree, renamed

if TYPE_CHECKING:
    from tinygrad_notes.reading.chains import Chain


def with_own_names(chains: list[Chain]) -> list[Chain]:
    """The chains with constants that the note sets apart by a _, and squares that it sets as one name."""
    constants = {name for chain in chains if (name := _constant_defined(chain))}
    squares = _squares(chains)
    for names, of_name in ((constants, _apart), (squares, _as_one)):
        chains = [_renamed(chain, of_name(names)) for chain in chains] if names else chains
    return chains


def _renamed(chain: Chain, rename: Callable[[Tree], Tree | None]) -> Chain:
    trees = [
        replace(m, tree=m.tree and renamed(m.tree, rename), other=m.other and renamed(m.other, rename))
        for m in chain.members
    ]
    return replace(chain, members=tuple(trees))


def _constant_defined(chain: Chain) -> str:
    """The name of a constant that the note uses for a quantity of its own, as in e = y - a."""
    first, second = chain.members[0].tree, chain.members[1].tree
    if not isinstance(first, Name) or first.name not in CONSTANTS:
        return ""
    is_constant = isinstance(second, Number) and abs(float(second.written) - CONSTANTS[first.name]) < 0.01
    return "" if is_constant else first.name


def _apart(names: set[str]) -> Callable[[Tree], Tree | None]:
    """Renames these constants; e^(-z) is the exponential still."""

    def apart(tree: Tree) -> Tree | None:
        if isinstance(tree, Apply) and tree.function == "^" and not isinstance(tree.operands[1], Number):
            base, exponent = tree.operands
            return Apply("^", (base if isinstance(base, Name) else renamed(base, apart), renamed(exponent, apart)))
        return Name(f"{tree.name}_") if isinstance(tree, Name) and tree.name in names else None

    return apart


def _squares(chains: Sequence[Chain]) -> set[str]:
    """The names whose squares the note sets before them, or without them; where x is 0.5, x² = 0.25 is a claim."""
    firsts = {chain.members[0].tree: at for at, chain in reversed(list(enumerate(chains)))}
    names = set()
    for tree, at in firsts.items():
        if tree and (name := _squared(tree)):
            behind = firsts.get(Name(name))
            is_claim = behind is not None and _is_bare(chains[at]) and _is_bare(chains[behind])
            names |= {name} if behind is None or (at < behind and not is_claim) else set()
    return names


def _is_bare(chain: Chain) -> bool:
    """Whether it sets a number, and nothing from which that was worked."""
    return len(chain.members) == 2 and chain.members[1].is_literal


def _squared(tree: Tree) -> str:
    match tree:
        case Apply("^", (Name(name), Number("2"))):
            return name
    return ""


def _as_one(names: set[str]) -> Callable[[Tree], Tree | None]:
    return lambda tree: Name(f"{name}²") if (name := _squared(tree)) in names else None
