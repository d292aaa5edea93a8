#!/usr/bin/env bash
# Guess: reverse and forward mode are two orders of the same products: where one has the right slope, so has the other.
# Seen: in jax 0.10.2 with 64 bits the slope of spence is nan by reverse mode for all numbers above 1 and up to 2, and right
# by forward mode. That of the entropy of a Poisson distribution is nan by forward mode up to 100 and right by reverse mode;
# from about 750 on it is the other way round. Far out on Laplace's distribution function reverse mode is nan and forward mode
# 0.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check jax==0.10.2 jaxlib==0.10.2 numpy==2.4.6 scipy==1.17.1
cat >"$folder/expected" <<'END'
jax 0.10.2
spence(x) at 0.9: reverse -1.05361, forward -1.05361, difference quotient -1.05361
spence(x) at 1.2: reverse nan, forward -0.91161, difference quotient -0.91161
spence(x) at 1.7: reverse nan, forward -0.75804, difference quotient -0.75804
spence(x) at 2.0: reverse nan, forward -0.69315, difference quotient -0.69315
spence(x) at 2.1: reverse -0.67449, forward -0.67449, difference quotient -0.67449
entropy of poisson(x) at 0.5: reverse 1.00702, forward nan, difference quotient 1.00702
entropy of poisson(x) at 30.0: reverse 0.01676, forward nan, difference quotient 0.01676
entropy of poisson(x) at 99.0: reverse 0.00506, forward nan, difference quotient 0.00506
entropy of poisson(x) at 101.0: reverse 0.00496, forward 0.00496, difference quotient 0.00496
entropy of poisson(x) at 800.0: reverse nan, forward 0.00063, difference quotient 0.00063
laplace.cdf(x) at 3.0: reverse 0.02489, forward 0.02489, difference quotient 0.02489
laplace.cdf(x) at 800.0: reverse nan, forward 0.00000, difference quotient 0.00000
END
"$folder/venv/bin/python" -W ignore - >"$folder/printed" <<'END'
import jax

jax.config.update("jax_enable_x64", True)
from jax.scipy.special import spence
from jax.scipy.stats import laplace, poisson

print("jax", jax.__version__)
for name, f, points in (
    ("spence(x)", spence, (0.9, 1.2, 1.7, 2.0, 2.1)),
    ("entropy of poisson(x)", poisson.entropy, (0.5, 30.0, 99.0, 101.0, 800.0)),
    ("laplace.cdf(x)", laplace.cdf, (3.0, 800.0)),
):
    for x in points:
        reverse, forward = jax.grad(f)(x), jax.jvp(f, (x,), (1.0,))[1]
        difference = (f(x + 1e-4) - f(x - 1e-4)) / 2e-4
        print(f"{name} at {x}: reverse {reverse:.5f}, forward {forward:.5f}, difference quotient {difference:.5f}")
END
cat "$folder/printed"
diff "$folder/expected" "$folder/printed" && echo "as recorded"
