#!/usr/bin/env bash
# Guess: the derivative of |x| is sign(x), or stays a formula that becomes 1 when 2 is put in for x.
# Seen: SymEngine 0.15.0 leaves Derivative(abs(x), x) as it is, and subs puts the number in for the variable of
# the derivative too: Derivative(2, 2), which no later step turns into a number. The derivative of x*|x| at 2
# prints as 2 + 2*Derivative(2, 2). max, sign and floor do the same; Lambdify refuses with a RuntimeError.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check symengine==0.15.0 numpy==2.4.6
cat >"$folder/expected" <<'END'
symengine 0.15.0
the derivative of abs(x) at 2: Derivative(2, 2)
the derivative of x*abs(x) at 2: 2 + 2*Derivative(2, 2)
the derivative of max(0, x) at 2: Derivative(2, 2)
Lambdify: RuntimeError: Derivative(abs(x), x)
END
"$folder/venv/bin/python" - >"$folder/printed" <<'END'
import symengine
from symengine import Abs, Lambdify, Max, Symbol, diff

print("symengine", symengine.__version__)
x = Symbol("x")
for f in (Abs(x), x * Abs(x), Max(x, 0)):
    print("the derivative of", f, "at 2:", diff(f, x).subs(x, 2))
try:
    Lambdify([x], [diff(Abs(x), x)])
except RuntimeError as error:
    print("Lambdify: RuntimeError:", error)
END
cat "$folder/printed"
diff "$folder/expected" "$folder/printed" && echo "as recorded"
