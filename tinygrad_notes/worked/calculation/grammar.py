"""The grammar of an expression, for lark (LALR), and what its names and derivatives stand for.

Which of two bars opens |x|, and whether Σ is a sum or a name of the page, the grammar alone cannot tell. Such marks are
put into signs that it has, letter for letter, so that every place stays.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection

from tinygrad_notes.worked.calculation import tree

_FRACTIONS = "\u00bc-\u00be\u2150-\u215e"  # ¼ ½ ¾ ⅓ …
_LETTER = rf"(?:[^\W\d\u1d40\u2211{_FRACTIONS}]|\u2207)"  # a letter, or ∇
_REST = r"[^\W\u00b2\u00b3\u00b9\u2070-\u207f\u1d40]|[\u0300-\u036f]"  # no superscripts: x² is a power
_PRIMES = r"(?:\u207a|\u207b(?![\u00b2\u00b3\u00b9\u2070-\u2079])|['\u2032\u2019]*)"  # x′, x⁺ and x⁻; x⁻¹ is a power
NAME = rf"{_LETTER}(?:{_REST})*(?:\u00b2_(?:{_REST})+)?{_PRIMES}"  # with σ²_B
_D, _OVER, _TWO = "[d\u2202]", r"\s*\/\s*", r"(?:\u00b2|\^2|2)"
_PART = r"(?:\[\d+(?:,\s*\d+)*\])?"
DERIVATIVE = rf"{_D}{NAME}{_PART}{_OVER}{_D}{NAME}"
SECOND = rf"{_D}{_TWO}{NAME}{_PART}{_OVER}{_D}{NAME}(?:\u00b2|\^2)?(?:\s*{_D}{NAME})?"
DENOMINATOR = rf"\){_OVER}{_D}"
_SECOND_OF = re.compile(rf"{_D}{_TWO}(?={_LETTER})")
NUMBER = r"(?:\d+\.?\d*|\.\d+)(?:[eE][+\-\u2212]?\d{1,4})?"

GRAMMAR = rf"""
?expression: sum | sum COMPARE sum -> comparison
?sum: product (SIGN product)* -> chain
?product: signed (TIMES signed)* (TIMES total)? -> chain | total
total: SUM product | number SUM product -> times_total | power SUM product -> times_total | SIGN total -> signed
?signed: SIGN signed -> signed | factor
?factor: number_power | power | juxtaposed | total_of
juxtaposed: number power | number several | several | number total_of | power total_of | power barred
?barred: bars | bars SUPERSCRIPT -> superscript | bars POW exponent -> power
?bars: absolute | norm
total_of: SUM_OF power | SUM_OF juxtaposed_groups
juxtaposed_groups: several
several: group groups
groups: group_power | group groups
?group_power: group (POW exponent)? -> power
?number_power: number (POW exponent)? -> power
?power: (postfix | root) (POW exponent)? -> power
?exponent: SIGN exponent -> signed | number_power | power
?postfix: name | call | group | array | blank | derivative | index | method | attribute | transposed | superscript
    | absolute | norm
