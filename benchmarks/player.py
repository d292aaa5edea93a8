"""How fast the player's page is, in a real Chromium: `python benchmarks/player.py` (needs Playwright and Chromium).

For graphs of growing size: the size of the page, how long it takes to load until it can be stepped, the
frames per second (median) and the main thread's processor time while it steps once per frame, and how long a
changed leaf takes to be worked out and painted. On a busy machine only the processor time says much.
"""

from __future__ import annotations

import platform
import shutil
import statistics
import tempfile
import time
from itertools import pairwise
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright

from tinygrad_notes import MLP, Value
from tinygrad_notes.draw.player import play
from tinygrad_notes.passes import topological_order

NETWORKS = {
    "3-3-1": [3, 3, 1],
    "8-8-8-1": [8, 8, 8, 1],
    "16-16-16-1": [16, 16, 16, 1],
    "24-30-28-10-1": [24, 30, 28, 10, 1],
}

STEPPING = """(steps) => new Promise((resolve) => {
  const button = document.getElementById("forward");
  const times = [];
  const frame = (now) => {
    times.push(now);
    if (times.length > steps) return resolve(times);
    button.click();
    requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
})"""

CHANGING = """(times) => new Promise((resolve) => {
  document.getElementById("to-end").click();
  document.querySelector(".leaf").dispatchEvent(new MouseEvent("click", { bubbles: true }));
  const box = document.getElementById("leaf-number"), spent = [];
  const change = () => {
    if (spent.length === times) return resolve(spent);
    const start = performance.now();
    box.value = String(Math.random());
    box.dispatchEvent(new Event("input"));
    requestAnimationFrame(() => { spent.push(performance.now() - start); setTimeout(change); });
  };
  change();
})"""


def network_output(sizes: list[int]) -> Value:
    network = MLP(sizes[0], sizes[1:], activation="tanh", seed=1)
    result: Value = network([i / sizes[0] for i in range(sizes[0])])
    result.backward()
    return result


def measure(browser: Any, path: Path) -> tuple[float, float, float, float]:
    loads = []
    for _ in range(5):
        page = browser.new_page(viewport={"width": 1280, "height": 800})
        page.goto(path.as_uri())
        loads.append(page.evaluate("performance.getEntriesByType('navigation')[0].loadEventEnd"))
        page.close()
    page = browser.new_page(viewport={"width": 1280, "height": 800})
    devtools = page.context.new_cdp_session(page)
    devtools.send("Performance.enable", {"timeDomain": "threadTicks"})
    page.goto(path.as_uri())
    page.wait_for_timeout(500)
    steps = min(300, int(page.get_attribute("#scrub", "max")))
    before = main_thread_seconds(devtools)
    times = page.evaluate(STEPPING, steps)
    work = 1000.0 * (main_thread_seconds(devtools) - before) / steps
    gaps = [after - before for before, after in pairwise(times)]
    changes = page.evaluate(CHANGING, 20)
    page.close()
    return statistics.median(loads), 1000.0 / statistics.median(gaps), work, statistics.median(changes)


def main_thread_seconds(devtools: Any) -> float:
    """The processor time that the page's main thread has used, whatever else the machine is doing."""
    metrics = {metric["name"]: metric["value"] for metric in devtools.send("Performance.getMetrics")["metrics"]}
    return float(metrics["TaskDuration"])


def main() -> None:
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as folder:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        print(f"Chromium {browser.version}, Python {platform.python_version()}, {platform.machine()}")
        print("network          nodes  page kB  made in s  loads in ms  frames/s  CPU ms a step  a change ms")
        for name, sizes in NETWORKS.items():
            root = network_output(sizes)
            start = time.perf_counter()
            player = play(root)
            made = time.perf_counter() - start
            path = player.save(Path(folder) / f"{name}.html")
            load, rate, work, change = measure(browser, path)
            nodes = len(topological_order(root))
            row = f"{name:15} {nodes:6,} {len(player.html) / 1000:8.0f} {made:10.2f} {load:12.0f} {rate:9.1f}"
            print(f"{row} {work:14.1f} {change:12.1f}")
        browser.close()


if __name__ == "__main__":
    main()
