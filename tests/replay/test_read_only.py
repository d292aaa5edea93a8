"""Where nothing can be written, compiled loops give the same numbers; they are compiled anew, and say so once."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import tinygrad_notes

pytestmark = [
    pytest.mark.extras,
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform == "win32", reason="permissions are POSIX's"),
]

STRANGER = 54321
"""A user that this machine does not know."""

WORK = """
import sys
from pathlib import Path
import numpy as np
from tinygrad_notes import MLP, Value, functions, record

for where in ("new", "../new", "tinygrad_notes/new"):
    try:
        Path(where).write_text("")
    except OSError:
        continue
    sys.exit(f"{where} can be written")
neurons, w = MLP(2, [3, 1], activation="tanh", seed=1), Value(0.75)
jobs = [
    (lambda x, y: (neurons([x, y]) - 1.0) ** 2, neurons.parameters()),
    (lambda x, y: functions.exp(functions.sin(x * y) + w) * w, [w]),
]
X = np.array([0.5, -1.0, 0.25]), np.array([2.0, -0.75, 0.125])
for function, parameters in jobs:
    for executor in ("auto", "numba", "numpy"):
        program = record(function, 1.0, 1.0, parameters=parameters, executor=executor)
        value, gradients = program.value_and_gradients(*X, reduction="sum")
        print(repr(float(value)), *(repr(float(number)) for number in gradients))
"""


def without_rights() -> list[str]:
    """What starts a program as a stranger. It may read every file, for an interpreter may lie in root's home."""
    if os.geteuid() != 0:
        return []
    rights = ["--inh-caps=-all,+dac_read_search", "--ambient-caps=-all,+dac_read_search"]
    return ["setpriv", f"--reuid={STRANGER}", f"--regid={STRANGER}", "--clear-groups", *rights]


def test_a_stranger_without_a_home_in_a_read_only_checkout_gets_the_numbers(tmp_path: Path) -> None:
    checkout = tmp_path / "checkout"
    package = Path(tinygrad_notes.__file__).parent
    shutil.copytree(package, checkout / package.name, ignore=shutil.ignore_patterns("__pycache__"))
    folders = [tmp_path, checkout, *(path for path in checkout.rglob("*") if path.is_dir())]
    for folder in folders:
        folder.chmod(0o555)
    try:
        finished = subprocess.run(
            [*without_rights(), sys.executable, "-c", WORK],
            cwd=checkout,
            env={"PYTHONPATH": str(checkout), "PATH": os.defpath},
            capture_output=True,
            text=True,
        )
    finally:
        for folder in folders:
            folder.chmod(0o755)
    assert finished.returncode == 0, finished.stderr
    assert finished.stderr.count("RuntimeWarning: there is no folder to keep compiled loops in") == 1
    lines = [[float(number) for number in line.split()] for line in finished.stdout.splitlines()]
    assert len(lines) == 6
    for automatic, compiled, by_numpy in (lines[:3], lines[3:]):
        assert automatic == pytest.approx(by_numpy, rel=1e-13)  # whichever executor it takes
        assert compiled == pytest.approx(by_numpy, rel=1e-13)
