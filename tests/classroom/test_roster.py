"""Rosters: names from files as schools export them, and names of files made from them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tinygrad_notes.classroom.roster import MOST_STUDENTS, Roster, file_name, numbered, read_roster
from tinygrad_notes.errors import UnusableError


def roster_of(folder: Path, content: str | bytes, name: str = "roster.csv") -> Roster:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_roster(path)


@pytest.mark.parametrize(
    ("content", "names"),
    [
        ("name\nAda Lovelace\nAlan Turing\n", ("Ada Lovelace", "Alan Turing")),
        ("Ada Lovelace\nAlan Turing", ("Ada Lovelace", "Alan Turing")),
        ("\ufeffName,E-mail\r\nAda Lovelace,a@b.c\r\n\r\n  \r\nAlan,x@y.z\r\n", ("Ada Lovelace", "Alan")),
        ("id;Surname;First name\n1;Lovelace;Ada\n2;Turing;Alan\n", ("Ada Lovelace", "Alan Turing")),
        ("Nachname\tVorname\nGauß\tCarl Friedrich\n", ("Carl Friedrich Gauß",)),
        ('student\n"Lovelace, Ada"\n', ("Lovelace, Ada",)),
        ("Lovelace,Ada,4711,a@b.c\n", ("Lovelace Ada",)),
        ('name\n"A\nB"\n', ("A B",)),
        ("name\nО'Нил Шон\n李小龙\nमीरा\nمحمد\n", ("О'Нил Шон", "李小龙", "मीरा", "محمد")),
        ("name\nA\u202eB\x00\x1b[31m\n", ("A B [31m",)),
        ("name\n=1+1\n", ("=1+1",)),
        ("name\ncafe\u0301\n", ("café",)),
        ("name\nAda\n".encode("utf-16"), ("Ada",)),
    ],
)
def test_the_names_of_a_roster(tmp_path: Path, content: str | bytes, names: tuple[str, ...]) -> None:
    assert roster_of(tmp_path, content).names == names


def test_a_text_file_has_a_name_a_line(tmp_path: Path) -> None:
    assert roster_of(tmp_path, "Lovelace, Ada\n\nname\n", "class.txt").names == ("Lovelace, Ada", "name")


def test_a_name_that_stands_twice_is_told_and_numbered(tmp_path: Path) -> None:
    roster = roster_of(tmp_path, "name\nAda\nAlan\nAda\nAda\n")
    assert roster.names == ("Ada", "Alan", "Ada (2)", "Ada (3)")
    assert len(roster.remarks) == 2
    assert "roster.csv:4: 'Ada' stands in line 2 too" in roster.remarks[0]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"name\nM\xfcller\n", "roster.csv:2: not UTF-8 text; save the roster as UTF-8"),
        ("", "holds no name"),
        ("name\n", "holds no name"),
        ("name,group\n,7\n", "roster.csv:2: no name stands in this line"),
        ('name\n"Ada\n' + "x\n" * 300, "is a quote not closed?"),
        ("name\n" + "\n".join(map(str, range(MOST_STUDENTS + 1))), "more than 10,000 names are no class"),
    ],
)
def test_what_is_no_roster_is_refused(tmp_path: Path, content: str | bytes, says: str) -> None:
    with pytest.raises(UnusableError) as refused:
        roster_of(tmp_path, content)
    assert says in str(refused.value)


@pytest.mark.parametrize("count", [0, -1, MOST_STUDENTS + 1])
def test_a_count_that_is_no_class_is_refused(count: int) -> None:
    with pytest.raises(UnusableError, match=r"a set has 1 to 10,000 exercises"):
        numbered(count)


STRANGE = [
    "../../etc/passwd",
    "CON",
    "nul.txt",
    ".hidden",
    "a/b\\c:d*e?f",
    "x" * 500,
    "李" * 200,
    "",
    " ",
    "-rf",
    "a\x00b",
    "🙂",
]


@pytest.mark.parametrize("name", STRANGE)
def test_file_names_are_safe_everywhere(tmp_path: Path, name: str) -> None:
    made = file_name(7, 30, name)
    assert made.startswith("07")
    assert set(made).isdisjoint('/\\:*?"<>|\0. \n')
    assert len(os.fsencode(made + "-key.html")) < 120
    (tmp_path / f"{made}.html").write_text("")


def test_file_names_differ_where_names_differ_in_signs_alone() -> None:
    names = ["Ada", "ada", "A.d.a", "...", "!!!"]
    assert len({file_name(i, 5, name).casefold() for i, name in enumerate(names)}) == 5
