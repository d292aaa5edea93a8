"""The command line: `tinygrad-notes`, also `python -m tinygrad_notes`.

    tinygrad-notes                    work the 3-3-1 example, number by number, and draw its pictures
    tinygrad-notes mark FILE          find the slips in numbers worked by hand: a worksheet, or a note as it stands
    tinygrad-notes mark FOLDER …      mark the answers of a class, each against the key
    tinygrad-notes notes [A|B|C|D|E]  five study notes on backpropagation, worked by the program
    tinygrad-notes play [FILE.toml]   a page that steps through the chain rule
    tinygrad-notes worksheet …        an exercise for learners, or one for each student, with the key

Exit status: 0 it ran (of `mark`: no slip), 1 `mark` found a slip, a misprint or too few digits, or a paper of a class
that it cannot mark, or a picture failed, 2 it could not run (one line on stderr says why), 130 interrupted.

Here the words of a call are read, and no more is loaded than that takes; `commands` does the work.
"""

from __future__ import annotations

import argparse
import gc
import importlib
import io
import math
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import NoReturn

from tinygrad_notes import __version__

PROGRAM = "tinygrad-notes"
FORMS = ("markdown", "latex", "html")
"""What a report can be printed as, besides for the terminal."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line with `arguments` (those of the process by default) and return its exit status."""
    for stream in sys.stdout, sys.stderr:
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal that has no δ shows a ?, and no traceback
    words = _command_first(sys.argv[1:] if arguments is None else arguments)
    options = call_parser(words[0] if words else "").parse_args(words)
    commands = importlib.import_module("tinygrad_notes.commands")
    status: int = commands.run(options.command or "rebuild", options)
    if arguments is None:  # the process ends now: nothing of what it has loaded is to be looked through once more
        gc.freeze()
    return status


def _command_first(arguments: Sequence[str]) -> list[str]:
    """`--digits 5 notes D` as `notes --digits 5 D`: options belong to the command, also those that stand before it."""
    if arguments and arguments[0] in COMMANDS:
        return list(arguments)
    front = _Parser(prog=PROGRAM, parents=[_page_options()], add_help=False)
    front.add_argument("command", nargs=argparse.REMAINDER)
    command = front.parse_known_args(arguments)[0].command
    return [*command[:1], *arguments[: len(arguments) - len(command)], *command[1:]]


