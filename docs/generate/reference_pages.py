"""The reference: every public name, and every module of each room, from their docstrings."""

from __future__ import annotations

from pathlib import Path

import tinygrad_notes

PACKAGE = Path(tinygrad_notes.__file__).parent

ENGINE = [
    "operations", "rules", "picking", "edges", "value", "operators", "passes", "watching", "copying", "collector",
    "functions", "readings",
]  # fmt: skip
ROOMS = {
    "number_systems": "Number systems",
    "arrays": "Arrays",
    "derivatives": "Derivatives",
    "nn": "Networks",
    "replay": "Replay",
    "exchange": "Handing on",
    "worked": "Worked sheets",
    "reading": "Notes as they stand",
    "notes": "The five notes",
    "draw": "Pictures",
}


def menu() -> list[dict[str, str]]:
    """The pages of the rooms, in the order of the package's layers."""
    return [{title: f"reference/{room}.md"} for room, title in ROOMS.items()]


def pages() -> dict[str, str]:
    """Markdown by path."""
    alone = sorted(path.stem for path in PACKAGE.glob("*.py") if not path.name.startswith("_"))
    return {
        "reference/index.md": _public_names(),
        "reference/engine.md": _page("The engine", [f"tinygrad_notes.{name}" for name in ENGINE]),
        "reference/others.md": _page(
            "Files, command line", [f"tinygrad_notes.{name}" for name in alone if name not in ENGINE]
        ),
        **{f"reference/{room}.md": _page(title, _modules(room)) for room, title in ROOMS.items()},
    }


def _public_names() -> str:
    rows = "".join(
        f"| [`{name}`][{_home(name)}.{name}] | `{_home(name)}` |\n" for name in sorted(tinygrad_notes.__all__)
    )
    return f"# Public names\n\nAll of these import from `tinygrad_notes`.\n\n| name | defined in |\n|---|---|\n{rows}"


def _home(name: str) -> str:
    """The module that defines a public name."""
    return str(getattr(tinygrad_notes, name).__module__)


def _modules(room: str) -> list[str]:
    paths = (PACKAGE / room).rglob("*.py")
    return sorted(
        ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts) for path in paths if _is_public(path)
    )


def _is_public(path: Path) -> bool:
    return not path.name.startswith("_")


def _page(title: str, modules: list[str]) -> str:
    return f"# {title}\n\n" + "".join(
        f"::: {name}\n    options:\n      show_root_full_path: true\n\n" for name in modules
    )
