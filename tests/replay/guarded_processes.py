"""A function with a comparison, on samples that are shared out over processes, for a test to run apart from this one.

Usage: guarded_processes.py OUTPUT PROCESSES PROCESS PORT
"""

import sys
from pathlib import Path

import jax
import numpy as np

from tinygrad_notes import Value
from tinygrad_notes.replay import BranchError, record
from tinygrad_notes.replay.executors.jax import JaxRun  # noqa: F401 (first touches JAX before its runtime starts)


def main() -> None:
    processes, process, port = map(int, sys.argv[2:])
    jax.distributed.initialize(f"127.0.0.1:{port}", processes, process)
    w = Value(3.0)
    program = record(lambda x: w * x if x > 0 else -x, 1.0, parameters=[w], executor="jax")
    found = []
    for X in ([[1.0, 2.0], [3.0, 4.0]], [[1.0, 2.0], [-3.0, -4.0]], [[1.0, -2.0], [1.0, -2.0]], [[-1.0], [-2.0]]):
        try:
            value, gradients = program.value_and_gradients(np.array(X[process]), reduction="sum")
            found.append(f"{value} {gradients.tolist()}")
        except BranchError as error:
            found.append(str(error))
    Path(sys.argv[1]).write_text("\n".join(found))


if __name__ == "__main__":
    main()
