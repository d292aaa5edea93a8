#!/usr/bin/env bash
# Guess: log_softmax and cross_entropy are right for logits far apart: 1000 for the logits (0, -1000) and the second class.
# Seen: in PaddlePaddle 3.3.1, on the CPU, in float64 too, no loss of one sample comes out above 64. log_softmax never
# falls below -64, and softmax never below exp(-64) = 1.6e-28, where the truth is exp(-1000). So a badly wrong answer is
# punished no more than a wrong one, and its slopes stop following the logits.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check paddlepaddle==3.3.1
cat >"$folder/expected" <<'END'
paddlepaddle 3.3.1: logits (0, d), the second class
d = -50: softmax 1.929e-22, log_softmax -50.0, cross_entropy 50.0
d = -64: softmax 1.604e-28, log_softmax -64.0, cross_entropy 64.0
d = -100: softmax 1.604e-28, log_softmax -64.0, cross_entropy 64.0
d = -1000: softmax 1.604e-28, log_softmax -64.0, cross_entropy 64.0
END
"$folder/venv/bin/python" - >"$folder/printed" 2>"$folder/warnings" <<'END'
import paddle
import paddle.nn.functional as F

print(f"paddlepaddle {paddle.__version__}: logits (0, d), the second class")
for d in (-50, -64, -100, -1000):
    logits = paddle.to_tensor([[0.0, d]], dtype="float64")
    loss = F.cross_entropy(logits, paddle.to_tensor([1]))
    probability, logarithm = (f(logits)[0, 1].item() for f in (F.softmax, F.log_softmax))
    print(f"d = {d}: softmax {probability:.3e}, log_softmax {logarithm}, cross_entropy {loss.item()}")
END
cat "$folder/printed"
diff "$folder/expected" "$folder/printed" && echo "as recorded"
