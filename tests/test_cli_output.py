"""Where the command line's words go: pipes that close, full disks, terminals that lack letters, no output at all."""

from __future__ import annotations

import html
import io
import json
import os
import subprocess
import sys
from importlib import resources
from pathlib import Path

import pytest
from command_line import run

from tinygrad_notes.cli import main

SLIPPED = resources.files("tinygrad_notes.notes") / "worked_example.toml"


def start(*arguments, stdout=subprocess.PIPE, **environment):
    command = [sys.executable, "-m", "tinygrad_notes", *map(str, arguments)]
    environment = os.environ | {"PYTHONIOENCODING": "utf-8"} | environment
    return subprocess.Popen(command, stdout=stdout, stderr=subprocess.PIPE, env=environment)


@pytest.mark.parametrize(("arguments", "status"), [(["--output", "DIR"], 0), (["mark", SLIPPED], 1)])
def test_a_pipe_that_nobody_reads_is_quiet_and_keeps_what_was_found(tmp_path, arguments, status):
    process = start(*(tmp_path if argument == "DIR" else argument for argument in arguments))
    process.stdout.close()
    assert process.wait(60) == status
    assert process.stderr.read() == b""
    process.stderr.close()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="Linux has a device that is always full")
@pytest.mark.parametrize("unbuffered", ["", "1"])
@pytest.mark.parametrize("options", [[], ["--json"]])
def test_a_full_disk_is_one_line_and_no_verdict(options, unbuffered):
    with Path("/dev/full").open("wb") as full:
        process = start("mark", SLIPPED, *options, stdout=full, PYTHONUNBUFFERED=unbuffered)
    err = process.communicate(timeout=60)[1].decode()
    assert process.returncode == 2
    assert err.splitlines() == ["tinygrad-notes: cannot write to standard output: No space left on device"]


@pytest.mark.parametrize(
    "arguments", [["mark", SLIPPED], ["--output", "DIR"], ["--json", "--output", "DIR"], ["notes"]]
)
def test_without_standard_output_one_line_says_so(capsys, monkeypatch, tmp_path, arguments):
    monkeypatch.setattr(sys, "stdout", None)
    monkeypatch.chdir(tmp_path)
    assert run(capsys, *arguments) == (2, "", "tinygrad-notes: there is no standard output to write to\n")


def test_without_standard_error_the_status_tells(capsys, monkeypatch, tmp_path):
    monkeypatch.setattr(sys, "stderr", None)
    assert run(capsys, "mark", tmp_path / "none.toml") == (2, "", "")


# Terminals that lack letters


def test_a_terminal_without_greek_is_no_reason_to_fail():
    process = start("notes", "D", PYTHONIOENCODING="ascii")
    out, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (0, b"")
    assert b"?1[0]" in out  # δ1[0]


def bytes_of(monkeypatch, encoding, *arguments):
    """What the command line writes where standard output is in this encoding."""
    written = io.BytesIO()
    with monkeypatch.context() as patch:
        patch.setattr(sys, "stdout", io.TextIOWrapper(written, encoding=encoding, newline="\n"))
        main([str(argument) for argument in arguments])
        return written.getvalue()


@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "UTF8", "utf-16"])
def test_data_and_documents_keep_every_letter_in_every_encoding(monkeypatch, encoding):
    def in_utf8(*options):
        return bytes_of(monkeypatch, "utf-8", "notes", "D", *options).decode("utf-8")

    def in_encoding(*options):
        return bytes_of(monkeypatch, encoding, "notes", "D", *options)

    page = in_encoding("--format", "html").decode(encoding)
    assert html.unescape(page) == html.unescape(in_utf8("--format", "html"))
    assert "δ" in html.unescape(page)
    for form in "markdown", "latex":
        assert in_encoding("--format", form).decode("utf-8") == in_utf8("--format", form)


@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "utf-16"])
def test_json_keeps_every_letter_in_every_encoding(monkeypatch, tmp_path, encoding):
    expected = json.loads(bytes_of(monkeypatch, "utf-8", "--json", "--output", tmp_path))
    assert "σ" in str(expected)
    assert json.loads(bytes_of(monkeypatch, encoding, "--json", "--output", tmp_path).decode(encoding)) == expected
