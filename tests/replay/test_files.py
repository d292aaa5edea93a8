"""Programs in files: they come back as they were, and nothing else is taken for one."""

import contextlib
import io
import json
import math
import random

import numpy as np
import pytest

from tinygrad_notes import MLP, Value
from tinygrad_notes.replay import BranchError, ProgramFileError, load, record

NETWORK = MLP(3, [4, 2], activation="tanh", seed=1)
X = np.random.default_rng(0).normal(size=(6, 3))


def function(x):
    a, b = NETWORK(x)
    return a * b if x[0] > 0 else a - b


def saved(tmp_path):
    program = record(function, X[0], parameters=NETWORK.parameters())
    program(X)
    return program, program.save(tmp_path / "program.npz")


def test_a_loaded_program_gives_the_same_numbers(tmp_path):
    program, path = saved(tmp_path)
    loaded = load(path)
    assert loaded(X).tolist() == program(X).tolist()
    for options in ({}, {"reduction": "sum", "input_gradients": True}):
        found, expected = loaded.value_and_gradients(X, **options), program.value_and_gradients(X, **options)
        assert found[0] == expected[0] and found[1].tolist() == expected[1].tolist()
    assert [p.label for p in loaded.parameters] == [p.label for p in program.parameters]
    assert loaded.describe() == program.describe()


def test_its_parameters_are_its_own(tmp_path):
    program, path = saved(tmp_path)
    loaded = load(path)
    loaded.write_parameters(loaded.parameter_numbers() * 2)
    assert program.parameter_numbers().tolist() == load(path).parameter_numbers().tolist()


def test_a_branch_that_was_not_recorded_is_refused_with_its_line(tmp_path):
    w = Value(2.0)
    path = record(lambda x: x * w if x > 0 else x - w, 1.0).save(tmp_path / "half.npz")
    assert load(path)([1.0, 2.0]).tolist() == [2.0, 4.0]
    with pytest.raises(BranchError, match=r"test_files\.py:\d+.*loaded from a file.*before saving"):
        load(path)([-1.0])


def test_nothing_is_overwritten_in_silence(tmp_path):
    program, _ = saved(tmp_path)
    (tmp_path / "note.txt").write_text("mine")
    with pytest.raises(FileExistsError):
        program.save(tmp_path / "note.txt")
    program.save(tmp_path / "note.txt", overwrite=True)
    assert load(tmp_path / "note.txt")(X).shape == (6,)


def changed(path, header=None, **arrays):
    """The file at `path` with some of its header or arrays replaced by what a function makes of them."""
    with np.load(path) as file:
        contents = {name: file[name] for name in file.files}
    described = json.loads(str(contents["header"]))
    if header:
        header(described)
    contents["header"] = np.array(json.dumps(described))
    for name, change in arrays.items():
        name = name.replace("_", ".") if name[0] == "b" else name
        contents[name.removeprefix("b.")] = change(contents[name.removeprefix("b.")])
    buffer = io.BytesIO()
    np.savez(buffer, **contents)
    path.write_bytes(buffer.getvalue())


def put(at, number):
    def change(array):
        array = array.copy()
        array[at] = number
        return array

    return change


def ask_for_a_later_zip(path):
    content = bytearray(path.read_bytes())
    content[content.index(b"PK\x01\x02") + 6] = 0xEE  # the version that unpacking needs
    path.write_bytes(content)


