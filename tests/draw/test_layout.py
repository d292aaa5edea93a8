"""Either form of Graphviz serves, and a layout is what the picture needs."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest

from tinygrad_notes import Value
from tinygrad_notes.draw import draw
from tinygrad_notes.draw.layout import Box, Cluster, Link, lay_out

# A `dot` that is pygraphviz in another process: what reaches the program, and what comes back, is the same.
STAND_IN = f"""#!{sys.executable}
import sys, pygraphviz
options = {{argument[:2]: argument[2:] for argument in sys.argv[1:]}}
graph = pygraphviz.AGraph(string=sys.stdin.buffer.read().decode())
sys.stdout.buffer.write(graph.draw(format=options["-T"], prog="nop2" if "-n" in options else options["-K"]))
"""


def drawn_and_saved(folder: Path) -> str:
    a = Value(2.0, 'a "quoted" \\N <label>')
    picture = draw((a * a).tanh() + a)
    for suffix in ("png", "pdf"):
        assert picture.save(folder / f"picture.{suffix}").stat().st_size > 1000
    return picture.svg


def test_a_dot_program_serves_where_pygraphviz_is_missing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    in_process = drawn_and_saved(tmp_path)
    program = tmp_path / "dot"
    program.write_text(STAND_IN)
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setitem(sys.modules, "pygraphviz", None)
    folder = tmp_path / "by program"
    folder.mkdir()
    assert drawn_and_saved(folder) == in_process


@pytest.mark.slow
def test_the_real_dot_program_serves_too(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert shutil.which("dot"), "this test runs Graphviz's own program (Debian: apt-get install graphviz)"
    monkeypatch.setitem(sys.modules, "pygraphviz", None)
    assert drawn_and_saved(tmp_path).count('class="tn-node"') == 4


@pytest.mark.parametrize("rankdir", ["LR", "RL", "TB", "BT"])
def test_edges_end_at_their_own_ports_in_order(rankdir: str) -> None:
    boxes = [Box("a", 60, 40), Box("b", 60, 40), Box("c", 100, 60, 3)]
    layout = lay_out(boxes, [Link("a", "c", 0), Link("b", "c", 1), Link("a", "c", 2)], rankdir=rankdir)
    c = layout.boxes["c"]
    for port, points in enumerate(layout.links):
        share = (port + 0.5) / 3
        down = rankdir in ("LR", "RL")
        x = c.x + (c.width * share if not down else c.width if rankdir == "RL" else 0)
        y = c.y + (c.height * share if down else c.height if rankdir == "BT" else 0)
        assert points[-1] == pytest.approx((x, y), abs=1.0)


def test_clusters_hold_their_members_and_their_heading() -> None:
    boxes = [Box(name, 60, 40) for name in "abc"]
    layout = lay_out(boxes, [Link("a", "c"), Link("b", "c")], clusters=[Cluster("k", ("a", "b"), 80, 16)])
    frame = layout.clusters["k"]
    for name in "ab":
        box = layout.boxes[name]
        assert frame.x <= box.x and box.x + box.width <= frame.x + frame.width
        assert frame.y + 16 <= box.y and box.y + box.height <= frame.y + frame.height
    assert layout.boxes["c"].x >= frame.x + frame.width


def test_a_large_graph_is_laid_out_without_a_word_on_the_terminal(capfd: pytest.CaptureFixture[str]) -> None:
    layout = lay_out([Box(f"n{i}", 20, 20) for i in range(1001)], [])
    assert len(layout.boxes) == 1001
    assert capfd.readouterr() == ("", "")


def test_a_single_box_is_laid_out() -> None:
    layout = lay_out([Box("a", 60, 40)], [])
    assert layout.boxes["a"].width == 60
    assert (layout.width, layout.height) == pytest.approx((60, 40), abs=0.1)
