#!/usr/bin/env bash
# Guess: jacfwd(jacfwd(f)) is the Hessian of jacrev(jacrev(f)), for every function that both accept.
# Seen: in torch 2.14.1 (CPU, float64) forward mode inside forward mode is silently wrong where a formula uses a result that its
# function saved: the second derivative of slogdet is 0, that of linalg.solve is half the right one, and those of det,
# householder_product, layer_norm and batch_norm are other numbers. group_norm with one group, which is layer_norm, is
# right, and so are inv, pinv, lstsq and cholesky.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check torch==2.14.1 numpy==2.4.6
cat >"$folder/expected" <<'END'
torch 2.14.1
slogdet: forward in forward 0.00000, reverse in reverse -0.19311
det: forward in forward 2.36637, reverse in reverse 0.92000
solve: forward in forward -0.00963, reverse in reverse -0.01927
householder_product: forward in forward -0.00866, reverse in reverse -0.00640
layer_norm: forward in forward -19.98264, reverse in reverse 1.64811
batch_norm: forward in forward -19.98264, reverse in reverse 1.64811
group_norm: forward in forward 1.64811, reverse in reverse 1.64811
inv: forward in forward 0.06371, reverse in reverse 0.06371
lstsq: forward in forward -0.01927, reverse in reverse -0.01927
END
"$folder/venv/bin/python" -W ignore - >"$folder/printed" <<'END'
import torch
from torch.func import jacfwd, jacrev
from torch.nn import functional as F

torch.set_default_dtype(torch.float64)
A, B = torch.tensor([[2.0, 1.0], [0.5, 3.0]]), torch.tensor([[1.0, -0.3], [0.2, 0.4]])
b, c = torch.tensor([1.0, 2.0]), torch.tensor([1.0, 2.0, 4.0])
functions = {
    "slogdet": lambda t: torch.linalg.slogdet(A + t * B)[1],
    "det": lambda t: torch.linalg.det(A + t * B),
    "solve": lambda t: torch.linalg.solve(A + t * B, b).sum(),
    "householder_product": lambda t: torch.linalg.householder_product(A + t * B, 0.1 * b).sum(),
    "layer_norm": lambda t: F.layer_norm(torch.stack([t, t**2, t**3]), (3,)) @ c,
    "batch_norm": lambda t: F.batch_norm(torch.stack([t, t**2, t**3])[:, None], None, None, training=True)[:, 0] @ c,
    "group_norm": lambda t: F.group_norm(torch.stack([t, t**2, t**3])[None, :, None], 1)[0, :, 0] @ c,
    "inv": lambda t: torch.linalg.inv(A + t * B).sum(),
    "lstsq": lambda t: torch.linalg.lstsq(A + t * B, b[:, None])[0].sum(),
}
print("torch", torch.__version__.split("+")[0])
for name, f in functions.items():
    t = torch.tensor(0.5)
    forward, reverse = jacfwd(jacfwd(f))(t).item(), jacrev(jacrev(f))(t).item()
    print(f"{name}: forward in forward {forward:.5f}, reverse in reverse {reverse:.5f}")
END
cat "$folder/printed"
diff "$folder/expected" "$folder/printed" && echo "as recorded"
