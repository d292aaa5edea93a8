#!/usr/bin/env bash
# Guess: scipy.differentiate.derivative(np.log, 0.5) is 2. Its step starts at 0.5 and is halved in each iteration,
# so a first step that leaves the domain of log costs one iteration.
# Seen: in SciPy 1.17.1 the answer is nan and success is False, after 9 calls. An infinite or missing number at the
# first, longest step ends the search, though every later step would stay inside. At 0.51 the slope has 9 digits.
# At 0.4 and for sqrt at 0.1 it is nan too, until initial_step is shorter than the distance to the edge.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check scipy==1.17.1 numpy==2.4.6
cat >"$folder/expected" <<'END'
scipy 1.17.1
log at 0.51: slope 1.960784314 success True
log at 0.5: slope nan success False
log at 0.4: slope nan success False
sqrt at 0.1: slope nan success False
sqrt at 0.1, initial_step=0.05: slope 1.581138830 success True
END
"$folder/venv/bin/python" -W ignore - >"$folder/printed" <<'END'
import numpy as np
import scipy
from scipy.differentiate import derivative

print("scipy", scipy.__version__)
for f, x, options in (
    (np.log, 0.51, {}),
    (np.log, 0.5, {}),
    (np.log, 0.4, {}),
    (np.sqrt, 0.1, {}),
    (np.sqrt, 0.1, {"initial_step": 0.05}),
):
    found = derivative(f, x, **options)
    told = "".join(f", {name}={value}" for name, value in options.items())
    print(f"{f.__name__} at {x}{told}: slope {found.df:.9f} success {found.success}")
END
cat "$folder/printed"
diff "$folder/expected" "$folder/printed" && echo "as recorded"
