#!/usr/bin/env bash
# Guess: where a function of torch has no slope, forward and reverse mode answer with the same convention.
# Seen: in torch 2.14.1 (CPU) the slope of prelu at 0 is its negative side's by reverse mode and 1 by forward mode, while
# leaky_relu, the same function, has the negative side's in both; atan2(x, x) and the 2-norm of lp_pool1d are 0 by reverse
# and nan by forward mode; hypot is nan in both and vector_norm 0 in both.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check torch==2.14.1 numpy==2.4.6
cat >"$folder/expected" <<'END'
torch 2.14.1
prelu: reverse 0.1, forward 1.0
leaky_relu: reverse 0.1, forward 0.1
atan2: reverse 0.0, forward nan
lp_pool1d: reverse 0.0, forward nan
hypot: reverse nan, forward nan
vector_norm: reverse 0.0, forward 0.0
END
"$folder/venv/bin/python" -W ignore - >"$folder/printed" <<'END'
import torch
from torch.func import jacfwd, jacrev
from torch.nn import functional as F

torch.set_default_dtype(torch.float64)
functions = {
    "prelu": lambda x: F.prelu(x, torch.tensor(0.1)),
    "leaky_relu": lambda x: F.leaky_relu(x, 0.1),
    "atan2": lambda x: torch.atan2(x, x),
    "lp_pool1d": lambda x: F.lp_pool1d(x.expand(1, 1, 2), 2, 2),
    "hypot": lambda x: torch.hypot(x, x),
    "vector_norm": lambda x: torch.linalg.vector_norm(x.expand(2)),
}
print("torch", torch.__version__.split("+")[0])
for name, f in functions.items():
    reverse, forward = (mode(f)(torch.zeros(1)).item() for mode in (jacrev, jacfwd))
    print(f"{name}: reverse {reverse}, forward {forward}")
END
cat "$folder/printed"
diff "$folder/expected" "$folder/printed" && echo "as recorded"
