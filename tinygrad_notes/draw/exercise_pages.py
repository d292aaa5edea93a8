"""An exercise as files: its page with the network drawn, the worksheet to fill in, the key and the solution."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from tinygrad_notes.draw.network import draw_network
from tinygrad_notes.worked.documents import html_page, latex_document, markdown_page
from tinygrad_notes.worked.exercises import Exercise

Files = dict[Path, str | bytes]


def exercise_files(task: Exercise, path: Path) -> Files:
    """What to write, and where, for an exercise whose page is to stand at `path`.

    The page is Markdown, LaTeX or printable HTML, as the suffix of `path` says (one of `PAGES`). Beside it, under names
    that begin as `path` does, stand the worksheet to fill in (.toml), its key (-key.toml), solution and picture.

    Example:
        >>> from tinygrad_notes.worked.exercises import exercise
        >>> sorted(file.name for file in exercise_files(exercise([2, 1], seed=1), Path("home.html")))
        ['home-key.toml', 'home-solution.html', 'home.html', 'home.toml']
    """
    return PAGES[path.suffix.lower()](task, path) | {
        path.with_suffix(".toml"): task.worksheet(),
        path.with_name(f"{path.stem}-key.toml"): task.worksheet(filled=True),
    }


def _markdown_pages(task: Exercise, path: Path) -> Files:
    figure = path.with_name(f"{path.stem}-network.svg")
    return {
        path: markdown_page(task.page(), figure.name),
        path.with_name(f"{path.stem}-solution.md"): markdown_page(task.solution()),
        figure: draw_network(task.network).svg,
    }


def _html_pages(task: Exercise, path: Path) -> Files:
    return {
        path: html_page(task.page(), task.title, draw_network(task.network).svg),
        path.with_name(f"{path.stem}-solution.html"): html_page(task.solution(), f"{task.title}: solution"),
    }


def _latex_pages(task: Exercise, path: Path) -> Files:
    figure = path.with_name(f"{path.stem}-network.png")
    with TemporaryDirectory() as folder:
        png = draw_network(task.network).save(Path(folder) / figure.name).read_bytes()
    return {
        figure: png,
        path: latex_document(task.page(), task.title, figure.name),
        path.with_name(f"{path.stem}-solution.tex"): latex_document(task.solution(), f"{task.title}: solution"),
    }


PAGES = {".md": _markdown_pages, ".html": _html_pages, ".tex": _latex_pages}
