"""Sets of exercises from the command line: what is written, and what is refused."""

from __future__ import annotations

import os
import tomllib
from pathlib import Path

import pytest
from command_line import run

from tinygrad_notes.classroom import read_key, secret
from tinygrad_notes.classroom.print.page import rounded

SECRET = "the secret of this test"
ROSTER = "name\nAda Lovelace\nО'Нил Шон\n=1+1\n<b>李</b>\n"


@pytest.fixture(autouse=True)
def _in_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TINYGRAD_NOTES_SECRET", SECRET)
    monkeypatch.setattr(secret, "_ROUNDS", 1)  # a secret of these tests need not withstand anybody
    Path("roster.csv").write_text(ROSTER, encoding="utf-8")


def written() -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in sorted(Path().rglob("*")) if path.is_file()}


def test_a_set_is_a_sheet_and_a_file_of_answers_for_each_student_and_one_key(capsys) -> None:
    status, out, err = run(capsys, "worksheet", "--layers", "2-2-1", "--students", "roster.csv", "-o", "home")
    assert (status, err) == (0, "")
    assert "wrote 8 files for 4 students into home" in out
    assert sorted(path.name for path in Path("home").iterdir()) == [
        "01-Ada-Lovelace.html", "01-Ada-Lovelace.toml", "02-О-Нил-Шон.html", "02-О-Нил-Шон.toml", "03-1-1.html",
        "03-1-1.toml", "04-b-李-b.html", "04-b-李-b.toml",
    ]  # fmt: skip
    assert [path.name for path in Path("home-key").iterdir()] == ["KEY.toml"]
    key = read_key("home-key/KEY.toml")
    assert [one.student for one in key.exercises] == ["Ada Lovelace", "О'Нил Шон", "=1+1", "<b>李</b>"]
    assert len({str(one.given) for one in key.exercises}) == 4
    page = Path("home/04-b-李-b.html").read_text(encoding="utf-8")
    assert "<b>" not in page
    assert "&lt;b&gt;李&lt;/b&gt;" in page


@pytest.mark.parametrize(("rate", "told"), [((), ""), ((0.1,), "ten times"), ((0.5,), "twice"), ((1,), "left out")])
def test_a_learning_rate_that_hides_a_mistake_is_told(capsys, rate: tuple[float, ...], told: str) -> None:
    option = ("--learning-rate", *rate) if rate else ()
    status, _, err = run(capsys, "worksheet", "--layers", "2-1", "--count", 1, "-o", "home", *option)
    assert status == 0
    assert told in err if told else err == ""
    assert f"learning_rate = {rate[0] if rate else 0.3}" in Path("home-key/KEY.toml").read_text()


def test_the_secret_and_the_seed_stand_in_no_file_and_no_message(capsys) -> None:
    call = ("worksheet", "--layers", "2-2-1", "--count", 3, "--seed", 987654321, "-o", "home", "--key-pages")
    _, out, err = run(capsys, *call)
    for content in (*written().values(), out.encode(), err.encode(), *(name.encode() for name in written())):
        assert SECRET.encode() not in content
        assert b"987654321" not in content


@pytest.mark.parametrize("forms", [["html"], pytest.param(["html", "pdf", "tex", "md"], marks=pytest.mark.slow)])
def test_the_same_call_writes_the_same_bytes_and_nothing_over_another_file(capsys, forms: list[str]) -> None:
    call = ("worksheet", "--layers", "2-1", "--count", 3, "-o", "home", "--print", *forms)
    assert run(capsys, *call)[0] == 0
    before = written()
    assert run(capsys, *call)[0] == 0
    assert written() == before
    Path("home/02.toml").write_text("mine")
    before = written()
    status, out, err = run(capsys, *call)
    assert (status, out) == (2, "")
    assert "02.toml exists and holds something else" in err
    assert written() == before
    assert run(capsys, *call, "--force")[0] == 0
    assert written() != before


def test_a_student_keeps_the_numbers_when_the_class_grows(capsys) -> None:
    run(capsys, "worksheet", "--layers", "2-2-1", "--students", "roster.csv", "-o", "first")
    Path("roster.csv").write_text("name\nAlan\n" + ROSTER.removeprefix("name\n"), encoding="utf-8")
    run(capsys, "worksheet", "--layers", "2-2-1", "--students", "roster.csv", "-o", "second")
    first, second = (read_key(f"{name}-key/KEY.toml") for name in ("first", "second"))
    for one in first.exercises:
        assert second.exercise(one.id).given == one.given


@pytest.mark.parametrize(
    "other", [("--title", "Another"), ("--seed", "1"), ("--layers", "2-3-1")], ids=["title", "seed", "source"]
)
def test_another_set_has_other_ids_and_numbers(capsys, other: tuple[str, str]) -> None:
    run(capsys, "worksheet", "--layers", "2-2-1", "--count", 1, "-o", "first")
    run(capsys, "worksheet", "--layers", "2-2-1", "--count", 1, *other, "-o", "second")
    first, second = (read_key(f"{name}-key/KEY.toml").exercises[0] for name in ("first", "second"))
    assert first.id != second.id
    assert first.given != second.given


