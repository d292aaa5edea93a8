"""The command line: `tinygrad-notes`, also `python -m tinygrad_notes`.

    tinygrad-notes                    rebuild note B, number by number, and draw its pictures
    tinygrad-notes mark FILE.toml     find the slips in numbers worked by hand
    tinygrad-notes notes [A|B|C|D|E]  the five notes, made runnable
    tinygrad-notes play [FILE.toml]   a page that steps through the chain rule
    tinygrad-notes worksheet …        an exercise for learners, with its key

Exit status: 0 it ran (of `mark`: no slip), 1 `mark` found a slip or misprint, 2 it could not run (one line on stderr
says why), 130 interrupted.
"""

from __future__ import annotations

import argparse
import importlib
import io
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from tinygrad_notes import __version__
from tinygrad_notes.draw import GraphvizMissing
from tinygrad_notes.output import OutputError, complain, standard_output, write, write_document, write_html, write_json
from tinygrad_notes.worked.report import Report

PROGRAM = "tinygrad-notes"
FORMS: dict[str, tuple[Callable[[Report], str], Callable[[str], None]]] = {
    "markdown": (Report.markdown, write_document),
    "latex": (Report.latex, write_document),
    "html": (Report.html, write_html),
}


class UnusableError(Exception):
    """What the user asked for cannot be done; the message says why and what to do."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line with `arguments` (those of the process by default) and return its exit status."""
    for stream in sys.stdout, sys.stderr:
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal that has no δ shows a ?, and no traceback
    options = _parser().parse_args(_command_first(sys.argv[1:] if arguments is None else arguments))
    try:
        status: int = options.run(options)
    except (UnusableError, OutputError, GraphvizMissing) as problem:
        complain(f"tinygrad-notes: {problem}")
        return 2
    except KeyboardInterrupt:
        return 130
    return status


def _command_first(arguments: Sequence[str]) -> list[str]:
    """`--digits 5 notes D` as `notes --digits 5 D`: options belong to the command, also those that stand before it."""
    front = argparse.ArgumentParser(prog=PROGRAM, parents=[_page_options()], add_help=False)
    front.add_argument("command", nargs=argparse.REMAINDER)
    command = front.parse_known_args(arguments)[0].command
    return [*command[:1], *arguments[: len(arguments) - len(command)], *command[1:]]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog=PROGRAM,
        description="Work backpropagation out on paper, then find the slip. Without a command: rebuild the 3-3-1 "
        "example of study note B number by number beside what the note wrote, mark it, and draw it.",
        parents=[_page_options()],
    )
    parser.add_argument("--version", action="version", version=f"{PROGRAM} {__version__}")
    parser.set_defaults(run=_rebuild)
    commands = parser.add_subparsers(title="further commands", metavar="COMMAND")
    mark = commands.add_parser("mark", help="find the slips in numbers worked by hand")
    mark.add_argument("file", type=Path, metavar="FILE.toml", help="a worksheet: a network and what was claimed of it")
    _add_forms(mark, digits=6)
    mark.set_defaults(run=_mark)
    notes = commands.add_parser("notes", help="the five notes, made runnable")
    notes.add_argument("note", nargs="?", type=str.upper, choices=list(NOTES), help="which (default: list them)")
    notes.add_argument("--output", type=Path, metavar="DIR", help="a folder for the note's pictures (default: none)")
    notes.add_argument("--force", action="store_true", help="replace pictures that hold something else")
    _add_forms(notes, as_data=False)
    notes.set_defaults(run=_notes)
    _add_play(commands.add_parser("play", help="write a page that steps through the chain rule, forward and backward"))
    _add_worksheet(commands.add_parser("worksheet", help="write an exercise for learners, with its key"))
    return parser


def _page_options() -> argparse.ArgumentParser:
    """The options of the main page, without a command."""
    parser = argparse.ArgumentParser(add_help=False)
    parser.add_argument(
        "--output", type=Path, default=Path("tinygrad-notes-output"), metavar="DIR",
        help="folder for the pictures (default: %(default)s)",
    )  # fmt: skip
    parser.add_argument("--force", action="store_true", help="replace pictures that hold something else")
    _add_forms(parser)
    return parser


