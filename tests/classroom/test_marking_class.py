"""A folder of answers marked: the gradebook, the class table, the page, the sheets, and what strangers hand in."""

from __future__ import annotations

import csv
import math
import os
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from command_line import run

from tinygrad_notes.classroom import Key, Question, StudentExercise
from tinygrad_notes.classroom.answers import answer_text
from tinygrad_notes.classroom.marking import Outputs, answer_files, mark_class
from tinygrad_notes.classroom.papers import name_from
from tinygrad_notes.classroom.reports import COLUMNS, harmless
from tinygrad_notes.classroom.template import Template
from tinygrad_notes.worked.rounding import Precision

GIVEN = """
digits = 3
[network]
activation = "sigmoid"
loss = "squared_error"
learning_rate = 0.1
convention = "W@x"
x = [0.5, 0.3]
y = [1]
[[network.layer]]
W = [[0.2, -0.4], [0.7, 0.1]]
b = [0.1, 0.2]
[[network.layer]]
W = [[0.6, -0.9]]
b = [0.9]
"""
RIGHT = '[claims]\na1 = ["0.520", "0.641"]\nz2 = ["0.635"]\na2 = ["0.654"]\n'
NO_BIAS = RIGHT.replace("0.635", "-0.265").replace("0.654", "0.434")


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder of answers beside their key; on a slow machine, too, nobody is told how far the work is."""
    monkeypatch.setattr("tinygrad_notes.classroom.marking._SILENT", math.inf)
    (tmp_path / "key.toml").write_text(GIVEN + RIGHT)
    answers = tmp_path / "answers"
    answers.mkdir()
    return answers


def marked(capsys, folder: Path, *options):
    """The exit status, the rows of the gradebook by name, and what was printed."""
    book = folder.parent / "marks.csv"
    status, out, err = run(capsys, "mark", folder, "--against", folder.parent / "key.toml", "--csv", book, *options)
    with book.open(encoding="utf-8-sig", newline="") as file:
        rows = {row["name"]: row for row in csv.DictReader(file)}
    return status, rows, out, err


def test_a_class_is_marked(capsys, folder):
    (folder / "Ada.toml").write_text(RIGHT)
    (folder / "Bob.toml").write_text(GIVEN + NO_BIAS)
    (folder / "Eva.toml").write_text(NO_BIAS.replace("0.434", "?"))
    status, rows, out, err = marked(capsys, folder)
    assert status == 0
    assert (err, out.splitlines()[-1]) == ("", f"wrote {folder.parent / 'marks.csv'}")
    assert [(row["points"], row["of"], row["carried"], row["slips"], row["blanks"]) for row in rows.values()] == [
        ("4.0", "4.0", "0", "0", "0"), ("3.0", "4.0", "1", "1", "0"), ("2.0", "4.0", "0", "1", "1"),
    ]  # fmt: skip
    assert rows["Bob"]["mistakes"] == "the bias forgotten in z2[0]"
    assert list(rows["Ada"]) == list(COLUMNS)
    assert "2 of 3   the bias forgotten in z2" in out
    assert "z2          33 %       0 %    67 %     0 %            33 %" in out


def test_the_rule_and_the_formats_of_a_report(capsys, folder):
    (folder / "Bob.toml").write_text(NO_BIAS)
    (folder.parent / "rule.toml").write_text("[points]\na1 = 3\n[shares]\ncarried = 0.5\n")
    _, rows, out, _ = marked(capsys, folder, "--rule", folder.parent / "rule.toml", "--format", "markdown")
    assert (rows["Bob"]["points"], rows["Bob"]["of"]) == ("3.5", "5.0")
    assert "| 1 of 1 | the bias forgotten in z2 |" in out


HOSTILE = {
    "broken.toml": ("[claims", "refused", "broken.toml:1: not TOML"),
    "empty.toml": ("", "refused", "the table [claims] is missing"),
    "long.toml": ("#" * 1_000_001, "refused", "a worksheet is a page, not more than 1,000,000 bytes"),
    "binary.toml": (b"\xff\xfe\x00", "refused", "binary.toml:1: not UTF-8 text"),
    "tampered.toml": (GIVEN.replace("0.6, -0.9", "0, 0") + RIGHT, "refused", "W2[0,0]: 0.0 in the answers, 0.6 in"),
    "digits.toml": (GIVEN.replace("digits = 3", "digits = 1") + RIGHT, "refused", "digits: 1 in the answers, 3 in"),
    "other.toml": ('[claims]\nz9 = ["1"]', "refused", "z9: nothing on this sheet is called 'z9'"),
    "shape.toml": ('[claims]\na1 = ["1"]', "refused", "a1 has 2 numbers, got 1"),
    "partly.toml": (RIGHT.replace("0.635", "six"), "partly", "partly.toml:3: z2[0]: 'six' is not a decimal"),
    "deep.toml": (f"[claims]\na1 = {'[' * 5000}", "refused", "nested too deep"),
    "scan.pdf": (b"%PDF-1.7", "refused", "answers to this key stand in a file that ends in .toml"),
    "page.calc": ("z = 3", "refused", "that ends in .toml"),
}


def test_a_file_of_no_use_is_a_row_and_stops_nobody(capsys, folder):
    for name, (content, _, _) in HOSTILE.items():
        (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    (folder / "last.toml").write_text(RIGHT)
    (folder / "link.toml").symlink_to("/etc/hostname")
    os.mkfifo(folder / "pipe.toml")
    (folder / ".hidden.toml").write_text("x")
    status, rows, out, err = marked(capsys, folder, "--feedback", folder.parent / "sheets")
    assert status == 1
    assert (rows["last"]["points"], rows["last"]["status"]) == ("4.0", "marked")
    for name, (_, state, reason) in HOSTILE.items():
        row = rows[Path(name).stem]
        assert (row["file"], row["status"]) == (name, state)
        assert reason in row["reason"]
        assert str(folder) not in row["reason"]
        assert (row["points"] == "") is (state == "refused")
    assert "not followed" in rows["link"]["reason"]
    assert "not a file" in rows["pipe"]["reason"]
    assert len(rows) == len(HOSTILE) + 3
    assert "15 papers: 1 marked, 1 partly, 13 refused." in out
    assert len(err.splitlines()) == 13
    assert "tinygrad-notes: other: refused: other.toml:2: z9: nothing on this sheet is called 'z9'" in err


def test_of_many_refused_papers_the_first_are_told_at_once(capsys, folder):
    for i in range(25):
        (folder / f"s{i}.toml").write_text("[claims")
    _, rows, _, err = marked(capsys, folder)
    assert (len(rows), len(err.splitlines())) == (25, 20)


def test_a_class_that_answered_nothing_made_no_slip_and_did_nothing_right(capsys, folder):
    (folder / "Ada.toml").write_text('[claims]\na1 = ["?", "?"]\nz2 = ["?"]\na2 = ["?"]\n')
    _, rows, out, _ = marked(capsys, folder)
    assert rows["Ada"]["points"] == "0.0"
    assert "Nobody answered anything." in out
    assert "Nobody made a slip" not in out


def test_what_the_marker_cannot_do_is_a_row_too(capsys, folder, monkeypatch):
    def fails(path, key):
        raise RuntimeError("out of luck\n")

    (folder / "Ada.toml").write_text(RIGHT)
    monkeypatch.setattr("tinygrad_notes.classroom.papers.mark_file", fails)
    status, rows, _, _ = marked(capsys, folder)
    assert status == 1
    assert rows["Ada"]["reason"] == "the marker failed (RuntimeError: out of luck); please report this line"


@pytest.mark.parametrize(
    ("name", "cell"),
    [
        ("Ada Lovelace", "Ada Lovelace"),
        ("李小龍", "李小龍"),
        ("=HYPERLINK(1)", "'=HYPERLINK(1)"),
        ("+1", "'+1"),
        ("-1", "'-1"),
        ("@sum", "'@sum"),
        ("\t=1", "' =1"),
        ("\r=1", "\\r=1"),
        ("＝1", "'＝1"),
        ("  =1", "'  =1"),
        ("'s Gravesande", "''s Gravesande"),
        ("a;=1", "a;=1"),  # stands in quotes
        ("a\x00b\u202ec", "a\\x00b\\u202ec"),
    ],
)
def test_no_text_is_a_formula(name, cell):
    assert harmless(name) == cell


def test_names_come_back_from_the_gradebook(folder, capsys):
    names = ["=1+1", "-Bob", "'t Hooft", "Zoë", 'quo"te', "com,ma; semi"]
    for name in names:
        (folder / f"{name}.toml").write_text(RIGHT)
    _, rows, _, _ = marked(capsys, folder)
    assert sorted(name.removeprefix("'") for name in rows) == sorted(names)
    text = (folder.parent / "marks.csv").read_bytes().decode("utf-8-sig")
    assert '"com,ma; semi","com,ma; semi","com,ma; semi.toml",4.0,4.0,4,0,0,0,0,"","marked",""\n' in text


def test_files_come_in_the_order_of_their_names(folder):
    for name in ["b10.toml", "b9.toml", "A.toml", "é.toml", "f.toml", "__MACOSX/a.toml", "sub/x.toml", ".git/x.toml"]:
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text("")
    assert answer_files(folder) == ["A.toml", "b9.toml", "b10.toml", "é.toml", "f.toml", "sub/x.toml"]
    (folder / "A.pdf").write_text("the sheet that was handed out")
    (folder / "g.pdf").write_text("a scan in place of answers")
    assert answer_files(folder) == ["A.toml", "b9.toml", "b10.toml", "é.toml", "f.toml", "g.pdf", "sub/x.toml"]
    (folder / "g.pdf").unlink()
    assert answer_files(folder, [folder / "sub", folder / "f.toml"]) == ["A.toml", "b9.toml", "b10.toml", "é.toml"]


def test_the_folders_of_a_learning_platform_tell_the_names():
    assert name_from("Ada Lovelace_18_assignsubmission_file_/answers.toml") == "Ada Lovelace"
    assert name_from("group/ada.toml") == "ada"


class Texts(HTMLParser):
    """The texts of a page, and the tags in it."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.texts: list[str] = []

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)

    def handle_data(self, data):
        self.texts.append(data)


