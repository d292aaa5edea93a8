"""Programs as C: compiled by each compiler that is here, run, and compared with the eager engine."""

import ctypes
import math
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest
from exchanged import ROWS, Exchanged, worst

from tinygrad_notes import Value, functions, record
from tinygrad_notes.edges import edges
from tinygrad_notes.errors import ArgumentValueError
from tinygrad_notes.exchange import lines
from tinygrad_notes.exchange.c import COLUMN, LONG, literal
from tinygrad_notes.operations import TABLE, define, undefine
from tinygrad_notes.value import apply

COMPILERS = [path for name in ("gcc", "clang") if (path := shutil.which(name))]
FLAGS = ["-std=c99", "-O0", "-ffp-contract=off", "-Wall", "-Wextra", "-Werror", "-pedantic", "-shared", "-fPIC"]


def compiled(texts, folder, compiler):
    """The functions of some C files, compiled as one, in which what they share stands once."""
    blocks = dict.fromkeys(block.strip().replace("A recorded", "", 1) for text in texts for block in text.split("\n\n"))
    path, library = folder / "all.c", folder / f"{Path(compiler).name}.so"
    path.write_text("\n\n".join(blocks) + "\n")
    subprocess.run([compiler, *FLAGS, path, "-o", library, "-lm"], check=True)
    return ctypes.CDLL(library)


def run(library, program, inputs, name, parameters=None):
    """The status, the results, and the derivatives by each input and by the parameters."""
    arrays = [np.array(x, float).ravel() for x in inputs]
    given = None if parameters is None else np.array(parameters, float)
    rows = math.prod(program.output_shape)
    found = [np.zeros(rows), *(np.zeros(rows * x.size) for x in arrays), np.zeros(rows * len(program.parameters))]
    pointers = [a if a is None else ctypes.c_void_p(a.ctypes.data) for a in (*arrays, given, *found)]
    status = getattr(library, f"{name}_derivatives")(*pointers)
    value = np.zeros(rows)
    assert getattr(library, name)(*pointers[: len(arrays) + 1], ctypes.c_void_p(value.ctypes.data)) == status
    np.testing.assert_array_equal(value, found[0])
    return status, *found


def test_every_instruction_is_written_in_c():
    assert COLUMN.keys() == lines.FUNCTIONS


def test_constants_are_exact():
    for number in (0.1, -0.0, 5e-324, 1.7976931348623157e308, -math.pi):
        assert float.fromhex(literal(number).strip("()")).hex() == number.hex()
    assert [literal(x) for x in (math.inf, -math.inf, math.nan)] == ["INFINITY", "(-INFINITY)", "NAN"]


@pytest.mark.parametrize("name", ["", "2x", "a b", "int", "ŷ", "x;y", "exp", "sign_"])
def test_a_name_that_c_has_not_is_refused(name):
    with pytest.raises(ArgumentValueError, match=r"letters, digits and _.*C itself has not"):
        record(lambda x: x * 2.0, 1.0).to_c(name=name)


def test_the_text_can_be_kept_and_replaces_nothing_in_silence(tmp_path):
    program = record(lambda x: x * Value(2.0), 1.0)
    text = program.to_c(tmp_path / "double.c")
    assert (tmp_path / "double.c").read_text() == text
    with pytest.raises(FileExistsError):
        program.to_c(tmp_path / "double.c", name="other")


def test_labels_and_file_names_cannot_leave_a_comment():
    source = "def f(x):\n    return x * 2 if x > 0 else x"
    names = {}
    exec(compile(source, "*/ #include <x> /*.py", "exec"), names)
    text = record(names["f"], 1.0).to_c()
    assert text.count("*/") == text.count("/*") and "#include <x>" not in text


@pytest.mark.extras
@pytest.mark.slow
def test_values_and_derivatives_of_random_programs_are_those_of_the_eager_engine(tmp_path):
    exchanged = [Exchanged(seed) for seed in range(40)]
    texts = [one.program.to_c(name=f"f{k}") for k, one in enumerate(exchanged)]
    for compiler in COMPILERS:
        library = compiled(texts, tmp_path, compiler)
        for k, one in enumerate(exchanged):
            status, *found = run(library, one.program, [one.x], f"f{k}")
            assert status == 0
            for got, expected in zip(found, one.eagerly()):
                assert worst(got, expected) < 1e-12, (compiler, k)


@pytest.mark.extras
@pytest.mark.slow
def test_at_every_edge_c_has_what_the_table_has(tmp_path):
    cases = edges()
    programs = [record(lambda *x, case=case: apply(TABLE[case.operation], x), *case.operands) for case in cases]
    texts = [program.to_c(name=f"f{k}") for k, program in enumerate(programs)]
    for compiler in COMPILERS:
        library = compiled(texts, tmp_path, compiler)
        for k, (case, program) in enumerate(zip(cases, programs)):
            _, value, *slopes = run(library, program, case.operands, f"f{k}")
            np.testing.assert_allclose(value, case.value, rtol=1e-14, err_msg=str(case))
            wanted = [slope + 0.0 for slope in case.derivatives]
            np.testing.assert_allclose(np.ravel(slopes[:-1]), wanted, rtol=1e-13, err_msg=str(case))


