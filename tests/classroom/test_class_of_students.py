"""Students who were made up without the marker get the points that the rule gives them."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"


@pytest.mark.slow
def test_points_follow_the_rule_and_the_class_table_is_right(monkeypatch, capsys):
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    import class_of_students

    monkeypatch.setattr(sys, "argv", ["class_of_students.py", "--count", "60", "--seed", "2"])
    assert class_of_students.main() == 0, capsys.readouterr().out
    assert "points as the rule gives: 60 of 60" in capsys.readouterr().out


@pytest.mark.slow
def test_the_made_up_students_notice_a_wrong_point(monkeypatch, capsys):
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    import class_of_students
    from made_students import Student, labels

    full = len(list(labels()))
    monkeypatch.setattr(Student, "points", lambda student: full)
    monkeypatch.setattr(sys, "argv", ["class_of_students.py", "--count", "10"])
    assert class_of_students.main() == 1
    assert "points as the rule gives: 6 of 10" in capsys.readouterr().out
