#!/usr/bin/env bash
# Guess: the slopes of jax.scipy.special are those of the functions, also where the code goes over from one formula to
# another: the slope of the Bessel function i0, which is even and smooth, is 0 at 0.
# Seen: in jax 0.10.2 with 64 bits, in both modes, that of i0 at 0 is 1, and 1e-9 beside it is right; the second derivative at
# 0 is 1.5 for 0.5. That of spence at 1 is 0 for -1; those of boxcox(2, 0) and boxcox1p by the exponent, and of hyp1f1(0, 1,
# 1) by its first parameter, are 0 too, so that a fit that starts there never leaves. i0e and i1 are right.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check jax==0.10.2 jaxlib==0.10.2 numpy==2.4.6 scipy==1.17.1
cat >"$folder/expected" <<'END'
jax 0.10.2
i0(x) at 0.0: reverse 1.0000, forward 1.0000, difference quotient 0.0000
i0(x) at 1e-09: reverse 0.0000, forward 0.0000, difference quotient 0.0000
slope of i0 at 0.0: reverse 1.5000, forward 1.5000, difference quotient 0.5000
i0e(x) at 0.001: reverse -0.9985, forward -0.9985, difference quotient -0.9985
i1(x) at 0.0: reverse 0.5000, forward 0.5000, difference quotient 0.5000
spence(x) at 1.0: reverse 0.0000, forward 0.0000, difference quotient -1.0000
spence(x) at 0.999: reverse -1.0005, forward -1.0005, difference quotient -1.0005
boxcox(2, x) at 0.0: reverse 0.0000, forward 0.0000, difference quotient 0.2402
boxcox(2, x) at 0.001: reverse 0.2403, forward 0.2403, difference quotient 0.2403
boxcox1p(2, x) at 0.0: reverse 0.0000, forward 0.0000, difference quotient 0.6035
hyp1f1(x, 1, 1) at 0.0: reverse 0.0000, forward 0.0000, difference quotient 1.3179
hyp1f1(x, 1, 1) at 0.001: reverse 1.3186, forward 1.3186, difference quotient 1.3186
END
"$folder/venv/bin/python" -W ignore - >"$folder/printed" <<'END'
import jax

jax.config.update("jax_enable_x64", True)
from jax.scipy.special import boxcox, boxcox1p, hyp1f1, i0, i0e, i1, spence

print("jax", jax.__version__)
for name, f, x in (
    ("i0(x)", i0, 0.0),
    ("i0(x)", i0, 1e-9),
    ("slope of i0", jax.grad(i0), 0.0),
    ("i0e(x)", i0e, 0.001),
    ("i1(x)", i1, 0.0),
    ("spence(x)", spence, 1.0),
    ("spence(x)", spence, 0.999),
    ("boxcox(2, x)", lambda x: boxcox(2.0, x), 0.0),
    ("boxcox(2, x)", lambda x: boxcox(2.0, x), 0.001),
    ("boxcox1p(2, x)", lambda x: boxcox1p(2.0, x), 0.0),
    ("hyp1f1(x, 1, 1)", lambda x: hyp1f1(x, 1.0, 1.0), 0.0),
    ("hyp1f1(x, 1, 1)", lambda x: hyp1f1(x, 1.0, 1.0), 0.001),
):
    reverse, forward = jax.grad(f)(x), jax.jvp(f, (x,), (1.0,))[1]
    difference = (f(x + 1e-4) - f(x - 1e-4)) / 2e-4
    print(f"{name} at {x}: reverse {reverse:.4f}, forward {forward:.4f}, difference quotient {difference:.4f}")
END
cat "$folder/printed"
diff "$folder/expected" "$folder/printed" && echo "as recorded"
