#!/usr/bin/env bash
# Guess: the remainder of x and y is x - y * trunc(x / y), so its slope by y is -trunc(x / y): -3 at (7.5, 2).
# Seen: in Warp 1.19.0 the slope of `wp.mod` (and of `%`) by its divisor is 0 everywhere, though by x it is 1. The same
# remainder written out has both. The slope of `wp.frac(x)`, the remainder by 1, is 0 too, and that of x - trunc(x) is 1.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check warp-lang==1.19.0
cat >"$folder/expected" <<'END'
warp 1.19.0: value, slope by x and slope by y at x = 7.5, y = 2
mod 1.5 1.0 0.0
percent 1.5 1.0 0.0
written_out 1.5 1.0 -3.0
frac 0.5 0.0 0.0
frac_written_out 0.5 1.0 0.0
END
cat >"$folder/run.py" <<'END'
import warp as wp

wp.config.quiet = True
numbers = wp.array(dtype=wp.float64)


@wp.kernel
def mod(x: numbers, y: numbers, out: numbers):
    out[0] = wp.mod(x[0], y[0])


@wp.kernel
def percent(x: numbers, y: numbers, out: numbers):
    out[0] = x[0] % y[0]


@wp.kernel
def written_out(x: numbers, y: numbers, out: numbers):
    out[0] = x[0] - y[0] * wp.trunc(x[0] / y[0])


@wp.kernel
def frac(x: numbers, y: numbers, out: numbers):
    out[0] = wp.frac(x[0])


@wp.kernel
def frac_written_out(x: numbers, y: numbers, out: numbers):
    out[0] = x[0] - wp.trunc(x[0])


print(f"warp {wp.__version__}: value, slope by x and slope by y at x = 7.5, y = 2")
for kernel in (mod, percent, written_out, frac, frac_written_out):
    x, y, out = (wp.array([n], dtype=wp.float64, requires_grad=True, device="cpu") for n in (7.5, 2.0, 0.0))
    with wp.Tape() as tape:
        wp.launch(kernel, dim=1, inputs=[x, y], outputs=[out], device="cpu")
    value = out.numpy()[0]
    tape.backward(grads={out: wp.ones(1, dtype=wp.float64, device="cpu")})
    print(kernel.key, value, x.grad.numpy()[0], y.grad.numpy()[0])
END
HOME=$folder "$folder/venv/bin/python" "$folder/run.py" >"$folder/all" 2>"$folder/warnings"
grep -v "^Module\|^Warp\|^   " "$folder/all" >"$folder/printed"
cat "$folder/printed"
diff "$folder/expected" "$folder/printed" && echo "as recorded"
