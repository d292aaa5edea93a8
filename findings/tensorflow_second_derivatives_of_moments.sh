#!/usr/bin/env bash
# Guess: the variance that tf.nn.moments gives has all derivatives of the variance, as reduce_variance has; so have the layers
# for normalization that are built on it.
# Seen: in tensorflow 2.21.0 its first derivative is right and its second is 1.319 where -0.361 is right: it takes the mean as a
# constant in the squares, which is without effect on the first derivative alone. With keras 3.15.1 on top, the second
# derivatives of LayerNormalization and BatchNormalization are 115.8 where 2.743 is right. A gradient penalty trains by
# them. weighted_moments with weights of one is right. Nothing is told.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check tensorflow==2.21.0 keras==3.15.1
cat >"$folder/expected" <<'END'
tensorflow 2.21.0, keras 3.15.1
moments: first 0.0278, second 1.3194, by differences -0.3611
reduce_variance: first 0.0278, second -0.3611, by differences -0.3611
weighted_moments: first 0.0278, second -0.3611, by differences -0.3611
LayerNormalization: first -0.7504, second 115.8091, by differences 2.7433
BatchNormalization: first -0.7504, second 115.8091, by differences 2.7433
END
TF_CPP_MIN_LOG_LEVEL=3 CUDA_VISIBLE_DEVICES=-1 "$folder/venv/bin/python" -W ignore - 2>/dev/null >"$folder/printed" <<'END'
import keras
import tensorflow as tf

layer = keras.layers.LayerNormalization(dtype="float64")
batch = keras.layers.BatchNormalization(dtype="float64")
ones, weights = tf.ones(3, tf.float64), tf.constant([1.0, 2.0, 4.0], tf.float64)


def x(t):
    return tf.stack([t, t**2, t**3])


def slope(f):
    def by_t(t):
        with tf.GradientTape() as tape:
            tape.watch(t)
            y = f(t)
        return tape.gradient(y, t)

    return by_t


functions = {
    "moments": lambda t: tf.nn.moments(x(t), [0])[1],
    "reduce_variance": lambda t: tf.math.reduce_variance(x(t)),
    "weighted_moments": lambda t: tf.nn.weighted_moments(x(t), [0], ones)[1],
    "LayerNormalization": lambda t: tf.reduce_sum(layer(x(t)[None])[0] * weights),
    "BatchNormalization": lambda t: tf.reduce_sum(batch(x(t)[:, None], training=True)[:, 0] * weights),
}
print(f"tensorflow {tf.__version__}, keras {keras.__version__}")
for name, f in functions.items():
    t, h = tf.constant(0.5, tf.float64), 1e-4
    differences = float((f(t + h) - 2 * f(t) + f(t - h)) / h**2)
    first, second = float(slope(f)(t)), float(slope(slope(f))(t))
    print(f"{name}: first {first:.4f}, second {second:.4f}, by differences {differences:.4f}")
END
cat "$folder/printed"
diff "$folder/expected" "$folder/printed" && echo "as recorded"
