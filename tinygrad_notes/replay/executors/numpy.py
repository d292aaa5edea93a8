"""Running a plan with NumPy: every step is a call or two on views of two buffers that are made once.

For a number of samples the plan is *bound*: buffers are allocated, and each step becomes a call that needs no
arguments. Batches larger than a block are worked in blocks.

A step is as short as NumPy lets it be, for on small batches the calls themselves are most of the time: `out` goes by
position, and matrices multiply by their method `dot`, which takes half as long to begin as `matmul`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import numpy as np

from tinygrad_notes.number_systems import numpy_arrays
from tinygrad_notes.replay.executors.interface import Array, Job, Run, Wanted, Workspace
from tinygrad_notes.replay.executors.memory import Places, aligned, strides
from tinygrad_notes.replay.plan import Index, Rows, Step

Call = Callable[[], Any]
BLOCK_BYTES = 32 * 2**20
"""What the varying buffer may take: more samples than fit are worked in blocks."""


class NumpyRun(Run):
    """A job's plan made ready for NumPy; see `tinygrad_notes.replay.executors`."""

    name = "numpy"

    functions: Any = numpy_arrays
    """The number system that computes the elementwise steps."""

    def __init__(self, job: Job) -> None:
        self.plan = plan = job.plan
        self.places = Places(plan)
        self.block = max(1, BLOCK_BYTES // (8 * max(1, self.places.rows)))

    def workspace(self, samples: int) -> Workspace:
        if samples > self.block:
            return _InBlocks(self, samples)
        return _Bound(self, samples, samples)


class _InBlocks:
    """More samples than one workspace takes: one for whole blocks, one for what is left."""

    def __init__(self, run: NumpyRun, samples: int) -> None:
        plan = run.plan
        self._sums = run.places.uniform[plan.sample_sums]
        self._wanted = plan.outputs, plan.parameter_gradients, plan.input_gradients
        self._samples, self._block = samples, run.block
        self._bound = {size: _Bound(run, size, samples) for size in {run.block, samples % run.block} if size}
        self._inputs: Sequence[Array] = ()

    def load(self, inputs: Sequence[Array]) -> None:
        self._inputs = inputs

    def __call__(self, parameters: Array) -> Wanted:
        parts = []
        sums = np.zeros(len(self._sums))
        for start in range(0, self._samples, self._block):
            stop = min(start + self._block, self._samples)
            bound = self._bound[stop - start]
            bound.load([array[start:stop] for array in self._inputs])
            bound.parameters[...] = parameters
            for call in (*bound.before, *bound.each):
                call()
            sums += bound.uniform[self._sums, 0]
            bound.uniform[self._sums, 0] = sums
            if stop == self._samples:
                for call in bound.after:
                    call()
            parts.append(bound.fetch())
        first, second, third = (_joined(places, found) for places, found in zip(self._wanted, zip(*parts)))
        return first, second, third


def _joined(wanted: Index, parts: Sequence[Array]) -> Array:
    """What the blocks found side by side; where none of it varies, the last block has it for all samples."""
    return np.concatenate(parts, 1) if (wanted >= 0).any() else parts[-1]


class _Bound:
    """Buffers for a number of samples, and the plan's steps as calls on views of them."""

    def __init__(self, run: NumpyRun, samples: int, all_samples: int) -> None:
        self.plan = plan = run.plan
        self.samples, self._places, self._functions = samples, run.places, run.functions
        self.uniform = aligned(run.places.numbers, 1)
        self.varying = aligned(run.places.rows, samples)
        self.uniform[plan.number_slots, 0] = plan.numbers
        if plan.samples_slot >= 0:
            self.uniform[plan.samples_slot, 0] = all_samples
        self._uniforms = self.uniform[:, 0]
        self.parameters = self.uniform[: plan.parameters, 0]
        self._has_products = any(step.name == "matrix_product" for step in plan.each)
        most = max((rows.slots.size for step in plan.each for rows in step.operands), default=0) * samples
        most = max([most, *(rows.slots.size for step in (*plan.before, *plan.after) for rows in step.operands)])
        self._copies = [np.empty(most) for _ in range(4)]  # pages that are never touched cost nothing
        self._views: dict[Any, Array] = {}  # in place NumPy begins sooner where operand and result are one object
        self.before, self.each, self.after = (
            [call for step in steps for call in self._calls(step)] for steps in (plan.before, plan.each, plan.after)
        )
        self._all = [*self.before, *self.each, *self.after]
        self._fetches = [
            self._fetch(places) for places in (plan.outputs, plan.parameter_gradients, plan.input_gradients)
        ]

    def load(self, inputs: Sequence[Array]) -> None:
        start = 0  # inputs are in the first rows, which nothing writes over
        for array in inputs:
            stop = start + array.shape[1]
            self.varying[start:stop] = array.T
            start = stop

    def __call__(self, parameters: Array) -> Wanted:
        self.parameters[...] = parameters
        for call in self._all:
            call()
        return self.fetch()

    def fetch(self) -> Wanted:
        first, second, third = self._fetches
        return first(), second(), third()

    def _fetch(self, wanted: Index) -> Callable[[], Array]:
        if not len(wanted):
            nothing = np.empty((0, 1))
            return lambda: nothing
        varying = wanted >= 0
        if varying.any() and not varying.all():

            def mixed() -> Array:
                found = np.empty((len(wanted), self.samples))
                found[varying], found[~varying] = both[0](), both[1]()
                return found

            both = self._fetch(wanted[varying]), self._fetch(wanted[~varying])
            return mixed
        buffer, rows = (self.varying, Rows(True, wanted)) if varying.all() else (self.uniform, Rows(False, -1 - wanted))
        places = self._places.of(rows)
        steps = strides(places)
        if steps is not None:
            return _strided(buffer, int(places[0]), places.shape, steps).copy
        if wanted is self.plan.parameter_gradients and not rows.varying:
            return self._in_order(places)
        return lambda: buffer.take(places, 0)

    def _in_order(self, places: Index) -> Callable[[], Array]:
        """Derivatives by parameters; those out of order are put among the rest, where strides can say both places."""
        start = self.plan.uniform_slots
        in_order = self.uniform[start : start + len(places)]
        away = np.flatnonzero(places != np.arange(start, start + len(places)))
        steps, steps_there = strides(places[away]), strides(away)
        if steps is None or steps_there is None:
            return lambda: self.uniform.take(places, 0)
        found = _strided(self.uniform, int(places[away[0]]), away.shape, steps)
        there = _strided(in_order, int(away[0]), away.shape, steps_there)

        def fetch() -> Array:
            there[...] = found
            return in_order.copy()

        return fetch

    # Steps as calls ---------------------------------------------------------------------------------

    def _calls(self, step: Step) -> list[Call]:
        calls: list[Call] = []
        out = self._view(step.out, calls)
        if step.name in _BUILDERS:
            calls.append(_BUILDERS[step.name](self, step, out, calls))
        else:
            operands = [self._operand(rows, calls, k) for k, rows in enumerate(step.operands)]
            calls.append(partial(getattr(self._functions, step.name), *operands, out))
        return calls

    def _total(self, step: Step, out: Array, calls: list[Call]) -> Call:
        """Sums; beside matrix products as one more of them, which takes a third of the time.

        BLAS may add up the last samples of a batch in another order. Where nothing else is its work, all samples are
        summed term by term, so that each gives the same bits wherever it is among others.
        """
        terms = self._view(step.operands[0], calls)
        if len(terms) == 1 and self._has_products:
            return _product(np.ones((1, terms.shape[1])), terms[0], out)
        return partial(np.add.reduce, terms, 1, None, out)

    def _largest(self, step: Step, out: Array, calls: list[Call]) -> Call:
        terms = self._view(step.operands[0], calls)
        if terms.strides[1] < 0:  # NumPy 2.0 and 2.1 give a wrong largest of rows that lie backwards
            terms = terms[:, ::-1]
        return partial(np.maximum.reduce, terms, 1, None, out)

    def _dot(self, step: Step, out: Array, calls: list[Call]) -> Call:
        left, right = (self._view(rows, calls, k) for k, rows in enumerate(step.operands))
        product = self._scratch(np.broadcast_shapes(left.shape, right.shape), 2)
        calls.append(partial(np.multiply, left, right, product))
        return partial(np.add.reduce, product, 1, None, out)

    def _matrix_product(self, step: Step, out: Array, calls: list[Call]) -> Call:
        weights = self._view(step.operands[0], calls)[..., 0]
        inputs = self._view(step.operands[1], calls, 1)
        if len(inputs) == 1:
            return _product(weights, inputs[0], out[0])
        return partial(np.matmul, weights, inputs, out)

    def _sample_sum(self, step: Step, out: Array, calls: list[Call]) -> Call:
        terms = self._view(step.operands[0], calls)
        if terms.shape[1] == 1:
            return _product(terms[:, 0], np.ones((self.samples, 1)), out)
        return partial(np.add.reduce, terms, (1, 2), None, out[:, 0])

    def _sample_dot(self, step: Step, out: Array, calls: list[Call]) -> Call:
        left, right = (self._view(rows, calls, k) for k, rows in enumerate(step.operands))
        if left.shape[1] == 1:
            return partial(np.vecdot, left[:, 0], right[:, 0], out[:, 0])
        product = self._scratch(np.broadcast_shapes(left.shape, right.shape), 2)
        calls.append(partial(np.multiply, left, right, product))
        return partial(np.add.reduce, product, (1, 2), None, out[:, 0])

    def _sample_product(self, step: Step, out: Array, calls: list[Call]) -> Call:
        left, right = (self._view(rows, calls, k) for k, rows in enumerate(step.operands))
        if left.shape[1] == 1:
            return _product(left[:, 0], right[:, 0].T, out[..., 0])
        calls.append(partial(np.einsum, "mts,kts->mk", left, right, out=out[..., 0], optimize=True))
        return calls.pop()

    # Views ------------------------------------------------------------------------------------------

    def _scratch(self, shape: tuple[int, ...], which: int) -> Array:
        return self._copies[which][: math.prod(shape)].reshape(shape)

    def _operand(self, rows: Rows, calls: list[Call], which: int) -> Array:
        """As `_view`; but one number for all is an array of no dimension, with which NumPy is fastest."""
        places = self._places.of(rows)
        first = int(places.flat[0])
        if not rows.varying and (places == first).all():
            return self._uniforms[first : first + 1].reshape(())
        return self._view(rows, calls, which)

    def _view(self, rows: Rows, calls: list[Call], which: int = 0) -> Array:
        """The rows as an array of shape (*slots.shape, samples or 1): a view if strides can say it, else a copy."""
        buffer = self.varying if rows.varying else self.uniform
        places = self._places.of(rows)
        steps = strides(places)
        if steps is not None:
            key = (rows.varying, int(places.flat[0]), places.shape, steps)
            if key not in self._views:
                self._views[key] = _strided(buffer, *key[1:])
            return self._views[key]
        copy = self._scratch((*places.shape, buffer.shape[1]), which)
        calls.append(partial(buffer.take, places, 0, copy, "clip"))
        return copy


def _strided(buffer: Array, first: int, shape: tuple[int, ...], steps: tuple[int, ...]) -> Array:
    row, number = buffer.strides
    return np.lib.stride_tricks.as_strided(
        buffer[first:], (*shape, buffer.shape[1]), (*(row * step for step in steps), number)
    )


_BUILDERS: dict[str, Callable[[_Bound, Step, Array, list[Call]], Call]] = {
    "total": _Bound._total,
    "largest": _Bound._largest,
    "dot": _Bound._dot,
    "matrix_product": _Bound._matrix_product,
    "sample_sum": _Bound._sample_sum,
    "sample_dot": _Bound._sample_dot,
    "sample_product": _Bound._sample_product,
}


def _product(left: Array, right: Array, out: Array) -> Call:
    """A matrix product, by the method that begins sooner but writes into one piece only.

    That method scales by a matrix of one number, and by 0 it does not look at what it scales: 0 · nan would be 0.
    """
    if 1 in (left.size, right.size):
        return partial(np.multiply, left, right, out)
    return partial(left.dot, right, out) if out.flags.c_contiguous else partial(np.matmul, left, right, out)