SPOILED = [
    (lambda path: path.write_bytes(b"junk"), "no program file, or is damaged"),
    (lambda path: path.write_bytes(path.read_bytes()[:-100]), "damaged"),
    (lambda path: path.write_bytes(b""), "damaged"),
    (lambda path: changed(path, lambda h: h.update(format="other")), "does not say that it is a program"),
    (lambda path: changed(path, lambda h: h.update(version=99)), "version 99, and this package reads version 1"),
    (lambda path: changed(path, lambda h: h.update(branches=[])), "no branch"),
    (lambda path: changed(path, lambda h: h.update(labels=[])), "26 .*parameters|parameters and 0 labels"),
    (lambda path: changed(path, lambda h: h.update(input_shapes=[[-3]])), "no shape"),
    (lambda path: changed(path, lambda h: h.update(input_shapes=[[2]])), "input"),
    (lambda path: changed(path, lambda h: h["branches"][0].update(rows=["exec"] * 9)), "the operation 'exec'"),
    (lambda path: changed(path, lambda h: h["branches"][0].update(outputs=[10**6])), "not there"),
    (lambda path: changed(path, lambda h: h["branches"][0]["guards"][0].__setitem__(0, "is")), "'is' is no comparison"),
    (lambda path: changed(path, lambda h: h["branches"][0]["guards"][0].__setitem__(1, -1)), "not there"),
    (lambda path: changed(path, b_0_operands=put(-1, 10**6)), "does not stand before"),
    (lambda path: changed(path, b_0_operands=put(0, -1)), "does not stand before"),
    (lambda path: changed(path, b_0_codes=put(-1, 99)), "outside its rows"),
    (lambda path: changed(path, b_0_codes=put(0, -3)), "does not begin with its 3 inputs"),
    (lambda path: changed(path, b_0_starts=put(-1, 10**6)), "not cut up in order"),
    (lambda path: changed(path, b_0_leaves=lambda a: a[:-1]), "do not belong together"),
    (lambda path: changed(path, b_0_leaves=lambda a: a - 0.5), "not there"),
    (lambda path: changed(path, b_0_codes=lambda a: a.astype(np.int64)), "must be one row of int16"),
    (ask_for_a_later_zip, "zip file version"),
    (lambda path: changed(path, lambda h: h["branches"][0].update(outputs=[math.inf])), "inf is no int"),
    (lambda path: changed(path, lambda h: h["branches"][0].update(outputs=[1.5])), "1.5 is no int"),
    (lambda path: changed(path, lambda h: h["branches"][0]["guards"][0].__setitem__(3, 1)), "1 is no bool"),
    (lambda path: changed(path, lambda h: h["branches"][0]["labels"].update({"9999": "a"})), "that are not there"),
    (lambda path: changed(path, lambda h: h["branches"][0].update(guards=[])), "one without comparisons"),
    (lambda path: changed(path, lambda h: h.update(output_shape=[1] * 100)), "no shape: .*dimension"),
    (lambda path: changed(path, lambda h: h.update(input_shapes=[[3, 2**40, 2**40]])), "no shape"),
    (lambda path: changed(path, lambda h: h.update(input_shapes=[[3, True]])), "True is no int"),
    (lambda path: changed(path, lambda h: h.update(labels=[1] * 26)), "1 is no str"),
    (lambda path: np.savez(path, header=np.array("[" * 100_000)), "recursion|Stack overflow"),
    (lambda path: np.savez(path, header=np.array("1" * 5000)), "digits"),
    (lambda path: changed(path, parameters=lambda a: np.array([{}], object)), "damaged"),
]  # fmt: skip


@pytest.mark.parametrize(("spoil", "message"), SPOILED)
def test_a_spoiled_file_is_refused_with_its_reason(tmp_path, spoil, message):
    _, path = saved(tmp_path)
    spoil(path)
    with pytest.raises(ProgramFileError, match=message):
        load(path)


def test_a_file_with_bytes_changed_is_refused_or_runs(tmp_path):
    """Wherever a byte is wrong: plain, most are found by the sums in the file; compressed, by the unpacking."""
    _, path = saved(tmp_path)
    with np.load(path) as file:
        np.savez_compressed(tmp_path / "small.npz", **file)
    draw = random.Random(0)
    for whole in (path.read_bytes(), (tmp_path / "small.npz").read_bytes()):
        for _ in range(150):
            at = draw.randrange(len(whole))
            path.write_bytes(whole[:at] + bytes([draw.randrange(256)]) + whole[at + 1 :])
            with contextlib.suppress(ProgramFileError):
                assert load(path)(X).shape == (6,)


def test_an_unknown_executor_is_not_the_files_fault(tmp_path):
    with pytest.raises(ValueError, match=r"^unknown executor 'fortran'"):
        load(saved(tmp_path)[1], executor="fortran")


def test_a_file_that_is_not_there():
    with pytest.raises(FileNotFoundError):
        load("nowhere.npz")
