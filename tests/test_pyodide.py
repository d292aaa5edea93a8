"""The wheel in a browser's Python: Pyodide, in Node.js and in Chromium, with no other package."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from browser_fixtures import served

pytestmark = [pytest.mark.browser, pytest.mark.extras, pytest.mark.slow]

ROOT = Path(__file__).parents[1]
PROGRAM = """
import json, sys
from pathlib import Path
import tinygrad_notes
from tinygrad_notes import MLP, Value, draw, draw_network, mark, play, work_through

x, w = Value(0.5, "x"), Value(-2.0, "w")
y = (w * x + 0.25).square() * w
y.label = "y"
y.backward()
network = MLP.from_weights([[[0.5, -0.25]], [[2.0]]], [[0.125], [0.0]], activation="sigmoid")
sheet = work_through(network, [1.0, 0.5], [1.0], loss="squared_error", learning_rate=0.1)
marking = mark(sheet, {"z1": ["0.5"], "a1": ["0.65"], "z2": ["1.2449"]})
found = {
    "gradients": [x.grad, w.grad],
    "verdicts": [(one.quantity, one.verdict) for one in marking],
    "graph": draw(y, highlight=w).svg,
    "network": draw_network(network, sheet).svg,
    "player": play(y).html,
}
found["loaded"] = sorted({"numpy", "graphviz", "pygraphviz", "rich", "typst"} & set(sys.modules))
json.dumps(found)
"""
IN_NODE = """
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
const [folder, wheel, program] = process.argv.slice(2);
const { loadPyodide } = await import(pathToFileURL(`${folder}/pyodide.mjs`));
const pyodide = await loadPyodide();
pyodide.unpackArchive(new Uint8Array(readFileSync(wheel)), "wheel");
process.stdout.write(pyodide.runPython(readFileSync(program, "utf8")));
"""
IN_CHROMIUM = """async ([wheel, program]) => {
  const { loadPyodide } = await import("/pyodide/pyodide.mjs");
  const pyodide = await loadPyodide({ indexURL: "/pyodide/" });
  pyodide.unpackArchive(await (await fetch(wheel)).arrayBuffer(), "wheel");
  return pyodide.runPython(program);
}"""


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with `pyodide/`, from the folder that PYODIDE names or from npm, and with a wheel of this checkout."""
    folder = tmp_path_factory.mktemp("pyodide")
    if named := os.environ.get("PYODIDE"):
        source = Path(named)
    else:
        npm = shutil.which("npm")
        assert npm, "this test needs Pyodide: set PYODIDE to its folder, or install npm"
        command = [npm, "install", "--silent", "--no-save", "--no-package-lock", "--prefix", str(folder), "pyodide"]
        subprocess.run(command, check=True, capture_output=True)
        source = folder / "node_modules" / "pyodide"
    (folder / "pyodide").symlink_to(source.resolve())  # where Node.js finds what Pyodide imports beside it
    command = [sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "--wheel-dir", str(folder), str(ROOT)]
    subprocess.run(command, check=True)
    return folder


@pytest.fixture(scope="module")
def expected() -> dict[str, Any]:
    """What the program finds in this Python."""
    names: dict[str, Any] = {}
    *statements, last = PROGRAM.strip().splitlines()
    exec("\n".join(statements), names)
    return json.loads(eval(last, names)) | {"loaded": []}


def in_node(place: Path) -> str:
    node = shutil.which("node")
    assert node, "this test needs Node.js"
    (place / "run.mjs").write_text(IN_NODE)
    (place / "program.py").write_text(PROGRAM, encoding="utf-8")
    [wheel] = place.glob("*.whl")
    command = [node, place / "run.mjs", place / "pyodide", wheel, place / "program.py"]
    finished = subprocess.run(command, capture_output=True, text=True, encoding="utf-8")
    assert finished.returncode == 0, finished.stderr[-2000:]
    return finished.stdout


@pytest.fixture
def address(place: Path) -> Iterator[str]:
    (place / "index.html").write_text("<!DOCTYPE html><title>Pyodide</title>")
    with served(place) as address:
        yield address


def test_in_node_it_marks_draws_and_plays_as_here(place: Path, expected: dict[str, Any]) -> None:
    assert json.loads(in_node(place)) == expected


def test_in_chromium_it_marks_draws_and_plays_as_here(
    place: Path, expected: dict[str, Any], address: str, chromium: Any
) -> None:
    context = chromium.new_context()
    page = context.new_page()
    page.goto(f"{address}index.html")
    [wheel] = place.glob("*.whl")
    found = json.loads(page.evaluate(IN_CHROMIUM, [f"/{wheel.name}", PROGRAM]))
    assert found == expected
    page.set_content(found["graph"])
    assert page.locator("svg text").count() > 10
    context.close()