def test_a_secret_is_made_beside_the_key_where_there_is_none(capsys, monkeypatch) -> None:
    monkeypatch.delenv("TINYGRAD_NOTES_SECRET")
    call = ("worksheet", "--layers", "2-1", "--count", 2, "-o", "home")
    status, out, _ = run(capsys, *call)
    path = Path("home-key/secret.txt")
    assert status == 0
    assert str(path) in out
    assert path.read_text().strip() not in out
    if os.name == "posix":
        assert path.stat().st_mode & 0o777 == 0o600
    before = written()
    assert run(capsys, *call)[0] == 0  # with the secret that it finds there
    assert written() == before


@pytest.mark.skipif(os.name != "posix", reason="permissions of POSIX")
def test_a_secret_file_that_others_can_read_is_refused(capsys) -> None:
    Path("secret").write_text(SECRET)
    Path("secret").chmod(0o644)
    call = ("worksheet", "--layers", "2-1", "--count", 2, "-o", "home", "--secret-file", "secret")
    status, out, err = run(capsys, *call)
    assert (status, out, err.count("\n")) == (2, "", 1)
    assert "chmod 600 secret" in err
    assert not Path("home").exists()
    Path("secret").chmod(0o600)
    assert run(capsys, *call)[0] == 0


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (["--count", "3"], "say what the exercises are made from: --layers 2-2-1"),
        (["--count", "0", "--layers", "2-1"], "a set has 1 to 10,000 exercises, not 0"),
        (["--students", "none.csv", "--layers", "2-1"], "cannot read the roster none.csv: No such file"),
        (["--layers", "2-1", "--count", "2", "--ask", "zeta"], "unknown quantity 'zeta'"),
        (["--layers", "2-1", "--count", "2", "--digits", "zeta=3"], "unknown quantity 'zeta'"),
        (["--layers", "2-1", "--count", "2", "--digits", "0"], "digits are a whole number from 1 to 17, not '0'"),
        (["--layers", "2-1", "--count", "2", "--points", "z=many"], "points are a number such as 2 or 0.5, not 'many'"),
        (["--layers", "2", "--count", "2"], "an exercise needs inputs and at least one layer, such as 2-2-1, got 2"),
        (["--layers", "2-x", "--count", "2"], "layers are whole numbers such as 2-2-1, not '2-x'"),
        (["--layers", "2-1", "--ask", "z"], "--ask is for sets: add --students FILE or --count N"),
        (["page.calc"], "SOURCE is for sets"),
        (["page.calc", "--count", "2"], "page.calc: cannot be read: No such file"),
        (["page.calc", "--layers", "2-1", "--count", "2"], "leave one of them out"),
        (["--layers", "2-1", "--count", "2", "--students", "roster.csv"], "not allowed with argument"),
        (["--layers", "2-1", "--count", "2", "--print", "docx"], "invalid choice: 'docx'"),
        (["--layers", "2-1", "--count", "2", "-o", "home.pdf"], "a set is written into a folder: -o home"),
    ],
)
def test_a_call_that_makes_no_set_is_one_clear_line(capsys, call: list[str], says: str) -> None:
    try:
        status, out, err = run(capsys, "worksheet", "-o", "home", *call)
    except SystemExit as ended:
        status, out, err = int(ended.code or 0), *capsys.readouterr()
    assert (status, out, err.count("\n")) == (2, "", 1)
    assert says in err
    assert not Path("home").exists()


CELL = "x = 0.2 … 0.9\nw = [0.1 … 0.9, -0.9 … -0.1]\nz = w*x\na = tanh(z)\nL = sum(a)\ndL/dw\n"


@pytest.mark.parametrize(
    "call",
    [
        ["--layers", "2-2-1"],
        ["--layers", "3-2-2", "--convention", "x@W", "--activation", "tanh", "softmax", "--loss", "cross_entropy"],
        ["cell.calc", "--digits", "4"],
        ["cell.calc", "--ask", "a", "dL/dw", "--decimals", "3", "dL/dw=4"],
        ["--count", "2", "--ask", "a", "cell.calc"],
    ],
)
def test_right_answers_lose_nothing(capsys, call: list[str]) -> None:
    """The files are filled in with the right numbers, rounded as they are asked."""
    Path("cell.calc").write_text(CELL, encoding="utf-8")
    status, _, err = run(capsys, "worksheet", *([] if "--count" in call else ["--count", 2]), *call, "-o", "home")
    assert (status, err) == (0, "")
    key = read_key("home-key/KEY.toml")
    for exercise in key.exercises:
        path = Path(f"home/{exercise.file}.toml")
        content = tomllib.loads(path.read_text(encoding="utf-8"))
        assert content["exercise"] == exercise.id
        assert set(content["claims"]) == {question.quantity for question in key.questions}
        lines = [f'exercise = "{exercise.id}"', "[claims]"]
        lines += [
            f'"{value.label}" = "{rounded(value.data, question.precision)}"'
            for question in key.questions
            for value in exercise.sheet.quantities[question.quantity].elements
        ]
        path.write_text("\n".join(lines), encoding="utf-8")
        status, out, err = run(capsys, "mark", path, "--against", "home-key/KEY.toml", "--json")
        assert (status, err) == (0, "")
        assert out.count('"verdict": "right"') == len(exercise.precisions)


def test_the_help_has_an_example(capsys) -> None:
    with pytest.raises(SystemExit):
        run(capsys, "worksheet", "--help")
    assert "tinygrad-notes worksheet --layers 2-2-1 --students roster.csv -o homework" in capsys.readouterr().out