def call_parser(chosen: str) -> argparse.ArgumentParser:
    """The parser of a call whose first word is `chosen`: it knows the options of that command alone."""
    parser = _Parser(
        prog=PROGRAM,
        description="Work backpropagation out on paper, then find the slip. Without a command: show a 3-3-1 network\n"
        "worked number by number, mark the numbers that a learner wrote for it, and draw it.",
        parents=[_page_options()],
        epilog=_listed(example for examples in EXAMPLES.values() for example in examples[:1]),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"{PROGRAM} {__version__}")
    commands = parser.add_subparsers(title="further commands", metavar="COMMAND", dest="command")
    for name, (about, add_options) in COMMANDS.items():
        command = commands.add_parser(
            name,
            help=about,
            description=f"{about[0].upper()}{about[1:]}.",
            epilog=_listed(EXAMPLES[name]),
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        if name == chosen:
            add_options(command)
    return parser


def _listed(examples: Iterable[str]) -> str:
    return "examples:\n" + "".join([f"  {PROGRAM} {example}".rstrip() + "\n" for example in examples])


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


def _add_mark(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "file", type=Path, metavar="FILE",
        help="a worksheet (.toml), calculation lines (.calc), a note (.md, .txt, .tex, .ipynb, or - for stdin), or a "
        "folder of answers",
    )  # fmt: skip
    parser.add_argument(
        "--against", type=Path, metavar="KEY", help="take what is given and asked from this page or set"
    )
    parser.add_argument(
        "--write", action="store_true", help="write a note's marks into a copy beside it: NAME.marked.md"
    )
    parser.add_argument(
        "--html", type=Path, metavar="FILE", help="write a note, or a class, with its marks as a web page"
    )
    parser.add_argument("--force", action="store_true", help="replace files of an earlier run")
    parser.add_argument("--explain-reading", action="store_true", help="print a note as calculation lines instead")
    of_a_class = parser.add_argument_group("a folder of answers")
    of_a_class.add_argument("--csv", type=Path, metavar="FILE", help="write a row for each student")
    of_a_class.add_argument("--feedback", type=Path, metavar="DIR", help="write a sheet for each student")
    of_a_class.add_argument("--rule", type=Path, metavar="FILE", help="points and shares as this .toml says")
    _add_forms(parser, digits=6)


def _add_notes(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("note", nargs="?", type=str.upper, choices=list("ABCDE"), help="which (default: list them)")
    parser.add_argument("--output", type=Path, metavar="DIR", help="a folder for the note's pictures (default: none)")
    parser.add_argument("--force", action="store_true", help="replace pictures that hold something else")
    _add_forms(parser, as_data=False)


def _add_play(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "file",
        nargs="?",
        type=Path,
        metavar="FILE",
        help="a worksheet or a calculation to play (default: a worked example)",
    )
    parser.add_argument(
        "-o", "--output", type=Path, default=Path("player.html"), metavar="FILE", help="(default: %(default)s)"
    )
    parser.add_argument("--digits", type=_digits, default=4, metavar="N", help="on the page (default: %(default)s)")
    parser.add_argument("--force", action="store_true", help="replace a file that holds something else")


def _add_draw(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, metavar="FILE", help="a worksheet (.toml) or calculation lines (.calc)")
    parser.add_argument(
        "-o", "--output", type=Path, metavar="FILE", help="an .svg (default: the page's name with .svg in this folder)"
    )
    parser.add_argument("--digits", type=_digits, default=4, metavar="N", help="in the picture (default: %(default)s)")
    parser.add_argument("--force", action="store_true", help="replace a file that holds something else")


def _add_work(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, metavar="FILE", help="a worksheet (.toml) or calculation lines (.calc)")
    parser.add_argument("--only", nargs="+", default=[], metavar="NAME", help="these quantities, such as z1 dL/dw")
    _add_forms(parser, digits=6)


def _add_new(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("kind", nargs="?", metavar="KIND", help="such as mlp, lstm or adam (default: list them)")
    parser.add_argument("-o", "--output", type=Path, metavar="FILE", help="(default: KIND.calc)")
    parser.add_argument("--force", action="store_true", help="replace a file that holds something else")


def _add_worksheet(parser: argparse.ArgumentParser) -> None:
    from tinygrad_notes.classroom.options import add_set_options, digits_setting, layers
    from tinygrad_notes.draw.exercise_pages import PAGES
    from tinygrad_notes.nn.arguments import CONVENTIONS
    from tinygrad_notes.nn.losses import LOSSES

    parser.add_argument("--layers", type=layers, nargs="+", metavar="N", help="inputs, then neurons per layer: 2-2-1")
    parser.add_argument("--activation", nargs="+", default=["sigmoid"], metavar="NAME", help="one, or one per layer")
    parser.add_argument("--loss", choices=list(LOSSES), default="squared_error", help="(default: %(default)s)")
    parser.add_argument("--learning-rate", type=_rate, metavar="RATE", help="(default: 0.5, of a set 0.3)")
    parser.add_argument("--convention", choices=CONVENTIONS, default="W@x", help="(default: %(default)s)")
    parser.add_argument("--seed", type=int, default=0, help="which exercise (default: %(default)s)")
    parser.add_argument(
        "--digits", type=digits_setting, nargs="+", metavar="N|NAME=N",
        help="significant digits of each answer; of a set also of one quantity: 3, delta=4 (default: 3)",
    )  # fmt: skip
    ends = ", ".join(PAGES)
    parser.add_argument(
        "-o", "--output", type=Path, required=True, metavar="FILE", help=f"ends in {ends}; of a set, a folder"
    )
    parser.add_argument("--force", action="store_true", help="replace files that hold something else")
    add_set_options(parser)


def _add_forms(parser: argparse.ArgumentParser, digits: int = 8, *, as_data: bool = True) -> None:
    forms = parser.add_mutually_exclusive_group()
    if as_data:
        forms.add_argument("--json", action="store_true", help="print the same as data")
    forms.add_argument("--format", choices=FORMS, help="print for a document instead of the terminal")
    parser.add_argument(
        "--digits", type=_digits, default=digits, metavar="N", help="significant digits (default: %(default)s)"
    )


class _Parser(argparse.ArgumentParser):
    """A parser that says in one line what is wrong with a call."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{PROGRAM}: {message}; `{self.prog} --help` lists what there is\n")


def _rate(written: str) -> float:
    try:
        rate = float(written)
    except ValueError:
        rate = math.nan
    if not math.isfinite(rate):
        raise argparse.ArgumentTypeError(f"a learning rate is a finite number such as 0.5, not {written!r}")
    return rate


def _digits(written: str) -> int:
    if not written.isdecimal() or not 1 <= int(written) <= 17:
        raise argparse.ArgumentTypeError(f"digits are a whole number from 1 to 17, not {written!r}")
    return int(written)


COMMANDS: dict[str, tuple[str, Callable[[argparse.ArgumentParser], None]]] = {
    "draw": ("draw the graph of a page", _add_draw),
    "mark": ("find the slips in numbers worked by hand", _add_mark),
    "new": ("write a page to fill in: a network, a cell, an optimizer's step, …", _add_new),
    "notes": ("five study notes on backpropagation, worked by the program", _add_notes),
    "play": ("write a page that steps through the chain rule, forward and backward", _add_play),
    "work": ("compute a page: every number with its formula", _add_work),
    "worksheet": ("write an exercise for learners, or one for each student of a class, with the key", _add_worksheet),
}
"""Each further command, what it is for, and what adds its options to a parser."""

EXAMPLES = {
    "": ["--output pictures", "--json"],
    "draw": ["draw lstm.calc -o lstm.svg"],
    "mark": [
        "mark page.toml",
        "mark lstm.calc --digits 8",
        "mark note.md --write --html note.html",
        "mark answers/ --against homework-key/KEY.toml --csv marks.csv --html class.html --feedback sheets",
    ],
    "new": ["new lstm", "new"],
    "notes": ["notes D --digits 5", "notes"],
    "play": ["play page.toml -o player.html"],
    "work": ["work lstm.calc --only h dL/dc"],
    "worksheet": [
        "worksheet --layers 2-2-1 -o exercise.html",
        "worksheet --layers 2-2-1 --students roster.csv -o homework",
        "worksheet lstm.calc --count 30 --ask f i o c h dL/dc --print pdf --key-pages -o homework",
    ],
}
"""How each command is called, the main page under an empty name; the first of each stands in the help of all."""
