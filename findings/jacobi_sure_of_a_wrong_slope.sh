#!/usr/bin/env bash
# Guess: jacobi gives each derivative with an error estimate. For sin(30 x) at 1, which is smooth everywhere, the slope is
# right, or the estimate says that it is not.
# Seen: jacobi 0.9.2 says -0.64 ± 0.06 where the slope is 4.63. Its first step is a quarter, more than a wave is long; it
# ends as soon as a shorter step does not improve the estimate. For sin(10 x) all digits are right, and with a first step
# of a hundredth those of sin(30 x) too.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check jacobi==0.9.2 numpy==2.4.6
cat >"$folder/expected" <<'END'
jacobi 0.9.2, numpy 2.4.6
sin(10 x) at 1: slope -8.3907, error below 1e-10, exact -8.3907
sin(30 x) at 1: slope -0.6420, error 0.06, exact 4.6275
sin(30 x) at 1, step=(0.01, 0.5): slope 4.6275, error below 1e-10, exact 4.6275
sin(100 x) at 1: slope -0.6100, error 0.12, exact 86.2319
END
"$folder/venv/bin/python" - >"$folder/printed" <<'END'
import importlib.metadata
import math

import numpy as np
from jacobi import jacobi

print(f"jacobi {importlib.metadata.version('jacobi')}, numpy {np.__version__}")
for factor, options in ((10, {}), (30, {}), (30, {"step": (0.01, 0.5)}), (100, {})):
    slope, error = jacobi(lambda x: np.sin(factor * x), 1.0, **options)
    told = "".join(f", {name}={value}" for name, value in options.items())
    exact = factor * math.cos(factor)
    estimate = "below 1e-10" if error < 1e-10 else f"{error:.2f}"
    print(f"sin({factor} x) at 1{told}: slope {slope:.4f}, error {estimate}, exact {exact:.4f}")
END
cat "$folder/printed"
diff "$folder/expected" "$folder/printed" && echo "as recorded"
