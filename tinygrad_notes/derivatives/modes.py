"""Derivatives of functions, by the names of autograd and JAX, over numbers, lists and NumPy arrays.

A function is called with Values for the numbers of its arguments, in the same structure: a Value for a float, a list of
Values for a list, an object array of Values for an array. The result has floats in it. It is made of Values if it
depends on other Values as well, such as a parameter that the function closes over, or the argument of an outer
derivative. Values that the function itself makes are constants to it.

A number read from `v.data` has no derivative. It may be shown and compared; in a result it raises TypeError.

Example:
    >>> grad(lambda x: x * grad(lambda y: x + y)(1.0))(2.0)  # d/dx [x · d/dy (x + y)]
    1.0
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, overload

from tinygrad_notes import functions
from tinygrad_notes.derivatives.reverse import directional_derivatives, gradients
from tinygrad_notes.derivatives.rows import jacobian_rows
from tinygrad_notes.derivatives.structures import flatten, is_array, leaves_like, numbers_of, rebuild, rebuilder
from tinygrad_notes.passes import forward_sweep, reverse_sweep, topological_order
from tinygrad_notes.readings import ReadingWatcher
from tinygrad_notes.value import Value, as_value
from tinygrad_notes.watching import watched_by

Function = Callable[..., Any]
Argnums = int | tuple[int, ...]


class Differentiating(ReadingWatcher):
    """Knows the inputs of a function that is being differentiated, and the leaves that it made itself."""

    sees_nodes = False
    remedy = (
        "a number read from v.data has no derivative, and this function is being differentiated: compute with v "
        "itself, or write stop_gradient(v) or v.detach().data where a constant is meant; it may be printed and compared"
    )

    def is_given(self, node: Value) -> bool:
        return node in self.inputs


@contextmanager
def _teaching(argnums: tuple[int, ...]) -> Iterator[None]:
    """If a plain number is asked for a Value's method, say which arguments are Values."""
    try:
        yield
    except AttributeError as error:
        name, is_plain_array = error.name or "", type(error.obj).__name__ == "ndarray"
        if not (isinstance(error.obj, (int, float)) or is_plain_array) or not hasattr(Value, name):
            raise
        lifted, library = " and ".join(map(str, argnums)), "np" if is_plain_array else "functions"
        instead = f"write {library}.{name}(x), which takes both" if hasattr(functions, name) else f"leave .{name} out"
        raise AttributeError(
            f"{error}: only argument {lifted} of the function is made of Values, all others are plain numbers: "
            f"{instead}, or differentiate by more, argnums=(0, 1)"
        ) from None


class Run:
    """One call of a function on Values, and the derivatives that can be read from its graph."""

    def __init__(
        self, f: Function, arguments: Sequence[Any], argnums: tuple[int, ...], keywords: Mapping[str, Any] | None = None
    ) -> None:
        self.lifted = {k: _lifted(arguments[k]) for k in argnums}
        self.inputs: list[Value] = flatten([self.lifted[k] for k in argnums])
        given = [self.lifted.get(k, argument) for k, argument in enumerate(arguments)]
        with watched_by(lambda: Differentiating(self.inputs)) as watcher:
            with _teaching(argnums):
                self.result = f(*given, **(keywords or {}))
            self.outputs = [as_value(leaf) for leaf in flatten(self.result)]
        self.order = topological_order(*self.outputs)
        own = watcher.own_leaves.union(self.inputs)
        self.depends_on_others = any(node.operation is None and node not in own for node in self.order)

    @property
    def value(self) -> Any:
        """What the function returned, as numbers if it depends on nothing but its arguments."""
        return self.result if self.depends_on_others else numbers_of(self.result)

    def backward(self, seeds: Sequence[Any]) -> list[Any]:
        """Σ seed · d(output)/d(input) for every input."""
        if self.depends_on_others or any(isinstance(seed, Value) for seed in seeds):
            return list(gradients(self.outputs, self.inputs, seeds))
        together: dict[Value, float] = {}
        for output, seed in zip(self.outputs, seeds, strict=True):
            if seed:  # an output without weight has no part in it, whatever its slopes
                together[output] = together.get(output, 0.0) + float(seed)
        adjoints = reverse_sweep(self.order, together)
        return [adjoints.get(node, 0.0) for node in self.inputs]

    def forward(self, directions: Sequence[Any]) -> list[Any]:
        """Σ d(output)/d(input) · direction for every output."""
        if self.depends_on_others or any(isinstance(direction, Value) for direction in directions):
            return list(directional_derivatives(self.outputs, self.inputs, directions))
        moving = {node: float(step) for node, step in zip(self.inputs, directions, strict=True) if step}
        tangents = forward_sweep(self.order, moving)  # an input that stays has no part in it, whatever its slopes
        return [tangents.get(node, 0.0) for node in self.outputs]

    def rows(self) -> Sequence[Sequence[Any]]:
        """The Jacobian, one row per output; of Values, by whichever mode needs fewer passes."""
        if not self.depends_on_others:
            return jacobian_rows(self.order, self.inputs, self.outputs).tolist()  # type: ignore[no-any-return]
        if 0 < len(self.inputs) < len(self.outputs):
            columns = [directional_derivatives(self.outputs, [node], [1.0]) for node in self.inputs]
            return list(zip(*columns, strict=True))
        return [gradients(output, self.inputs) for output in self.outputs]