def test_names_are_never_markup(capsys, folder):
    name = "<script>alert(1)<|script>&amp;"
    (folder / f"{name}.toml").write_text(NO_BIAS)
    marked(capsys, folder, "--html", folder.parent / "class.html", "--feedback", folder.parent / "sheets")
    for page in folder.parent / "class.html", folder.parent / "sheets" / f"{name}.html":
        read = Texts()
        read.feed(page.read_text(encoding="utf-8"))
        assert "script" not in read.tags
        assert name in read.texts


def test_a_sheet_of_feedback_has_the_marks_and_the_working(capsys, folder):
    (folder / "Bob.toml").write_text(NO_BIAS)
    (folder / "bob.toml").write_text("[claims")
    marked(capsys, folder, "--feedback", folder.parent / "sheets")
    assert sorted(path.name for path in (folder.parent / "sheets").iterdir()) == ["Bob.html", "bob-again.html"]
    read = Texts()
    read.feed((folder.parent / "sheets" / "Bob.html").read_text(encoding="utf-8"))
    text = " ".join(read.texts)
    assert "3 of 4 points." in text
    assert "follows from your z2[0] = -0.265" in text
    assert "Almost surely: the bias forgotten (b2[0])." in text
    assert "W2[0,0] · a1[0] + W2[0,1] · a1[1] + b2[0]" in text


