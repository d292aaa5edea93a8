"""A student's sheet, before it becomes a document: what is given, what is asked, and on a key page the working."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Literal

from tinygrad_notes.classroom.asking import is_usual
from tinygrad_notes.classroom.key import Key, Question, StudentExercise
from tinygrad_notes.names import Name
from tinygrad_notes.number_systems.symbols import Expression, Symbol
from tinygrad_notes.passes import topological_order
from tinygrad_notes.value import Value
from tinygrad_notes.worked.calculation.calculation import CalculationSheet
from tinygrad_notes.worked.exercises import rounded as to_digits
from tinygrad_notes.worked.formulas import formula, number, with_numbers
from tinygrad_notes.worked.pages import convention_of, matrix_form, section_of, section_title, settings_of
from tinygrad_notes.worked.rounding import Precision
from tinygrad_notes.worked.sheet import NumbersOnPaper, Quantity, Sheet

Formulas = Literal["shown", "hidden", "asked"]
WORKING_DIGITS = 5
_MOST_COLUMNS, _MOST_ROWS = 12, 20  # of an array that is set as large as other text
_MOST_STEPS = 18  # of a working that stays on one page
_SIGNS = frozenset("⊙ᵀ+-=Σ")


@dataclass(frozen=True, slots=True)
class Maths:
    """Something of mathematics: a formula, or names and signs in a row, as in W1 x + b1."""

    parts: tuple[Expression | str, ...]

    @classmethod
    def of_names(cls, written: str) -> Maths:
        """Names parted by blanks and signs: "W2ᵀ δ2" or "∂C/∂a1 ⊙ σ'(z1)"."""
        parts: list[Expression | str] = []
        for word in written.split():
            name = word.removesuffix("ᵀ")
            parts.append(name if name in _SIGNS or name in ("over", "samples", "of") else Symbol(name))
            parts += ["ᵀ"] if name != word else []
        return cls(tuple(parts))


@dataclass(frozen=True, slots=True)
class Array:
    """Numbers, or places for them, as rows and columns; a single one is a matrix of one cell without brackets."""

    rows: tuple[tuple[str, ...], ...]
    has_brackets: bool

    @property
    def columns(self) -> int:
        return len(self.rows[0])

    @property
    def scale(self) -> float:
        """How much smaller than other text it is set, so that it fits on the page."""
        return min(1.0, _MOST_COLUMNS / self.columns, _MOST_ROWS / len(self.rows))


@dataclass(frozen=True, slots=True)
class Step:
    """One number worked out: its name, the formula in letters and in numbers, and the result."""

    name: Maths
    letters: Maths
    numbers: Maths
    result: str


@dataclass(frozen=True, slots=True)
class Task:
    """One quantity that is to be worked out.

    Attributes:
        name: of the quantity.
        formula: how it is worked out, as an equation; None where that is hidden or asked.
        code: the formula as the page's author typed it, where it is one of arrays; "" for none.
        answer: its places to fill in, or on a key page its right numbers; None for a quantity that is only named here,
            because others are worked out from it.
        places: "3 digits", as each number is asked; "" for a quantity that is not asked.
        points: for all of it.
        steps: the working, on a key page.
    """

    name: Maths
    formula: Maths | None
    code: str
    answer: Array | None
    places: str
    points: float
    steps: tuple[Step, ...] = ()

    @property
    def room(self) -> int:
        """How much room there is to calculate, in lines."""
        return min(1 + self.count, 10)

    @property
    def is_long(self) -> bool:
        """Whether its working is too long to stay on one page."""
        return len(self.steps) > _MOST_STEPS

    @property
    def asked(self) -> str:
        """How exactly each number is asked, and for how many points."""
        if not self.places:
            return "not asked"
        return f"{self.places}{' each' if self.count > 1 else ''}, {self.points:g} p."

    @property
    def count(self) -> int:
        """How many numbers are asked."""
        return len(self.answer.rows) * self.answer.columns if self.answer else 0


@dataclass(frozen=True, slots=True)
class Section:
    title: str
    tasks: tuple[Task, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """A student's sheet.

    Attributes:
        title: of the set.
        student: whose it is.
        id: of the exercise.
        facts: what is given in words.
        given: what is given in numbers, by name.
        sections: what is asked.
        formulas: whether they are shown, hidden or asked.
        is_key: whether it holds the answers.
    """

    title: str
    student: str
    id: str
    facts: tuple[str, ...]
    given: tuple[tuple[Maths, Array], ...]
    sections: tuple[Section, ...]
    formulas: Formulas
    is_key: bool

    @property
    def heading(self) -> str:
        return f"{self.title}: key" if self.is_key else self.title

    @property
    def points(self) -> float:
        return sum(task.points for section in self.sections for task in section.tasks)

    @property
    def task_text(self) -> str:
        """What to do, in a sentence or two."""
        also = " Write the formula of each, then its number." if self.formulas == "asked" else ""
        return f"Work out every number below. Go on with the numbers that you wrote.{also}"


def page_of(key: Key, exercise: StudentExercise, formulas: Formulas = "shown", *, is_key: bool = False) -> Page:
    """The sheet of one exercise; on a key page with all answers and their working, whether asked or not."""
    sheet = exercise.sheet
    asked = {question.quantity: question for question in exercise.questions}
    needed = set(sheet.quantities) if is_key else _needed(sheet, list(asked)) if formulas == "shown" else set(asked)
    tasks = [
        (_section(sheet, sheet.quantities[name]), _task(sheet, name, asked, formulas, is_key=is_key))
        for name in sheet.quantities
        if name in needed
    ]
    sections = tuple(
        Section(title, tuple(task for _, task in group)) for title, group in groupby(tasks, key=lambda one: one[0])
    )
    given = tuple(
        (Maths((Symbol(name),)), _array(sheet, quantity, lambda value: number(value.data, None)))
        for name, quantity in sheet.given.items()
    )
    return Page(key.title, exercise.student, exercise.id, tuple(_facts(sheet)), given, sections, formulas, is_key)


def _facts(sheet: NumbersOnPaper) -> Iterator[str]:
    if isinstance(sheet, Sheet):
        yield settings_of(sheet).replace("^2", "²").replace(" -", " −").replace("*", "·")
        yield convention_of(sheet)


def _section(sheet: NumbersOnPaper, quantity: Quantity) -> str:
    return section_title(*section_of(quantity)) if isinstance(sheet, Sheet) else "To work out"


def _needed(sheet: NumbersOnPaper, asked: Sequence[str]) -> set[str]:
    """What is asked and what that is worked out from; not what is ∂C/∂a under another name."""
    roots = [value for name in asked for value in sheet.quantities[name].elements]
    labels = {value.label for value in topological_order(*roots)}
    return {
        name
        for name, quantity in sheet.quantities.items()
        if any(value.label in labels for value in quantity.elements) and (name in asked or is_usual(sheet, name))
    }


def _task(sheet: NumbersOnPaper, name: str, asked: Mapping[str, Question], formulas: Formulas, *, is_key: bool) -> Task:
    quantity, question = sheet.quantities[name], asked.get(name)
    precision = question.precision if question else None

    def cell(value: Value) -> str:
        return rounded(value.data, precision) if is_key else ""

    shown, code = _formula(sheet, quantity) if formulas == "shown" or is_key else (None, "")
    return Task(
        Maths((Symbol(quantity.name),)), shown, code,
        _array(sheet, quantity, cell) if question or is_key else None,
        str(precision or ""), question.points if question else 0.0,
        tuple(_step(value, precision) for value in quantity.elements) if is_key else (),
    )  # fmt: skip


def _formula(sheet: NumbersOnPaper, quantity: Quantity) -> tuple[Maths | None, str]:
    """How a quantity is worked out: for whole arrays where that is usual, else for its first number."""
    first = quantity.elements[0]
    if isinstance(sheet, CalculationSheet) and quantity.shape:
        return None, sheet.lines[quantity.name][1]
    if isinstance(sheet, Sheet):
        back = sheet.quantities.get(f"back{quantity.layer}")  # which is ∂C/∂a of a hidden layer
        of_what = back if back and Name.parse(quantity.name).kind == "dC/da" else quantity
        if form := matrix_form(sheet, of_what):
            return Maths((Symbol(quantity.name), "=", *Maths.of_names(form).parts)), ""
    return Maths((Symbol(first.label), "=", formula(first))), ""


def _step(value: Value, precision: Precision | None) -> Step:
    letters = Maths((formula(value),))
    in_numbers = Maths((with_numbers(value, WORKING_DIGITS, exact_givens=True),))
    return Step(Maths((Symbol(value.label),)), letters, in_numbers, rounded(value.data, precision))


def rounded(x: float, precision: Precision | None) -> str:
    """x as precise as it is asked, trailing zeros kept; with some more digits where nothing is asked.

    Example:
        >>> rounded(0.0123049, Precision(3)), rounded(-0.0004, Precision(decimals=2)), rounded(0.5, None)
        ('0.0123', '0.00', '0.5')
    """
    if precision is None:
        return number(x, WORKING_DIGITS)
    if precision.decimals is not None:
        return f"{round(x, precision.decimals) + 0.0:.{precision.decimals}f}"
    return to_digits(x, precision.digits or 1)


def _array(sheet: NumbersOnPaper, quantity: Quantity, cell: Callable[[Value], str]) -> Array:
    """A quantity's numbers as rows and columns; a vector is a column where weights stand before it, as in W x."""
    cells = [cell(value) for value in quantity.elements]
    is_column = isinstance(sheet, Sheet) and sheet.convention == "W@x" and len(quantity.shape) == 1
    columns = 1 if is_column else quantity.shape[-1] if quantity.shape else 1
    rows = tuple(tuple(cells[i : i + columns]) for i in range(0, len(cells), columns))
    return Array(rows, has_brackets=bool(quantity.shape))
