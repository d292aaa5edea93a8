#!/usr/bin/env bash
# Guess: forward mode has tanh(800) = 1 with the slope 0, as Rust's own tanh and NumPy's have, and sqrt has the
# slope inf at 0.
# Seen: in num-dual 0.15.1 tanh of a dual number is the quotient of its sinh and cosh: from 711 on the value itself
# is nan, and from about 356 on the slope is nan beside a right value. One saturated neuron makes a network's output
# nan, where the same code with floats has 1. The slopes of sqrt and cbrt at 0 are nan too; that of 1/x is -inf.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check num-dual==0.15.1 numpy==2.4.6
cat >"$folder/expected" <<'END'
num-dual 0.15.1, value and slope
tanh at 350.0: 1.0 0.0
tanh at 400.0: 1.0 nan
tanh at 800.0: nan nan
sqrt at 0.0: 0.0 nan
cbrt at 0.0: 0.0 nan
1/x at 0.0: inf -inf
END
"$folder/venv/bin/python" - >"$folder/printed" <<'END'
from importlib.metadata import version

from num_dual import first_derivative

print("num-dual", version("num-dual") + ", value and slope")
for name, f, x in (
    ("tanh", lambda v: v.tanh(), 350.0),
    ("tanh", lambda v: v.tanh(), 400.0),
    ("tanh", lambda v: v.tanh(), 800.0),
    ("sqrt", lambda v: v.sqrt(), 0.0),
    ("cbrt", lambda v: v.cbrt(), 0.0),
    ("1/x", lambda v: 1 / v, 0.0),
):
    print(f"{name} at {x}:", *first_derivative(f, x))
END
cat "$folder/printed"
diff "$folder/expected" "$folder/printed" && echo "as recorded"
