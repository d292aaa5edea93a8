"""What every benchmark here needs: its peers installed, paired timings, and a table with versions and machine.

Peers live in an environment of their own, `benchmarks/.venv`, made on the first run, so that a benchmark is
one command: `python benchmarks/engine.py`. Timings are paired: the contestants run in turn within one process,
and what is compared is the median of each one's time.
"""

from __future__ import annotations

import gc
import importlib.metadata
import importlib.util
import os
import platform
import statistics
import subprocess
import sys
import time
import venv
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ENVIRONMENT = Path(__file__).resolve().parent / ".venv"


def with_peers(*requirements: str, modules: Sequence[str] = ()) -> None:
    """Go on if every peer can be imported, else install all into `benchmarks/.venv` and start over in there."""
    names = modules or [requirement.split("==")[0].split(">=")[0] for requirement in requirements]
    if all(importlib.util.find_spec(name) for name in ("tinygrad_notes", *names)):
        return
    python = ENVIRONMENT / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    if Path(sys.executable) == python:
        raise SystemExit(f"installed {', '.join(requirements)} but one of {', '.join(names)} cannot be imported")
    print(f"installing {', '.join(requirements)} into {ENVIRONMENT.relative_to(ROOT)} …", file=sys.stderr, flush=True)
    if not python.exists():
        venv.create(ENVIRONMENT, with_pip=True)
    subprocess.run([python, "-m", "pip", "install", "-q", "-e", str(ROOT), *requirements], check=True)
    raise SystemExit(subprocess.run([python, *sys.argv]).returncode)


def paired_medians(
    contestants: Mapping[str, Callable[[], object]], rounds: int, collector: bool = True
) -> dict[str, float]:
    """Seconds of processor time per call of each contestant: the median over `rounds` rounds, where all take turns.

    A turn is five calls in a row, as in a training loop; the first is not timed, so that each pays for
    collecting its own garbage, not another's. With `collector` False, Python's cycle collector is off
    while timing, as in `timeit`.
    """
    times: dict[str, list[float]] = {name: [] for name in contestants}
    for _ in range(rounds):
        for name, run in contestants.items():
            gc.collect()
            if not collector:
                gc.disable()
            times[name] += [_seconds(run) for _ in range(5)][1:]
            gc.enable()
    return {name: statistics.median(seconds) for name, seconds in times.items()}


def _seconds(run: Callable[[], object]) -> float:
    start = time.process_time()  # of all threads together: what else a shared machine does is not counted
    run()
    return time.process_time() - start


def machine(*packages: str) -> str:
    """One line: processor, cores, Python and the packages' versions."""
    versions = (f"{package} {importlib.metadata.version(package)}" for package in packages)
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return ", ".join([_processor(), f"{cores} cores", f"Python {platform.python_version()}", *versions])


def _processor() -> str:
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        for line in cpuinfo.read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table."""
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
