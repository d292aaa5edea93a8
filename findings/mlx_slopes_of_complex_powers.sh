#!/usr/bin/env bash
# Guess: the slope of the real part of z**2 by t, with z = t + i·t², is that of z·z in every mode of MLX.
# Seen: in mlx 0.32.4 (CPU) forward mode is right and reverse mode gives 1.5 where 0.5 is right: the powers and cumprod leave the
# conjugate out that products, square, exp and log have in reverse mode. And abs has the right slope of a complex number, but its
# second derivative is 0.894 in both modes, where 1.252 is right. Nothing is told.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check "mlx[cpu]==0.32.4"
cat >"$folder/expected" <<'END'
mlx 0.32.4
z·z: reverse 0.5000, forward 0.5000; second -1.0000, by differences -1.00
square(z): reverse 0.5000, forward 0.5000; second -1.0000, by differences -1.00
z**2: reverse 1.5000, forward 0.5000; second 5.0000, by differences -1.00
z**3: reverse 1.3125, forward -0.1875; second 7.5000, by differences -4.50
cumprod: reverse 1.7500, forward none; second -5.3529, by differences 3.00
exp(z): reverse 1.1896, forward 1.1896; second -1.6316, by differences -1.63
abs(z): reverse 1.3416, forward 1.3416; second 0.8944, by differences 1.25
END
"$folder/venv/bin/python" - >"$folder/printed" <<'END'
import mlx.core as mx

mx.set_default_device(mx.cpu)
z = lambda t: t + 1j * t * t
functions = {
    "z·z": lambda t: mx.real(z(t) * z(t)),
    "square(z)": lambda t: mx.real(mx.square(z(t))),
    "z**2": lambda t: mx.real(z(t) ** 2),
    "z**3": lambda t: mx.real(z(t) ** 3),
    "cumprod": lambda t: mx.real(mx.cumprod(mx.stack([t + 1j * t, t * t + 1j]))[1]),
    "exp(z)": lambda t: mx.real(mx.exp(z(t))),
    "abs(z)": lambda t: mx.abs(z(t)),
}
print("mlx", mx.__version__)
t, h = mx.array(0.5), 0.01
for name, f in functions.items():
    reverse, second = mx.grad(f)(t).item(), mx.grad(mx.grad(f))(t).item()
    try:
        forward = f"{mx.jvp(f, [t], [mx.array(1.0)])[1][0].item():.4f}"
    except RuntimeError:
        forward = "none"
    differences = (f(t + h) - 2 * f(t) + f(t - h)).item() / h**2
    print(f"{name}: reverse {reverse:.4f}, forward {forward}; second {second:.4f}, by differences {differences:.2f}")
END
cat "$folder/printed"
diff "$folder/expected" "$folder/printed" && echo "as recorded"
