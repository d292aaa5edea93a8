"""The statements of a piece of a note, each as its parts between relations; and the cells of matrices."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from tinygrad_notes.reading.limits import LONGEST_PIECE, MOST_TOKENS, MOST_TOKENS_OF_NOTE
from tinygrad_notes.reading.macros import Macro, tokens_of_piece
from tinygrad_notes.reading.notation import RELATIONS
from tinygrad_notes.reading.numbers import Digits
from tinygrad_notes.reading.piece import LINE, MATHS, ROW, SPAN, STATEMENT, Piece
from tinygrad_notes.reading.prose import prose_runs
from tinygrad_notes.reading.token import CLOSING, STEPS, Token
from tinygrad_notes.reading.token_groups import grouped


@dataclass
class Part:
    """The tokens of a member, the relation before it, and where that ends in the note."""

    tokens: list[Token]
    relation: str = ""
    at: int = 0


def is_too_long(length: int, tokens: Sequence[Token]) -> bool:
    """Whether a text of so many characters, which has these tokens, is too long to be one formula."""
    return length > LONGEST_PIECE or len(tokens) > MOST_TOKENS


def with_tokens(
    pieces: Iterable[Piece], digits: Digits, macros: Mapping[str, Macro]
) -> tuple[list[tuple[Piece, list[Token]]], int | None]:
    """The pieces that may hold formulas, each with its tokens, and where the rest of a very long note begins."""
    read: list[tuple[Piece, list[Token]]] = []
    room = MOST_TOKENS_OF_NOTE
    for piece in pieces:
        if piece.kind in (MATHS, LINE, ROW, SPAN, STATEMENT):
            tokens = grouped(tokens_of_piece(piece, digits, macros)) if may_relate(piece) else []
            room -= len(tokens)
            if room < 0:
                return read, piece.start
            read.append((piece, tokens))
    return read, None


def may_relate(piece: Piece) -> bool:
    """Whether anything in it can be set equal: most lines of text are talk. The other pieces may go on with a chain."""
    return piece.kind != LINE or any(sign in piece.text for sign in RELATIONS)


def statements(piece: Piece, tokens: Sequence[Token], known: Mapping[str, int]) -> Iterator[list[Part]]:
    """The statements of a piece, each as its parts between relations."""
    if len(tokens) > MOST_TOKENS:
        return
    is_prose = piece.kind in PROSE
    for run in prose_runs(tokens, piece, known) if is_prose else [_without_frame(tokens)]:
        yield from split(run, is_prose)


PROSE = (LINE, ROW)


def _without_frame(tokens: Sequence[Token]) -> Sequence[Token]:
    """The tokens without the \\begin and \\end of an array that frames whole statements, each a row."""
    if not tokens or tokens[0].type != "BEGIN" or tokens[-1].type != "END":
        return tokens
    inside = tokens[1:-1]
    is_frame = not any(token.type in ("BEGIN", "END") for token in inside)
    return inside if is_frame and any(token.type == "RELATION" for token in inside) else tokens


def split(tokens: Sequence[Token], prose: bool) -> Iterator[list[Part]]:
    parts = [Part([])]
    depth = matrices = 0
    for position, token in enumerate(tokens):
        matrices += (token.type == "BEGIN") - (token.type == "END")
        if token.type == "ROW" and token.value and matrices <= 0:
            depth = 0  # a bracket that is open here is never closed
        depth = max(depth + STEPS.get(token.type, 0), 0)
        if depth > 0 or token.type in CLOSING:
            parts[-1].tokens.append(token)
            continue
        goes_on = _is_space(token) and _goes_on(tokens, position + 1)
        if token.type == "RELATION":
            if token.value == "→" and _names_next(tokens, position) and len(parts) + bool(prose) > 1:
                yield parts
                parts = [Part([])]
            else:
                parts.append(Part([], token.value, token.end))
        elif (token.type in ("BREAK", "COMMA", "ROW") and not goes_on) or (
            token.type == "CELL" and _is_next_column(tokens, position, parts)
        ):
            yield parts
            parts = [Part([])]
        elif token.type not in ("CELL", "ROW", "BREAK"):
            parts[-1].tokens.append(token)
    yield parts


def _is_next_column(tokens: Sequence[Token], at: int, parts: Sequence[Part]) -> bool:
    """Whether a cell ends there behind an equality, and another equality follows in its row: a &= 2 & b &= 3."""
    if len(parts) < 2 or not parts[-1].tokens or _goes_on(tokens, at + 1):
        return False
    row = (token.type for token in tokens[at + 1 : at + _LONGEST_CELL])
    return next((type_ for type_ in row if type_ in ("RELATION", "BREAK", "ROW")), "") == "RELATION"


_LONGEST_CELL = 200  # tokens


def _is_space(token: Token) -> bool:
    """Whether a formula may go on behind: the end of a row, or a wide blank."""
    return token.type == "ROW" or _is_quad(token)


def _goes_on(tokens: Sequence[Token], at: int) -> bool:
    """Whether a relation or an operator stands next, which cannot begin a formula."""
    rest = map(tokens.__getitem__, range(at, len(tokens)))
    after = next((other for other in rest if other.type != "CELL" and not _is_quad(other)), None)
    return after is not None and after.type in _GO_ON


def _is_quad(token: Token) -> bool:
    return token.type == "BREAK" and token.value in ("\\quad", "\\qquad")


_GO_ON = frozenset(["RELATION", "ADD", "SUB", "TIMES", "OVER"])


def _names_next(tokens: Sequence[Token], position: int) -> bool:
    """Whether a name and a relation follow, so that an arrow only leads to the next statement."""
    following = [token.type for token in tokens[position + 1 : position + 3]]
    return following == ["NAME", "RELATION"]


# Cells ----------------------------------------------------------------------------------------------------


def cells_apart(tokens: list[Token]) -> list[list[Token]]:
    """`[0.1·0.5 = 0.05, 0.3·0.5 = 0.15]` as `[0.1·0.5, 0.3·0.5]` and `[0.05, 0.15]`."""
    cells: list[list[list[Token]]] = [[[]]]  # for each cell its parts
    for token in tokens:
        if token.type in _SEPARATORS:
            cells.append([[token]])
            cells.append([[]])
        elif token.type == "RELATION":
            cells[-1].append([])
        else:
            cells[-1][-1].append(token)
    longest = max(len(parts) for parts in cells)
    whole = [[token for parts in cells for token in parts[min(at, len(parts) - 1)]] for at in range(longest)]
    return [tokens for tokens in whole if tokens]  # none behind a relation that ends a bracket left open


def chains_in_cells(tokens: Sequence[Token]) -> Iterator[list[Token]]:
    """The cells of a matrix that hold a chain each, by themselves."""
    cell: list[Token] = []
    for token in tokens:
        if token.type not in _SEPARATORS:
            cell.append(token)
        else:
            if any(other.type == "RELATION" for other in cell):
                yield cell
            cell = []


_SEPARATORS = frozenset(["LSQB", "RSQB", "BEGIN", "END", "CELL", "ROW", "COMMA"])
