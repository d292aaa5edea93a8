"""The calculation lines that one chain comes to by itself.

a_2 = σ(z_2) ≈ 0.506            a2 = sigmoid(z2)   # 0.506
δ_2 = ∂C/∂z_2 = -0.247          dC/dz2   # -0.247, and δ2 = dC/dz2
(x, t) = (2, 1)                 x = 2, and t = 1
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from tinygrad_notes.reading.arithmetic import readings
from tinygrad_notes.reading.chains import Chain
from tinygrad_notes.reading.formulas import Apply, Name, Tree, has_names, is_list, is_literal, names, renamed
from tinygrad_notes.reading.named_lines import Line, is_chain_rule, is_derivative

_MOST_AT_ONCE = 20  # names


def drafted(chains: Sequence[Chain]) -> list[Line]:
    """The lines made of each chain by itself, in the order of the note."""
    functions = _functions(chains)
    return [line for chain in chains for line in _drafts(chain, functions)]


def _functions(chains: Sequence[Chain]) -> set[str]:
    """The names that the note writes with what they depend on, as in J(w) = (w - 3)²."""
    firsts = [chain.members[0].tree for chain in chains]
    quantities = {tree.name for tree in firsts if isinstance(tree, Name)}
    called = {_called(tree) for tree in firsts if tree is not None}
    defined = {_called(tree) for chain, tree in zip(chains, firsts, strict=True) if tree and _is_defined(chain)}
    return (called - quantities | defined) - {""}


def _is_defined(chain: Chain) -> bool:
    """Whether a formula of its variables follows the name of a function, which no quantity hides then."""
    function, formula = chain.members[0].tree, chain.members[1].tree
    if function is None or formula is None or not (name := _called(function)):
        return False
    variables = set(names(function)) - {name}
    return bool(variables) and variables <= set(names(formula)) and name not in names(formula)


def _called(tree: Tree) -> str:
    """The name that stands before its variables in brackets, which reads as a product too; "" where none does."""
    match tree:
        case Apply("*", (Name() as function, Name())):
            return function.name
        case Apply("*", (Name() as function, Apply("list", variables))) if all(isinstance(v, Name) for v in variables):
            return function.name
    return ""


def _drafts(chain: Chain, functions: set[str]) -> Iterator[Line]:
    """The lines that one chain comes to: its own, and one for a second name of a gradient."""

    def called(tree: Tree) -> Tree | None:
        return Name(name) if (name := _called(tree)) in functions else None

    def plain(tree: Tree) -> Tree:
        return renamed(tree, called) if functions else tree

    read = [(plain(tree), other and plain(other)) for _, tree, other in readings(chain)]
    trees, others = [tree for tree, _ in read], dict(read)
    if chain.members[0].tree is None or not has_names(trees[0]):
        return
    if in_brackets := list(_in_brackets(trees, chain)):
        yield from in_brackets
        return
    targets = [trees[0]]
    if isinstance(trees[0], Name) and is_derivative(trees[1]) and not is_derivative(trees[0]):
        targets.insert(0, trees[1])
    yield from _own_line(targets, trees, others, chain)
    for other in targets[1:]:
        yield Line(other, targets[0], None, [chain], alias=True)


def _own_line(
    targets: Sequence[Tree], trees: Sequence[Tree], others: Mapping[Tree, Tree | None], chain: Chain
) -> Iterator[Line]:
    """The line of a chain: its formula, and what is claimed of it; none where the chain has neither."""
    rest = [tree for tree in trees[len(targets) :] if tree != targets[0]]  # a table may have the name twice
    formulas = [tree for tree in rest if not is_literal(tree) and has_names(tree)]
    claim = trees[-1] if chain.members[-1].is_literal and rest else None
    if claim is not None and is_list(claim):
        formulas = [tree for tree in formulas if not is_chain_rule(targets[0], tree)]
    formula = formulas[0] if formulas else None
    is_name = isinstance(targets[0], Name) and not is_derivative(targets[0])
    if formula is None and claim is None and is_name and len(rest) == len(chain.members) - 1 == 1:
        formula = rest[0]  # numbers without what comes out
    is_given = formula is None and is_name and len(rest) == 1
    if is_given:
        formula, claim = claim, None  # a number alone
    if formula is not None or claim is not None:
        other = others.get(formula) if formula else None
        worked = any(member.tree is None for member in chain.members) or chain.members[-1].relation == "≈"
        further = tuple(dict.fromkeys(formulas[1:]))
        yield Line(targets[0], formula, claim, [chain], other=other, assumed=is_given and worked, further=further)


def _in_brackets(trees: Sequence[Tree], chain: Chain) -> Iterator[Line]:
    """The lines of `(x, t) = (2, 1)`; none of anything else."""
    targets, numbers = trees[0], trees[-1]
    if len(trees) != 2 or not is_list(targets) or not is_list(numbers) or not is_literal(numbers):
        return
    are_names = all(isinstance(part, Name) for part in targets.operands)
    if are_names and len(numbers.operands) == len(targets.operands) <= _MOST_AT_ONCE:
        for target, number in zip(targets.operands, numbers.operands, strict=True):
            yield Line(target, number, None, [chain])
