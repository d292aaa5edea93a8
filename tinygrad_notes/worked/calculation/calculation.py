"""Calculations: a hand-worked page of any kind, read, worked and ready to be marked; and its sheet.

x = [1.0, 0.5]                     numbers alone: given
z = w@x + b            # 0.35      a formula, and the number claimed
dL/dw                  # [0.1, 0]  any number by any other
dL/dz = a - y          # -0.41     … or the page's own formula for it, which is judged too
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TypeVar

from tinygrad_notes.collector import collector_paused
from tinygrad_notes.errors import CalculationError, WorksheetError
from tinygrad_notes.number_systems.symbols import Symbol, visible
from tinygrad_notes.value import Value
from tinygrad_notes.worked.calculation import tree
from tinygrad_notes.worked.calculation.broken import MOST_BROKEN, Broken, LineError, TooMuchError, names_given, together
from tinygrad_notes.worked.calculation.called import unknown_function
from tinygrad_notes.worked.calculation.entries import Entry
from tinygrad_notes.worked.calculation.judging import Verdict, judge
from tinygrad_notes.worked.calculation.lines import LARGEST
from tinygrad_notes.worked.calculation.statements import Statement, parts_read, read_statements
from tinygrad_notes.worked.calculation.working import World
from tinygrad_notes.worked.claims import MOST_PROBLEMS
from tinygrad_notes.worked.pages import HEADER, nested, row_of
from tinygrad_notes.worked.report import Block, Heading, Paragraph, Report, Table, cell
from tinygrad_notes.worked.sheet import NumbersOnPaper, Quantity


@dataclass(frozen=True)
class Calculation:
    """A page that was read and worked.

    Attributes:
        text: as it stands.
        statements: its lines.
        unread: remarks that begin with a number and could not be read as a claim, with their line.
        world: every name's numbers, as Values.
    """

    text: str
    statements: tuple[Statement, ...]
    unread: tuple[tuple[int, str], ...]
    world: World

    @property
    def problems(self) -> list[CalculationError]:
        """What is wrong with each claim that cannot be checked, up to `MOST_PROBLEMS` of them."""
        return self.world.claims.problems[:MOST_PROBLEMS]

    @property
    def entries(self) -> list[Entry]:
        """Every version of every name, in the order of the page."""
        return self.world.entries

    @cached_property
    def values(self) -> dict[str, Value]:
        """Every number by its label, in the order of the page."""
        return dict(self._values())

    def _values(self) -> Iterator[tuple[str, Value]]:
        """In the order of work: what a line's numbers may follow from stands before them."""
        members: dict[Entry, list[Value]] = defaultdict(list)
        for claim in self.world.claims:
            if claim.member:
                members[claim.entry].append(claim.value)
        for entry in self.entries:
            yield from ((value.label, value) for value in members.get(entry, ()))
            if not entry.is_given:
                yield from ((value.label, value) for value in entry.values)

    def sheet(self) -> CalculationSheet:
        """The page as a sheet: to be reported, drawn, played, marked by name."""
        return sheet_of(self)

    @cached_property
    def verdicts(self) -> list[Verdict]:
        """The verdict on every formula of the page that can be compared with another way to the same number."""
        return judge(self.world)


@collector_paused()
def read_calculation(text: str, key: Calculation | None = None) -> Calculation:
    """Read and work a page.

    Args:
        text: calculation lines, or a Markdown page whose fenced `calc` blocks hold them.
        key: the page that this one answers. Its given numbers and its formulas are the right ones.

    Raises:
        CalculationError: (a ValueError) a line that cannot be read or worked, with its place and what to write instead.

    Example:
        >>> page = read_calculation("x = 3\\ny = x^2   # 9\\ndy/dx   # 6")
        >>> [(entry.name, entry.numbers.data) for entry in page.entries]
        [('x', 3.0), ('y', 9.0), ('dy/dx', 6.0)]
    """
    page = worked_page(text, key)
    if page.problems:
        raise together(page.problems)
    return page


def worked_page(text: str, key: Calculation | None = None, most: int = MOST_BROKEN) -> Calculation:
    """The same, but a claim that cannot be checked does not stop it: `problems` lists such claims.

    It stops after `most` broken lines.
    """
    broken = Broken(most)
    reading = read_statements(text, broken)
    world = World(reading.statements, key.world if key else None)
    _work(world, broken)
    return Calculation(text, tuple(reading.statements), (*reading.unread, *world.claims.unread), world)


def _work(world: World, broken: Broken) -> None:
    """Work every line of a page; raises CalculationError for those that cannot be read or worked.

    A line that needs the number of a broken one cannot be worked either: of such a line only its calls are checked.
    """
    computed = {statement.name for statement in world.statements}
    for place, statement in enumerate(world.statements):
        try:
            if broken.problems and any(broken.is_needed_in(part, computed) for part in parts_read(statement)):
                broken.names |= {statement.name, *names_given(statement.line.text)}
                _check_calls(world, statement, broken)
            else:
                world.take(place, statement)
        except LineError as error:
            names = {statement.name, *names_given(statement.line.text)}
            broken.add(statement.line.error(error.reason, error.at), names, once=True)
            if isinstance(error, TooMuchError):
                break
    broken.tell()


