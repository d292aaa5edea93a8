"""Formulas that students write: each checked against the page of the key, as a formula of a calculation is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from tinygrad_notes.classroom.key import StudentExercise
from tinygrad_notes.errors import CalculationError
from tinygrad_notes.worked.calculation import read_calculation
from tinygrad_notes.worked.calculation.lines import lines_of
from tinygrad_notes.worked.calculation.marking import CalculationMarking, formula_marks
from tinygrad_notes.worked.calculation.page_marks import FormulaMark, PageMark
from tinygrad_notes.worked.claims import BLANK, shown
from tinygrad_notes.worked.marks import Mark, Marking
from tinygrad_notes.worked.sheet import NumbersOnPaper
from tinygrad_notes.worked.toml_places import line_of
from tinygrad_notes.worked.toml_text import TomlError

_LONGEST = 500


def with_formulas(marking: Marking, formulas: Mapping[str, Any], exercise: StudentExercise, text: str) -> Marking:
    """The marks of an exercise's numbers, together with those of its formulas.

    Args:
        marking: of the numbers.
        formulas: by the name of a quantity, the formula as written; "?" for none.
        exercise: of a calculation, whose own formulas are the right ones.
        text: of the file of answers, which tells where each formula stands.

    Raises TomlError, which names the quantity, for a formula that cannot be read.
    """
    checked = {name: _checked(name, formula, exercise.sheet) for name, formula in formulas.items()}
    written = {name: formula for name, formula in checked.items() if formula}
    together = _judged(written, exercise) if written else {}
    for name, mark in together.items():
        if not mark.is_right and len(written) > 1:  # it may be another one's fault
            together[name] = _judged({name: written[name]}, exercise).get(name, mark)
    found = {
        name: replace(mark, quantity=name, line=line_of(text, ("formulas", name))) for name, mark in together.items()
    }
    marks = tuple(_placed(mark, found, exercise.sheet, text) for mark in marking)
    return CalculationMarking(marks, marking.digits, marking.notes, formulas=tuple(found.values()))


def _checked(name: str, formula: Any, sheet: NumbersOnPaper) -> str:
    """A formula on one line; empty for one that was left out."""
    if name not in sheet.quantities:
        raise TomlError("formulas", name, f"nothing on this sheet is called {shown(name)}")
    if not isinstance(formula, str) or len(formula) > _LONGEST or set(formula) & set("\n\r#=≈"):
        raise TomlError("formulas", name, f'write the right side alone, in quotes: "w*x + b", not {shown(formula)}')
    return "" if formula.strip() in ("", BLANK) else formula.strip()


def _judged(formulas: Mapping[str, str], exercise: StudentExercise) -> dict[str, FormulaMark]:
    """What comes of formulas in their places on the page; nothing of one that cannot be checked against anything."""
    page = exercise.template.page(exercise.given)
    key = read_calculation(page)
    places = {number: name for name, (number, _) in key.sheet().lines.items() if name in formulas}
    rows = page.splitlines()
    for line in lines_of(page):
        if name := places.get(line.number):
            more = line.text.count("\n")  # rows stay where they are
            rows[line.number - 1 : line.number + more] = [f"{line.parts[0].text} = {formulas[name]}", *[""] * more]
    try:
        for line in lines_of("\n".join(rows)):
            if line.number in places and line.text != rows[line.number - 1]:
                raise CalculationError("the formula is not finished", line.number)
        answer = read_calculation("\n".join(rows), key)
    except CalculationError as error:
        raise TomlError("formulas", places.get(error.line, next(iter(formulas))), error.reason) from None
    return {places[mark.line]: mark for mark in formula_marks(answer) if mark.line in places}


def _placed(mark: Mark, found: Mapping[str, FormulaMark], sheet: NumbersOnPaper, text: str) -> PageMark:
    """A number's mark with the line that it stands in, and whether its formula is right."""
    name = next(
        name for name, quantity in sheet.quantities.items() if any(v.label == mark.quantity for v in quantity.elements)
    )
    formula = found[name].is_right if name in found else None
    fields = {field: getattr(mark, field) for field in Mark.__dataclass_fields__}
    return PageMark(**fields, line=line_of(text, ("claims", name)), name=mark.quantity, formula=formula)
