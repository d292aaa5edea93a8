"""How a program is made: `record` makes one from a function of Values, `load` from a file."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from tinygrad_notes.replay.branches import Branch, Branches
from tinygrad_notes.replay.executors.interface import Array, Executor
from tinygrad_notes.replay.files import read_program
from tinygrad_notes.replay.program import Program
from tinygrad_notes.replay.recording import leaves_of, numbers_of, run_on_values
from tinygrad_notes.value import Value


def record(
    function: Callable[..., Any],
    *example_inputs: Any,
    parameters: Sequence[Value] = (),
    executor: str | Executor = "auto",
    max_branches: int = 64,
) -> Program:
    """Run `function` once on Values and keep its graph, to be run over batches.

    Args:
        function: takes one argument for each example and returns a Value, or a list or array of Values. It must compute
            with its arguments: a number from `.data` may only be printed and compared, not read back from text.
        example_inputs: one sample: a number, a list or an array each. An array arrives as an object array.
        parameters: the first of the program's parameters, in this order. All other leaves that the function uses, and
            did not make itself, come after them, in the order of the recording. That differs from
            `network.parameters()`: write `parameters=network.parameters()` to know which gradient is which.
        executor: "python", "numpy", "numba" (extra `fast`), "jax" (extra `jax`), or an executor itself; "auto" is the
            fastest of the first three that pays off, without waiting for Numba to compile: see `executor_for`.
        max_branches: how many branches of the function may be recorded.

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

    def run(numbers: Sequence[Array], guards_all: bool = False) -> tuple[Branch, tuple[int, ...]]:
        shaped = [number.reshape(shape) for number, shape in zip(numbers, shapes)]
        arguments = [number if kind else number.tolist() for number, kind in zip(shaped, kinds)]
        graph, shape = run_on_values(function, arguments, found, guards_all)
        return Branch(graph), shape

    first, output_shape = run([numbers_of(example, position) for position, example in enumerate(example_inputs)])
    if not first.depends_on_inputs():
        raise ValueError(
            "the recorded result does not depend on any input, so every sample would give the same number: "
            "compute with the function's arguments (and not with their .data)"
        )
    branches = Branches([first], found, run, output_shape, max_branches)
    return Program(shapes, output_shape, branches, executor)


def load(path: str | os.PathLike[str], *, executor: str | Executor = "auto") -> Program:
    """The program saved at `path`; its parameters are new Values.

    Raises:
        ProgramFileError: the file is no program, is damaged, or uses an operation that the table lacks.

    Example:
        >>> import tempfile
        >>> from pathlib import Path
        >>> folder = tempfile.TemporaryDirectory()
        >>> path = record(lambda x: x * Value(3.0), 1.0).save(Path(folder.name) / "triple.npz")
        >>> load(path)([1.0, 2.0])
        array([3., 6.])
        >>> folder.cleanup()
    """
    return Program(*read_program(path, str(path)), executor)
