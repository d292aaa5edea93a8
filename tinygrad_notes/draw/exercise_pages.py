"""An exercise as files: its page with the network drawn, the worksheet to fill in, the key and the solution."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from tinygrad_notes.draw.network import draw_network
from tinygrad_notes.worked.documents import html_page, latex_document, markdown_page
from tinygrad_notes.worked.exercises import Exercise

Files = dict[Path, str | bytes]


def network_figure(task: Exercise, path: Path) -> str | bytes:
    """The exercise's network, drawn as the page at `path` can show it: as SVG, or for LaTeX as PNG."""
    drawn = draw_network(task.network)
    if path.suffix.lower() != ".tex":
        return drawn.svg
    with TemporaryDirectory() as folder:
        return drawn.save(Path(folder) / "network.png").read_bytes()


def exercise_files(task: Exercise, path: Path, figure: str | bytes = "") -> Files:
    """What to write, and where, for an exercise whose page is to stand at `path`.

    The page is Markdown, LaTeX or printable HTML, as the suffix of `path` says (one of `PAGES`), with `figure` in it,
    which `network_figure` draws. Beside it, under names that begin as `path` does, stand the worksheet to fill in
    (.toml), its key (-key.toml), solution and picture.

    Example:
        >>> from tinygrad_notes.worked.exercises import exercise
        >>> sorted(file.name for file in exercise_files(exercise([2, 1], seed=1), Path("home.html")))
        ['home-key.toml', 'home-solution.html', 'home.html', 'home.toml']
    """
    return PAGES[path.suffix.lower()](task, path, figure) | {
        path.with_suffix(".toml"): task.worksheet(),
        path.with_name(f"{path.stem}-key.toml"): task.worksheet(filled=True),
    }


def _markdown_pages(task: Exercise, path: Path, figure: str | bytes) -> Files:
    beside = _beside(path, ".svg", figure)
    return beside | {
        path: markdown_page(task.page(), *(file.name for file in beside)),
        path.with_name(f"{path.stem}-solution.md"): markdown_page(task.solution()),
    }


def _html_pages(task: Exercise, path: Path, figure: str | bytes) -> Files:
    return {
        path: html_page(task.page(), task.title, str(figure)),
        path.with_name(f"{path.stem}-solution.html"): html_page(task.solution(), f"{task.title}: solution"),
    }


def _latex_pages(task: Exercise, path: Path, figure: str | bytes) -> Files:
    beside = _beside(path, ".png", figure)
    return beside | {
        path: latex_document(task.page(), task.title, *(file.name for file in beside)),
        path.with_name(f"{path.stem}-solution.tex"): latex_document(task.solution(), f"{task.title}: solution"),
    }


def _beside(path: Path, suffix: str, figure: str | bytes) -> Files:
    """The file of the figure, if there is one."""
    return {path.with_name(f"{path.stem}-network{suffix}"): figure} if figure else {}


PAGES = {".md": _markdown_pages, ".html": _html_pages, ".tex": _latex_pages}
