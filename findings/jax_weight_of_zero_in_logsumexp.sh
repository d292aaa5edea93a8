#!/usr/bin/env bash
# Guess: logsumexp with weights has the slope exp(a) / sum by each weight, whatever the weight is: the sum is linear in them.
# Seen: in jax 0.10.2 with 64 bits the slope by a weight of exactly 0 is 0, in both modes; at 1e-12 it is right, 0.670. So a
# part of a mixture whose weight has come to 0 stays out for good. optax 0.2.8 writes its focal loss with such weights, and
# its slope by the label is -0.663 at the label 0, -0.245 just above; at 1 it has the wrong sign.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check optax==0.2.8 jax==0.10.2 jaxlib==0.10.2 numpy==2.4.6 scipy==1.17.1
cat >"$folder/expected" <<'END'
jax 0.10.2 optax 0.2.8
logsumexp, weight 1.0: 1.2130, slope by reverse mode 0.4013, forward 0.4013
written out, weight 1.0: 1.2130, slope by reverse mode 0.4013, forward 0.4013
logsumexp, weight 1e-12: 0.7000, slope by reverse mode 0.6703, forward 0.6703
written out, weight 1e-12: 0.7000, slope by reverse mode 0.6703, forward 0.6703
logsumexp, weight 0.0: 0.7000, slope by reverse mode 0.0000, forward 0.0000
written out, weight 0.0: 0.7000, slope by reverse mode 0.6703, forward 0.6703
focal loss, label 0.0: 0.2819, slope -0.6628
focal loss, label 1e-09: 0.2819, slope -0.2451
focal loss, label 0.5: 0.1761, slope -0.1799
focal loss, label 0.999999999: 0.1004, slope -0.1246
focal loss, label 1.0: 0.1004, slope 0.1465
END
"$folder/venv/bin/python" -W ignore - >"$folder/printed" <<'END'
import jax

jax.config.update("jax_enable_x64", True)
import jax.numpy as jnp
import optax
from jax.scipy.special import logsumexp

print("jax", jax.__version__, "optax", optax.__version__)
a = jnp.array([0.3, 0.7])


def written_out(weight):
    return jnp.log(weight * jnp.exp(a[0]) + jnp.exp(a[1]))


def loss(label):
    return optax.losses.sigmoid_focal_loss(jnp.array(0.3), label)


functions = {"logsumexp": lambda weight: logsumexp(a, b=jnp.array([weight, 1.0])), "written out": written_out}
for weight in (1.0, 1e-12, 0.0):
    for name, f in functions.items():
        reverse, forward = jax.grad(f)(weight), jax.jvp(f, (weight,), (1.0,))[1]
        print(f"{name}, weight {weight}: {f(weight):.4f}, slope by reverse mode {reverse:.4f}, forward {forward:.4f}")
for label in (0.0, 1e-9, 0.5, 1 - 1e-9, 1.0):
    print(f"focal loss, label {label}: {loss(label):.4f}, slope {jax.grad(loss)(label):.4f}")
END
cat "$folder/printed"
diff "$folder/expected" "$folder/printed" && echo "as recorded"
