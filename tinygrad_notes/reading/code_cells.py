"""Python code in a note: assignments of formulas are read like any line, the rest is reported, and nothing is ever run.

A comment behind an assignment that is one number or one array is what the author claims of it.
"""

from __future__ import annotations

import ast
import re
import textwrap
import warnings
from collections.abc import Iterator

from tinygrad_notes.reading.notation import NOTHING
from tinygrad_notes.reading.piece import CODE, COMMENT, STATEMENT, Piece, blanked, line_starts

_MODULES = re.compile(r"\b(?:np|numpy|math|jnp|torch)\.(?=\w)")
_TIMES = re.compile(r"(?<!\*)\*(?!\*)")
_CLAIM = re.compile(r"#(?=\s*(?:array\()?[-+−\[\d.][-+−\[\]\d.,eE\s)]*$)")


def pieces_of_code(text: str, start: int) -> Iterator[Piece]:
    """The statements of a block of code, each a piece: those that may be formulas, and those that are not read."""
    body = statements_of(textwrap.dedent(text))
    if body is None:
        yield Piece(CODE, text, start)
        return
    starts = line_starts(text)
    for comment in _SAYING.finditer(text):
        yield Piece(COMMENT, comment[0], start + comment.start())
    for statement in body:
        if _shown_name(statement):
            continue  # it only shows what another line made
        first, last = statement.lineno - 1, (statement.end_lineno or statement.lineno) - 1
        whole = text[starts[first] : starts[last + 1]].rstrip("\r\n")
        readable = _is_formula(statement)
        yield Piece(STATEMENT if readable else CODE, _plain(whole) if readable else whole, start + starts[first])


def statements_of(code: str) -> list[ast.stmt] | None:
    """The statements of code, or None where it is no Python; what looks strange in it gives no warning."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(code).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _is_formula(statement: ast.stmt) -> bool:
    """Whether it sets names equal to a formula, or to a function of one line: nothing else can be read as such."""
    if not isinstance(statement, ast.Assign):
        return False
    if not all(isinstance(at, ast.Name) for at in statement.targets) and not _sets_each(statement):
        return False
    value = statement.value.body if isinstance(statement.value, ast.Lambda) else statement.value
    return all(isinstance(node, _OF_FORMULAS) and _is_plain(node) for node in ast.walk(value))


def _sets_each(statement: ast.Assign) -> bool:
    """Whether it sets several names, each to a value of its own that uses none of them: w, b = 0.4, 0.1."""
    match statement.targets, statement.value:
        case [ast.Tuple(elts=targets)], ast.Tuple(elts=values):
            names = {target.id for target in targets if isinstance(target, ast.Name)}
            used = {node.id for node in ast.walk(statement.value) if isinstance(node, ast.Name)}
            return len(targets) == len(names) == len(values) and names.isdisjoint(used)
    return False


_OF_FORMULAS = (
    ast.BinOp, ast.UnaryOp, ast.Constant, ast.Name, ast.List, ast.Tuple, ast.Call, ast.keyword, ast.Attribute,
    ast.Subscript, ast.Slice, ast.operator, ast.unaryop, ast.expr_context,
)  # fmt: skip
_METHODS = frozenset(["dot", "sum", "mean", "max", "min"])


def _is_plain(node: ast.AST) -> bool:
    """Whether a part of a formula has nothing of a program: no text, and no method but those that read as functions."""
    match node:
        case ast.Constant(value):
            return not isinstance(value, (str, bytes)) and value is not Ellipsis
        case ast.Call(ast.Attribute(ast.Name(module), _)) if _MODULES.match(f"{module}._"):
            return True
        case ast.Call(ast.Attribute(_, method)):
            return method in _METHODS
    return True


_SAYING = re.compile(r"#[^\n]*[=≈][^\n]*\d[^\n]*")
"""A comment that may claim something in more than a number."""


def _plain(code: str) -> str:
    """The code without the names of modules; a # before a claim becomes ≈, before other words the end."""
    code = blanked(_MODULES, code, NOTHING)
    code = _LAMBDA.sub(lambda found: f"{found[1]}({found[2]}) =".ljust(len(found[0])), code)
    code = _DOT.sub(lambda found: f"{found[1]}  @ (", code)
    code = _METHOD.sub(lambda found: f"{found[2]}({found[1]}{',' if found[3] else NOTHING}", code)
    code = blanked(_SETTING, code)
    code = _CLAIM.sub("≈", code)
    code = _TIMES.sub("⊙", code)  # between arrays NumPy goes element by element
    return blanked(r"#[^\n]*", code)


