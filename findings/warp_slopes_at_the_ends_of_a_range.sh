#!/usr/bin/env bash
# Guess: the slopes at the ends of a range follow one rule: sqrt at 0 and acos at 1 are both vertical, so both are
# infinite or both are 0; clamp has the same slope at its two ends; max and min give a tie to the same side of x.
# Seen: in Warp 1.19.0 the slope of sqrt at 0 and of log at 0 is inf, that of acos and asin at 1 and at -1 is 0. The slope
# of clamp is 1 at its lower end and 0 at its upper end. Of two equal numbers the second gets the whole slope, in max as in min.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check warp-lang==1.19.0
cat >"$folder/expected" <<'END'
warp 1.19.0
sqrt at 0.0: slope inf
log at 0.0: slope inf
acos at 1.0: slope 0.0
asin at -1.0: slope 0.0
clamp_0_1 at 0.0: slope 1.0
clamp_0_1 at 1.0: slope 0.0
max_1 at 1.0: slope 0.0
min_1 at 1.0: slope 0.0
END
cat >"$folder/run.py" <<'END'
import warp as wp

wp.config.quiet = True
numbers = wp.array(dtype=wp.float64)


@wp.kernel
def sqrt(x: numbers, out: numbers):
    out[0] = wp.sqrt(x[0])


@wp.kernel
def log(x: numbers, out: numbers):
    out[0] = wp.log(x[0])


@wp.kernel
def acos(x: numbers, out: numbers):
    out[0] = wp.acos(x[0])


@wp.kernel
def asin(x: numbers, out: numbers):
    out[0] = wp.asin(x[0])


@wp.kernel
def clamp_0_1(x: numbers, out: numbers):
    out[0] = wp.clamp(x[0], wp.float64(0.0), wp.float64(1.0))


@wp.kernel
def max_1(x: numbers, out: numbers):
    out[0] = wp.max(x[0], wp.float64(1.0))


@wp.kernel
def min_1(x: numbers, out: numbers):
    out[0] = wp.min(x[0], wp.float64(1.0))


print(f"warp {wp.__version__}")
places = [(sqrt, 0.0), (log, 0.0), (acos, 1.0), (asin, -1.0), (clamp_0_1, 0.0), (clamp_0_1, 1.0), (max_1, 1.0), (min_1, 1.0)]
for kernel, place in places:
    x, out = (wp.array([n], dtype=wp.float64, requires_grad=True, device="cpu") for n in (place, 0.0))
    with wp.Tape() as tape:
        wp.launch(kernel, dim=1, inputs=[x], outputs=[out], device="cpu")
    tape.backward(grads={out: wp.ones(1, dtype=wp.float64, device="cpu")})
    print(f"{kernel.key} at {place}: slope {x.grad.numpy()[0]}")
END
HOME=$folder "$folder/venv/bin/python" "$folder/run.py" >"$folder/all" 2>"$folder/warnings"
grep -v "^Module\|^Warp\|^   " "$folder/all" >"$folder/printed"
cat "$folder/printed"
diff "$folder/expected" "$folder/printed" && echo "as recorded"
