#!/usr/bin/env bash
# Guess: printing a loss changes nothing: its slopes are the same after it as before.
# Seen: in tinygrad 0.14.0 they are, for sums and products. Once a loss with a sort, a topk or a `contiguous` in it has
# been printed, all its slopes are 0, without a word: `item` works out the steps between, and a step worked out is a
# plain buffer that has forgotten where it came from.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check tinygrad==0.14.0
cat >"$folder/expected" <<'END'
tinygrad 0.14.0: the slopes of a loss, asked at once and after loss.item()
square [6.0, 20.0, 400.0] [6.0, 20.0, 400.0]
square, contiguous [6.0, 20.0, 400.0] [0.0, 0.0, 0.0]
sort [100.0, 1.0, 10.0] [0.0, 0.0, 0.0]
topk [1.0, 100.0, 10.0] [0.0, 0.0, 0.0]
END
DEV=PYTHON "$folder/venv/bin/python" - >"$folder/printed" <<'END'
from importlib.metadata import version

from tinygrad import Tensor

print(f"tinygrad {version('tinygrad')}: the slopes of a loss, asked at once and after loss.item()")


def slopes(function, looked_at):
    x = Tensor([3.0, 1.0, 2.0])
    loss = (function(x) * Tensor([1.0, 10.0, 100.0])).sum()
    if looked_at:
        loss.item()
    return loss.gradient(x)[0].tolist()


for name, function in {
    "square": lambda x: x * x,
    "square, contiguous": lambda x: (x * x).contiguous(),
    "sort": lambda x: x.sort()[0],
    "topk": lambda x: x.topk(3)[0],
}.items():
    print(name, slopes(function, looked_at=False), slopes(function, looked_at=True))
END
cat "$folder/printed"
diff "$folder/expected" "$folder/printed" && echo "as recorded"
