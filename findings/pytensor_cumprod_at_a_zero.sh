#!/usr/bin/env bash
# Guess: the last number of cumprod(v) is prod(v), so both have one gradient; at [2, 0, 3] it is [0, 6, 0].
# Seen: in PyTensor 3.0.7 prod has it: it counts the zeros and divides by none. cumprod divides by its inputs, and
# the gradient is [0, nan, 0]: nan at the one place where the slope is not 0. Neither the graph nor the call warns.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check pytensor==3.0.7
cat >"$folder/expected" <<'END'
pytensor 3.0.7
prod(v) is 0.0, its gradient [0. 6. 0.]
cumprod(v)[-1] is 0.0, its gradient [ 0. nan  0.]
END
PYTENSOR_FLAGS="base_compiledir=$folder/compiled" "$folder/venv/bin/python" - >"$folder/printed" 2>"$folder/told" <<'END'
import pytensor
import pytensor.tensor as pt

print("pytensor", pytensor.__version__)
v = pt.dvector("v")
for name, y in (("prod(v)", pt.prod(v)), ("cumprod(v)[-1]", pt.cumprod(v)[-1])):
    value, gradient = pytensor.function([v], [y, pytensor.grad(y, v)])([2.0, 0.0, 3.0])
    print(f"{name} is {value}, its gradient {gradient}")
END
cat "$folder/printed"
diff "$folder/expected" "$folder/printed" && echo "as recorded"
