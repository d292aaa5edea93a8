"""Formulas in a line of text: where one begins and ends among words."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from tinygrad_notes.reading.notation import LETTER_WORDS, OPERATION_WORDS, UNITS
from tinygrad_notes.reading.piece import ROW, Piece
from tinygrad_notes.reading.token import CLOSING, OPENING, STEPS, Token, past_group

_OPERAND_ENDS = frozenset(["NUMBER", "NAME", "RPAR", "RSQB", "RBRACE", "END", "TRANSPOSE", "RAISED"])
_OPERAND_STARTS = frozenset(["NUMBER", "NAME", "FUNCTION", "LPAR", "LSQB", "FRAC", "ROOT", "BEGIN", "BAR"])


def names_set(pieces: Iterable[Sequence[Token]]) -> Counter[str]:
    """How often a note sets each name: how often one begins a member of a chain and a relation follows."""
    set_: Counter[str] = Counter()
    for tokens in pieces:
        for before, token, after in zip([None, *tokens], tokens, tokens[1:]):
            goes_on = before is not None and (before.type in _OPERATORS or _is_short(before))
            if token.type == "NAME" and after.type == "RELATION" and not goes_on:
                set_[token.value] += 1
    return set_


def prose_runs(tokens: Sequence[Token], piece: Piece, known: Mapping[str, int]) -> Iterator[list[Token]]:
    """A line of text in runs that may be formulas: cut between words, at stops and at signs of no formula.

    A run that holds a token of type UNCLEAR may end there, or go on as a product: it says nothing.

    Args:
        tokens: of the line.
        piece: the line.
        known: how often the note sets each name. Two such names side by side are a product.
    """
    run: list[Token] = []
    depth, related = 0, False  # how many brackets are open in the run, and whether it holds a relation
    for position, token in enumerate(tokens):
        before = run[-1] if run else None
        is_cut = token.type in ("UNKNOWN", "BREAK") or (not depth and (token.type == "COMMA" or token.type in CLOSING))
        meeting = _PRODUCT
        meet = before is not None and not depth and _words_meet(before, token, piece.kind)
        if meet and before is not None and piece.text[before.end - piece.start - 1] == ".":
            meeting = _WORDS  # "2." ends a sentence
        elif meet and before is not None and not _is_factor(run, tokens, position):
            meeting = (_in_formula if related else _before_formula)(before, tokens, position, known)
        if token.type == "UNKNOWN" and before is not None and before.type != "RELATION" and not token.spaced:
            run = []  # part of a word or a formula that is not known: what stands before it alone may mislead
        elif (is_cut or meeting == _WORDS) and run:
            yield from _formula_run(run, piece)
            run = []
        elif meeting == _UNCLEAR:
            run.append(Token("UNCLEAR", "", token.start, token.start))
        if not run:
            depth, related = 0, False
        if not is_cut:
            run.append(token)
            depth += STEPS.get(token.type, 0)
            related = related or token.type == "RELATION"
    if run:
        yield from _formula_run(run, piece)


def _words_meet(before: Token, token: Token, kind: str) -> bool:
    """Whether two operands stand beside each other as words do; in a table's cell single letters are factors."""
    if not (before.type in _OPERAND_ENDS and token.type in _OPERAND_STARTS and token.spaced):
        return False
    return kind != ROW or any(other.type == "NAME" and not _is_short(other) for other in (before, token))


_PRODUCT, _WORDS, _UNCLEAR = "product", "words", "unclear"
"""What two operands side by side are: factors, words between which a formula ends, or perhaps either."""


def _before_formula(before: Token, tokens: Sequence[Token], position: int, known: Mapping[str, int]) -> str:
    """What they are where no relation stands before them: in `w x = 3`, x alone is not 3."""
    if before.type == "NUMBER" and tokens[position].type in _FUNCTIONS and position > 1:
        return _PRODUCT if tokens[position - 2].type in _OPERATORS else _WORDS
    is_transposed = position + 1 < len(tokens) and tokens[position + 1].type == "TRANSPOSE"
    if _is_short(before) and (is_transposed or _is_matrix(tokens[position])):
        return _PRODUCT  # no word is like that
    is_product = _is_short(before) and before.value in known and _may_be_name(tokens[position], known)
    return _UNCLEAR if is_product else _WORDS


def _in_formula(before: Token, tokens: Sequence[Token], position: int, known: Mapping[str, int]) -> str:
    token, following = tokens[position], tokens[position + 1 : position + 2]
    if token.type != "NAME":
        return _before_group(before, tokens, position, known)
    if not _may_be_name(token, known):
        return _UNCLEAR if token.value in OPERATION_WORDS else _WORDS
    if _is_matrix(token) and _is_short(before) and before.value not in LETTER_WORDS and not _sets(following):
        return _PRODUCT
    sets_next = _sets(following)
    if before.type == "NUMBER" and sets_next and (known[token.value] <= 1 or _is_list(before, tokens, position)):
        return _WORDS
    if token.value in LETTER_WORDS and following and following[0].type == "NAME":
        return _UNCLEAR if before.type != "NUMBER" or token.value in known else _WORDS
    is_known = all(other.type != "NAME" or other.value in known or _is_indexed(other) for other in (before, token))
    may_begin = sets_next and (before.type == "NUMBER" or not _is_short(token))  # another statement
    return _PRODUCT if is_known and not may_begin else _UNCLEAR


def _sets(following: Sequence[Token]) -> bool:
    return bool(following) and following[0].type == "RELATION"


