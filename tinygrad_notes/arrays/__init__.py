"""NumPy arrays of Values: a learner's own array code, differentiated without a rewrite.

`array(data)` makes an array whose elements are Values and which NumPy asks before it computes. Ufuncs, reductions,
sorting, `@`, `np.where`, `np.clip`, `np.linalg.norm`, broadcasting, indexing and `.T` give the numbers that they give
for floats: nan stays nan, plain numbers mix in. What ties shares the slope equally: ½ and ½ in `np.maximum`, 1/k each
of k in `np.max`. Sums, products, lengths and every number of a matrix product are one node each. What the table of
operations does not have (`np.linalg.inv`, `np.interp`, a cast to single precision) raises.

An array that NumPy makes of a list of Values, `np.array([a, b])`, is a plain array of objects, whose loops NumPy does
not let us change: write `array([a, b])`. It is one of ours again where it meets one.

To move parameters, stay out of the graph:

Example:
    >>> import numpy as np
    >>> from tinygrad_notes import no_grad
    >>> X, y = np.array([[1.0, 0.0], [1.0, 1.0], [0.0, 1.0]]), np.array([2.0, 1.0, -1.0])
    >>> W = array([0.5, 0.0], "W")
    >>> for _ in range(100):
    ...     loss = np.mean((X @ W - y) ** 2)
    ...     loss.backward()
    ...     with no_grad():
    ...         W -= 0.5 * grad_of(W)
    >>> data_of(W).round(4).tolist(), W[0].label
    ([2.0, -1.0], 'W[0]')
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tinygrad_notes import refusals
from tinygrad_notes.arrays.values import ValueArray
from tinygrad_notes.value import Value

__all__ = ["ValueArray", "array", "data_of", "grad_of"]


def array(data: ArrayLike, label: str = "") -> ValueArray:
    """An array with a Value for each number of `data`. With `label="W"` they are labeled W[0,2], … Values stay as they
    are.

    Raises:
        TypeError: `data` holds something that is not a real number, or is masked.
        ValueError: `data` is ragged.

    Example:
        >>> import numpy as np
        >>> W = array([[0.5, -1.0], [2.0, 0.0]], label="W")
        >>> C = np.sum(np.tanh(W @ np.array([1.0, 0.5])) ** 2)
        >>> C.backward()
        >>> W[1, 0].label, round(float(grad_of(W)[1, 0]), 6)
        ('W[1,0]', 0.136219)
    """
    if isinstance(data, np.ma.MaskedArray):
        raise TypeError(refusals.MASKED)
    try:
        given = np.asarray(data)
    except ValueError as error:
        raise ValueError(f"the rows of {label or 'an array'} must have one length: {error}") from None
    values = np.empty(given.shape, dtype=object)
    for position, number in np.ndenumerate(given):
        if isinstance(number, Value):
            values[position] = number
        else:
            values[position] = Value(number, f"{label}[{','.join(map(str, position))}]" if label else "")
    return values.view(ValueArray)


def data_of(values: Any) -> NDArray[np.float64]:
    """The numbers of an array (or nested list) of Values and numbers, as a float array of the same shape.

    Inside a function that is recorded or differentiated, these numbers may only be printed and compared.

    Example:
        >>> data_of([Value(1.0), Value(2.0) * 3, 5])
        array([1., 6., 5.])
    """
    return _numbers(values, lambda element: element.data if isinstance(element, Value) else float(element))


def grad_of(values: Any) -> NDArray[np.float64]:
    """The gradients after `backward()`, as a float array of the same shape; 0 for a plain number.

    Example:
        >>> x = array([3.0, -1.0])
        >>> (x @ x).backward()
        >>> grad_of(x)
        array([ 6., -2.])
    """
    return _numbers(values, lambda element: element.grad if isinstance(element, Value) else 0.0)


def _numbers(values: Any, number: Callable[[Any], Any]) -> NDArray[np.float64]:
    elements = np.asarray(values, dtype=object)
    numbers = [number(element) for element in elements.ravel().tolist()]
    plain = all(isinstance(number, float) for number in numbers)
    result = np.empty(len(numbers), np.float64 if plain else object)  # as objects: readings, while somebody records
    result[:] = numbers
    return result.reshape(elements.shape)
