"""`record` and `Program`: a function of Values that runs over batches of numbers."""

from __future__ import annotations

import math
import os
import zlib
from collections.abc import Callable, Sequence
from itertools import accumulate, pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tinygrad_notes.refusals import counted
from tinygrad_notes.replay.branches import Branch, Branches
from tinygrad_notes.replay.describe import describe
from tinygrad_notes.replay.executors import Executor, executor_named
from tinygrad_notes.replay.on_batch import OnBatch, of_all_samples
from tinygrad_notes.replay.recording import leaves_of, numbers_of, run_on_values
from tinygrad_notes.value import Value

Array = NDArray[np.float64]
REDUCTIONS = ("mean", "sum")


def record(
    function: Callable[..., Any],
    *example_inputs: Any,
    parameters: Sequence[Value] = (),
    executor: str | Executor = "numpy",
    max_branches: int = 64,
) -> Program:
    """Run `function` once on Values and keep its graph, to be run over batches.

    Args:
        function: takes one argument for each example and returns a Value, or a list or array of Values. It must compute
            with what it is given: a number read from `.data` may be shown and compared, and nothing else.
        example_inputs: one sample: a number, a list or an array each. An array arrives as an object array.
        parameters: which Values come first among the program's parameters, in this order. Leaves that the function
            uses and has not made itself follow them, in the order in which the recorder comes across them, which is not
            that of `network.parameters()`: write `parameters=network.parameters()` to tell gradients apart.
        executor: "numpy", "numba" (extra `fast`), "jax" (extra `jax`) or "auto", or an executor itself.
        max_branches: how many ways through the function's comparisons may be recorded.

    Raises:
        TypeError: an example is not made of real numbers, a parameter is no Value, or the function does not return
            Values.
        ValueError: the result depends on no input, or a parameter is computed or given twice.

    Example:
        >>> from tinygrad_notes import Value
        >>> w = Value(2.0)
        >>> program = record(lambda x: (w * x - 1) ** 2, 3.0)
        >>> program([0.0, 1.0, 2.0])
        array([1., 1., 9.])
        >>> program.value_and_gradients([0.0, 1.0, 2.0])
        (3.6666666666666665, array([4.66666667]))
    """
    if not example_inputs:
        raise ValueError("record needs an example of each input: record(function, x, …)")
    if not callable(function):
        raise TypeError(f"record takes a function and examples of its inputs, not {type(function).__name__}")
    shapes = tuple(numbers_of(example, position).shape for position, example in enumerate(example_inputs))
    found = leaves_of(parameters)
    kinds = [isinstance(example, np.ndarray) for example in example_inputs]

    def run(numbers: Sequence[Array]) -> tuple[Branch, tuple[int, ...]]:
        shaped = [number.reshape(shape) for number, shape in zip(numbers, shapes)]
        arguments = [number if kind else number.tolist() for number, kind in zip(shaped, kinds)]
        graph, shape = run_on_values(function, arguments, found)
        return Branch(graph), shape

    first, output_shape = run([numbers_of(example, position) for position, example in enumerate(example_inputs)])
    if not first.depends_on_inputs():
        raise ValueError(
            "the recorded result does not depend on any input, so every sample would give the same number: "
            "compute with the function's arguments (and not with their .data)"
        )
    branches = Branches([first], found, run, output_shape, max_branches)
    return Program(shapes, output_shape, branches, executor)


