"""Functions that a note defines: after `g(z) = 1/(1 + e^{-z})`, g(0.5) is that formula at 0.5.

A definition names its variables in brackets. Where the same function stands with other things in the brackets, its
formula is put in; where its own name stands in them, as in a(1 - a), the brackets mean a product. So are its
derivatives: g'(0.5), and dy/dx at a point after `y = x² + 1`. A quantity L that depends on w
is such a function too where it stands at another w, as in L(w + h).
"""

from __future__ import annotations

import functools
import itertools
from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

from tinygrad_notes.number_systems import intervals
from tinygrad_notes.reading.formulas import (
    CONSTANTS,
    Apply,
    Name,
    Number,
    Tree,
    has_names,
    names,
    parts,
    renamed,
)
from tinygrad_notes.reading.letters import Letters
from tinygrad_notes.reading.parsing import parsed
from tinygrad_notes.reading.token import Token, past_group

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
    from tinygrad_notes.reading.working_out import NotArithmeticError, worked_out  # loads NumPy

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
    return [made for at in range(len(tokens)) for made in _applied(tokens, at, functions)]


def _applied(tokens: Sequence[Token], at: int, functions: Mapping[str, Function]) -> Sequence[Token]:
    token = tokens[at]
    if token.type == "EVALUATED" and token.value in functions:
        return (replace(token, type="FUNCTION"),)
    if (name := _taken_at(tokens, at, ("ADD", "SUB", "RPAR"))) in functions:
        return (replace(token, type="FUNCTION", value=name),)
    if token.called:  # f'(x0), where f is defined as a function of x
        what, by = token.value[1:].split("/d", 1)
        function = functions.get(f"{what}'")
        if function is not None and by not in function.variables:
            call = [("FUNCTION", f"{what}'"), ("LPAR", "("), ("NAME", by), ("RPAR", ")")]
            return [replace(token, type=type_, value=value, called=False) for type_, value in call]
    return (replace(token, type="FUNCTION") if token.type == "NAME" and _is_call(tokens, at, functions) else token,)


def _taken_at(tokens: Sequence[Token], at: int, behind: Collection[str]) -> str:
    """L(w) where L(w + h) stands there, the quantity L at another w; "" for anything else, as a(1 - a).

    Args:
        behind: the types of tokens that may follow the first name in the brackets.
    """
    types = [token.type for token in tokens[at : at + 4]]
    if types[:3] != ["NAME", "LPAR", "NAME"] or types[3:] not in [[type_] for type_ in behind] or tokens[at + 1].spaced:
        return ""
    return f"{tokens[at].value}({tokens[at + 2].value})"


def _is_call(tokens: Sequence[Token], at: int, functions: Mapping[str, Function]) -> bool:
    if tokens[at].value not in functions or [token.type for token in tokens[at + 1 : at + 2]] != ["LPAR"]:
        return False
    behind = at + 1 + past_group(tokens[at + 1 : at + 3 + _LARGEST])
    if tokens[at + 1].spaced or any(token.value == tokens[at].value for token in tokens[at + 1 : behind]):
        return False
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
    return made if (made == tree or _is_short(made)) and called.isdisjoint(functions) else None


def _is_short(formula: Tree) -> bool:
    return sum(1 for _ in itertools.islice(parts(formula), _LARGEST + 1)) <= _LARGEST


def may_define(tokens: Sequence[Token]) -> bool:
    """Whether a relation follows a bracket behind a name there, as it must to define a function."""
    types = [token.type for token in tokens]
    return "RPAR RELATION" in " ".join(types) and any(
        first in ("NAME", "FUNCTION") and types[at + 1 : at + 3] == ["LPAR", "NAME"] for at, first in enumerate(types)
    )


def all_defined(statements: Iterable[Sequence[Sequence[Token]]]) -> dict[str, Function]:
    """The functions that the statements of a note define, each with the formulas of those above it put in.

    Not those that it defines in two ways, as the f of another exercise.
    """
    functions: dict[str, Function] = {}
    unlike = set()
    for statement in statements:
        name, function = definition(statement, functions) or ("", None)
        if function is not None and functions.setdefault(name, function) != function:
            unlike.add(name)
    return {name: function for name, function in functions.items() if name not in unlike}


