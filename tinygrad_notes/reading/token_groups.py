"""Tokens that mean one thing: 2.4 × 10⁻³, 0.333…, 95 %, w', f'(x), tanh²(x), w: 0.5 → 0.9, an x that multiplies."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal

from tinygrad_notes.reading.notation import FUNCTIONS, MAGNITUDES
from tinygrad_notes.reading.token import STEPS, Token

_DOTS = frozenset(["…", "\\ldots", "\\dots", "\\cdots"])
_GROUPS = frozenset(["NUMBER", "NAME", "RELATION", "BREAK"])  # with which most begin
_ENDS = frozenset(["NUMBER", "RPAR"])


def grouped(tokens: Sequence[Token]) -> list[Token]:
    """The tokens with such groups as one token each.

    Example:
        >>> from tinygrad_notes.reading.tokens import tokens_of
        >>> [token.value for token in grouped(tokens_of("g = 1.2 x 2 = 2.4 · 10⁻³"))]
        ['g', '=', '1.2', '*', '2', '=', '2.4e-3']
    """
    made: list[Token] = []
    at = 0
    while at < len(tokens):
        token: Token | None = tokens[at]
        length, before = 1, made[-1] if made else None
        if tokens[at].type == "FUNCTION" and (name := _name_of_value(tokens, at)):
            token = replace(tokens[at], type="NAME", value=name)
        elif tokens[at].type == "FUNCTION" and (power := _power_of_value(tokens, at)):
            last = tokens[at + power - 1]
            number = next(other for other in tokens[at + 1 :] if other.type in ("NUMBER", "RAISED"))
            token, length = replace(tokens[at], value=f"{tokens[at].value}^{number.value}", end=last.end), power
        elif tokens[at].type == "NAME" and (evaluated := _evaluated(tokens, at)):
            made += evaluated[:-1]
            token, length = evaluated[-1], _up_to_brace(tokens, at) - at + 1
        elif tokens[at].value == "∇" and [other.type for other in tokens[at : at + 2]] == ["NAME", "NAME"]:
            token, length = replace(tokens[at], value=f"∇{tokens[at + 1].value}", end=tokens[at + 1].end), 2
        elif tokens[at].type in _GROUPS or (before is not None and before.type == "NUMBER"):
            token, length = _group(tokens, at, before)
        if token is not None:
            made.append(token)
        at += length
    return _each_with_its_own(made)


def _each_with_its_own(tokens: list[Token]) -> list[Token]:
    """`w, b = 0.4, 0.1` as w = 0.4, b = 0.1.

    Example:
        >>> from tinygrad_notes.reading.tokens import tokens_of
        >>> [token.value for token in grouped(tokens_of("w, b = -0.4, [1, 2], x = 3"))]
        ['w', '=', '-', '0.4', ',', 'b', '=', '[', '1', ',', '2', ']', ',', 'x', '=', '3']
    """
    made, behind = list[Token](), 0
    for at, token in enumerate(tokens):
        if token.value != "=" or [other.type for other in tokens[max(at - 3, 0) : at]] != ["NAME", "COMMA", "NAME"]:
            continue
        first = at - 1
        while first - 2 >= behind and [other.type for other in tokens[first - 2 : first]] == ["NAME", "COMMA"]:
            first -= 2
        names = tokens[first:at:2]
        values = list(_values(tokens, at + 1, len(names) + 1))
        is_more = len(values) > len(names) and tokens[values[-1][0]].type != "NAME"  # a name may begin what follows
        if len(values) < len(names) or (first > 0 and tokens[first - 1].type in _BINDS):
            continue
        made += tokens[behind:first]
        unclear = [Token("UNCLEAR", "", token.end, token.end)] if is_more else []
        for name, (start, end) in zip(names, values):
            made += [name, token, *unclear, *tokens[start : end + 1]]
            behind = min(end + 1, len(tokens))
    return [*made, *tokens[behind:]] if behind else tokens


def _values(tokens: Sequence[Token], at: int, most: int) -> Iterator[tuple[int, int]]:
    """Where the values begin and end, so many at most, that stand there between commas."""
    for _ in range(most):
        start, depth, last = at, 0, min(len(tokens), at + _NEAR)
        while at < last and (depth > 0 or tokens[at].type not in _STOPS):
            depth += STEPS.get(tokens[at].type, 0)
            at += 1
        is_equality = any(token.type == "RELATION" for token in tokens[start:at])
        if start == at or at == start + _NEAR or is_equality or not _may_be_value(tokens[start]):
            return
        yield start, at
        if at == len(tokens) or tokens[at].type != "COMMA":
            return
        at += 1


def _may_be_value(token: Token) -> bool:
    return token.type in _BEGINS or (token.type == "NAME" and ("/" in token.value or not token.value[1:2].isalpha()))


_BEGINS = frozenset(["NUMBER", "SUB", "LPAR", "LSQB", "BEGIN", "FUNCTION", "FRAC", "ROOT"])
_BINDS = frozenset(["NUMBER", "ADD", "SUB", "TIMES", "OVER", "POWER", "RELATION", "LPAR", "LSQB", "CELL"])


def _group(tokens: Sequence[Token], at: int, before: Token | None) -> tuple[Token | None, int]:
    """What the tokens that begin there make, and how many these are; None for nothing."""
    token = tokens[at]
    if token.type == "NUMBER" and "/" not in token.value and (length := _power_of_ten(tokens, at, before)):
        behind = tokens[at + 1 : at + length]
        digits = "".join(other.value for other in behind[2:] if other.type in _EXPONENT) or MAGNITUDES[behind[0].value]
        return replace(token, value=f"{token.value}e{digits}", end=behind[-1].end), length
    if token.type == "NAME" and token.value in ("x", "X") and _multiplies(tokens, at):
        return replace(token, type="TIMES", value="*"), 1
    if token.type == "NAME" and at + 1 < len(tokens) and tokens[at + 1].type == "PRIME" and not tokens[at + 1].spaced:
        return _with_prime(tokens, at)
    is_told = token.type == "NAME" and before is not None and before.type == "COMMA" and token.value in _KEYWORDS
    if is_told and [other.value for other in tokens[at + 1 : at + 2]] == ["="]:
        return replace(token, type="KEYWORD", value=_KEYWORDS[token.value], end=tokens[at + 1].end), 2
    if token.type == "NAME" and before is not None and before.type == "KEYWORD" and token.value in ("True", "False"):
        return replace(token, type="NUMBER", value=str(int(token.value == "True"))), 1
    if token.type == "RELATION" and token.value == "←":
        return (replace(token, value="=") if _sets(tokens, at, before) else replace(token, type="UNKNOWN")), 1
    if token.value == ":" and before is not None and before.type == "NAME" and (length := _old_number(tokens, at + 1)):
        return replace(token, type="RELATION", value="="), 1 + length
    if before is not None and before.type == "NUMBER" and (length := _dots(tokens, at)):
        return None, length
    return token, 1


_KEYWORDS = {"axis": "axis=", "dim": "axis=", "keepdims": "keepdims=", "keepdim": "keepdims="}
"""Arguments that a function gets by name, in NumPy's words and PyTorch's; no equality."""
_EXPONENT = frozenset(["SUB", "ADD", "NUMBER", "RAISED"])


def _power_of_ten(tokens: Sequence[Token], at: int, before: Token | None) -> int:
    """How many tokens `2.4 · 10^{-3}` or `2.4 million` takes, or 0."""
    behind = [token.value for token in tokens[at + 1 : at + 3]]
    if behind and behind[0] in MAGNITUDES:
        return 2
    if behind != ["*", "10"] or (before is not None and before.type in ("POWER", "OVER")):
        return 0
    types = [token.type for token in tokens[at : at + 8]]
    if types[3:4] == ["RAISED"]:
        return 4 if _is_whole(tokens[at + 3].value) else 0
    for shape in _POWERS:
        if types[3 : 3 + len(shape)] == shape:
            number = next(token for token in tokens[at + 3 :] if token.type == "NUMBER")
            return 3 + len(shape) if _is_whole(number.value) else 0
    return 0


_POWERS = [
    ["POWER", *opening, *sign, "NUMBER", *closing]
    for opening, closing in ((["LBRACE"], ["RBRACE"]), (["LPAR"], ["RPAR"]), ([], []))
    for sign in ([], ["SUB"])
]


def _is_whole(written: str) -> bool:
    return written.lstrip("+-").isdigit() and len(written) <= 4


def _multiplies(tokens: Sequence[Token], at: int) -> bool:
    """Whether an x stands between two numbers, with blanks round it."""
    around = tokens[at - 1 : at + 4] if at else ()
    if len(around) < 3 or around[0].type not in _ENDS or not (around[1].spaced and around[2].spaced):
        return False
    types = [token.type for token in around[2:]]
    return types[:1] == ["NUMBER"] or types in (["LPAR", "SUB", "NUMBER"], ["LPAR", "NUMBER", "RPAR"])


def _with_prime(tokens: Sequence[Token], at: int) -> tuple[Token, int]:
    """f'(x) as the derivative df/dx; any other name with its primes as one name."""
    name = tokens[at]
    primes = list(
        itertools.takewhile(lambda token: token.type == "PRIME" and not token.spaced, tokens[at + 1 : at + 4])
    )
    behind = tokens[at + 1 + len(primes) : at + 4 + len(primes)]
    is_call = [token.type for token in behind] == ["LPAR", "NAME", "RPAR"] and not behind[0].spaced
    if is_call and len(primes) == 1:
        return replace(name, value=f"d{name.value}/d{behind[1].value}", end=behind[2].end, called=True), 5
    return replace(name, value=f"{name.value}{len(primes) * chr(39)}", end=primes[-1].end), 1 + len(primes)


