#!/usr/bin/env bash
# Guess: group_norm without weight and bias has the gradient of group_norm with the weights 1 and the biases 0.
# Seen: in paddlepaddle 3.3.1 (CPU, float64) the values are the same, and the gradient without weights is wrong in its first
# derivative: the slopes do not add up to 0, as they must where the mean is taken away. layer_norm without weights is right. Nothing is told.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check paddlepaddle==3.3.1
cat >"$folder/expected" <<'END'
paddlepaddle 3.3.1
group_norm: value 3.2403, slopes [2.7774, 5.5548, 4.6291]
group_norm, weights 1: value 3.2403, slopes [-1.543, 1.2343, 0.3087]
layer_norm: value 3.2403, slopes [-1.543, 1.2343, 0.3087]
END
"$folder/venv/bin/python" -W ignore - 2>/dev/null >"$folder/printed" <<'END'
import paddle
import paddle.nn.functional as F

paddle.set_device("cpu")
paddle.set_default_dtype("float64")
weights = paddle.to_tensor([1.0, 2.0, 4.0])
functions = {
    "group_norm": lambda x: F.group_norm(x.reshape([1, 3, 1]), 1)[0, :, 0],
    "group_norm, weights 1": lambda x: F.group_norm(
        x.reshape([1, 3, 1]), 1, weight=paddle.ones([3]), bias=paddle.zeros([3])
    )[0, :, 0],
    "layer_norm": lambda x: F.layer_norm(x[None], [3])[0],
}
print("paddlepaddle", paddle.__version__)
for name, f in functions.items():
    x = paddle.to_tensor([0.5, 0.25, 1.5], stop_gradient=False)
    y = (f(x) * weights).sum()
    (slopes,) = paddle.grad(y, x)
    print(f"{name}: value {y.item():.4f}, slopes {[round(slope, 4) for slope in slopes.tolist()]}")
END
cat "$folder/printed"
diff "$folder/expected" "$folder/printed" && echo "as recorded"
