"""Lowering: from a recorded graph to a tape that holds the forward pass and then the reverse pass.

The table of operations is read over the tape's number system, so the adjoint of every node becomes a sum of
products, Σ adjoint of user × local derivative, on the same tape as the values.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from tinygrad_notes.operations import GAP
from tinygrad_notes.replay import tape as places
from tinygrad_notes.replay.graph import INPUT, NUMBER, PARAMETER, Graph
from tinygrad_notes.replay.tape import SAMPLES, Place, Tape
from tinygrad_notes.rules_of_many import whole_gap

Contribution = tuple[Any, Any]


@dataclass(frozen=True, slots=True)
class Lowered:
    """A tape and its results: the values and derivatives that a job asks for."""

    tape: Tape
    outputs: tuple[int, ...]
    parameter_gradients: tuple[int, ...] = ()
    input_gradients: tuple[int, ...] = ()
    names: dict[int, str] = field(default_factory=dict)


def lower_values(graph: Graph, nodes: Sequence[int], *, mends: bool = True) -> Lowered:
    """The values of `nodes`; `mends` as for `forward`."""
    tape, values = forward(graph, mends=mends)
    found = tuple([tape.place_of(values[node]).index for node in nodes])
    return Lowered(tape, found, names=_labels(graph, values))


def lower_gradients(graph: Graph, parameters: int, inputs: int, summed: bool) -> Lowered:
    """The graph's only output, and its derivative by each of the first `parameters` parameters and `inputs` inputs.

    With `summed`, the output and a derivative by a parameter are summed over the samples, and the number of samples is
    a second output; else there is one of each per sample. Derivatives by inputs are always per sample.
    """
    tape, values = forward(graph)
    by_parameter: list[Any] = [0.0] * parameters
    by_input: list[Any] = [0.0] * inputs
    names = _labels(graph, values)
    for node, adjoint in _reverse(graph, tape, values, inputs > 0, summed, names):
        kind, which = int(graph.codes[node]), int(graph.leaves[node])
        if kind == PARAMETER and which < parameters:
            by_parameter[which] = adjoint
        elif kind == INPUT and inputs:
            by_input[which] = adjoint
    output = values[graph.outputs[0]]
    outputs = (_sample_dot(tape, [(output, 1.0)]), tape.leaf(SAMPLES)) if summed else (output,)
    wanted = [outputs, by_parameter, by_input]
    output_places, parameter_places, input_places = (
        tuple([tape.place_of(place).index for place in group]) for group in wanted
    )
    return Lowered(tape, output_places, parameter_places, input_places, names)


def _labels(graph: Graph, values: list[Any]) -> dict[int, str]:
    return {values[node].index: label for node, label in graph.labels.items() if values[node].__class__ is Place}


def _name(names: dict[int, str], place: Any, name: str) -> None:
    """A place is called after the first labeled quantity that it is."""
    if place.__class__ is Place:
        names.setdefault(place.index, name)


def forward(graph: Graph, *, mends: bool = True) -> tuple[Tape, list[Any]]:
    """A tape with the value of every node, and the values: places, or numbers that depend on nothing.

    Without `mends`, a gap between equal infinities is 0 at once; else `mended` sees to it afterwards.
    """
    tape = Tape()
    rules = [row.read(places)[0] if mends or row is not GAP else partial(whole_gap, places) for row in graph.rows]
    return tape, graph.worked(rules, leaves_on(tape))


def leaves_on(tape: Tape) -> dict[int, Callable[[float], Any]]:
    """The place of each kind of recorded leaf, by its position; a plain number is itself."""
    return {
        INPUT: partial(tape.leaf, places.INPUT),
        PARAMETER: partial(tape.leaf, places.PARAMETER),
        NUMBER: float,
    }


def _reverse(
    graph: Graph, tape: Tape, values: list[Any], inputs: bool, summed: bool, names: dict[int, str]
) -> list[tuple[int, Any]]:
    """The leaves and their adjoints; labeled nodes name the places of their adjoints (δz) and slopes (∂a/∂z)."""
    labels = graph.labels
    rules = [row.read(places)[1] for row in graph.rows]
    codes, used_by = graph.codes.tolist(), graph.used
    wanted = depends_on(codes, used_by, {PARAMETER, INPUT} if inputs else {PARAMETER})
    contributions: dict[int, list[Contribution]] = {}
    summed_contributions: dict[int, list[Contribution]] = {}
    varies = depends_on(codes, used_by, {INPUT})
    uniform = summed and not varies[graph.outputs[0]]
    (summed_contributions if uniform else contributions)[graph.outputs[0]] = [(1.0, 1.0)]
    leaves: list[tuple[int, Any]] = []
    for node in range(graph.outputs[0], -1, -1):
        own, over_samples = contributions.pop(node, None), summed_contributions.pop(node, None)
        if not (own or over_samples) or not wanted[node]:
            continue
        adjoint = _adjoint(tape, own or [], over_samples or [])
        if node in labels:
            _name(names, adjoint, f"δ{labels[node]}")
        if codes[node] < 0:
            leaves.append((node, adjoint))
            continue
        used, out, crosses = used_by[node], values[node], summed and varies[node]
        picks = graph.rows[codes[node]].picks
        for k, (operand, derivative) in enumerate(zip(used, rules[codes[node]](*[values[i] for i in used], out))):
            if not wanted[operand]:
                continue
            if k in picks and derivative.__class__ is not Place and derivative == 0.0:  # nothing, as stop_gradient's
                continue
            if node in labels and operand in labels:
                _name(names, derivative, f"∂{labels[node]}/∂{labels[operand]}")
            waiting = summed_contributions if crosses and not varies[operand] else contributions
            waiting.setdefault(operand, []).append((adjoint, derivative))
    return leaves


def _adjoint(tape: Tape, own: list[Contribution], over_samples: list[Contribution]) -> Any:
    """Σ adjoint × derivative, in the order in which the users were recorded."""
    parts = []
    if own:
        parts.append(places.products_added_up(*zip(*own[::-1])))
    if over_samples:
        parts.append(_sample_dot(tape, over_samples[::-1]))
    return parts[0] if len(parts) == 1 else parts[0] + parts[1]


def _sample_dot(tape: Tape, pairs: Sequence[Contribution]) -> Any:
    """Σ aᵢdᵢ, summed over the samples as well."""
    plain: list[Any] = []
    sums: list[int] = []
    lefts: list[int] = []
    rights: list[int] = []
    varies = tape.varies
    if len(pairs) == 1:  # as for nearly every weight of a network: half the time is saved
        [(a, d)] = pairs
        if a.__class__ is Place is d.__class__ and varies[a.index] and varies[d.index]:
            return tape.write(places.SAMPLE_DOT, (a.index, d.index))
    for a, d in pairs:
        a_varies, d_varies = a.__class__ is Place and varies[a.index], d.__class__ is Place and varies[d.index]
        factor, other = (a, d) if a_varies else (d, a)
        if a_varies and d_varies:
            lefts.append(a.index)
            rights.append(d.index)
        elif not a_varies and not d_varies:
            plain.append(tape.leaf(SAMPLES) * (a * d))
        elif other.__class__ is not Place and other == 1.0:
            sums.append(factor.index)
        else:
            plain.append(other * tape.write(places.SAMPLE_SUM, (factor.index,)))
    if sums:
        plain.append(tape.write(places.SAMPLE_SUM, tuple(sums)))
    if lefts:
        plain.append(tape.write(places.SAMPLE_DOT, (*lefts, *rights)))
    return places.added_up(plain)


def depends_on(codes: list[int], used: list[Sequence[int]], kinds: set[int]) -> list[bool]:
    """Which nodes depend on leaves of these kinds, the leaves included."""
    depends = [code in kinds for code in codes]
    for node, code in enumerate(codes):
        if code >= 0:
            depends[node] = any(map(depends.__getitem__, used[node]))
    return depends