@pytest.mark.parametrize("option", ["--csv", "--html", "--feedback"])
def test_nothing_is_replaced_unasked(capsys, folder, option):
    (folder / "Ada.toml").write_text(RIGHT)
    place = folder.parent / "out"
    old = place / "Ada.html" if option == "--feedback" else place
    old.parent.mkdir(exist_ok=True)
    old.write_text("mine")
    call = ["mark", folder, "--against", folder.parent / "key.toml", option, place]
    status, _, err = run(capsys, *call)
    assert (status, err.count("\n"), old.read_text()) == (2, 1, "mine")
    assert "exists; choose another name, or replace it with --force" in err
    assert run(capsys, *call, "--force")[0] == 0
    assert old.read_text() != "mine"


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["answers"], "is a folder of answers: add the key that they belong to, --against KEY"),
        (["answers", "--against", "no.toml"], "no.toml: cannot be read"),
        (["answers", "--against", "key.toml"], "there are no answers in"),
        (["answers", "--against", "key.toml", "--json"], "are for one page; write a class with --csv FILE"),
        (["key.toml", "--csv", "marks.csv"], "are for a folder of answers"),
        (["answers", "--against", "key.toml", "--rule", "no.toml"], "no.toml: cannot be read"),
    ],
)
def test_calls_that_cannot_be_carried_out_are_one_clear_line(capsys, folder, monkeypatch, options, told):
    monkeypatch.chdir(folder.parent)
    status, out, err = run(capsys, "mark", *options)
    assert (status, out, err.count("\n")) == (2, "", 1)
    assert told in err


