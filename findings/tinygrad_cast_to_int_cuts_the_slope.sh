#!/usr/bin/env bash
# Guess: a cast to whole numbers ends the way of the slope (0, as in JAX), or raises.
# Seen: in tinygrad 0.14.0 the slope passes through the cast, and is itself cut to a whole number there: int(x) * 1.5 has
# the slope 1, int(x) * 0.9 has 0, int(x) * -2.7 has -2.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check tinygrad==0.14.0
cat >"$folder/expected" <<'END'
tinygrad 0.14.0: int(x) * factor at x = 2.7
factor 0.9: slope [0.0]
factor 1.5: slope [1.0]
factor -2.7: slope [-2.0]
factor 100.0: slope [100.0]
END
DEV=PYTHON "$folder/venv/bin/python" - >"$folder/printed" <<'END'
from importlib.metadata import version

from tinygrad import Tensor

print(f"tinygrad {version('tinygrad')}: int(x) * factor at x = 2.7")
for factor in (0.9, 1.5, -2.7, 100.0):
    x = Tensor([2.7])
    print(f"factor {factor}: slope", (x.int() * factor).sum().gradient(x)[0].tolist())
END
cat "$folder/printed"
diff "$folder/expected" "$folder/printed" && echo "as recorded"
