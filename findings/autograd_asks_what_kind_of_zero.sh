#!/usr/bin/env bash
# Guess: grad(np.sqrt)(0.0) is inf (or nan): autograd computes with NumPy, which warns about a division by zero
# and goes on.
# Seen: in autograd 1.9.1 the slope of sqrt at Python's 0.0 raises ZeroDivisionError, and at np.float64(0.0) or
# at an array of the same zero it is inf. log and 1/x give an infinity for all three, since they divide with
# NumPy's functions; sqrt and powers raise the number that was handed in to a negative power, by its own type's
# rule.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check autograd==1.9.1 numpy==2.4.6
cat >"$folder/expected" <<'END'
autograd 1.9.1
sqrt(x) at a float 0: ZeroDivisionError: 0.0 cannot be raised to a negative power
sqrt(x) at a float64 0: inf
sqrt(x) at a ndarray 0: inf
x**0.5 at a float 0: ZeroDivisionError: 0.0 cannot be raised to a negative power
x**0.5 at a float64 0: inf
x**0.5 at a ndarray 0: inf
log(x) at a float 0: inf
log(x) at a float64 0: inf
log(x) at a ndarray 0: inf
1/x at a float 0: -inf
1/x at a float64 0: -inf
1/x at a ndarray 0: -inf
END
"$folder/venv/bin/python" - >"$folder/printed" <<'END'
import warnings
from importlib.metadata import version

import autograd.numpy as np
import numpy
from autograd import grad

warnings.simplefilter("ignore")
print("autograd", version("autograd"))
for name, f in (("sqrt(x)", np.sqrt), ("x**0.5", lambda x: x**0.5), ("log(x)", np.log), ("1/x", lambda x: 1 / x)):
    for zero in (0.0, numpy.float64(0.0), numpy.zeros(())):
        try:
            slope = str(grad(f)(zero))
        except ZeroDivisionError as error:
            slope = f"ZeroDivisionError: {error}"
        print(f"{name} at a {type(zero).__name__} 0: {slope}")
END
cat "$folder/printed"
diff "$folder/expected" "$folder/printed" && echo "as recorded"
