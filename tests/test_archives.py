"""Files from strangers: what is read of them, what killed writers leave, what copies of a program are."""

import copy
import io
import os
import pickle
import time
import tracemalloc
import zipfile

import numpy as np
import pytest

from tinygrad_notes import MLP, Value, fit, functions, record
from tinygrad_notes.archives import opened
from tinygrad_notes.errors import CheckpointError, ProgramFileError
from tinygrad_notes.files import write_file
from tinygrad_notes.replay import load

MANY = 4_000_000


def with_zeros(source, target, name):
    """A copy of an npz file in which the array `name` is of many zeros, compressed to next to nothing."""
    header = io.BytesIO()
    np.lib.format.write_array_header_1_0(header, {"descr": "<f8", "fortran_order": False, "shape": (MANY,)})
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.namelist():
            if entry != f"{name}.npy":
                new.writestr(entry, old.read(entry))
        new.writestr(f"{name}.npy", header.getvalue() + bytes(8 * MANY))


def memory_of(read):
    tracemalloc.start()
    try:
        return read(), tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def refused(path):
    with pytest.raises(ProgramFileError, match="'parameters' would take 32,000,128 bytes, and the file has"):
        load(path)


def test_a_program_file_is_read_no_further_than_its_header_names(tmp_path):
    path = record(lambda x: x * Value(3.0), 1.0).save(tmp_path / "triple.npz")
    with_zeros(path, tmp_path / "unasked.npz", "unasked")
    program, most = memory_of(lambda: load(tmp_path / "unasked.npz"))
    assert program([2.0]).tolist() == [6.0]
    assert most < 1_000_000
    with_zeros(path, tmp_path / "large.npz", "parameters")
    assert memory_of(lambda: refused(tmp_path / "large.npz"))[1] < 1_000_000


@pytest.mark.parametrize("name", ["parameters", "unasked"])
def test_a_checkpoint_is_read_no_further_either(tmp_path, name):
    fit(MLP(1, [1], seed=0), [[1.0]], [2.0], epochs=1, checkpoint=tmp_path / "run.npz")
    with_zeros(tmp_path / "run.npz", tmp_path / "large.npz", name)

    def resume():
        with pytest.raises(CheckpointError, match=r"would take|should hold"):
            fit(MLP(1, [1], seed=0), [[1.0]], [2.0], epochs=2, checkpoint=tmp_path / "large.npz")

    assert memory_of(resume)[1] < 1_000_000


def npy(array, shape):
    stream = io.BytesIO()
    np.lib.format.write_array_header_1_0(stream, {"descr": array.dtype.str, "fortran_order": False, "shape": shape})
    return stream.getvalue() + array.tobytes()


BROKEN = {
    "more than there is": (npy(np.ones(2), (3,)), r"does not hold the \(3,\) numbers"),
    "less than there is": (npy(np.ones(2), (1,)), r"does not hold the \(1,\) numbers"),
    "beyond all memory": (npy(np.ones(2), (1 << 60,)), "does not hold"),
    "objects": (npy(np.array([1, "a"], object), (2,)), "holds objects"),
    "no array": (b"text", "magic"),
}


@pytest.mark.parametrize(("content", "message"), BROKEN.values(), ids=BROKEN)
def test_an_array_that_is_not_what_it_says_is_refused(tmp_path, content, message):
    with zipfile.ZipFile(tmp_path / "a.npz", "w") as file:
        file.writestr("a.npy", content)
    with opened(tmp_path / "a.npz") as archive, pytest.raises(ValueError, match=message):
        archive.array("a")


ARRAYS = [
    np.arange(6.0).reshape(2, 3), np.asfortranarray(np.eye(3)), np.array(2.0), np.zeros((0, 2)), np.array("text"),
    np.arange(3, dtype=np.int16),
]  # fmt: skip


@pytest.mark.parametrize("array", ARRAYS, ids=str)
def test_an_array_comes_back_as_it_was(tmp_path, array):
    np.savez(tmp_path / "a.npz", a=array)
    with opened(tmp_path / "a.npz") as archive:
        found = archive.array("a")
        with pytest.raises(ValueError, match="'b' is missing"):
            archive.array("b")
    assert found.dtype == array.dtype
    np.testing.assert_array_equal(found, array)


@pytest.mark.parametrize("copied", [lambda p: pickle.loads(pickle.dumps(p)), copy.deepcopy, copy.copy])
def test_a_program_is_pickled_and_copied_as_it_is_saved(copied):
    w = Value(3.0, "w")
    program = record(lambda x: functions.sin(w * x), 1.0)
    other = copied(program)
    assert other([0.5, 2.0]).tolist() == program([0.5, 2.0]).tolist()
    assert other.parameters[0] is not w and other.parameters[0].label == "w"


def test_what_killed_writers_left_is_cleared_by_the_next(tmp_path, monkeypatch):
    def killed(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr("tinygrad_notes.files.os.fsync", killed)
    monkeypatch.setattr("pathlib.Path.unlink", lambda path: None)  # as if the process were gone
    for content in ("a", "b", "c"):
        with pytest.raises(KeyboardInterrupt):
            write_file(tmp_path / "note.txt", content)
    monkeypatch.undo()
    parts = list(tmp_path.glob(".*.part"))
    assert len(parts) == 3
    (tmp_path / ".other.part").touch()
    old = time.time() - 60
    for part in [*parts[:2], tmp_path / ".other.part"]:
        os.utime(part, (old, old))
    write_file(tmp_path / "note.txt", "d")
    assert sorted(tmp_path.iterdir()) == sorted([parts[2], tmp_path / ".other.part", tmp_path / "note.txt"])


def test_half_of_a_surrogate_pair_keeps_no_text_from_being_written(tmp_path):
    assert write_file(tmp_path / "page.html", "a\ud800b").read_bytes() == b"a?b"
