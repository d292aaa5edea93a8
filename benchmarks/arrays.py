"""What it costs that NumPy asks an array of Values: `python benchmarks/arrays.py`.

The same array code runs on `tinygrad_notes.array(...)` and on a plain array of objects with the same Values, over
which NumPy runs its own loops. Those keep neither nan nor ties, and make a chain of nodes of each sum and product.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
from harness import machine, paired_medians, table

from tinygrad_notes import Value, array
from tinygrad_notes.passes import topological_order

rng = np.random.default_rng(0)
X, W, b = rng.normal(size=(20, 16)), rng.normal(size=(16, 16)), rng.normal(size=16)


def layer_and_back(x: Any, w: Any, bias: Any) -> Any:
    loss = np.sum(np.maximum(x @ w + bias, 0) ** 2)
    loss.backward()
    return loss


CODE: dict[str, tuple[Callable[..., Any], tuple[Any, ...]]] = {
    "np.exp of 4 numbers": (np.exp, (b[:4],)),
    "np.exp of 320 numbers": (np.exp, (X,)),
    "x + y, 320 numbers": (np.add, (X, X)),
    "np.maximum(x, 0), 320 numbers": (lambda x: np.maximum(x, 0), (X,)),
    "np.sum of 320 numbers": (np.sum, (X,)),
    "x @ W, 20 × 16 by 16 × 16": (np.matmul, (X, W)),
    "a layer's loss, there and back": (layer_and_back, (X, W, b)),
}


def nodes(result: Any) -> int:
    elements = np.ravel(np.asarray(result, object)).tolist()
    return len(topological_order(*(element for element in elements if isinstance(element, Value))))


def main() -> None:
    rows = []
    for name, (code, numbers) in CODE.items():
        asked = [array(part) for part in numbers]
        plain = [np.asarray(values, object) for values in asked]
        seconds = paired_medians({"asked": partial(code, *asked), "plain": partial(code, *plain)}, rounds=7)
        times = [seconds["asked"], seconds["plain"]]
        counts = [f"{nodes(code(*operands)):,}" for operands in (asked, plain)]
        rows.append((name, *(f"{time * 1e6:.0f} µs" for time in times), f"{times[0] / times[1]:.2f}", *counts))
    print(machine("numpy"), end="\n\n")
    print(table(("code", "array", "plain objects", "ratio", "nodes", "nodes, plain"), rows))


if __name__ == "__main__":
    main()
