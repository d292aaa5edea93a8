#!/usr/bin/env bash
# Guess: the absolute value of an uncertain number is an uncertain number. GTC works uncertainties out by automatic
# differentiation, through all of its own functions and Python's operators.
# Seen: in GTC 1.5.1 abs gives a plain float: the uncertainty is gone, and 2 * abs(x) + x counts that of x once, without a
# word. GTC's own magnitude keeps it. And a power of a negative number is given a slope by its exponent, 5.545 for (-2) ** 3,
# as if the sign went with it; beside 3 the power is no real number at all.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check GTC==1.5.1 scipy==1.17.1 numpy==2.4.6
cat >"$folder/expected" <<'END'
GTC 1.5.1
abs(x): float 2.0
magnitude(x): UncertainReal  2.00(10)
2 * abs(x) + x: 0.1
2 * magnitude(x) + x: 0.3
(2.0) ** 3: 8.0, slope by the exponent 5.5452, at 3.01: 8.0556
(-2.0) ** 3: -8.0, slope by the exponent 5.5452, at 3.01: -8.0517-0.2530j
END
"$folder/venv/bin/python" -W ignore - >"$folder/printed" <<'END'
import GTC
from GTC import component, magnitude, uncertainty, ureal

print("GTC", GTC.version)
x = ureal(2.0, 0.1)
print("abs(x):", type(abs(x)).__name__, abs(x))
print("magnitude(x):", type(magnitude(x)).__name__, magnitude(x))
print("2 * abs(x) + x:", uncertainty(2 * abs(x) + x))
print("2 * magnitude(x) + x:", round(uncertainty(2 * magnitude(x) + x), 12))
for base in (2.0, -2.0):
    exponent = ureal(3.0, 0.1)
    power = ureal(base, 0.1) ** exponent
    print(f"({base}) ** 3: {power.x}, slope by the exponent {component(power, exponent) / 0.1:.4f}, at 3.01: {base**3.01:.4f}")
END
cat "$folder/printed"
diff "$folder/expected" "$folder/printed" && echo "as recorded"
