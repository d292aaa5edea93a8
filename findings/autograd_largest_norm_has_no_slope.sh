#!/usr/bin/env bash
# Guess: the gradient of np.linalg.norm(x, np.inf), where one element is the largest, is that element's sign and 0 elsewhere;
# autograd differentiates norm for every order or says that it can't.
# Seen: autograd 1.9.1 refuses the smallest element's norm (order -inf) and takes that of the largest: its slope there is nan,
# for the infinite order goes into the formula of the other orders. np.max(np.abs(x)) has the right slopes.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check autograd==1.9.1 numpy==2.4.6
cat >"$folder/expected" <<'END'
autograd 1.9.1
norm(x, 3): [0.02703, 0.97315, -0.10813]
norm(x, inf): [0.0, nan, -0.0]
norm(x, -inf): NotImplementedError
max(abs(x)): [0.0, 1.0, -0.0]
END
"$folder/venv/bin/python" -W ignore - >"$folder/printed" <<'END'
from importlib.metadata import version

import autograd.numpy as np
from autograd import grad

functions = {
    "norm(x, 3)": lambda x: np.linalg.norm(x, 3),
    "norm(x, inf)": lambda x: np.linalg.norm(x, np.inf),
    "norm(x, -inf)": lambda x: np.linalg.norm(x, -np.inf),
    "max(abs(x))": lambda x: np.max(np.abs(x)),
}
print("autograd", version("autograd"))
for name, f in functions.items():
    try:
        print(f"{name}: {np.round(grad(f)(np.array([0.5, 3.0, -1.0])), 5).tolist()}")
    except NotImplementedError as error:
        print(f"{name}: {type(error).__name__}")
END
cat "$folder/printed"
diff "$folder/expected" "$folder/printed" && echo "as recorded"
