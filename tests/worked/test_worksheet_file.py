"""Worksheet files: what is read, and one helpful line for whatever cannot be."""

import re
from pathlib import Path

import pytest

from tinygrad_notes.worked import worksheet_network
from tinygrad_notes.worked.worksheet_file import LARGEST_FILE, WorksheetError, mark_file, read_worksheet

GOOD = """\
[network]
activation = "sigmoid"
loss = "squared_error"
learning_rate = 0.1
convention = "W@x"
x = [0.5, 0.2]
y = [1]
[[network.layer]]
W = [[0.1, 0.2], [0.3, -0.2]]
b = [0.0, 0.1]
[[network.layer]]
W = [[0.2, -0.3]]
b = [0.05]
[claims]
z1 = ["0.09", 0.210]
a2 = ["?"]
"dC/da2" = ["-1.0"]
"""


def written(tmp_path: Path, text: str | bytes) -> Path:
    path = tmp_path / "page.toml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def test_a_good_file_is_marked(tmp_path: Path) -> None:
    marking = mark_file(written(tmp_path, GOOD))
    assert [(row.quantity, row.verdict) for row in marking] == [
        ("z1[0]", "right"),
        ("z1[1]", "right"),
        ("a2[0]", "blank"),
        ("dC/da2[0]", "right"),
    ]
    assert marking.exit_status == 0


@pytest.mark.parametrize("text", [GOOD.replace("\n", "\r\n"), "\ufeff" + GOOD])
def test_files_from_other_systems_are_read(tmp_path: Path, text: str) -> None:
    assert len(mark_file(written(tmp_path, text))) == 4


def test_bare_numbers_keep_their_digits(tmp_path: Path) -> None:
    assert mark_file(written(tmp_path, GOOD))["z1[1]"].claimed == "0.210"


@pytest.mark.parametrize("before", ["[network]", "learning_rate", "z1 ="])
def test_digits_hold_the_claims_to_as_many(tmp_path: Path, before: str) -> None:
    page = GOOD.replace('"0.09"', '"0.1"')
    assert mark_file(written(tmp_path, page))["z1[0]"].verdict == "right"
    marking = mark_file(written(tmp_path, page.replace(before, f"digits = 1\n{before}")))
    assert (marking["z1[0]"].verdict, marking["z1[1]"].verdict) == ("rounding", "right")


@pytest.mark.parametrize("before", ["[network]", "learning_rate", "z1 ="])
def test_signs_turn_the_page_round(tmp_path: Path, before: str) -> None:
    page = GOOD.replace(before, f'signs = "target-output"\n{before}').replace('"-1.0"', '"1.0"')
    row = mark_file(written(tmp_path, page))["dC/da2[0]"]
    assert (row.verdict, row.claimed) == ("right", "1.0")
    assert row.exact > 0 and row.from_above > 0


def test_samples_activations_and_a_layer_without_biases(tmp_path: Path) -> None:
    page = GOOD.replace('"sigmoid"', '["tanh", "softmax"]').replace('"squared_error"', '"cross_entropy"')
    page = page.replace("[0.5, 0.2]", "[[0.5, 0.2], [1, 0]]").replace("[1]", "[[1, 0], [0, 1]]")
    page = page.replace("[[0.2, -0.3]]\nb = [0.05]", "[[0.2, -0.3], [1, 2]]")
    sheet = read_worksheet(written(tmp_path, page[: page.index("z1 =")] + 'C = "0.7"\n')).sheet
    assert sheet.samples == 2
    assert sheet.quantities["a2"].shape == (2, 2)
    assert "b2" not in sheet.given


def test_the_reduction_can_be_given(tmp_path: Path) -> None:
    page = GOOD.replace("y = [1]", 'y = [1]\nreduction = "mean"')
    assert read_worksheet(written(tmp_path, page)).sheet.reduction == "mean"


def changed(old: str, new: str) -> str:
    assert old in GOOD
    return GOOD.replace(old, new, 1)