def _add_play(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "file", nargs="?", type=Path, metavar="FILE.toml", help="a worksheet: the network to play (default: note B's)"
    )
    parser.add_argument(
        "-o", "--output", type=Path, default=Path("player.html"), metavar="FILE", help="(default: %(default)s)"
    )
    parser.add_argument("--digits", type=_digits, default=4, metavar="N", help="on the page (default: %(default)s)")
    parser.add_argument("--force", action="store_true", help="replace a file that holds something else")
    parser.set_defaults(run=_play)


def _add_worksheet(parser: argparse.ArgumentParser) -> None:
    from tinygrad_notes.draw.exercise_pages import PAGES
    from tinygrad_notes.nn.losses import LOSSES
    from tinygrad_notes.nn.matrices import CONVENTIONS

    parser.add_argument(
        "--layers", type=int, nargs="+", required=True, metavar="N", help="inputs, then neurons per layer"
    )
    parser.add_argument("--activation", nargs="+", default=["sigmoid"], metavar="NAME", help="one, or one per layer")
    parser.add_argument("--loss", choices=list(LOSSES), default="squared_error", help="(default: %(default)s)")
    parser.add_argument("--learning-rate", type=float, default=0.5, metavar="RATE", help="(default: %(default)s)")
    parser.add_argument("--convention", choices=CONVENTIONS, default="W@x", help="(default: %(default)s)")
    parser.add_argument("--seed", type=int, default=0, help="which exercise (default: %(default)s)")
    parser.add_argument("--digits", type=_digits, default=3, metavar="N", help="of each answer (default: %(default)s)")
    parser.add_argument("-o", "--output", type=Path, required=True, metavar="FILE", help=f"ends in {', '.join(PAGES)}")
    parser.add_argument("--force", action="store_true", help="replace files that hold something else")
    parser.set_defaults(run=_worksheet)


def _add_forms(parser: argparse.ArgumentParser, digits: int = 8, *, as_data: bool = True) -> None:
    forms = parser.add_mutually_exclusive_group()
    if as_data:
        forms.add_argument("--json", action="store_true", help="print the same as data")
    forms.add_argument("--format", choices=FORMS, help="print for a document instead of the terminal")
    parser.add_argument(
        "--digits", type=_digits, default=digits, metavar="N", help="significant digits (default: %(default)s)"
    )


def _digits(written: str) -> int:
    if not written.isdecimal() or not 1 <= int(written) <= 17:
        raise argparse.ArgumentTypeError(f"digits are a whole number from 1 to 17, not {written!r}")
    return int(written)


# The commands ---------------------------------------------------------------------------------------


def _rebuild(options: argparse.Namespace) -> int:
    from tinygrad_notes.notes import worked_example

    written = _write_pictures(worked_example.pictures(), options)
    if options.json:
        write_json(worked_example.data() | {"files": [str(path) for path in written]})
        return 0
    _print_report(worked_example.report(options.digits), options.format)
    _tell(written, to_stderr=options.format is not None)
    return 0


def _mark(options: argparse.Namespace) -> int:
    from tinygrad_notes.worked.worksheet_file import WorksheetError, mark_file

    try:
        marking = mark_file(options.file)
    except WorksheetError as problem:
        raise UnusableError(str(problem)) from problem
    if options.json:
        write_json(marking.as_json())
    else:
        _print_report(marking.report(options.digits), options.format)
    return marking.exit_status


