#!/usr/bin/env bash
# Guess: two ways to write one function have the same slopes: prod(x) and cumprod(x)[-1], the largest |x| and the
# infinity norm, sum |x| and the 1-norm; and lerp(a, b, w) has a slope by each of the three.
# Seen: in PaddlePaddle 3.3.1 the slope of prod at (2, 0, 3) is nan by the 0, and that of cumprod is 6. Where several
# numbers are the largest, max shares the slope among them, and the infinity norm gives each the whole. The slope of the
# 1-norm is 1 - 1e-12. By its weight lerp has none, without a word.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check paddlepaddle==3.3.1
cat >"$folder/expected" <<'END'
paddlepaddle 3.3.1
prod at [2.0, 0.0, 3.0]: [0.0, nan, 0.0]
last cumprod at [2.0, 0.0, 3.0]: [0.0, 6.0, 0.0]
max |x| at [3.0, -3.0]: [0.5, -0.5]
infinity norm at [3.0, -3.0]: [1.0, -1.0]
sum |x| at [1.0, -2.0]: [1.0, -1.0]
1-norm at [1.0, -2.0]: [0.999999999999, -0.999999999999]
lerp(1, 3, w) at w = 0.3: None; 1 + w (3 - 1): 2.0
END
"$folder/venv/bin/python" - >"$folder/printed" 2>"$folder/warnings" <<'END'
import paddle

print("paddlepaddle", paddle.__version__)


def leaf(numbers):
    return paddle.to_tensor(numbers, dtype="float64", stop_gradient=False)


for name, function, numbers in [
    ("prod", paddle.prod, [2.0, 0.0, 3.0]),
    ("last cumprod", lambda x: paddle.cumprod(x, dim=0)[-1], [2.0, 0.0, 3.0]),
    ("max |x|", lambda x: paddle.max(paddle.abs(x)), [3.0, -3.0]),
    ("infinity norm", lambda x: paddle.norm(x, p=float("inf")), [3.0, -3.0]),
    ("sum |x|", lambda x: paddle.abs(x).sum(), [1.0, -2.0]),
    ("1-norm", lambda x: paddle.norm(x, p=1), [1.0, -2.0]),
]:
    x = leaf(numbers)
    print(f"{name} at {numbers}:", [round(slope, 14) for slope in paddle.grad(function(x), x)[0].tolist()])
a, b, w = leaf(1.0), leaf(3.0), leaf(0.3)
paddle.lerp(a, b, w).backward()
by_lerp = w.grad
(a + w * (b - a)).backward()
print(f"lerp(1, 3, w) at w = 0.3: {by_lerp}; 1 + w (3 - 1): {w.grad.item()}")
END
cat "$folder/printed"
diff "$folder/expected" "$folder/printed" && echo "as recorded"
