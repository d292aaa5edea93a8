"""A scalar reverse-mode autodiff engine whose every number can be seen, checked by hand, drawn and run fast.

Each name loads its module when it is first used, so a program pays only for what it uses.
"""

from __future__ import annotations

import importlib

TYPE_CHECKING = False  # as type checkers know this name, without `typing`, which takes as long as all else here
__version__ = "0.1.0"

if TYPE_CHECKING:  # the same names as below, for type checkers and editors
    from typing import Any

    from tinygrad_notes.arrays import array, data_of, grad_of
    from tinygrad_notes.collector import collector_paused
    from tinygrad_notes.derivatives.anomaly import AnomalyError, detect_anomaly
    from tinygrad_notes.derivatives.by_hand import check_by_hand
    from tinygrad_notes.derivatives.checking import check_gradients
    from tinygrad_notes.derivatives.detached import no_grad
    from tinygrad_notes.derivatives.modes import grad, hessian, hvp, jacobian, jvp, value_and_grad, vjp
    from tinygrad_notes.derivatives.quotients import difference_quotient
    from tinygrad_notes.derivatives.reverse import gradients
    from tinygrad_notes.draw import Picture, draw, draw_delta_rule, draw_jacobians, draw_loop, draw_network
    from tinygrad_notes.draw.player import Player, play
    from tinygrad_notes.draw.watch import Watch
    from tinygrad_notes.exchange.sympy import from_sympy, to_sympy
    from tinygrad_notes.functions import dot, logsumexp, mean, norm, product, softmax, weighted_sum
    from tinygrad_notes.keeping import load_graph, save_graph
    from tinygrad_notes.nn import MLP, Layer, Module, Neuron
    from tinygrad_notes.nn.fit import fit
    from tinygrad_notes.nn.parameters import load_parameters, save_parameters
    from tinygrad_notes.reading.note import mark_note, read_note
    from tinygrad_notes.replay import Program, record
    from tinygrad_notes.value import Value
    from tinygrad_notes.worked.explain import explain
    from tinygrad_notes.worked.formulas import latex
    from tinygrad_notes.worked.marking import mark
    from tinygrad_notes.worked.steps import work_through

_LAZY = {
    "MLP": "nn",
    "Layer": "nn",
    "Module": "nn",
    "Neuron": "nn",
    "Value": "value",
    "AnomalyError": "derivatives.anomaly",
    "array": "arrays",
    "check_by_hand": "derivatives.by_hand",
    "check_gradients": "derivatives.checking",
    "collector_paused": "collector",
    "data_of": "arrays",
    "detect_anomaly": "derivatives.anomaly",
    "difference_quotient": "derivatives.quotients",
    "dot": "functions",
    "draw": "draw",
    "draw_delta_rule": "draw",
    "draw_jacobians": "draw",
    "draw_loop": "draw",
    "draw_network": "draw",
    "explain": "worked.explain",
    "fit": "nn.fit",
    "from_sympy": "exchange.sympy",
    "grad": "derivatives.modes",
    "grad_of": "arrays",
    "gradients": "derivatives.reverse",
    "hessian": "derivatives.modes",
    "hvp": "derivatives.modes",
    "jacobian": "derivatives.modes",
    "jvp": "derivatives.modes",
    "latex": "worked.formulas",
    "load_graph": "keeping",
    "load_parameters": "nn.parameters",
    "logsumexp": "functions",
    "mark": "worked.marking",
    "mark_note": "reading.note",
    "mean": "functions",
    "no_grad": "derivatives.detached",
    "norm": "functions",
    "Picture": "draw",
    "play": "draw.player",
    "Player": "draw.player",
    "product": "functions",
    "Program": "replay",
    "read_note": "reading.note",
    "record": "replay",
    "save_graph": "keeping",
    "save_parameters": "nn.parameters",
    "softmax": "functions",
    "to_sympy": "exchange.sympy",
    "value_and_grad": "derivatives.modes",
    "vjp": "derivatives.modes",
    "Watch": "draw.watch",
    "weighted_sum": "functions",
    "work_through": "worked.steps",
}
"""Each public name and the module that it lives in."""

__all__ = [  # in full, for type checkers run nothing; a test holds it against _LAZY
    "MLP",
    "AnomalyError",
    "Layer",
    "Module",
    "Neuron",
    "Picture",
    "Player",
    "Program",
    "Value",
    "Watch",
    "array",
    "check_by_hand",
    "check_gradients",
    "collector_paused",
    "data_of",
    "detect_anomaly",
    "difference_quotient",
    "dot",
    "draw",
    "draw_delta_rule",
    "draw_jacobians",
    "draw_loop",
    "draw_network",
    "explain",
    "fit",
    "from_sympy",
    "grad",
    "grad_of",
    "gradients",
    "hessian",
    "hvp",
    "jacobian",
    "jvp",
    "latex",
    "load_graph",
    "load_parameters",
    "logsumexp",
    "mark",
    "mark_note",
    "mean",
    "no_grad",
    "norm",
    "play",
    "product",
    "read_note",
    "record",
    "save_graph",
    "save_parameters",
    "softmax",
    "to_sympy",
    "value_and_grad",
    "vjp",
    "weighted_sum",
    "work_through",
]


def load_ipython_extension(shell: Any) -> None:
    """Make `%%mark` known to IPython: what `%load_ext tinygrad_notes` calls."""
    importlib.import_module(f"{__name__}.reading.note_files").register(shell)


def __getattr__(name: str) -> Any:
    """A public name, or a module of the package, when it is first asked for."""
    if name in _LAZY:
        found = getattr(importlib.import_module(f"{__name__}.{_LAZY[name]}"), name)
        globals().setdefault(name, found)  # `draw` is there by now: the room, which can be called
        return found
    if not name.startswith("__"):  # the import itself asks for these, and for some that are not there
        try:
            return importlib.import_module(f"{__name__}.{name}")
        except ModuleNotFoundError as problem:
            if problem.name != f"{__name__}.{name}":
                raise
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *_LAZY})