@pytest.mark.extras
@pytest.mark.slow
def test_a_sum_of_negative_zeros_is_zero_as_in_the_eager_engine(tmp_path):
    sums = {
        f"{row.name}_{operands}": record(lambda *x, row=row: apply(row, x), *[1.0] * operands)
        for row in ROWS
        if row.name in ("sum", "mean", "dot", "weighted_sum")
        for operands in range(1, 8)
        if row.takes(operands)
    }
    texts = [program.to_c(name=name) for name, program in sums.items()]
    for compiler in COMPILERS:
        library = compiled(texts, tmp_path, compiler)
        for name, program in sums.items():
            half = len(program.input_shapes) // 2 if "dot" in name or "weighted" in name else 0
            x = [0.0] * half + [-0.0] * (len(program.input_shapes) - half)
            assert math.copysign(1.0, run(library, program, x, name)[1].item()) == 1.0, name


@pytest.mark.extras
@pytest.mark.slow
def test_every_row_of_the_table_and_one_of_ones_own(tmp_path):
    bump = define("bump", 1, "bump({0})", lambda m: (lambda a: m.exp(-a * a), lambda a, out: (-2.0 * a * out,)))
    try:
        rows = [*ROWS, bump]
        operands = [
            [0.75, 0.5, 0.25, 0.625, 0.375][: row.arity or (5 if row.name == "weighted_sum" else 4)] for row in rows
        ]
        programs = [record(lambda *x, row=row: apply(row, x), *given) for row, given in zip(rows, operands)]
        texts = [program.to_c(name="f_" + row.name) for row, program in zip(rows, programs)]
        for compiler in COMPILERS:
            library = compiled(texts, tmp_path, compiler)
            for row, given, program in zip(rows, operands, programs):
                status, value, *slopes = run(library, program, given, "f_" + row.name)
                expected = apply(row, tuple(map(Value, given)))
                assert status == 0
                np.testing.assert_allclose(value, expected.data, rtol=1e-15, err_msg=row.name)
                np.testing.assert_allclose(
                    np.ravel(slopes[:-1]), expected.local_derivatives, rtol=1e-14, err_msg=row.name
                )
    finally:
        undefine("bump")


@pytest.mark.extras
@pytest.mark.slow
def test_comparisons_parameters_and_several_results(tmp_path):
    w = Value(3.0)

    def two_ways(x):
        return [x * w, x - w] if x > 0 else [x * x, w * 1.0]

    program = record(two_ways, 1.0)
    program([1.0, -1.0])  # records the other way
    only_one = record(two_ways, 1.0)
    unpicked = record(
        lambda x: functions.where(x > 0, functions.sqrt(x), x * x) if False else functions.relu(x).sqrt(), 1.0
    )
    texts = [program.to_c(name="both"), only_one.to_c(name="one"), unpicked.to_c(name="root")]
    for compiler in COMPILERS:
        library = compiled(texts, tmp_path, compiler)
        status, y, by_x, by_p = run(library, program, [2.0], "both")
        assert (status, y.tolist(), by_x.tolist(), by_p.tolist()) == (0, [6.0, -1.0], [3.0, 1.0], [2.0, -1.0])
        status, y, by_x, by_p = run(library, program, [-2.0], "both", parameters=[5.0])
        assert (status, y.tolist(), by_x.tolist(), by_p.tolist()) == (0, [4.0, 5.0], [-4.0, 0.0], [0.0, 1.0])
        assert run(library, only_one, [-2.0], "one")[0] == 1
        assert run(library, only_one, [2.0], "one")[1].tolist() == [6.0, -1.0]
        assert run(library, unpicked, [-1.0], "root")[2].tolist() == [0.0], (
            "relu picked 0, whose root has no part in it"
        )


@pytest.mark.extras
@pytest.mark.slow
def test_a_long_program_is_cut_into_parts(tmp_path):
    w = [Value(0.01 * k) for k in range(40)]

    def long(x):
        for _ in range(6):
            x = [functions.tanh(functions.dot(w, x) + a * 0.1) * b for a, b in zip(x, w)]
        return sum(x)

    x = np.linspace(-1, 1, 40)
    program = record(long, x.tolist(), parameters=w)
    text = program.to_c()
    assert "program_derivatives_part_2(x0, p, t);" in text, LONG
    value, by_p, [by_x] = program.value_and_gradients(x[None], input_gradients=True)
    for compiler in COMPILERS:
        found = run(compiled([text], tmp_path, compiler), program, [x], "program")
        for got, expected in zip(found, (0, value, by_x[0], by_p)):
            assert worst(got, expected) < 1e-13
