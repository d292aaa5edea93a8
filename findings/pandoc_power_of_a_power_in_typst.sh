#!/usr/bin/env bash
# Guess: pandoc keeps what a formula says on its way from LaTeX to Typst: braces that LaTeX needs, as in {2^3}^2, become
# brackets where Typst would read the same signs in another way.
# Seen: in pandoc 3.9 {2^3}^2 becomes 2^3^2, which Typst takes as 2^(3^2): 64 becomes 512. \frac{2}{3}^2 becomes 2 / 3^2,
# which Typst sets as 2 over 3^2; so do single letters, while a longer fraction stays whole below its power. As plain text
# {2^3}^2 is 2³². Nothing is told.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check pypandoc_binary==1.17 typst==0.15.2
cat >"$folder/expected" <<'END'
pandoc 3.9 Typst 0.15.2
{2^3}^2: $2^3^2$, read as (2)^((3)^(2))
2^{3^2}: $2^(3^2)$, read as (2)^((3)^(2))
\frac{2}{3}^2: $2 / 3^2$, read as (2)/((3)^(2))
\frac{2}{3^2}: $2 / 3^2$, read as (2)/((3)^(2))
\frac{a}{b}^2: $a / b^2$, read as (a)/((b)^(2))
\frac{a+b}{c}^2: $frac(a + b, c)^2$, read as ((a+b)/(c))^(2)
\left(\frac{2}{3}\right)^2: $(2 / 3)^2$, read as (((2)/(3)))^(2)
as plain text: 2³²
END
"$folder/venv/bin/python" -W ignore - >"$folder/printed" <<'END'
import json
import tempfile
from importlib.metadata import version
from pathlib import Path

import pypandoc
import typst

print("pandoc", pypandoc.get_pandoc_version(), "Typst", version("typst"))


def told(item):
    """Write one part of Typst's formula with brackets around each power and fraction."""
    match item["func"]:
        case "attach":
            return f"({told(item['base'])})^({told(item['t'])})"
        case "frac":
            return f"({told(item['num'])})/({told(item['denom'])})"
        case "sequence":
            return "".join(told(child) for child in item["children"])
        case "space":
            return ""
        case _:
            return item["text"] if "text" in item else told(item["body"])


for latex in (
    "{2^3}^2",
    "2^{3^2}",
    r"\frac{2}{3}^2",
    r"\frac{2}{3^2}",
    r"\frac{a}{b}^2",
    r"\frac{a+b}{c}^2",
    r"\left(\frac{2}{3}\right)^2",
):
    text = pypandoc.convert_text(f"${latex}$", "typst", format="markdown").strip()
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder, "formula.typ")
        source.write_text(text)
        formula = json.loads(typst.query(str(source), "math.equation"))[0]["body"]
    print(f"{latex}: {text}, read as {told(formula)}")
print("as plain text:", pypandoc.convert_text("${2^3}^2$", "plain", format="markdown").strip())
END
cat "$folder/printed"
diff "$folder/expected" "$folder/printed" && echo "as recorded"
