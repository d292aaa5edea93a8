"""The teacher's rule: as it is read, and what numbers earn by it."""

from __future__ import annotations

from fractions import Fraction

import pytest

from tinygrad_notes import MLP, work_through
from tinygrad_notes.classroom.grades import graded
from tinygrad_notes.classroom.papers import Paper
from tinygrad_notes.classroom.rule import Rule, read_rule
from tinygrad_notes.errors import WorksheetError
from tinygrad_notes.worked import mark

SHEET = work_through(
    MLP.from_weights([[[0.2, -0.4], [0.7, 0.1]], [[0.6, -0.9]]], [[0.1, 0.2], [0.9]], activation="sigmoid"),
    [0.5, 0.3], [1.0],
)  # fmt: skip


@pytest.fixture
def rule(tmp_path):
    def read(text: str) -> Rule:
        path = tmp_path / "rule.toml"
        path.write_text(text, encoding="utf-8")
        return read_rule(path)

    return read


def awards(claims, rule, digits=3):
    """The points of every number, by its label, and the remarks."""
    marking = mark(SHEET, claims, digits=digits)
    asked = {name: tuple(value.label for value in SHEET.quantities[name].elements) for name in claims}
    grade = graded(Paper("a.toml", "a", "Ada", marking=marking, asked=asked), rule)
    return {award.label: award for award in grade.awards}, grade


RIGHT = {"a1": ["0.520", "0.641"], "z2": ["0.635"], "a2": ["0.654"], "dC/da2": ["-0.693"], "slope2": ["0.226"]}
SLIPPED = {"a1": ["0.700", "0.641"], "z2": ["0.743"], "a2": ["0.678"]}


@pytest.mark.parametrize(
    ("text", "claims", "points"),
    [
        ("", RIGHT, {"a1[0]": 1, "a1[1]": 1, "z2[0]": 1, "a2[0]": 1, "dC/da2[0]": 1, "slope2[0]": 1}),
        ("", RIGHT | {"z2": ["?"]}, {"z2[0]": 0, "a2[0]": 1}),
        ("", SLIPPED, {"a1[0]": 0, "a1[1]": 1, "z2[0]": 1, "a2[0]": 1}),
        ("[shares]\ncarried = 0.5", SLIPPED, {"a1[0]": 0, "z2[0]": 0.5, "a2[0]": 0.5}),
        ("[points]\na1 = 3\nz2 = 2", RIGHT, {"a1[0]": 1.5, "a1[1]": 1.5, "z2[0]": 2, "a2[0]": 1}),
        ("[points]\neach = 0.25", RIGHT, {"a1[0]": 0.25, "z2[0]": 0.25}),
        # A wrong 0 leaves nothing to work out, and a number that follows from it earns nothing …
        ("", {"a1": ["0", "0"], "z2": ["0.900"], "a2": ["0.711"]}, {"a1[0]": 0, "z2[0]": 0, "a2[0]": 1}),
        ("", {"dC/da2": ["1.00"], "slope2": ["0.226"], "delta2": ["0.226"]}, {"delta2[0]": 0}),
        # … unless half of the work is left, or the rule says otherwise.
        ("", {"a1": ["0", "0.641"], "z2": ["0.323"]}, {"a1[0]": 0, "z2[0]": 1}),
        ("[carried]\ntrivial = 0.5", {"a1": ["0", "0.641"], "z2": ["0.323"]}, {"z2[0]": 0}),
        ("[carried]\ntrivial = false", {"a1": ["0", "0"], "z2": ["0.900"]}, {"z2[0]": 1}),
        # A slip may lie as far off as ten times the right number, or as 10 where that is less than 1.
        ("", {"z2": ["10.5"], "a2": ["1.00"], "C": ["0.750"]}, {"z2[0]": 0, "a2[0]": 1, "C": 0}),
        ("", {"z2": ["10.7"], "a2": ["1.00"]}, {"z2[0]": 0, "a2[0]": 0}),
        ("[carried]\nfurthest = 11", {"z2": ["10.7"], "a2": ["1.00"]}, {"a2[0]": 1}),
        ("[carried]\nfurthest = false", {"z2": ["100"], "a2": ["1.00"]}, {"a2[0]": 1}),
        # Too few digits.
        ("", RIGHT | {"slope2": ["0.2"]}, {"slope2[0]": 0}),
        ("[shares]\nfew_digits = 0.5", RIGHT | {"slope2": ["0.2"]}, {"slope2[0]": 0.5}),
        # An expected wrong answer, by its number or by the mistake.
        ('[[expected]]\nquantity = "z2"\nanswer = "-0.265"\nshare = 0.5', {"z2": ["-0.265"]}, {"z2[0]": 0.5}),
        ('[[expected]]\nquantity = "a2"\nanswer = "-0.265"\nshare = 0.5', {"z2": ["-0.265"]}, {"z2[0]": 0}),
        (
            '[[expected]]\nmistake = "the bias forgotten"\nshare = 0.25',
            {"a1": ["0.520", "0.641"], "z2": ["-0.265"], "a2": ["0.434"]},
            {"z2[0]": 0.25, "a2[0]": 1},
        ),
    ],
)
def test_points_follow_the_rule(rule, text, claims, points):
    found, _ = awards(claims, rule(text))
    assert {label: found[label].points for label in points} == {label: Fraction(of) for label, of in points.items()}


