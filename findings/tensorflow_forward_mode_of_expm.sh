#!/usr/bin/env bash
# Guess: one ForwardAccumulator inside another gives the second derivative that two tapes give; where forward mode knows no rule
# it says so with a LookupError, as it does for resize by nearest, bicubic or lanczos3.
# Seen: in tensorflow 2.21.0 the second derivative of linalg.expm by forward in forward mode is 1.8e19, where two tapes have
# 27.97; inv is right in both. And resize by bilinear, the default, has the slope None by forward mode, without an error.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check tensorflow==2.21.0 keras==3.15.1
cat >"$folder/expected" <<'END'
tensorflow 2.21.0
expm: two tapes 2.797e+01, forward in forward 1.845e+19
inv: two tapes 6.371e-02, forward in forward 6.371e-02
bilinear: tape 7.000, forward None
nearest: tape 7.000, forward LookupError
bicubic: tape 7.000, forward LookupError
lanczos3: tape 7.000, forward LookupError
END
TF_CPP_MIN_LOG_LEVEL=3 CUDA_VISIBLE_DEVICES=-1 "$folder/venv/bin/python" -W ignore - 2>/dev/null >"$folder/printed" <<'END'
import tensorflow as tf


def by_tape(f):
    def slope(t):
        with tf.GradientTape() as tape:
            tape.watch(t)
            y = f(t)
        return tape.gradient(y, t)

    return slope


def by_forward(f):
    def slope(t):
        with tf.autodiff.ForwardAccumulator(t, tf.ones_like(t)) as forward:
            y = f(t)
        return forward.jvp(y)

    return slope


A = tf.constant([[2.0, 1.0], [0.5, 3.0]], tf.float64)
B = tf.constant([[1.0, -0.3], [0.2, 0.4]], tf.float64)
print("tensorflow", tf.__version__)
t = tf.constant(0.5, tf.float64)
for name in ("expm", "inv"):
    f = lambda t: tf.reduce_sum(getattr(tf.linalg, name)(A + t * B))
    reverse, forward = (float(mode(mode(f))(t)) for mode in (by_tape, by_forward))
    print(f"{name}: two tapes {reverse:.3e}, forward in forward {forward:.3e}")
t, weights = tf.constant(0.5), tf.reshape(tf.constant([1.0, 2.0, 4.0]), (1, 3, 1, 1))
for method in ("bilinear", "nearest", "bicubic", "lanczos3"):
    f = lambda t: tf.reduce_sum(tf.image.resize(tf.reshape(tf.stack([t, t**2]), (1, 2, 1, 1)), (3, 1), method) * weights)
    try:
        forward = by_forward(f)(t)
    except LookupError as error:
        forward = type(error).__name__
    print(f"{method}: tape {float(by_tape(f)(t)):.3f}, forward {forward}")
END
cat "$folder/printed"
diff "$folder/expected" "$folder/printed" && echo "as recorded"