def _evaluated(tokens: Sequence[Token], at: int) -> list[Token]:
    r"""\left.\frac{dy}{dx}\right|_{x=2} as a call of a function, dy/dx|x(2); nothing where there is none.

    Example:
        >>> from tinygrad_notes.reading.tokens import tokens_of
        >>> [token.value for token in grouped(tokens_of(r"\left.\frac{dy}{dx}\right|_{x=2} = 4"))]
        ['dy/dx|x', '(', '2', ')', '=', '4']
    """
    if [token.value for token in tokens[at + 1 : at + 4]] != ["|", "_", "{"] or "/d" not in tokens[at].value:
        return []
    inside = tokens[at + 4 : _up_to_brace(tokens, at)]
    points = [list(one) for is_comma, one in itertools.groupby(inside, lambda t: t.type == "COMMA") if not is_comma]
    if not points or any([token.type for token in one[:2]] != ["NAME", "RELATION"] or len(one) < 3 for one in points):
        return []
    opening, closing = tokens[at + 3], tokens[at + 4 + len(inside)]
    by = ",".join(one[0].value for one in points)
    name = replace(tokens[at], type="EVALUATED", value=f"{tokens[at].value}|{by}")
    commas = [token for token in inside if token.type == "COMMA"]
    values = [token for one, comma in itertools.zip_longest(points, commas) for token in (*one[2:], comma) if token]
    return [name, replace(opening, type="LPAR", value="("), *values, replace(closing, type="RPAR", value=")")]


