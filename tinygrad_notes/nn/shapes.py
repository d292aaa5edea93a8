"""What goes into a network and comes out of it: checks that say what to write instead."""

from __future__ import annotations

from typing import Any, NoReturn

from tinygrad_notes.value import Value


class Outputs(list[Value]):
    """The activations of a layer: a list that says what to do when it is taken for one number."""

    def __getattr__(self, name: str) -> NoReturn:
        raise AttributeError(
            f"{len(self)} neurons give a list of {len(self)} Values, and a list has no {name!r}: take one of them "
            f"(outputs[0].{name}), or first make one number of all, such as a loss",
            name=name,
            obj=self,
        )


def check_inputs(x: Any, nin: int, name: str, hint: str = "") -> None:
    """Raise where x is not one sample of `nin` numbers, `name` being whose inputs they are."""
    if not hasattr(x, "__len__"):
        raise TypeError(f"{name} takes a list or an array of {nin} inputs, got {type(x).__name__}: write [x]")
    if len(x) and hasattr(x[0], "__len__") and not isinstance(x, str):
        shape = getattr(x, "shape", None) or f"({len(x)}, {len(x[0])})"
        raise ValueError(
            f"{name} takes one sample of {nin} inputs, got a batch of shape {shape}: write [network(x) for x in X], "
            "or run a whole batch at once with tinygrad_notes.record or fit"
        )
    if len(x) != nin:
        raise ValueError(f"{name} takes {nin} inputs, got {len(x)}{hint}")


def check_sizes(nin: Any, nouts: Any) -> None:
    """Raise where these are not a number of inputs and a list with the neurons of each layer."""
    if not hasattr(nouts, "__len__") or isinstance(nouts, str):
        raise TypeError(f"nouts lists the neurons of each layer, got {nouts!r}: write MLP({nin!r}, [{nouts!r}])")
    for size in (nin, *nouts):
        if not isinstance(size, int) or size < 1:
            raise ValueError(f"a network's sizes are whole numbers above 0, got {size!r} in MLP({nin!r}, {nouts!r})")