def _worksheet(options: argparse.Namespace) -> int:
    from tinygrad_notes.draw.exercise_pages import PAGES, exercise_files
    from tinygrad_notes.worked.exercises import exercise

    path: Path = options.output
    if path.suffix.lower() not in PAGES:
        raise UnusableError(f"{path} must end in one of {', '.join(PAGES)}, for that says what kind of page to write")
    activations = options.activation[0] if len(options.activation) == 1 else options.activation
    try:
        task = exercise(
            options.layers, activations, seed=options.seed, loss=options.loss,
            learning_rate=options.learning_rate, convention=options.convention, digits=options.digits,
        )  # fmt: skip
    except ValueError as problem:
        raise UnusableError(str(problem)) from problem
    _tell(_write_all(exercise_files(task, path), options.force, "choose another name with -o FILE"))
    return 0


def _write_pictures(pictures: Mapping[str, str], options: argparse.Namespace) -> list[Path]:
    files: dict[Path, str | bytes] = {options.output / name: content for name, content in pictures.items()}
    return _write_all(files, options.force, "choose another folder with --output DIR")


def _write_all(files: Mapping[Path, str | bytes], force: bool, remedy: str) -> list[Path]:
    """Write all files, or none where one of them would replace something else."""
    from tinygrad_notes.files import write_file

    try:
        for path, content in files.items():
            if not force and path.exists() and not _holds(path, content):
                raise UnusableError(f"{path} exists and holds something else; {remedy}, or replace it with --force")
        for path, content in files.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            write_file(path, content, overwrite=force)
    except OSError as problem:
        raise UnusableError(f"cannot write {path}: {problem.strerror or problem}; {remedy}") from problem
    return list(files)


def _holds(path: Path, content: str | bytes) -> bool:
    return path.is_file() and path.read_bytes() == (content.encode() if isinstance(content, str) else content)


def _tell(written: Sequence[Path], to_stderr: bool = False) -> None:
    for path in written:
        if to_stderr:
            complain(f"wrote {path}")
        else:
            write(f"wrote {path}\n")


def _notes(options: argparse.Namespace) -> int:
    if options.note is None:
        listed = "".join(f"{letter}  {about}\n" for letter, (_, about) in NOTES.items())
        write(f"{listed}tinygrad-notes notes LETTER shows one of them.\n")
        return 0
    note = importlib.import_module(f"tinygrad_notes.notes.{NOTES[options.note][0]}")
    written: list[Path] = []
    if options.output is not None:
        if not hasattr(note, "pictures"):
            raise UnusableError(f"note {options.note} has no picture: leave --output out")
        written = _write_pictures(note.pictures(), options)
    shown = {"progress": True} if options.note == "C" else {}
    _print_report(note.report(options.digits, **shown), options.format)
    _tell(written, to_stderr=options.format is not None)
    return 0


def _play(options: argparse.Namespace) -> int:
    from tinygrad_notes.draw.player import play
    from tinygrad_notes.notes.worked_example import worked_example
    from tinygrad_notes.worked.worksheet_file import WorksheetError, read_worksheet

    if options.output.suffix.lower() not in (".html", ".htm"):
        raise UnusableError(f"the player is a web page: end its name in .html, not {options.output.name!r}")
    try:
        sheet = read_worksheet(options.file).sheet if options.file else worked_example().sheet
        player = play(sheet, title=options.file.stem if options.file else "Note B, step by step", digits=options.digits)
    except (WorksheetError, ValueError) as problem:
        raise UnusableError(str(problem)) from problem
    _tell(_write_all({options.output: player.html}, options.force, "choose another name with -o FILE"))
    return 0


NOTES = {
    "A": ("delta_rule", "the delta rule's identities, in both conventions for W"),
    "B": ("worked_example", "a 3-3-1 network worked by hand, rebuilt number by number"),
    "C": ("xor", "XOR learned in 10,000 epochs, and what a derivative is"),
    "D": ("training_loop", "forward, loss, backward, update: each word and its number"),
    "E": ("jacobians", "all six Jacobians of a 1-6-7-2 network, three ways"),
}


def _print_report(report: Report, form: str | None) -> None:
    if form is None:
        with standard_output() as stream:  # rich, too, touches it when it asks what kind of terminal it is
            stream.write(report.terminal())
        return
    written_as, write_out = FORMS[form]
    write_out(written_as(report))
