#!/usr/bin/env bash
# Guess: brackets that change a number stay when Python is turned into LaTeX: a - (b - c) and (-x)**2 keep theirs.
# Seen: pytexit 0.4.0 drops both: they come out as a - b - c and as -x^2. It keeps the ones of -(a + b), a (b + c) and
# (2^x)^3, and latexify-py 0.4.4 keeps them all.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check pytexit==0.4.0
cat >"$folder/expected" <<'END'
pytexit 0.4.0
a-(b-c)  $$a-b-c$$
(-x)**2  $${-x}^2$$
-x**2  $$-x^2$$
-(a+b)  $$-\left(a+b\right)$$
a*(b+c)  $$a \left(b+c\right)$$
(2**x)**3  $$\left(2^x\right)^3$$
END
"$folder/venv/bin/python" - >"$folder/printed" <<'END'
from importlib.metadata import version

from pytexit import py2tex

print("pytexit", version("pytexit"))
for formula in ["a-(b-c)", "(-x)**2", "-x**2", "-(a+b)", "a*(b+c)", "(2**x)**3"]:
    print(formula, "", py2tex(formula, print_latex=False, print_formula=False))
END
cat "$folder/printed"
diff "$folder/expected" "$folder/printed" && echo "as recorded"
