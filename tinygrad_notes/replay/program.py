"""`Program`: a recorded function of Values that runs over batches of numbers."""

from __future__ import annotations

import io
import os
import zlib
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from tinygrad_notes.exchange.programs import HandedOn
from tinygrad_notes.files import write_file
from tinygrad_notes.refusals import counted
from tinygrad_notes.replay.branches import Branches
from tinygrad_notes.replay.describe import describe
from tinygrad_notes.replay.executors import executor_named
from tinygrad_notes.replay.executors.interface import Array, Executor
from tinygrad_notes.replay.files import read_program, to_bytes
from tinygrad_notes.replay.laid_out import OnBatch, OnSample, share_of_each
from tinygrad_notes.replay.parts import derivatives_of, of_each, values_of
from tinygrad_notes.replay.recording import numbers_of
from tinygrad_notes.replay.signature import Signature

REDUCTIONS = ("mean", "sum")


class Program(HandedOn):
    """A recorded function: call it on a batch, or ask for values and gradients. Made by `record` or `load`.

    Attributes:
        parameters: the Values whose numbers the program reads at every call: first those given to `record`, in that
            order, then all others. Gradients have the same order.
        input_shapes: the shape of one sample of each input.
        output_shape: the shape of one sample's result.
    """

    def __init__(
        self,
        input_shapes: tuple[tuple[int, ...], ...],
        output_shape: tuple[int, ...],
        branches: Branches,
        executor: str | Executor = "auto",
    ) -> None:
        self.input_shapes = input_shapes
        self.output_shape = output_shape
        self.signature = Signature(input_shapes, output_shape)
        self.branches = branches
        self.parameters = branches.parameters
        self._executor = executor_named(executor)
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
            BranchError: samples take more paths through the function than may be recorded.
        """
        arrays, samples = self.signature.batch(inputs)
        values = values_of(self.branches, self._executor, arrays, samples, self.branches.given(parameters))
        return values.T.reshape(samples, *self.output_shape)

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
        if reduction is not None or self.output_shape:
            self._check_reduction(reduction, None)
        arrays, samples = self.signature.batch(inputs)
        given = self.branches.given(parameters)
        values, gradients, by_input = derivatives_of(
            self.branches, self._executor, arrays, samples, given, reduction is not None, input_gradients
        )
        value: Any
        if reduction is None:
            value, gradients, share = of_each(values, samples)[0], of_each(gradients, samples).T, 1.0
        else:
            total, count = values[:, 0].tolist()
            share = share_of_each(count, reduction)
            value, gradients = total * share, gradients[:, 0]
        if share != 1.0:
            gradients, by_input = gradients * share, by_input * share
        if not input_gradients:
            return value, gradients
        return value, gradients, self.signature.apart(of_each(by_input, samples).T)

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
            >>> from tinygrad_notes import Value, record
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

    def on_sample(self, parameters: ArrayLike | None = None) -> OnSample:
        """The program for one sample after another, as in a solver or a simulation, with as little around it as can be.

        Args:
            parameters: as for calling the program. They are read now, and stay.

        Returns:
            A function, for one thread at a time, from the inputs of one sample to its result: a float, or an array of
            `output_shape`. Its `value_and_gradients(*inputs)` gives (value, by the parameters, [by each input]).

        Example:
            >>> from tinygrad_notes import record
            >>> energy = record(lambda x: x[0] ** 2 * x[1], [1.0, 1.0]).on_sample()
            >>> energy([3.0, 2.0])
            18.0
            >>> energy.value_and_gradients([3.0, 2.0])
            (18.0, array([], dtype=float64), [array([12.,  9.])])
        """
        return OnSample(self, parameters)

    def executor_for(self, samples: int = 1) -> str:
        """What works a batch of so many samples: "python", "numpy", "numba", "jax", or the class given to `record`.

        With "auto", the default, plain Python works up to three samples of a function that is no network, and NumPy
        larger batches. From 64 nodes on Numba's loops work both, where they are installed and compiled already.
        `executor="numba"` compiles them, which takes 20 s, once on a machine.

        Example:
            >>> from tinygrad_notes import record
            >>> record(lambda x: x * x, 1.0).executor_for(1000)
            'numpy'
        """
        branch, parameters = self.branches.recorded[0], len(self.parameters)
        pool = branch.values if self.output_shape else partial(branch.gradients, summed=True, by_input=False)
        run = pool(self._executor, parameters).run.for_samples(samples)
        return run.name or type(run).__name__

    def jacobian(self, *inputs: ArrayLike, argnum: int = 0, parameters: ArrayLike | None = None) -> Array:
        """The derivatives of the results by one of the inputs, for a batch: (samples, *output_shape, *input_shape).

        Recorded at the first call, as the function was. An entry is 0 where a result does not depend on an input, and
        only the others are computed.

        Args:
            inputs: as for calling the program.
            argnum: which input to differentiate by.
            parameters: as for calling the program.

        Example:
            >>> from tinygrad_notes import record
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
            >>> from tinygrad_notes import record
            >>> program = record(lambda x: x[0] ** 2 * x[1], [1.0, 1.0])
            >>> program.hessian([[3.0, 2.0]])
            array([[[4., 6.],
                    [6., 0.]]])
        """
        self._check_reduction(None, None)
        found: Array = self._derived(argnum, True, inputs)(inputs, parameters)
        return found.reshape(len(found), *self.input_shapes[argnum] * 2)

    def _derived(self, argnum: int, second: bool, inputs: Sequence[ArrayLike]) -> Any:
        from tinygrad_notes.replay.derived import Derived  # few programs are derived

        if not 0 <= argnum < len(self.input_shapes):
            inputs_there = counted(len(self.input_shapes), "input")
            raise ValueError(f"argnum is the position of one of {inputs_there}, got {argnum}")
        if (argnum, second) not in self._derivatives:
            arrays, samples = self.signature.batch(inputs)
            example = [array[0] if samples else np.ones(array.shape[1]) for array in arrays]
            self._derivatives[argnum, second] = Derived(self, argnum, second, example)
        return self._derivatives[argnum, second]

    def _check_reduction(self, reduction: str | None, *others: None) -> None:
        if reduction not in (*REDUCTIONS, *others):
            raise ValueError(f"a reduction is one of {', '.join(map(repr, (*REDUCTIONS, *others)))}, not {reduction!r}")
        if self.output_shape:
            raise ValueError(
                f"a gradient needs one number as result, and this program returns {self.output_shape}: "
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

    def save(self, path: str | os.PathLike[str], *, overwrite: bool = False) -> Path:
        """Write the program and its parameters' numbers to a plain data file, which `replay.load` reads.

        Raises FileExistsError where `path` holds something else and `overwrite` is False.
        """
        return write_file(path, to_bytes(self), overwrite=overwrite)

    def fingerprint(self) -> str | None:
        """A number that another recording of the same function has too; None where it depends on the path taken."""
        graph = self.branches.recorded[0].recorded
        return None if graph.guards else f"{zlib.crc32(graph.structure()):08x}"

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickled and copied as it is saved: with new parameters, and without the function it was recorded from."""
        return _from_bytes, (to_bytes(self),)

    def describe(self) -> str:
        """The flat program in words: its nodes, its guards, and the array operations of each level."""
        return describe(self)


def _from_bytes(content: bytes) -> Program:
    return Program(*read_program(io.BytesIO(content), "this"))
