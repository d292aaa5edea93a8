"""A layout is what the picture needs."""

from __future__ import annotations

import pytest

from tinygrad_notes.draw.layout import Box, Cluster, Link, lay_out


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
