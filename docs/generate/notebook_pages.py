"""The notebooks as pages, with the outputs that they were saved with; nothing is run here."""

from __future__ import annotations

import re
from pathlib import Path

from nbconvert import MarkdownExporter

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"


def menu() -> list[dict[str, str]]:
    return [{_title(path): f"notebooks/{path.stem}.md"} for path in _notebooks()]


def pages() -> dict[str, str | bytes]:
    """Markdown and pictures by path, and an index."""
    found: dict[str, str | bytes] = {"notebooks/index.md": _index()}
    for path in _notebooks():
        exporter = MarkdownExporter()
        text, resources = exporter.from_filename(str(path), {"unique_key": path.stem})
        found[f"notebooks/{path.stem}.md"] = _for_the_site(text)
        found |= {f"notebooks/{name}": data for name, data in resources["outputs"].items()}
    return found


def _notebooks() -> list[Path]:
    return sorted(NOTEBOOKS.glob("*.ipynb"))


def _title(path: Path) -> str:
    """The first heading of a notebook."""
    text, _ = MarkdownExporter().from_filename(str(path))
    heading = re.search(r"^# +(.+)$", text, re.MULTILINE)
    return heading[1] if heading else path.stem


def _index() -> str:
    rows = "".join(
        f"1. [{_title(path)}]({path.stem}.md) · [download {path.name}]({path.name})\n" for path in _notebooks()
    )
    return (
        "# Notebooks\n\nThe tutorial, with its results. To change things and to do the exercises, download a notebook "
        f"and open it in Jupyter. They need `pip install jupyterlab matplotlib numba`.\n\n{rows}"
    )


def _for_the_site(text: str) -> str:
    """Markdown whose links to notebooks lead to their pages, and whose folded answers are Markdown too."""
    text = re.sub(r"\]\(([\w.-]+)\.ipynb\)", r"](\1.md)", text)
    return re.sub(r"^<details>$", '<details markdown="1">', text, flags=re.MULTILINE)
