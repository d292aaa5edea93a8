#!/usr/bin/env bash
# Guess: the remainder that divmod gives has the slopes of remainder: 1 by the number, minus the quotient by the divisor.
# Seen: in mlx 0.32.4 (CPU) both of its slopes are 0, in both modes and without a word; remainder and % have 1 and -1.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check "mlx[cpu]==0.32.4"
cat >"$folder/expected" <<'END'
mlx 0.32.4
divmod: remainder 0.2, reverse [0.0, 0.0], forward 0.0
remainder: remainder 0.2, reverse [1.0, -1.0], forward 1.0
%: remainder 0.2, reverse [1.0, -1.0], forward 1.0
END
"$folder/venv/bin/python" - >"$folder/printed" <<'END'
import mlx.core as mx

mx.set_default_device(mx.cpu)
functions = {
    "divmod": lambda x, y: mx.divmod(x, y)[1],
    "remainder": mx.remainder,
    "%": lambda x, y: x % y,
}
print("mlx", mx.__version__)
x, y = mx.array(0.5), mx.array(0.3)
for name, f in functions.items():
    reverse = [slope.item() for slope in mx.grad(f, argnums=(0, 1))(x, y)]
    forward = mx.jvp(lambda x: f(x, y), [x], [mx.array(1.0)])[1][0].item()
    print(f"{name}: remainder {f(x, y).item():.1f}, reverse {reverse}, forward {forward}")
END
cat "$folder/printed"
diff "$folder/expected" "$folder/printed" && echo "as recorded"
