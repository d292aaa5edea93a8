#!/usr/bin/env bash
# Guess: a block's source lines reach from its first line to its last one, as they do for every block of
# markdown-it-py.
# Seen: the amsmath block of mdit-py-plugins 0.7.0 leaves its last line out: the source lines of \begin{align}
# to \end{align} stop before \end{align}, while the block's content has it, and the $$ block of the same package
# has all its lines. Whoever cuts a formula out of the source by its lines gets one that never ends.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check mdit-py-plugins==0.7.0 markdown-it-py==4.3.0
cat >"$folder/expected" <<'END'
mdit-py-plugins 0.7.0 markdown-it-py 4.3.0
amsmath [0, 2] ['\\begin{align}', 'a &= 1']
math_block [4, 7] ['$$', 'b = 2', '$$']
END
"$folder/venv/bin/python" - >"$folder/printed" <<'END'
from importlib.metadata import version

from markdown_it import MarkdownIt
from mdit_py_plugins.amsmath import amsmath_plugin
from mdit_py_plugins.dollarmath import dollarmath_plugin

print("mdit-py-plugins", version("mdit-py-plugins"), "markdown-it-py", version("markdown-it-py"))
source = "\\begin{align}\na &= 1\n\\end{align}\n\n$$\nb = 2\n$$\n"
for token in MarkdownIt().use(amsmath_plugin).use(dollarmath_plugin).parse(source):
    first, end = token.map
    print(token.type, token.map, source.splitlines()[first:end])
END
cat "$folder/printed"
diff "$folder/expected" "$folder/printed" && echo "as recorded"
