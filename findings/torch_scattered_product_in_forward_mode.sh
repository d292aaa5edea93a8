#!/usr/bin/env bash
# Guess: forward mode has a slope for scatter_reduce(…, "prod") or refuses it, as it refuses index_reduce and segment_reduce;
# torch.func.hessian, which is forward over reverse mode, gives the Hessian.
# Seen: in torch 2.14.1 (CPU) the Jacobian by forward mode is all zeros, where reverse mode has the right one; the other four
# reductions are right in both. torch.func.hessian of x0·x1 written so is diagonal, with the numbers -4 and -0.25, where
# the right one is 0 on the diagonal and 1 beside it. That of cholesky_inverse is wrong as well. Nothing is told.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check torch==2.14.1 numpy==2.4.6
cat >"$folder/expected" <<'END'
torch 2.14.1
sum: forward [[1.0, 1.0]], reverse [[1.0, 1.0]]
prod: forward [[0.0, 0.0]], reverse [[2.0, 0.5]]
mean: forward [[0.5, 0.5]], reverse [[0.5, 0.5]]
amax: forward [[0.0, 1.0]], reverse [[0.0, 1.0]]
amin: forward [[1.0, 0.0]], reverse [[1.0, 0.0]]
prod: hessian [[-4.0, 0.0], [0.0, -0.25]], reverse in reverse [[0.0, 1.0], [1.0, 0.0]]
cholesky_inverse: hessian 0.02433, reverse in reverse 0.01315
END
"$folder/venv/bin/python" -W ignore - >"$folder/printed" <<'END'
import torch
from torch.func import hessian, jacfwd, jacrev

torch.set_default_dtype(torch.float64)
x, index = torch.tensor([0.5, 2.0]), torch.tensor([0, 0])


def reduced(name):
    return lambda x: torch.zeros(1).scatter_reduce(0, index, x, name, include_self=False)


print("torch", torch.__version__.split("+")[0])
for name in ("sum", "prod", "mean", "amax", "amin"):
    print(f"{name}: forward {jacfwd(reduced(name))(x).tolist()}, reverse {jacrev(reduced(name))(x).tolist()}")
product = lambda x: reduced("prod")(x).sum()
second = [(h(product)(x) + 0.0).tolist() for h in (hessian, lambda f: jacrev(jacrev(f)))]  # + 0.0: no -0.0 is printed
print(f"prod: hessian {second[0]}, reverse in reverse {second[1]}")
A, B = torch.tensor([[2.0, 1.0], [0.5, 3.0]]), torch.tensor([[1.0, -0.3], [0.2, 0.4]])
inverse = lambda t: torch.cholesky_inverse(torch.linalg.cholesky(A @ A.T + t * B @ B.T)).sum()
t = torch.tensor(0.5)
print(f"cholesky_inverse: hessian {hessian(inverse)(t):.5f}, reverse in reverse {jacrev(jacrev(inverse))(t):.5f}")
END
cat "$folder/printed"
diff "$folder/expected" "$folder/printed" && echo "as recorded"