def _up_to_brace(tokens: Sequence[Token], at: int) -> int:
    """Where the next closing brace stands; at the last token where there is none."""
    braces = (position for position in range(at, min(at + 40, len(tokens))) if tokens[position].type == "RBRACE")
    return next(braces, len(tokens) - 1)


def _name_of_value(tokens: Sequence[Token], at: int) -> str:
    """The name of a function's value that multiplies a bracket, as in σ(1 - σ), which holds that name alone too."""
    if [token.type for token in tokens[at + 1 : at + 2]] != ["LPAR"]:
        return ""
    for token in tokens[at + 2 : at + 8]:
        if token.type in ("LPAR", "RPAR"):
            break
        if token.type == "NAME" and FUNCTIONS.get(token.value) == tokens[at].value:
            return token.value
    return ""


def _power_of_value(tokens: Sequence[Token], at: int) -> int:
    """How many tokens the function takes with a power of its value, as in tanh²(x); 0 where it is none.

    A power of -1 may be the inverse function as well, and σ² a variance: σ²(x) is read, and σ²(n - 1) is not.
    """
    types = [token.type for token in tokens[at + 1 : at + 5]]
    for shape in (["RAISED"], ["POWER", "NUMBER"], ["POWER", "LBRACE", "NUMBER", "RBRACE"]):
        if types[: len(shape)] == shape:
            number = next(token for token in tokens[at + 1 :] if token.type in ("NUMBER", "RAISED"))
            behind = [token.type for token in tokens[at + 1 + len(shape) : at + 4 + len(shape)]]
            is_value = behind in (["LPAR", "NAME", "RPAR"], ["LPAR", "NUMBER", "RPAR"])
            is_read = is_value or (tokens[at].value != "sigmoid" and behind[:1] in (["LPAR"], ["NAME"], ["NUMBER"]))
            return 1 + len(shape) if number.value.isdigit() and is_read else 0
    return 0


