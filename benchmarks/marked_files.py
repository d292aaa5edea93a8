"""Files for `marking.py`: answers with too few digits, and answers whose givens are not those of their key."""

from __future__ import annotations

import math
import random
import tempfile
from collections import Counter
from pathlib import Path

from tinygrad_notes import Value
from tinygrad_notes.worked.exercises import exercise
from tinygrad_notes.worked.verdicts import RIGHT
from tinygrad_notes.worked.worksheet_file import WorksheetError, mark_file


def one_file(seed: int) -> Counter[tuple[str, str]]:
    """A file of answers with too few digits (even seeds), or with other givens than its key."""
    rng = random.Random(seed)
    counts: Counter[tuple[str, str]] = Counter()
    sizes = [rng.randint(1, 3) for _ in range(rng.randint(2, 4))]
    digits = rng.randint(2, 5)
    task = exercise(sizes, rng.choice(["sigmoid", "tanh", "relu"]), seed=seed, digits=digits)
    key = task.worksheet()
    with tempfile.TemporaryDirectory() as folder:
        files = {name: Path(folder, f"{name}.toml") for name in ("answers", "key")}
        files["key"].write_text(key, encoding="utf-8")
        if seed % 2 == 0:
            answers = coarse_answers(task.sheet.values, digits, rng)
            files["answers"].write_text(answers, encoding="utf-8")
            marking = mark_file(files["answers"], files["key"])
            short = [row for row in marking if is_short(row.claimed, digits) and not is_exact(row.claimed, row.exact)]
            counts["coarse", "files"] += 1
            counts["coarse", "wrong"] += any(row.verdict in (RIGHT, "carried") for row in short)
            counts["coarse", "passed"] += marking.exit_status == 0 and bool(short)
        else:
            files["answers"].write_text(tampered(task.worksheet(filled=True), rng), encoding="utf-8")
            counts["tampered", "files"] += 1
            try:
                mark_file(files["answers"], files["key"])
                counts["tampered", "wrong"] += 1
            except WorksheetError as error:
                counts["tampered", "passed"] += "key" not in str(error)
    return counts


def coarse_answers(values: dict[str, Value], digits: int, rng: random.Random) -> str:
    """Answers alone, each rounded to fewer digits than are asked."""
    decimals, zeros = rng.randrange(0, 2), rng.random() < 0.2
    lines = ["[claims]"]
    for label, value in values.items():
        coarse = (
            f"{value.data:.{rng.randrange(0, digits - 1)}e}" if rng.random() < 0.3 else f"{value.data:.{decimals}f}"
        )
        lines.append(f'"{label}" = "{f"{0:.{decimals}f}" if zeros else coarse}"')
    return "\n".join(lines)


def is_short(written: str, digits: int) -> bool:
    return len(written.lower().partition("e")[0].lstrip("-").replace(".", "").lstrip("0")) < digits


def is_exact(written: str, number: float) -> bool:
    return math.isclose(float(written), number, rel_tol=1e-12, abs_tol=1e-14)


def tampered(worksheet: str, rng: random.Random) -> str:
    """A worksheet with one given changed: a number, or a name."""
    lines = worksheet.splitlines()
    given = [i for i, line in enumerate(lines) if line.split(" = ")[0] in ("x", "y", "W", "b", "learning_rate")]
    i = rng.choice(given)
    places = [p for p, character in enumerate(lines[i]) if character.isdigit()]
    place = rng.choice(places)
    other = rng.choice([digit for digit in "123456789" if digit != lines[i][place]])
    lines[i] = lines[i][:place] + other + lines[i][place + 1 :]
    names = [
        ('"sigmoid"', '"tanh"'),
        ('"tanh"', '"relu"'),
        ('"relu"', '"sigmoid"'),
        ("squared_error", "half_squared_error"),
    ]
    old, new = rng.choice(names)
    page = "\n".join(lines)
    return page.replace(old, new, 1) if rng.random() < 0.3 else page
