"""The JAX executor over 1, 2, 4 and 8 devices, and over two processes on this machine.

    python benchmarks/replay_devices.py [--no-processes]

It runs on whatever devices JAX sees; without a GPU, on eight virtual CPU devices.
Gradients are checked to equal those of NumPy to rounding. Virtual devices share this machine's cores, so that what they
show is the overhead of sharing out; real scaling needs real devices.
"""

from __future__ import annotations

import argparse
import os
import socket
import subprocess
import sys
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from harness import machine, paired_medians, table, with_peers

with_peers("jax")
if not any(Path("/dev").glob("nvidia[0-9]*")):
    os.environ.setdefault("XLA_FLAGS", "--xla_force_host_platform_device_count=8")

import jax
import numpy as np

from tinygrad_notes import MLP
from tinygrad_notes.replay import record
from tinygrad_notes.replay.executors.jax import JaxRun

SAMPLES = 8192


def task():
    network = MLP(32, [128, 128, 1], activation=["tanh", "tanh", "linear"], seed=1)
    X, y = np.random.default_rng(0).normal(size=(SAMPLES, 33)), None
    X, y = X[:, :32], X[:, 32]

    def loss(x, target):
        return (network(x) - target) ** 2

    return loss, network.parameters(), X, y


def gradients(program, parameters, X, y):
    return program.value_and_gradients(X, y, parameters=parameters)


def over_devices(rounds: int) -> None:
    loss, values, X, y = task()
    devices = jax.devices()
    counts = [count for count in (1, 2, 4, 8) if count <= len(devices)]
    programs = {
        f"{count} × {devices[0].device_kind}": record(
            loss, X[0], y[0], parameters=values, executor=partial(JaxRun, devices=devices[:count])
        )
        for count in counts
    }
    programs["NumPy, this machine's cores"] = record(loss, X[0], y[0], parameters=values)
    theta = np.array([value.data for value in values])
    expected = gradients(programs["NumPy, this machine's cores"], theta, X, y)[1]
    differences = {
        name: np.abs(gradients(program, theta, X, y)[1] - expected).max() / np.abs(expected).max()
        for name, program in programs.items()
    }
    assert max(differences.values()) < 1e-10, differences
    seconds = paired_medians(
        {name: partial(gradients, program, theta, X, y) for name, program in programs.items()}, rounds
    )
    one = next(iter(seconds.values()))
    print(f"\nMLP 32-128-128-1, batch {SAMPLES:,}, value and gradients\n")
    rows = [
        [name, f"{time * 1e3:.1f} ms", f"{one / time:.2f}×", f"{differences[name]:.1e}"]
        for name, time in seconds.items()
    ]
    print(table(["", "a batch", "one device / this", "relative difference from NumPy"], rows), flush=True)


def of_one_process(processes: int, process: int, port: int, rounds: int) -> None:
    """What each of the processes does; the first one tells."""
    if processes > 1:
        jax.distributed.initialize(f"127.0.0.1:{port}", processes, process)
    loss, values, X, y = task()
    theta = np.array([value.data for value in values])
    program = record(loss, X[0], y[0], parameters=values, executor="jax")
    share = slice(SAMPLES * process // processes, SAMPLES * (process + 1) // processes)
    value, found = gradients(program, theta, X[share], y[share])
    time = paired_medians({"": partial(gradients, program, theta, X[share], y[share])}, rounds)[""]
    if process == 0:
        whole, expected = gradients(record(loss, X[0], y[0], parameters=values), theta, X, y)
        difference = np.abs(found - expected).max() / np.abs(expected).max()
        assert difference < 1e-10 and abs(value - whole) < 1e-10 * abs(whole)
        print(f"{processes}|{time * 1e3:.1f} ms|{difference:.1e}")


def over_processes(rounds: int) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = os.environ | {"XLA_FLAGS": "--xla_force_host_platform_device_count=1", "JAX_PLATFORMS": "cpu"}
    rows = []
    for processes in (1, 2):
        options = [["--process", str(processes), str(i), str(port), "--rounds", str(rounds)] for i in range(processes)]
        started = [
            subprocess.Popen([sys.executable, __file__, *of_one], env=environment, stdout=subprocess.PIPE, text=True)
            for of_one in options
        ]
        told = [process.communicate(timeout=600)[0] for process in started]
        assert all(process.returncode == 0 for process in started)
        rows.append(told[0].strip().splitlines()[-1].split("|"))
    print("\nProcesses over JAX's distributed runtime on loopback, one CPU device each\n")
    print(table(["processes", "a batch", "relative difference from NumPy"], rows))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--no-processes", action="store_true")
    parser.add_argument("--process", type=int, nargs=3, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.process:
        of_one_process(*arguments.process, arguments.rounds)
    else:
        print(
            machine("numpy", "jax", "jaxlib") + f", JAX devices: {len(jax.devices())} × {jax.devices()[0].device_kind}"
        )
        over_devices(arguments.rounds)
        if not arguments.no_processes:
            over_processes(arguments.rounds)