def _sets(tokens: Sequence[Token], at: int, before: Token | None) -> bool:
    """Whether the arrow gives the name before it a number: w ← w - 0.1 g. Others point at what they explain."""
    if before is None or before.type != "NAME":
        return False
    near = range(at + 1, min(at + _NEAR, len(tokens))), range(at - 1, max(at - _NEAR, -1), -1)
    behind, ahead = (
        itertools.takewhile(lambda token: token.type not in _STOPS, map(tokens.__getitem__, places)) for places in near
    )
    is_worked = any(token.type == "NUMBER" or token.value == before.value for token in behind)
    return is_worked and all(token.type != "RELATION" for token in ahead)


_NEAR = 200  # tokens before or behind an arrow, or of one value among several
_STOPS = frozenset(["BREAK", "COMMA", "ROW", "UNKNOWN"])


def _old_number(tokens: Sequence[Token], at: int) -> int:
    """How many tokens the old number and the arrow take in `w: 0.5 → 0.9`, or 0."""
    types = [token.type for token in tokens[at : at + 5]]
    length = 2 if types[:1] == ["SUB"] else 1
    if types[length - 1 : length + 1] != ["NUMBER", "RELATION"] or tokens[at + length].value != "→":
        return 0
    new = types[length + 1 :]
    return length + 1 if new[:1] == ["NUMBER"] or new[:2] == ["SUB", "NUMBER"] else 0


def _dots(tokens: Sequence[Token], at: int) -> int:
    """How many tokens the dots take that say of a number that it goes on."""
    if tokens[at].value in _DOTS and not tokens[at].spaced:
        return 1
    dots = [token for token in tokens[at : at + 3] if token.value == "." and not token.spaced]
    return 3 if len(dots) == 3 else 0


def without_percent(chain: Sequence[Sequence[Token]]) -> list[list[Token]]:
    """The members of a chain with 95 % as 0.95; as 95 where the chain itself multiplies by 100."""
    pairs = (pair for member in chain for pair in itertools.pairwise(member))
    by_hundred = any("100" in (a.value, b.value) and "TIMES" in (a.type, b.type) for a, b in pairs)
    return [_percents_read(member, by_hundred) for member in chain]


def _percents_read(tokens: Sequence[Token], by_hundred: bool) -> list[Token]:
    read: list[Token] = []
    for token in tokens:
        if token.type == "PERCENT" and read and read[-1].type == "NUMBER" and "/" not in read[-1].value:
            value = read[-1].value if by_hundred else f"{Decimal(read[-1].value).scaleb(-2):f}"
            read[-1] = replace(read[-1], value=value, end=token.end)
        else:
            read.append(token)
    return read
