"""How well handed-on programs agree with the eager engine: C, JAX, PyTorch and ONNX.

Random programs over every row of the table that a target has, and the transformer of the examples: the worst difference
of values, and of derivatives by inputs and parameters, relative to numbers larger than 1.

    python benchmarks/handing_on.py [--programs 200] [--jax-programs 20] [--without torch]
"""

import argparse
import ctypes
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from harness import ROOT, machine, with_peers

WITHOUT = sys.argv[sys.argv.index("--without") + 1] if "--without" in sys.argv else ""
PEERS = [name for name in ("jax", "onnx", "onnxruntime", "torch") if name != WITHOUT]
with_peers(*PEERS)
sys.path[:0] = [str(ROOT / "tests" / "exchange"), str(ROOT / "examples")]

import jax
import numpy as np
import onnxruntime
import transformer
from exchanged import ROWS, Exchanged, worst

from tinygrad_notes import record
from tinygrad_notes.exchange.onnx import _uses
from tinygrad_notes.exchange.onnx_functions import REFUSED

jax.config.update("jax_enable_x64", True)
FLAGS = ["-std=c99", "-O0", "-ffp-contract=off", "-shared", "-fPIC"]


def in_c(compiler):
    def run(program, inputs):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "program.c"
            program.to_c(path)
            subprocess.run([compiler, *FLAGS, path, "-o", f"{path}.so", "-lm"], check=True)
            function = ctypes.CDLL(f"{path}.so").program_derivatives
            arrays = [np.array(x, float).ravel() for x in inputs]
            found = [np.zeros(1), *map(np.zeros_like, arrays), np.zeros(len(program.parameters))]
            pointers = [ctypes.c_void_p(array.ctypes.data) for array in (*arrays, *found)]
            assert function(*pointers[: len(arrays)], None, *pointers[len(arrays) :]) == 0
        return found[0], found[1:-1], found[-1]

    return run


def in_jax(program, inputs):
    f = program.to_jax()
    count = len(inputs)
    both = jax.jit(jax.value_and_grad(lambda *xp: f(*xp[:-1], parameters=xp[-1]), argnums=tuple(range(count + 1))))
    value, slopes = both(*map(np.array, inputs), program.parameter_numbers())
    return value, slopes[:-1], slopes[-1]


def in_torch(program, inputs):
    import torch

    given = [torch.tensor(np.array(x, float), requires_grad=True) for x in (*inputs, program.parameter_numbers())]
    value = program.to_torch()(*given[:-1], parameters=given[-1])
    slopes = torch.autograd.grad(value, given, allow_unused=True, materialize_grads=True)
    return value.detach(), slopes[:-1], slopes[-1]


def in_onnx(program, inputs):
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(program.to_onnx(), options)
    [y] = session.run(None, {f"x{k}": np.array([x], float) for k, x in enumerate(inputs)})
    return y[0], None, None


def difference(found, expected):
    """The worst of the values, and of the derivatives."""
    value, by_inputs, by_parameters = found
    slopes = 0.0
    if by_inputs is not None:
        pairs = [*zip(by_inputs, expected[1]), (by_parameters, expected[2])]
        slopes = max(worst(np.ravel(got), np.ravel(wanted)) for got, wanted in pairs)
    return worst(value, expected[0]), slopes


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--programs", type=int, default=200)
    parser.add_argument("--jax-programs", type=int, default=20, help="XLA takes seconds to compile each")
    parser.add_argument("--without", default="", help="a peer to leave out, such as torch")
    arguments = parser.parse_args()
    targets = {f"C by {name}": in_c(name) for name in ("gcc", "clang") if shutil.which(name)}
    targets |= {"JAX": in_jax, "ONNX (values)": in_onnx} | ({} if WITHOUT == "torch" else {"PyTorch": in_torch})
    held = [row for row in ROWS if not any(_uses(row, function) for function in REFUSED)]
    X, Y = transformer.windows()
    model = transformer.Transformer(seed=1)
    large = record(model.loss, X[0], Y[0], parameters=model.parameters())
    value, by_parameters, by_inputs = large.value_and_gradients([X[3]], [Y[3]], input_gradients=True)
    print(machine("numpy", *PEERS))
    print(f"{'target':15} {'programs':>8} {'values':>9} {'slopes':>9}   transformer: values, slopes, seconds")
    for name, run in targets.items():
        count = arguments.jax_programs if name == "JAX" else arguments.programs
        found = []
        for seed in range(count):
            one = Exchanged(seed, held if name.startswith("ONNX") else None)
            value_, by_x, by_p = one.eagerly()
            found.append(difference(run(one.program, [one.x]), (value_, [by_x], by_p)))
        values, slopes = map(max, zip(*found))
        start = time.process_time()
        of_large = difference(run(large, [X[3], Y[3]]), (value, by_inputs, by_parameters))
        seconds = time.process_time() - start
        told = f"{of_large[0]:9.1e} {of_large[1]:9.1e} {seconds:6.1f}"
        print(f"{name:15} {count:8} {values:9.1e} {slopes:9.1e}   {told}", flush=True)


if __name__ == "__main__":
    main()
