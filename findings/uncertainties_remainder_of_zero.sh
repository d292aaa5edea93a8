#!/usr/bin/env bash
# Guess: a remainder of numbers with uncertainties has the uncertainty that number - divisor * quotient has, for the package
# says that its derivatives are exact; where the remainder is just 0, at a jump, it has that of one side.
# Seen: in uncertainties 3.2.3 (6 ± 0.1) % (2 ± 0.1) is 0 with an uncertainty of 3.4 million. The slope by the divisor is a
# difference quotient across the jump; that by the number is 1. umath.fmod takes both across it. For 6.1 all is right.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check uncertainties==3.2.3
cat >"$folder/expected" <<'END'
uncertainties 3.2.3
6.1 and 2.0, %: 0.1 ± 0.316, slopes 1 and -3
6.1 and 2.0, fmod: 0.1 ± 0.316, slopes 1 and -3
6.1 and 2.0, x - y * quotient: 0.1 ± 0.316, slopes 1 and -3
6.0 and 2.0, %: 0 ± 3.36e+06, slopes 1 and 3.35544e+07
6.0 and 2.0, fmod: 0 ± 3.54e+06, slopes -1.11848e+07 and 3.35544e+07
6.0 and 2.0, x - y * quotient: 0 ± 0.316, slopes 1 and -3
360.0 and 360.0, %: 0 ± 3.36e+06, slopes 1 and 3.35544e+07
360.0 and 360.0, fmod: 0 ± 4.75e+06, slopes -3.35544e+07 and 3.35544e+07
360.0 and 360.0, x - y * quotient: 0 ± 0.141, slopes 1 and -1
-2.0 and 2.0, %: 0 ± 3.36e+06, slopes 1 and -3.35544e+07
-2.0 and 2.0, fmod: -0 ± 4.75e+06, slopes -3.35544e+07 and -3.35544e+07
-2.0 and 2.0, x - y * quotient: 0 ± 0.141, slopes 1 and 1
END
"$folder/venv/bin/python" -W ignore - >"$folder/printed" <<'END'
from importlib.metadata import version

from uncertainties import ufloat, umath

print("uncertainties", version("uncertainties"))
for a, b in ((6.1, 2.0), (6.0, 2.0), (360.0, 360.0), (-2.0, 2.0)):
    x, y = ufloat(a, 0.1), ufloat(b, 0.1)
    for name, remainder in (("%", x % y), ("fmod", umath.fmod(x, y)), ("x - y * quotient", x - y * (a // b))):
        by_x, by_y = (remainder.derivatives[v] for v in (x, y))
        print(f"{a} and {b}, {name}: {remainder.n:.3g} ± {remainder.s:.3g}, slopes {by_x:.6g} and {by_y:.6g}")
END
cat "$folder/printed"
diff "$folder/expected" "$folder/printed" && echo "as recorded"
