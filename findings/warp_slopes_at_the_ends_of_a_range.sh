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
def ends(x: numbers, out: numbers):
    zero, one = wp.float64(0.0), wp.float64(1.0)
    out[0] = wp.sqrt(x[0])
    out[1] = wp.log(x[1])
    out[2] = wp.acos(x[2])
    out[3] = wp.asin(x[3])
    out[4] = wp.clamp(x[4], zero, one)
    out[5] = wp.clamp(x[5], zero, one)
    out[6] = wp.max(x[6], one)
    out[7] = wp.min(x[7], one)


places = [0.0, 0.0, 1.0, -1.0, 0.0, 1.0, 1.0, 1.0]
x, out, ones = (
    wp.array(numbers, dtype=wp.float64, requires_grad=True, device="cpu") for numbers in (places, [0.0] * 8, [1.0] * 8)
)
with wp.Tape() as tape:
    wp.launch(ends, dim=1, inputs=[x], outputs=[out], device="cpu")
tape.backward(grads={out: ones})
print(f"warp {wp.__version__}")
names = ["sqrt", "log", "acos", "asin", "clamp_0_1", "clamp_0_1", "max_1", "min_1"]
for name, place, slope in zip(names, places, x.grad.numpy()):
    print(f"{name} at {place}: slope {slope}")
END
HOME=$folder "$folder/venv/bin/python" "$folder/run.py" >"$folder/all" 2>"$folder/warnings"
grep -v "^Module\|^Warp\|^   " "$folder/all" >"$folder/printed"
cat "$folder/printed"
diff "$folder/expected" "$folder/printed" && echo "as recorded"
