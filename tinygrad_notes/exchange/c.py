"""A recorded program as a plain C99 function, and another with its derivatives.

Every instruction becomes one line, constants are written as hexadecimal floats, and nothing is needed but the C
library's mathematics. The functions keep no state and allocate nothing, so they run in any thread and on small devices.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Sequence
from functools import reduce
from itertools import pairwise
from textwrap import fill
from typing import TYPE_CHECKING

from tinygrad_notes.errors import ArgumentValueError
from tinygrad_notes.exchange.lines import BEYOND, PICKED, Column, Lines, written
from tinygrad_notes.replay.tape import INPUT, NUMBER, PARAMETER

if TYPE_CHECKING:
    from tinygrad_notes.replay.program import Program

_SAME_NAME = (
    "acos", "acosh", "asin", "asinh", "atan", "atan2", "atanh", "ceil", "cos", "cosh", "erf", "erfc", "exp", "exp2",
    "expm1", "floor", "hypot", "log", "log10", "log1p", "log2", "pow", "sin", "sinh", "sqrt", "tan", "tanh",
)  # fmt: skip


def _call(name: str) -> Callable[..., str]:
    return lambda *operands: f"{name}({', '.join(operands)})"


def _infix(sign: str) -> Callable[..., str]:
    return lambda a, b: f"{a} {sign} {b}"


def _total(*terms: str) -> str:
    return " + ".join(["0.0", *terms])


def _dot(*operands: str) -> str:
    half = len(operands) // 2
    return _total(*[f"{w} * {x}" for w, x in zip(operands[:half], operands[half:])])


def _largest(*operands: str) -> str:
    return reduce(_call("max_"), operands)


COLUMN: Column = {
    **{name: _call(name) for name in _SAME_NAME},
    "abs": _call("fabs"),
    "add": _infix("+"),
    "subtract": _infix("-"),
    "multiply": _infix("*"),
    "divide": _infix("/"),
    "negative": lambda a: f"-{a}",
    "greater": _infix(">"),
    "less": _infix("<"),
    "equal": _infix("=="),
    "where": lambda condition, a, b: f"{condition} != 0.0 ? {a} : {b}",
    "cbrt": _call("cbrt"),
    "maximum": _call("max_"),
    "minimum": _call("min_"),
    "remainder": _call("remainder_"),
    "sigmoid": _call("sigmoid_"),
    "sign": _call("sign_"),
    "largest": _largest,
    "total": _total,
    "dot": _dot,
    PICKED: _call("picked_"),
    BEYOND: lambda slope, adjoint, out, a: f"beyond_({slope}, {adjoint}, {out}, {a})",
}
"""How an instruction is written in C."""

_HELPERS = {
    "max_": "static double max_(double a, double b) { return a > b || a != a ? a : b; } /* fmax would drop NaN */",
    "min_": "static double min_(double a, double b) { return a < b || a != a ? a : b; }",
    "remainder_": "static double remainder_(double a, double b) { /* a - b * floor(a / b), with the sign of b */\n"
    "    const double r = fmod(a, b);\n"
    "    if (r == 0.0) return copysign(0.0, b);\n"
    "    return (r < 0.0) != (b < 0.0) ? r + b : r;\n}",
    "sigmoid_": "static double sigmoid_(double a) {\n"
    "    const double e = exp(-fabs(a));\n"
    "    return (a < 0.0 ? e : 1.0) / (1.0 + e);\n}",
    "sign_": "static double sign_(double a) { return a > 0.0 ? 1.0 : a < 0.0 ? -1.0 : a; }",
    "picked_": "static double picked_(double slope, double adjoint) { /* what is not picked does not matter */\n"
    "    return slope == 0.0 ? 0.0 : slope * adjoint;\n}",
    "beyond_": "static double beyond_(double slope, double adjoint, double out, double a) {\n"
    "    /* 0 times a finite number beyond the largest double is 0 */\n"
    "    return isinf(out) && a != 0.0 && isinf(slope) && adjoint == 0.0 ? 0.0 : slope * adjoint;\n}",
}

_HEAD = """\
/* {title}
   C99, to be compiled without -ffast-math, which changes NaN, infinities and the order of sums. The digits are those of
   C's own mathematics if no multiplication is fused with an addition: gcc -std=c99 -O2 -ffp-contract=off FILE.c -lm
   Every function returns 0; or 1, and then has written nothing, for a sample that takes a way through the recorded
   function's comparisons that was not recorded. Arrays are flat, row after row. p may be NULL for {name}_parameters. */
