"""The grammar of an expression, and the parser that reads one into a tree.

lark builds the parser from the grammar below (LALR). It is built when the first expression is read.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from typing import TYPE_CHECKING, Any

from tinygrad_notes.worked.calculation import tree
from tinygrad_notes.worked.calculation.errors import LineError

if TYPE_CHECKING:
    from lark import Lark

MOST_NESTED = 60
"""How deep brackets, signs and powers may be nested."""
MOST_SIGNS = 12_000
LONGEST_NAME = 100

_LETTER = r"[^\W\d\u1d40]"
_REST = r"[^\W\u00b2\u00b3\u00b9\u2070-\u207f\u1d40]|[\u0300-\u036f]"  # no superscripts: x² is a power
_PRIMES = "['\u2032\u2019]*"
NAME = rf"{_LETTER}(?:{_REST})*{_PRIMES}"
_D, _OVER, _TWO = "[d\u2202]", r"\s*\/\s*", r"(?:\u00b2|\^2|2)"
_PART = r"(?:\[\d+(?:,\s*\d+)*\])?"
DERIVATIVE = rf"{_D}{NAME}{_PART}{_OVER}{_D}{NAME}"
_SECOND = rf"{_D}{_TWO}{NAME}{_PART}{_OVER}{_D}{NAME}(?:\u00b2|\^2)?(?:\s*{_D}{NAME})?"

GRAMMAR = rf"""
?expression: sum | sum COMPARE sum -> comparison
?sum: product (SIGN product)* -> chain
?product: signed (TIMES signed)* -> chain
?signed: SIGN signed -> signed | factor
?factor: number_power | power | juxtaposed
juxtaposed: number power | number several | several
several: group groups
groups: group_power | group groups
?group_power: group (POW exponent)? -> power
?number_power: number (POW exponent)? -> power
?power: postfix (POW exponent)? -> power
?exponent: SIGN exponent -> signed | number_power | power
?postfix: name | call | group | array | blank | derivative | index | method | attribute | transposed | superscript
index: postfix "[" subscript ("," subscript)* "]"
method: postfix "." NAME "(" _arguments? ")"
attribute: postfix "." NAME
transposed: postfix TRANSPOSE
superscript: postfix SUPERSCRIPT
call: (NAME | DOTTED) "(" _arguments? ")"
_arguments: argument ("," argument)* ","?
?argument: expression | NAME "=" expression -> named
group: "(" expression ")"
array: "[" (expression ("," expression)* ","?)? "]" | "(" expression "," (expression ("," expression)* ","?)? ")"
?subscript: expression | slice
slice: (start)? ":" (stop)? (":" (step)?)?
start: expression
stop: expression
step: expression
name: NAME | DOTTED
number: NUMBER
blank: BLANK
derivative: DERIVATIVE | SECOND | D_OPEN expression D_CLOSE

