"""Sets as Moodle XML: for each exercise a category, a page of what is given, and a numerical question for each number.

Moodle adds and takes nothing: what its importer reads of a numerical question is an answer and an absolute tolerance.
The tolerance is one unit of the last place that is asked, for Moodle does not know what a student rounded before.
"""

from __future__ import annotations

import base64
import html
from collections.abc import Iterator
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

from tinygrad_notes.classroom.key import Key, Question, StudentExercise
from tinygrad_notes.classroom.print.maths import in_latex, matrix_in_latex
from tinygrad_notes.classroom.print.page import Formulas, Maths, Page, page_of, rounded
from tinygrad_notes.number_systems.symbols import Symbol, visible
from tinygrad_notes.value import Value

_PICTURE = "picture.svg"
_SMALLEST = 1e-15  # a tolerance of 0 would ask for the very float


def moodle_xml(key: Key, pictures: dict[str, str], formulas: Formulas = "shown") -> str:
    """The questions of a set, for Moodle's import; `pictures` are SVG, by the id of an exercise."""
    quiz = Element("quiz")
    for exercise in key.exercises:
        page = page_of(key, exercise, formulas)
        _category(quiz, key.title, exercise)
        _description(quiz, page, exercise, pictures.get(exercise.id, ""))
        for question in exercise.questions:
            elements = exercise.sheet.quantities[question.quantity].elements
            for value in elements:
                _numerical(quiz, page, exercise, question, value, question.points / len(elements))
    ElementTree.indent(quiz)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ElementTree.tostring(quiz, encoding="unicode") + "\n"


def _category(quiz: Element, title: str, exercise: StudentExercise) -> None:
    parts = (title, f"{exercise.student} {exercise.id}")
    path = "/".join(["$course$", "top", *(visible(part).replace("/", "//") for part in parts)])
    _text(SubElement(SubElement(quiz, "question", type="category"), "category"), path)


def _description(quiz: Element, page: Page, exercise: StudentExercise, picture: str) -> None:
    """A page without an answer: what is given, the picture, what to do."""
    question = _question(quiz, "description", f"{exercise.student}: given", 0.0)
    image = f'<p><img src="@@PLUGINFILE@@/{_PICTURE}" alt="the page as a picture"></p>' if picture else ""
    tasks = "".join(_line(page, i) for i in range(len(page.sections)))
    text = _questiontext(question, f"{_given(page)}{image}<p>{html.escape(page.task_text)}</p>{tasks}")
    if picture:
        file = SubElement(text, "file", name=_PICTURE, path="/", encoding="base64")
        file.text = base64.b64encode(picture.encode()).decode()


def _line(page: Page, section: int) -> str:
    """The formulas of a section, where they are shown."""
    shown = page.sections[section]
    items = ""
    for task in shown.tasks:
        code = f" = <code>{html.escape(task.code)}</code>" if task.code else ""
        if task.formula or code:
            items += f"<li>{_maths(task.formula or task.name)}{code}</li>"
    return f"<h4>{html.escape(shown.title)}</h4><ul>{items}</ul>" if items else ""


def _numerical(
    quiz: Element, page: Page, exercise: StudentExercise, asked: Question, value: Value, points: float
) -> None:
    question = _question(quiz, "numerical", f"{exercise.student}: {value.label}", points)
    name = _maths(Maths((Symbol(value.label),)))
    _questiontext(question, f"{_given(page)}<p>{name} = ? ({html.escape(str(asked.precision))})</p>")
    answer = SubElement(question, "answer", fraction="100", format="moodle_auto_format")
    _text(answer, rounded(value.data, asked.precision))
    unit = asked.precision.unit(value.data)
    SubElement(answer, "tolerance").text = _plain(unit if 0.0 < unit < 1e300 else _SMALLEST)
    _text(SubElement(answer, "feedback", format="html"), "")


def _question(quiz: Element, kind: str, name: str, points: float) -> Element:
    question = SubElement(quiz, "question", type=kind)
    _text(SubElement(question, "name"), visible(name)[:255])
    SubElement(question, "defaultgrade").text = _plain(points)
    return question


def _questiontext(question: Element, text: str) -> Element:
    holder = SubElement(question, "questiontext", format="html")
    _text(holder, text)
    return holder


def _text(holder: Element, text: str) -> None:
    SubElement(holder, "text").text = text


def _given(page: Page) -> str:
    facts = "".join(f"<p>{html.escape(visible(fact))}</p>" for fact in page.facts)
    given = ", ".join(f"\\({in_latex(name)} = {matrix_in_latex(array)}\\)" for name, array in page.given)
    return f"{facts}<p>{html.escape(given, quote=False)}</p>"


def _maths(maths: Maths) -> str:
    return html.escape(f"\\({in_latex(maths)}\\)", quote=False)


def _plain(number: float) -> str:
    """A number with a decimal point and without an exponent, which every version of Moodle reads."""
    return f"{number:.17f}".rstrip("0").rstrip(".")


def exercise_pictures(key: Key) -> Iterator[tuple[str, str]]:
    """The picture of each exercise that has one, by its id."""
    from tinygrad_notes.classroom.print.documents import picture_of

    for exercise in key.exercises:
        if picture := picture_of(exercise):
            yield exercise.id, picture.svg()
