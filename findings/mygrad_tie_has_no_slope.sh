#!/usr/bin/env bash
# Guess: at a tie maximum(x, y) gives the slope to one of the two or half to each, so that maximum(x, x) rises
# as x does; NumPy-like autodiff libraries differ in which.
# Seen: in mygrad 2.5.0 a tie of maximum or minimum gives 0 to both, so that the slope of maximum(x, x) is 0
# where that of x is 1; max over the same two numbers in one array gives all to the first. The same choice,
# written in two ways, trains differently.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check mygrad==2.5.0 numpy==2.4.6
cat >"$folder/expected" <<'END'
mygrad 2.5.0
maximum of x and y: 0.0 0.0 of x and x: 0.0
minimum of x and y: 0.0 0.0 of x and x: 0.0
max of [x, y]: 1.0 0.0
min of [x, y]: 1.0 0.0
END
"$folder/venv/bin/python" - >"$folder/printed" <<'END'
from importlib.metadata import version

import mygrad

print("mygrad", version("mygrad"))
for f in (mygrad.maximum, mygrad.minimum):
    x, y = mygrad.tensor(1.0), mygrad.tensor(1.0)
    f(x, y).backward()
    same = mygrad.tensor(1.0)
    f(same, same).backward()
    print(f.__name__, "of x and y:", x.grad, y.grad, "of x and x:", same.grad)
for f in (mygrad.max, mygrad.min):
    both = mygrad.tensor([1.0, 1.0])
    f(both).backward()
    print(f.__name__, "of [x, y]:", *both.grad)
END
cat "$folder/printed"
diff "$folder/expected" "$folder/printed" && echo "as recorded"
