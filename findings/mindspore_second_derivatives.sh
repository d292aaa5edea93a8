#!/usr/bin/env bash
# Guess: grad(grad(f)) is the second derivative, or grad says that it can't take another.
# Seen: in mindspore 2.10.0 (CPU, its default mode) it is right for powers, sqrt, products and sums of elements, and wrong without
# a word for a product of matrices (3 for 7), mean (0.75 for 2.75), amax (0 for 2), norm, var and det. The first derivatives
# of all are right.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check mindspore==2.10.0 numpy==1.26.4
cat >"$folder/expected" <<'END'
mindspore 2.10.0
t**3: first 0.75, second 3.00, by differences 3.00
sqrt: first 1.34, second 1.25, by differences 1.25
sum of products: first 2.75, second 7.00, by differences 7.00
matmul: first 2.75, second 3.00, by differences 7.00
mean: first 0.75, second 0.75, by differences 2.75
amax: first 1.00, second 0.00, by differences 2.00
norm: first 1.34, second 4.47, by differences 1.25
var: first 0.03, second 1.32, by differences -0.36
det: first 1.25, second -4.79, by differences -3.00
END
GLOG_v=4 "$folder/venv/bin/python" -W ignore - 2>/dev/null >"$folder/printed" <<'END'
import mindspore
from mindspore import Tensor, float32, grad, ops

mindspore.set_device("CPU")
pair = lambda t: ops.stack((t, t * t))
functions = {
    "t**3": lambda t: t**3,
    "sqrt": lambda t: ops.sqrt(t**2 + t**4),
    "sum of products": lambda t: (pair(t) * ops.stack((t, t + 1))).sum(),
    "matmul": lambda t: ops.matmul(pair(t).reshape(1, 2), ops.stack((t, t + 1)).reshape(2, 1)).sum(),
    "mean": lambda t: ops.mean(pair(t)) ** 2,
    "amax": lambda t: ops.amax(pair(t)) ** 2,
    "norm": lambda t: ops.norm(pair(t)),
    "var": lambda t: ops.var(ops.stack((t, t * t, t**3))),
    "det": lambda t: ops.det(ops.stack((pair(t), ops.stack((t + 1, t + 2))))),
}
print("mindspore", mindspore.__version__)
for name, f in functions.items():
    slope = lambda t, f=f: float(grad(f)(Tensor(t, float32)).asnumpy())
    second = float(grad(grad(f))(Tensor(0.5, float32)).asnumpy())
    differences = (slope(0.51) - slope(0.49)) / 0.02
    print(f"{name}: first {slope(0.5):.2f}, second {second:.2f}, by differences {differences:.2f}")
END
cat "$folder/printed"
diff "$folder/expected" "$folder/printed" && echo "as recorded"
