"""Files are written whole or not at all, where their names say, and never over another file in silence."""

import os
import stat
from pathlib import Path
from typing import Any

import pytest

from tinygrad_notes.files import write_file

posix = pytest.mark.skipif(os.name != "posix", reason="permissions and links as POSIX has them")


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@posix
@pytest.mark.parametrize(("umask", "expected"), [(0o022, 0o644), (0o027, 0o640), (0o077, 0o600)])
def test_a_new_file_has_the_permissions_that_the_umask_leaves(tmp_path: Path, umask: int, expected: int) -> None:
    before = os.umask(umask)
    try:
        assert mode(write_file(tmp_path / "new.txt", "text")) == expected
    finally:
        os.umask(before)


def test_the_umask_which_belongs_to_all_threads_is_never_touched(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(os, "umask")
    assert write_file(tmp_path / "new.txt", "text").read_text() == "text"


@posix
@pytest.mark.parametrize("kept", [0o600, 0o664, 0o444])
def test_a_file_that_is_replaced_keeps_its_permissions(tmp_path: Path, kept: int) -> None:
    path = write_file(tmp_path / "secret.txt", "old")
    path.chmod(kept)
    write_file(path, "new", overwrite=True)
    assert (path.read_text(), mode(path)) == ("new", kept)


@posix
@pytest.mark.parametrize("exists", [True, False])
def test_a_link_goes_on_pointing_to_the_file_that_is_written(tmp_path: Path, exists: bool) -> None:
    (tmp_path / "folder").mkdir()
    real, link = tmp_path / "folder" / "real.txt", tmp_path / "link.txt"
    if exists:
        real.write_text("old")
    link.symlink_to("folder/real.txt")
    assert write_file(link, "new", overwrite=True) == link
    assert link.is_symlink()
    assert real.read_text() == "new"


def test_a_name_may_be_as_long_as_the_file_system_allows(tmp_path: Path) -> None:
    name = "n" * 251 + ".txt"
    assert write_file(tmp_path / name, "text").name == name


@pytest.mark.parametrize(
    ("folder", "error", "words"),
    [("missing", FileNotFoundError, "No such file or directory"), ("taken", NotADirectoryError, "Not a directory")],
)
def test_a_folder_that_cannot_be_written_is_named(
    tmp_path: Path, folder: str, error: type[OSError], words: str
) -> None:
    (tmp_path / "taken").write_text("a file")
    with pytest.raises(error) as caught:
        write_file(tmp_path / folder / "a.svg", "text")
    assert (caught.value.strerror, caught.value.filename) == (words, str(tmp_path / folder))


@pytest.mark.parametrize("overwrite", [True, False])
def test_only_files_are_replaced(tmp_path: Path, overwrite: bool) -> None:
    for path in (tmp_path, Path(os.devnull)):
        with pytest.raises(FileExistsError, match=r"is a folder or a device, .*: choose another name"):
            write_file(path, "text", overwrite=overwrite)


def test_where_writing_fails_the_old_text_stays_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_file(tmp_path / "note.txt", "old")

    def full(descriptor: int) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="disk full"):
        write_file(path, "new", overwrite=True)
    assert [(file.name, file.read_text()) for file in tmp_path.iterdir()] == [("note.txt", "old")]


def test_an_interrupt_as_soon_as_the_file_is_there_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = os.open

    def interrupted(*arguments: Any) -> int:
        os.close(opened(*arguments))
        assert list(tmp_path.iterdir())
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "open", interrupted)
    with pytest.raises(KeyboardInterrupt):
        write_file(tmp_path / "note.txt", "text")
    assert not list(tmp_path.iterdir())
