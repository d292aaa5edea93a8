#!/usr/bin/env bash
# Guess: Typst's calc.quo and calc.rem belong together, so that quotient · divisor + remainder is the number again.
# Seen: in Typst 0.15.2 they do not for a negative number. quo rounds down and rem takes the sign of the number, as a
# division that rounds towards 0 leaves it: -5 by 3 has the quotient -2 and the remainder -2, and -2 · 3 - 2 is -8.
# div-euclid and rem-euclid fit each other.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check typst==0.15.2
cat >"$folder/page.typ" <<'END'
#let told(a, b, quotient, remainder) = (
  str(a) + " by " + str(b) + ": " + str(quotient) + " and " + str(remainder)
  + ", back to " + str(quotient * b + remainder)
)
#for (a, b) in ((5, 3), (-5, 3), (5, -3)) [
  #metadata("quo and rem, " + told(a, b, calc.quo(a, b), calc.rem(a, b))) <told>
  #metadata("div-euclid and rem-euclid, " + told(a, b, calc.div-euclid(a, b), calc.rem-euclid(a, b))) <told>
]
END
cat >"$folder/expected" <<'END'
typst 0.15.2
quo and rem, 5 by 3: 1 and 2, back to 5
div-euclid and rem-euclid, 5 by 3: 1 and 2, back to 5
quo and rem, -5 by 3: -2 and -2, back to -8
div-euclid and rem-euclid, -5 by 3: -2 and 1, back to -5
quo and rem, 5 by -3: -2 and 2, back to 8
div-euclid and rem-euclid, 5 by -3: -1 and 2, back to 5
END
"$folder/venv/bin/python" - "$folder/page.typ" >"$folder/printed" <<'END'
import importlib.metadata
import json
import sys

import typst

print("typst", importlib.metadata.version("typst"))
print(*json.loads(typst.query(sys.argv[1], "<told>", field="value")), sep="\n")
END
cat "$folder/printed"
sed 's/−/-/g' "$folder/printed" | diff "$folder/expected" - && echo "as recorded"