def test_an_interrupted_run_keeps_what_was_done(capsys, folder, monkeypatch):
    for i in range(5):
        (folder / f"{i}.toml").write_text(RIGHT)
    from tinygrad_notes.classroom import papers

    whole = papers.mark_file

    def interrupted(path, key):
        if path.stem == "3":
            raise KeyboardInterrupt
        return whole(path, key)

    monkeypatch.setattr(papers, "mark_file", interrupted)
    status, rows, _, err = marked(capsys, folder, "--html", folder.parent / "class.html")
    assert status == 130
    assert list(rows) == ["0", "1", "2"]
    assert "interrupted after 3 of 5 papers" in err
    assert "run the same command again with --force" in err
    assert "Interrupted after 3 of 5 papers." in (folder.parent / "class.html").read_text(encoding="utf-8")
    monkeypatch.setattr(papers, "mark_file", whole)
    status, rows, _, _ = marked(capsys, folder, "--html", folder.parent / "class.html", "--force")
    assert (status, list(rows)) == (0, list("01234"))
    assert not list(folder.parent.glob("*.part"))


def test_without_a_gradebook_each_student_is_a_line(capsys, folder):
    (folder / "Ada.toml").write_text(RIGHT)
    (folder / "Bob.toml").write_text(NO_BIAS)
    (folder / "Eve.toml").write_text("")
    _, out, _ = run(capsys, "mark", folder, "--against", folder.parent / "key.toml")
    assert out.splitlines()[:2] == ["Ada: 4 of 4", "Bob: 3 of 4, 1 wrong (the bias forgotten)"]
    assert out.splitlines()[2].startswith("Eve: refused: ")


# Sets of exercises ------------------------------------------------------------------------------------

TEMPLATE = Template(
    "network", '[network]\nactivation = "sigmoid"\nloss = "squared_error"\nlearning_rate = 0.5\nconvention = "W@x"\n'
)
QUESTIONS = (Question("z1", Precision(3), 2.0), Question("a1", Precision(3), 1.0))


def set_of(*students: str) -> Key:
    exercises = tuple(
        StudentExercise(
            f"id-{i}", student, f"0{i}-{student}",
            {"x": [0.2, 0.7], "y": [0.4], "W1": [[0.5 + i / 10, -0.3]], "b1": [0.1]}, TEMPLATE, QUESTIONS,
        )
        for i, student in enumerate(students)
    )  # fmt: skip
    return Key("Set", TEMPLATE, QUESTIONS, exercises)