class Program:
    """A recorded function: call it on a batch, or ask for values and gradients. Made by `record` or `load`.

    Attributes:
        parameters: the Values whose numbers the program reads at every call: those given to `record`, in that order,
            then the others. Gradients stand in the same order.
        input_shapes: the shape of one sample of each input.
        output_shape: the shape of one sample's result.
    """

    def __init__(
        self,
        input_shapes: tuple[tuple[int, ...], ...],
        output_shape: tuple[int, ...],
        branches: Branches,
        executor: str | Executor = "numpy",
    ) -> None:
        self.input_shapes = input_shapes
        self.output_shape = output_shape
        self.branches = branches
        self.parameters = branches.parameters
        self._executor = executor_named(executor)
        self._sizes = [math.prod(shape) for shape in input_shapes]
        self._cuts = [0, *accumulate(self._sizes)]
        self._derivatives: dict[tuple[int, bool], Any] = {}

    def __call__(self, *inputs: ArrayLike, parameters: ArrayLike | None = None) -> Array:
        """The results for a batch, of shape (samples, *output_shape).

        Args:
            inputs: of shape (samples, *input_shape) each; real numbers of any type.
            parameters: numbers to use instead of those in `self.parameters`, of shape (parameters,). Fewer are those of
                the first; the others keep their own. While a further branch is recorded, `self.parameters` hold them.

        Raises:
            ValueError: wrong number of inputs or parameters, or wrong shapes.
            TypeError: inputs or parameters that are not real numbers.
            BranchError: samples go more ways through the function than may be recorded.
        """
        arrays, samples = self._batch(inputs)
        return self._values(arrays, samples, self._given(parameters)).reshape(samples, *self.output_shape)

    def _values(self, arrays: list[Array], samples: int, given: Array | None) -> Array:
        parts, numbers = self.branches.split(self._executor, arrays, samples, given)
        if isinstance(parts, Branch):
            return self._branch_values(parts, numbers, arrays, samples)
        out = np.empty((samples, math.prod(self.output_shape)))
        for branch, rows in parts:
            out[rows] = self._branch_values(branch, numbers, [array[rows] for array in arrays], len(rows))
        return out

    def _branch_values(self, branch: Branch, numbers: Array, arrays: list[Array], samples: int) -> Array:
        values = branch.values(self._executor, len(numbers))(numbers, arrays, samples)[0]
        return np.broadcast_to(values, (len(values), samples)).T.copy()

    def value_and_gradients(
        self,
        *inputs: ArrayLike,
        reduction: str | None = "mean",
        parameters: ArrayLike | None = None,
        input_gradients: bool = False,
    ) -> tuple[Any, ...]:
        """The result over a batch and its derivatives by the parameters, for a program with one number as result.

        Args:
            inputs: as for calling the program.
            reduction: "mean" or "sum" over the samples, or None for one result and one gradient per sample.
            parameters: as for calling the program.
            input_gradients: also return the derivatives by each input, of that input's shape.

        Returns:
            (value, gradients) or (value, gradients, [by each input]): a float and an array of shape (parameters,), in
            the order of `self.parameters`; with reduction None arrays of shape (samples,) and (samples, parameters).
        """
        self._check_reduction(reduction, None)
        arrays, samples = self._batch(inputs)
        parts, numbers = self.branches.split(self._executor, arrays, samples, self._given(parameters))
        summed = reduction is not None
        if summed:
            self.branches.check_processes(self._executor, parts)

        def of_branch(branch: Branch, arrays: list[Array], samples: int) -> tuple[Array, Array, Array]:
            found = branch.derivatives(self._executor, numbers, arrays, samples, summed, input_gradients)
            values, gradients, by_input = found
            if summed:
                return values[:, 0], gradients[:, 0], by_input.T
            values = np.broadcast_to(values[0], samples).copy()
            return values, np.broadcast_to(gradients, (len(numbers), samples)).T.copy(), by_input.T

        if isinstance(parts, Branch):
            values, gradients, by_input = of_branch(parts, arrays, samples)
        else:
            values = np.zeros(2 if summed else samples)
            gradients = np.zeros(len(numbers) if summed else (samples, len(numbers)))
            by_input = np.zeros((samples, sum(self._sizes) * input_gradients))
            for branch, rows in parts:
                found = of_branch(branch, [array[rows] for array in arrays], len(rows))
                by_input[rows] = found[2]
                if summed:
                    values += found[0]
                    gradients += found[1]
                else:
                    values[rows], gradients[rows] = found[:2]
        value, share = of_all_samples(values, reduction) if reduction else (values, 1.0)
        if share != 1.0:
            gradients *= share
        if not input_gradients:
            return value, gradients
        if len(by_input) != samples:
            by_input = np.broadcast_to(by_input, (samples, by_input.shape[1]))
        by_each = [by_input[:, first:stop] * share for first, stop in pairwise(self._cuts)]
        return value, gradients, [part.reshape(samples, *shape) for part, shape in zip(by_each, self.input_shapes)]

    def on_batch(self, *inputs: ArrayLike, reduction: str = "mean") -> OnBatch:
        """`value_and_gradients` of a batch that stays while the parameters move, as in training on all samples at once.

        Args:
            inputs: as for calling the program. They are read now, and must not change afterwards.
            reduction: "mean" or "sum" over the samples.

        Returns:
            A function, for one thread at a time, from the parameters' numbers, of shape (parameters,), to
            (value, gradients). Where these turn infinite or nan NumPy may warn, unless `numpy.errstate` says otherwise.
            Its `load(*inputs)` takes another batch, of as many samples, in place of this one.

        Example:
            >>> from tinygrad_notes import Value
            >>> u = Value(2.0)
            >>> program = record(lambda x: (u * x - 1) ** 2, 3.0)
            >>> squares, numbers = program.on_batch([0.0, 1.0, 2.0]), program.parameter_numbers()
            >>> for _ in range(20):
            ...     value, gradients = squares(numbers)
            ...     numbers -= 0.2 * gradients
            >>> numbers.round(6)
            array([0.6])
        """
        self._check_reduction(reduction)
        return OnBatch(self, inputs, reduction)

    def jacobian(self, *inputs: ArrayLike, argnum: int = 0, parameters: ArrayLike | None = None) -> Array:
        """The derivatives of the results by one of the inputs, for a batch: (samples, *output_shape, *input_shape).

        Recorded at the first call, as the function was. An entry is 0 where a result does not depend on an input, and
        only the others are computed.

        Args:
            inputs: as for calling the program.
            argnum: which input to differentiate by.
            parameters: as for calling the program.

        Example:
            >>> program = record(lambda x: [x[0] * x[1], x[0] + x[1]], [1.0, 1.0])
            >>> program.jacobian([[3.0, 2.0]])
            array([[[2., 3.],
                    [1., 1.]]])
        """
        found: Array = self._derived(argnum, False, inputs)(inputs, parameters)
        return found.reshape(len(found), *self.output_shape, *self.input_shapes[argnum])

    def hessian(self, *inputs: ArrayLike, argnum: int = 0, parameters: ArrayLike | None = None) -> Array:
        """The second derivatives by one of the inputs, for a batch: (samples, *input_shape, *input_shape).

        Of a program with one number as result; else as `jacobian`.

        Example:
            >>> program = record(lambda x: x[0] ** 2 * x[1], [1.0, 1.0])
            >>> program.hessian([[3.0, 2.0]])
            array([[[4., 6.],
                    [6., 0.]]])
        """
        self._check_reduction(None, None)
        found: Array = self._derived(argnum, True, inputs)(inputs, parameters)
        return found.reshape(len(found), *self.input_shapes[argnum] * 2)

    def _derived(self, argnum: int, second: bool, inputs: Sequence[ArrayLike]) -> Any:
        from tinygrad_notes.replay.derived import Derived

        if not 0 <= argnum < len(self.input_shapes):
            raise ValueError(
                f"argnum is the position of one of {counted(len(self.input_shapes), 'input')}, got {argnum}"
            )
        if (argnum, second) not in self._derivatives:
            arrays, samples = self._batch(inputs)
            example = [array[0] if samples else np.ones(array.shape[1]) for array in arrays]
            self._derivatives[argnum, second] = Derived(self, argnum, second, example)
        return self._derivatives[argnum, second]

    def _check_reduction(self, reduction: str | None, *others: None) -> None:
        if reduction not in (*REDUCTIONS, *others):
            raise ValueError(f"a reduction is one of {', '.join(map(repr, (*REDUCTIONS, *others)))}, not {reduction!r}")
        if self.output_shape:
            raise ValueError(
                f"gradients are those of one number, and this program returns {self.output_shape}: "
                "record a function that returns a single Value, such as a loss"
            )

    # Parameters ---------------------------------------------------------------------------------------

    def parameter_numbers(self) -> Array:
        """The numbers in the parameters' `data`, of shape (parameters,)."""
        return self.branches.numbers()

    def write_parameters(self, numbers: ArrayLike) -> None:
        """Put `numbers`, of shape (parameters,), into the parameters' `data`."""
        array = numbers_of(numbers, "parameters")
        if array.shape != (len(self.parameters),):
            has = counted(len(self.parameters), "parameter")
            raise ValueError(f"this program has {has}, got an array of {array.shape}")
        for parameter, number in zip(self.parameters, array.tolist()):
            parameter.data = number

    def _given(self, numbers: ArrayLike | None) -> Array | None:
        if numbers is None:
            return None
        array = numbers_of(numbers, "parameters")
        if array.ndim != 1 or len(array) > len(self.parameters):
            has = counted(len(self.parameters), "parameter")
            raise ValueError(
                f"this program has {has}, got numbers of shape {array.shape}: give one for each, in one row, in the "
                "order of program.parameters"
            )
        return array

    # Inputs -------------------------------------------------------------------------------------------

    def _batch(self, inputs: Sequence[ArrayLike]) -> tuple[list[Array], int]:
        if len(inputs) != len(self.input_shapes):
            raise ValueError(f"this program takes {counted(len(self.input_shapes), 'input')}, got {len(inputs)}")
        arrays = [numbers_of(array, position) for position, array in enumerate(inputs)]
        samples = len(arrays[0]) if arrays[0].ndim else 0
        if all([array.shape == (samples, *shape) for array, shape in zip(arrays, self.input_shapes)]):  # noqa: C419 (speed)
            return [array.reshape(samples, size) for array, size in zip(arrays, self._sizes)], samples
        for position, (array, shape) in enumerate(zip(arrays, self.input_shapes)):
            if array.shape[1:] != shape or not array.ndim:
                wanted = ", ".join(["samples", *map(str, shape)])
                hint = ""
                if array.shape == shape:
                    hint = ": this is one sample; a batch of one is np.asarray(x)[None]"
                elif array.size == 0:
                    hint = f": an empty batch is np.empty((0, {', '.join(map(str, shape))}))"
                raise ValueError(f"input {position} must have shape ({wanted}), got {array.shape}{hint}")
        raise ValueError(f"all inputs must have the same number of samples, got {[len(array) for array in arrays]}")

    def save(self, path: str | os.PathLike[str], *, overwrite: bool = False) -> Path:
        """Write the program to a plain data file; see `tinygrad_notes.replay.load`."""
        from tinygrad_notes.replay.files import save

        return save(self, path, overwrite=overwrite)

    def fingerprint(self) -> str | None:
        """A number that another recording of the same function has too; None where it depends on the way taken."""
        graph = self.branches.recorded[0].recorded
        return None if graph.guards else f"{zlib.crc32(graph.structure()):08x}"

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickled and copied as it is saved: with new parameters, and without the function it was recorded from."""
        from tinygrad_notes.replay.files import from_bytes, to_bytes

        return from_bytes, (to_bytes(self),)

    def describe(self) -> str:
        """The flat program in words: its nodes, its guards, and the array operations of each level."""
        return describe(self)
