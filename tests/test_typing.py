"""What type checkers and editors know: every operation of the table, and no name that is not there."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from table_stubs import BY_HAND, PACKAGE, STUBS, rows

import tinygrad_notes
from tinygrad_notes import Value, functions
from tinygrad_notes.operations import define, undefine

ROOT = Path(__file__).parent.parent
PYRIGHT = Path(sys.executable).with_name("pyright")
IMPORTS = "from tinygrad_notes import Value, functions\nv = Value(1.0)\n"


@pytest.mark.parametrize("name", STUBS)
def test_the_stubs_are_those_of_the_table(name: str) -> None:
    written = (PACKAGE / name).read_text(encoding="utf-8")
    assert written == STUBS[name](), "run python tests/table_stubs.py"


def test_an_operation_more_would_be_missed_in_the_stubs() -> None:
    define("softsign", 1, "softsign({0})", lambda m: (lambda a: a / (1 + m.abs(a)), lambda a, out: (out,)))
    try:
        assert all((PACKAGE / name).read_text(encoding="utf-8") != stub() for name, stub in STUBS.items())
    finally:
        undefine("softsign")


def test_the_public_names_are_spelled_out_for_type_checkers() -> None:
    assert sorted(tinygrad_notes.__all__) == sorted(
        {"MLP", "Layer", "Module", "Neuron", "Value", *tinygrad_notes._LAZY}
    )


def test_editors_are_offered_what_a_value_can_do_and_nothing_else() -> None:
    offered = set(dir(Value(1.0)))
    assert {"data", "grad", "label", "operation", "operands", "backward", "tanh", "where"} <= offered
    assert not {name for name in offered if name.startswith("_") and not name.endswith("_")}
    assert not {"left", "right", "rest", "by_left", "by_right", "by_rest", "item", "requires_grad", "T"} & offered


def checked(checker: str, path: Path) -> str:
    """What a type checker says of a file."""
    commands = {
        "mypy": [sys.executable, "-m", "mypy", "--strict", "--config-file=", f"--cache-dir={path.parent}", str(path)],
        "pyright": [str(PYRIGHT), "--pythonpath", sys.executable, str(path)],
    }
    found = subprocess.run(commands[checker], capture_output=True, text=True, cwd=ROOT, timeout=300)
    return found.stdout + found.stderr


@pytest.fixture(params=["mypy", "pyright"])
def checker(request: pytest.FixtureRequest) -> str:
    if request.param == "mypy":
        pytest.importorskip("mypy")
    elif not PYRIGHT.exists():
        pytest.skip("pyright is not installed")
    return str(request.param)


@pytest.mark.slow
def test_type_checkers_accept_every_operation_of_the_table(checker: str, tmp_path: Path) -> None:
    lines = [IMPORTS]
    for row in rows():
        others = ", ".join(["2.0"] * ((row.arity or 1) - 1))
        lines.append(f"{row.name}_of_a_value: Value = v.{row.name}({others})\n")
        lines.append(f"{row.name}_by_name: Value = functions.{row.name}(v{', ' * bool(others)}{others})\n")
        if row.name not in BY_HAND:
            lines.append(
                f"{row.name}_of_numbers: float = functions.{row.name}({', '.join(['1.0'] * (row.arity or 1))})\n"
            )
    lines += ["total: Value = functions.sum([v, v])\n", "mean: float = functions.mean([1.0, 2.0])\n"]
    page = tmp_path / "every_operation.py"
    page.write_text("".join(lines))
    said = checked(checker, page)
    assert "no issues found" in said or "0 errors" in said, said


MISTAKES = ["v.sigmiod()", "functions.expp(v)", "v.atan2()", "v.tanh(1.0)", "v.requires_grad", "functions.exp(v, v)"]


@pytest.mark.slow
def test_type_checkers_refuse_a_name_or_a_count_that_is_wrong(checker: str, tmp_path: Path) -> None:
    page = tmp_path / "mistakes.py"
    page.write_text(IMPORTS + "\n".join(MISTAKES) + "\n")
    said = checked(checker, page)
    refused = {int(line) for line in re.findall(rf"{page.name}:(\d+)", said)}
    assert refused == {number + 3 for number in range(len(MISTAKES))}, said


RESULTS = """
from tinygrad_notes import MLP, grad, value_and_grad
from tinygrad_notes.worked import work_through
network = MLP(3, [4, 1])
y = network([1.0, 2.0, 3.0])
y.tanh().backward()
one: Value = y
several: list[Value] = MLP(3, [2])([1.0, 2.0, 3.0])
first, second = several
sheet = work_through(network, [1.0, 2.0, 3.0], [1.0])
loss: float = sheet["C"].data
weights: list[list[Value]] = sheet["W1"]
by_both: tuple[float, ...] = grad(lambda a, b: a * b, (0, 1))(2.0, 3.0)
number, (by_a, by_b) = value_and_grad(lambda a, b: a * b, (0, 1))(2.0, 3.0)
slope: float = grad(lambda a: a * a)(2.0)
shares: list[Value] = functions.softmax([v, v])
total: Value = functions.dot([v, v], [1.0, 2.0]) + functions.weighted_sum([0.5], [v], 1.0)
plain: float = functions.dot([1.0], [2.0])
"""
"""What networks, sheets and `grad` return, used as it may be."""
MISUSED = [
    "y.sigmiod()", 'sheet["C"].sigmiod()', "sheet[0]", "grad(y)", "grad(lambda a: a, (0,))(1.0) + 1.0",
    "functions.dot([v], [v]).dat",
]  # fmt: skip


@pytest.mark.slow
def test_type_checkers_know_what_networks_sheets_and_gradients_are(checker: str, tmp_path: Path) -> None:
    page = tmp_path / "results.py"
    page.write_text(IMPORTS + RESULTS + "\n".join(MISUSED) + "\n")
    right = (IMPORTS + RESULTS).count("\n")
    said = checked(checker, page)
    refused = {int(line) for line in re.findall(rf"{page.name}:(\d+)", said)}
    assert refused == {right + number for number in range(1, len(MISUSED) + 1)}, said


@pytest.mark.slow
def test_type_checkers_find_nothing_in_the_examples(checker: str, tmp_path: Path) -> None:
    commands = {
        "mypy": [sys.executable, "-m", "mypy", "--strict", f"--cache-dir={tmp_path}", "examples"],
        "pyright": [str(PYRIGHT), "--pythonpath", sys.executable, "examples"],
    }
    found = subprocess.run(commands[checker], capture_output=True, text=True, cwd=ROOT, timeout=300)
    assert found.returncode == 0, found.stdout + found.stderr


def test_functions_written_by_hand_are_found_whether_or_not_others_were_used() -> None:
    functions.tanh(1.0)
    assert "tanh" not in BY_HAND and "sum" in BY_HAND
