#!/usr/bin/env bash
# Guess: C code that SymPy writes has SymPy's values, at negative numbers too, as its JavaScript has: Mod is never negative
# for a positive divisor, and a cube root of a negative number is complex, so that C has nan for it.
# Seen: in sympy 1.14.0 ccode writes Mod(x, 3) as fmod(x, 3), which is -2.3 at -2.3 where Mod is 0.7; only for a whole x, and
# in JavaScript for each, does it add the divisor. x**(1/3) becomes cbrt(x), -1.32 in C and in JavaScript, and x**(2/3)
# becomes pow(x, 2.0/3.0), which is nan; in SymPy both are complex.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check sympy==1.14.0 mpmath==1.3.0
cat >"$folder/expected" <<'END'
sympy 1.14.0
Mod(x, 3) is 0.7000; in C fmod(x, 3), in JavaScript ((x % 3) + 3) % 3
Mod(n, 3) is 1.000; in C ((n % 3) + 3) % 3, in JavaScript ((n % 3) + 3) % 3
Mod(x, 1) is 0.7000; in C fmod(x, 1), in JavaScript ((x % 1) + 1) % 1
x**(1/3) is 0.66 + 1.143*I; in C cbrt(x), in JavaScript Math.cbrt(x)
x**(2/3) is -0.8712 + 1.509*I; in C pow(x, 2.0/3.0), in JavaScript Math.pow(x, 2/3)
C's fmod(-2.3, 3): -2.3 and cbrt(-2.3): -1.32
END
"$folder/venv/bin/python" -W ignore - >"$folder/printed" <<'END'
import math

import sympy
from sympy import Mod, Rational, cbrt, ccode, jscode, symbols

print("sympy", sympy.__version__)
x, n = symbols("x", real=True), symbols("n", integer=True)
for expression in (Mod(x, 3), Mod(n, 3), Mod(x, 1), cbrt(x), x ** Rational(2, 3)):
    value = sympy.N(expression.subs({x: -2.3, n: -2}), 4)
    print(f"{expression} is {value}; in C {ccode(expression)}, in JavaScript {jscode(expression)}")
print("C's fmod(-2.3, 3):", math.fmod(-2.3, 3), "and cbrt(-2.3):", round(math.cbrt(-2.3), 4))
END
cat "$folder/printed"
diff "$folder/expected" "$folder/printed" && echo "as recorded"