def test_the_marks_say_that_they_used_an_earlier_answer(rule):
    found, _ = awards(SLIPPED, rule(""))
    assert found["z2[0]"].why == "follows from your a1[0] = 0.700"
    found, _ = awards({"a1": ["0", "0"], "z2": ["0.900"]}, rule(""))
    assert found["z2[0]"].why == "follows from your a1[0] = 0 and a1[1] = 0, which left nothing to work out"
    found, _ = awards({"z2": ["10.7"], "a2": ["1.00"]}, rule(""))
    assert found["a2[0]"].why == "follows from your z2[0] = 10.7, but z2[0] lies too far from 0.635 to go on with"


def test_an_expected_answer_tells_the_teachers_remark(rule):
    found, _ = awards({"z2": ["-0.265"]}, rule('[[expected]]\nanswer = "-0.265"\nremark = "Where is b?"'))
    assert (found["z2[0]"].points, found["z2[0]"].why) == (0, "Where is b?")


@pytest.mark.parametrize(
    ("step", "points", "total"),
    [("0.5", "3.25", "3.5"), ("0.5", "3.2", "3"), ("1", "2.5", "3"), ("0.01", "1/3", "0.33"), ("0.25", "1/8", "0.25")],
)
def test_totals_are_rounded_and_halves_go_up(rule, step, points, total):
    assert rule(f"[total]\nstep = {step}").rounded(Fraction(points)) == Fraction(total)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[point]", "rule.toml:1: point: is not known here; did you mean 'points'?"),
        ("[shares]\ncarried = 2", "rule.toml:2: carried: a share lies between 0 and 1, not at 2"),
        ("[points]\nz1 = -1", "rule.toml:2: z1: a number such as 1 or 0.5 is needed, not -1"),
        ("[points]\nz1 = 0,5", "rule.toml:2: not TOML: Expected newline or end of document after a statement"),
        ("[points]\nz1 = 0,5", "write decimals with a point, 0.5, or a decimal comma in quotes"),
        ("[points]\nz1 = true", "rule.toml:2: z1: a number such as 1 or 0.5 is needed, not true"),
        ("[points]\nz1 = 1e999999999", "rule.toml:2: z1: a number such as 1 or 0.5 is needed"),
        ("[points]\nz1 = nan", "rule.toml:2: z1: a number"),
        ("[total]\nstep = 0", "rule.toml:2: step: a total is rounded to a step above 0"),
        ("[carried]\ntrivial = 0", "rule.toml:2: trivial: a limit lies above 0; false switches it off"),
        ("points = 3", "rule.toml:1: points: must be a table: [points]"),
        ("[[expected]]\nshare = 1", "rule.toml:1: say the mistake"),
        ('[[expected]]\nanswer = "x"', "rule.toml:2: answer: 'x' is not a decimal"),
        (
            '[[expected]]\nmistake = "the bias forgoten"',
            "rule.toml:2: mistake: no mark names 'the bias forgoten'; did you",
        ),
        ('[[expected]]\nmistake = "nonsense"', "write what the marks call it"),
        ("expected = 1", "rule.toml:1: expected: write each expected answer as a table"),
        ("[points", "rule.toml:1: not TOML"),
    ],
)
def test_a_rule_that_cannot_be_used_is_one_clear_line(rule, text, told):
    with pytest.raises(WorksheetError) as caught:
        rule(text)
    assert told in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("text", ["[points]\nz9 = 1", '[[expected]]\nquantity = "z9"\nanswer = "1"'])
def test_a_rule_for_what_nobody_is_asked_is_refused(rule, text):
    with pytest.raises(WorksheetError, match=r"speaks of 'z9', which the key does not ask"):
        rule(text).check_names(["z1", "a1"])
    rule(text.replace("z9", "z1")).check_names(["z1", "a1"])
