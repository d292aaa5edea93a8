"""The page: styles, scripts, rules and data joined into one HTML file under a Content-Security-Policy."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from importlib.resources import files
from string import Template
from typing import Any

from tinygrad_notes.draw.scene import escaped, policy_source
from tinygrad_notes.draw.style import LEVELS, ROLES
from tinygrad_notes.number_systems import javascript
from tinygrad_notes.operations import Operation

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


def page(title: str, stage: str, document: Mapping[str, Any], uses: Iterable[tuple[Operation, int]]) -> str:
    """The player's HTML. `stage` is its SVG, `document` its data, `uses` the operations whose rules it needs."""
    code, look = script(uses), style()
    template = Template(_text("player.html"))
    return template.substitute(
        title=escaped(title),
        policy=escaped(content_security_policy(code, look)),
        style=look,
        herald=HERALD,
        stage=stage,
        data=json.dumps(document, ensure_ascii=False, allow_nan=False).replace("<", "\\u003c"),
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
