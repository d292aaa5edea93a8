#!/usr/bin/env bash
# Guess: a converter from LaTeX to Unicode leaves a command that it does not know as it stands.
# Seen: unicodeit 0.7.5 replaces a known command inside a longer one: \left( becomes "≤ft(", \log becomes "łog", and
# \lvert becomes "łvert", since \le is ≤ and \l is ł. \ln comes out as "łn".
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check unicodeit==0.7.5
cat >"$folder/expected" <<'END'
unicodeit 0.7.5
x \le 1 -> x ≤ 1
\left( x \right) -> ≤ft( x \right)
\log x -> łog x
\ln x -> łn x
\lvert x \rvert -> łvert x \rvert
\frac{1}{2} -> \frac{1}{2}
END
"$folder/venv/bin/python" - >"$folder/printed" <<'END'
from importlib.metadata import version

import unicodeit

print("unicodeit", version("unicodeit"))
for latex in (r"x \le 1", r"\left( x \right)", r"\log x", r"\ln x", r"\lvert x \rvert", r"\frac{1}{2}"):
    print(latex, "->", unicodeit.replace(latex))
END
cat "$folder/printed"
diff "$folder/expected" "$folder/printed" && echo "as recorded"
