"""Nested lists, tuples, dicts and NumPy arrays of numbers: flattened into a list, and rebuilt from one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from numbers import Real
from typing import Any

from tinygrad_notes.value import Value


def is_array(structure: Any) -> bool:
    """Whether this is a NumPy array (asked without importing NumPy)."""
    return hasattr(structure, "dtype") and hasattr(structure, "shape") and not isinstance(structure, Real)


def flatten(structure: Any) -> list[Any]:
    """The numbers and Values of a structure, in order; an array's in C order.

    Example:
        >>> flatten([1.0, (2.0, {"b": 3.0})])
        [1.0, 2.0, 3.0]
    """
    if is_array(structure):
        return list(structure.ravel().tolist())
    if isinstance(structure, dict):
        return [leaf for part in structure.values() for leaf in flatten(part)]
    if isinstance(structure, (list, tuple)):
        return [leaf for part in structure for leaf in flatten(part)]
    return [structure]


def leaves_like(model: Any, structure: Any, name: str) -> list[Any]:
    """The numbers and Values of `structure` in the order of `model`. Both must have the same nesting.

    Dicts are matched by their keys. Lists, tuples and arrays of one length may stand for each other. Errors call the
    structure `name`.

    Raises ValueError if the nesting differs, TypeError if something is no number.

    Example:
        >>> leaves_like({"a": 0.0, "b": 0.0}, {"b": 2.0, "a": 1.0}, "tangents")
        [1.0, 2.0]
    """
    if isinstance(model, dict):
        if not isinstance(structure, dict) or structure.keys() != model.keys():
            raise _unlike(model, structure, name)
        return [leaf for key, part in model.items() for leaf in leaves_like(part, structure[key], f"{name}[{key!r}]")]
    if _is_row(model):
        if not _is_row(structure) or len(structure) != len(model):
            raise _unlike(model, structure, name)
        pairs = enumerate(zip(model, structure, strict=True))
        return [leaf for i, (part, own) in pairs for leaf in leaves_like(part, own, f"{name}[{i}]")]
    if isinstance(structure, dict) or _is_row(structure):
        raise _unlike(model, structure, name)
    (leaf,) = flatten(structure)
    if not isinstance(leaf, (Real, Value)):
        raise TypeError(f"{name} must be a number, got {leaf!r}")
    return [leaf]


def _is_row(structure: Any) -> bool:
    return isinstance(structure, (list, tuple)) or (is_array(structure) and bool(structure.ndim))


def _unlike(model: Any, structure: Any, name: str) -> ValueError:
    return ValueError(f"{name} must be built like its counterpart, {_built(model)}, got {_built(structure)}")


def _built(structure: Any) -> str:
    if isinstance(structure, dict):
        return f"a dict with the keys {', '.join(map(repr, structure))}"
    return f"{type(structure).__name__} of length {len(structure)}" if _is_row(structure) else "one number"


def rebuild(structure: Any, leaves: Sequence[Any]) -> Any:
    """A structure like `structure` with `leaves` in place of its numbers.

    If all leaves are arrays of one shape, an array of numbers becomes one array: its own shape, then theirs.
    Numbers in place of an array of floats have its precision.

    Example:
        >>> rebuild([0, (0, 0)], [1.0, 2.0, 3.0])
        [1.0, (2.0, 3.0)]
    """
    return rebuilder(structure)(leaves)


def rebuilder(structure: Any) -> Callable[[Sequence[Any]], Any]:
    """`rebuild` of one structure for many rows of leaves: the structure is examined once."""
    build = _builder(structure)
    return lambda leaves: build(iter(leaves))


def _builder(structure: Any) -> Callable[[Iterator[Any]], Any]:
    if is_array(structure):
        return lambda leaves: _array(structure, list(islice(leaves, structure.size)))
    if isinstance(structure, dict):
        part_of = {key: _builder(part) for key, part in structure.items()}
        return lambda leaves: {key: build(leaves) for key, build in part_of.items()}
    if not isinstance(structure, (list, tuple)):
        return next
    whole = _row_of([_builder(part) for part in structure])
    if isinstance(structure, list):
        return whole
    if hasattr(structure, "_fields"):  # a named tuple
        return lambda leaves: type(structure)(*whole(leaves))
    return lambda leaves: tuple(whole(leaves))


def _row_of(builders: list[Callable[[Iterator[Any]], Any]]) -> Callable[[Iterator[Any]], list[Any]]:
    if all(build is next for build in builders):  # numbers, of which there may be many
        return lambda leaves: list(islice(leaves, len(builders)))
    return lambda leaves: [build(leaves) for build in builders]


def _array(model: Any, leaves: list[Any]) -> Any:
    import numpy as np

    if leaves and is_array(leaves[0]):
        array = np.array(leaves).reshape((*model.shape, *leaves[0].shape))
    else:
        plain = all(isinstance(leaf, Real) for leaf in leaves)
        array = np.empty(len(leaves), dtype=np.float64 if plain else object)
        array[:] = leaves
        array = array.reshape(model.shape)
        if plain and isinstance(model.dtype, np.dtype) and model.dtype.kind == "f":
            array = array.astype(model.dtype, copy=False)  # which warns of a number beyond its range
    if array.dtype != object:
        return array
    from tinygrad_notes.arrays import ValueArray

    return array.view(ValueArray)


def numbers_of(structure: Any) -> Any:
    """The structure with every Value's number in the Value's place."""
    return rebuild(structure, [leaf._data if isinstance(leaf, Value) else leaf for leaf in flatten(structure)])
