"""The grammar of formulas, and the trees that lark makes by it. Loaded when the first formula is read.

The grammar is small and read whole: what it does not know makes the member unreadable, never shorter. Two operands
side by side are a product whose right one has no sign, so that `2 (3) - 4` is 2. It is LALR without conflicts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from lark import Lark, Transformer
from lark import Token as LarkToken
from lark.exceptions import LarkError
from lark.lexer import Lexer

from tinygrad_notes.reading.formulas import SUM, Apply, Name, Number, Tree, is_list, is_vector
from tinygrad_notes.reading.token import Token

GRAMMAR = """
    ?start: sum
    ?sum: product | sum ADD product -> binary | sum SUB product -> binary
    ?product: factors | total | SUB total -> negative | factors TIMES total -> binary | factors total -> side_by_side
    ?factors: signed | factors TIMES signed -> binary | factors OVER signed -> binary | factors power -> side_by_side
    total: SUM product
    ?signed: power | SUB signed -> negative | ADD signed -> same
    ?power: transposed | transposed POWER exponent -> raised | transposed RAISED -> raised
    ?exponent: atom | SUB exponent -> negative
    ?transposed: atom | transposed TRANSPOSE -> transpose | array PRIME -> primed
    ?atom: NUMBER -> number | NAME -> name | NAME INDEX sum (COMMA sum)* RSQB -> element
        | LPAR sum RPAR -> same | LBRACE sum RBRACE -> same | array
        | ABS sum ABS_END -> absolute | NORM sum NORM_END -> norm
        | FRAC group group -> fraction | ROOT group -> root | ROOT LPAR sum RPAR -> root
        | FUNCTION PRIME? LPAR sum (COMMA argument)* RPAR -> call | FUNCTION PRIME? group -> call
    ?array: LPAR sum (COMMA sum)+ RPAR -> row | LSQB cells RSQB -> same
        | LSQB cells (ROW cells)+ RSQB -> matrix | BEGIN row (ROW row)* ROW? END -> matrix
    ?group: LBRACE sum RBRACE -> same | NUMBER -> number | NAME -> name | FRAC group group -> fraction
    ?argument: sum | KEYWORD sum -> keyword
    row: sum (CELL sum)*
    cells: sum (COMMA sum)*
    %declare NUMBER NAME FUNCTION ADD SUB TIMES OVER POWER RAISED TRANSPOSE PRIME LPAR RPAR LBRACE RBRACE LSQB RSQB
    %declare KEYWORD COMMA CELL ROW BEGIN END FRAC ROOT ABS ABS_END NORM NORM_END INDEX SUM
"""


def tree_of(tokens: Sequence[Token]) -> Tree | None:
    """The tree of a formula's tokens, or None where the grammar does not know it."""
    try:
        return _PARSER.parse(tokens)  # type: ignore[return-value]  # our tokens in, our trees out
    except LarkError:
        return None


class Tokens(Lexer):
    """Hands our tokens on to the parser."""

    def __init__(self, _conf: Any) -> None:
        """Takes no notice of lark's own patterns: there are none."""

    def lex(self, lexer_state: Any, parser_state: Any = None) -> Iterator[LarkToken]:
        for token in lexer_state:
            yield LarkToken(token.type, token.value, start_pos=token.start, end_pos=token.end)


def _of_trees(function: str) -> Callable[[Any, list[Any]], Tree]:
    """The rule that applies a function to the formulas in it, whatever signs stand between."""
    return lambda _, parts: Apply(function, _trees(parts))


class ToTree(Transformer[Any, Tree]):
    """Makes our nodes of lark's."""

    side_by_side, fraction, root, absolute, norm = map(_of_trees, ("*", "/", "sqrt", "abs", "norm"))
    row = cells = _of_trees("list")

    def binary(self, parts: list[Any]) -> Tree:
        left, operator, right = parts
        return Apply(str(operator), (left, right))

    def negative(self, parts: list[Any]) -> Tree:
        return Apply("-", (parts[1],))

    def same(self, parts: list[Any]) -> Any:
        return next(part for part in parts if not isinstance(part, LarkToken))

    def raised(self, parts: list[Any]) -> Tree:
        exponent = parts[-1]
        if isinstance(exponent, LarkToken):
            exponent = Number(str(exponent), exponent.start_pos or 0, exponent.end_pos or 0)
        return Apply("^", (parts[0], exponent))

    def transpose(self, parts: list[Any]) -> Tree:
        """Turned about; numbers in a line or a column, as in x = (0.8, -0.5)^T, are a vector either way."""
        array = parts[0]
        rows = array.operands if is_list(array) else ()
        if is_vector(array):
            return array
        if not rows or not all(map(is_vector, rows)):
            return Apply("T", (array,))
        columns = zip(*(row.operands for row in rows if isinstance(row, Apply)), strict=False)
        return rows[0] if len(rows) == 1 else Apply("list", tuple(Apply("list", column) for column in columns))

    def primed(self, parts: list[Any]) -> Tree:
        """The prime behind an array, as MATLAB writes it: names in a line are a vector either way too."""
        return self.transpose(parts) if any(map(is_list, parts[0].operands)) else parts[0]

    def number(self, parts: list[Any]) -> Tree:
        (token,) = parts
        return Number(str(token), token.start_pos, token.end_pos)

    def name(self, parts: list[Any]) -> Tree:
        return Name(str(parts[0]))

    def element(self, parts: list[Any]) -> Tree:
        return Apply("element", (Name(str(parts[0])), *_trees(parts)))

    def total(self, parts: list[Any]) -> Tree:
        sign, summand = parts
        return Apply(f"{SUM}{sign}", (summand,))

    def matrix(self, parts: list[Any]) -> Tree:
        """A matrix as the list of its rows; one column of numbers is a vector, as on paper."""
        rows = [row for row in parts if isinstance(row, Apply)]
        if len(rows) > 1 and all(len(row.operands) == 1 for row in rows):
            return Apply("list", tuple(row.operands[0] for row in rows))
        return Apply("list", tuple(rows))

    def keyword(self, parts: list[Any]) -> Tree:
        return Apply(str(parts[0]), (parts[1],))

    def call(self, parts: list[Any]) -> Tree:
        prime = "'" if len(parts) > 1 and isinstance(parts[1], LarkToken) and parts[1].type == "PRIME" else ""
        operands = _trees(parts)
        name, _, power = parts[0].partition("^")
        if name == "array" and len(operands) == 1:
            return operands[0]
        value = Apply("@" if name == "matmul" else f"{name}{prime}", operands)
        return Apply("^", (value, Number(power, parts[0].start_pos, parts[0].end_pos))) if power else value


def _trees(parts: list[Any]) -> tuple[Tree, ...]:
    return tuple(part for part in parts if isinstance(part, (Number, Name, Apply)))


_PARSER = Lark(GRAMMAR, parser="lalr", lexer=Tokens, transformer=ToTree())
