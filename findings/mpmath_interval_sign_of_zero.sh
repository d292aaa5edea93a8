#!/usr/bin/env bash
# Guess: the sign of the interval [0, 0] is 0, as mpmath's sign of the number 0 is; an interval about 0 has the
# signs from -1 to 1. An interval is there to contain the true answer.
# Seen: in mpmath 1.4.1 iv.sign of [0, 0] is [-1, -1], which does not contain 0. mpmath 1.3.0, which SymPy's older
# releases ask for, gives [-1, -1] for [0, 1] and for [-1, 1] too, where 1.4.1 raises a ValueError without words.
# A slope of |x| that is bounded by these intervals has the wrong side of the corner only.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cat >"$folder/expected" <<'END'
mpmath 1.3.0: sign(0) is 0.0
  [0, 0] [-1.0, -1.0]
  [0, 1] [-1.0, -1.0]
  [-1, 1] [-1.0, -1.0]
mpmath 1.4.1: sign(0) is 0.0
  [0, 0] [-1.0, -1.0]
  [0, 1] ValueError
  [-1, 1] ValueError
END
for version in 1.3.0 1.4.1; do
    python3 -m venv "$folder/$version"
    "$folder/$version/bin/pip" install -q --disable-pip-version-check mpmath==$version
    "$folder/$version/bin/python" - >>"$folder/printed" <<'END'
import mpmath
from mpmath import iv

print(f"mpmath {mpmath.__version__}: sign(0) is {mpmath.sign(0)}")
for ends in ([0, 0], [0, 1], [-1, 1]):
    try:
        print(" ", ends, iv.sign(iv.mpf(ends)))
    except ValueError as error:
        print(" ", ends, type(error).__name__, *error.args)
END
done
cat "$folder/printed"
diff "$folder/expected" "$folder/printed" && echo "as recorded"
