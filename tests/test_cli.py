"""The command line, as someone in a terminal meets it."""

from __future__ import annotations

import importlib
import json
import os
import signal
import subprocess
import sys
from importlib import resources
from pathlib import Path
from xml.etree import ElementTree

import pytest
from command_line import run

import tinygrad_notes
from tinygrad_notes import cli
from tinygrad_notes.cli import main
from tinygrad_notes.draw import GraphvizMissing
from tinygrad_notes.notes import training_loop
from tinygrad_notes.worked.report import Report


def test_the_main_job_prints_the_page_and_writes_its_pictures(capsys, tmp_path):
    folder = tmp_path / "out"
    status, out, err = run(capsys, "--output", folder)
    assert (status, err) == (0, "")
    assert SHEET in out
    for name in "computation-graph.svg", "network.svg":
        assert f"wrote {folder / name}" in out
        assert ElementTree.parse(folder / name).getroot().tag.endswith("svg")
    assert {path.name for path in folder.iterdir()} == {"computation-graph.svg", "network.svg"}


def test_a_second_run_finds_its_own_files_and_is_content(capsys, tmp_path):
    assert run(capsys, "--output", tmp_path) == run(capsys, "--output", tmp_path)


SHEET = "z1[0]    W1[0,0] · x[0]"


def test_another_file_is_not_overwritten_unless_forced(capsys, tmp_path):
    mine = tmp_path / "network.svg"
    mine.write_text("my own drawing")
    status, out, err = run(capsys, "--output", tmp_path)
    assert (status, SHEET in out, "wrote" in out) == (1, True, False)
    assert err == (
        f"tinygrad-notes: {mine} exists and holds something else; "
        "choose another folder with --output DIR, or replace it with --force\n"
    )
    assert mine.read_text() == "my own drawing"
    assert not (tmp_path / "computation-graph.svg").exists()
    assert run(capsys, "--output", tmp_path, "--force")[0] == 0
    assert mine.read_text() != "my own drawing"


@pytest.mark.parametrize("folder", ["file/inside", "file"])
def test_a_folder_that_cannot_be_written_is_one_clear_line(capsys, tmp_path, folder):
    (tmp_path / "file").write_text("")
    status, out, err = run(capsys, "--output", tmp_path / folder)
    assert (status, SHEET in out) == (1, True)
    assert err.count("\n") == 1
    assert err.startswith(f"tinygrad-notes: cannot write {tmp_path / folder / 'computation-graph.svg'}: ")
    assert err.endswith("choose another folder with --output DIR\n")


def test_a_folder_without_permission_is_one_clear_line(capsys, tmp_path, monkeypatch):
    def refuse(path, *arguments, really=os.open):
        if Path(path).parent == tmp_path:  # root, as in containers, may write anywhere
            raise PermissionError(13, "Permission denied")
        return really(path, *arguments)

    monkeypatch.setattr("os.open", refuse)
    status, out, err = run(capsys, "--output", tmp_path)
    assert (status, SHEET in out) == (1, True)
    assert "computation-graph.svg: Permission denied; choose another folder" in err


def test_json_is_the_same_page_as_data(capsys, tmp_path):
    status, out, _ = run(capsys, "--json", "--output", tmp_path)
    page = json.loads(out)
    numbers = {row["quantity"]: row for row in page["numbers"]}
    assert status == 0
    assert numbers["W1_new[0,0]"]["exact"] == pytest.approx(0.10061509909953727, rel=1e-14)
    assert page["files"] == [str(tmp_path / "computation-graph.svg"), str(tmp_path / "network.svg")]


@pytest.mark.parametrize(
    ("form", "sign"), [("markdown", "| number | formula"), ("latex", r"\begin{longtable}"), ("html", "<table>")]
)
def test_the_page_comes_in_other_forms(capsys, tmp_path, form, sign):
    status, out, err = run(capsys, "--format", form, "--output", tmp_path)
    assert (status, sign in out) == (0, True)
    assert "wrote" in err
    assert "wrote" not in out