# Derivatives ----------------------------------------------------------------------------------------------


def derivatives_wanted(pieces: Iterable[Sequence[Token]]) -> set[str]:
    """The derivatives at a point that the note writes, f', f'' and dy/dx|x, and quantities at another: L(w)."""
    wanted = set()
    for tokens in pieces:
        for at, token in enumerate(tokens):
            is_bracket = at + 1 < len(tokens) and tokens[at + 1].type == "LPAR"
            if token.type == "EVALUATED" or (token.type == "NAME" and token.value.endswith("'") and is_bracket):
                wanted.add(token.value)
            elif token.called:
                wanted.add(f"{token.value[1:].split('/d', 1)[0]}'")
            elif is_bracket and (name := _taken_at(tokens, at, ("ADD", "SUB"))):
                wanted.add(name)
    return wanted


def derivatives(
    wanted: Collection[str], functions: Mapping[str, Function], formulas: Mapping[str, Tree]
) -> dict[str, Function]:
    """Those of the wanted derivatives that come of a function of the note, or of the formula of a quantity."""
    from tinygrad_notes.reading.slopes import NoSlopeError, slope  # loads the table of operations

    found: dict[str, Function] = {}
    for name in wanted:
        if name.endswith(")"):
            quantity, by = name[:-1].split("(")
            formula = None if quantity in functions else _worked_out(quantity, by, formulas)
            found |= {name: Function((by,), formula)} if formula and by in names(formula) else {}
            continue
        derivative, _, point = name.partition("|")
        what, _, by = derivative[1:].partition("/d") if point else (derivative.rstrip("'"), "", "")
        function = functions.get(what) or _of_quantity(formulas.get(what), point)
        if function is None or (point and tuple(point.split(",")) != function.variables):
            continue
        if not point and len(function.variables) > 1:
            continue
        orders = [by or function.variables[0]] * (1 if point else len(name) - len(what))
        with suppress(NoSlopeError):
            formula = functools.reduce(slope, orders, function.formula)
            if _is_short(formula):
                found[name] = Function(function.variables, formula)
    return found


def _worked_out(quantity: str, by: str, formulas: Mapping[str, Tree]) -> Tree | None:
    """The formula of a quantity with those of the quantities in it put in; None where there is none, or a long one."""

    def put_in(tree: Tree) -> Tree | None:
        known = formulas.get(tree.name) if isinstance(tree, Name) and tree.name != by else None
        is_update = known is not None and _is_short(known) and tree in parts(known)
        return None if is_update else known

    formula = put_in(Name(quantity))
    while formula is not None and _is_short(formula):
        if (made := renamed(formula, put_in)) == formula:
            return formula
        formula = made
    return None


def _of_quantity(formula: Tree | None, point: str) -> Function | None:
    """The formula of a quantity as a function of what it is taken at; without that, of the only name in it."""
    used = dict.fromkeys(name for name in names(formula) if name not in CONSTANTS) if formula else {}
    variables = tuple(point.split(",")) if point else tuple(used)
    is_function = formula is not None and bool(variables) and set(variables) <= set(used)
    return Function(variables, formula) if is_function and formula and (point or len(used) == 1) else None


def formulas_of_quantities(statements: Iterable[Sequence[Sequence[Token]]]) -> dict[str, Tree]:
    """The first formula with names in it that a note sets each name equal to."""
    formulas: dict[str, Tree] = {}
    stated = [(part[0][0].value, part[1]) for part in statements if len(part) > 1 and len(part[0]) == 1]
    letters = Letters({name for name, _ in stated})
    for name, formula in stated:
        tree = parsed(formula) if name not in formulas else None
        if tree is not None and has_names(tree):
            formulas[name] = letters.apart(tree)
    return formulas
