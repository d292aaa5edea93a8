"""How fast the player's page is, in a real Chromium: `python benchmarks/player.py` (needs Playwright and Chromium).

For graphs of growing size: the size of the page, how long it takes to load until it can be stepped, the
frames per second (median, and mean with the frames in which the stage moves) and the processor time of a step,
of the main thread and of all of Chromium, while it steps once per frame; and how long a changed leaf takes to be
worked out and painted. On a busy machine only the processor times say much: sixty frames a second leave 16.7 ms to
the main thread, and as much for each further core to Chromium's other threads.
"""

from __future__ import annotations

import platform
import shutil
import statistics
import tempfile
import time
from dataclasses import dataclass
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


@dataclass
class Measured:
    """Times in milliseconds."""

    load: float
    median_rate: float
    mean_rate: float
    main_thread: float
    all_threads: float
    change: float


def measure(browser: Any, path: Path) -> Measured:
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
    before = main_thread_seconds(devtools), all_seconds(browser)
    times = page.evaluate(STEPPING, steps)
    after = main_thread_seconds(devtools), all_seconds(browser)
    main, everything = (1000.0 * (b - a) / steps for a, b in zip(before, after, strict=True))
    gaps = [later - earlier for earlier, later in pairwise(times)]
    changes = page.evaluate(CHANGING, 20)
    page.close()
    return Measured(
        load=statistics.median(loads),
        median_rate=1000.0 / statistics.median(gaps),
        mean_rate=1000.0 / statistics.mean(gaps),
        main_thread=main,
        all_threads=everything,
        change=statistics.median(changes),
    )


def main_thread_seconds(devtools: Any) -> float:
    """The processor time that the page's main thread has used, whatever else the machine is doing."""
    metrics = {metric["name"]: metric["value"] for metric in devtools.send("Performance.getMetrics")["metrics"]}
    return float(metrics["TaskDuration"])


def all_seconds(browser: Any) -> float:
    """The processor time that all of Chromium's processes have used: painting happens beside the main thread."""
    session = browser.new_browser_cdp_session()
    processes = session.send("SystemInfo.getProcessInfo")["processInfo"]
    session.detach()
    return float(sum(process["cpuTime"] for process in processes))


def main() -> None:
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as folder:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        print(f"Chromium {browser.version}, Python {platform.python_version()}, {platform.machine()}")
        print("                                                      frames/s      CPU ms a step")
        print("network          nodes  page kB  made in s  load ms  median  mean  main thread  all  a change ms")
        for name, sizes in NETWORKS.items():
            root = network_output(sizes)
            start = time.perf_counter()
            player = play(root)
            made = time.perf_counter() - start
            path = player.save(Path(folder) / f"{name}.html")
            m = measure(browser, path)
            row = f"{name:15} {len(topological_order(root)):6,} {len(player.html) / 1000:8.0f} {made:10.2f}"
            row += f" {m.load:8.0f} {m.median_rate:7.1f} {m.mean_rate:5.1f} {m.main_thread:12.1f} {m.all_threads:4.0f}"
            print(f"{row} {m.change:12.1f}")
        browser.close()


if __name__ == "__main__":
    main()
