"""Running a plan with JAX: compiled by XLA for CPU, GPU or TPU, and shared out over devices, processes and hosts.

The samples of a batch are spread over a mesh of devices and the parameters copied to each; sums over the samples then
become JAX's own collective sums. With several processes (`jax.distributed.initialize`) each gives the program its
share of the samples, as many as every other, and gets the values of these; sums and means over samples, and so
gradients by parameters, are those of all the samples. A function with comparisons has to take the same branch on all
of them then; a `BranchError` says where it does not.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax.experimental import multihost_utils
from jax.sharding import Mesh, NamedSharding, PartitionSpec

from tinygrad_notes.number_systems import jax_arrays
from tinygrad_notes.replay.executors.interface import Array, Job, Run, Wanted, Workspace
from tinygrad_notes.replay.executors.numpy import NumpyRun
from tinygrad_notes.replay.executors.pieces import OVER_TERMS, Buffers
from tinygrad_notes.replay.plan import Index, Plan

SAMPLES = "samples"


class JaxRun(Run):
    """A job's plan made ready for JAX; see `tinygrad_notes.replay.executors`.

    Args:
        job: what to do.
        devices: the devices to share the samples out over; all that JAX has, where none are given. As an executor for
            some of them: `functools.partial(JaxRun, devices=jax.devices()[:2])`.
    """

    name = "jax"

    def __init__(self, job: Job, devices: Sequence[Any] | None = None) -> None:
        self._job, self.plan = job, job.plan
        mesh = Mesh(np.array(devices or jax.devices()), (SAMPLES,))
        self._by_sample = NamedSharding(mesh, PartitionSpec(SAMPLES))
        self._everywhere = NamedSharding(mesh, PartitionSpec())
        by_column = NamedSharding(mesh, PartitionSpec(None, SAMPLES))
        self.shares = len(mesh.local_devices)
        out = tuple(
            by_column if (places >= 0).any() else self._everywhere
            for places in (self.plan.outputs, self.plan.parameter_gradients, self.plan.input_gradients)
        )
        self.compiled = jax.jit(functools.partial(_work, self.plan), static_argnames="masked", out_shardings=out)

    def workspace(self, samples: int) -> Workspace:
        if not samples:  # XLA would refuse to share out nothing
            return NumpyRun(self._job).workspace(0)
        return _OnDevices(self, samples)

    def of_all_processes(self, number: int) -> list[int]:
        if jax.process_count() == 1:
            return [number]
        return list(map(int, multihost_utils.process_allgather(np.array([number], np.uint32)).ravel()))

    def copied(self, numbers: Array) -> Any:
        """The same numbers on every device. `device_put` would first ask all other processes whether they agree."""
        return jax.make_array_from_process_local_data(self._everywhere, numbers)

    def shared_out(self, numbers: Any) -> Any:
        """Each device's samples on that device."""
        return jax.make_array_from_process_local_data(self._by_sample, numbers)


class _OnDevices:
    """Samples that stay on the devices while the parameters move."""

    def __init__(self, run: JaxRun, samples: int) -> None:
        self._run, self._samples = run, samples
        self._missing = -samples % run.shares
        self._data: tuple[Any, ...] = ()

    def load(self, inputs: Sequence[Array]) -> None:
        """Put on the devices the samples, which of them count, and how many do in all processes."""
        run, samples = self._run, self._samples
        X = np.concatenate(inputs, 1)
        if self._missing:  # every device gets as many samples: the last is repeated, and left out of the sums
            X = np.concatenate([X, np.repeat(X[-1:], self._missing, 0)])
        mask = np.arange(len(X)) < samples
        with jax.enable_x64(True):
            count = run.copied(np.array(samples * jax.process_count(), float))
            self._data = run.shared_out(X), run.shared_out(mask), count

    def __call__(self, parameters: Array) -> Wanted:
        with jax.enable_x64(True):
            numbers = self._run.copied(np.asarray(parameters))
            arrays = map(_local, self._run.compiled(numbers, *self._data, masked=self._missing > 0))
            first, second, third = (array[:, : self._samples] if array.shape[1] > 1 else array for array in arrays)
        return first, second, third


def _local(array: Any) -> Array:
    """This process's columns of an array; all of it where it is the same everywhere."""
    if array.is_fully_addressable or array.is_fully_replicated:
        return np.array(array)  # a copy, for JAX's own numbers are read-only
    shards = sorted(array.addressable_shards, key=lambda shard: shard.index[1].start or 0)
    return np.concatenate([np.asarray(shard.data) for shard in shards], axis=1)


def _work(plan: Plan, parameters: Any, X: Any, mask: Any, samples: Any, *, masked: bool) -> tuple[Any, Any, Any]:
    """The whole plan, as JAX traces it."""
    buffers = Buffers(jnp.concatenate, parameters[:, None], X.T)
    for slot, number in zip(plan.number_slots.tolist(), plan.numbers.tolist()):
        buffers.uniform.put(slot, jnp.full((1, 1), number))
    if plan.samples_slot >= 0:
        buffers.uniform.put(plan.samples_slot, samples.reshape(1, 1))
    functions = OVER_TERMS | _over_samples(mask if masked else True)
    for step in plan.steps:
        function = functions.get(step.name) or getattr(jax_arrays, step.name)
        buffers.put(step.out, function(*map(buffers.rows, step.operands)))
    first, second, third = (
        _wanted(buffers, places, len(X)) for places in (plan.outputs, plan.parameter_gradients, plan.input_gradients)
    )
    return first, second, third


def _wanted(buffers: Buffers, places: Index, samples: int) -> Any:
    varying = places >= 0
    if not len(places):
        return jnp.zeros((0, 1))
    if varying.all():
        return buffers.varying.rows(places)
    if not varying.any():
        return buffers.uniform.rows(-1 - places)
    found = jnp.zeros((len(places), samples))
    found = found.at[np.flatnonzero(varying)].set(buffers.varying.rows(places[varying]))
    return found.at[np.flatnonzero(~varying)].set(buffers.uniform.rows(-1 - places[~varying]))


def _over_samples(mask: Any) -> dict[str, Callable[..., Any]]:
    """The steps that sum over samples, those that `mask` counts; True for all, where nothing is left out."""

    def kept(numbers: Any) -> Any:
        return numbers if mask is True else jnp.where(mask, numbers, 0.0)

    return {
        "sample_sum": lambda terms: kept(terms).sum((1, 2))[:, None],
        "sample_dot": lambda left, right: kept(left * right).sum((1, 2))[:, None],
        "sample_product": lambda left, right: jnp.einsum("mts,kts->mk", kept(left), kept(right))[..., None],
    }
