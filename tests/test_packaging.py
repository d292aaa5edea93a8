"""Wheel and sdist: built from the checkout, complete, and usable from an environment that has nothing else."""

import email
import os
import subprocess
import sys
import tarfile
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
pytestmark = [pytest.mark.slow, pytest.mark.extras]

DATA_FILES = [
    "tinygrad_notes/py.typed",
    "tinygrad_notes/edges.csv",
    "tinygrad_notes/notes/worked_example.toml",
    "tinygrad_notes/number_systems/floats.mjs",
    "tinygrad_notes/draw/player/engine.mjs",
    "tinygrad_notes/draw/player/player.css",
]


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """The folder with a wheel and an sdist, built as `python -m build` builds them: the wheel from the sdist."""
    folder = tmp_path_factory.mktemp("dist")
    subprocess.run([sys.executable, "-m", "build", "--outdir", folder, ROOT], check=True, capture_output=True)
    return folder


@pytest.fixture(scope="module")
def wheel(built):
    [path] = built.glob("*.whl")
    return path


def test_the_wheel_has_every_module_and_every_data_file_and_nothing_else(wheel):
    names = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    package = ROOT / "tinygrad_notes"
    kept = {
        str(path.relative_to(ROOT)) for path in package.rglob("*") if path.is_file() and "__pycache__" not in path.parts
    }
    assert names == kept
    assert names.issuperset(DATA_FILES)


def test_the_sdist_has_what_is_needed_to_test_it(built):
    [path] = built.glob("*.tar.gz")
    with tarfile.open(path) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    wanted = ["pyproject.toml", "README.md", "LICENSE", "CHANGELOG.md", "mkdocs.yml", "tests/test_value.py"]
    wanted += ["docs/index.md", "examples/moons.py", "benchmarks/engine.py", *DATA_FILES]
    assert names.issuperset(wanted), sorted(set(wanted) - names)
    assert not any("__pycache__" in name or name.startswith((".venv", "site/")) for name in names)


def test_the_metadata_is_complete(wheel):
    archive = zipfile.ZipFile(wheel)
    [metadata] = [name for name in archive.namelist() if name.endswith(".dist-info/METADATA")]
    fields = email.message_from_bytes(archive.read(metadata))
    assert fields["Name"] == "tinygrad_notes"
    assert fields["License-Expression"] == "MIT"
    assert fields["License-File"] == "LICENSE"
    assert fields["Requires-Python"] == ">=3.11"
    assert fields["Summary"] and fields["Keywords"]
    assert fields["Description-Content-Type"] == "text/markdown"
    assert "Typing :: Typed" in fields.get_all("Classifier")
    assert {"fast", "jax", "plots"} <= set(fields.get_all("Provides-Extra"))
    assert len(fields.get_payload()) > 1000


def test_the_wheel_installs_and_works_in_a_clean_environment(wheel, tmp_path):
    venv.create(tmp_path / "clean", with_pip=True)
    programs = tmp_path / "clean" / ("Scripts" if os.name == "nt" else "bin")
    subprocess.run([programs / "python", "-m", "pip", "install", "-q", wheel], check=True, cwd=tmp_path)
    subprocess.run([programs / "tinygrad-notes", "--output", "pictures"], check=True, cwd=tmp_path, capture_output=True)
    assert list((tmp_path / "pictures").glob("*.svg"))
    asked = "import tinygrad_notes as t; print(t.__file__); print([getattr(t, name).__name__ for name in t.__all__])"
    finished = subprocess.run(
        [programs / "python", "-I", "-c", asked], check=True, cwd=tmp_path, capture_output=True, text=True
    )
    assert str(tmp_path) in finished.stdout