#include <math.h>
#include <stddef.h>

#ifdef __FAST_MATH__
#error "-ffast-math gives other results: compile without it"
#endif
#ifdef __clang__
#pragma STDC FP_CONTRACT OFF
#endif
"""
LONG, PART = 2000, 250
"""From how many instructions on a function is cut, and how many a part has."""
_TAKEN = frozenset([
    *_SAME_NAME, *_HELPERS, "cbrt", "copysign", "fabs", "fmod", "isfinite", "isinf",
    "auto", "break", "case", "char", "const", "continue", "default", "do", "double", "else", "enum", "extern", "float",
    "for", "goto", "if", "inline", "int", "long", "main", "register", "restrict", "return", "short", "signed", "sizeof",
    "static", "struct", "switch", "typedef", "union", "unsigned", "void", "volatile", "while",
])  # fmt: skip


def to_c(program: Program, name: str, derivatives: bool) -> str:
    """See `Program.to_c`."""
    if not re.fullmatch(r"[A-Za-z]\w*", name, re.ASCII) or name in _TAKEN:
        raise ArgumentValueError(
            f"a C function's name is made of letters, digits and _, and one that C itself has not, got {name!r}", "name"
        )
    numbers = program.parameter_numbers().tolist()
    bodies = [_functions(program, name, "", len(numbers))]
    if derivatives:
        bodies.append(_functions(program, name, "_derivatives", len(numbers)))
    code = "\n\n".join(bodies)
    shapes = ", ".join(f"x{k} {list(shape)}" for k, shape in enumerate(program.input_shapes))
    result = list(program.output_shape)
    title = f"A recorded function of {shapes} and {len(numbers)} parameters p, with the result y {result}."
    helpers = [text for helper, text in _HELPERS.items() if f"{helper}(" in code]
    constants = fill(", ".join(map(literal, numbers or [0.0])), 110, initial_indent="    ", subsequent_indent="    ")
    parameters = f"static const double {name}_parameters[{max(len(numbers), 1)}] = {{\n{constants}}};"
    return "\n\n".join([_HEAD.format(title=title, name=name), *helpers, parameters, code]) + "\n"


def literal(number: float) -> str:
    """A number in C, exactly.

    Example:
        >>> literal(0.1), literal(-math.inf)
        ('0x1.999999999999ap-4', '(-INFINITY)')
    """
    if math.isnan(number):
        return "NAN"
    written = number.hex() if math.isfinite(number) else "INFINITY" if number > 0 else "-INFINITY"
    return f"({written})" if written.startswith("-") else written


def _functions(program: Program, name: str, suffix: str, parameters: int) -> str:
    """The function of that suffix, after one for each recorded path where there are several."""
    inputs = [f"x{k}" for k in range(len(program.input_shapes))]
    wanted = ["y", *[f"dy_d{x}" for x in inputs], "dy_dp"] if suffix else ["y"]
    signature = ", ".join([*(f"const double *{x}" for x in (*inputs, "p")), *(f"double *{y}" for y in wanted)])
    ways = program.branches.recorded
    functions = []
    for number, branch in enumerate(ways, start=1):
        own = f"{name}{suffix}" + f"_{number}" * (len(ways) > 1)
        way = _Way(written(branch, parameters, bool(suffix)), program.signature.sizes, own)
        body = "\n".join([f"    if (!p) p = {name}_parameters;", *way.body(wanted)])
        functions += way.parts
        functions.append(f"{'static ' * (len(ways) > 1)}int {own}({signature}) {{\n{body}\n    return 0;\n}}")
    if len(ways) > 1:
        arguments = ", ".join([*inputs, "p", *wanted])
        calls = " &&\n        ".join(f"{name}{suffix}_{k}({arguments})" for k in range(1, len(ways) + 1))
        functions.append(f"int {name}{suffix}({signature}) {{\n    return {calls};\n}}")
    shapes = _shapes(program, wanted[1:])
    return "\n\n".join([f"/* {shapes} */\n" * bool(shapes) + functions[0], *functions[1:]])


def _shapes(program: Program, derivatives: Sequence[str]) -> str:
    sizes = [*map(list, program.input_shapes), [len(program.parameters)]]
    told = [f"{name} {[*program.output_shape, *size]}" for name, size in zip(derivatives, sizes)]
    return f"Derivatives: {', '.join(told)}. Any of these pointers may be NULL." if told else ""


class _Way:
    """The code of one recorded path. A long one is cut into `parts`, or compilers would take minutes over it."""

    def __init__(self, lines: Lines, sizes: Sequence[int], name: str) -> None:
        self.lines, self.sizes, self.name = lines, sizes, name
        self.parts: list[str] = []
        self.jacobians = _jacobians(lines, sizes)
        self.written = _leaves(lines, sizes)
        self.guarded = [side for _, left, right in lines.guards for side in (left, right)]
        derivatives = [place for rows in self.jacobians for row in rows for place in row]
        self.alive = lines.tape.leading_to([*lines.results, *self.guarded, *derivatives])
        self.is_long = sum(self.alive) > LONG

    def body(self, wanted: Sequence[str]) -> Iterator[str]:
        yield "    " + " ".join(f"(void)x{k};" for k in range(len(self.sizes)))
        if self.is_long:
            yield f"    double t[{len(self.alive)}];"
        before = self.lines.tape.leading_to(self.guarded)
        yield from self._in_parts([place for place, early in enumerate(before) if early])
        for guard, left, right in self.lines.guards:
            taken = f"{self.written[left]} {guard.relation} {self.written[right]}"
            yield f"    if ({'!' if guard.outcome else ''}({taken})) return 1; /* {_safe(guard.place)} */"
        yield from self._in_parts([place for place, needed in enumerate(self.alive) if needed and not before[place]])
        for k, place in enumerate(self.lines.results):
            yield f"    y[{k}] = {self.written[place]};"
        for pointer, rows in zip(wanted[1:], self.jacobians):
            flat = [self.written[place] for row in rows for place in row]
            yield f"    if ({pointer}) {{"
            yield from (f"        {pointer}[{k}] = {value};" for k, value in enumerate(flat))
            yield "    }"

    def _in_parts(self, places: list[int]) -> Iterator[str]:
        """The instructions at these places, or calls of the functions that hold them."""
        statements = [self._statement(place) for place in places if place not in self.written]
        if not self.is_long:
            yield from statements
            return
        inputs = [f"x{k}" for k in range(len(self.sizes))]
        signature = ", ".join([*(f"const double *{x}" for x in (*inputs, "p")), "double *t"])
        unused = " ".join(f"(void){x};" for x in (*inputs, "p"))
        for first in range(0, len(statements), PART):
            called = f"{self.name}_part_{len(self.parts) + 1}"
            code = "\n".join(statements[first : first + PART])
            self.parts.append(f"static void {called}({signature}) {{\n    {unused}\n{code}\n}}")
            yield f"    {called}({', '.join([*inputs, 'p', 't'])});"

    def _statement(self, place: int) -> str:
        tape = self.lines.tape
        formula = COLUMN[tape.names[place]](*[self.written[operand] for operand in tape.operands[place]])
        self.written[place] = f"t[{place}]" if self.is_long else f"t{place}"
        declared = "const double " * (not self.is_long) + self.written[place]
        return fill(f"{declared} = {formula};", 110, initial_indent="    ", subsequent_indent="        ")


def _jacobians(lines: Lines, sizes: Sequence[int]) -> list[list[Sequence[int]]]:
    """For each input, then for the parameters, the places of the derivatives, a row for each result."""
    if not lines.by_input:
        return []
    cuts = [sum(sizes[:k]) for k in range(len(sizes) + 1)]
    by_each: list[list[Sequence[int]]] = [[row[first:stop] for row in lines.by_input] for first, stop in pairwise(cuts)]
    return [*by_each, list(lines.by_parameter)]


def _leaves(lines: Lines, sizes: Sequence[int]) -> dict[int, str]:
    """How what stands on the tape without being computed is written."""
    inputs = [f"x{k}[{i}]" for k, size in enumerate(sizes) for i in range(size)]
    found = {}
    for place, (name, leaf) in enumerate(zip(lines.tape.names, lines.tape.leaves)):
        if name == NUMBER:
            found[place] = literal(leaf)
        elif name in (INPUT, PARAMETER):
            found[place] = inputs[int(leaf)] if name == INPUT else f"p[{int(leaf)}]"
    return found


def _safe(comment: str) -> str:
    """The place of a comparison, so that it cannot end the comment that it stands in."""
    return "".join(c if c.isalnum() or c in " ._:-" else "?" for c in comment)
