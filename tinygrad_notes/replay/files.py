"""Programs as plain data files: NumPy's npz with arrays, and a header of JSON. No code is stored and none is run.

A program loaded from a file holds the branches that were recorded before saving; it cannot record further ones.

`check_graph` checks a graph that was read from a file, and in the tests each graph after each pass over it.
"""

from __future__ import annotations

import io
import math
import os
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from tinygrad_notes.archives import opened, packed
from tinygrad_notes.errors import ProgramFileError as ProgramFileError
from tinygrad_notes.operations import TABLE
from tinygrad_notes.replay.branches import Branch, Branches
from tinygrad_notes.replay.graph import INPUT, NUMBER, PARAMETER, RELATIONS, Graph, Guard
from tinygrad_notes.value import Value

if TYPE_CHECKING:
    from tinygrad_notes.replay.program import Program

T = TypeVar("T")
Parts = tuple[tuple[tuple[int, ...], ...], tuple[int, ...], Branches]
"""What a `Program` is made of: the shapes of its inputs, the shape of its result, and its branches."""
FORMAT, VERSION = "tinygrad_notes program", 1
_ARRAYS = {"codes": np.int16, "starts": np.int32, "operands": np.int32, "leaves": np.float64}


def to_bytes(program: Program) -> bytes:
    """What `Program.save` writes, and what `pickle` keeps of a program."""
    branches = program.branches.recorded
    header = {
        "format": FORMAT,
        "version": VERSION,
        "input_shapes": program.input_shapes,
        "output_shape": program.output_shape,
        "labels": [parameter.label for parameter in program.parameters],
        "branches": [_described(branch.recorded) for branch in branches],
    }
    arrays: dict[str, Any] = {"parameters": program.parameter_numbers()}
    for number, branch in enumerate(branches):
        arrays |= {f"{number}.{name}": getattr(branch.recorded, name) for name in _ARRAYS}
    return packed(header, arrays)


def _described(graph: Graph) -> dict[str, Any]:
    return {
        "rows": [row.name for row in graph.rows],
        "outputs": graph.outputs,
        "guards": [[g.relation, g.left, g.right, g.outcome, g.place] for g in graph.guards],
        "labels": {str(node): label for node, label in graph.labels.items()},
    }


def read_program(source: str | os.PathLike[str] | io.BytesIO, path: str) -> Parts:
    """What a `Program` is made of, from a file or its bytes, which errors call `path`; the parameters are new Values.

    Raises ProgramFileError where it is no program, is damaged, or uses an operation that the table lacks.
    """
    try:
        with opened(source) as archive:
            header = archive.header()
            return _parts(header, {name: archive.array(name) for name in _names(header)})
    except FileNotFoundError:
        raise
    except Exception as error:  # whatever it is that zip, npz, JSON and what follows find amiss, it is the file's fault
        raise ProgramFileError(f"{path} is no program file, or is damaged: {error}") from error


def _names(header: Any) -> list[str]:
    """The arrays that a header speaks of."""
    if not isinstance(header, dict) or header.get("format") != FORMAT:
        raise ValueError("it does not say that it is a program")
    return ["parameters", *(f"{number}.{name}" for number in range(len(header["branches"])) for name in _ARRAYS)]


def _parts(header: Any, arrays: dict[str, NDArray[Any]]) -> Parts:
    if header.get("version") != VERSION:
        raise ValueError(f"it has version {header.get('version')!r}, and this package reads version {VERSION}")
    input_shapes = tuple(_shape(shape) for shape in header["input_shapes"])
    output_shape = _shape(header["output_shape"])
    numbers = _array(arrays, "parameters", np.float64)
    labels = header["labels"]
    if len(labels) != len(numbers):
        raise ValueError(f"it has {len(numbers)} parameters and {len(labels)} labels")
    parameters = [Value(number, _of(str, label)) for number, label in zip(numbers.tolist(), labels)]
    inputs = sum(map(math.prod, input_shapes))
    graphs = [
        _graph(described, {name: _array(arrays, f"{number}.{name}", kind) for name, kind in _ARRAYS.items()})
        for number, described in enumerate(header["branches"])
    ]
    if not graphs:
        raise ValueError("it has no branch")
    if not all(graph.guards for graph in graphs[:-1]):
        raise ValueError("it has branches behind one without comparisons, which all samples take")
    for graph in graphs:
        check_graph(graph, inputs, len(parameters), math.prod(output_shape))
    branches = Branches([Branch(graph) for graph in graphs], parameters, None, output_shape)
    return input_shapes, output_shape, branches


