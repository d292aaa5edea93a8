"""The commands that mark a worksheet and that write one."""

from __future__ import annotations

import json
import tomllib

import pytest
from command_line import run

SLIPPED = """
[network]
activation = "sigmoid"
loss = "squared_error"
learning_rate = 0.1
convention = "W@x"
x = [1.0, 0.4]
y = [1]
[[network.layer]]
W = [[0.5, -0.5]]
b = [0.1]
[claims]
z1 = ["0.30"]
a1 = ["0.574"]
"""


@pytest.mark.parametrize(("z", "expected"), [("0.40", 0), ("0.30", 1)])
def test_the_exit_status_of_marking_says_whether_there_is_a_slip(capsys, tmp_path, z, expected):
    page = tmp_path / "page.toml"
    page.write_text(SLIPPED.replace("0.30", z).replace('a1 = ["0.574"]', ""))
    status, out, err = run(capsys, "mark", page)
    assert (status, err) == (expected, "")
    assert ("SLIP" in out) is bool(expected)


def test_marks_come_as_data(capsys, tmp_path):
    page = tmp_path / "page.toml"
    page.write_text(SLIPPED)
    status, out, _ = run(capsys, "mark", page, "--json")
    marks = json.loads(out)
    assert status == 1
    assert [(row["quantity"], row["claimed"], row["verdict"]) for row in marks] == [
        ("z1[0]", "0.30", "slip"),
        ("a1[0]", "0.574", "carried"),
    ]
    assert {"exact", "from_above", "mistakes"} <= set(marks[0])


def test_a_narrow_terminal_shows_every_mark_whole(capsys, monkeypatch, tmp_path):
    page = tmp_path / "page.toml"
    page.write_text(SLIPPED)
    marks = json.loads(run(capsys, "mark", page, "--json")[1])
    monkeypatch.setenv("COLUMNS", "44")
    words = run(capsys, "mark", page, "--digits", 17)[1].split()
    for row in marks:
        assert {row["quantity"], row["claimed"], f"{row['exact']:.17g}"} <= set(words)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "page.toml: cannot be read: No such file or directory"),
        ("[network", "page.toml:1: not TOML"),
        (SLIPPED.replace("z1 =", "z9 ="), "page.toml:13: z9"),
    ],
)
def test_a_file_that_cannot_be_used_is_one_clear_line(capsys, tmp_path, content, message):
    page = tmp_path / "page.toml"
    if content is not None:
        page.write_text(content)
    status, out, err = run(capsys, "mark", page)
    assert (status, out, err.count("\n")) == (2, "", 1)
    assert message in err


@pytest.mark.parametrize("seed", range(3))
def test_the_key_marks_without_a_slip_and_the_blank_file_too(capsys, tmp_path, seed):
    run(capsys, "worksheet", "--layers", 2, 3, 1, "--seed", seed, "-o", tmp_path / "homework.tex")
    for name in "homework-key.toml", "homework.toml":
        assert run(capsys, "mark", tmp_path / name)[0] == 0


def test_an_exercise_comes_with_worksheet_key_and_solution(capsys, tmp_path):
    page = tmp_path / "homework.html"
    status, out, err = run(capsys, "worksheet", "--layers", 2, 2, 1, "--seed", 7, "-o", page)
    assert (status, err) == (0, "")
    names = {"homework.html", "homework-solution.html", "homework.toml", "homework-key.toml"}
    assert {path.name for path in tmp_path.iterdir()} == names
    assert all(f"wrote {tmp_path / name}" in out for name in names)
    assert "<svg" in page.read_text(encoding="utf-8")
    assert tomllib.loads((tmp_path / "homework.toml").read_text(encoding="utf-8"))["claims"]["z1"] == ["?", "?"]


@pytest.mark.parametrize("suffix", [".MD", ".Tex", ".HTML"])
def test_a_suffix_may_be_in_capitals(capsys, tmp_path, suffix):
    page = tmp_path / f"homework{suffix}"
    assert run(capsys, "worksheet", "--layers", 2, 1, "-o", page)[0] == 0
    assert page.exists() and (tmp_path / "homework-key.toml").exists()


@pytest.mark.parametrize("suffix", [".md", ".tex", ".html"])
def test_an_exercise_does_not_give_its_answers_away(capsys, tmp_path, suffix):
    page = tmp_path / f"homework{suffix}"
    assert run(capsys, "worksheet", "--layers", 3, 2, 2, "--activation", "tanh", "--seed", 1, "-o", page)[0] == 0
    key = tomllib.loads((tmp_path / "homework-key.toml").read_text(encoding="utf-8"))["claims"]
    answers = [*key["a1"], *key["delta2"], *key["dC/dW2"][0], *key["b1_new"]]
    for path in [page, tmp_path / "homework.toml"]:
        written = path.read_text(encoding="utf-8")
        assert not [answer for answer in answers if answer in written]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--layers", "2", "-o", "x.md"], "needs inputs and at least one layer, such as 2 2 1, got 2"),
        (["--layers", "2", "1", "-o", "x.docx"], "x.docx must end in one of .md, .html, .tex"),
        (["--layers", "2", "1", "--activation", "sigmod", "-o", "x.md"], "unknown activation 'sigmod'"),
        (["--layers", "2", "1", "--activation", "relu", "tanh", "-o", "x.md"], "got 2 for 1 layers"),
    ],
)
def test_an_exercise_that_cannot_be_made_says_why(capsys, monkeypatch, tmp_path, arguments, message):
    monkeypatch.chdir(tmp_path)
    status, out, err = run(capsys, "worksheet", *arguments)
    assert (status, out) == (2, "")
    assert message in err
    assert err.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


def test_numbers_that_json_does_not_have_are_text(capsys, tmp_path):
    page = tmp_path / "page.toml"
    page.write_text(SLIPPED.replace('"squared_error"', '"binary_cross_entropy"').replace("[[0.5, -0.5]]", "[[1e4, 1]]"))
    status, out, _ = run(capsys, "mark", page, "--json")
    assert status == 1
    assert "NaN" not in out
    assert [row["quantity"] for row in json.loads(out)] == ["z1[0]", "a1[0]"]
