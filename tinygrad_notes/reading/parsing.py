"""Parsing formulas: tokens made ready for the grammar, and trees within bounds.

A division can have two readings: `1/2(a - y)^2` is half of a square to one author, and one over twice it to another.
The usual rule, from left to right, is read first. Where the numbers fit the other one only, that is taken, and the
report says so.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from tinygrad_notes.reading.formulas import Apply, Name, Number, Tree
from tinygrad_notes.reading.limits import DEEPEST, DEEPEST_TREE
from tinygrad_notes.reading.token import STEPS, Token, past_group


def parsed(tokens: Sequence[Token], sums: bool = False) -> Tree | None:
    """The tree of a member, or None where it is no formula that the grammar knows.

    Args:
        tokens: of the member.
        sums: whether sums over an index are read too: no number comes of them, for a note leaves their ends open.
    """
    if len(tokens) == 1:
        return _alone(tokens[0])  # as half of all members are
    prepared = _prepared(tokens) if sums or not any(token.type == "SUM" and token.value for token in tokens) else None
    if prepared is None or any(_calls_a_name(tokens, at) for at in range(len(tokens) - 2)):
        return None
    from tinygrad_notes.reading.grammar import tree_of  # loads lark

    tree = tree_of(prepared)
    return tree if tree is not None and _is_shallow(tree) else None


def _alone(token: Token) -> Tree | None:
    if token.type == "NUMBER":
        return Number(token.value, token.start, token.end)
    return Name(token.value) if token.type == "NAME" else None


def _calls_a_name(tokens: Sequence[Token], at: int) -> bool:
    """Whether a name stands there with numbers alone in brackets, as f(1.5): a value of a function, no product."""
    if tokens[at].type != "NAME" or tokens[at + 1].type != "LPAR":
        return False
    inside = tokens[at + 2 :]
    end = next((token for token in inside if token.type not in _LISTED), None)
    return end is not None and end.type == "RPAR" and end is not inside[0]


_LISTED = frozenset(["NUMBER", "COMMA", "SUB", "ADD", "TIMES", "OVER"])


def _is_shallow(tree: Tree) -> bool:
    """Whether the tree can be gone through by recursion."""
    level: list[Tree] = [tree]
    for _ in range(DEEPEST_TREE):
        level = [operand for node in level if isinstance(node, Apply) for operand in node.operands]
        if not level:
            return True
    return False


def _prepared(tokens: Sequence[Token]) -> list[Token] | None:
    """The tokens with indices, bars and the gaps between an array's numbers told apart; None where nested too deep."""
    prepared: list[Token] = []
    depth, brackets = 0, []
    has_rows = any(token.type == "ROW" and not token.value for token in tokens)
    for position, token in enumerate(tokens):
        before = prepared[-1] if prepared else None
        operand_before = before is not None and before.type in _OPERAND_ENDS
        if token.type == "LSQB":
            brackets.append(token.type)
            if before is not None and before.type == "NAME" and not token.spaced:
                token = replace(token, type="INDEX")
        elif token.type in ("BAR", "NORM"):
            name = "ABS" if token.type == "BAR" else "NORM"
            token = replace(token, type=f"{name}_END" if operand_before and name in brackets else name)
            brackets.append(name) if token.type == name else brackets.remove(name)
        elif token.type == "RSQB" and brackets:
            brackets.pop()
        elif brackets and brackets[-1] == "LSQB" and token.spaced and operand_before:
            after = tokens[position + 1] if position + 1 < len(tokens) else None
            is_next = token.type == "NUMBER" or (token.type == "SUB" and after is not None and not after.spaced)
            is_next = is_next or (has_rows and token.type == "NAME")
            if is_next and before is not None and (before.type == "NUMBER" or has_rows):
                prepared.append(Token("COMMA", ",", token.start, token.start))
        elif before is not None and before.type == "NUMBER" and _is_unclear(before, tokens, position):
            return None
        depth += _STEPS.get(token.type, 0)
        if depth > DEEPEST:
            return None
        prepared.append(token)
    return prepared


def _is_unclear(number: Token, tokens: Sequence[Token], at: int) -> bool:
    """Whether another number stands behind one, which no product is, or a fraction that may make it a mixed number."""
    if tokens[at].type == "NUMBER":
        return "/" not in number.value
    fraction = [token.value for token in tokens[at + 1 : at + 7] if token.type in ("NUMBER", "LBRACE", "RBRACE")]
    is_whole = len(fraction) == 6 and fraction[1].isdigit() and fraction[4].isdigit()
    return tokens[at].type == "FRAC" and number.value.isdigit() and is_whole


_STEPS = STEPS | {"INDEX": 1}
_OPERAND_ENDS = frozenset(
    ["NUMBER", "NAME", "RPAR", "RSQB", "RBRACE", "END", "TRANSPOSE", "RAISED", "ABS_END", "NORM_END"]
)


# Divisions with two readings --------------------------------------------------------------------------


_STARTS = frozenset(["NAME", "FUNCTION", "LPAR", "FRAC", "ROOT", "BEGIN"])


def read_otherwise(tokens: Sequence[Token]) -> Tree | None:
    """The formula with all that stands side by side behind a stroke under it; None where that is no other reading.

    Of L(w + h), the quantity L at another w, the other reading is the product of L and the bracket.

    Example:
        >>> from tinygrad_notes.reading.tokens import tokens_of
        >>> from tinygrad_notes.reading.writing import written
        >>> written(read_otherwise(tokens_of("1/2(a - y)^2"))).text, read_otherwise(tokens_of("1/2*a"))
        ('1/(2*(a - y)^2)', None)
    """
    products = [
        replace(token, type="NAME", value=token.value.partition("(")[0])
        if token.type == "FUNCTION" and token.value.endswith(")")
        else token
        for token in tokens
    ]
    if products != list(tokens):
        return parsed(products)
    if not any(token.type == "OVER" for token in tokens):
        return None
    grouped = list(tokens)
    for at in reversed([at for at, token in enumerate(tokens) if token.type == "OVER"]):
        first = _operand_end(tokens, at + 1)
        last = first
        while last < len(tokens) and tokens[last].type in _STARTS:
            last = _operand_end(tokens, last)
        if last > first:
            end = tokens[last - 1].end
            grouped[last:last] = [Token("RPAR", ")", end, end)]
            grouped[at + 1 : at + 1] = [Token("LPAR", "(", tokens[at].end, tokens[at].end)]
    return parsed(grouped) if len(grouped) > len(tokens) else None


def _operand_end(tokens: Sequence[Token], at: int) -> int:
    """Where the operand that begins there ends, with its powers and what a function is applied to."""
    while at < len(tokens) and tokens[at].type in ("ADD", "SUB", "FUNCTION", "ROOT", "PRIME"):
        at += 1
    groups = 2 if at < len(tokens) and tokens[at].type == "FRAC" else 1
    at += groups == 2
    for _ in range(groups):
        at = past_group(tokens, at)
    while at < len(tokens) and tokens[at].type in ("RAISED", "TRANSPOSE", "POWER"):
        at = _operand_end(tokens, at + 1) if tokens[at].type == "POWER" else at + 1
    return at
