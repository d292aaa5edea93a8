"""`play(value)`: a page that steps through the chain rule.

Styles, scripts, rules and data are joined into one HTML file under a Content-Security-Policy.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from html import escape
from importlib.resources import files
from pathlib import Path
from string import Template
from typing import Any

from tinygrad_notes.draw.graph import draw
from tinygrad_notes.draw.picture import Picture, image
from tinygrad_notes.draw.player.document import document, node_names, operations_in_use
from tinygrad_notes.draw.player.stage import stage
from tinygrad_notes.draw.scene import escaped, policy_source
from tinygrad_notes.draw.structure import labeled
from tinygrad_notes.draw.style import LEVELS, ROLES
from tinygrad_notes.files import write_file
from tinygrad_notes.number_systems import javascript
from tinygrad_notes.operations import Operation
from tinygrad_notes.passes import topological_order
from tinygrad_notes.value import Value
from tinygrad_notes.worked.sheet import NumbersOnPaper

MODULES = (
    "words",
    "dom",
    "engine",
    "story",
    "camera",
    "stage",
    "steps",
    "details",
    "drag",
    "learner",
    "playback",
    "main",
)
"""The scripts beside this file, each after those it imports; the rules of the table come before them."""

HERALD = 'document.documentElement.classList.add("scripted")'
"""Says ahead of the graph that a script will follow, so that the browser does not lay out all of it for nothing."""

_IMPORT = re.compile(r'^import .* from "\./\w+\.mjs";\n', re.MULTILINE)
_EXPORT = re.compile(r"^export ", re.MULTILINE)


def page(title: str, svg: str, data: Mapping[str, Any], uses: Iterable[tuple[Operation, int]]) -> str:
    """The player's HTML. `svg` is its stage, `data` its document, `uses` the operations whose rules it needs."""
    code, look = script(uses), style()
    template = Template(_text("player.html"))
    return template.substitute(
        title=escaped(title),
        policy=escaped(content_security_policy(code, look)),
        style=look,
        herald=HERALD,
        stage=svg,
        data=json.dumps(data, ensure_ascii=False, allow_nan=False).replace("<", "\\u003c"),
        script=code,
    )


def content_security_policy(code: str, look: str) -> str:
    """The policy under which the page runs: its scripts and its style, and nothing from anywhere."""
    return (
        f"default-src 'none'; script-src {policy_source(HERALD)} {policy_source(code)}; "
        f"style-src {policy_source(look)}; img-src data:; base-uri 'none'; form-action 'none'"
    )


def script(uses: Iterable[tuple[Operation, int]]) -> str:
    """The modules as one script: with one scope for all, imports and exports fall away."""
    parts = [javascript.number_system(), javascript.written_table(uses), *map(_text, map("{}.mjs".format, MODULES))]
    joined = "\n".join(_EXPORT.sub("", _IMPORT.sub("", part)) for part in parts)
    if re.search(r"</script|<!--", joined, re.IGNORECASE):
        raise ValueError("a script of the player holds text that would end its <script> element")
    return f'\n"use strict";\n(() => {{\n{joined}}})();\n'


def style() -> str:
    """The style sheet, its colors those of every other picture."""
    light, dark = ("".join(f"--{role}:{colors[i]};" for role, colors in ROLES.items()) for i in (0, 1))
    levels = [f"{sign}-{level}" for sign in ("positive", "negative") for level in range(1, LEVELS + 1)]
    classes = "".join(
        [f".stroke-{name}{{stroke:var(--{name})}}" for name in ["edge", *levels]]
        + [f".fill-{name.replace('-', '-tint-')}{{fill:var(--{name.replace('-', '-tint-')})}}" for name in levels]
    )
    colors = f":root{{{light}}}\n@media screen and (prefers-color-scheme:dark){{:root{{{dark}}}}}"
    return f"\n{colors}\n{_text('player.css')}\n{classes}\n"


def _text(name: str) -> str:
    return files(__package__).joinpath(name).read_text(encoding="utf-8")


MOST_NODES = 5_000


@dataclass(frozen=True, slots=True)
class Player:
    """A page that plays a graph. Notebooks show it.

    Attributes:
        title: of the page.
        html: the whole page, one file that needs nothing else.
        root: of the graph that it plays.
    """

    title: str
    html: str = field(repr=False)
    root: Value = field(repr=False)

    def save(self, path: str | os.PathLike[str], *, overwrite: bool = False) -> Path:
        """Write the page to `path`.

        Raises ValueError where the name does not end in .html, FileExistsError where `path` holds something
        else and `overwrite` is False.
        """
        if Path(path).suffix.lower() not in (".html", ".htm"):
            raise ValueError(f"the player is a web page: end its name in .html, not {Path(path).name!r}")
        return write_file(path, self.html, overwrite=overwrite)

    @property
    def picture(self) -> Picture:
        """The graph, standing still: for paper, and for viewers that refuse scripts."""
        return draw(self.root)

    def _repr_html_(self) -> str:
        """The page in a frame of its own, where it cannot touch the notebook nor the notebook it.

        Viewers that take frames away, as notebooks that are not trusted do, take styles away too, and with them what
        hides the picture of the graph that stands beside the frame.
        """
        return (
            f'<iframe title="{escaped(self.title)}" sandbox="allow-scripts" width="100%" height="720" '
            f'style="border:0;border-radius:12px" srcdoc="{escape(self.html)}"></iframe>'
            "<style>.tinygrad-notes-still{display:none}</style>"
            f"{image(self.picture.svg, self.title, 'tinygrad-notes-still')}"
        )

    def __repr__(self) -> str:
        return f"<Player: {self.title}; .save('player.html') writes it>"


def play(value: Value | NumbersOnPaper, *, title: str = "", digits: int = 4) -> Player:
    """A page that steps through the graph of `value`: forward node by node, then backward edge by edge.

    Each step shows the formula in letters and in numbers, the gradient so far, and the paths that have arrived. Drag a
    leaf or type a number, and the page computes everything again, with JavaScript generated from the table of
    operations. In the learner's mode the reader finds the numbers.

    Args:
        value: the root of a graph, or a worked sheet, whose loss C is the root then.
        title: of the page; by default it names the root.
        digits: how many significant digits the numbers on the page have.

    Raises TypeError for anything else and ValueError for a graph of more than 5,000 nodes.

    Example:
        >>> x, w = Value(0.5, "x"), Value(-2.0, "w")
        >>> play((w * x).tanh())
        <Player: The chain rule, step by step: v2; .save('player.html') writes it>
    """
    root = value.root if isinstance(value, NumbersOnPaper) else value
    if not isinstance(root, Value):
        raise TypeError(f"play shows the graph of a Value or of a worked sheet, got {type(value).__name__}")
    order = labeled(topological_order(root))
    if len(order) > MOST_NODES:
        raise ValueError(
            f"the player shows up to {MOST_NODES:,} nodes, and this graph has {len(order):,}: "
            "play a smaller part of it, or draw() it with parts folded"
        )
    names = node_names(order, digits)
    title = title or f"The chain rule, step by step: {names[-1]}"
    svg = stage(order, names, f"Computation graph of {names[-1]}, {len(order)} nodes", digits)
    content = page(title, svg, document(order, digits), operations_in_use(order))
    return Player(title, content, root)
