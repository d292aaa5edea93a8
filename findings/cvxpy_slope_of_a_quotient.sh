#!/usr/bin/env bash
# Guess: `grad` of x / y gives the slopes 1/y and -x/y^2, those that CVXPY gives for x times inv_pos(y), or none at all,
# since a quotient of two variables is neither convex nor concave (the product is not either, and has its slopes).
# Seen: in CVXPY 1.9.3 the slopes of x / y are 1 and 0, whatever stands there: those of x alone. So 1 / y has the slope 0,
# and exp(x) / y that of exp(x). Nothing warns of it.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check cvxpy==1.9.3
cat >"$folder/expected" <<'END'
cvxpy 1.9.3: value, slope by x and slope by y at x = 3, y = 5
x / y 0.6 1.0 0.0
x * inv_pos(y) 0.6 0.2 -0.12
x * y 15.0 5.0 3.0
1 / y + x 3.2 1.0 0.0
exp(x) / y 4.01711 20.08554 0.0
x / 2 + y 6.5 0.5 1.0
END
"$folder/venv/bin/python" - >"$folder/printed" 2>"$folder/warnings" <<'END'
import cvxpy as cp

print(f"cvxpy {cp.__version__}: value, slope by x and slope by y at x = 3, y = 5")
x, y = cp.Variable(), cp.Variable()
x.value, y.value = 3.0, 5.0
for name, expression in {
    "x / y": x / y,
    "x * inv_pos(y)": x * cp.inv_pos(y),
    "x * y": x * y,
    "1 / y + x": 1 / y + x,
    "exp(x) / y": cp.exp(x) / y,
    "x / 2 + y": x / 2 + y,
}.items():
    slopes = expression.grad
    print(name, *(round(float(number), 5) for number in (expression.value, slopes[x], slopes[y])))
END
cat "$folder/printed"
diff "$folder/expected" "$folder/printed" && echo "as recorded"
