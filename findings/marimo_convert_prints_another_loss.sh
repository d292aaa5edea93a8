#!/usr/bin/env bash
# Guess: marimo, which allows one assignment to a name in a whole notebook, refuses a Jupyter notebook that updates
# its weight in a second cell; or the converted notebook prints what Jupyter prints.
# Seen: marimo 0.25.2 converts it and renames each later w: w_1, w_2 and so on. A function of an earlier cell that
# reads w keeps reading the first one. So the cell after the step prints the new weight beside the old loss, without
# a word from convert or from the run.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check marimo==0.25.2 nbformat==5.11.1
cat >"$folder/expected" <<'END'
marimo 0.25.2
run top to bottom: weight 0.4, loss 0.16
run by marimo: weight 0.4, loss 0.25
END
cat >"$folder/cells.py" <<'END'
import sys
from pathlib import Path

import nbformat

cells = [
    "w = 0.5\ndef loss():\n    return w ** 2",
    "w = w - 0.1",
    "print(f'weight {w:g}, loss {loss():g}')",
]
notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in cells])
nbformat.write(notebook, sys.argv[1])
Path(sys.argv[2]).write_text("\n".join(cells))
END
cd "$folder"
venv/bin/python cells.py step.ipynb step_in_order.py
venv/bin/marimo convert step.ipynb -o step.py >converted 2>&1
{
    echo "marimo $(venv/bin/marimo --version)"
    echo "run top to bottom: $(venv/bin/python step_in_order.py)"
    echo "run by marimo: $(venv/bin/python step.py)"
} >printed
cat printed
diff expected printed && echo "as recorded"