# A file's text, the line that the message must name, and what it must say.
BAD: list[tuple[str | bytes, int, str]] = [
    ("", 1, r"network: the table \[network\] is missing"),
    ("network = 3\n[claims]\nC = 1", 1, r"network: must be a table"),
    (GOOD[: GOOD.index("[claims]")], 1, r"claims: the table \[claims\] is missing"),
    (GOOD[: GOOD.index("z1 =")], 14, "nothing to mark"),
    (changed("[network]", "[network"), 1, "not TOML"),
    (changed('activation = "sigmoid"\n', ""), 1, "activation: is missing"),
    (changed('loss = "squared_error"\n', ""), 1, "loss: is missing"),
    (changed("x = [0.5, 0.2]\n", ""), 1, "x: is missing"),
    (changed("W = [[0.2, -0.3]]\n", ""), 11, "W: is missing from layer 2"),
    (changed('"sigmoid"', '"sigmoyd"'), 2, "unknown activation 'sigmoyd'"),
    (changed('"sigmoid"', "1"), 2, 'an activation is a name such as "sigmoid", not 1'),
    (changed('"sigmoid"', '["tanh"]'), 2, "got 1 for 2 layers"),
    (changed('"sigmoid"', '"sigmod"'), 2, "unknown activation 'sigmod'; did you mean 'sigmoid'"),
    (changed('"sigmoid"', '"zigzag"'), 2, "choose one of sigmoid, tanh, relu, softmax, linear, abs"),
    (changed('"sigmoid"', "[[1], 2]"), 2, 'an activation is a name such as "sigmoid", not a list'),
    (changed('"squared_error"', '["squared_error"]'), 3, 'a loss is a name such as "squared_error", not a list'),
    (changed('"squared_error"', "{name = 1}"), 3, 'a loss is a name such as "squared_error", not a table'),
    (changed('"squared_error"', '"squared_eror"'), 3, "unknown loss 'squared_eror'; did you mean 'squared_error'"),
    (changed("learning_rate = 0.1", "learning_rate = true"), 4, 'a number is one decimal such as "0.25", not true'),
    (changed("learning_rate = 0.1", f"learning_rate = {'9' * 400}"), 4, "learning_rate: a number of 400 characters"),
    (changed('z1 = ["0.09", 0.210]', '"δ1" = ["0.1"]'), 15, "δ1: delta1 has 2 numbers, got 1"),
    (
        changed('["0.09", 0.210]', '["0.09", true]'),
        15,
        "a claim is one decimal .*, not true",
    ),
    (changed('"dC/da2" = ["-1.0"]', '"dC/dW2" = ["1", "2"]'), 17, "dC/dW2 has 1 number, got 2"),
    (changed('"squared_error"', '"rmse"'), 3, "unknown loss 'rmse'"),
    (changed('"squared_error"', "[1]"), 3, "loss"),
    (changed('"W@x"', '"x·W"'), 5, "write one of 'W@x', 'x@W'"),
    (changed("0.1\n", "nan\n"), 4, "'nan' is not a decimal"),
    (changed("0.1\n", "inf\n"), 4, "'inf' is not a decimal"),
    (changed("0.1\n", "1e999\n"), 4, "beyond the numbers that a float can hold"),
    (changed("0.1\n", "true\n"), 4, "a number is one decimal"),
    (changed("x = [0.5, 0.2]", 'x = "all"'), 6, "a list of numbers is needed"),
    (changed("x = [0.5, 0.2]", "x = []"), 6, "holds no number"),
    (changed("x = [0.5, 0.2]", "x = [0.5]"), 6, "takes 2 inputs, got 1"),
    (changed("x = [0.5, 0.2]", "x = [[0.5, 0.2], 1]"), 6, "write one list per sample"),
    (changed("x = [0.5, 0.2]", "x = [[0.5, 0.2], [1, 2]]"), 7, "got 2 samples in x and 1 in y"),
    (changed("x = [0.5, 0.2]", 'x = [0.5, "?"]'), 6, "a blank cannot stand here"),
    (changed("y = [1]", "y = [1, 2]"), 7, "1 output, got 2 targets"),
    (changed("y = [1]", "y = 1979-05-27"), 7, "not datetime.date"),
    (changed("W = [[0.1, 0.2], [0.3, -0.2]]", "W = [[0.1, 0.2], [0.3]]"), 9, "rows of W1 must have one length"),
    (changed("W = [[0.1, 0.2], [0.3, -0.2]]", "W = [0.1, 0.2]"), 9, "a matrix is a list of rows"),
    (changed("W = [[0.1, 0.2], [0.3, -0.2]]", "W = [[]]"), 9, "a matrix is a list of rows"),
    (changed("W = [[0.2, -0.3]]", "W = [[0.2], [-0.3]]"), 12, "is it transposed"),
    (changed("b = [0.05]", "b = [0.05, 1]"), 13, "b2 has 2 numbers for 1 neuron"),
    (changed("b = [0.05]", "b = 0.05"), 13, "a list of numbers is needed, not '0.05'"),
    (changed("b = [0.05]", "bias = [0.05]"), 13, "bias: is not known here"),
    (changed("[[network.layer]]\nW = [[0.2", "[network.layer]\nW = [[0.2"), 11, "not TOML"),
    (changed("learning_rate", "learning_rat"), 4, "did you mean 'learning_rate'"),
    (changed("y = [1]", 'y = [1]\nsigns = "both"'), 8, "write one of 'output-target', 'target-output'"),
    ("digits = 0\n" + GOOD, 1, "digits: write a whole number from 1 to 17, not 0"),
    (changed("y = [1]", 'y = [1]\ndigits = "3"'), 8, "digits: write a whole number from 1 to 17, not '3'"),
    (changed("y = [1]", 'y = [1]\nreduction = "median"'), 8, "write one of 'sum', 'mean'"),
    (changed("z1 =", "z3 ="), 15, "nothing on this sheet is called 'z3'; there are z1, a1"),
    (changed('["0.09", 0.210]', '["0.09"]'), 15, "z1 has 2 numbers, got 1"),
    (changed('["0.09", 0.210]', '"0.09"'), 15, "write them as a list"),
    (changed('["0.09", 0.210]', '[["0.09"], 0.210]'), 15, "a claim is one decimal"),
    (changed('["0.09", 0.210]', '["1,234", 0.210]'), 15, 'write the decimal point as a point, "1.234", or no comma'),
    (changed('["0.09", 0.210]', "[“0.09”, 0.210]"), 15, 'quotes are straight: "0.5"'),
    (changed('["0.09", 0.210]', "[0,9, 0,210]"), 15, 'got 4; quote decimals with a comma: "0,52"'),
    (changed('["0.09", 0.210]', "[0]"), 15, r'got 1; "\?" leaves one out'),
    (changed('["0.09", 0.210]', "[0,09, 0,210]"), 15, "or a decimal comma in quotes"),
    (changed("learning_rate = 0.1", "learning_rate = 0,1"), 4, "write decimals with a point, 0.5, or"),
    (
        GOOD + "!",
        18,
        r'not TOML: Invalid statement at column 1; a line gives a name its value: z1 = \["0.12", "0.34"\]',
    ),
    (changed('["0.09", 0.210]', '["about 1", 0.210]'), 15, "'about 1' is not a decimal"),
    (changed('["0.09", 0.210]', "[nan, 0.210]"), 15, "'nan' is not a decimal"),
    (changed('["0.09", 0.210]', "[1e999, 0.210]"), 15, "beyond the numbers"),
    (changed('["0.09", 0.210]', '["' + "9" * 400 + '", 1]'), 15, "longer than any number"),
    (changed('["0.09", 0.210]', "[{a = 1}, 1]"), 15, "not a table"),
    (changed("a2 = ", 'z1 = ["1", "2"]\na2 = '), 16, "not TOML: Cannot overwrite a value"),
    (changed("a2 = ", '"z₁" = ["1", "2"]\na2 = '), 16, "z1\\[0\\] is claimed twice"),
    (changed('"dC/da2"', "dC/da2"), 17, 'written in quotes: "dC/da2"'),
    (GOOD.replace("0.5, 0.2]", "0.5, " + "9" * 5000 + "]"), 1, "not a number that can be held"),
    ("a = " + "[" * 100_000, 1, "nested too deep"),
    ("a = " + "{a=" * 50_000, 1, "nested too deep"),
    ("\n" + ".".join("a" * 200_000) + " = 1", 2, "so many parts is nested too deep"),
    (changed("x = [0.5, 0.2]", f"x = {'[' * 300}1{']' * 300}"), 6, "a number is one decimal"),
    (changed("[[0.2, -0.3]]", str([[1] * 60_000])), 1, "60004 weights are more than any page holds"),
    ("x" * 10_000_000, 0, f"not more than {LARGEST_FILE:,} bytes"),
    (bytes(range(256)) * 4, 2, "not UTF-8 text"),
    (b"\x00" * 1000, 1, "not TOML"),
    (GOOD.replace("0.3, -0.2", "0.3, -1e300").replace("0.5, 0.2", "1e300, 1e300"), 15, "works out to"),
    ("[network]\n" * 2, 2, "not TOML: Cannot declare"),
    (GOOD + '"\\u001b[31mred" = 1\n', 18, "nothing on this sheet is called"),
]


