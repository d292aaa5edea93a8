"""A set of exercises, made: the key, and every file that is handed out or kept."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tinygrad_notes.classroom.answers import answer_text
from tinygrad_notes.classroom.asking import Wish, questions
from tinygrad_notes.classroom.key import Key, StudentExercise
from tinygrad_notes.classroom.numbers import Unavoidable, fitting_given, probes, remark_on_rate
from tinygrad_notes.classroom.print.page import Formulas, Page, page_of
from tinygrad_notes.classroom.roster import file_name
from tinygrad_notes.classroom.secret import Secret
from tinygrad_notes.classroom.sources import Source
from tinygrad_notes.classroom.template import CALCULATION

Content = str | bytes
Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Look:
    """What the sheets are like.

    Attributes:
        forms: the kinds of documents, of `FORMS`.
        formulas: "shown", "hidden" or "asked".
        paper: "a4" or "letter".
    """

    forms: Sequence[str] = ("html",)
    formulas: Formulas = "shown"
    paper: str = "a4"


def make_key(
    source: Source,
    students: Sequence[str],
    secret: Secret,
    wish: Wish,
    *,
    title: str,
    seed: int = 0,
    dead_units: bool = False,
    progress: Progress = lambda student: None,
) -> tuple[Key, tuple[str, ...]]:
    """The key of a set, one exercise for each student, and what there is to say of what is asked.

    The same source, title, seed and secret give a student the same numbers, whoever else is in the class.

    Raises ValueError for a wish that the page cannot fulfil, UnfitError (a ValueError) where no numbers will do.
    """
    sheets = probes(source, dead_units=dead_units)
    asked, remarks = questions(sheets, wish)
    if not asked:
        raise ValueError("nothing is asked: the page works no number out that differs from exercise to exercise")
    if remark := remark_on_rate(sheets[0]):
        remarks += (remark,)
    usual = Unavoidable.of(sheets)
    exercises = f"{title}\n{seed}\n{source.template.text}"
    made = []
    for number, student in enumerate(students, start=1):
        progress(student)
        draws = secret.draws(exercises, student)
        given = fitting_given(source, asked, draws, usual, dead_units=dead_units)
        name = file_name(number, len(students), student)
        made.append(
            StudentExercise(secret.id_of(exercises, student), student, name, given, source.template, asked)
        )  # fmt: skip
    return Key(title, source.template, asked, tuple(made)), remarks


def sheet_files(key: Key, look: Look, folder: Path, progress: Progress) -> Iterator[tuple[Path, Content]]:
    """What is handed out: for each student the sheet, in every form, and the file of answers to fill in."""
    for exercise in key.exercises:
        progress(exercise.student)
        typed = look.formulas == "asked" and key.template.kind == CALCULATION  # of networks they stay on paper
        yield folder / f"{exercise.file}.toml", answer_text(exercise, key.title, formulas=typed)
        page = page_of(key, exercise, look.formulas)
        yield from _documents(page, exercise, look, folder / exercise.file)


def key_files(key: Key, look: Look, folder: Path, progress: Progress) -> Iterator[tuple[Path, Content]]:
    """What the teacher keeps: for each student the sheet with all answers and their working."""
    for exercise in key.exercises:
        progress(exercise.student)
        page = page_of(key, exercise, is_key=True)
        yield from _documents(page, exercise, look, folder / f"{exercise.file}-key")


def _documents(page: Page, exercise: StudentExercise, look: Look, path: Path) -> Iterator[tuple[Path, Content]]:
    from tinygrad_notes.classroom.print.documents import FORMS, picture_of

    picture = picture_of(exercise)
    for form in look.forms:
        yield from FORMS[form](page, picture, path, look.paper)
