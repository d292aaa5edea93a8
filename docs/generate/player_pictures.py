"""The README's pictures of the player, taken in Chromium: `python docs/generate/player_pictures.py`.

Writes player.png and player-dark.png (note B in the middle of its backward pass) and player.webp (one neuron,
played from its leaves to its gradients, then a leaf dragged) to docs/images/. Needs Playwright, Pillow and Chromium.
"""

from __future__ import annotations

import io
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import Page, sync_playwright

from tinygrad_notes import Value, play
from tinygrad_notes.functions import weighted_sum
from tinygrad_notes.notes.worked_example import worked_example
from tinygrad_notes.value import as_value

IMAGES = Path(__file__).parents[1] / "images"
FRAME_MS = 160
FRAMES_PER_STEP = 5


def neuron() -> Value:
    """(σ(w₁x₁ + w₂x₂ + b) - y)²"""
    w1, w2, b = Value(0.8, "w1"), Value(-0.5, "w2"), Value(0.1, "b")
    x1, x2, y = Value(0.5, "x1"), Value(0.6, "x2"), Value(1.0, "y")
    z = as_value(weighted_sum([w1, w2], [x1, x2], b))
    a = z.sigmoid()
    error = a - y
    loss = error.square()
    z.label, a.label, error.label, loss.label = "z", "a", "e", "C"
    return loss


def still(page: Page, step: int) -> bytes:
    page.locator("#zoom-whole").click()
    page.locator("#scrub").evaluate(
        "(slider, step) => { slider.value = step; slider.dispatchEvent(new Event('input')); }", step
    )
    page.wait_for_timeout(500)
    return page.screenshot()


def moving(page: Page) -> Iterator[bytes]:
    """Every step with its sparks, then the leaf x1 dragged to the right and back."""
    page.locator("#zoom-whole").click()
    last = int(page.get_attribute("#scrub", "max") or 0)
    yield page.screenshot()
    for _ in range(last):
        page.locator("#forward").click()
        for _frame in range(FRAMES_PER_STEP):
            yield page.screenshot()
    leaf = page.locator(".leaf", has_text="x1").locator(".value")
    box: Any = leaf.bounding_box()
    x, y = box["x"] + box["width"] - 4, box["y"] + 8
    page.mouse.move(x, y)
    page.mouse.down()
    for distance in [*range(0, 400, 25), *range(400, -400, -25), *range(-400, 1, 25)]:
        page.mouse.move(x + distance, y)
        page.wait_for_timeout(30)
        yield page.screenshot()
    page.mouse.up()


def main() -> None:
    IMAGES.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as folder:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])

        def opened(player: Any, scheme: Any, width: int, height: int) -> Page:
            context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme)
            page = context.new_page()
            page.goto(player.save(Path(folder) / "player.html", overwrite=True).as_uri())
            return page

        note_b = play(worked_example().sheet, title="Note B, step by step")
        for scheme, name in [("light", "player.png"), ("dark", "player-dark.png")]:
            page = opened(note_b, scheme, 1440, 860)
            page.mouse.move(700, 500)
            (IMAGES / name).write_bytes(still(page, 33))
        page = opened(play(neuron(), title="One neuron, step by step"), "light", 1280, 640)
        frames = [Image.open(io.BytesIO(shot)).convert("RGB") for shot in moving(page)]
        browser.close()
    frames[0].save(
        IMAGES / "player.webp", save_all=True, append_images=frames[1:], duration=FRAME_MS, loop=0, quality=70, method=4
    )
    for path in sorted(IMAGES.glob("player*")):
        print(f"wrote {path} ({path.stat().st_size / 1000:,.0f} kB)")


if __name__ == "__main__":
    main()
