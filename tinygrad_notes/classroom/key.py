"""The key of a set of exercises: one file that holds what marks every student's answers.

format = "tinygrad-notes key"
version = 1
title = "Backpropagation by hand"
kind = "network"              # or "calculation": what the page is
page = '''…'''                # what all exercises share; the numbers come from [exercise.given]
[[question]]                  # what is asked, in the order of work
quantity = "z1"
digits = 3                    # significant digits; or decimals = 3
points = 2                    # for the whole quantity, in equal shares for its numbers
[[exercise]]                  # one for each student
id = "k3mu-…"                 # says nothing of the numbers; a file of answers names it
student = "Ada Lovelace"
file = "01-Ada-Lovelace"      # the names of the student's files begin so
[exercise.given]
x = [0.3, 0.7]
W1 = [[0.5, -0.2]]
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from tinygrad_notes.classroom.template import KINDS, Given, Template, written
from tinygrad_notes.errors import CalculationError, WorksheetError
from tinygrad_notes.number_systems.symbols import visible
from tinygrad_notes.worked.claims import shown
from tinygrad_notes.worked.rounding import Precision
from tinygrad_notes.worked.sheet import NumbersOnPaper
from tinygrad_notes.worked.toml_text import TomlError, number_in, one_of, parsed, text_in, told_where
from tinygrad_notes.worked.worksheet_file import text_of

FORMAT, VERSION = "tinygrad-notes key", 1
LARGEST_KEY = 64_000_000  # bytes; ten thousand students with 500 numbers each take 30,000,000
_MOST_PLACES = 17


@dataclass(frozen=True, slots=True)
class Question:
    """One quantity that is asked.

    Attributes:
        quantity: its name, such as "z1" or "dC/dW1".
        precision: how exact each of its numbers must be.
        points: for the whole quantity, in equal shares for its numbers.
    """

    quantity: str
    precision: Precision
    points: float


@dataclass(frozen=True)
class StudentExercise:
    """One student's exercise.

    Attributes:
        id: names it in the student's files, and says nothing of its numbers.
        student: the student's name.
        file: how the names of the student's files begin.
        given: the student's own numbers, by name.
        template: the page that all share.
        questions: what is asked.
    """

    id: str
    student: str
    file: str
    given: Given
    template: Template
    questions: tuple[Question, ...]

    @cached_property
    def sheet(self) -> NumbersOnPaper:
        """Every right number of it. Raises WorksheetError for numbers that the page cannot be worked with."""
        try:
            return self.template.sheet(self.given)
        except (TomlError, CalculationError) as error:
            raise WorksheetError(f"exercise {self.id} of the key cannot be worked: {visible(str(error))}") from None

    @cached_property
    def precisions(self) -> dict[str, Precision]:
        """How exact each number must be that is asked, by label."""
        quantities = self.sheet.quantities
        asked = [question for question in self.questions if question.quantity in quantities]
        return {
            value.label: question.precision for question in asked for value in quantities[question.quantity].elements
        }


@dataclass(frozen=True)
class Key:
    """The key of a set.

    Attributes:
        title: of the sheets.
        template: the page that all exercises share.
        questions: what is asked, in the order of work.
        exercises: one for each student.
    """

    title: str
    template: Template
    questions: tuple[Question, ...]
    exercises: tuple[StudentExercise, ...]

    @cached_property
    def _by_id(self) -> dict[str, StudentExercise]:
        return {exercise.id: exercise for exercise in self.exercises}

    def exercise(self, id: str) -> StudentExercise:  # noqa: A002 (the file's word)
        """The exercise with that id; raises WorksheetError, which names it, for an id that the key does not have."""
        if not id:
            raise WorksheetError('the answers name no exercise; their file begins with exercise = "…", as handed out')
        found = self._by_id.get(id)
        if found is None:
            raise WorksheetError(f"exercise {visible(id[:60])!r} is not in this key: it belongs to another set")
        return replace(found)  # a copy: its sheet goes when it goes, and the key does not grow

    def text(self) -> str:
        """The key as the text of its file."""
        return "\n".join([*_head(self), *(line for one in self.exercises for line in _exercise_lines(one))]) + "\n"


# Writing ----------------------------------------------------------------------------------------------


def _head(key: Key) -> list[str]:
    lines = [
        "# The key of a set of exercises. Keep it from students: every answer can be worked out from it.",
        f"format = {quoted(FORMAT)}",
        f"version = {VERSION}",
        f"title = {quoted(key.title)}",
        f"kind = {quoted(key.template.kind)}",
        f"page = {quoted(key.template.text)}",
    ]
    for question in key.questions:
        precision = question.precision
        places = "digits" if precision.decimals is None else "decimals"
        lines += [
            "[[question]]",
            f"quantity = {quoted(question.quantity)}",
            f"{places} = {getattr(precision, places)}",
            f"points = {written(question.points)}",
        ]
    return lines


def _exercise_lines(exercise: StudentExercise) -> list[str]:
    return [
        "[[exercise]]",
        f"id = {quoted(exercise.id)}",
        f"student = {quoted(exercise.student)}",
        f"file = {quoted(exercise.file)}",
        "[exercise.given]",
        *(f"{quoted(name)} = {written(numbers)}" for name, numbers in exercise.given.items()),
    ]


def quoted(text: str) -> str:
    """A text as a TOML string in one line.

    Example:
        >>> print(quoted("∂C"))
        "∂C"
    """
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


# Reading ----------------------------------------------------------------------------------------------


def is_key(path: Path) -> bool:
    """Whether a file begins as the key of a set does; False for one that cannot be read."""
    try:
        with path.open("rb") as file:
            return f"format = {quoted(FORMAT)}".encode() in file.read(1000)
    except OSError:
        return False


def read_key(path: str | Path) -> Key:
    """Read a key.

    Raises WorksheetError, whose text is one line with the place, for a file that is no key or is damaged.
    """
    text = text_of(Path(path), LARGEST_KEY, "a key is a text")
    with told_where(path, text):
        return _key(parsed(text))


def _key(content: Mapping[str, Any]) -> Key:
    if content.get("format") != FORMAT:
        raise TomlError("", "format", f"a key of a set begins with format = {quoted(FORMAT)}")
    if content.get("version") != VERSION:
        raise TomlError("", "version", f"this key is of version {shown(content.get('version'))}, and {VERSION} is read")
    title, kind, page = (text_in("", name, content.get(name)) for name in ("title", "kind", "page"))
    if kind not in KINDS:
        raise TomlError("", "kind", one_of(kind, KINDS))
    template = Template(kind, page)
    questions = tuple(_question(table, f"question {i}") for i, table in _numbered(content, "question"))
    exercises: dict[str, StudentExercise] = {}
    for i, table in _numbered(content, "exercise"):
        one = _exercise(table, f"exercise {i}", template, questions)
        if one.id in exercises:
            raise TomlError(f"exercise {i}", "id", f"{one.id} stands twice in this key")
        exercises[one.id] = one
    return Key(title, template, questions, tuple(exercises.values()))


def _numbered(content: Mapping[str, Any], name: str) -> list[tuple[int, Mapping[str, Any]]]:
    tables = content.get(name)
    if not isinstance(tables, list) or not tables or not all(isinstance(table, dict) for table in tables):
        raise TomlError("", name, f"a key has a table [[{name}]] for each of them")
    return list(enumerate(tables, start=1))


def _question(table: Mapping[str, Any], name: str) -> Question:
    places = [key for key in ("digits", "decimals") if key in table]
    if len(places) != 1:
        raise TomlError(name, "", "a question has either digits or decimals")
    [kind] = places
    count, least = table[kind], 1 if kind == "digits" else 0
    if type(count) is not int or not least <= count <= _MOST_PLACES:
        raise TomlError(name, kind, f"write a whole number from {least} to {_MOST_PLACES}, not {shown(count)}")
    precision = Precision(count) if kind == "digits" else Precision(decimals=count)
    return Question(
        text_in(name, "quantity", table.get("quantity")), precision, number_in(name, "points", table.get("points"))
    )


def _exercise(
    table: Mapping[str, Any], name: str, template: Template, questions: tuple[Question, ...]
) -> StudentExercise:
    said = [text_in(name, key, table.get(key)) for key in ("id", "student", "file")]
    given = table.get("given")
    if not isinstance(given, dict):
        raise TomlError(name, "given", "an exercise has its numbers in [exercise.given]")
    numbers = {key: _numbers(value, name, "given") for key, value in given.items()}
    return StudentExercise(said[0], said[1], said[2], numbers, template, questions)


def _numbers(written: Any, name: str, key: str) -> Any:
    if isinstance(written, list):
        return [_numbers(part, name, key) for part in written]
    return number_in(name, key, written)
