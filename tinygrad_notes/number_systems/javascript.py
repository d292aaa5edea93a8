"""JavaScript: every row of the table, read over symbols and written as functions that a browser runs.

The player recomputes a graph inside a web page. Its rules are not written a second time: each row's rule is
read over symbols. That gives its value and its derivatives as expression trees, which are written down as
JavaScript over a number system `m`, the one in `floats.mjs`.

Example:
    >>> from tinygrad_notes.operations import operation
    >>> print(written_rule(operation("sqrt"), 1))
    {
      value: (x0) => m.sqrt(x0),
      derivatives: (x0, out) => [0.5 / m.abs(out)],
    }
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from importlib.resources import files
from typing import Any

from tinygrad_notes.number_systems import symbols
from tinygrad_notes.number_systems.symbols import Application, Expression, Literal, Symbol, as_expression
from tinygrad_notes.operations import Operation
from tinygrad_notes.passes import topological_order

_INFIX = {"add": "+", "subtract": "-", "multiply": "*", "divide": "/", "greater": ">", "less": "<", "equal": "==="}
_DEEPEST = 12
"""Nested deeper than this, an expression gets a name: it stays readable, and no parser runs out of stack."""

Parts = tuple[tuple[Symbol, ...], Expression, tuple[Expression, ...]]


def rule_over_symbols(row: Operation, arity: int) -> Parts:
    """The rule of `row` at `arity` operands: the operands' symbols, the value, the derivatives.

    Raises TypeError where the rule does something with its operands that a formula cannot express.
    """
    operands = tuple(Symbol(f"x{i}") for i in range(arity))
    try:
        value, derivatives = row.read(_ROUNDED)
        return operands, as_expression(value(*operands)), tuple(map(as_expression, derivatives(*operands, OUT)))
    except (TypeError, AttributeError) as error:
        raise TypeError(
            f"the rule of {row.name!r} cannot be read over symbols ({error}): "
            "write it with arithmetic and the number system's functions alone, m.where(m.less(a, 0.0), …) instead of if"
        ) from error


class _Rounded:
    """Symbols that stand for a browser's floats: the rules are written with what those need."""

    def __getattr__(self, name: str) -> Any:
        if name == "EXACT":
            raise AttributeError("a browser's numbers round and overflow")
        return getattr(symbols, name)


_ROUNDED = _Rounded()

OUT = Symbol("out")
"""The operation's own result, in a derivative."""


def written_table(used: Iterable[tuple[Operation, int]]) -> str:
    """A JavaScript function of a number system `m` that returns the rules of the rows in use, by `key`."""
    rules = {key(row, arity): written_rule(row, arity) for row, arity in used}
    entries = "".join(f'  "{name}": {_indented(rule)},\n' for name, rule in sorted(rules.items()))
    return f"export const readTable = (m) => ({{\n{entries}}});\n"


def key(row: Operation, arity: int) -> str:
    """The name of a rule in the written table: "add/2"."""
    return f"{row.name}/{arity}"


def written_rule(row: Operation, arity: int) -> str:
    """The value and the derivatives of `row` as JavaScript functions of `arity` operands."""
    operands, value, derivatives = rule_over_symbols(row, arity)
    parameters = [symbol.name for symbol in operands]
    statements, (result,) = _written([value])
    slopes, results = _written(derivatives)
    all_results = f"[{', '.join(results)}]"
    columns = f"  picks: {[k for k in range(arity) if k in row.picks]},\n" if row.picks else ""
    columns += "  overflows: true,\n" if row.overflows else ""
    return (
        f"{{\n  value: ({', '.join(parameters)}) => {_body(statements, result)},\n"
        f"  derivatives: ({', '.join([*parameters, OUT.name])}) => {_body(slopes, all_results)},\n{columns}}}"
    )


def number_system() -> str:
    """The text of `floats.mjs`, the number system over which the written rules run."""
    return files(__package__).joinpath("floats.mjs").read_text(encoding="utf-8")


def _body(statements: list[str], result: str) -> str:
    if not statements:
        return result
    lines = "".join(f"    {statement}\n" for statement in statements)
    return f"{{\n{lines}    return {result};\n  }}"


def _written(results: Sequence[Expression]) -> tuple[list[str], list[str]]:
    """Statements that name every part used more than once, and the results in terms of those names."""
    order = topological_order(*results)
    uses = Counter(operand for node in order for operand in node.operands) + Counter(results)
    texts: dict[Expression, str] = {}
    depths: dict[Expression, int] = {}
    statements: list[str] = []
    for node in order:
        texts[node] = text = _javascript(node, [texts[operand] for operand in node.operands])
        depths[node] = 1 + max((depths[operand] for operand in node.operands), default=0)
        if isinstance(node, Application) and (uses[node] > 1 or depths[node] > _DEEPEST):
            texts[node], depths[node] = f"t{len(statements)}", 1
            statements.append(f"const {texts[node]} = {_bare(text)};")
    return statements, [_bare(texts[result]) for result in results]


def _javascript(node: Expression, operands: list[str]) -> str:
    if isinstance(node, Literal):
        return _number(node.number)
    if not isinstance(node, Application):
        return str(node)
    if node.name in _INFIX:
        return f"({f' {_INFIX[node.name]} '.join(operands)})"
    if node.name == "negative":
        return f"(-{operands[0]})"
    if node.name == "where":
        return "({} ? {} : {})".format(*operands)
    arguments = ", ".join(map(_bare, operands))
    return f"m.total([{arguments}])" if node.name == "sum" else f"m.{node.name}({arguments})"


def _number(number: float) -> str:
    if math.isfinite(number):
        return repr(number) if math.copysign(1.0, number) > 0 else f"({number!r})"
    return "NaN" if math.isnan(number) else "Infinity" if number > 0 else "(-Infinity)"


def _bare(text: str) -> str:
    """`text` without the parentheses around the whole of it."""
    if not text.startswith("("):
        return text
    depth = 0
    for position, character in enumerate(text):
        depth += {"(": 1, ")": -1}.get(character, 0)
        if depth == 0:
            return text[1:-1] if position == len(text) - 1 else text
    return text


def _indented(text: str) -> str:
    return text.replace("\n", "\n  ")
