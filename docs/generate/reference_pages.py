"""The reference: every public name, and every module of each room, from their docstrings."""

from __future__ import annotations

import html
import importlib
import inspect
import re
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
GROUPS = {
    "Numbers": """
        Value array data_of grad_of dot logsumexp mean norm product softmax weighted_sum save_graph load_graph no_grad
        collector_paused
    """,
    "Derivatives": """
        grad value_and_grad gradients hessian jacobian hvp jvp vjp check_gradients check_by_hand difference_quotient
        detect_anomaly AnomalyError
    """,
    "Networks and training": "MLP Layer Neuron Module fit Watch save_parameters load_parameters",
    "Worked pages": "work_through mark explain latex read_note mark_note",
    "Pictures": "draw draw_network draw_delta_rule draw_jacobians draw_loop Picture play Player",
    "Replay and handing on": "record Program to_sympy from_sympy",
}
"""The public names by what they are for."""


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
    groups = "".join(
        f"## {title}\n\n| name | what it is |\n|---|---|\n{''.join(_row(name) for name in names.split())}\n"
        for title, names in GROUPS.items()
    )
    return f"# Public names\n\nAll of these import from `tinygrad_notes`. Each leads to its description.\n\n{groups}"


def _row(name: str) -> str:
    home = f"{_home(name)}.{name}"
    return f"| [`{name}`][{home}] | {first_sentence(name)} |\n"


def first_sentence(name: str) -> str:
    """What a public name is, from the first lines of its docstring."""
    described = inspect.cleandoc(getattr(importlib.import_module(_home(name)), name).__doc__ or "")
    return html.escape(" ".join(described.partition("\n\n")[0].split()), quote=False).replace("|", "\\|")


def _home(name: str) -> str:
    """The module that defines a public name."""
    return str(getattr(tinygrad_notes, name).__module__)


def _modules(room: str) -> list[str]:
    paths = (PACKAGE / room).rglob("*.py")
    defines = re.search(r"^def [a-z]", (PACKAGE / room / "__init__.py").read_text(encoding="utf-8"), re.MULTILINE)
    own = [f"tinygrad_notes.{room}"] if defines else []
    return own + sorted(
        ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts) for path in paths if _is_public(path)
    )


def _is_public(path: Path) -> bool:
    return not path.name.startswith("_")


def _page(title: str, modules: list[str]) -> str:
    return f"# {title}\n\n" + "".join(
        f"::: {name}\n    options:\n      show_root_full_path: true\n\n" for name in modules
    )
