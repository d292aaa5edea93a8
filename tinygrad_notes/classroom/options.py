"""The options with which `worksheet` makes a set of exercises."""

from __future__ import annotations

import argparse
import math
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from tinygrad_notes.classroom.asking import Wish
from tinygrad_notes.errors import UnusableError
from tinygrad_notes.worked.rounding import Precision

T = TypeVar("T")
Setting = tuple[str, T]
"""A value for a name, as in delta=4; of all others where the name is empty."""
FORMS = ("html", "pdf", "tex", "md")


def add_set_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of sets to those of `worksheet`."""
    parser.epilog = f"{parser.epilog}In lstm.calc, ranges stand in the place of given numbers: w = 0.1 … 0.9\n"
    parser.add_argument(
        "source", nargs="?", type=Path, metavar="SOURCE",
        help="of a set, in place of --layers: a worksheet (.toml), or calculation lines (.calc) with ranges as givens",
    )  # fmt: skip
    group = parser.add_argument_group(
        "sets", "one exercise for each student, in the folder that -o names; the key stands in another, FOLDER-key"
    )
    students = group.add_mutually_exclusive_group()
    students.add_argument("--students", type=Path, metavar="FILE", help="a CSV file, or one name a line")
    students.add_argument("--count", type=int, metavar="N", help="so many exercises without names")
    group.add_argument("--title", metavar="TEXT", help="of the sheets (default: Backpropagation by hand)")
    group.add_argument(
        "--ask", nargs="+", metavar="NAME",
        help="what is asked: quantities (z1), or kinds of every layer (z a delta dC/dW W_new); default: all",
    )  # fmt: skip
    group.add_argument(
        "--decimals", nargs="+", type=_setting(_whole(0, 17)), metavar="N|NAME=N",
        help="decimals in place of significant digits, of all numbers or of one quantity: 3, W_new=2",
    )  # fmt: skip
    group.add_argument(
        "--points", nargs="+", type=_setting(_points), metavar="N|NAME=N",
        help="of each quantity: 2, delta=4 (default: one for each number)",
    )  # fmt: skip
    formulas = group.add_mutually_exclusive_group()
    formulas.add_argument("--hide-formulas", action="store_true", help="leave the formulas out")
    formulas.add_argument("--ask-formulas", action="store_true", help="leave the formulas out, and ask for them")
    group.add_argument("--allow-dead-units", action="store_true", help="let a ReLU be off, and other results be 0")
    group.add_argument(
        "--print", nargs="+", choices=FORMS, metavar="FORM", dest="forms",
        help=f"kinds of sheets, of {', '.join(FORMS)} (default: html)",
    )  # fmt: skip
    group.add_argument("--paper", choices=("a4", "letter"), help="(default: a4)")
    group.add_argument("--key-pages", action="store_true", help="write the answers with their working, for the teacher")
    group.add_argument("--moodle", action="store_true", help="write moodle.xml, a numerical question for each number")
    secret = group.add_mutually_exclusive_group()
    secret.add_argument(
        "--secret-file", type=Path, metavar="FILE",
        help="holds the secret that the numbers follow from, and only you can read it (default: the environment "
        "variable TINYGRAD_NOTES_SECRET, else secret.txt beside the key, which is made where there is none)",
    )  # fmt: skip
    secret.add_argument("--ask-secret", action="store_true", help="ask for the secret")


def digits_setting(written: str) -> Setting[int]:
    """ "3" for all, "delta=4" for one quantity."""
    return _setting(_whole(1, 17))(written)


def layers(written: str) -> list[int]:
    """ "2-2-1" as numbers, or one of them."""
    parts = written.split("-")
    if not all(part.isdecimal() for part in parts):
        raise argparse.ArgumentTypeError(f"layers are whole numbers such as 2-2-1, not {written!r}")
    return [int(part) for part in parts]


def wish_of(options: argparse.Namespace, digits: int | None) -> Wish:
    """What the options ask for; `digits` are those that the source itself asks for."""
    by_name = {name: Precision(count) for name, count in options.digits or ()}
    by_name |= {name: Precision(decimals=count) for name, count in options.decimals or ()}
    of_all = by_name.pop("", Precision(digits or 3))
    return Wish(tuple(options.ask or ()), of_all, by_name, dict(options.points or ()))


_ONLY_FOR_SETS = (
    "source", "title", "ask", "decimals", "points", "hide_formulas", "ask_formulas", "allow_dead_units", "forms",
    "paper", "key_pages", "moodle", "secret_file", "ask_secret",
)  # fmt: skip
"""What only a set has, by its name among the options."""


def check_single(options: argparse.Namespace) -> None:
    """Raise UnusableError where a call that makes one exercise says what only a set has."""
    if option := next((name for name in _ONLY_FOR_SETS if getattr(options, name)), ""):
        called = "SOURCE" if option == "source" else "--print" if option == "forms" else f"--{option.replace('_', '-')}"
        raise UnusableError(f"{called} is for sets: add --students FILE or --count N")
    if not options.layers:
        raise UnusableError("say how large the network is: --layers 2-2-1")
    if any(name for name, _ in options.digits or ()):
        raise UnusableError("digits of single quantities are for sets: add --students FILE or --count N")


def _setting(value: Callable[[str], T]) -> Callable[[str], Setting[T]]:
    def read(written: str) -> Setting[T]:
        name, _, number = written.rpartition("=")
        return name, value(number)

    return read


def _whole(least: int, most: int) -> Callable[[str], int]:
    def read(written: str) -> int:
        if not written.isdecimal() or not least <= int(written) <= most:
            raise argparse.ArgumentTypeError(
                f"digits are a whole number from {least} to {most}, not {written!r}"
                if least
                else f"decimals are a whole number from {least} to {most}, not {written!r}"
            )
        return int(written)

    return read


def _points(written: str) -> float:
    try:
        points = float(written)
    except ValueError:
        points = math.nan
    if not 0.0 <= points < 1e6:
        raise argparse.ArgumentTypeError(f"points are a number such as 2 or 0.5, not {written!r}")
    return points
