#!/usr/bin/env bash
# Guess: a numerical question `= 0.02337 +- 0.00001` accepts what lies within its tolerance, 0.02337 itself
# first of all.
# Seen: text2qti 0.8.0 writes the answer and both bounds with four decimals: 0.02337 +- 0.00001 becomes 0.0234
# from 0.0234 to 0.0234, so that 0.0234 alone earns the points and the right answer does not. Numbers below
# 0.0001 are refused with an error; those above it, such as most gradients of a worked page, are rounded without
# a word.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check text2qti==0.8.0
cat >"$folder/expected" <<'END'
text2qti 0.8.0
= 5 -> 5 accepted from 5 to 5
= 1.41 +- 0.01 -> 1.4100 accepted from 1.4000 to 1.4200
= 0.02337 +- 0.00001 -> 0.0234 accepted from 0.0234 to 0.0234
= 0.00123 +- 0.00001 -> 0.0012 accepted from 0.0012 to 0.0012
END
"$folder/venv/bin/python" - >"$folder/printed" <<'END'
import os
import re
import subprocess
import sys
import tempfile
import zipfile
from importlib.metadata import version
from pathlib import Path

print("text2qti", version("text2qti"))
for answer in ("5", "1.41 +- 0.01", "0.02337 +- 0.00001", "0.00123 +- 0.00001"):
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "quiz.txt").write_text(f"Quiz title: gradients\n\n1. The gradient?\n= {answer}\n")
        subprocess.run([Path(sys.executable).with_name("text2qti"), "quiz.txt"], cwd=folder, check=True, capture_output=True)
        with zipfile.ZipFile(Path(folder, "quiz.zip")) as quiz:
            texts = [quiz.read(name).decode() for name in quiz.namelist() if name.endswith(".xml")]
    found = dict(re.findall(r"<(varequal|vargte|varlte) [^>]*>([^<]*)", "".join(texts)))
    print("=", answer, "->", found["varequal"], "accepted from", found["vargte"], "to", found["varlte"])
END
cat "$folder/printed"
diff "$folder/expected" "$folder/printed" && echo "as recorded"
