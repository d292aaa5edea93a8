"""Graphviz as an engine: either form of it serves, and where it cannot run, the error says why."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest

from tinygrad_notes import Value
from tinygrad_notes.draw import GraphvizMissing, draw

# A `dot` that is pygraphviz in another process: what reaches the program, and what comes back, is the same.
STAND_IN = f"""#!{sys.executable}
import sys, pygraphviz
options = {{argument[:2]: argument[2:] for argument in sys.argv[1:]}}
graph = pygraphviz.AGraph(string=sys.stdin.buffer.read().decode())
sys.stdout.buffer.write(graph.draw(format=options["-T"], prog=options["-K"]))
"""


def drawn() -> str:
    a = Value(2.0, 'a "quoted" \\N <label>')
    return draw((a * a).tanh() + a, engine="dot", cluster="neuron").svg


@pytest.mark.extras
def test_a_dot_program_serves_where_pygraphviz_is_missing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    in_process = drawn()
    program = tmp_path / "dot"
    program.write_text(STAND_IN)
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setitem(sys.modules, "pygraphviz", None)
    assert drawn() == in_process


@pytest.mark.slow
def test_the_real_dot_program_serves_too(monkeypatch: pytest.MonkeyPatch) -> None:
    assert shutil.which("dot"), "this test runs Graphviz's own program (Debian: apt-get install graphviz)"
    monkeypatch.setitem(sys.modules, "pygraphviz", None)
    assert drawn().count('class="tn-node"') == 4


@pytest.mark.parametrize(
    ("module", "cause"),
    [
        ("raise ModuleNotFoundError('no module', name='pygraphviz')", "pygraphviz is not installed"),
        ("raise ImportError('libX11.so.6: no such file')", "pygraphviz cannot be loaded (libX11.so.6: no such file)"),
        ("import _no_such_part", "pygraphviz cannot be loaded (No module named '_no_such_part')"),
    ],
)
def test_the_error_tells_the_cause_and_the_remedies(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, module: str, cause: str
) -> None:
    (tmp_path / "pygraphviz.py").write_text(module)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "pygraphviz", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(GraphvizMissing) as caught:
        draw(Value(1.0) + 1, engine="dot")
    for part in (cause, "no program `dot` on the PATH", "pip install pygraphviz"):
        assert part in str(caught.value)


def test_pictures_need_no_graphviz(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(sys.modules, "pygraphviz", None)
    monkeypatch.setitem(sys.modules, "graphviz", None)
    monkeypatch.setenv("PATH", str(tmp_path))
    picture = draw(Value(1.0, "a") * 2)
    assert "digraph" in picture.save(tmp_path / "picture.dot").read_text(encoding="utf-8")


def test_an_unknown_engine_is_named() -> None:
    with pytest.raises(ValueError, match="engine is one of 'layered', 'dot', not 'neato'"):
        draw(Value(1.0), engine="neato")
