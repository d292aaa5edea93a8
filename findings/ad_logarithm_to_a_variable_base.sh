#!/usr/bin/env bash
# Guess: the logarithm to a base has its slope by the base too, where the base is a variable; log(x) / log(b) has.
# Seen: in ad 1.5.1 the slope of admath.log(x, b) by b is 0 at (8, 2), where -2.164 is right, in its first and its second
# derivatives, without a word. With a plain number for x and a variable base the answer is no longer a tracked number but a
# float.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check ad==1.5.1
cat >"$folder/expected" <<'END'
ad 1.5.1
log(x, b): 3.0, slopes [0.1803, 0.0], second derivatives [-0.0225, 0.0, 0.0]
log(x) / log(b): 3.0, slopes [0.1803, -2.164], second derivatives [-0.0225, 4.2041, -0.1301]
log(8.0, b): float ; log(8.0) / log(b): ADF
END
"$folder/venv/bin/python" -W ignore - >"$folder/printed" <<'END'
from importlib.metadata import version

from ad import adnumber
from ad.admath import log

print("ad", version("ad"))
x, b = adnumber(8.0), adnumber(2.0)
for name, y in {"log(x, b)": log(x, b), "log(x) / log(b)": log(x) / log(b)}.items():
    first = [round(y.d(v), 4) for v in (x, b)]
    second = [round(number, 4) for number in (y.d2(x), y.d2(b), y.d2c(x, b))]
    print(f"{name}: {y.x:.1f}, slopes {first}, second derivatives {second}")
print("log(8.0, b):", type(log(8.0, b)).__name__, "; log(8.0) / log(b):", type(log(8.0) / log(b)).__name__)
END
cat "$folder/printed"
diff "$folder/expected" "$folder/printed" && echo "as recorded"
