#!/usr/bin/env bash
# Guess: a calculator for Excel's formulas that knows -2^2 as Excel's 4, since a sign binds closer there than a power, reads
# 2--3^2 as 2 - (-3)^2, which is -7, and 2+-3^2 as 11.
# Seen: in formulas 1.3.4 they are 11 and -7: two signs beside each other are made one before the power is worked. 2*-3^2 is
# the right 18. And the text "3" is a number and a text at once: ISNUMBER("3") and ISTEXT("3") are both TRUE.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check formulas==1.3.4 numpy==2.4.6 scipy==1.17.1
cat >"$folder/expected" <<'END'
formulas 1.3.4 and Excel
=-2^2: 4.0, Excel 4.0
=2*-3^2: 18.0, Excel 18.0
=2-(-3)^2: -7.0, Excel -7.0
=2--3^2: 11.0, Excel -7.0
=2+-3^2: -7.0, Excel 11.0
=1---2: -1.0, Excel -1.0
=ISTEXT("3"): True, Excel True
=ISNUMBER("3"): True, Excel False
END
"$folder/venv/bin/python" -W ignore - >"$folder/printed" <<'END'
from importlib.metadata import version

import formulas

print("formulas", version("formulas"), "and Excel")
for formula, excel in (
    ("=-2^2", "4.0"),
    ("=2*-3^2", "18.0"),
    ("=2-(-3)^2", "-7.0"),
    ("=2--3^2", "-7.0"),
    ("=2+-3^2", "11.0"),
    ("=1---2", "-1.0"),
    ('=ISTEXT("3")', "True"),
    ('=ISNUMBER("3")', "False"),
):
    print(f"{formula}: {formulas.Parser().ast(formula)[1].compile()()}, Excel {excel}")
END
cat "$folder/printed"
diff "$folder/expected" "$folder/printed" && echo "as recorded"
