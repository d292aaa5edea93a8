"""A class of made-up students, marked by the command: are the points those of the rule, and is the class table right?

    python benchmarks/class_of_students.py              200 students
    python benchmarks/class_of_students.py --count 1000 --time

The students come from made_students.py, which knows nothing of the marker: it plants mistakes in plain arithmetic, and
works out the points of docs/marking-rule.md by itself. With --time, the time of the processor and the memory are told.
"""

from __future__ import annotations

import argparse
import csv
import json
import re
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from made_students import DIGITS, RATE, RIGHT, Student, labels, shape, students

SPELLED = {"delta": "δ", "dC/d": "∂C/∂"}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--time", action="store_true", help="tell time and memory, also for a tenth of the class")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        group = list(students(options.count, options.seed))
        if options.time:
            marked(group[: len(group) // 10], folder / "tenth", tell=True)
        rows, _ = marked(group, folder / "all", tell=options.time)
        sincere = [student for student in group if not student.easy]  # what was made up has no name
        _, table = marked(sincere, folder / "sincere", tell=False)
    points_right = compare_points(group, rows)
    return 0 if points_right >= 0.99 and compare_table(sincere, table) >= 0.97 else 1


def marked(group: list[Student], folder: Path, *, tell: bool) -> tuple[dict[str, dict[str, str]], str]:
    """The rows of the gradebook by name, and the class table, for a folder written for these students."""
    (folder / "answers").mkdir(parents=True)
    (folder / "key.toml").write_text("\n".join(key_lines(group)), encoding="utf-8")
    for n, student in enumerate(group):
        (folder / "answers" / f"{n:04}.toml").write_text(answers(student, n), encoding="utf-8")
    before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    command = [sys.executable, "-m", "tinygrad_notes", "mark", folder / "answers", "--against", folder / "key.toml",
        "--csv", folder / "marks.csv", "--html", folder / "class.html", "--format", "markdown"]  # fmt: skip
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    if ran.returncode:
        raise SystemExit(ran.stderr + ran.stdout)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if tell:
        spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        print(f"{len(group)} marked: {spent:.1f} s of CPU time, {time.perf_counter() - started:.1f} s by the clock, "
              f"{after.ru_maxrss / 1024:.0f} MB at most")  # fmt: skip
    with (folder / "marks.csv").open(encoding="utf-8-sig", newline="") as file:
        return {row["name"]: row for row in csv.DictReader(file)}, ran.stdout


def key_lines(group: list[Student]) -> list[str]:
    page = f'[network]\nactivation = "sigmoid"\nloss = "squared_error"\nlearning_rate = {RATE}\nconvention = "W@x"\n'
    lines = ['format = "tinygrad-notes key"', "version = 1", 'title = "Made up"', 'kind = "network"']
    lines.append(f"page = {json.dumps(page)}")
    for quantity in RIGHT:
        rows, columns = shape(quantity)
        lines += ["[[question]]", f'quantity = "{quantity}"', f"digits = {DIGITS}", f"points = {rows * columns}"]
    for n, student in enumerate(group):
        lines += ["[[exercise]]", f'id = "id-{n}"', f'student = "{student.name}"', f'file = "{n:04}"']
        lines += ["[exercise.given]", *(f"{name} = {json.dumps(given)}" for name, given in student.given.items())]
    return lines


def answers(student: Student, n: int) -> str:
    lines = [f'exercise = "id-{n}"', f'student = "{student.name}"', "[claims]"]
    for quantity in RIGHT:
        rows, columns = shape(quantity)
        numbers = [[student.page[quantity, j, i] for i in range(columns)] for j in range(rows)]
        flat = numbers[0][0] if quantity == "C" else numbers if columns > 1 else [row[0] for row in numbers]
        lines.append(f'"{quantity}" = {json.dumps(flat)}')
    return "\n".join(lines) + "\n"


def compare_points(group: list[Student], rows: dict[str, dict[str, str]]) -> float:
    """Which share of the students has the points of the rule; 0 where one without a mistake has lost a point.

    Now and then a wrong number is, by chance, what follows with one number of the page put right.
    """
    full, wrong, lost = len(list(labels())), 0, 0
    for student in group:
        given, due = float(rows[student.name]["points"]), student.points()
        honest = not student.planted and not student.easy
        lost += honest and given != full
        if given != due:
            wrong += 1
            print(f"{student.name}, {student.style}, {student.planted or student.easy}: {given:g}, by the rule {due}")
    honest_ones = sum(not student.planted and not student.easy for student in group)
    print(f"points as the rule gives: {len(group) - wrong} of {len(group)}")
    print(f"without a mistake: {honest_ones}, of whom {lost} lost a point")
    return 0.0 if lost else 1.0 - wrong / len(group)


def compare_table(group: list[Student], table: str) -> float:
    """Which share of the class table is right, mistake by mistake."""
    true = Counter(one for student in group for one in student.planted)
    found: Counter[tuple[str, str]] = Counter()
    for count, line in re.findall(r"^\| (\d+) of \d+ \| (.*) \|$", table, re.MULTILINE):
        kind, _, place = line.rpartition(" in ")
        found[kind, place.replace("\\_", "_")] = int(count)
    named = {(kind, spelled(place)): count for (kind, place), count in true.items()}
    same = sum(min(count, found[one]) for one, count in named.items())
    either = sum(max(found[one], named.get(one, 0)) for one in {*found, *named})
    for one in sorted({*found, *named}, key=str):
        if found[one] != named.get(one, 0):
            print(f"{one[0]} in {one[1]}: {found[one]} in the table, {named.get(one, 0)} planted")
    print(f"class table: {same} of {either} entries right ({same / max(1, either):.1%})")
    return same / max(1, either)


def spelled(quantity: str) -> str:
    """A quantity as the table spells it."""
    for plain, letters in SPELLED.items():
        quantity = quantity.replace(plain, letters)
    return re.sub(r"slope(\d)", r"σ'(z\1)", quantity).replace("dC", "∂C")


if __name__ == "__main__":
    raise SystemExit(main())
