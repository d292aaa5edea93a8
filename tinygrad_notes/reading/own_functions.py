"""Functions that a note defines: after `g(z) = 1/(1 + e^{-z})`, g(0.5) is that formula at 0.5.

A definition names its variables in brackets. Where the same function stands with other things in the brackets, its
formula is put in; where its own name stands in them, as in a(1 - a), the brackets mean a product.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from tinygrad_notes.number_systems import intervals
from tinygrad_notes.reading.formulas import Apply, Name, Number, Tree, names, parsed, parts, renamed
from tinygrad_notes.reading.prose import CLOSING, OPENING
from tinygrad_notes.reading.token import Token

_LARGEST = 200  # numbers, names and operations of a formula that is put in


@dataclass(frozen=True, slots=True)
class Function:
    """A function of the note: its variables, and its formula."""

    variables: tuple[str, ...]
    formula: Tree

    def at(self, operands: Sequence[Tree]) -> Tree:
        """The formula with these in the place of the variables."""
        values = dict(zip(map(Name, self.variables), operands, strict=True))
        return renamed(self.formula, values.get)  # type: ignore[arg-type]  # a name is a tree


def definition(statement: Sequence[Sequence[Token]], functions: Mapping[str, Function]) -> tuple[str, Function] | None:
    """The name and the function that a statement defines, its members given as tokens; None where it defines none."""
    variables = _variables(statement[0]) if len(statement) > 1 else ()
    if not variables:
        return None
    name, formula = statement[0][0].value, parsed(applied(statement[1], functions))
    formula = formula and with_formulas(formula, functions)
    if formula is None or not set(variables) <= set(names(formula)) or name in names(formula):
        return None
    function = Function(variables, formula)
    return None if _is_standard(name, statement[0][0], function) else (name, function)


def _variables(tokens: Sequence[Token]) -> tuple[str, ...]:
    """What stands in the brackets of f(x) or f(x, y), which is all that these tokens are; () for anything else."""
    types = [token.type for token in tokens]
    if types[:2] not in (["NAME", "LPAR"], ["FUNCTION", "LPAR"]) or types[-1] != "RPAR" or tokens[1].spaced:
        return ()
    if types[0] == "FUNCTION" and tokens[0].value != "sigmoid":
        return ()  # tanh is what it is; σ is any activation
    inside = tokens[2:-1]
    is_list = all(token.type == ("COMMA" if at % 2 else "NAME") for at, token in enumerate(inside))
    return tuple(token.value for token in inside[::2]) if is_list and len(inside) % 2 else ()


def _is_standard(name: str, token: Token, function: Function) -> bool:
    """Whether it is what that name means anyway."""
    from tinygrad_notes.reading.arithmetic import NotArithmeticError, worked_out  # which reads chains

    if token.type != "FUNCTION" or len(function.variables) != 1:
        return False

    def value(tree: Tree) -> float:
        return intervals.as_interval(worked_out(tree, lambda number: intervals.as_interval(float(number.written)))).lo

    try:
        points = [Number(written, 0, 0) for written in ("0.3", "1.7")]
        return all(abs(value(function.at([x])) - value(Apply(name, (x,)))) < 1e-9 for x in points)
    except (NotArithmeticError, ValueError):
        return False


def applied(tokens: Sequence[Token], functions: Mapping[str, Function]) -> list[Token]:
    """The tokens with each name that stands for one of these functions as such."""
    if not functions:
        return list(tokens)
    return [
        replace(token, type="FUNCTION") if token.type == "NAME" and _is_call(tokens, at, functions) else token
        for at, token in enumerate(tokens)
    ]


def _is_call(tokens: Sequence[Token], at: int, functions: Mapping[str, Function]) -> bool:
    if tokens[at].value not in functions or [token.type for token in tokens[at + 1 : at + 2]] != ["LPAR"]:
        return False
    inside, depth = list[Token](), 1
    for token in tokens[at + 2 : at + 2 + _LARGEST]:
        depth += (token.type in OPENING) - (token.type in CLOSING)
        if not depth:
            break
        inside.append(token)
    if tokens[at + 1].spaced or any(token.value == tokens[at].value for token in inside):
        return False
    behind = at + len(inside) + 3
    is_set = [token.type for token in tokens[behind : behind + 1]] == ["RELATION"] and not _goes_on(tokens, at)
    return not is_set or _variables(tokens[at:behind]) != functions[tokens[at].value].variables


def _goes_on(tokens: Sequence[Token], at: int) -> bool:
    """Whether a formula goes on there, which another token began."""
    return at > 0 and tokens[at - 1].type not in ("NAME", "BREAK", "COMMA", "ROW", "UNKNOWN")


def with_formulas(tree: Tree, functions: Mapping[str, Function]) -> Tree | None:
    """The formula with the note's functions put in; None where that is too long, or needs their derivatives."""

    if not functions:
        return tree

    def put_in(part: Tree) -> Tree | None:
        function = functions.get(part.function) if isinstance(part, Apply) else None
        if function is None or not isinstance(part, Apply) or len(part.operands) != len(function.variables):
            return None
        return function.at([renamed(operand, put_in) for operand in part.operands])

    made = renamed(tree, put_in)
    called = {part.function.rstrip("'") for part in parts(made) if isinstance(part, Apply)}
    is_short = made == tree or sum(1 for _ in parts(made)) <= _LARGEST
    return made if is_short and called.isdisjoint(functions) else None


def may_define(tokens: Sequence[Token]) -> bool:
    """Whether a relation follows a bracket behind a name there, as it must to define a function."""
    types = [token.type for token in tokens]
    return "RPAR RELATION" in " ".join(types) and any(
        first in ("NAME", "FUNCTION") and types[at + 1 : at + 3] == ["LPAR", "NAME"] for at, first in enumerate(types)
    )


def all_defined(statements: Iterable[Sequence[Sequence[Token]]]) -> dict[str, Function]:
    """The functions that the statements of a note define, each with the formulas of those above it put in."""
    functions: dict[str, Function] = {}
    for statement in statements:
        found = definition(statement, functions)
        if found is not None and found[0] not in functions:
            functions[found[0]] = found[1]
    return functions
