"""What a notebook's outputs look like when they are kept, and when two of them are the same.

Kept outputs hold nothing that changes from run to run: no execution counts, no timings, no addresses, no paths of
one machine. A picture is kept as an HTML image: Jupyter shows no bare SVG in a notebook that it does not trust, and it
trusts none that somebody else has run. Two outputs are the same if their texts are, numbers with a decimal point being
allowed to differ by what another mathematical library rounds differently, and pictures are the same if they have the
same shapes with the same colors and texts: where they stand may differ from version to version.
"""

from __future__ import annotations

import base64
import html
import math
import re
import xml.etree.ElementTree as ET  # our own pictures, made a moment ago
from collections.abc import Iterator
from pathlib import Path
from typing import Any

RELATIVE, ABSOLUTE = 1e-9, 1e-12
"""How far two numbers of the same text may lie apart."""

_NUMBER = re.compile(r"\d+\.\d+(?:e[+−-]?\d+)?|\d+e[+−-]?\d+")
_CLAIM = re.compile(r"^.*\b(?:True|False)\b.*$", re.MULTILINE)
_SVG_DATA = "data:image/svg+xml;base64,"
_SVG_IMAGE = re.compile(f'src="{re.escape(_SVG_DATA)}([^"]*)"')
_ADDRESS = re.compile(r"\b0x[0-9a-f]{6,}\b")
_GEOMETRY = {
    "cx", "cy", "d", "dx", "dy", "height", "id", "points", "r", "rx", "ry", "textLength", "transform", "viewBox",
    "width", "x", "x1", "x2", "y", "y1", "y2", "clip-path", "{http://www.w3.org/1999/xlink}href",
}  # fmt: skip


def kept_form(output: Any) -> dict[str, Any]:
    """An output as it is written into a notebook."""
    kept = {key: value for key, value in output.items() if key != "execution_count"}
    if output["output_type"] == "execute_result":
        kept["output_type"] = "display_data"  # the same thing without a count
    data = dict(kept.get("data", {}))
    if len(data) > 1:
        del data["text/plain"]  # a repr beside a picture or a table
    if svg := _joined(data.pop("image/svg+xml", "")):
        data.setdefault("text/html", _image(svg))
    if data:
        kept["data"] = data
    return kept


def _image(svg: str) -> str:
    shown = base64.b64encode(svg.encode()).decode()
    texts = (text for tag, _, text in _shapes(svg) if tag.endswith("text"))
    words = dict.fromkeys(text for text in texts if any(map(str.isalpha, text)))
    told = html.escape(f"Plot: {'; '.join(words)}".removesuffix(": "))
    return f'<img alt="{told}" style="max-width:100%;height:auto" src="{_SVG_DATA}{shown}">'


def faults(output: Any, root: Path) -> Iterator[str]:
    """What an output must not hold if others are to see the same."""
    if output["output_type"] == "stream" and output["name"] == "stderr":
        yield f"it writes to stderr: {output['text']!r}"
    if output["output_type"] == "stream" and (claim := _CLAIM.search(_joined(output["text"]))):
        yield f"it prints whether something holds: assert it, and print the numbers, in place of {claim[0]!r}"
    if output["output_type"] == "error":
        yield f"it raises {output['ename']}: {output['evalue']}"
    for text in _texts(output).values():
        if found := _ADDRESS.search(text):
            yield f"it shows a memory address, {found[0]}"
        yield from (
            f"it shows a path of this machine, {path}"
            for path in (str(root), str(Path.home()))
            if path in text
        )


def differences(kept: list[Any], fresh: list[Any]) -> Iterator[str]:
    """How the outputs of one cell differ."""
    if len(kept) != len(fresh):
        yield f"it has {len(kept)} outputs kept and {len(fresh)} fresh"
        return
    for old, new in zip(kept, fresh, strict=True):
        before, after = _texts(old), _texts(new)
        if before.keys() != after.keys():
            yield f"it kept {', '.join(before) or 'nothing'} and now gives {', '.join(after) or 'nothing'}"
            continue
        for kind in before:
            same = same_html if kind == "text/html" else same_text
            if not same(before[kind], after[kind]):
                yield f"its {kind} differs:\n{_first_difference(before[kind], after[kind])}"


def same_text(kept: str, fresh: str) -> bool:
    """Whether two texts are equal, but for the last digits of their numbers.

    Example:
        >>> same_text("a = 0.30000000000000004", "a = 0.3"), same_text("a = 0.31", "a = 0.3")
        (True, False)
    """
    if _NUMBER.sub("#", kept) != _NUMBER.sub("#", fresh):
        return False
    pairs = zip(_NUMBER.findall(kept), _NUMBER.findall(fresh), strict=True)
    return all(
        math.isclose(_read(a), _read(b), rel_tol=RELATIVE, abs_tol=ABSOLUTE) for a, b in pairs
    )


def same_html(kept: str, fresh: str) -> bool:
    """Whether two HTML texts are the same, and so are the SVG images in them."""
    if not same_text(_SVG_IMAGE.sub("", kept), _SVG_IMAGE.sub("", fresh)):
        return False
    old, new = (
        [base64.b64decode(data).decode() for data in _SVG_IMAGE.findall(text)]
        for text in (kept, fresh)
    )
    return len(old) == len(new) and all(map(same_svg, old, new))


def same_svg(kept: str, fresh: str) -> bool:
    """Whether two pictures have the same shapes, colors and texts, wherever they stand.

    Example:
        >>> same_svg('<svg><text x="1">z</text></svg>', '<svg><text x="2">z</text></svg>')
        True
        >>> same_svg('<svg><text x="1">z</text></svg>', '<svg><text x="1">y</text></svg>')
        False
    """
    old, new = list(_shapes(kept)), list(_shapes(fresh))
    return len(old) == len(new) and all(
        a[:2] == b[:2] and same_text(a[2], b[2]) for a, b in zip(old, new, strict=True)
    )


def _shapes(svg: str) -> Iterator[tuple[str, dict[str, str], str]]:
    for element in ET.fromstring(svg).iter():  # noqa: S314 (our own pictures)
        look = {name: value for name, value in element.attrib.items() if name not in _GEOMETRY}
        yield str(element.tag), look, (element.text or "").strip()


def _read(number: str) -> float:
    return float(number.replace("−", "-"))


def _texts(output: Any) -> dict[str, str]:
    """The parts of an output, by kind."""
    if output["output_type"] == "stream":
        return {output["name"]: _joined(output["text"])}
    return {kind: _joined(data) for kind, data in sorted(output.get("data", {}).items())}


def _joined(text: Any) -> str:
    return "".join(text) if isinstance(text, list) else str(text)


def _first_difference(kept: str, fresh: str) -> str:
    old, new = kept.splitlines(), fresh.splitlines()
    for i in range(max(len(old), len(new))):
        a, b = (lines[i] if i < len(lines) else "(nothing)" for lines in (old, new))
        if not same_text(a, b):
            return f"    kept  {a[:200]}\n    fresh {b[:200]}"
    return "    (in the pictures' attributes)"
