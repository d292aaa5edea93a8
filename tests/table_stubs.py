"""What type checkers and editors know of the table's operations: stubs, written from the table.

    python tests/table_stubs.py    writes them anew

The methods of Value and the functions of `tinygrad_notes.functions` are made from the table when the package loads. A
type checker runs nothing, so it reads these files instead; `test_typing` holds them against the table.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import tinygrad_notes
from tinygrad_notes import functions
from tinygrad_notes.operations import TABLE, Operation

PACKAGE = Path(tinygrad_notes.__file__).parent
BY_HAND = {
    name
    for name, thing in vars(functions).items()
    if getattr(getattr(thing, "__code__", None), "co_filename", "") == functions.__file__
}
"""The functions that stand in the module itself, typed there."""
HEADER = '''"""{about}

Written by tests/table_stubs.py from the table of operations: change the table, then run that.
"""

'''


def rows() -> list[Operation]:
    return [row for row in TABLE.values() if row.arity]


def methods() -> str:
    """The stub of the class that `Value` has the table's methods from."""
    about = HEADER.format(about="The operations of the table as methods of Value.")
    lines = [about, "from tinygrad_notes.value import Number, Value\n\nclass TableMethods:\n"]
    for row in rows():
        others = "".join(f", {name}: Value | Number" for name in "bcdef"[: (row.arity or 1) - 1])
        lines.append(f"    def {row.name}(self{others}{', /' if others else ''}) -> Value: ...\n")
    return "".join(lines)


def _overloads(row: Operation) -> Iterator[str]:
    letters = "abcdef"[: row.arity]
    yield f"@overload\ndef {row.name}({', '.join(f'{a}: Number' for a in letters)}, /) -> float: ...\n"
    for known in letters:
        taken = ", ".join(f"{a}: {'Value' if a == known else 'Scalar'}" for a in letters)
        yield f"@overload\ndef {row.name}({taken}, /) -> Value: ...\n"
    yield f"@overload\ndef {row.name}({', '.join(f'{a}: Scalar' for a in letters)}, /) -> Any: ...\n"


def table_functions() -> str:
    """The stub of the functions that the table gives."""
    wanted = [row for row in rows() if row.name not in BY_HAND]
    names = "".join(f'    "{row.name}",\n' for row in wanted)
    lines = [
        HEADER.format(about="The operations of the table as functions."),
        "from typing import Any, overload\n\nfrom tinygrad_notes.value import Number, Value\n\n",
        f"__all__ = [\n{names}]\n\nScalar = Value | Number\n\n",
    ]
    for row in wanted:
        lines += _overloads(row)
    return "".join(lines)


STUBS = {"table_methods.pyi": methods, "table_functions.pyi": table_functions}

if __name__ == "__main__":
    for name, stub in STUBS.items():
        (PACKAGE / name).write_text(stub(), encoding="utf-8")
