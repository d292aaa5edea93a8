#!/usr/bin/env bash
# Guess: where grad can be taken three times, the third derivative is right as the first two are.
# Seen: in paddlepaddle 3.3.1 (CPU, float64) that of silu is -0.047 at 0.5, where x·sigmoid(x) has -0.2208, and that of a squared
# convolution is 45 where the same sum by hand has 122; the first two derivatives of both are right, and so are the third ones
# of gelu, tanh and matmul. Nothing is told.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check paddlepaddle==3.3.1
cat >"$folder/expected" <<'END'
paddlepaddle 3.3.1
silu: 0.7400, 0.4412, -0.0470
x·sigmoid(x): 0.7400, 0.4412, -0.2208
conv1d: 15.0000, 52.5000, 45.0000
by hand: 15.0000, 52.5000, 122.0000
matmul: 15.0000, 52.5000, 122.0000
END
"$folder/venv/bin/python" -W ignore - 2>/dev/null >"$folder/printed" <<'END'
import paddle
import paddle.nn.functional as F

paddle.set_device("cpu")
paddle.set_default_dtype("float64")
convolved = lambda x: F.conv1d(x[None, None], x[:2][None, None])
by_hand = lambda x: paddle.stack([x[0] * x[0] + x[1] * x[1], x[1] * x[0] + x[2] * x[1]])
product = lambda x: paddle.matmul(paddle.stack([x[:2], x[1:]]), x[:2])
functions = {
    "silu": (F.silu, [0.5]),
    "x·sigmoid(x)": (lambda x: x * F.sigmoid(x), [0.5]),
    "conv1d": (lambda x: convolved(x).sum() ** 2, [0.5, 1.0, 2.0]),
    "by hand": (lambda x: by_hand(x).sum() ** 2, [0.5, 1.0, 2.0]),
    "matmul": (lambda x: product(x).sum() ** 2, [0.5, 1.0, 2.0]),
}
print("paddlepaddle", paddle.__version__)
for name, (f, point) in functions.items():
    x = paddle.to_tensor(point, stop_gradient=False)
    y, slopes = f(x).sum(), []
    for order in range(3):  # of the sum of the slopes, by every element
        (slope,) = paddle.grad(y, x, create_graph=order < 2)
        slopes.append(f"{slope[0].item():.4f}")
        y = slope.sum()
    print(f"{name}: {', '.join(slopes)}")
END
cat "$folder/printed"
diff "$folder/expected" "$folder/printed" && echo "as recorded"
