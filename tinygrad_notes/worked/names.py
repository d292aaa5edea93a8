"""What quantities are called: the names on a sheet, and the other spellings that people use for them."""

from __future__ import annotations

import re
import unicodedata

_COST = "(?:C|L|E|J|Loss|loss|Cost|cost|Error|error)"
_PARTIAL = "(?:d|∂|partial)"
_PRIME = "['\N{PRIME}\N{RIGHT SINGLE QUOTATION MARK}\N{MODIFIER LETTER APOSTROPHE}]"
_ACTIVATION = "(?:σ|sigma|f|g|φ|phi|slope)"

# Each pattern with the name on the sheet; \1 is the layer, \2 what follows it ("_new", an index).
_SPELLINGS = [
    (re.compile(rf"{_PARTIAL}{_COST}/{_PARTIAL}z(\d+)(.*)"), r"delta\1\2"),
    (re.compile(rf"{_PARTIAL}{_COST}/{_PARTIAL}([aWb])(\d+)(.*)"), r"dC/d\1\2\3"),
    (re.compile(rf"{_PARTIAL}{_COST}/{_PARTIAL}w(\d+)(.*)"), r"dC/dW\1\2"),
    (re.compile(r"(?:δ|delta|Delta)(\d+)(.*)"), r"delta\1\2"),
    (re.compile(rf"{_ACTIVATION}{_PRIME}\(?z?(\d+)((?:\[[^\]]*\])?)\)?(.*)"), r"slope\1\2\3"),
    (re.compile(r"slope\(z(\d+)((?:\[[^\]]*\])?)\)"), r"slope\1\2"),
    (re.compile(rf"{_COST}"), "C"),
    (re.compile(r"w(\d+)(.*)"), r"W\1\2"),
    (re.compile(r"([Wb])_new(\d+)(.*)"), r"\1\2_new\3"),
]
_NEW = re.compile(r"([Wb]\d+)(?:new|_updated|updated|\+|\*|')(.*)")
_LAYER_APART = re.compile(r"(?<=[A-Za-zδ])[_^](?:\((\d+)\)|\{(\d+)\}|(\d+))")


def canonical_name(name: str) -> str:
    """The sheet's name for a quantity in one of its usual spellings; other text is given back without blanks.

    Example:
        >>> [canonical_name(name) for name in ("δ1", "∂C/∂W₂", "σ'(z1)", "dL/da2[0]", "W_2 new", "∂C/∂z1")]
        ['delta1', 'dC/dW2', 'slope1', 'dC/da2[0]', 'W2_new', 'delta1']
    """
    plain = unicodedata.normalize("NFKC", "".join(name.split()))
    plain = _LAYER_APART.sub(lambda found: next(filter(None, found.groups())), plain)
    for pattern, meaning in _SPELLINGS:
        if found := pattern.fullmatch(plain):
            plain = found.expand(meaning)
            break
    return _NEW.sub(r"\1_new\2", plain) if "_new" not in plain else plain