_LAMBDA = re.compile(r"\b(\w+) *= *lambda (\w+(?:, *\w+)*):")
_DOT = re.compile(r"([=(,+\[-]\s*\w+(?:\.T)?)\.dot\(")
_METHOD = re.compile(r"(?<![\w.)\]])(\w+(?:\.T)?)\.(sum|mean|max|min)\((?=(\w?))")
_SETTING = re.compile(r",\s*(?:requires_grad|dtype)\s*=\s*[\w.\u200b]+")
"""Arguments of an array besides its numbers."""


# What a cell printed -----------------------------------------------------------------------------------

_PRINTED = re.compile(r"(?:np\.float64\(|array\()?([-+]?[\d.][\d.eE+-]*|\[[-+\d.,eE\s\[\]]*\])\)?,?", re.ASCII)
_SAID = re.compile(r"[^\W\d]\w*\s*=\s*[-+]?(?:[\d.][\d.eE+-]*|\[[-+\d.,eE\s\[\]]*\])")


def printed(source: str, outputs: object) -> list[str]:
    """What the outputs of a cell claim, as equalities: of `print(z)` or of a last line `z`, and what reads `z = 0.5`.

    Only a number or an array and nothing else is a claim; where what was printed cannot be told apart, none is.
    """
    text = "".join(_texts(outputs)).strip()
    if not text or len(text) > _LONGEST_OUTPUT:
        return []
    names, lines = _names_shown(source), text.splitlines()
    parts = [text] if len(names) == 1 else lines
    if names and len(parts) == len(names) and all(map(_PRINTED.fullmatch, parts)):
        return [f"{name} = {' '.join(part.split())}" for name, part in zip(names, parts, strict=True)]
    return [line for line in lines if _SAID.fullmatch(line.strip())]


def first_number_printed(outputs: object) -> str:
    """The first line with a number that a cell printed."""
    lines = "".join(_texts(outputs)).splitlines()
    first = next((line.strip() for line in lines if any(map(str.isdigit, line))), "")
    return first[:_LONGEST_LINE].replace("`", "'")


_LONGEST_OUTPUT = 10_000  # characters
_LONGEST_LINE = 200


def _names_shown(source: str) -> list[str]:
    """The names that a cell prints or ends with; none where it shows anything else too."""
    body = statements_of(source) or []
    shown = [statement for statement in body if not isinstance(statement, _SILENT)]
    names = [_shown_name(statement) for statement in shown]
    bare = [at for at, statement in enumerate(shown) if not _is_print(statement)]
    at_end = all(shown[at] is body[-1] for at in bare)  # Jupyter shows a bare name in the last line only
    return names if all(names) and at_end else []


def _is_print(statement: ast.stmt) -> bool:
    match statement:
        case ast.Expr(ast.Call(ast.Name("print"))):
            return True
    return False


_SILENT = (ast.Assign, ast.Import, ast.ImportFrom, ast.FunctionDef)


def _shown_name(statement: ast.stmt) -> str:
    """The name that `print(z)`, `print(round(z, 4))` or a line `z` shows; "" for any other statement."""
    match statement:
        case ast.Expr(ast.Call(ast.Name("print"), [shown], [])) | ast.Expr(shown):
            return _rounded(shown)
    return ""


def _rounded(shown: ast.expr) -> str:
    """The name that is shown, rounded or not."""
    match shown:
        case ast.Call(ast.Name("round") | ast.Attribute(ast.Name(), "round"), [ast.Name(name), ast.Constant()], []):
            return name
    return shown.id if isinstance(shown, ast.Name) else ""


def _texts(outputs: object) -> Iterator[str]:
    """The text of each output of a cell: what was printed, and what its last line came to."""
    for output in outputs if isinstance(outputs, list) else ():
        if not isinstance(output, dict):
            continue
        data = output.get("data", {})
        text = output.get("text", data.get("text/plain", "")) if isinstance(data, dict) else ""
        yield "".join(text) if isinstance(text, list) and all(isinstance(t, str) for t in text) else str(text)
