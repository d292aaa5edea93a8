"""The page of examples: what each does, what it prints, and its picture.

The pictures that need matplotlib lie in docs/images/examples; `python docs/generate/examples_page.py` makes them anew.
"""

from __future__ import annotations

import ast
import functools
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "examples"
IMAGES = ROOT / "docs" / "images" / "examples"
PLOTS = {
    "curve_fit": ("curve_fit.png", "Noisy points, the fitted decay curve and the band of its uncertainty"),
    "moons": ("moons.png", "Two moons of points, and where the network decides for each"),
    "own_operation": ("own_operation.svg", "Computation graph with the new operation in it"),
}
"""The picture that an example saves by `--plot`, and what it shows."""
QUICK = ["curve_fit", "gauss_newton", "option_greeks", "own_operation", "pendulum"]
"""They take about a second, so the reference runs them and shows what they print."""


@functools.cache
def pages() -> dict[str, str | bytes]:
    """The page, and the pictures of a training that `watch_moons.py` keeps."""
    names = sorted(path.stem for path in EXAMPLES.glob("*.py"))
    introduction = "# Examples\n\nEach is one file: download it, and run it with Python.\n\n"
    with tempfile.TemporaryDirectory() as folder:
        kept = Path(folder) / "watch_moons.html"
        _run("watch_moons", "--page", str(kept))
        watched = kept.read_bytes()
    return {
        "examples.md": introduction + "\n".join(_section(name) for name in names),
        "players/watch_moons.html": watched,
    }


def _section(name: str) -> str:
    source = (EXAMPLES / f"{name}.py").read_text(encoding="utf-8")
    title, _, more = (ast.get_docstring(ast.parse(source)) or name).partition("\n")
    parts = [f"## {name}.py {{ #{name} }}", title, more.strip("\n"), f"[Download {name}.py](examples/{name}.py)"]
    if name in PLOTS:
        file, shown = PLOTS[name]
        parts.append(f"![{shown}](images/examples/{file})")
    if name == "watch_moons":
        parts.append(
            '<iframe class="player" src="players/watch_moons.html" title="A network learns two moons, step by step"\n'
            '  sandbox="allow-scripts" loading="lazy"></iframe>'
        )
    if name in QUICK:
        parts += ["It prints", f"```text\n{_run(name)}\n```"]
    summary = f"<summary>The code of {name}.py</summary>"
    parts.append(f'<details markdown="1">{summary}\n\n```py\n{source}```\n\n</details>')
    return "\n\n".join(part for part in parts if part) + "\n"


def _run(name: str, *options: str) -> str:
    command = [sys.executable, str(EXAMPLES / f"{name}.py"), *options]
    finished = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", cwd=ROOT)  # noqa: S603 -- our own
    if finished.returncode:
        raise SystemExit(f"examples/{name}.py fails:\n{finished.stderr}")
    return finished.stdout.rstrip()


def main() -> None:
    IMAGES.mkdir(parents=True, exist_ok=True)
    for name, (file, _) in PLOTS.items():
        _run(name, "--plot", str(IMAGES / file))
        print(f"wrote {IMAGES / file}")


if __name__ == "__main__":
    main()