def _check_calls(world: World, statement: Statement, broken: Broken) -> None:
    """Raise LineError for the first call of what is no function, in a line that cannot be worked."""
    for member in statement.members:
        for part in member.tree.walk() if member.tree is not None else ():
            if not isinstance(part, tree.Call) or part.function in broken.names:
                continue
            if not world.evaluation.has_function(part.function):
                raise LineError(unknown_function(part.function), member.at + part.at)


def read_calculation_file(path: str | Path) -> Calculation:
    """Read and work the page in a file.

    Raises WorksheetError, whose text is one line with the file's name, where it cannot be read or worked.
    """
    return in_file(path, lambda: read_calculation(text_of(path)))


def text_of(path: str | Path) -> str:
    """The text of a page; WorksheetError where there is none."""
    try:
        with Path(path).open("rb") as file:
            content = file.read(4 * LARGEST + 1)
        return content.decode("utf-8-sig")
    except OSError as error:
        raise WorksheetError(f"{visible(str(path))}: cannot be read: {error.strerror or error}") from None
    except UnicodeDecodeError as error:
        before = error.object[: error.start]
        line, column = before.count(b"\n") + 1, len(before.rpartition(b"\n")[2].decode()) + 1
        where = f"{visible(str(path))}:{line}:{column}"
        raise WorksheetError(f"{where}: not UTF-8 text; save the file as UTF-8", line) from None


T = TypeVar("T")


def in_file(path: str | Path, work: Callable[[], T]) -> T:
    """The result of `work`; an error of the page gets the name of its file."""
    try:
        return work()
    except CalculationError as error:
        lines = tuple(_located(path, problem) for problem in error.problems)
        more = f"; {len(lines) - 1} more cannot be taken" if len(lines) > 1 else ""
        raise WorksheetError(_located(path, error) + more, error.line, lines, error.marking) from None


def _located(path: str | Path, error: CalculationError) -> str:
    return f"{visible(str(path))}:{error.line}:{error.column}: {visible(error.reason)}"


# The sheet of a calculation ---------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class CalculationSheet(NumbersOnPaper):
    """The sheet of a calculation.

    Attributes:
        lines: by the name of a quantity, the line that it stands in and the text of its formula.
        roots: what the page differentiates, the first first; else its last number.
    """

    lines: dict[str, tuple[int, str]]
    roots: tuple[Value, ...]

    @property
    def root(self) -> Value:
        """What the page differentiates; of a page without derivatives, its last number."""
        return self.roots[0]

    def report(self, digits: int = 6) -> Report:
        """Every line worked out, at so many significant digits."""
        return Report([*_given(self, digits), *_worked(self, digits)])


def sheet_of(calculation: Calculation) -> CalculationSheet:
    """The sheet of a calculation; its quantities are called after their versions, w, w_new, w_new2, …."""
    given = {entry.label: _quantity(entry) for entry in calculation.entries if entry.is_given}
    worked = {entry.label: _quantity(entry) for entry in calculation.entries if not entry.is_given}
    lines = {entry.label: (entry.statement.line.number, _written(entry)) for entry in calculation.entries}
    return CalculationSheet(
        given=given, quantities=worked, alternatives=dict(calculation.world.claims.alternatives), lines=lines,
        roots=tuple(_roots(calculation)),
    )  # fmt: skip


def _quantity(entry: Entry) -> Quantity:
    phase = (
        "given" if entry.is_given else "backward" if entry.gradient else "update" if entry.version > 1 else "forward"
    )
    return Quantity(entry.label, phase, 0, entry.shape, tuple(entry.values))


def _written(entry: Entry) -> str:
    members = entry.statement.members
    return " ".join(members[0].text.split()) if members else ""


def _roots(calculation: Calculation) -> Iterator[Value]:
    derived = [entry.gradient[0] for entry in calculation.entries if entry.gradient]
    for entry in [*derived, *reversed([entry for entry in calculation.entries if not entry.is_given])]:
        yield from entry.values
    yield from (value for entry in reversed(calculation.entries) for value in entry.values)


def _given(sheet: CalculationSheet, digits: int) -> Iterator[Block]:
    if sheet.given:
        yield Heading("Given")
        rows = [[cell(Symbol(name)), cell(nested(quantity.nested(), digits))] for name, quantity in sheet.given.items()]
        yield Table(["name", "numbers"], rows)


def _worked(sheet: CalculationSheet, digits: int) -> Iterator[Block]:
    if not sheet.quantities:
        yield Paragraph("Nothing is worked out on this page: it has no formula.")
        return
    yield Heading("Worked out")
    rows = []
    for name, quantity in sheet.quantities.items():
        line, _ = sheet.lines[name]
        for i, value in enumerate(quantity.elements):
            rows.append([cell(str(line) if i == 0 else ""), *row_of(value, digits)])
    yield Table(("line", *HEADER), rows, numeric=(0, 3))