@pytest.mark.parametrize(("text", "line", "message"), BAD, ids=range(len(BAD)))
def test_a_file_that_cannot_be_used_gives_one_helpful_line(
    tmp_path: Path, text: str | bytes, line: int, message: str
) -> None:
    path = written(tmp_path, text)
    with pytest.raises(WorksheetError, match=message) as caught:
        mark_file(path)
    said = str(caught.value)
    assert said.isprintable()
    assert len(said) < 500
    assert re.match(re.escape(f"{path}:{line}: ") if line else re.escape(f"{path}: "), said)


def test_a_missing_file_and_a_folder_are_said_to_be_so(tmp_path: Path) -> None:
    with pytest.raises(WorksheetError, match="cannot be read: No such file"):
        mark_file(tmp_path / "nowhere.toml")
    with pytest.raises(WorksheetError, match="cannot be read"):
        mark_file(tmp_path)


def test_a_batch_too_large_for_a_page_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worksheet_network, "LARGEST_SHEET", 17)
    page = changed("[0.5, 0.2]", "[[0.5, 0.2], [1, 1]]").replace("y = [1]", "y = [1, 0]")
    with pytest.raises(WorksheetError, match=":6: x: 2 samples of 9 weights are no page"):
        mark_file(written(tmp_path, page))


def test_decimal_commas_throughout_a_page_separate_no_thousands(tmp_path: Path) -> None:
    page = GOOD.replace('["0.09", 0.210]', '["0,09", "1,210"]').replace('"-1.0"', '"-1,0"')
    marking = mark_file(written(tmp_path, page))
    assert [(row.claimed, row.verdict) for row in marking][:2] == [("0.09", "right"), ("1.210", "slip")]
    with pytest.raises(WorksheetError, match="'1,210' is not a decimal"):
        mark_file(written(tmp_path, page.replace('"0,09"', '"0.09"')))