def test_a_set_is_marked_by_its_ids(capsys, folder):
    key = set_of("Ada", "Bob", "Eve", "Fay", "Gil", "Hal")
    (folder.parent / "key.toml").write_text(key.text(), encoding="utf-8")
    filled = {
        one.student: answer_text(one, "Set").replace('["?"]', f'["{one.sheet["z1"][0].data:.4f}"]', 1)
        for one in key.exercises
    }
    (folder / "a.toml").write_text(filled["Ada"])
    (folder / "b.toml").write_text(filled["Bob"].replace('student = "Bob"', 'student = "Hal"'))
    (folder / "c.toml").write_text(filled["Gil"].replace("id-4", "id-77"))
    (folder / "02-Eve.toml").write_text("[[")
    (folder / "z.toml").write_text(filled["Ada"])
    book = folder.parent / "marks.csv"
    run(capsys, "mark", folder, "--against", folder.parent / "key.toml", "--csv", book)
    with book.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(row["id"], row["name"], row["file"], row["points"], row["of"], row["status"]) for row in rows] == [
        ("id-2", "Eve", "02-Eve.toml", "", "3.0", "refused"),
        ("id-0", "Ada", "a.toml", "2.0", "3.0", "marked"),
        ("id-5", "Hal", "b.toml", "", "3.0", "refused"),
        ("id-4", "Gil", "c.toml", "", "3.0", "refused"),
        ("id-0", "Ada", "z.toml", "", "3.0", "repeated"),
        ("id-1", "Bob", "", "", "3.0", "missing"),
        ("id-3", "Fay", "", "", "3.0", "missing"),
    ]
    assert "not counted, for a.toml answers the same exercise and counts" in rows[4]["reason"]
    assert sum(int(rows[4][column]) for column in ("right", "carried", "wrong", "blanks", "slips")) == 0
    assert "exercise id-1 is Bob's in the key, and Hal's in the answers" in rows[2]["reason"]
    assert "exercise 'id-77' is not in this key" in rows[3]["reason"]


def test_the_key_keeps_no_sheet(tmp_path):
    key = set_of("Ada")
    assert key.exercise("id-0").sheet.values
    assert "sheet" not in vars(key.exercises[0])
    assert replace(key.exercises[0]) == key.exercises[0]


# Calculations -----------------------------------------------------------------------------------------


def test_calculations_are_marked_as_a_class_too(capsys, folder):
    (folder.parent / "key.calc").write_text("x = 3\nw = 0.5\ny = w*x  # 1.5\nL = y^2  # 2.25\ndL/dw  # 9\n")
    (folder / "Ada.calc").write_text("x = 3\nw = 0.5\ny = w*x  # 1.5\nL = y^2  # 2.25\ndL/dw = 2*y*x  # 9\n")
    (folder / "Bob.calc").write_text("x = 3\nw = 0.5\ny = w*x  # 1.6\nL = y^2  # 2.56\ndL/dw = y*x  # 4.8\n")
    (folder / "Dan.calc").write_text("x = 3\nw = 0.5\ny = w*x  # 1.5\nL = y^2  # 2.25\ndL/dw = y*x  # 9\n")
    (folder / "Eve.calc").write_text("x = 0\nw = 0.5\ny = w*x  # 0\n")
    table = mark_class(folder, folder.parent / "key.calc", None, Outputs(folder.parent / "marks.csv"))
    with (folder.parent / "marks.csv").open(encoding="utf-8-sig") as file:
        rows = {row["name"]: row for row in csv.DictReader(file)}
    assert [(row["points"], row["of"], row["status"]) for row in rows.values()] == [
        ("3.0", "3.0", "marked"), ("1.0", "3.0", "marked"), ("3.0", "3.0", "marked"), ("", "3.0", "refused"),
    ]  # fmt: skip
    assert table.exit_status == 1
    assert (table.share("y", "wrong"), table.share("L", "carried"), table.share("dL/dw", "wrong")) == (
        1 / 3,
        1 / 3,
        1 / 3,
    )
    assert [kind for (kind, quantity), count in table.mistakes.items() if quantity == "dL/dw" and count == 2]
