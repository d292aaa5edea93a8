"""NumPy arrays of Values: a learner's own array code, differentiated without a rewrite.

NumPy calls the method of a ufunc's name on every element of an object array, and a Value has them all. So `@`,
`np.exp`, `np.sum(axis=…, keepdims=…)`, `np.mean`, `np.linalg.norm`, `np.maximum`, `np.where`, broadcasting,
indexing and `.T` work as they stand. What NumPy does outside Python (`np.linalg.inv`, `np.interp`, a cast to
float) raises instead of losing the gradient.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tinygrad_notes.value import Value

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import ArrayLike, NDArray


def array(data: ArrayLike, label: str = "") -> NDArray[np.object_]:
    """An object array with a Value for each number of `data`, labeled W[0,2] where `label` is "W".

    Raises:
        TypeError: `data` holds something that is not a real number, or Values already.
        ValueError: `data` is ragged.

    Example:
        >>> import numpy as np
        >>> W = array([[0.5, -1.0], [2.0, 0.0]], label="W")
        >>> C = np.sum(np.tanh(W @ np.array([1.0, 0.5])) ** 2)
        >>> C.backward()
        >>> W[1, 0].label, round(float(grad_of(W)[1, 0]), 6)
        ('W[1,0]', 0.136219)
    """
    import numpy as np

    try:
        given = np.asarray(data)
    except ValueError as error:
        raise ValueError(f"the rows of {label or 'an array'} must have one length: {error}") from None
    values = np.empty(given.shape, dtype=object)
    for position, number in np.ndenumerate(given):
        values[position] = Value(number, f"{label}[{','.join(map(str, position))}]" if label else "")
    return values


def data_of(values: Any) -> NDArray[np.float64]:
    """The numbers of an array (or nested list) of Values and numbers, as a float array of the same shape.

    Example:
        >>> data_of([Value(1.0), Value(2.0) * 3, 5])
        array([1., 6., 5.])
    """
    return _floats(values, lambda element: element.data if isinstance(element, Value) else float(element))


def grad_of(values: Any) -> NDArray[np.float64]:
    """The gradients that `backward()` left, as a float array of the same shape; 0 for what is no Value.

    Example:
        >>> x = array([3.0, -1.0])
        >>> (x @ x).backward()
        >>> grad_of(x)
        array([ 6., -2.])
    """
    return _floats(values, lambda element: element.grad if isinstance(element, Value) else 0.0)


def _floats(values: Any, number: Any) -> NDArray[np.float64]:
    import numpy as np

    elements = np.asarray(values, dtype=object)
    floats = np.empty(elements.shape)
    for position in np.ndindex(elements.shape):
        floats[position] = number(elements[position])
    return floats
