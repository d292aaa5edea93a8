"""What benchmarks, examples and the generators of the guide take from the package is there, and so are listed modules.

Most scripts take too long to run here, so that a module moved or renamed would break them unseen.
"""

import ast
import re
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[1]
FOLDERS = ("benchmarks", "examples", "docs/generate")
SCRIPTS = sorted(path for folder in FOLDERS for path in (ROOT / folder).glob("*.py"))


def taken(tree: ast.Module):
    """The objects imported from the package, by their names in the script; raises where one is missing."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "tinygrad_notes":
            module = import_module(node.module)
            for name in node.names:
                if not hasattr(module, name.name):
                    import_module(f"{node.module}.{name.name}")
                yield name.asname or name.name, getattr(module, name.name)
        elif isinstance(node, ast.Import):
            for name in node.names:
                if name.name.split(".")[0] == "tinygrad_notes":
                    yield name.asname or "tinygrad_notes", import_module(name.name if name.asname else "tinygrad_notes")


@pytest.mark.extras
@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_a_script_takes_only_what_the_package_has(path) -> None:
    tree = ast.parse(path.read_text("utf-8"))
    modules = {name: found for name, found in taken(tree) if isinstance(found, ModuleType)}
    used = {
        (node.value.id, node.attr) for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in modules
    }  # fmt: skip
    assert [f"{module}.{name}" for module, name in sorted(used) if not hasattr(modules[module], name)] == []


PACKAGES = sorted(path.parent for path in (ROOT / "tinygrad_notes").rglob("__init__.py"))
LISTED = re.compile(r"^ *([a-z][a-z_0-9]*(?:, [a-z][a-z_0-9]*)*) {2,}\S", re.MULTILINE)


@pytest.mark.parametrize("package", PACKAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_an_overview_of_a_package_lists_modules_that_it_has(package) -> None:
    overview = ast.get_docstring(ast.parse((package / "__init__.py").read_text("utf-8"))) or ""
    listed = {name for names in LISTED.findall(overview) for name in names.split(", ")}
    assert listed <= {path.stem for path in package.iterdir()}
