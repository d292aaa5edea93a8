#!/usr/bin/env bash
# Guess: the second coefficient of mpmath.taylor is the number that mpmath.diff gives: both take differences,
# with the same options.
# Seen: in mpmath 1.3.0 diff(abs, 0) is 0 and taylor(abs, 0, 1) has -1; for max(x, 0) they are 0.5 and 0. diff
# takes its difference around the point; what taylor and diffs give is the slope on its left. A reference slope
# at a corner so depends on which of them was called.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check mpmath==1.3.0
cat >"$folder/expected" <<'END'
mpmath 1.3.0
abs(x) at 0: diff, diffs, taylor: 0.0 -1.0 -1.0
max(x, 0) at 0: diff, diffs, taylor: 0.5 0.0 0.0
END
"$folder/venv/bin/python" - >"$folder/printed" <<'END'
import mpmath

print("mpmath", mpmath.__version__)
for name, f in (("abs(x)", abs), ("max(x, 0)", lambda x: max(x, mpmath.mpf(0)))):
    slopes = mpmath.diff(f, 0), list(mpmath.diffs(f, 0, 1))[1], mpmath.taylor(f, 0, 1)[1]
    print(name, "at 0: diff, diffs, taylor:", *map(float, slopes))
END
cat "$folder/printed"
diff "$folder/expected" "$folder/printed" && echo "as recorded"
