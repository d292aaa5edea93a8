#!/usr/bin/env bash
# Guess: autograd sorts a matrix with the right slopes in both modes, or refuses in both: reverse mode says that the gradient
# of sort is not implemented for more than one dimension.
# Seen: in autograd 1.9.1 forward mode answers, and silently with the slopes of another function: every element gets the sum
# of a whole column's weights, 4, 6, 4, 6, where the slopes are 2, 1, 3, 4. It picks rows by the places of single elements.
# partition does the same. A vector has the right slopes in both modes.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check autograd==1.9.1 numpy==2.4.6
cat >"$folder/expected" <<'END'
autograd 1.9.1
sort of a vector
  forward [3.0, 1.0, 2.0, 4.0]
  reverse [3.0, 1.0, 2.0, 4.0]
  differences [3.0, 1.0, 2.0, 4.0]
sort of a matrix's rows
  forward [4.0, 6.0, 4.0, 6.0]
  reverse Gradient of sort not implemented for multi-dimensional arrays.
  differences [2.0, 1.0, 3.0, 4.0]
sort of a matrix's columns
  forward [4.0, 6.0, 4.0, 6.0]
  reverse Gradient of sort not implemented for multi-dimensional arrays.
  differences [3.0, 2.0, 1.0, 4.0]
partition of a matrix's rows
  forward [4.0, 6.0, 4.0, 6.0]
  reverse Gradient of partition not implemented for multi-dimensional arrays.
  differences [2.0, 1.0, 3.0, 4.0]
END
"$folder/venv/bin/python" -W ignore - >"$folder/printed" <<'END'
from importlib.metadata import version

import autograd.numpy as np
from autograd import grad, make_jvp

weights = np.array([[1.0, 2.0], [3.0, 4.0]])
matrix = np.array([[0.5, 0.1], [0.2, 0.9]])
functions = {
    "sort of a vector": lambda x: np.sum(np.sort(x.ravel()) * weights.ravel()),
    "sort of a matrix's rows": lambda x: np.sum(np.sort(x, axis=1) * weights),
    "sort of a matrix's columns": lambda x: np.sum(np.sort(x, axis=0) * weights),
    "partition of a matrix's rows": lambda x: np.sum(np.partition(x, 1, axis=1) * weights),
}
print("autograd", version("autograd"))
for name, f in functions.items():
    units = [unit.reshape(2, 2) for unit in np.eye(4)]
    print(name)
    print("  forward", [float(make_jvp(f)(matrix)(unit)[1]) for unit in units])
    try:
        print("  reverse", grad(f)(matrix).ravel().tolist())
    except NotImplementedError as error:
        print("  reverse", error)
    print("  differences", [round(float(f(matrix + unit / 1e6) - f(matrix - unit / 1e6)) * 5e5, 5) for unit in units])
END
cat "$folder/printed"
diff "$folder/expected" "$folder/printed" && echo "as recorded"
