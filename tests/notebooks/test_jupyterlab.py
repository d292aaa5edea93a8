"""The tour in a real JupyterLab in a real browser: its pictures show, and the player works inside it."""

from __future__ import annotations

import json
import os
import re
import secrets
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tinygrad_notes import Value
from tinygrad_notes.draw.style import written

pytestmark = [pytest.mark.browser, pytest.mark.slow]

ROOT = Path(__file__).parents[2]
TOUR = ROOT / "notebooks" / "0_a_tour.ipynb"
SETTINGS = {
    "notebook-extension/tracker": {"windowingMode": "none"},  # cells out of sight stay in the page
    "apputils-extension/notification": {"fetchNews": "false", "checkForUpdates": False},
}
WATCHING = [
    """
import numpy as np
from tinygrad_notes import MLP, Watch, fit

draw = np.random.default_rng(0)
X = draw.normal(size=(200, 2))
y = (X[:, 0] * X[:, 1] > 0) * 1.0
network = MLP(2, [16, 16, 1], activation=["tanh", "tanh", "linear"], seed=0)
watch = Watch()
history = fit(network, X, y, loss="binary_cross_entropy", epochs=100_000, callbacks=[watch,
    lambda training: len(watch.frames) >= 20])
""",
    "watch",
]
MARKED = [
    "%load_ext tinygrad_notes",
    "%%mark\nLet $w = 0.5$ and $x = 2$.\n\n$$ z = w x = 1.1 $$\n\nand $a = 2z = 2.2$.",
]
PATIENCE = 120  # seconds that a server or a kernel may take to start on a busy machine


