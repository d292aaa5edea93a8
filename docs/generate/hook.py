"""What MkDocs calls while it builds: pages that are generated, never written by hand."""

from __future__ import annotations

import functools
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from mkdocs.structure.files import File

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import Files
    from mkdocs.structure.pages import Page

sys.path.insert(0, str(Path(__file__).parent))

import command_page
import errors_page
import examples_page
import formulas
import front_player
import gallery_page
import notebook_pages
import operations_page
import peers_page
import playground_folder
import reference_pages

from tinygrad_notes import __version__ as version

ROOT = Path(__file__).parents[2]
BUILT = tempfile.TemporaryDirectory()  # goes when MkDocs ends


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Put the notebooks and the rooms of the package, whichever there are, into the menu."""
    for section in config.nav or []:
        section.get("Inside the package", []).extend(reference_pages.menu())
        section.get("Notebooks", []).extend(notebook_pages.menu())
    return config


def on_files(files: Files, config: MkDocsConfig) -> Files:
    pages = {
        **reference_pages.pages(),
        **notebook_pages.pages(),
        **gallery_page.pages(),
        **examples_page.pages(),
        **front_player.pages(),
        "errors.md": errors_page.page(),
        "reference/command.md": command_page.page(),
        "reference/operations.md": operations_page.page(),
        "reference/peers.md": peers_page.page(),
    }
    for path, content in pages.items():
        files.append(File.generated(config, path, content=content))
    for folder, ending in (("notebooks", "ipynb"), ("examples", "py")):  # to be downloaded
        for path in (ROOT / folder).glob(f"*.{ending}"):
            files.append(File.generated(config, f"{folder}/{path.name}", abs_src_path=str(path)))
    for path in _playground().rglob("*"):
        if path.is_file():
            place = path.relative_to(BUILT.name).as_posix()
            files.append(File.generated(config, place, abs_src_path=str(path)))
    return files


@functools.cache
def _playground() -> Path:
    """The page that runs, made once, however often `mkdocs serve` builds."""
    return playground_folder.assemble(Path(BUILT.name) / "try")


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """The version where a page names it; and the search shows pages by task first, and numbers of notebooks last."""
    folder = page.file.src_uri.rpartition("/")[0]
    boosts = page.meta.setdefault("search", {})
    boosts.setdefault("boost", {"": 2, "notebooks": 0.2, "reference": 0.2}[folder])
    return markdown.replace("VERSION", version) if page.file.src_uri == "install.md" else markdown


def on_page_content(html: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    return formulas.with_mathml(html)


def on_post_page(output: str, page: Page, config: MkDocsConfig) -> str:
    return _named(output)


def on_post_template(output: str, template_name: str, config: MkDocsConfig) -> str:
    return _named(output)


def _named(output: str) -> str:
    """Give the theme's search the names that screen readers ask for."""
    for place in ('data-md-component="search" role="dialog"', 'data-md-toggle="search" type="checkbox"'):
        output = output.replace(place, f'{place} aria-label="Search"')
    return output
