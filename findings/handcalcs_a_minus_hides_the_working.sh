#!/usr/bin/env bash
# Guess: handcalcs writes each line as its formula, the formula with the numbers put in, and the result.
# Seen: in handcalcs 1.11.0 a line that is minus one thing (-x**2, -(x * a), -exp(x)) is written as its result alone, as if
# it were a given, while 0 - x**2, -x**2 + 1 and exp(-x) show their working. A negative number is put in without brackets
# behind a minus: 5 - -3.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check handcalcs==1.11.0
cat >"$folder/expected" <<'END'
handcalcs 1.11.0
r &= -9 \;
s &= 0 - \left( x \right) ^{ 2 } = 0 - \left( -3 \right) ^{ 2 } &= -9
t &= \left( - \left( x \right) ^{ 2 } \right) + 1 = \left( - \left( -3 \right) ^{ 2 } \right) + 1 &= -8
u &= 6 \;
v &= x \cdot a = -3 \cdot 2 &= -6
w &= -0.050 \;
y &= \exp \left( - x \right) = \exp \left( - -3 \right) &= 20.086
z &= 5 - x = 5 - -3 &= 8
END
cat >"$folder/lines.py" <<'END'
from importlib.metadata import version
from math import exp

from handcalcs.decorator import handcalc


@handcalc()
def lines(x, a):
    r = -x**2
    s = 0 - x**2
    t = -x**2 + 1
    u = -(x * a)
    v = x * a
    w = -exp(x)
    y = exp(-x)
    z = 5 - x
    return z


print("handcalcs", version("handcalcs"))
latex, _ = lines(-3, 2)
for line in latex.split(r"\begin{aligned}")[1].split(r"\end{aligned}")[0].split("\\\\"):
    if line.strip():
        print(" ".join(line.split()))
END
"$folder/venv/bin/python" "$folder/lines.py" >"$folder/printed"
cat "$folder/printed"
diff "$folder/expected" "$folder/printed" && echo "as recorded"
