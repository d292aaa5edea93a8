#!/usr/bin/env bash
# Guess: on the CPU, where MLX has float64, every elementwise function of float64 numbers is worked in float64.
# Seen: in MLX 0.32.4 log, tanh, expm1, log1p and sqrt are, and exp, sin, cos, erf and sigmoid are worked in float32: the
# answer has the type float64, eight right digits, and exp(700) is infinite. So exp(x) and expm1(x) + 1 are two numbers.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check 'mlx[cpu]==0.32.4'
cat >"$folder/expected" <<'END'
mlx 0.32.4, the largest relative difference from Python's math at 0.5, 1.25 and 2.0
expm1 float64 below 1e-15
exp float64 above 1e-9
log float64 below 1e-15
sqrt float64 below 1e-15
tanh float64 below 1e-15
sin float64 above 1e-9
cos float64 above 1e-9
erf float64 above 1e-9
exp(700) inf expm1(700) 1.014e+304
END
"$folder/venv/bin/python" - >"$folder/printed" <<'END'
import math

import mlx.core as mx

mx.set_default_device(mx.cpu)
print(f"mlx {mx.__version__}, the largest relative difference from Python's math at 0.5, 1.25 and 2.0")
points = [0.5, 1.25, 2.0]
for name in ("expm1", "exp", "log", "sqrt", "tanh", "sin", "cos", "erf"):
    found = getattr(mx, name)(mx.array(points, dtype=mx.float64))
    exact = [getattr(math, name)(x) for x in points]
    worst = max(abs(a - b) / abs(b) for a, b in zip(found.tolist(), exact))
    told = "below 1e-15" if worst < 1e-15 else "above 1e-9" if worst > 1e-9 else f"{worst:.0e}"
    print(name, str(found.dtype).rpartition(".")[2], told)
large = mx.array(700.0, dtype=mx.float64)
print(f"exp(700) {mx.exp(large).item()} expm1(700) {mx.expm1(large).item():.3e}")
END
cat "$folder/printed"
diff "$folder/expected" "$folder/printed" && echo "as recorded"