def _is_list(before: Token, tokens: Sequence[Token], position: int) -> bool:
    """Whether names and their numbers stand in a list without commas: w = 0.5 x = 2 b = 0.1."""
    around = [token.type for token in tokens[max(position - 6, 0) : position + 7] if token.type != "SUB"]
    return tokens[position].start - before.end > 1 or "NUMBER NAME RELATION NUMBER NAME RELATION" in " ".join(around)


_FUNCTIONS = ("FUNCTION", "ROOT")


def _before_function(number: Token, tokens: Sequence[Token], position: int) -> str:
    """What they are where a function follows a number: `H = -0.5 ln 0.5` goes on, `z = 0.5 tanh(z) = 0.46` does not."""
    behind = tokens[position + 1 : position + _LONGEST_GROUP]
    operand = behind[: past_group(behind)]
    first = position - 1 - (tokens[position - 2].type == "SUB")
    if tokens[first - 1].type != "RELATION" or not _sets(behind[len(operand) : len(operand) + 1]):
        return _PRODUCT
    values = [token.value for token in operand if token.type not in ("LPAR", "RPAR")]
    return _WORDS if tokens[first - 2].value in values else _UNCLEAR if values == [number.value] else _PRODUCT


def _before_group(before: Token, tokens: Sequence[Token], position: int, known: Mapping[str, int]) -> str:
    """What they are where the second is no name: `y = w (x + b)` goes on, `z = 0.31 (rounded)` does not."""
    token = tokens[position]
    if before.type == "NUMBER" and token.type in _FUNCTIONS:
        return _before_function(before, tokens, position)
    if token.type not in OPENING:
        return _WORDS if before.type == "NUMBER" else _PRODUCT if token.type in ("FUNCTION", "FRAC") else _UNCLEAR
    group = tokens[position : position + _LONGEST_GROUP]
    group = group[: past_group(group)]
    inside = [other.type for other in group[1:-1]]
    names = [other for other in group if other.type == "NAME"]
    if "RELATION" in inside or not all(_may_be_name(name, known) for name in names):
        return _WORDS
    following = tokens[position + len(group) : position + len(group) + 1]
    if following and following[0].type in _OPERATORS | {"RELATION", "RAISED"}:
        return _PRODUCT
    if inside == ["NUMBER"] and (before.type == "NUMBER" or token.start - before.end > 1):
        return _WORDS  # rounded once more, or the number of a formula
    return _PRODUCT if before.type != "NUMBER" and names and all(name.value in known for name in names) else _UNCLEAR


_LONGEST_GROUP = 100  # tokens


def _may_be_name(token: Token, known: Mapping[str, int]) -> bool:
    return token.type == "NAME" and (_is_short(token) or token.value in known)


def _is_indexed(token: Token) -> bool:
    """Whether no word looks like it: a derivative, or a letter with an index such as a_i."""
    return "/" in token.value or _INDEXED.fullmatch(token.value) is not None


def _is_matrix(token: Token) -> bool:
    return token.type == "NAME" and re.fullmatch(r"[A-Z]\d", token.value) is not None


_INDEXED = re.compile(r".\d?_[ijk]{1,2}")


def _is_short(token: Token) -> bool:
    """Whether it is a letter, with indices or without, or a derivative."""
    return token.type == "NAME" and ("/" in token.value or not token.value[1:2].isalpha())


def _is_factor(run: Sequence[Token], tokens: Sequence[Token], position: int) -> bool:
    """Whether a name behind a number multiplies it, or is its unit: 0.5 x + 1, 350 W · 3 h = 1050."""
    if run[-1].type != "NUMBER" or tokens[position].type != "NAME" or position + 1 >= len(tokens):
        return False
    types = [token.type for token in run]
    following = tokens[position + 1].type
    if following in _OPERATORS:
        return "RELATION" in types or not _OPERATORS.isdisjoint(types)
    since = types[::-1].index("RELATION") if "RELATION" in types else len(types)
    worked = not _OPERATORS.isdisjoint(types[len(types) - since :])
    return following == "RELATION" and worked and tokens[position].value in UNITS


_OPERATORS = frozenset(["ADD", "SUB", "TIMES", "OVER", "POWER"])


def _formula_run(run: list[Token], piece: Piece) -> Iterator[list[Token]]:
    """The run without stray brackets at its ends, if it holds a relation and no words change what it says."""
    while run and run[0].type in CLOSING:
        run = run[1:]
    if _open_brackets(run) and run[0].type in OPENING:
        run = run[1:]
    while run and _open_brackets(run) < 0 and run[-1].type in CLOSING:
        run = run[:-1]
    if run and run[0].type in OPENING and past_group(run) == len(run):
        run = run[1:-1]  # a remark
    if not any(token.type == "RELATION" for token in run):
        return
    if run[0].type in _OPERATORS and (run[0].type != "SUB" or _DOTS.search(piece.text[: run[0].start - piece.start])):
        run = [Token("UNCLEAR", "", run[0].start, run[0].start), *run]  # the end of a formula
    words = piece.text[: run[0].start - piece.start].lower()
    if not _OF_ANOTHER.search(words[-40:]):
        yield run


_DOTS = re.compile(r"(?:…|\.\.\.)\s*\Z")
_OF_ANOTHER = re.compile(
    r"(gradient|derivative|slope|partial|change|w\u200b?\.?r\u200b?\.?t|respect to|derivada|gradiente|导数|梯度)"
    r"\W*[\w\u200b.]*\W*$"
)
"""Words after which a name stands for something else: "gradient w.r.t. W1 = …" says nothing of W1."""


def _open_brackets(tokens: Sequence[Token]) -> int:
    return sum(STEPS.get(token.type, 0) for token in tokens)
