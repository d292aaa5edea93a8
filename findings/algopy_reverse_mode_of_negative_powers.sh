#!/usr/bin/env bash
# Guess: forward and reverse mode of AlgoPy give one gradient, and x ** -2 has that of 1 / x ** 2.
# Seen: in algopy 0.7.2 the gradient of x ** -2 and of x ** -1 is 0 by reverse mode where the exponent is a whole number,
# without a word, and right with -2.0; x ** 3 is right. That of outer(x, x) is another vector by reverse mode: 1, 11 where
# 1.5, 9 is right. Forward mode is right for all of them.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check algopy==0.7.2 numpy==2.4.6 scipy==1.17.1
cat >"$folder/expected" <<'END'
algopy 0.7.2
x ** -2: [-0.25, -16.0] [0.0, 0.0] [-0.25, -16.0]
x ** -2.0: [-0.25, -16.0] [-0.25, -16.0] [-0.25, -16.0]
1 / x ** 2: [-0.25, -16.0] [-0.25, -16.0] [-0.25, -16.0]
x ** -1: [-0.25, -4.0] [0.0, 0.0] [-0.25, -4.0]
x ** 3: [12.0, 0.75] [12.0, 0.75] [12.0, 0.75]
outer(x, x): [1.5, 9.0] [1.0, 11.0] [1.5, 9.0]
END
"$folder/venv/bin/python" -W ignore - >"$folder/printed" <<'END'
from importlib.metadata import version

import algopy
import numpy as np
from algopy import UTPM, CGraph, Function

print("algopy", version("algopy"))
x = np.array([2.0, 0.5])
weights = np.arange(4.0).reshape(2, 2)
for name, f in {
    "x ** -2": lambda x: algopy.sum(x**-2),
    "x ** -2.0": lambda x: algopy.sum(x**-2.0),
    "1 / x ** 2": lambda x: algopy.sum(1 / x**2),
    "x ** -1": lambda x: algopy.sum(x**-1),
    "x ** 3": lambda x: algopy.sum(x**3),
    "outer(x, x)": lambda x: algopy.sum(algopy.outer(x, x) * weights),
}.items():
    forward = UTPM.extract_jacobian(f(UTPM.init_jacobian(x)))
    graph = CGraph()
    variable = Function(x)
    result = f(variable)
    graph.trace_off()
    graph.independentFunctionList, graph.dependentFunctionList = [variable], [result]
    reverse = graph.gradient(x)
    difference = [(f(x + step) - f(x - step)) / 2e-6 for step in 1e-6 * np.eye(2)]
    print(f"{name}:", *(np.round(np.ravel(slopes), 5).tolist() for slopes in (forward, reverse, difference)))
END
cat "$folder/printed"
diff "$folder/expected" "$folder/printed" && echo "as recorded"