def _of(kind: type[T], found: Any) -> T:
    """What was found, of just that kind: JSON's true is no number, and 1.5 no index."""
    if type(found) is not kind:
        raise ValueError(f"{found!r} is no {kind.__name__}")
    return found


def _shape(shape: Any) -> tuple[int, ...]:
    sizes = tuple(_of(int, size) for size in shape)
    try:
        return np.broadcast_to(0.0, (1, *sizes)).shape[1:]
    except ValueError as error:
        raise ValueError(f"{shape!r} is no shape: {error}") from None


def _array(arrays: dict[str, NDArray[Any]], name: str, kind: Any) -> NDArray[Any]:
    if arrays[name].ndim != 1 or arrays[name].dtype != kind:
        raise ValueError(f"the array {name!r} must be one row of {np.dtype(kind)}")
    return arrays[name]


def _graph(described: dict[str, Any], arrays: dict[str, NDArray[Any]]) -> Graph:
    rows = []
    for name in described["rows"]:
        if name not in TABLE:
            raise ValueError(f"it uses the operation {name!r}, which the table lacks: define it first")
        rows.append(TABLE[name])
    return Graph(
        tuple(rows),
        arrays["codes"],
        arrays["starts"],
        arrays["operands"],
        arrays["leaves"],
        tuple(_of(int, node) for node in described["outputs"]),
        tuple(_guard(*guard) for guard in described["guards"]),
        {int(node): _of(str, label) for node, label in described["labels"].items()},
    )


def _guard(relation: Any, left: Any, right: Any, outcome: Any, place: Any) -> Guard:
    if relation not in RELATIONS:
        raise ValueError(f"{relation!r} is no comparison")
    return Guard(relation, _of(int, left), _of(int, right), _of(bool, outcome), _of(str, place))


def check_graph(graph: Graph, inputs: int, parameters: int, outputs: int) -> None:
    """Raise ValueError unless every index of the graph points to where it may."""
    nodes, codes, starts = len(graph), graph.codes, graph.starts
    counts = np.diff(starts)
    if len(graph.leaves) != nodes or len(starts) != nodes + 1 or nodes == 0:
        raise ValueError("its arrays do not belong together")
    if starts[0] != 0 or starts[-1] != len(graph.operands) or (counts < 0).any():
        raise ValueError("its operands are not cut up in order")
    if (codes < NUMBER).any() or (codes >= len(graph.rows)).any():
        raise ValueError("a node has an operation outside its rows")
    user = np.repeat(np.arange(nodes), counts)
    if (graph.operands < 0).any() or (graph.operands >= user).any():
        raise ValueError("a node uses one that does not stand before it")
    _check_leaves(graph, inputs, parameters)
    for code, row in enumerate(graph.rows):
        if not all(map(row.takes, np.unique(counts[codes == code]).tolist())):
            raise ValueError(f"a node has too few or too many operands for {row.name!r}")
    if counts[codes < 0].any():
        raise ValueError("a leaf has operands")
    if len(graph.outputs) != outputs or not all(0 <= node < nodes for node in (*graph.ends, *graph.labels)):
        raise ValueError("its results, comparisons or labels are of nodes that are not there")


def _check_leaves(graph: Graph, inputs: int, parameters: int) -> None:
    codes = graph.codes
    for kind, there in ((INPUT, inputs), (PARAMETER, parameters)):
        which = graph.leaves[codes == kind]
        if not ((which >= 0) & (which < max(there, 1)) & (which % 1 == 0)).all() or (len(which) and not there):
            raise ValueError("a leaf is an input or a parameter that is not there")
    if (codes[:inputs] != INPUT).any() or (codes == INPUT).sum() != inputs:
        raise ValueError(f"it does not begin with its {inputs} inputs")
