#!/usr/bin/env bash
# Guess: a layer with weight_norm has the second derivatives of the formula g·v/|v|, which its gradients follow to the last digit.
# Seen: in torch 2.14.1 (CPU, float64) the first derivatives are right, and the second ones are not: 1.79 where -1.07 is right
# by g and then v, and the matrix of second derivatives is not even symmetric. Nothing is told. A penalty on a
# gradient, which trains by second derivatives, is trained by these. The same formula in torch's own operations is right.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check torch==2.14.1 numpy==2.4.6
cat >"$folder/expected" <<'END'
torch 2.14.1
the layer: first 1.789, -0.5367, 1.073; second by g and v 1.789, 3.578; by v and g -1.073, 2.147
by hand: first 1.789, -0.5367, 1.073; second by g and v -1.073, 2.147; by v and g -1.073, 2.147
END
"$folder/venv/bin/python" -W ignore - >"$folder/printed" <<'END'
import torch
from torch.nn.utils.parametrizations import weight_norm

torch.set_default_dtype(torch.float64)
x = torch.tensor([[1.0, 2.0]])
layer = weight_norm(torch.nn.Linear(2, 1, bias=False))
g, v = layer.parametrizations.weight.original0, layer.parametrizations.weight.original1
with torch.no_grad():
    g.fill_(0.5)
    v.copy_(torch.tensor([[0.5, 0.25]]))


def told(name, y):
    by_g, by_v = torch.autograd.grad(y, [g, v], create_graph=True)
    (g_then_v,) = torch.autograd.grad(by_g, v, retain_graph=True)
    v_then_g = [torch.autograd.grad(one, g, retain_graph=True)[0].item() for one in by_v[0]]
    first = ", ".join(f"{one:.4g}" for one in (by_g.item(), *by_v[0].tolist()))
    rows = [", ".join(f"{one:.4g}" for one in row) for row in (g_then_v[0].tolist(), v_then_g)]
    print(f"{name}: first {first}; second by g and v {rows[0]}; by v and g {rows[1]}")


print("torch", torch.__version__.split("+")[0])
told("the layer", layer(x).sum())
told("by hand", (g * v / v.norm() * x).sum())
END
cat "$folder/printed"
diff "$folder/expected" "$folder/printed" && echo "as recorded"
