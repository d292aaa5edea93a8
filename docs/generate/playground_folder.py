"""The page that runs, as a folder that any web server serves: `python docs/generate/playground_folder.py`.

It writes `build/try/`; `mkdocs build` puts the same files into the site. npm brings Pyodide. pip brings the packages,
in the versions that this Python has. The page itself loads nothing from anywhere else.

No registry has NumPy for a browser, so `playground/wheels/` keeps the wheel of Pyodide's release. Pyodide's package on
npm lists the SHA-256 of that wheel, and the folder is only made from a wheel with that hash.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import re
import shutil
import subprocess
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path

ROOT = Path(__file__).parents[2]
SOURCES = Path(__file__).parent / "playground"
PYODIDE = "0.27.7"
"""The release whose NumPy is kept: change both together."""
PURE = ["lark", "latex2mathml", "markdown-it-py", "mdit-py-plugins", "mdurl"]
"""The packages that pages are marked with, besides NumPy and this one."""
CORE = ["pyodide.asm.wasm", "python_stdlib.zip", "pyodide-lock.json"]
"""The files that Pyodide loads by itself."""
WANTED_FOR = {"tinygrad_notes": "start", "lark": "numbers", "numpy": "numbers"}
"""Which pages want a wheel: all, those of numbers or, where nothing is said, only notes."""
EXAMPLES = [
    ("a calculation", "calc", "docs/calculations.md", r"^```calc\n(.*?)^```"),
    ("a worksheet", "toml", "README.md", r"^```toml\n(.*?)^```"),
    ("a note", "md", "docs/notes.md", r"^~~~markdown\n(.*?)^~~~"),
]


def assemble(folder: Path) -> Path:
    """Write the page and all that it loads into `folder`, which is new or holds an earlier one, and return it."""
    if folder.exists() and not (folder / "files.json").is_file():
        raise SystemExit(f"{folder} holds something else: choose another folder with --output")
    with tempfile.TemporaryDirectory() as scratch:
        made = Path(scratch) / "try"
        shutil.copytree(SOURCES, made, ignore=shutil.ignore_patterns("__pycache__"))
        _add_pyodide(made / "pyodide", Path(scratch))
        _add_wheels(made / "wheels")
        _check_numpy(made)
        examples = [_example(*example) for example in EXAMPLES]
        (made / "examples.json").write_text(json.dumps(examples, ensure_ascii=False), encoding="utf-8")
        _seal(made)
        if folder.exists():
            shutil.rmtree(folder)
        shutil.copytree(made, folder)
    return folder


def _add_pyodide(place: Path, scratch: Path) -> None:
    """Pyodide's core, from npm."""
    npm = shutil.which("npm")
    if npm is None:
        raise SystemExit("the page that runs needs Pyodide from npm: install Node.js with npm, and run this again")
    options = ["--silent", "--no-save", "--no-package-lock", "--ignore-scripts", "--prefix", str(scratch)]
    _run([npm, "install", *options, f"pyodide@{PYODIDE}"])
    source = scratch / "node_modules" / "pyodide"
    place.mkdir()
    for name in ("pyodide.asm.js", *CORE):
        shutil.copy(source / name, place / name)
    shutil.copy(source / "pyodide.mjs", place / "pyodide.js")  # not every server knows what .mjs is


def _add_wheels(place: Path) -> None:
    """This checkout as a wheel, and the wheels of the pure packages."""
    pinned = [f"{package}=={version(package)}" for package in PURE]
    _run([sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", str(place), str(ROOT), *pinned])


def _run(command: list[str]) -> None:
    finished = subprocess.run(command, stdout=subprocess.DEVNULL)  # noqa: S603 -- fixed commands, without a shell
    if finished.returncode:
        raise SystemExit(f"exit status {finished.returncode}: {' '.join(command)}")


def _check_numpy(made: Path) -> None:
    """The kept wheel must be the very one that Pyodide lists."""
    packages = json.loads((made / "pyodide" / "pyodide-lock.json").read_text(encoding="utf-8"))["packages"]
    name, expected = packages["numpy"]["file_name"], packages["numpy"]["sha256"]
    wheel = made / "wheels" / name
    if not wheel.is_file():
        raise SystemExit(f"Pyodide {PYODIDE} wants {name}: put it into {SOURCES / 'wheels'}")
    if hashlib.sha256(wheel.read_bytes()).hexdigest() != expected:
        raise SystemExit(f"{name} is not the one that Pyodide {PYODIDE} lists: its SHA-256 differs")


def _example(title: str, kind: str, source: str, pattern: str) -> dict[str, str]:
    found = re.search(pattern, (ROOT / source).read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    if found is None:
        raise SystemExit(f"{source} shows no page of the kind {kind} any more")
    return {"title": title, "kind": kind, "text": found[1]}


def _seal(made: Path) -> None:
    """List every file with its size, its hash and the pages that want it; the service worker is named by that list."""
    files = {}
    for path in sorted(path for path in made.rglob("*") if path.is_file() and path.name != "service.js"):
        content = path.read_bytes()
        digest = base64.b64encode(hashlib.sha256(content).digest()).decode()
        name = path.relative_to(made).as_posix()
        files[name] = {"size": len(content), "integrity": f"sha256-{digest}", "wanted_for": _wanted_for(path)}
    listing = json.dumps(files, indent=1)
    (made / "files.json").write_text(listing, encoding="utf-8")
    service = (made / "service.js").read_text(encoding="utf-8")
    name = f"try-{hashlib.sha256((listing + service).encode()).hexdigest()[:16]}"
    (made / "service.js").write_text(service.replace("$version", name), encoding="utf-8")


def _wanted_for(path: Path) -> str:
    if path.suffix == ".whl":
        return WANTED_FOR.get(path.name.partition("-")[0], "notes")
    return "start" if path.name in CORE else "page"


def main() -> None:
    parser = argparse.ArgumentParser(description="Put the page that runs into a folder, for a web server.")
    default = ROOT / "build" / "try"
    parser.add_argument("--output", type=Path, default=default, metavar="DIR", help="where to (default: build/try)")
    folder = assemble(parser.parse_args().output)
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    print(f"wrote {folder} ({size / 1e6:.1f} MB): serve it with any web server")


if __name__ == "__main__":
    main()
