"""What starting the command costs: processor time of whole processes, beside `python -c pass`.

python benchmarks/start_up.py [ROUNDS]

The commands take turns. Modules are compiled beforehand, as pip does when it installs; the page marked is the README's.
"""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from harness import ROOT, machine, table, with_peers

ROUNDS = 21
NOTHING = "python -c pass"
COMMAND = "import sys; from tinygrad_notes.cli import main; sys.exit(main())"  # as pip's script does
MOST = {"--version": 60, "mark": 110, "the main page": None}
"""Milliseconds more than Python itself takes."""


def readme_page() -> str:
    """The worksheet in the README."""
    return (ROOT / "README.md").read_text(encoding="utf-8").partition("```toml\n")[2].partition("```")[0]


def milliseconds(arguments: list[str], environment: dict[str, str]) -> float:
    """Processor time of a process and its children."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    finished = subprocess.run(arguments, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    if finished.stderr:
        raise SystemExit(finished.stderr.decode())
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return 1000 * (after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime)


def main() -> None:
    with_peers()
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS
    with TemporaryDirectory() as folder:
        page = Path(folder) / "page.toml"
        page.write_text(readme_page(), encoding="utf-8")
        command = [sys.executable, "-c", COMMAND]
        processes = {
            NOTHING: [sys.executable, "-c", "pass"],
            "--version": [*command, "--version"],
            "mark": [*command, "mark", str(page)],
            "the main page": [*command, "--output", f"{folder}/pictures"],
        }
        environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
        environment |= {"PYTHONPYCACHEPREFIX": f"{folder}/compiled", "PYTHONPATH": str(ROOT)}
        for arguments in processes.values():
            milliseconds(arguments, environment)
        times: dict[str, list[float]] = {name: [] for name in processes}
        for _ in range(rounds):
            for name, arguments in processes.items():
                times[name].append(milliseconds(arguments, environment))
    print(f"{machine('rich')}; {rounds} rounds in turn, milliseconds of processor time of the whole process\n")
    nothing = times[NOTHING]
    rows = [[NOTHING, f"{statistics.median(nothing):.0f}", "", "", ""]]
    for name, most in MOST.items():
        more = statistics.median(mine - base for mine, base in zip(times[name], nothing, strict=True))
        least = min(times[name]) - min(nothing)
        rows.append([name, f"{statistics.median(times[name]):.0f}", f"{more:.0f}", f"{least:.0f}", str(most or "")])
    print(table(["command", "median", "more than Python: median", "least", "at most"], rows))


if __name__ == "__main__":
    main()
