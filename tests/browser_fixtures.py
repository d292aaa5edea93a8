"""A real Chromium for the tests here, and pages that must neither complain nor reach for the network."""

from __future__ import annotations

import functools
import http.server
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, ClassVar

import pytest

ROOT = Path(__file__).parents[1]
Opener = Callable[..., Any]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    program = shutil.which("chromium") or shutil.which("chromium-browser")
    assert program, "the browser tests drive Chromium (Debian: apt-get install chromium)"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def open_page(chromium: Any) -> Iterator[Opener]:
    """Opens a file as a page: `open_page(path, color_scheme="dark", viewport=…)`.

    At the end of the test every page so opened must have written nothing to its console, thrown nothing and
    requested nothing but itself.
    """
    complaints: list[str] = []
    contexts = []

    def opened(path: Path, **options: Any) -> Any:
        context = chromium.new_context(**{"viewport": {"width": 1280, "height": 800}, **options})
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: complaints.append(f"console: {message.text}"))
        page.on("pageerror", lambda error: complaints.append(f"thrown: {error}"))
        page.on("request", lambda request: _check_request(request.url, path, complaints))
        page.goto(path.as_uri())
        return page

    yield opened
    for context in contexts:
        context.close()
    assert complaints == []


def _check_request(url: str, path: Path, complaints: list[str]) -> None:
    if url != path.as_uri() and not url.startswith(("data:", "about:")):
        complaints.append(f"request: {url}")


@pytest.fixture(scope="session")
def axe_core(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The source of axe-core: from the file that AXE_CORE names, else installed by npm."""
    named = os.environ.get("AXE_CORE")
    if named:
        return Path(named).read_text(encoding="utf-8")
    npm, folder = shutil.which("npm"), tmp_path_factory.mktemp("axe")
    assert npm, "the accessibility tests need axe-core: set AXE_CORE to its axe.min.js, or install npm"
    command = [npm, "install", "--silent", "--no-save", "--no-package-lock", "--prefix", str(folder), "axe-core"]
    subprocess.run(command, check=True, capture_output=True)
    return (folder / "node_modules/axe-core/axe.min.js").read_text(encoding="utf-8")


def serious_violations(frame: Any, axe_core: str) -> list[str]:
    """What axe-core calls serious or critical in a page or in one of its frames, each with the first such element.

    axe looks at this document alone: it is not there in the frames inside, and a call to one that is still loading is a
    warning in the console.
    """
    frame.evaluate(axe_core)
    options = "{ resultTypes: ['violations'], iframes: false }"
    found = frame.evaluate(f"axe.run({options}).then(({{ violations }}) => violations)")
    return [
        f"{frame.url}: {one['id']}: {one['nodes'][0]['html']}"
        for one in found
        if one["impact"] in ("serious", "critical")
    ]


@pytest.fixture(scope="session")
def built_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the built site. A warning is an error: not with `--quiet`, which counts none."""
    folder = tmp_path_factory.mktemp("built") / "site"
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(folder)]
    finished = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert finished.returncode == 0, finished.stdout + finished.stderr
    return folder


class Quiet(http.server.SimpleHTTPRequestHandler):
    extensions_map: ClassVar = {**http.server.SimpleHTTPRequestHandler.extensions_map, ".mjs": "text/javascript"}

    def log_message(self, *arguments: Any) -> None:
        """Say nothing."""


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """The address at which a server of this machine serves the folder."""
    handler = functools.partial(Quiet, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