@overload
def grad(f: Function, argnums: int = 0) -> Function: ...
@overload
def grad(f: Function, argnums: tuple[int, ...]) -> Callable[..., tuple[Any, ...]]: ...
def grad(f: Function, argnums: Argnums = 0) -> Function:
    """The gradient of f by the argument(s) `argnums`, as a function. f returns one number.

    The gradient has the structure of the argument, and of an array its precision too: all is computed with 64-bit
    floats, and rounded at the end. For several `argnums` it is a tuple. Keyword arguments are passed on to f.

    Raises TypeError when f returns anything but one number.

    Example:
        >>> grad(lambda x: x[0] ** 2 * x[1])([3.0, 2.0])
        [12.0, 9.0]
    """
    both = value_and_grad(f, argnums)

    @functools.wraps(f, updated=())
    def gradient(*arguments: Any, **keywords: Any) -> Any:
        return both(*arguments, **keywords)[1]

    return gradient


@overload
def value_and_grad(f: Function, argnums: int = 0) -> Callable[..., tuple[Any, Any]]: ...
@overload
def value_and_grad(f: Function, argnums: tuple[int, ...]) -> Callable[..., tuple[Any, tuple[Any, ...]]]: ...
def value_and_grad(f: Function, argnums: Argnums = 0) -> Callable[..., tuple[Any, Any]]:
    """Like `grad`, but it returns (f's result, the gradient) from one run of f.

    Example:
        >>> value_and_grad(lambda x: x ** 2)(3.0)
        (9.0, 6.0)
    """
    _require_function(f, "grad")

    @functools.wraps(f, updated=())
    def both(*arguments: Any, **keywords: Any) -> tuple[Any, Any]:
        chosen = _positions(argnums, arguments)
        run = Run(f, arguments, chosen, keywords)
        if isinstance(run.result, (list, tuple, dict)) or len(run.outputs) != 1:
            raise TypeError(
                f"grad needs a function that returns one number, got {type(run.result).__name__} of "
                f"{len(run.outputs)} numbers: use jacobian(f), or return their sum"
            )
        gradient = rebuild([arguments[k] for k in chosen], run.backward([1.0]))
        return run.value, gradient[0] if isinstance(argnums, int) else tuple(gradient)

    return both


def jacobian(f: Function, argnums: int = 0) -> Function:
    """d(output)/d(input) for every output and input of f, as a function. Both may have any structure.

    For arrays the result has the shape (*output's shape, *input's shape); for lists it is one list per output.
    The graph is walked once for all rows. An entry is 0 if the output does not depend on the input.

    Example:
        >>> jacobian(lambda x: [x[0] * x[1], x[0] + x[1]])([3.0, 2.0])
        [[2.0, 3.0], [1.0, 1.0]]
    """

    _require_function(f, "jacobian")
    if not isinstance(argnums, int):
        raise TypeError(f"jacobian differentiates by one argument at a time, got argnums={argnums!r}: call it for each")

    @functools.wraps(f, updated=())
    def jacobian_at(*arguments: Any, **keywords: Any) -> Any:
        (chosen,) = _positions(argnums, arguments)
        run = Run(f, arguments, (chosen,), keywords)
        given = arguments[chosen]
        row = rebuilder(given)
        if not run.outputs and is_array(run.result) and is_array(given):  # no row says how long it would be
            return row([0.0] * given.size)[:0].reshape(*run.result.shape, *given.shape)
        return rebuild(run.result, list(map(row, run.rows())))

    return jacobian_at


