"""`worksheet --students` and `--count`: a set of exercises, its key and its sheets, made and written."""

from __future__ import annotations

import argparse
import getpass
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tinygrad_notes.classroom.answers import answer_text
from tinygrad_notes.classroom.asking import Wish, questions
from tinygrad_notes.classroom.key import Key, StudentExercise
from tinygrad_notes.classroom.numbers import Unavoidable, fitting_given, probes, remark_on_rate
from tinygrad_notes.classroom.options import wish_of
from tinygrad_notes.classroom.print.page import Formulas, Page, page_of
from tinygrad_notes.classroom.roster import Roster, file_name, numbered, read_roster
from tinygrad_notes.classroom.secret import VARIABLE, Secret, checked, keep_secret, new_secret, read_secret
from tinygrad_notes.classroom.sources import Source, from_file, from_layers
from tinygrad_notes.classroom.template import CALCULATION
from tinygrad_notes.errors import UnusableError, WorksheetError
from tinygrad_notes.output import complain, write, write_all
from tinygrad_notes.refusals import counted

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


TITLE = "Backpropagation by hand"
RATE = 0.3  # with 0.1, 0.5 or 1, two usual mistakes give one number
ANOTHER = "choose another folder with -o FOLDER"


def write_set(options: argparse.Namespace) -> int:
    """Make and write a set of exercises, its key and its secret; the exit status is 0.

    Raises UnusableError, which says in one line why the set cannot be made; then nothing is written.
    """
    folder: Path = options.output
    if folder.suffix.lower() in (".html", ".md", ".tex", ".pdf", ".toml"):
        raise UnusableError(f"a set is written into a folder: -o {folder.stem}, not {folder.name!r}")
    key_folder = folder.with_name(f"{folder.name}-key")
    try:
        source = _source(options)
        roster = read_roster(options.students) if options.students else numbered(options.count)
        words, is_new = _secret(options, key_folder / "secret.txt")
        files = _files(options, source, roster, Secret(words), folder, key_folder)
    except (WorksheetError, ImportError, ValueError) as problem:
        raise UnusableError(str(problem)) from problem
    write_all(files, options.force, ANOTHER)
    if is_new:
        keep_secret(key_folder / "secret.txt", words)
    _tell(files, len(roster.names), folder, key_folder, is_new)
    return 0


def _files(
    options: argparse.Namespace, source: Source, roster: Roster, secret: Secret, folder: Path, key_folder: Path
) -> dict[Path, Content]:
    """Every file of the set, by its path; remarks go to standard error on the way."""
    formulas: Formulas = "hidden" if options.hide_formulas else "asked" if options.ask_formulas else "shown"
    look = Look(options.forms or ("html",), formulas, options.paper or "a4")
    with _progress("drawing numbers", roster.names) as progress:
        key, remarks = make_key(
            source, roster.names, secret, wish_of(options, source.digits), title=options.title or TITLE,
            seed=options.seed, dead_units=options.allow_dead_units, progress=progress,
        )  # fmt: skip
    for remark in (*roster.remarks, *remarks, *_without_font(look, roster.names)):
        complain(f"tinygrad-notes: {remark}")
    files: dict[Path, Content] = {key_folder / "KEY.toml": key.text()}
    with _progress("writing sheets", roster.names) as progress:
        files |= sheet_files(key, look, folder, progress)
    if options.key_pages:
        with _progress("writing key pages", roster.names) as progress:
            files |= key_files(key, look, key_folder, progress)
    if options.moodle:
        from tinygrad_notes.classroom.print.moodle import exercise_pictures, moodle_xml

        files[key_folder / "moodle.xml"] = moodle_xml(key, dict(exercise_pictures(key)), formulas)
    return files


def _without_font(look: Look, names: tuple[str, ...]) -> Iterator[str]:
    """What there is to say of names that cannot be printed here."""
    from tinygrad_notes.classroom.print.typst_pages import can_print

    missing = [] if {"pdf", "tex"}.isdisjoint(look.forms) else [name for name in names if not can_print(name)]
    if missing:
        more = f" and {len(missing) - 1} more" if len(missing) > 1 else ""
        yield (
            f"no font here has the letters of {missing[0]}{more}: PDF and LaTeX show the number of the exercise "
            "instead. Install a font for them, such as Noto Sans CJK, and run this again with --force"
        )


def _source(options: argparse.Namespace) -> Source:
    if not options.source and options.ask and Path(options.ask[-1]).suffix in (".calc", ".toml"):
        options.source = Path(options.ask.pop())  # which stood behind the names
    if options.source and options.layers:
        raise UnusableError("a set is made from --layers or from a file: leave one of them out")
    if options.source:
        return from_file(options.source)
    if not options.layers:
        raise UnusableError("say what the exercises are made from: --layers 2-2-1, a worksheet or calculation lines")
    sizes = [size for part in options.layers for size in part]
    rate = RATE if options.learning_rate is None else options.learning_rate
    return from_layers(sizes, options.activation, options.loss, rate, options.convention)


def _secret(options: argparse.Namespace, beside_key: Path) -> tuple[str, bool]:
    """The secret's words, and whether they are new."""
    if options.secret_file:
        return read_secret(options.secret_file), False
    if options.ask_secret:
        return checked(getpass.getpass("Secret of the set: "), "your answer"), False
    if words := os.environ.get(VARIABLE):
        return checked(words, f"the environment variable {VARIABLE}"), False
    return (read_secret(beside_key), False) if beside_key.exists() else (new_secret(), True)


@contextmanager
def _progress(doing: str, students: tuple[str, ...]) -> Iterator[Callable[[str], None]]:
    """Tells on a terminal how far the work is."""
    if sys.stderr is None or not sys.stderr.isatty():
        yield lambda student: None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(doing, total=len(students))
        yield lambda student: bar.advance(task)


def _tell(files: dict[Path, Content], students: int, folder: Path, key_folder: Path, is_new: bool) -> None:
    handed_out = sum(path.parent == folder for path in files)
    kept = sum(path.parent == key_folder and path.name not in ("KEY.toml", "moodle.xml") for path in files)
    write(f"wrote {handed_out} files for {counted(students, 'student')} into {folder}\n")
    write(f"wrote {key_folder / 'KEY.toml'}: with it, answers are marked; keep it from students\n")
    if kept:
        write(f"wrote {counted(kept, 'key page file')} into {key_folder}\n")
    if key_folder / "moodle.xml" in files:
        write(f"wrote {key_folder / 'moodle.xml'}: for Moodle's import of questions; it holds the answers\n")
    if is_new:
        write(f"wrote {key_folder / 'secret.txt'}: with it the same set can be made again; only you can read it\n")