def test_digits_are_chosen_on_the_command_line(capsys, tmp_path):
    assert " 0.507 " in run(capsys, "--digits", 3, "--output", tmp_path)[1]
    with pytest.raises(SystemExit) as stop:
        main(["--digits", "0"])
    assert stop.value.code == 2
    assert "digits are a whole number from 1 to 17, not '0'" in capsys.readouterr().err


@pytest.mark.parametrize(
    "after",
    ["notes D --digits 5", "notes D --format latex", "mark PAGE --json", "mark PAGE --format markdown --digits 3"],
)
def test_options_may_stand_before_the_command_too(capsys, after):
    page = resources.files("tinygrad_notes.notes") / "worked_example.toml"
    command, target, *options = after.replace("PAGE", str(page)).split()
    expected = run(capsys, command, target, *options)
    assert run(capsys, *options, command, target) == expected
    assert run(capsys, *options[:2], command, target, *options[2:]) == expected
    assert run(capsys, command, target) != expected


def test_where_to_write_may_stand_before_the_command_too(capsys, tmp_path):
    page, folder = tmp_path / "player.html", tmp_path / "pictures"
    page.write_text("mine")
    assert run(capsys, "--force", "play", "-o", page)[0] == 0
    assert page.read_text(encoding="utf-8") != "mine"
    assert run(capsys, "--output", folder, "notes", "D")[0] == 0
    assert [path.name for path in folder.iterdir()] == ["loop.svg"]


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        ("--json notes D", "unrecognized arguments: --json"),
        ("--format latex play", "unrecognized arguments: --format"),
        ("--output pictures mark page.toml", "unrecognized arguments: --output"),
        ("--json mark page.toml --format html", "not allowed with argument --json"),
        ("--digits 5 marc page.toml", "invalid choice: 'marc'"),
    ],
)
def test_an_option_that_the_command_does_not_have_is_refused(capsys, arguments, reason):
    with pytest.raises(SystemExit) as stop:
        main(arguments.split())
    assert stop.value.code == 2
    assert reason in capsys.readouterr().err


