#!/usr/bin/env bash
# Guess: gaussian_nll_loss has a slope by the variance, which it exists to fit; kl_div by its target and lerp by its weight, as
# the same formulas by hand have them.
# Seen: in paddlepaddle 3.3.1 none of the three is connected: grad gives None, backward leaves the variance's grad empty without
# a word, and a network that predicts the variance learns nothing from this loss. Input and mean have their slopes.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check paddlepaddle==3.3.1
cat >"$folder/expected" <<'END'
paddlepaddle 3.3.1
gaussian_nll_loss: by mean 0.1667, by variance None
by hand: by mean 0.1667, by variance 0.3194
kl_div: by input -0.75, by target None
by hand: by input -0.75, by target 0.7123
lerp: by end 0.25, by weight None
by hand: by end 0.25, by weight 2
END
"$folder/venv/bin/python" -W ignore - 2>/dev/null >"$folder/printed" <<'END'
import paddle
import paddle.nn.functional as F

paddle.set_device("cpu")
paddle.set_default_dtype("float64")


def told(name, f, names, *numbers):
    given = [paddle.to_tensor([number], stop_gradient=False) for number in numbers]
    f(*given).sum().backward()
    slopes = ["None" if one.grad is None else f"{one.grad.item():.4g}" for one in given]
    print(f"{name}: " + ", ".join(f"by {name} {slope}" for name, slope in zip(names, slopes)))


t = paddle.to_tensor([0.25])
print("paddlepaddle", paddle.__version__)
by = ("mean", "variance")
told("gaussian_nll_loss", lambda m, v: F.gaussian_nll_loss(m, t, v), by, 0.5, 1.5)
told("by hand", lambda m, v: 0.5 * (v.log() + (m - t) ** 2 / v), by, 0.5, 1.5)
by = ("input", "target")
told("kl_div", lambda p, q: F.kl_div(p.log(), q, reduction="sum"), by, 0.8, 0.6)
told("by hand", lambda p, q: q * (q.log() - p.log()), by, 0.8, 0.6)
start = paddle.to_tensor([1.0])
by = ("end", "weight")
told("lerp", lambda end, weight: paddle.lerp(start, end, weight), by, 3.0, 0.25)
told("by hand", lambda end, weight: start + weight * (end - start), by, 3.0, 0.25)
END
cat "$folder/printed"
diff "$folder/expected" "$folder/printed" && echo "as recorded"
