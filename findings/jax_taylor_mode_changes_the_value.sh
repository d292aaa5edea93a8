#!/usr/bin/env bash
# Guess: the first thing that jax.experimental.jet gives back is the function's value, to the last digit, and its terms are
# those of nested grad.
# Seen: in jax 0.10.2, with 64 bits, jet works expm1 as exp(x) - 1, log1p, asinh, atanh and tanh by exponentials or logarithms:
# at 1e-9 seven or eight digits of the value are right, and asinh(-1e7) has three. relu, softplus and logaddexp end in an
# "unexpected tracer" error that blames a side effect, though maximum(x, 0) goes through.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check jax==0.10.2 jaxlib==0.10.2 numpy==2.4.6
cat >"$folder/expected" <<'END'
jax 0.10.2
expm1(1e-09): jet 1.0000001e-09, function 1.0000000e-09
log1p(1e-09): jet 1.0000001e-09, function 1.0000000e-09
tanh(1e-09): jet 1.0000001e-09, function 1.0000000e-09
arctanh(1e-09): jet 1.0000001e-09, function 1.0000000e-09
arcsinh(-10000000.0): jet -1.6805431e+01, function -1.6811243e+01
arcsinh(10000000.0): jet 1.6811243e+01, function 1.6811243e+01
relu: UnexpectedTracerError
maximum(x, 0): 0.5
END
"$folder/venv/bin/python" -W ignore - >"$folder/printed" <<'END'
import os

os.environ["JAX_PLATFORMS"] = "cpu"
import jax
import jax.numpy as jnp
from jax.experimental.jet import jet

jax.config.update("jax_enable_x64", True)
print("jax", jax.__version__)
for name, x in (("expm1", 1e-9), ("log1p", 1e-9), ("tanh", 1e-9), ("arctanh", 1e-9), ("arcsinh", -1e7), ("arcsinh", 1e7)):
    function = getattr(jnp, name)
    value, _ = jet(function, (x,), ((1.0, 0.0),))
    print(f"{name}({x}): jet {float(value):.7e}, function {float(function(x)):.7e}")
for name, function in (("relu", jax.nn.relu), ("maximum(x, 0)", lambda x: jnp.maximum(x, 0.0))):
    try:
        print(f"{name}: {float(jet(function, (0.5,), ((1.0, 0.0),))[0])}")
    except Exception as error:
        print(f"{name}: {type(error).__name__}")
END
cat "$folder/printed"
diff "$folder/expected" "$folder/printed" && echo "as recorded"
