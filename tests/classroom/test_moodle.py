"""Moodle XML, read back by a reader of its own.

The reader takes from the file what Moodle's importer takes: the type, the name, the text, the grade, and of each answer
the text, the fraction in percent and the absolute tolerance. It is written with SAX and shares nothing with the writer.
"""

from __future__ import annotations

import base64
import html
import re
import xml.sax
from dataclasses import dataclass, field
from decimal import Decimal

import pytest

from tinygrad_notes.classroom import Key, StudentExercise
from tinygrad_notes.classroom.asking import Wish, questions
from tinygrad_notes.classroom.numbers import draw_given, probes
from tinygrad_notes.classroom.print.moodle import exercise_pictures, moodle_xml
from tinygrad_notes.classroom.secret import Draws
from tinygrad_notes.classroom.sources import from_layers
from tinygrad_notes.worked.rounding import Precision


@dataclass
class Read:
    """What the importer knows of one question."""

    kind: str
    texts: dict[str, str] = field(default_factory=dict)
    fraction: str = ""
    files: dict[str, str] = field(default_factory=dict)


class Reader(xml.sax.ContentHandler):
    def __init__(self) -> None:
        super().__init__()
        self.questions: list[Read] = []
        self.path: list[str] = []
        self.file = ""

    def startElement(self, name: str, attrs: xml.sax.xmlreader.AttributesImpl) -> None:
        self.path.append(name)
        if name == "question":
            self.questions.append(Read(attrs["type"]))
        if name == "answer":
            self.questions[-1].fraction = attrs["fraction"]
        if name == "file":
            assert (attrs["encoding"], attrs["path"]) == ("base64", "/")
            self.file = attrs["name"]

    def characters(self, content: str) -> None:
        if len(self.path) > 2:
            read = self.questions[-1]
            place = read.files if self.path[-1] == "file" else read.texts
            key = self.file if self.path[-1] == "file" else "/".join(self.path[2:])
            place[key] = place.get(key, "") + content

    def endElement(self, name: str) -> None:
        self.path.pop()


def read(document: str) -> list[Read]:
    reader = Reader()
    xml.sax.parseString(document.encode(), reader)
    return reader.questions


NAME = 'Ada <b> & "]]>" / 李 \\(x\\)'


@pytest.fixture(params=[Precision(3), Precision(decimals=4)], ids=str)
def key(request: pytest.FixtureRequest) -> Key:
    source = from_layers([2, 2, 1], ["sigmoid"], "squared_error", 0.5, "W@x")
    asked, _ = questions(probes(source), Wish(("z", "delta", "dC/dW"), request.param, points={"dC/dW": 3.0}))
    exercises = [
        StudentExercise(f"id-{i}", NAME, f"0{i}", draw_given(source.specs, Draws(bytes([i]))), source.template, asked)
        for i in range(2)
    ]
    return Key("A/B test", source.template, asked, tuple(exercises))


def test_every_number_is_a_question_that_takes_right_answers_and_no_others(key: Key) -> None:
    found = read(moodle_xml(key, {}))
    assert [one.kind for one in found] == (["category", "description"] + ["numerical"] * 12) * 2
    values = [
        (value, question)
        for exercise in key.exercises
        for question in key.questions
        for value in exercise.sheet.quantities[question.quantity].elements
    ]
    numerical = [one for one in found if one.kind == "numerical"]
    for one, (value, question) in zip(numerical, values, strict=True):
        answer, tolerance = (Decimal(one.texts[name].strip()) for name in ("answer/text", "answer/tolerance"))
        assert re.fullmatch(r"-?\d+(\.\d+)?", one.texts["answer/text"].strip())  # no exponent, no percent
        assert tolerance > 0
        assert one.fraction == "100"
        assert abs(Decimal(value.data) - answer) <= tolerance / 2  # what rounding changes at most
        places = -int(tolerance.as_tuple().exponent)
        assert tolerance == Decimal(1).scaleb(-places)
        if question.precision.decimals is not None:
            assert places == question.precision.decimals
        else:
            assert len(one.texts["answer/text"].strip().lstrip("-0.").replace(".", "")) == question.precision.digits
        assert abs(Decimal(-value.data) - answer) > tolerance  # the wrong sign
        assert one.texts["name/text"].strip() == f"{NAME}: {value.label}"
        share = 3.0 / len(key.exercises[0].sheet.quantities[question.quantity].elements)
        expected = share if question.quantity.startswith("dC/dW") else 1.0
        assert float(one.texts["defaultgrade"]) == pytest.approx(expected)


def test_what_is_given_stands_in_every_question_and_answers_in_none(key: Key) -> None:
    for one in read(moodle_xml(key, {})):
        if one.kind != "category":
            text = html.unescape(one.texts["questiontext/text"])
            assert r"\(x = \begin{pmatrix}" in text
            assert r"\(W_{2} = \begin{pmatrix}" in text


def test_slashes_part_categories_and_not_names(key: Key) -> None:
    category = read(moodle_xml(key, {}))[0].texts["category/text"].strip()
    assert re.split(r"(?<!/)/(?!/)", category) == ["$course$", "top", "A//B test", NAME.replace("/", "//") + " id-0"]


def test_the_picture_comes_with_its_question(key: Key) -> None:
    pictures = dict(exercise_pictures(key))
    described = [one for one in read(moodle_xml(key, pictures)) if one.kind == "description"]
    for one, exercise in zip(described, key.exercises, strict=True):
        assert 'src="@@PLUGINFILE@@/picture.svg"' in one.texts["questiontext/text"]
        assert base64.b64decode(one.files["picture.svg"]).decode() == pictures[exercise.id]
