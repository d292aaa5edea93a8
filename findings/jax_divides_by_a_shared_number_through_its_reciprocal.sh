#!/usr/bin/env bash
# Guess: `v / jnp.max(v)` has a 1 at the largest element, whatever the elements are: IEEE division is exact there, and
# dividing by the largest is how one keeps a norm or a softmax from overflowing.
# Seen: jax 0.10.2 on the CPU, in float64. XLA works the reciprocal of a number that a whole array is divided by once, and
# multiplies. So [49, 98] / 49 begins with 0.9999999999999999. Above 2**1022 the reciprocal is a subnormal number,
# which counts as 0 there, and all quotients are 0. NumPy gives 1, and so does jax where one number is divided by one.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check jax==0.10.2 jaxlib==0.10.2 numpy==2.4.6
cat >"$folder/expected" <<'END'
jax 0.10.2
[49, 98] / 49: jax [0.9999999999999999, 1.9999999999999998] numpy [1.0, 2.0]
v / max(v): jax [0.0, 0.0] numpy [1.0, 0.5]
v / max(v), jitted: [0.0, 0.0]
its largest alone: 1.0
END
JAX_PLATFORMS=cpu JAX_ENABLE_X64=1 "$folder/venv/bin/python" - >"$folder/printed" <<'END'
import jax
import jax.numpy as jnp
import numpy as np

print("jax", jax.__version__)


def scaled(v):
    return v / v.max()


small, large = np.array([49.0, 98.0]), np.array([1e308, 5e307])
print("[49, 98] / 49: jax", (jnp.array(small) / 49.0).tolist(), "numpy", (small / 49.0).tolist())
print("v / max(v): jax", scaled(jnp.array(large)).tolist(), "numpy", scaled(large).tolist())
print("v / max(v), jitted:", jax.jit(scaled)(jnp.array(large)).tolist())
print("its largest alone:", float(jnp.float64(1e308) / jnp.float64(1e308)))
END
cat "$folder/printed"
diff "$folder/expected" "$folder/printed" && echo "as recorded"
