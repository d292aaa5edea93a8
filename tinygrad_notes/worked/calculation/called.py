"""Names that a page calls and uses: which function is meant, and what to write for a name that nothing has."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

from tinygrad_notes.operations import TABLE
from tinygrad_notes.refusals import meant
from tinygrad_notes.worked.calculation.elementwise import elementwise_function
from tinygrad_notes.worked.calculation.functions import FUNCTIONS


def function_called(name: str) -> Callable[..., Any] | None:
    """The function that a page calls `name`, whatever the case of its letters."""
    for spelling in (name, name.casefold()):
        if spelling in FUNCTIONS:
            return FUNCTIONS[spelling]
    return elementwise_function(name)


def unknown(name: str, known: Sequence[str]) -> str:
    """What to say of a name that nothing has."""
    if function_called(name) is not None:
        return f"{name} is a function: write {name}(…)"
    hint = _together(name, known) or meant(name, known) or "a name must get its number in a line above, name = …"
    return f"nothing is called {name!r} yet; {hint}"


def unknown_function(name: str) -> str:
    """What to say of a function that there is not."""
    hint = meant(name, [*FUNCTIONS, *TABLE]) or f"write {name}*(…) if a product is meant"
    return f"there is no function {name!r}; {hint}"


def _together(name: str, known: Sequence[str]) -> str:
    """What is meant by λθ, where λ and θ are known, and by y_i, where y is."""
    base, _, index = name.rpartition("_")
    if base in known and len(index) == 1:
        return f"{base} stands for all its elements: write {base}, or {base}[0] for the first"
    for cut in range(1, len(name)):
        if name[:cut] in known and name[cut:] in known:
            return f"write {name[:cut]}*{name[cut:]} for a product"
    return ""


@cache
def refusal(function: Callable[..., Any], given: int, options: tuple[str, ...]) -> str:
    """Why a function does not take so many arguments and these options; "" where it does."""
    try:
        signature(function).bind(*range(given), **dict.fromkeys(options))
    except TypeError as error:
        return str(error)
    return ""


@cache
def signature(function: Callable[..., Any]) -> inspect.Signature:
    whole = inspect.signature(function)
    plain = [part.replace(annotation=inspect.Parameter.empty) for part in whole.parameters.values()]
    return whole.replace(parameters=plain, return_annotation=inspect.Signature.empty)