COMPARE: ">=" | "<=" | "==" | "!=" | ">" | "<"
SIGN: /[+\-\u2212\u2013]/
TIMES: /\*(?!\*)|[\/@\u00b7\u00d7\u00f7\u22c5\u2217\u2299\u2218]/
POW: "**" | "^"
TRANSPOSE: "\u1d40"
SUPERSCRIPT: /\u207b?[\u00b2\u00b3\u00b9\u2070\u2074-\u2079]+/
BLANK: /"\?"|'\?'|\?/
NUMBER: /(\d+\.?\d*|\.\d+)([eE][+\-\u2212]?\d{{1,4}})?/
DOTTED.2: /(?:np|numpy|math|jnp|torch)(?:\.[A-Za-z_]\w*)+/
SECOND.5: /{_SECOND}/
DERIVATIVE.4: /{DERIVATIVE}/
D_OPEN.4: /{_D}\(/
D_CLOSE.4: /\){_OVER}{_D}{NAME}/
NAME: /{NAME}/
%ignore /\s+/
"""

_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")
_SIGNS = str.maketrans("\u2212\u2013", "--")
_OPERATORS = {"\u00f7": "/", "\u22c5": "\u00b7", "\u2217": "*", "\u2299": "*", "\u2218": "*", "\u00d7": "*"}


def parse(text: str) -> tree.Node:
    """The tree of one expression.

    Raises LineError with the place and the remedy where the text is no expression.
    """
    _refuse_long(text)
    from lark.exceptions import UnexpectedCharacters, UnexpectedEOF, UnexpectedToken, VisitError

    try:
        node: Any = _parser().parse(text)
    except UnexpectedCharacters as error:
        at = error.pos_in_stream or 0
        raise LineError(f"{text[at]!r} has no meaning here; {_remedy(text, at)}", at) from None
    except UnexpectedToken as error:
        if error.token.type == "$END":
            raise LineError("the expression breaks off: something is missing at its end", len(text)) from None
        at = error.token.start_pos or 0
        raise LineError(_unexpected(text, at, str(error.token)), at) from None
    except UnexpectedEOF:
        raise LineError("the expression breaks off: something is missing at its end", len(text)) from None
    except VisitError as error:
        if isinstance(error.orig_exc, LineError):
            raise error.orig_exc from None
        raise
    _refuse_deep(node)
    return node  # type: ignore[no-any-return]  # what _Builder made


def _refuse_long(text: str) -> None:
    if sum(map(text.count, ",+-*/^@(")) > MOST_SIGNS:
        raise LineError(f"a formula of more than {MOST_SIGNS:,} signs and commas is too long; split it")
    for name in re.finditer(rf"\w{{{LONGEST_NAME + 1},}}", text):
        raise LineError(f"a name or number of more than {LONGEST_NAME} letters; write a shorter one", name.start())


def _refuse_deep(root: tree.Node) -> None:
    level, depth = [root], 0
    while level:
        depth += 1
        if depth > MOST_NESTED:
            raise LineError(f"nested more than {MOST_NESTED} deep; give the inner part a name of its own", level[0].at)
        level = [part for node in level for part in node.parts()]


def plain_name(written: str) -> str:
    """A name in one spelling: subscripts as digits, letters as they are typed, every prime as '.

    Example:
        >>> plain_name("z₁"), plain_name("p′"), plain_name("ŷ") == plain_name("y\u0302")
        ('z1', "p'", True)
    """
    return unicodedata.normalize("NFKC", re.sub("[\u2032\u2019]", "'", written))


def _unexpected(text: str, at: int, token: str) -> str:
    before = text[:at].rstrip()
    if re.search(rf"{NAME}$", before) and re.match(r"[\w(]", token):
        return f"{token!r} follows a name with nothing between: write a sign there, such as *"
    if before.endswith(tuple("+-*/^@·×(,[")):
        return f"{token!r} cannot stand after {before[-1]!r}: a number or a name is missing there"
    return f"{token!r} cannot stand here; {_remedy(text, at)}"


def _remedy(text: str, at: int) -> str:
    if text[at] == "\\" or text[at] in "{}":
        return "this is LaTeX: write a/b for \\frac{a}{b} and names without backslash"
    if text[at] == "&" or text[at] == "|":
        return "there are no logical operators: use where(condition, a, b)"
    if text[at] in "$€%!;":
        return "leave it out"
    return "an expression has numbers, names, + - * / ^ @, functions and brackets"


@functools.cache
def _parser() -> Lark:
    from lark import Lark

    return Lark(GRAMMAR, parser="lalr", start="expression", transformer=_builder(), propagate_positions=False)


def _builder() -> Any:
    from lark import Transformer

    return type("Builder", (_Builder, Transformer), {})()


class _Builder:
    """Makes the tree while the parser reads, so that nothing recurses."""

    def chain(self, children: list[Any]) -> tree.Node:
        if len(children) == 1:
            return children[0]  # type: ignore[no-any-return]
        rest = tuple((_operator(sign), part) for sign, part in zip(children[1::2], children[2::2], strict=True))
        for sign, part in rest:
            if sign == "/" and isinstance(part, tree.Juxtaposed):
                raise LineError("a / before a product without a sign can be read in two ways: write the *", part.at)
        return tree.Chain(children[0].at, children[0], rest)

    comparison = chain

    def signed(self, children: list[Any]) -> tree.Node:
        sign, part = children
        return tree.Signed(sign.start_pos, _operator(sign), part)

    def juxtaposed(self, children: list[Any]) -> tree.Node:
        factors = tuple(part for child in children for part in (child if isinstance(child, tuple) else (child,)))
        return tree.Juxtaposed(factors[0].at, factors)

    def several(self, children: list[Any]) -> tuple[tree.Node, ...]:
        return (children[0], *children[1])

    def groups(self, children: list[Any]) -> tuple[tree.Node, ...]:
        return (children[0], *children[1]) if len(children) > 1 else (children[0],)

    def power(self, children: list[Any]) -> tree.Node:
        if len(children) == 1:
            return children[0]  # type: ignore[no-any-return]
        return tree.Power(children[0].at, children[0], children[2])

    def superscript(self, children: list[Any]) -> tree.Node:
        base, written = children
        digits = str(written).translate(_SUPERSCRIPTS)
        exponent: tree.Node = tree.Number(written.start_pos, digits.lstrip("-"))
        if digits.startswith("-"):
            exponent = tree.Signed(written.start_pos, "-", exponent)
        return tree.Power(base.at, base, exponent)

    def transposed(self, children: list[Any]) -> tree.Node:
        return tree.Method(children[0].at, children[0], "T")

    def attribute(self, children: list[Any]) -> tree.Node:
        return tree.Method(children[0].at, children[0], str(children[1]))

    def method(self, children: list[Any]) -> tree.Node:
        owner, name, *given = children
        arguments, named = _arguments(given)
        return tree.Method(owner.at, owner, str(name), arguments, named)

    def index(self, children: list[Any]) -> tree.Node:
        return tree.Index(children[0].at, children[0], tuple(children[1:]))

    def slice(self, children: list[Any]) -> tree.Node:
        bounds = dict(children)
        parts = [bounds.get(name) for name in ("start", "stop", "step")]
        return tree.Slice(next((part.at for part in parts if part), 0), *parts)

    def start(self, children: list[Any]) -> tuple[str, tree.Node]:
        return "start", children[0]

    def stop(self, children: list[Any]) -> tuple[str, tree.Node]:
        return "stop", children[0]

    def step(self, children: list[Any]) -> tuple[str, tree.Node]:
        return "step", children[0]

    def call(self, children: list[Any]) -> tree.Node:
        name, *given = children
        arguments, named = _arguments(given)
        return tree.Call(name.start_pos, plain_name(str(name)), arguments, named)

    def named(self, children: list[Any]) -> tuple[str, tree.Node]:
        return str(children[0]), children[1]

    def group(self, children: list[Any]) -> tree.Node:
        return children[0]  # type: ignore[no-any-return]

    def array(self, children: list[Any]) -> tree.Node:
        return tree.Array(children[0].at if children else 0, tuple(children))

    def name(self, children: list[Any]) -> tree.Node:
        return tree.Name(children[0].start_pos, plain_name(str(children[0])))

    def number(self, children: list[Any]) -> tree.Node:
        return tree.Number(children[0].start_pos, str(children[0]))

    def blank(self, children: list[Any]) -> tree.Node:
        return tree.Blank(children[0].start_pos)

    def derivative(self, children: list[Any]) -> tree.Node:
        at, written = children[0].start_pos, str(children[0])
        if len(children) == 3:
            by = re.sub(rf"^\){_OVER}{_D}", "", str(children[2]))
            return tree.Derivative(at, children[1], (plain_name(by),), written)
        return derivative_of(written, at)


def derivative_of(written: str, at: int = 0) -> tree.Derivative:
    """What dX/dY, ∂X/∂Y or ∂²X/∂Y∂Z stands for.

    Example:
        >>> derivative_of("∂L/∂w₁").by, derivative_of("d2f/dx2").by, derivative_of("∂²f/∂x∂y").by
        (('w1',), ('x', 'x'), ('x', 'y'))
    """
    above, _, below = (part.strip() for part in written.partition("/"))
    second = re.match(rf"{_D}{_TWO}(?={_LETTER})", above)
    of_text = above[second.end() :] if second else above[1:]
    name, bracket, index = of_text.partition("[")
    of: tree.Node = tree.Name(at, plain_name(name))
    if bracket:
        places = tuple(tree.Number(at, place.strip()) for place in index.rstrip("]").split(","))
        of = tree.Index(at, of, places)
    if not second:
        return tree.Derivative(at, of, (plain_name(below[1:]),), written)
    parts = [part.strip() for part in re.split("\u2202", below) if part.strip()]
    if below[0] == "\u2202" and len(parts) == 2:
        return tree.Derivative(at, of, tuple(map(plain_name, parts)), written)
    by = re.sub(rf"{_TWO}$", "", below[1:].strip())
    if by != below[1:].strip():
        return tree.Derivative(at, of, (plain_name(by),) * 2, written)
    return tree.Derivative(at, of, (plain_name(by), ""), written)  # dxdy: which names it holds is for the page to say


def _operator(sign: Any) -> str:
    written = str(sign).translate(_SIGNS)
    return _OPERATORS.get(written, written)


def _arguments(given: list[Any]) -> tuple[tuple[tree.Node, ...], tuple[tuple[str, tree.Node], ...]]:
    return (
        tuple(argument for argument in given if not isinstance(argument, tuple)),
        tuple(argument for argument in given if isinstance(argument, tuple)),
    )
