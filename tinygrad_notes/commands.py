"""What the commands of the command line do, each with the options that `cli` has read for it.

The numbers come first: a picture that cannot be made or written costs a line on standard error and the exit status,
and never the page.
"""

from __future__ import annotations

import argparse
import importlib
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from tinygrad_notes.errors import NoteError, OutputError, PictureError, UnusableError, WorksheetError
from tinygrad_notes.output import (
    ANOTHER_NAME,
    add_pictures,
    complain,
    drawn,
    drawn_or_told,
    print_report,
    tell,
    write,
    write_all,
    write_json,
    write_pictures,
)
from tinygrad_notes.reading import KINDS

if TYPE_CHECKING:
    from tinygrad_notes.worked.marks import Marking
    from tinygrad_notes.worked.sheet import NumbersOnPaper

NOTES = {
    "A": ("delta_rule", "the delta rule's identities, in both conventions for W"),
    "B": ("worked_example", "a 3-3-1 network worked by hand, rebuilt number by number"),
    "C": ("xor", "XOR learned in 10,000 epochs, and what a derivative is"),
    "D": ("training_loop", "forward, loss, backward, update: each word and its number"),
    "E": ("jacobians", "all six Jacobians of a 1-6-7-2 network, three ways"),
}


def run(command: str, options: argparse.Namespace) -> int:
    """Carry out a command and return its exit status."""
    try:
        return COMMANDS[command](options)
    except PictureError as problem:
        complain(f"tinygrad-notes: {problem}")
        return 1
    except (UnusableError, OutputError) as problem:
        complain(f"tinygrad-notes: {problem}")
        return 2
    except KeyboardInterrupt:
        return 130


def _rebuild(options: argparse.Namespace) -> int:
    from tinygrad_notes.notes import worked_example

    if options.json:
        written, status = write_pictures(worked_example.pictures, options)
        write_json(worked_example.data() | {"files": [str(path) for path in written]})
        return status
    print_report(worked_example.report(options.digits), options.format)
    return add_pictures(worked_example.pictures, options)


def _mark(options: argparse.Namespace) -> int:
    if options.file.is_dir():
        return _mark_class(options)
    if options.csv or options.feedback or options.rule:
        raise UnusableError(f"--csv, --feedback and --rule are for a folder of answers, and {options.file} is none")
    if options.file.suffix.lower() in KINDS or str(options.file) == "-":
        return _mark_note(options)
    if options.write or options.html or options.explain_reading:
        raise UnusableError(f"--write, --html and --explain-reading are for notes, which end in {', '.join(KINDS)}")
    try:
        marking = _marked_page(options.file, options.against)
    except WorksheetError as problem:
        if problem.marking is None:
            raise UnusableError(_each(problem)) from problem
        _print_marking(problem.marking, options)
        for line in problem.problems:
            complain(f"tinygrad-notes: {line}")
        return 2
    _print_marking(marking, options)
    return marking.exit_status


def _each(problem: WorksheetError) -> str:
    """What is wrong with a page, a line for each problem."""
    return "\ntinygrad-notes: ".join(problem.problems) or str(problem)


def _marked_page(path: Path, against: Path | None) -> Marking:
    """The marks of the page in a file, against its key, or against the key of the set that it belongs to."""
    from tinygrad_notes.worked.page_files import mark_page

    if against is None:
        return mark_page(path)
    from tinygrad_notes.classroom import mark_answers, read_answers, read_key
    from tinygrad_notes.classroom.key import is_key

    return mark_answers(read_answers(path), read_key(against)) if is_key(against) else mark_page(path, against)


def _mark_class(options: argparse.Namespace) -> int:
    from tinygrad_notes.classroom.marking import Outputs, mark_class

    if options.against is None:
        raise UnusableError(f"{options.file} is a folder of answers: add the key that they belong to, --against KEY")
    if options.write or options.explain_reading or options.json:
        raise UnusableError("--write, --explain-reading and --json are for one page; write a class with --csv FILE")
    outputs = Outputs(options.csv, options.html, options.feedback)
    table = mark_class(options.file, options.against, options.rule, outputs, force=options.force)
    print_report(table.report(), options.format)
    tell(outputs.paths, to_stderr=options.format is not None)
    return table.exit_status


def _print_marking(marking: Marking, options: argparse.Namespace) -> None:
    if options.json:
        write_json(marking.as_json())
    else:
        print_report(marking.report(options.digits), options.format)


def _mark_note(options: argparse.Namespace) -> int:
    from tinygrad_notes.reading.note_files import read_note_file, read_standard_input
    from tinygrad_notes.reading.note_report import note_report

    if options.against is not None:
        raise UnusableError("--against is for worksheets and calculation lines; a note brings its own numbers")
    try:
        file = read_standard_input() if str(options.file) == "-" else read_note_file(options.file)
        written = [file.write_marked()] if options.write else []
    except (NoteError, OSError) as problem:
        raise UnusableError(_said(problem, options.file)) from problem
    if options.explain_reading:
        write(file.note.calculation_lines)
    elif options.json:
        write_json(file.note.as_json())
    else:
        print_report(note_report(file, options.digits), options.format)
    if options.html is not None:
        from tinygrad_notes.reading.note_page import note_page

        written += write_all({options.html: note_page(file, options.file.stem)}, options.force, "choose another name")
    tell(written, to_stderr=True)
    return file.note.exit_status


