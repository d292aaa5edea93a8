#!/usr/bin/env bash
# Guess: ELU with alpha 1 is smooth, its slope at 0 is 1 from both sides, and so tinygrad gives 1; CELU, the same function
# for alpha 1, has the same slopes.
# Seen: in tinygrad 0.14.0 the slope of ELU is 0 at 0 and at all negative numbers so small that exp(x) is 1 in the
# number's type. CELU has 1 at 0 and 0.5 at these numbers. JAX 0.10.2 gives 1 at each.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check tinygrad==0.14.0
cat >"$folder/expected" <<'END'
tinygrad 0.14.0: slopes at -1e-9, 0.0 and 1e-9
elu [0.0, 0.0, 1.0]
celu [0.5, 1.0, 1.5]
END
DEV=PYTHON "$folder/venv/bin/python" - >"$folder/printed" <<'END'
from importlib.metadata import version

from tinygrad import Tensor

print(f"tinygrad {version('tinygrad')}: slopes at -1e-9, 0.0 and 1e-9")
for name in ("elu", "celu"):
    x = Tensor([-1e-9, 0.0, 1e-9])
    print(name, getattr(x, name)().sum().gradient(x)[0].tolist())
END
cat "$folder/printed"
diff "$folder/expected" "$folder/printed" && echo "as recorded"
