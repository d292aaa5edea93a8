"""Graphs as JSON: data and nothing else, written whole, checked when read.

A graph of any depth is kept as flat lists, one entry per node, operands before the nodes that use them. Reading
runs no code from the file: operations are looked up by name in the table. (`pickle` and `copy.deepcopy` work
on Values too; never unpickle what others have sent.)
"""

from __future__ import annotations

import json
import math
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tinygrad_notes.errors import DamagedFileError as DamagedFileError
from tinygrad_notes.files import write_file
from tinygrad_notes.operations import TABLE, Operation
from tinygrad_notes.passes import topological_order
from tinygrad_notes.value import Value, restored

FORMAT = "tinygrad_notes graph"
VERSION = 1
_LISTS = ("roots", "data", "grad", "operation", "operand_counts", "operands", "local_derivatives")


def save_graph(values: Value | Sequence[Value], path: str | os.PathLike[str], *, overwrite: bool = False) -> Path:
    """Write the graph of `values` to `path` as JSON. The file is written whole or not at all.

    Raises FileExistsError where `path` holds something else and `overwrite` is False.

    Example:
        >>> import tempfile
        >>> x = Value(3.0, "x")
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     path = save_graph(x * x, Path(folder) / "graph.json")
        ...     (y,) = load_graph(path)
        >>> y.data, y.operands[0].label, y.operands[0] is y.operands[1]
        (9.0, 'x', True)
    """
    return write_file(path, json.dumps(graph_to_json(values), allow_nan=False), overwrite=overwrite)


def load_graph(path: str | os.PathLike[str]) -> list[Value]:
    """Load the Values that `save_graph` wrote, with all that they depend on.

    Raises DamagedFileError, a ValueError, naming what is wrong with the file.
    """
    return graph_from_json(read_json(path), where=str(path))


def graph_to_json(values: Value | Sequence[Value]) -> dict[str, Any]:
    """The graph below `values` as a dict of flat lists, ready for `json.dumps`."""
    roots = [values] if isinstance(values, Value) else list(values)
    order = topological_order(*roots)
    place = {node: position for position, node in enumerate(order)}
    names = sorted({node.operation.name for node in order if node.operation})
    code = {name: k for k, name in enumerate(names)}
    return {
        "format": FORMAT,
        "version": VERSION,
        "roots": [place[root] for root in roots],
        "operations": names,
        "operation": [code[node.operation.name] if node.operation else -1 for node in order],
        "operand_counts": [len(node.operands) for node in order],
        "operands": [place[operand] for node in order for operand in node.operands],
        "data": [json_number(node.data) for node in order],
        "grad": [json_number(node.grad) for node in order],
        "local_derivatives": [json_number(slope) for node in order for slope in node.local_derivatives],
        "labels": {str(position): node.label for position, node in enumerate(order) if node.label},
    }


def graph_from_json(content: Any, where: str = "this graph") -> list[Value]:
    """The Values of a dict made by `graph_to_json`; DamagedFileError where it does not hold together."""
    check_header(content, FORMAT, VERSION, where)
    operations, labels = _checked_columns(content, where)
    all_operands, all_slopes = content["operands"], content["local_derivatives"]
    nodes: list[Value] = []
    start = 0
    columns = zip(content["operation"], content["operand_counts"], content["data"], content["grad"], strict=True)
    for position, (code, count, data, grad) in enumerate(columns):
        made_by = operations[_index(code, -1, len(operations) - 2, where, "operation")]
        end = start + _index(count, 0, len(all_operands) - start, where, "number of operands")
        fits = made_by.takes(count) if made_by else count == 0
        _require(fits, where, f"node {position} cannot have {count} operands")
        operands = tuple(nodes[_index(place, 0, position - 1, where, "operand")] for place in all_operands[start:end])
        slopes = tuple(number_from_json(slope, where) for slope in all_slopes[start:end])
        if made_by:
            slopes = made_by.structural(slopes)
        numbers = number_from_json(data, where), number_from_json(grad, where)
        nodes.append(restored(None, *numbers, made_by, operands, slopes, labels.get(str(position), "")))
        start = end
    _require(start == len(all_operands), where, "there are more operands than the nodes take")
    return [nodes[_index(root, 0, len(nodes) - 1, where, "root")] for root in content["roots"]]


def json_number(number: float) -> float | str:
    """A float as JSON has it; JSON knows no nan and no infinity, so those become strings."""
    return float(number) if math.isfinite(number) else repr(float(number))


def number_from_json(number: Any, where: str) -> float:
    """What `json_number` wrote; DamagedFileError for anything else."""
    named = isinstance(number, str) and number in ("nan", "inf", "-inf")
    _require(type(number) in (float, int) or named, where, f"{number!r} is not a number")
    try:
        return float(number)
    except OverflowError:  # an integer beyond the largest float
        raise DamagedFileError(f"{where} is damaged: a number in it is too large for a float") from None


def read_json(path: str | os.PathLike[str]) -> Any:
    """The content of a JSON file; DamagedFileError where it is not whole."""
    try:
        return json.loads(Path(path).read_text(encoding="utf-8"))
    except (ValueError, RecursionError) as error:  # ValueErrors all: no JSON, no UTF-8, an integer without end
        raise DamagedFileError(f"{path} is damaged, it is not whole JSON: {error}") from None


def check_header(content: Any, kind: str, version: int, where: str) -> None:
    """DamagedFileError unless `content` says that it is of this kind and version."""
    _require(isinstance(content, dict) and content.get("format") == kind, where, f"it does not say 'format': {kind!r}")
    found = content.get("version")
    _require(found == version, where, f"it has version {found!r}, and this program reads version {version}")


def _checked_columns(content: dict[str, Any], where: str) -> tuple[list[Operation | None], dict[str, str]]:
    """The operations and labels of a file, once its lists are known to be lists and of fitting lengths."""
    for name in _LISTS:
        _require(isinstance(content.get(name), list), where, f"{name!r} is not a list")
    nodes = len(content["data"])
    for name in ("grad", "operation", "operand_counts"):
        _require(len(content[name]) == nodes, where, f"{name!r} has {len(content[name])} entries for {nodes} nodes")
    operands, slopes = len(content["operands"]), len(content["local_derivatives"])
    _require(operands == slopes, where, f"there are {slopes} local derivatives for {operands} operands")
    labels: Any = content.get("labels")
    _require(isinstance(labels, dict), where, "'labels' is not an object")
    for label in labels.values():
        _require(isinstance(label, str), where, f"{label!r} is no label")
    return _operations(content.get("operations"), where), labels


def _operations(names: Any, where: str) -> list[Operation | None]:
    """The rows of the table by their place in the file, and None at the end, which a leaf's -1 finds."""
    _require(isinstance(names, list), where, "'operations' is not a list")
    for name in names:
        known = isinstance(name, str) and name in TABLE
        _require(known, where, f"no operation is named {name!r}; one of your own must be defined before loading")
    return [*(TABLE[name] for name in names), None]


def _index(number: Any, low: int, high: int, where: str, name: str) -> int:
    _require(type(number) is int and low <= number <= high, where, f"{number!r} is no possible {name}")
    return int(number)


def _require(holds: bool, where: str, complaint: str) -> None:
    if not holds:
        raise DamagedFileError(f"{where} is damaged: {complaint}")
