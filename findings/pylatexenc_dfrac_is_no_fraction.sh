#!/usr/bin/env bash
# Guess: LaTeX turned into plain text keeps its meaning: \frac{a+b}{c+d} becomes (a+b)/(c+d), and \dfrac and \tfrac, which
# differ from \frac in size alone, become the same.
# Seen: in pylatexenc 2.11 \frac becomes a+b/c+d, which is another number, though \sqrt gets its brackets. \dfrac and
# \tfrac lose their bar: half of x becomes 12x, the sigmoid becomes 11+e^-x, without a warning.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check pylatexenc==2.11
cat >"$folder/expected" <<'END'
pylatexenc 2.11
\frac{a+b}{c+d} -> a+b/c+d
\sqrt{a+b} -> √(a+b)
\frac{1}{2}x -> 1/2x
\tfrac{1}{2}x -> 12x
\dfrac{1}{1+e^{-x}} -> 11+e^-x
2^{-x+1} -> 2^-x+1
END
"$folder/venv/bin/python" - >"$folder/printed" <<'END'
from importlib.metadata import version

from pylatexenc.latex2text import LatexNodes2Text

print("pylatexenc", version("pylatexenc"))
for latex in (r"\frac{a+b}{c+d}", r"\sqrt{a+b}", r"\frac{1}{2}x", r"\tfrac{1}{2}x", r"\dfrac{1}{1+e^{-x}}", r"2^{-x+1}"):
    print(latex, "->", LatexNodes2Text().latex_to_text(latex))
END
cat "$folder/printed"
diff "$folder/expected" "$folder/printed" && echo "as recorded"
