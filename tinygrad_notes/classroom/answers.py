"""Files of answers: what a student fills in, and what comes of it against the key.

exercise = "k3mu-…"           # which exercise; as handed out
student = "Ada Lovelace"
[claims]
z1 = ["?", "?"]               # "?" is replaced by the number, as it was worked out
[formulas]                    # where a calculation asks for them
z1 = "?"                      # the right side alone: "w*x + b"
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tinygrad_notes.classroom.key import Key, StudentExercise, quoted
from tinygrad_notes.classroom.template import CALCULATION
from tinygrad_notes.errors import WorksheetError
from tinygrad_notes.number_systems.symbols import visible
from tinygrad_notes.worked.marks import Marking
from tinygrad_notes.worked.toml_text import TomlError, check_keys, parsed, sub_table, text_in, told_where
from tinygrad_notes.worked.worksheet_file import mark_claims, text_of

_KEYS = ("exercise", "student", "claims", "formulas")


@dataclass(frozen=True, slots=True)
class Answers:
    """A file of answers that was read, and not marked yet.

    Attributes:
        path: of the file.
        text: what it holds.
        exercise: the id of the exercise that it answers; "" where it names none.
        student: the name in it; "" where there is none.
        claims: by the name of a quantity, the numbers as written.
        formulas: by the name of a quantity, its formula as written.
    """

    path: Path
    text: str
    exercise: str
    student: str
    claims: Mapping[str, Any]
    formulas: Mapping[str, Any] = field(default_factory=dict)


def answer_text(exercise: StudentExercise, title: str, *, formulas: bool = False) -> str:
    """The file that a student fills in: "?" in place of each answer, and of each formula where they are asked."""
    lines = [
        *(f"# {visible(line)}" for line in (title, exercise.student)),
        '# Replace each "?" by your number, as you wrote it: "0.52". A "?" that stays is left out.',
        f"exercise = {quoted(exercise.id)}  # leave this line as it is",
        f"student = {quoted(exercise.student)}",
        "",
        "[claims]",
    ]
    for question in exercise.questions:
        quantity = exercise.sheet.quantities[question.quantity]
        each = " each" if len(quantity.elements) > 1 else ""
        blanks = _blanks(quantity.nested(lambda _: '"?"'))
        lines.append(f"{_key(question.quantity)} = {blanks}  # {question.precision}{each}")
    if formulas:
        lines += ["", '[formulas]  # the right side alone, with * for products: "w*x + b"']
        lines += [f'{_key(question.quantity)} = "?"' for question in exercise.questions]
    return "\n".join(lines) + "\n"


def _blanks(nested: Any) -> str:
    return f"[{', '.join(map(_blanks, nested))}]" if isinstance(nested, list) else str(nested)


def _key(name: str) -> str:
    return name if name.isascii() and name.replace("_", "").isalnum() else quoted(name)


def read_answers(path: str | Path) -> Answers:
    """Read a file of answers; raises WorksheetError, whose text is one line, for a file of no use."""
    path = Path(path)
    text = text_of(path)
    with told_where(path, text):
        content = parsed(text)
        check_keys(content, _KEYS, "")
        exercise, student = (text_in("", name, content.get(name, "")) for name in ("exercise", "student"))
        formulas = sub_table(content, "formulas", needed=False)
        return Answers(path, text, exercise, student, sub_table(content, "claims"), formulas)


def mark_answers(answers: Answers, key: Key) -> Marking:
    """Mark a student's answers against the key of the set.

    Raises WorksheetError for answers whose exercise the key does not have, or has for another student, and as
    `mark_file` does for claims that cannot be read.
    """
    try:
        exercise = key.exercise(answers.exercise)
        if answers.student and answers.student != exercise.student:
            raise WorksheetError(
                f"exercise {exercise.id} is {visible(exercise.student)}'s in the key, "
                f"and {visible(answers.student[:60])}'s in the answers"
            )
    except WorksheetError as error:
        raise WorksheetError(f"{visible(str(answers.path))}: {error}") from None
    marking = mark_claims(
        answers.path, answers.text, exercise.sheet, answers.claims,
        signs=exercise.template.signs, digits=exercise.precisions,
    )  # fmt: skip
    if not answers.formulas or exercise.template.kind != CALCULATION:
        return marking
    from tinygrad_notes.classroom.formulas import with_formulas  # loads NumPy and the parser

    try:
        return with_formulas(marking, answers.formulas, exercise, answers.text)
    except TomlError as error:
        line = error.line_in(answers.text)
        raise WorksheetError(error.located(answers.path, answers.text), line, marking=marking) from None
