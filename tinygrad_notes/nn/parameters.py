"""The parameters of a network to and from a JSON file that a person can read.

{"format": "tinygrad_notes parameters", "version": 1, "parameters": {"W1": [[0.1, 0.2]], "b1": [0.0]}}
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from tinygrad_notes.files import write_file
from tinygrad_notes.keeping import DamagedFileError, check_header, json_number, number_from_json, read_json
from tinygrad_notes.names import Index, split_index
from tinygrad_notes.nn.network import Module
from tinygrad_notes.value import Value

FORMAT = "tinygrad_notes parameters"
VERSION = 1
_DEEPEST = 8  # no table of ours nests deeper, and a hostile file may


def save_parameters(network: Module, path: str | os.PathLike[str], *, overwrite: bool = False) -> Path:
    """Write the parameters of `network` to `path` as JSON. The file is written whole or not at all.

    Raises FileExistsError where `path` holds something else and `overwrite` is False.

    Example:
        >>> import tempfile
        >>> from tinygrad_notes import MLP
        >>> network, other = MLP(2, [3, 1], seed=1), MLP(2, [3, 1], seed=2)
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     path = save_parameters(network, Path(folder) / "network.json")
        ...     load_parameters(other, path)
        >>> [p.data for p in network.parameters()] == [p.data for p in other.parameters()]
        True
    """
    tables = {
        name: _nested({place: json_number(value.data) for place, value in entries.items()})
        for name, entries in _by_name(network).items()
    }
    content = {"format": FORMAT, "version": VERSION, "parameters": tables}
    return write_file(path, json.dumps(content, allow_nan=False, indent=1) + "\n", overwrite=overwrite)


def load_parameters(network: Module, path: str | os.PathLike[str]) -> None:
    """Load a file of `save_parameters` into the parameters of `network`.

    Raises DamagedFileError, a ValueError, if the file is damaged or belongs to a network of another shape. The network
    is then unchanged.
    """
    content = read_json(path)
    check_header(content, FORMAT, VERSION, str(path))
    tables = content.get("parameters")
    entries = _by_name(network)
    if not isinstance(tables, dict) or tables.keys() != entries.keys():
        found = ", ".join(map(str, tables)) if isinstance(tables, dict) and tables else "nothing"
        raise DamagedFileError(f"{path} holds {found}, but the network's parameters are {', '.join(entries)}")
    numbers: list[tuple[Value, float]] = []
    for name, values in entries.items():
        given = _flat(tables[name])
        if given.keys() != values.keys():
            raise DamagedFileError(
                f"{name} has the shape {_shape(given)} in {path} and {_shape(values)} in the network: "
                "build the network with the sizes it was saved with"
            )
        numbers += [(value, number_from_json(given[place], str(path))) for place, value in values.items()]
    for value, number in numbers:
        value.data = number


def _by_name(network: Module) -> dict[str, dict[Index, Value]]:
    """The parameters by name and place, as their labels say: W1 -> {(0, 2): the Value labeled W1[0,2]}."""
    named: dict[str, dict[Index, Value]] = {}
    for position, value in enumerate(network.parameters()):
        name, place = split_index(value.label)
        if not place:
            name, place = "parameters", (position,)
        if named.setdefault(name, {}).setdefault(place, value) is not value:
            raise ValueError(f"two parameters are labeled {value.label!r}: give each a label of its own")
    return named


def _nested(entries: dict[Index, Any]) -> Any:
    """Entries by place as nested lists, in order."""
    if () in entries:
        return entries[()]
    heads = sorted({place[0] for place in entries})
    return [_nested({place[1:]: entry for place, entry in entries.items() if place[0] == head}) for head in heads]


def _flat(table: Any, place: Index = ()) -> dict[Index, Any]:
    """Nested lists as entries by place."""
    if not isinstance(table, list) or len(place) > _DEEPEST:
        return {place: table}
    return {key: entry for i, row in enumerate(table) for key, entry in _flat(row, (*place, i)).items()}


def _shape(entries: dict[Index, Any]) -> Index:
    return tuple(max(sizes) + 1 for sizes in zip(*entries, strict=False)) if entries else (0,)
