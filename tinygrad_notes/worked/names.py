"""The sheet's name for a quantity in one of the spellings that people use; see `tinygrad_notes.names`."""

from __future__ import annotations

from tinygrad_notes.names import Name


def canonical_name(name: str) -> str:
    """The sheet's name for a quantity in one of its usual spellings; other text is given back without blanks.

    Example:
        >>> [canonical_name(name) for name in ("δ1", "∂C/∂W₂", "σ'(z1)", "dL/da2[0]", "W_2 new", "∂C/∂z1")]
        ['delta1', 'dC/dW2', 'slope1', 'dC/da2[0]', 'W2_new', 'delta1']
    """
    return str(Name.read(name))
