"""Where things go: boxes, the links between them and the frames around them, placed by one of two engines.

A terminal says so while that takes long.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager

from tinygrad_notes.draw.boxes import Box, Cluster, Frame, Layout, Link

PATIENCE = 1.0
"""Seconds without a word."""


@contextmanager
def waiting(words: str) -> Iterator[None]:
    """Show `words` and a spinner on stderr if the block takes longer than a second and stderr is a terminal."""
    if sys.stderr is None or not sys.stderr.isatty():
        yield
        return
    with ExitStack() as shown:

        def show() -> None:
            from rich.console import Console

            shown.enter_context(Console(stderr=True).status(words))

        timer = threading.Timer(PATIENCE, show)
        timer.start()
        try:
            yield
        finally:
            timer.cancel()
            timer.join()


ENGINES = ("layered", "dot")
"""The layout of this package, and Graphviz's."""
__all__ = ["ENGINES", "Box", "Cluster", "Frame", "Layout", "Link", "lay_out"]


def lay_out(
    boxes: Sequence[Box],
    links: Sequence[Link],
    *,
    rankdir: str = "LR",
    clusters: Sequence[Cluster] = (),
    node_gap: float = 14.0,
    rank_gap: float = 44.0,
    engine: str = "layered",
) -> Layout:
    """Place `boxes` so that the links between them are short, cross little and run along `rankdir`.

    A box that several clusters name stands in the first of them; a cluster without a box of its own has no frame.
    "layered", the engine of this package, gives the same layout on every machine. Sizes and gaps are in pixels.

    Raises GraphvizMissing where the engine is "dot" and there is no Graphviz.

    Example:
        >>> layout = lay_out([Box("a", 60, 40), Box("b", 60, 40)], [Link("a", "b")])
        >>> layout.boxes["b"]
        Frame(x=104.0, y=0.0, width=60, height=40)
    """
    if engine == "dot":
        from tinygrad_notes.draw.graphviz import lay_out_by_dot as place
    else:
        from tinygrad_notes.draw.layered import lay_out_in_layers as place
    with waiting(f"laying out {len(boxes):,} nodes …"):
        return place(boxes, links, rankdir, clusters, (node_gap, rank_gap))