def test_a_folder_may_be_called_as_a_command_is(capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert run(capsys, "--output", "mark")[0] == 0
    assert sorted(path.name for path in (tmp_path / "mark").iterdir()) == ["computation-graph.svg", "network.svg"]


@pytest.mark.parametrize(("letter", "sign"), [("A", "Written x@W"), ("d", "The loop goes round"), ("E", "J_W3")])
def test_notes_are_shown_by_letter(capsys, letter, sign):
    status, out, err = run(capsys, "notes", letter)
    assert (status, err) == (0, "")
    assert sign in out
    assert max(map(len, out.splitlines())) <= 80


@pytest.mark.parametrize(
    ("letter", "names"),
    [
        ("A", {"delta-rule-rows.svg", "delta-rule-columns.svg"}),
        ("B", {"computation-graph.svg", "network.svg"}),
        ("D", {"loop.svg"}),
        ("E", {"jacobians.svg"}),
    ],
)
def test_a_note_writes_its_pictures_on_request(capsys, tmp_path, letter, names):
    status, out, _ = run(capsys, "notes", letter, "--output", tmp_path)
    assert status == 0
    assert {path.name for path in tmp_path.iterdir()} == names
    assert all(f"wrote {tmp_path / name}" in out for name in names)


def test_a_note_without_a_picture_says_so(capsys, tmp_path):
    expected = "tinygrad-notes: note C has no picture: leave --output out\n"
    assert run(capsys, "notes", "C", "--output", tmp_path) == (2, "", expected)


def test_notes_without_a_letter_are_listed(capsys):
    status, out, _ = run(capsys, "notes")
    assert status == 0
    assert [line[0] for line in out.splitlines()[:5]] == list("ABCDE")


def test_note_b_plays_by_default_and_a_worksheet_on_request(capsys, tmp_path):
    page, worksheet = tmp_path / "player.html", tmp_path / "my page.toml"
    assert run(capsys, "play", "-o", page) == (0, f"wrote {page}\n", "")
    assert "<title>Note B, step by step</title>" in page.read_text(encoding="utf-8")
    note_b = resources.files("tinygrad_notes.notes") / "worked_example.toml"
    worksheet.write_text(note_b.read_text(encoding="utf-8").replace('"sigmoid"', '"tanh"'), encoding="utf-8")
    assert run(capsys, "play", worksheet, "-o", page, "--force")[0] == 0
    assert "<title>my page</title>" in page.read_text(encoding="utf-8")
    assert '"tanh/1"' in page.read_text(encoding="utf-8")


def test_what_cannot_be_played_is_one_clear_line(capsys, tmp_path):
    (tmp_path / "player.html").write_text("mine")
    refusals = {
        ("-o", tmp_path / "player.html"): "exists and holds something else; choose another name with -o FILE",
        ("-o", tmp_path / "player.svg"): "the player is a web page: end its name in .html, not 'player.svg'",
        (tmp_path / "none.toml",): "none.toml: cannot be read: No such file or directory",
    }
    for arguments, reason in refusals.items():
        status, out, err = run(capsys, "play", *arguments)
        assert (status, out, err.count("\n")) == (2, "", 1)
        assert reason in err
    assert (tmp_path / "player.html").read_text() == "mine"


def test_interrupted_it_stops_without_a_traceback(capsys, monkeypatch):
    def interrupted(*arguments):
        raise KeyboardInterrupt

    monkeypatch.setattr(training_loop, "report", interrupted)
    assert run(capsys, "notes", "D") == (130, "", "")


# As a process


LONG_NOTE = """
import signal, sys, time
signal.signal(signal.SIGINT, signal.default_int_handler)  # which a parent in the background may have switched off
import tinygrad_notes
from tinygrad_notes import cli
from tinygrad_notes.notes import training_loop
from tinygrad_notes.worked.report import Report

def report(digits):
    print("begun", flush=True)
    time.sleep(60)

training_loop.report = report
sys.exit(cli.main(["notes", "D"]))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="signals are POSIX's")
def test_control_c_ends_a_long_run_quietly():
    command = [sys.executable, "-c", LONG_NOTE]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout.readline() == b"begun\n"
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
    assert (process.returncode, out, err) == (130, b"", b"")


def test_the_forms_are_those_that_reports_have():
    assert all(hasattr(Report, form) for form in cli.FORMS)


@pytest.mark.parametrize(
    ("problem", "reason"),
    [
        (GraphvizMissing("no Graphviz"), "no Graphviz"),
        (ImportError("libX11.so.6: cannot open"), "libX11.so.6: cannot open; install tinygrad_notes again, together"),
        (RuntimeError("first line\nsecond line"), "RuntimeError: first line second line; the numbers do not depend"),
        (MemoryError(), "MemoryError: ; the numbers do not depend on it"),
    ],
)
def test_a_picture_that_fails_is_one_line_beside_a_whole_page(capsys, monkeypatch, tmp_path, problem, reason):
    whole = run(capsys, "--output", tmp_path / "whole")[1].partition("wrote ")[0]

    def fails(*arguments, **options):
        raise problem

    monkeypatch.setattr("tinygrad_notes.draw.draw", fails)
    status, out, err = run(capsys, "--output", tmp_path / "out")
    assert (status, out) == (1, f"{whole}wrote {tmp_path / 'out' / 'network.svg'}\n")
    assert err.startswith(f"tinygrad-notes: computation-graph.svg could not be drawn: {reason}")
    assert err.count("\n") == 1
    status, out, _ = run(capsys, "--json", "--output", tmp_path / "data")
    assert (status, json.loads(out)["files"]) == (1, [str(tmp_path / "data" / "network.svg")])


def test_pictures_that_cannot_even_be_imported_cost_two_lines_and_no_number(tmp_path):
    broken = (
        "import sys; sys.modules['tinygrad_notes.draw'] = None; from tinygrad_notes import cli; sys.exit(cli.main())"
    )
    finished = subprocess.run(
        [sys.executable, "-c", broken, "--output", tmp_path], capture_output=True, text=True, encoding="utf-8",
        env=os.environ | {"PYTHONIOENCODING": "utf-8"},
    )  # fmt: skip
    assert (finished.returncode, SHEET in finished.stdout) == (1, True)
    assert [line.split(" could not")[0] for line in finished.stderr.splitlines()] == [
        "tinygrad-notes: computation-graph.svg",
        "tinygrad-notes: network.svg",
    ]


@pytest.mark.parametrize(
    ("arguments", "left"),
    [
        ("notes D --output DIR", []),
        ("play -o DIR/player.html", []),
        ("worksheet --layers 2 1 -o DIR/home.md", ["home-key.toml", "home-solution.md", "home.md", "home.toml"]),
        ("worksheet --layers 2 1 -o DIR/home.html", ["home-key.toml", "home-solution.html", "home.html", "home.toml"]),
        ("worksheet --layers 2 1 -o DIR/home.tex", ["home-key.toml", "home-solution.tex", "home.tex", "home.toml"]),
    ],
)
def test_every_command_tells_of_a_failed_picture_by_its_status(capsys, monkeypatch, tmp_path, arguments, left):
    def fails(*arguments, **options):
        raise OSError(28, "No space left on device")

    for room in "loop.Picture", "player.player.stage", "exercise_pages.draw_network":
        importlib.import_module(f"tinygrad_notes.draw.{room.rpartition('.')[0]}")
        monkeypatch.setattr(f"tinygrad_notes.draw.{room}", fails)
    status, _, err = run(capsys, *(word.replace("DIR", str(tmp_path)) for word in arguments.split()))
    assert (status, err.count("\n"), "No space left on device" in err) == (1, 1, True)
    assert sorted(path.name for path in tmp_path.iterdir()) == left


@pytest.mark.parametrize("arguments", [["--version"], ["--help"], ["mark", "PAGE"], ["mark", "--json", "PAGE"]])
def test_marking_loads_nothing_that_draws_or_that_a_terminal_alone_needs(arguments):
    page = str(resources.files("tinygrad_notes.notes") / "worked_example.toml")
    heavy = ["numpy", "graphviz", "pygraphviz", "rich", "html", "statistics", "fractions"]
    heavy += [f"tinygrad_notes.{name}" for name in ("draw", "worked.markup", "derivatives.modes")]
    asked = f"""
import sys
from tinygrad_notes.cli import main
try:
    main()
except SystemExit:
    pass
loaded = [name for name in {heavy} if name in sys.modules]
sys.exit(f"loaded: {{loaded}}" if loaded else 0)
"""
    words = [page if word == "PAGE" else word for word in arguments]
    finished = subprocess.run([sys.executable, "-c", asked, *words], capture_output=True, text=True)
    assert (finished.returncode, finished.stderr) == (0, "")


@pytest.mark.parametrize(("said", "wide"), [("", 80), ("0", 80), ("120", 120), ("wide", 80)])
def test_a_page_in_a_pipe_is_as_wide_as_the_environment_says(said, wide):
    asked = """
from tinygrad_notes.worked.report import Paragraph, Report
print(max(map(len, Report([Paragraph("1 " * 200)]).terminal().splitlines())))
"""
    environment = {**os.environ, "COLUMNS": said}
    finished = subprocess.run(
        [sys.executable, "-c", asked], stdin=subprocess.DEVNULL, capture_output=True, text=True, env=environment
    )
    assert (finished.stdout, finished.stderr) == (f"{wide - 1}\n", "")


def test_it_says_which_version_it_is_and_is_cited_as_that(capsys):
    with pytest.raises(SystemExit) as ended:
        main(["--version"])
    assert (ended.value.code, capsys.readouterr().out) == (0, f"tinygrad-notes {tinygrad_notes.__version__}\n")
    citation = (Path(__file__).parents[1] / "CITATION.cff").read_text(encoding="utf-8")
    assert f"\nversion: {tinygrad_notes.__version__}\n" in citation