def hessian(f: Function, argnums: int = 0) -> Function:
    """The second derivatives of f, as a function: the Jacobian of the gradient. f returns one number.

    Example:
        >>> hessian(lambda x: x[0] ** 2 * x[1])([3.0, 2.0])
        [[4.0, 6.0], [6.0, 0.0]]
    """
    return jacobian(grad(f, argnums), argnums)


def jvp(f: Function, primals: Sequence[Any], tangents: Sequence[Any]) -> tuple[Any, Any]:
    """(f(*primals), J · tangents): forward mode, the derivative of f along a direction.

    `primals` and `tangents` list one entry per argument of f, of the same structure.

    Raises ValueError if their structures differ.

    Example:
        >>> jvp(lambda x, y: x * y, (2.0, 3.0), (1.0, 10.0))
        (6.0, 23.0)
    """
    _require_function(f, "jvp")
    run = Run(f, one_per_argument(primals, "primals"), tuple(range(len(primals))))
    directions = leaves_like(list(primals), one_per_argument(tangents, "tangents"), "tangents")
    return run.value, rebuild(run.result, run.forward(directions))


def vjp(f: Function, *primals: Any) -> tuple[Any, Callable[[Any], tuple[Any, ...]]]:
    """f(*primals), and the function that takes a cotangent v of its result to (vᵀJ for each argument).

    Raises ValueError if the cotangent has another structure than the result.

    Example:
        >>> value, pull_back = vjp(lambda x, y: [x * y, x + y], 2.0, 3.0)
        >>> value, pull_back([1.0, 10.0])
        ([6.0, 5.0], (13.0, 12.0))
    """
    _require_function(f, "vjp")
    run = Run(f, primals, tuple(range(len(primals))))
    build = rebuilder(primals)

    def pull_back(cotangent: Any) -> tuple[Any, ...]:
        return tuple(build(run.backward(leaves_like(run.result, cotangent, "the cotangent"))))

    return run.value, pull_back


def hvp(f: Function, primals: Sequence[Any], tangents: Sequence[Any]) -> Any:
    """H · tangents for the Hessian H of f, without forming H: forward mode over the gradient.

    One argument gives one result, several give a tuple.

    Example:
        >>> hvp(lambda x: x[0] ** 2 * x[1], ([3.0, 2.0],), ([1.0, 0.0],))
        [4.0, 6.0]
    """
    argnums = tuple(range(len(one_per_argument(primals, "primals"))))
    product = jvp(grad(f, argnums), primals, tangents)[1]
    return product[0] if len(argnums) == 1 else product


def _require_function(f: Any, name: str) -> None:
    if not callable(f):
        raise TypeError(
            f"{name} takes a function, got {type(f).__name__}: "
            "for a graph of Values write y.backward(), or gradients(y, xs)"
        )


def _lifted(argument: Any) -> Any:
    """`argument` with a new Value for every number; a Value in it is replaced by a node of its own."""
    fresh = [functions.identity(leaf) if isinstance(leaf, Value) else Value(leaf) for leaf in flatten(argument)]
    return rebuild(argument, fresh)


def _positions(argnums: Argnums, arguments: tuple[Any, ...]) -> tuple[int, ...]:
    positions = (argnums,) if isinstance(argnums, int) else argnums
    for position in positions:
        if not -len(arguments) <= position < len(arguments):
            raise TypeError(f"cannot differentiate by argument {position}: the function was given {len(arguments)}")
    return tuple(position % len(arguments) for position in positions)


def one_per_argument(arguments: Any, name: str) -> Sequence[Any]:
    """`arguments`; TypeError if they are no list or tuple."""
    if not isinstance(arguments, (list, tuple)):
        raise TypeError(
            f"{name} lists one entry per argument of the function, got {type(arguments).__name__}: "
            f"for a single argument write ({name[:-1]},)"
        )
    return arguments
