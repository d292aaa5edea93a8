"""Formulas between dollar signs as MathML, which needs no script.

The Markdown extension `pymdownx.arithmatex` finds them, over the ends of lines and never in code, and marks each in the
page that it makes; what is marked is converted here, where Markdown has nothing more to read into it.
"""

from __future__ import annotations

import html
import re

from latex2mathml.converter import convert

_INLINE = re.compile(r'<span class="arithmatex">\\\((.*?)\\\)</span>([.,;:?!)]*)', re.DOTALL)
_DISPLAYED = re.compile(r'<div class="arithmatex">\s*\\\[(.*?)\\\]</div>', re.DOTALL)
_TOLD = [
    *((f'columnalign="{side}"', f'style="text-align:{side}"') for side in ("left", "right")),
    ('mathvariant="sans-serif"', 'mathvariant="normal"'),
    ("<mo>&#x02202;</mo>", "<mi>∂</mi>"),
    ("<mo>&#x0002F;</mo>", '<mo lspace="0" rspace="0">/</mo>'),
    ("<mo>&#x02016;</mo>", '<mo stretchy="false">‖</mo>'),
    ('<mo minsize="1.2em" maxsize="1.2em">', '<mo lspace="0" rspace="0" minsize="1.2em" maxsize="1.2em">'),
]
_SIGN = re.compile(
    r"(<mo(?: [^>]*)?>(?!\)|&#x00029;|&#x0005D;|&#x0007C;|&#x02016;)[^<]*</mo>)<mo>(&#x02212;|&#x0002B;)</mo>"
)
_PRIME = re.compile(r"<msup>(<m[io](?: [^>]*)?>[^<]*</m[io]>)<mi>(&#x0203[23];)</mi></msup>")
_NAME = re.compile(r"\\operatorname\{(.*?)\}")


def with_mathml(page: str) -> str:
    """The HTML of a page with its marked formulas as MathML; a displayed one scrolls where it is too wide."""
    page = _DISPLAYED.sub(lambda found: f'<div class="formula">{_mathml(found[1], "block")}</div>', page)
    return _INLINE.sub(lambda found: f'<span class="in-line">{_mathml(found[1], "inline")}{found[2]}</span>', page)


def _mathml(escaped: str, display: str) -> str:
    # What MathJax knows as `aligned` and as `\operatorname` has other names in latex2mathml.
    formula = html.unescape(escaped).strip().replace("{aligned}", "{align*}")
    formula = _NAME.sub(lambda found: rf"\text{{{found[1]}}}".replace(r"\_", "_"), formula)
    return _as_browsers_read_it(convert(formula, display=display))


def _as_browsers_read_it(mathml: str) -> str:
    """MathML with what browsers want to be told: they align by style, and would raise primes twice."""
    for old, new in _TOLD:
        mathml = mathml.replace(old, new)
    mathml = _PRIME.sub(r'<mrow>\1<mo lspace="0" rspace="0">\2</mo></mrow>', mathml)
    return _SIGN.sub(r'\1<mo form="prefix">\2</mo>', mathml)