@pytest.fixture(scope="module")
def laboratory(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a JupyterLab, on this machine only and behind a token, with NAME for a notebook's.

    Its folder has the tour without its outputs, and every notebook as it is kept, as `kept-…`.
    """
    folder = tmp_path_factory.mktemp("jupyterlab")
    work = folder / "work"
    work.mkdir()
    tour = json.loads(TOUR.read_text(encoding="utf-8"))
    for cell in tour["cells"]:
        if cell["cell_type"] == "code":
            cell["outputs"] = []  # what is seen in the test is fresh
    (work / TOUR.name).write_text(json.dumps(tour), encoding="utf-8")
    (work / "marked.ipynb").write_text(json.dumps(notebook_of(MARKED)), encoding="utf-8")
    for path in TOUR.parent.glob("*.ipynb"):
        shutil.copy(path, work / f"kept-{path.name}")
    (work / "watching.ipynb").write_text(json.dumps(notebook_of(WATCHING)), encoding="utf-8")
    for name, settings in SETTINGS.items():
        path = folder / "settings" / "@jupyterlab" / f"{name}.jupyterlab-settings"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(settings))
    environment = os.environ | {
        "HOME": str(folder),
        "JUPYTERLAB_SETTINGS_DIR": str(folder / "settings"),
        "PYTHONPATH": os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")]),
    }
    port, token = free_port(), secrets.token_hex(16)
    command = [
        sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", "--ip=127.0.0.1", f"--port={port}",
        "--ServerApp.port_retries=0", f"--IdentityProvider.token={token}", f"--ServerApp.root_dir={work}",
    ]  # fmt: skip
    with (folder / "log").open("w") as log:
        server = subprocess.Popen(command, env=environment, cwd=work, stdout=log, stderr=subprocess.STDOUT)
    try:
        wait_for(f"http://127.0.0.1:{port}/api/status?token={token}", server, folder / "log")
        yield f"http://127.0.0.1:{port}/lab/tree/NAME?token={token}&reset"  # no tabs of an earlier visit
    finally:
        server.terminate()  # shuts its kernels down too
        try:
            server.wait(timeout=30)
        except subprocess.TimeoutExpired:  # now and then it waits for a kernel without end
            server.kill()
            server.wait()


def notebook_of(cells: list[str]) -> dict[str, Any]:
    """A notebook of code cells that nobody has run."""
    made = [
        {"cell_type": "code", "id": f"c{place}", "metadata": {}, "outputs": [], "execution_count": None, "source": cell}
        for place, cell in enumerate(cells)
    ]
    kernel = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}}
    return {"nbformat": 4, "nbformat_minor": 5, "metadata": kernel, "cells": made}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(address: str, server: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(PATIENCE * 4):
        assert server.poll() is None, log.read_text()
        try:
            with urllib.request.urlopen(address):
                return
        except urllib.error.URLError:
            time.sleep(0.25)
    raise AssertionError(f"no answer from {address}:\n{log.read_text()}")


def run_every_cell(page: Any) -> None:
    """Through the menu, as a person would; returns once the last cell has answered."""
    prompts = page.locator(".jp-CodeCell .jp-InputPrompt")
    page.get_by_text("| Idle").wait_for(timeout=PATIENCE * 1000)  # the status bar: the kernel is there
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
    prompts.last.filter(has_text=re.compile(r"\[\d+\]")).wait_for(timeout=PATIENCE * 1000)


def test_a_cell_that_is_a_note_shows_its_marks(laboratory: str, chromium: Any) -> None:
    context = chromium.new_context(viewport={"width": 1280, "height": 1000})
    page = context.new_page()
    page.goto(laboratory.replace("NAME", "marked.ipynb"))
    page.locator(".jp-Notebook .jp-CodeCell").last.wait_for(timeout=PATIENCE * 1000)
    run_every_cell(page)
    note = page.frame_locator("iframe[title='A marked note']")
    note.locator("aside li.wrong").wait_for(timeout=PATIENCE * 1000)
    assert note.locator("aside li").all_inner_texts()[0].splitlines()[1:3] == ["z = 1.1 slip", "it should be 1"]
    assert (note.locator("math .sign.wrong").text_content() or "").strip() == "✗ 1"
    assert note.locator("aside svg").count() == 2
    assert page.locator(".tinygrad-notes-still").is_hidden()
    assert page.locator("[data-mime-type='application/vnd.jupyter.stderr']").count() == 0
    context.close()


def test_the_tour_shows_its_pictures_and_plays(laboratory: str, chromium: Any) -> None:
    from playwright.sync_api import expect

    context = chromium.new_context(viewport={"width": 1280, "height": 1000})
    page = context.new_page()
    page.goto(laboratory.replace("NAME", TOUR.name))
    page.locator(".jp-Notebook .jp-CodeCell").last.wait_for(timeout=PATIENCE * 1000)
    run_every_cell(page)

    assert page.locator("[data-mime-type='application/vnd.jupyter.stderr']").count() == 0
    pictures = page.locator("img.tinygrad-notes-picture")
    assert pictures.count() == 2
    for picture in pictures.all():
        assert shows_whole(picture)
        shrunk = width_of(picture)
        picture.click()
        assert width_of(picture) == picture.evaluate("image => image.naturalWidth") >= shrunk
        picture.evaluate("image => image.blur()")
        assert width_of(picture) == shrunk

    player = page.frame_locator("iframe[title^='The chain rule']")
    player.locator("#to-end").click()
    assert_shows(player, expect, tour_graph(w=-2.0))
    player.locator("#zoom-whole").click()  # the camera went along to the end
    player.locator("#node-0").click()
    player.locator("#leaf-number").fill("1.5")
    assert_shows(player, expect, tour_graph(w=1.5))
    context.close()


def test_a_training_is_watched_while_it_runs(laboratory: str, chromium: Any) -> None:
    context = chromium.new_context(viewport={"width": 1280, "height": 1000})
    page = context.new_page()
    page.goto(laboratory.replace("NAME", "watching.ipynb"))
    page.locator(".jp-Notebook .jp-CodeCell").last.wait_for(timeout=PATIENCE * 1000)
    page.get_by_text("| Idle").wait_for(timeout=PATIENCE * 1000)
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
    picture = page.locator("img.tinygrad-notes-picture")
    picture.wait_for(timeout=PATIENCE * 1000)
    steps = []
    prompts = page.locator(".jp-CodeCell .jp-InputPrompt")
    while not re.search(r"\[\d+\]", prompts.last.inner_text()):
        steps.append(int(re.search(r"step ([\d,]+)", picture.get_attribute("alt"))[1].replace(",", "")))
        page.wait_for_timeout(50)
    assert steps == sorted(steps) and len(set(steps)) > 5, "the picture changes in place"
    assert picture.count() == 1 and shows_whole(picture)
    assert page.locator("[data-mime-type='application/vnd.jupyter.stderr']").count() == 0
    kept = page.frame_locator("iframe[title^='Training']")
    kept.locator("#place").fill("0")
    assert kept.locator("#picture [data-step]").get_attribute("data-step") == "0"
    if folder := os.environ.get("SCREENSHOTS"):
        page.screenshot(path=f"{folder}/watching.png")
    context.close()


@pytest.mark.parametrize("notebook", sorted(TOUR.parent.glob("*.ipynb")), ids=lambda path: path.stem)
def test_a_notebook_that_nobody_trusts_shows_every_picture(laboratory: str, chromium: Any, notebook: Path) -> None:
    """Opened fresh, before anything is run: JupyterLab then takes away styles, frames and bare SVG."""
    from playwright.sync_api import expect

    kept = json.loads(notebook.read_text(encoding="utf-8"))
    outputs = [output for cell in kept["cells"] for output in cell.get("outputs", ())]
    held = sum("".join(output.get("data", {}).get("text/html", "")).count("<img") for output in outputs)
    assert not any("image/svg+xml" in output.get("data", {}) for output in outputs)
    context = chromium.new_context(viewport={"width": 1000, "height": 900})
    page = context.new_page()
    page.goto(laboratory.replace("NAME", f"kept-{notebook.name}"))
    page.locator(".jp-Notebook .jp-CodeCell").last.wait_for(timeout=PATIENCE * 1000)
    pictures = page.locator(".jp-OutputArea-output img")
    assert held > 0
    expect(pictures).to_have_count(held, timeout=PATIENCE * 1000)
    for picture in pictures.all():
        assert shows_whole(picture)
    context.close()


def width_of(picture: Any) -> float:
    return float(picture.evaluate("image => Math.round(image.getBoundingClientRect().width)"))


def shows_whole(picture: Any) -> bool:
    """Whether an image has been decoded, and fits between the edges of its output."""
    return bool(
        picture.evaluate(
            """async image => {
                await image.decode();
                const box = image.getBoundingClientRect();
                const room = image.closest(".jp-OutputArea-output").getBoundingClientRect();
                return image.naturalWidth > 0 && box.width > 100 && box.height > 10
                    && box.right <= room.right + 1 && box.left >= room.left - 1;
            }"""
        )
    )


def tour_graph(w: float) -> list[Value]:
    """The tour's first graph, worked out by the engine: its leaves and its result."""
    leaves = [Value(w, "w"), Value(0.5, "x"), Value(0.3, "b")]
    y = (leaves[0] * leaves[1] + leaves[2]).tanh()
    y.label = "y"
    y.backward()
    return [*leaves, y]


def assert_shows(player: Any, expect: Any, values: list[Value]) -> None:
    """The player's cards have the numbers of these labeled Values."""
    for value in values:
        card = player.locator(".node", has=player.locator(".name", has_text=re.compile(f"^{value.label}$")))
        expect(card.locator(".value")).to_have_text(written(value.data))
        expect(card.locator(".gradient")).to_have_text(written(value.grad))
