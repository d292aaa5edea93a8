"""The sheet's names in the other spellings that people use: z_1, ∂L/∂w₁, σ′(z₁), W1 updated."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import replace

from tinygrad_notes.names import COSTS, Name


def read_name(spelling: str) -> Name:
    """The name on a sheet for one of the spellings that people use; blanks don't count.

    Example:
        >>> [str(read_name(spelling)) for spelling in ("δ1", "∂L/∂w₂", "σ'(z1)", "W_2 updated", "net_1")]
        ['delta1', 'dC/dW2', 'slope1', 'W2_new', 'z1']
    """
    plain = unicodedata.normalize("NFKC", "".join(spelling.split()))
    for pattern, meaning in _SPELLINGS:
        plain = pattern.sub(meaning, plain)
    return _on_a_sheet(Name.parse(plain))


def canonical_name(name: str) -> str:
    """The sheet's label for a quantity in one of its usual spellings; other text is given back without blanks.

    Example:
        >>> [canonical_name(name) for name in ("δ1", "∂C/∂W₂", "σ'(z1)", "dL/da2[0]", "W_2 new", "∂C/∂z1")]
        ['delta1', 'dC/dW2', 'slope1', 'dC/da2[0]', 'W2_new', 'delta1']
    """
    return str(read_name(name))


def usual_name(name: str, known: Sequence[str]) -> str:
    """The name on a sheet that is probably meant by one that means something else on some pages; else `name` itself.

    A hidden neuron's or an output's number may stand for the layer's, a letter l for a 1, and dW1 for ∂C/∂W1.

    Example:
        >>> known = ["z1", "a1", "z2", "a2"]
        >>> [usual_name(name, known) for name in ("h1", "o2", "zl", "ŷ", "y_hat[0]", "dz2", "dC/dŷ", "grad_W1", "q")]
        ['a1', 'a2', 'z1', 'a2', 'a2', 'delta2', 'dC/da2', 'dC/dW1', 'q']
    """
    if gradient := _GRADIENT.match(name):
        by = usual_name(gradient[1] or gradient[2], known)
        return f"delta{by[1:]}" if by.startswith("z") else f"dC/d{re.sub('^w', 'W', by)}"
    if updated := _UPDATED.match(name):
        return f"{updated[1].upper() if updated[1] == 'w' else updated[1]}{updated[2]}_new"
    layers = [one for one in known if re.fullmatch(r"a\d+", one)]
    if layers and _OUTPUT.match(name):
        return layers[-1]
    layer = re.sub(r"(?<=^[zabhoW])[lI](?=\[|$)", "1", name)
    return re.sub(r"^(?:[ho]|hidden_?)(?=\d)", "a", layer, flags=re.IGNORECASE)


_OUTPUT = re.compile("(?:ŷ|y_?hat|y_?pred|pred|output|out|prediction|o|p)(?=\\[|$)", re.IGNORECASE)
_GRADIENT = re.compile(r"(?:d[A-Za-z]?/d|d|grad_?|∇_?|nabla_?)((?:[zahoWwby]|ŷ|out|pred).*)|([Ww]\d+|b\d+)[._]grad$")
_UPDATED = re.compile(r"(?:new|updated)_?([Wwb])(\d+)$")
_PRIME = "['\N{PRIME}\N{RIGHT SINGLE QUOTATION MARK}\N{MODIFIER LETTER APOSTROPHE}]"
_SPELLINGS: list[tuple[re.Pattern[str], str | Callable[[re.Match[str]], str]]] = [
    (
        re.compile(r"(?<=[A-Za-zδ])[_^](?:\((\d+)\)|\[(\d+)\]|\{[(\[]?(\d+)[)\]]?\}|(\d+))"),
        lambda found: next(filter(None, found.groups())),
    ),
    (re.compile(r"(?<=\()net(?=\d)"), "z"),
    (re.compile(r"(?<![A-Zabce-z])([EL])_?\{?tot(?:al)?\}?(?=/|$)"), r"\1"),
    (re.compile(rf"^(?:(?:σ|sigma|f|g|φ|phi|slope){_PRIME}|slope(?=\())\(?z?(\d+)((?:\[[^\]]*\])?)\)?"), r"slope\1\2"),
    (re.compile(r"^(?:σ|sigma|f|g|φ|phi)\(z?(\d+)((?:\[[^\]]*\])?)\)"), r"a\1\2"),
    (re.compile(r"^net(?=\d)"), "z"),
    (re.compile(r"^out(?=\d)"), "a"),
    (re.compile(r"^([Wwb])_new(\d+)"), r"\1\2_new"),
    (re.compile(r"^([Wwb]\d+)(?:new|_updated|updated|\+|\*|')"), r"\1_new"),
    (re.compile("partial"), "∂"),
    (re.compile("Delta"), "delta"),
]
"""Other spellings and what they are rewritten to, one after the other."""


def _on_a_sheet(name: Name) -> Name:
    """The sheet's name for what is called w1, L, ∂E/∂z1, …."""
    if name.of is not None and name.of.kind in COSTS and len(name.by) == 1:
        by = _on_a_sheet(name.by[0])
        return Name("delta", by.layer, name.index) if by.kind == "z" else Name(of=Name("C"), by=(by,), index=name.index)
    if name.layer is None and not name.by and name.kind in COSTS:
        return replace(name, kind="C")
    return replace(name, kind="W") if name.kind == "w" and name.layer is not None else name
