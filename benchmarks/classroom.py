"""A class of thirty: how long it takes to make their exercises, to mark them, and to set their PDFs.

    python benchmarks/classroom.py
    python benchmarks/classroom.py --count 100

What is measured are the commands that a teacher calls, from the start of each to its end: wall-clock seconds, and those
of the processor beside them. The answers are the right numbers; the first one of every fifth student is off by a tenth.
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tinygrad_notes.classroom import StudentExercise, read_key
from tinygrad_notes.classroom.print.page import rounded

SOURCES = {"network 2-2-1": ["--layers", "2-2-1"], "network 3-3-1": ["--layers", "3-3-1"], "LSTM cell": ["lstm.calc"]}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--count", type=int, default=30)
    count = parser.parse_args().count
    print(f"{count} students                 made            marked          together   PDFs")
    for name, source in SOURCES.items():
        with tempfile.TemporaryDirectory() as place:
            folder = Path(place)
            (folder / "lstm.calc").write_text(lstm(), encoding="utf-8")
            made = timed(folder, "worksheet", *source, "--count", count, "-o", "homework")
            for i, exercise in enumerate(read_key(folder / "homework-key/KEY.toml").exercises):
                path = folder / f"homework/{exercise.file}.toml"
                path.write_text(answers(exercise, with_slip=i % 5 == 0), encoding="utf-8")
            marked = timed(
                folder, "mark", "homework", "--against", "homework-key/KEY.toml", "--csv", "m.csv", "--html", "c.html"
            )
            pdfs = timed(folder, "worksheet", *source, "--count", count, "-o", "print", "--print", "pdf")
        print(f"{name:20} {shown(made)} {shown(marked)} {made[0] + marked[0]:8.1f} s {shown(pdfs)}")
    return 0


def lstm() -> str:
    """The template of the LSTM cell, with ranges in the place of its numbers."""
    page = subprocess.run(
        [sys.executable, "-c", "from tinygrad_notes.worked.page_files import new_page; print(new_page('lstm'))"],
        capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    rows = []
    for row in page.splitlines():
        name, sign, number = row.partition(" = ")
        given = bool(sign) and number.strip().lstrip("-").replace(".", "").isdigit()
        rows.append(f"{name} = {'0.2 … 0.9' if name in ('x', 'h0', 'c0') else '-0.9 … 0.9'}" if given else row)
    return "\n".join(rows)


def answers(exercise: StudentExercise, *, with_slip: bool) -> str:
    """A file of right answers, each rounded as it is asked; with a slip, the first is wrong by a tenth."""
    lines = [f'exercise = "{exercise.id}"', "[claims]"]
    for question in exercise.questions:
        for value in exercise.sheet.quantities[question.quantity].elements:
            wrong = 0.1 if with_slip and len(lines) == 2 else 0.0
            lines.append(f'"{value.label}" = "{rounded(value.data + wrong, question.precision)}"')
    return "\n".join(lines) + "\n"


def timed(folder: Path, *arguments: object) -> tuple[float, float]:
    """Wall-clock seconds and seconds of the processor that the command takes."""
    before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    command = [sys.executable, "-m", "tinygrad_notes", *map(str, arguments)]
    ran = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if ran.returncode:
        raise SystemExit(ran.stdout + ran.stderr)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return time.perf_counter() - started, cpu


def shown(seconds: tuple[float, float]) -> str:
    return f"{seconds[0]:6.1f} s ({seconds[1]:.1f})"


if __name__ == "__main__":
    raise SystemExit(main())
