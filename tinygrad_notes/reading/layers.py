"""Formulas that hold for every layer l, as rows for the layers that they name: l, the next one, and the last one L.

z^l = w^l a^{l-1} + b^l         also z^{l+1} = w^{l+1} a^l + b^{l+1}, where the note uses z^{l+1} or w^{l+1}
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from tinygrad_notes.reading.formulas import Name, Tree, renamed
from tinygrad_notes.reading.general_rows import Row, names_in
from tinygrad_notes.reading.named_lines import DERIVATIVE

_LAYER = re.compile(r"_l(?:_(plus|minus)_1)?(?![^\W_])")
_NEXT: Mapping[str, str] = {"_l_minus_1": "_l", "_l": "_l_plus_1", "_l_plus_1": "_l_plus_2"}
_LAST_ONE: Mapping[str, str] = {"_l_minus_1": "_L_minus_1", "_l": "_L", "_l_plus_1": "_L_plus_1"}


def with_layers(rows: Sequence[Row]) -> list[Row]:
    """The rows, and the same for the layers l + 1 and L where the note speaks of these and sets them nowhere."""
    used = set(names_in(rows))
    made = list(rows)
    for layers, sign in ((_NEXT, "_l_plus_1"), (_LAST_ONE, "_L")):
        if any(re.search(rf"{sign}(?![^\W_])", name) for name in used):
            made += [
                moved for row in rows if _is_of_layer(row) and (moved := _moved(row, layers)).name not in _set(rows)
            ]
    return made


def _set(rows: Sequence[Row]) -> set[str]:
    return {row.name for row in rows}


def _is_of_layer(row: Row) -> bool:
    """Whether it says what a quantity of layer l is."""
    return bool(row.name and _LAYER.search(row.name) and not DERIVATIVE.fullmatch(row.name))


def _moved(row: Row, layers: Mapping[str, str]) -> Row:
    def name(part: Tree) -> Tree | None:
        return Name(_LAYER.sub(lambda found: layers[found[0]], part.name)) if isinstance(part, Name) else None

    return Row(renamed(row.target, name), [renamed(tree, name) for tree in row.formulas])