index: postfix "[" subscript ("," subscript)* "]"
method: postfix "." NAME "(" _arguments? ")"
attribute: postfix "." NAME
transposed: postfix TRANSPOSE
superscript: postfix SUPERSCRIPT
call: (NAME | DOTTED) "(" _arguments? ")"
_arguments: argument ("," argument)* ","?
?argument: expression | NAME "=" expression -> named
group: "(" expression ")"
root: ROOT (number | postfix)
absolute: "\u27ee" expression "\u27ef"
norm: "\u27e6" expression "\u27e7"
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
ROOT: "\u221a"
SUM_OF.2: /\u2211(?=\s*\()/
SUM: "\u2211"
SUPERSCRIPT: /\u207b?[\u00b2\u00b3\u00b9\u2070\u2074-\u2079]+/
BLANK: /"\?"|'\?'|\?/
NUMBER: /{NUMBER}|[{_FRACTIONS}]/
DOTTED.2: /(?:np|numpy|math|jnp|torch)(?:\.[A-Za-z_]\w*)+/
SECOND.5: /{SECOND}/
DERIVATIVE.4: /{DERIVATIVE}/
D_OPEN.4: /{_D}\(/
D_CLOSE.4: /{DENOMINATOR}{NAME}/
NAME: /{NAME}/
%ignore /\s+/
"""


def plain_name(written: str) -> str:
    """A name in one spelling: subscripts as digits, letters as they are typed, every prime as '.

    Example:
        >>> plain_name("z₁"), plain_name("p′"), plain_name("P⁻"), plain_name("ŷ") == plain_name("y\u0302")
        ('z1', "p'", 'P⁻', True)
    """
    if written.endswith("^2"):
        written = f"{written[:-2]}\u00b2"
    if written.isascii():
        return written
    plain, above = re.fullmatch("(.*?)([\u00b2\u207a\u207b]?)", written).groups()  # type: ignore[union-attr]
    return unicodedata.normalize("NFKC", re.sub("[\u2032\u2019]", "'", plain)) + above


def derivative_of(written: str, at: int = 0) -> tree.Derivative:
    """What dX/dY, ∂X/∂Y or ∂²X/∂Y∂Z stands for.

    Example:
        >>> derivative_of("∂L/∂w₁").by, derivative_of("d2f/dx2").by, derivative_of("∂²f/∂x∂y").by
        (('w1',), ('x', 'x'), ('x', 'y'))
    """
    above, _, below = (part.strip() for part in written.partition("/"))
    second = _SECOND_OF.match(above)
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


# Marks of written mathematics -------------------------------------------------------------------------


_BARS = re.compile(r"(?:\u2016|\|\|)(?:_2|\u2082)?|\|")
_OPERAND = re.compile(r"[\w)\]'\u2032\u207a\u207b\u00b2\u00b3\u00b9\u2070-\u2079\u27e7\u27ef]")
_ABSOLUTE, _NORM = "\u27ee\u27ef", "\u27e6\u27e7"
_SUM = re.compile(rf"{NAME}|\u2211(?:_\w|[\u1d62\u2c7c\u2096])?")
_SUMS = frozenset("\u03a3\u2211")
_INDEX = re.compile(r"_?\w|[\u1d62\u2c7c\u2096]")


def bars_paired(text: str) -> str:
    """|x| and ‖x‖ with bars that tell which opens and which closes; text as it is where they do not pair.

    Example:
        >>> bars_paired("2|a - b|"), bars_paired("‖y‖² + ||v||_2")
        ('2⟮a - b⟯', '⟦y⟧² + ⟦ v⟧   ')
    """
    if "|" not in text and "\u2016" not in text:
        return text
    opened: list[str] = []
    done, end, last = [], 0, ""
    for bar in _BARS.finditer(text):
        signs = _ABSOLUTE if bar[0] == "|" else _NORM
        between = text[end : bar.start()]
        last = between.rstrip()[-1:] or last
        closes = bool(opened) and opened[-1] == signs and _OPERAND.match(last) is not None
        if closes:
            opened.pop()
        else:
            opened.append(signs)
        done += [between, signs[closes].ljust(len(bar[0]))]
        end, last = bar.end(), signs[closes]
    return text if opened else "".join([*done, text[end:]])


def sums_told(text: str, assigned: Collection[str]) -> str:
    """Σ as the sign of a sum, its index left out, unless the page calls something so.

    Example:
        >>> sums_told("½Σ(a - y)²", ()), sums_told("2Σ_i p", ()), sums_told("Σx + Σ", ("Σx", "x"))
        ('½∑(a - y)²', '2∑   p', 'Σx + ∑')
    """
    if _SUMS.isdisjoint(text):
        return text

    def told(found: re.Match[str]) -> str:
        written = found[0]
        rest = written[1:]
        if written[0] not in _SUMS or written in assigned or "axis" in text:
            return written
        if rest in assigned:
            return f"\u2211{rest}"
        return "\u2211".ljust(len(written)) if not rest or _INDEX.fullmatch(rest) else written

    return _SUM.sub(told, text)
