"""Each example runs as it is, and prints the numbers that it claims."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).parents[1] / "examples"
slow, extras = pytest.mark.slow, pytest.mark.extras

EXPECTED = {
    "curve_fit": [r"lifetime τ +1\.556143 ± 0\.081654"],
    "digits": [r"of 540 unseen pictures (9\d\.\d)% right"],
    "gauss_newton": [r"step 5   at \(3\.0241742580, 3\.9979483983\)", r"slope Jᵀr .*: [0-9]e-1[4-9]"],
    "logistic_regression": [r"weight 1 +-1\.72355165\d\d +-1\.72355165\d\d"],
    "moons": [r"in the end loss 0\.0165   accuracy 100%"],
    "option_greeks": [r"^price 5\.7414332855$", r"volga +∂²P/∂σ² +2\.6786358132 +2\.6786358132"],
    "own_operation": [
        r"with a slip of 0\.1 % in it: the derivative of 'lorentz' by its operand 0 is wrong",
        r"^at 0\.5: 0\.8\d*, slope -0\.64\d*, curvature -0\.256",
        r"^by hand 0\.8\d*, slope -0\.64\d*, curvature -0\.256",
        r"replayed over a batch: \[1\.  0\.8 0\.2\]",
    ],
    "pendulum": [r"step 5 .* angle \+2\.000000000000 rad   slope \+0\.795479837 s \(by hand \+0\.795479837\)"],
    "sharded_training": [r"epoch 150   loss 0\.0181", r"4000 samples on 4 devices; largest difference .*: \de-1[2-9]"],
    "watch_moons": [
        r"^in the end loss 0\.00\d\d   accuracy (99\.\d|100\.0)%",
        r"pictures of the steps 0 to 960",
    ],
    "transformer": [r"step   2   loss on replay 2\.419412978775   on Values 2\.419412978775", "'she sells sea shells"],
}
MARKS = {
    "digits": [slow, extras],
    "logistic_regression": [slow, extras],
    "moons": [slow],
    "sharded_training": [slow, extras],
    "transformer": [slow],
    "watch_moons": [slow],
}
PLOTTING = ["curve_fit", "moons"]


def run(name, *arguments):
    command = [sys.executable, "-W", "error", EXAMPLES / f"{name}.py", *arguments]
    finished = subprocess.run(
        command, capture_output=True, text=True, encoding="utf-8", env={"PYTHONUTF8": "1"} | PATHS
    )
    assert finished.returncode == 0, finished.stderr
    assert not finished.stderr
    return finished.stdout


PATHS = {"PYTHONPATH": str(EXAMPLES.parent), "MPLBACKEND": "agg", "HOME": str(Path.home())}


@pytest.mark.parametrize("name", [pytest.param(name, marks=MARKS.get(name, ())) for name in EXPECTED])
def test_an_example_prints_its_numbers(name, tmp_path):
    printed = run(name, *(["--page", str(tmp_path / "page.html")] if name == "watch_moons" else []))
    for pattern in EXPECTED[name]:
        assert re.search(pattern, printed, re.MULTILINE), printed


@pytest.mark.slow
@pytest.mark.extras
@pytest.mark.parametrize("name", PLOTTING)
def test_an_example_saves_its_picture(name, tmp_path):
    run(name, "--plot", str(tmp_path / "picture.svg"))
    assert "<svg" in (tmp_path / "picture.svg").read_text(encoding="utf-8")


def test_every_example_is_run_here():
    assert {path.stem for path in EXAMPLES.glob("*.py")} == set(EXPECTED)