def _said(problem: Exception, path: Path) -> str:
    return f"cannot use {path}: {problem.strerror or problem}" if isinstance(problem, OSError) else str(problem)


def _notes(options: argparse.Namespace) -> int:
    if options.note is None:
        listed = "".join(f"{letter}  {about}\n" for letter, (_, about) in NOTES.items())
        write(f"{listed}tinygrad-notes notes LETTER shows one of them.\n")
        return 0
    note = importlib.import_module(f"tinygrad_notes.notes.{NOTES[options.note][0]}")
    if options.output is not None and not hasattr(note, "pictures"):
        raise UnusableError(f"note {options.note} has no picture: leave --output out")
    shown = {"progress": True} if options.note == "C" else {}
    print_report(note.report(options.digits, **shown), options.format)
    return 0 if options.output is None else add_pictures(note.pictures, options)


def _play(options: argparse.Namespace) -> int:
    from tinygrad_notes.notes.worked_example import worked_example

    path: Path = options.output
    if path.suffix.lower() not in (".html", ".htm"):
        raise UnusableError(f"the player is a web page: end its name in .html, not {path.name!r}")
    sheet = _sheet_in(options.file) if options.file else worked_example().sheet
    title = options.file.stem if options.file else "Note B, step by step"

    def page() -> str:
        from tinygrad_notes.draw.player import play

        return play(sheet, title=title, digits=options.digits).html

    tell(write_all({path: drawn("the player", page)}, options.force, ANOTHER_NAME))
    return 0


def _sheet_in(path: Path) -> NumbersOnPaper:
    from tinygrad_notes.worked.page_files import sheet_in

    try:
        return sheet_in(path)
    except WorksheetError as problem:
        raise UnusableError(_each(problem)) from problem


def _work(options: argparse.Namespace) -> int:
    from tinygrad_notes.worked.page_files import work_data, work_report

    sheet = _sheet_in(options.file)
    if options.json:
        write_json(work_data(sheet, options.only))
    else:
        print_report(work_report(sheet, options.only, options.digits), options.format)
    return 0


def _draw(options: argparse.Namespace) -> int:
    path: Path = options.output or Path(options.file.stem + ".svg")
    if path.suffix.lower() != ".svg":
        raise UnusableError(f"a picture is written as SVG: end its name in .svg, not {path.name!r}")
    sheet = _sheet_in(options.file)

    def picture() -> str:
        from tinygrad_notes.draw import draw

        sheet.root.backward()  # the picture shows the gradients
        return draw(sheet.root, digits=options.digits).svg

    tell(write_all({path: drawn("the picture", picture)}, options.force, ANOTHER_NAME))
    return 0


def _new(options: argparse.Namespace) -> int:
    from tinygrad_notes.worked.page_files import kinds, new_page

    if options.kind is None:
        write(f"{'  '.join(kinds())}\ntinygrad-notes new KIND writes a page of that kind to fill in.\n")
        return 0
    path: Path = options.output or Path(f"{options.kind}.calc")
    tell(write_all({path: new_page(options.kind)}, options.force, ANOTHER_NAME))
    return 0


def _worksheet(options: argparse.Namespace) -> int:
    if options.students or options.count is not None:
        from tinygrad_notes.classroom.set_command import write_set

        return write_set(options)
    from tinygrad_notes.classroom.options import check_single
    from tinygrad_notes.draw.exercise_pages import PAGES, exercise_files, network_figure
    from tinygrad_notes.worked.exercises import exercise

    check_single(options)
    path: Path = options.output
    if path.suffix.lower() not in PAGES:
        raise UnusableError(f"{path} must end in one of {', '.join(PAGES)}, for that says what kind of page to write")
    digits = dict(options.digits or [("", 3)])[""]
    activations = options.activation[0] if len(options.activation) == 1 else options.activation
    try:
        task = exercise(
            [size for part in options.layers for size in part], activations, seed=options.seed, loss=options.loss,
            learning_rate=0.5 if options.learning_rate is None else options.learning_rate,
            convention=options.convention, digits=digits,
        )  # fmt: skip
    except ValueError as problem:
        raise UnusableError(str(problem)) from problem
    figure, status = drawn_or_told("the network", lambda: network_figure(task, path))
    tell(write_all(exercise_files(task, path, figure or ""), options.force, ANOTHER_NAME))
    return status


COMMANDS: dict[str, Callable[[argparse.Namespace], int]] = {
    "rebuild": _rebuild,
    "draw": _draw,
    "mark": _mark,
    "new": _new,
    "notes": _notes,
    "play": _play,
    "work": _work,
    "worksheet": _worksheet,
}
"""What each command does; `rebuild` is the main page, which has no name on the command line."""
