"""The page for teachers, followed step by step: its roster, its commands, and the class table that they lead to."""

from __future__ import annotations

import csv
import math
import re
import shlex
from pathlib import Path

import pytest
from command_line import run

from tinygrad_notes.classroom import read_key
from tinygrad_notes.classroom.rule import read_rule
from tinygrad_notes.classroom.secret import VARIABLE

PAGE = (Path(__file__).parents[2] / "docs" / "teachers.md").read_text(encoding="utf-8")
RULE = (Path(__file__).parents[2] / "docs" / "marking-rule.md").read_text(encoding="utf-8")


def blocks(language: str, page: str = PAGE) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", page, re.MULTILINE | re.DOTALL)


def commands() -> list[list[str]]:
    lines = [line for block in blocks("console") for line in block.splitlines()]
    return [shlex.split(line)[2:] for line in lines if line.startswith("$ tinygrad-notes ")]


def fill_in(folder: Path, key: Path, answers: Path) -> None:
    """Type every right answer into the files, but for three students' δ1, from which the slope is left out."""
    answers.mkdir()
    for n, exercise in enumerate(read_key(key).exercises[:-1]):
        lines = (folder / f"{exercise.file}.toml").read_text(encoding="utf-8").splitlines()
        for i, line in enumerate(lines):
            name = line.partition(" = ")[0].strip('"')
            if line.startswith(("exercise", "student")) or name not in exercise.sheet.quantities:
                continue
            source = "dC/da1" if name == "delta1" and n < 3 else name
            numbers = iter(value.data for value in exercise.sheet.quantities[source].elements)
            lines[i] = re.sub(r'"\?"', lambda _, numbers=numbers: f'"{next(numbers):.6g}"', line)
        (answers / f"{exercise.file}.toml").write_text("\n".join(lines), encoding="utf-8")


@pytest.mark.slow
def test_the_page_leads_from_a_roster_to_a_class_table(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("tinygrad_notes.classroom.marking._SILENT", math.inf)  # a slow machine is no remark
    monkeypatch.setenv(VARIABLE, "the same numbers whenever this test runs")
    Path("roster.csv").write_text(blocks("csv")[0], encoding="utf-8")
    make, mark = commands()
    assert run(capsys, *make)[0] == 0
    fill_in(Path("homework"), Path("homework-key/KEY.toml"), Path("answers"))
    status, out, err = run(capsys, *mark)
    assert (status, err) == (0, "")
    assert "3 of 4   the slope σ′ left out in δ1" in out
    assert "5 papers: 4 marked, 1 missing." in out
    with Path("marks.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["name"] for row in rows] == blocks("csv")[0].splitlines()[1:]
    lost = [float(row["of"]) - float(row["points"]) for row in rows if row["points"]]
    assert lost == [2.0, 2.0, 2.0, 0.0]
    assert len(list(Path("sheets").iterdir())) == 4
    assert all(f"`{column}`" in PAGE for column in rows[0])


def test_the_rules_on_the_pages_can_be_read(tmp_path):
    path = tmp_path / "rule.toml"
    for text in (*blocks("toml"), *blocks("toml", RULE)):
        path.write_text(text, encoding="utf-8")
        read_rule(path)


def test_the_rule_on_its_page_is_the_one_that_counts_without_a_file(tmp_path):
    path = tmp_path / "rule.toml"
    path.write_text(blocks("toml", RULE)[0], encoding="utf-8")
    written, usual = read_rule(path), read_rule_of_nothing(path)
    for name in ("each", "shares", "trivial", "furthest", "step"):
        assert getattr(written, name) == getattr(usual, name)


def read_rule_of_nothing(path: Path):
    path.write_text("", encoding="utf-8")
    return read_rule(path)
