#!/usr/bin/env bash
# Guess: where autograd has no rule for the slope by one argument of a special function it says so, as for gammainc and
# betainc by their parameters.
# Seen: in autograd 1.9.1 the slope of the Bessel functions jn, iv and ive by their order is 0, without a word, though the
# order may be any real number: that of iv(0.7, 1.3) is -0.795. A fit of the order stays where it starts.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check autograd==1.9.1 numpy==2.4.6 scipy==1.17.1
cat >"$folder/expected" <<'END'
autograd 1.9.1
jn by its first argument: 0.0; difference quotient -0.2963
iv by its first argument: 0.0; difference quotient -0.7952
ive by its first argument: 0.0; difference quotient -0.2167
gammainc by its first argument: VJP of gammainc wrt argnum 0 not defined; difference quotient -0.3264
betainc by its first argument: VJP of betainc wrt argnum 0 not defined; difference quotient -0.4590
END
"$folder/venv/bin/python" -W ignore - >"$folder/printed" <<'END'
from importlib.metadata import version

from autograd import grad
from autograd.scipy import special

print("autograd", version("autograd"))
for name, arguments in {
    "jn": (0.7, 1.3),
    "iv": (0.7, 1.3),
    "ive": (0.7, 1.3),
    "gammainc": (0.7, 1.3),
    "betainc": (0.7, 1.3, 0.4),
}.items():
    f, (first, *rest) = getattr(special, name), arguments
    try:
        slope = float(grad(f)(first, *rest))
    except NotImplementedError as error:
        slope = error
    difference = (f(first + 1e-6, *rest) - f(first - 1e-6, *rest)) / 2e-6
    print(f"{name} by its first argument: {slope}; difference quotient {difference:.4f}")
END
cat "$folder/printed"
diff "$folder/expected" "$folder/printed" && echo "as recorded"
