#!/usr/bin/env bash
# Guess: the mean and the sum of the binary cross-entropy of one sample are that sample's loss.
# Seen: in mindspore 2.10.0 (CPU) both are twice the loss where there is one sample, and right from two samples on;
# reduction="none" is right, and the slope is that of the right loss. So a batch of one reports double the loss.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check mindspore==2.10.0 numpy==1.26.4
cat >"$folder/expected" <<'END'
mindspore 2.10.0
1 sample: none [0.693], mean 1.386, sum 1.386, slope of the mean [0.8]
2 samples: none [0.693, 0.693], mean 0.693, sum 1.386, slope of the mean [0.4, 0.4]
3 samples: none [0.693, 0.693, 0.693], mean 0.693, sum 2.079, slope of the mean [0.267, 0.267, 0.267]
END
GLOG_v=4 "$folder/venv/bin/python" -W ignore - 2>/dev/null >"$folder/printed" <<'END'
import mindspore
from mindspore import Tensor, float32, ops

mindspore.set_device("CPU")


def rounded(numbers):
    return [round(number, 3) for number in numbers.asnumpy().tolist()]


print("mindspore", mindspore.__version__)
for size in (1, 2, 3):
    guess, truth = Tensor([0.5] * size, float32), Tensor([0.3] * size, float32)
    worked = lambda reduction: ops.binary_cross_entropy(guess, truth, reduction=reduction)
    mean, total = (f"{float(worked(name).asnumpy()):.3f}" for name in ("mean", "sum"))
    slope = rounded(mindspore.grad(lambda guess: ops.binary_cross_entropy(guess, truth))(guess))
    samples = "1 sample" if size == 1 else f"{size} samples"
    print(f"{samples}: none {rounded(worked('none'))}, mean {mean}, sum {total}, slope of the mean {slope}")
END
cat "$folder/printed"
diff "$folder/expected" "$folder/printed" && echo "as recorded"
