"""Recording: run a function once on Values and keep its graph as flat arrays."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import chain
from math import inf
from numbers import Real
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tinygrad_notes import watching
from tinygrad_notes.arrays import ValueArray
from tinygrad_notes.collector import collector_paused
from tinygrad_notes.operations import CONSTANT, Operation
from tinygrad_notes.passes import topological_order
from tinygrad_notes.readings import Reading, ReadingWatcher
from tinygrad_notes.replay.graph import INPUT, NUMBER, PARAMETER, Graph, Guard
from tinygrad_notes.value import Value, as_value


class _Recorder(ReadingWatcher):
    """Keeps the comparisons taken and the leaves made while the function runs."""

    remedy = (
        "a number read from v.data would stay as it was while recording: compute with v itself, or with "
        "stop_gradient(v), which is replayed; it may be printed and compared"
    )

    def __init__(self, inputs: Iterable[Value], guards_all: bool) -> None:
        super().__init__(inputs)
        self.guards_all, self.assumes = guards_all, False
        self.comparisons: list[tuple[str, Value, Any, bool, str]] = []
        self.frozen: set[Value] = set()

    def is_given(self, node: Value) -> bool:
        return node in self.frozen or (node.operation is None and node not in self.own_leaves)

    def cut(self, node: Any) -> None:
        self.frozen.add(node)

    def compared(self, relation: str, left: Any, right: Any, outcome: bool) -> None:
        file, line = watching.users_line()
        self.comparisons.append((relation, left, right, outcome, f"{Path(file).name}:{line}"))

    def assumed_finite(self, node: Any) -> None:
        if not self.guards_all:
            self.assumes = True
        elif isinstance(node, Value):
            self.compared("==", abs(node), inf, abs(node._data) == inf)


def run_on_values(
    function: Callable[..., Any], numbers: Sequence[Any], parameters: list[Value], guards_all: bool = False
) -> tuple[Graph, tuple[int, ...]]:
    """Run `function` on Values of `numbers`; its graph, and the shape of its result.

    Leaves that the function uses and did not make itself are appended to `parameters`, those there already keep their
    position. With `guards_all` a derivative also compares what it takes for finite elsewhere. Raises TypeError where
    the result is no Value or holds none.
    """
    arguments = [_as_values(number, f"x{k}" if len(numbers) > 1 else "x") for k, number in enumerate(numbers)]
    inputs = [value for argument in arguments for value in _flat(argument)]
    recorder = _Recorder(inputs, guards_all)
    with watching.watched_by(lambda: recorder), collector_paused():
        result = function(*arguments)
        outputs, shape = _result(result)
        return _flatten(inputs, outputs, recorder, parameters), shape


def _flatten(inputs: list[Value], outputs: list[Value], recorder: _Recorder, parameters: list[Value]) -> Graph:
    compared = [side for _, left, right, *_ in recorder.comparisons for side in (left, as_value(right))]
    known = set(inputs)
    order = inputs + [node for node in topological_order(*outputs, *compared) if node not in known]
    index = dict(zip(order, range(len(order))))
    used = [node.operands for node in order]
    rows = tuple({node.operation: None for node, operands in zip(order, used) if operands and node.operation})
    code_of: dict[Operation | None, int] = {row: code for code, row in enumerate(rows)}
    positions = {parameter: position for position, parameter in enumerate(parameters)}
    codes = [code_of[node.operation] if operands else NUMBER for node, operands in zip(order, used)]
    leaves = np.zeros(len(order))
    for i, node in enumerate(order):
        if i < len(inputs):
            codes[i], leaves[i] = INPUT, i
        elif not used[i]:
            if node in recorder.frozen:
                raise TypeError(
                    "the recorded result depends on a number cut out of the graph by no_grad() or detach(), which "
                    "would stay as it was while recording: use stop_gradient(v), which is replayed"
                )
            if node.operation is CONSTANT or node in recorder.own_leaves:
                leaves[i] = node._data
            else:
                if node not in positions:
                    positions[node] = len(parameters)
                    parameters.append(node)
                codes[i], leaves[i] = PARAMETER, positions[node]
    counts = np.fromiter(map(len, used), np.int32, len(order))
    starts = np.concatenate([np.zeros(1, np.int32), np.cumsum(counts, dtype=np.int32)])
    operands = np.fromiter(map(index.__getitem__, chain.from_iterable(used)), np.int32, int(starts[-1]))
    sides = [index[side] for side in compared]
    guards = tuple(
        Guard(relation, left, right, outcome, place)
        for (relation, _, _, outcome, place), left, right in zip(recorder.comparisons, sides[::2], sides[1::2])
    )
    return Graph(
        rows,
        np.array(codes, np.int16),
        starts,
        operands,
        leaves,
        tuple(index[output] for output in outputs),
        guards,
        {i: node.label for i, node in enumerate(order) if node.label},
        recorder.assumes,
    )


# What goes in and what comes out --------------------------------------------------------------------


def numbers_of(example: Any, which: int | str) -> NDArray[np.float64]:
    """An input as an array of 64-bit floats; `which` is its position, or its name in errors.

    Raises TypeError, saying what to write instead, if it is not made of numbers.
    """
    if type(example) is np.ndarray and example.dtype == np.float64:
        return example
    name = which if isinstance(which, str) else f"input {which}"
    if isinstance(example, Value):
        raise TypeError(f"{name} is a Value, and a program takes plain numbers: pass v.data")
    if isinstance(example, np.ma.MaskedArray):
        raise TypeError(
            f"{name} is a masked array, and a program would compute with what is under the mask: leave those samples "
            "out, or write array.filled(number)"
        )
    try:
        array = np.asarray(example)
    except ValueError:
        raise TypeError(f"{name} is ragged: give every row the same length") from None
    if array.dtype.kind == "O":
        raise TypeError(
            f"{name} is an array of objects, and a program takes numbers: "
            "use tinygrad_notes.data_of(array) for an array of Values, or array.astype(float)"
        )
    if array.dtype.kind not in "biuf":
        raise TypeError(f"{name} has dtype {array.dtype}, and a program takes real numbers: use array.astype(float)")
    return array.astype(np.float64, copy=False)


def leaves_of(parameters: Any) -> list[Value]:
    """The parameters to differentiate by; TypeError or ValueError, saying what to write, if one has no derivative."""
    if hasattr(parameters, "parameters"):
        kind = type(parameters).__name__
        raise TypeError(f"parameters are a list of Values, got {kind}: write parameters=network.parameters()")
    if isinstance(parameters, Value):
        raise TypeError("parameters are a list of Values, got a single one: write parameters=[v]")
    found = list(parameters)
    positions: dict[Value, int] = {}
    for position, parameter in enumerate(found):
        if not isinstance(parameter, Value):
            kind = type(parameter).__name__
            raise TypeError(f"parameters[{position}] is of type {kind}: a parameter is a Value that the function uses")
        if parameter.operation is not None:
            raise ValueError(
                f"parameters[{position}] is the result of {parameter.operation.name!r}, and a function is derived by "
                "what it starts from: give Values that were made from numbers"
            )
        first = positions.setdefault(parameter, position)
        if first != position:
            raise ValueError(
                f"parameters[{position}] is the same Value as parameters[{first}]: give each once, as in "
                "list(dict.fromkeys(parameters))"
            )
    return found


def _as_values(example: Any, name: str) -> Any:
    """Values in place of the numbers: one Value, nested lists, or an object array where an array was given."""
    if isinstance(example, np.ndarray) and example.ndim:
        array = np.empty(example.shape, object)
        for position, number in np.ndenumerate(example):
            array[position] = Value(number, f"{name}[{','.join(map(str, position))}]")
        return array.view(ValueArray)
    if isinstance(example, (list, tuple)):
        return [_as_values(number, f"{name}[{i}]") for i, number in enumerate(example)]
    return Value(float(example), name)


def _flat(values: Any) -> list[Value]:
    if isinstance(values, Value):
        return [values]
    if isinstance(values, np.ndarray):
        return list(values.flat)
    return [value for part in values for value in _flat(part)]


def _result(result: Any) -> tuple[list[Value], tuple[int, ...]]:
    """The Values in a function's result, and the shape in which they came."""
    if isinstance(result, Value):
        return [result], ()
    if result is None:
        raise TypeError("the recorded function returned None: did it forget to return its result?")
    if isinstance(result, Reading):
        raise TypeError(result.remedy)
    if isinstance(result, Real):  # a branch such as the 0 of max(0, x) need give no more
        return [as_value(result)], ()  # type: ignore[arg-type]  # to mypy a float is no Real
    if not isinstance(result, (list, tuple, np.ndarray)):
        raise TypeError(
            f"a recorded function returns a Value or a list or array of Values, not {type(result).__name__}"
        )
    try:
        array = np.asarray(result, object)
    except ValueError:
        raise TypeError("the recorded function returned a ragged list: give every row the same length") from None
    wrong = next((item for item in array.flat if not isinstance(item, (Value, Real))), None)
    if isinstance(wrong, Reading):
        raise TypeError(wrong.remedy)
    if wrong is not None:
        raise TypeError(f"a recorded function returns Values in lists of one length, found {type(wrong).__name__}")
    return [as_value(item) for item in array.flat], array.shape
