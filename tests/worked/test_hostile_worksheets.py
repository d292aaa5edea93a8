"""Worksheets of the largest size and of every shape that a stranger may send: each is done within seconds."""

import time
from pathlib import Path

import pytest

from tinygrad_notes.worked.toml_places import line_of
from tinygrad_notes.worked.worksheet_file import LARGEST_FILE, WorksheetError, mark_file

PAGE = """\
[network]
activation = "sigmoid"
loss = "squared_error"
learning_rate = 0.1
convention = "W@x"
x = [0.5, 0.2]
y = [1]
[[network.layer]]
W = [[0.1, 0.2]]
[claims]
z1 = ["0.09"]
"""


def filled(start: str, unit: str, end: str = "") -> str:
    return start + unit * ((LARGEST_FILE - len(f"{start}{end}".encode())) // len(unit.encode())) + end


SHAPES = {
    "a comment of letters": filled(PAGE + "# ", "a"),
    "a key of letters": filled(PAGE, "a", " = 1\n"),
    "a word and nothing else": filled("", "a"),
    "words": filled("", "a "),
    "blanks in a header": filled("[", " ", "x"),
    "signs without an equals sign": filled("", "~"),
    "signs before an equals sign": filled("", "~", " = 1"),
    "a key of many parts": filled("", "a.", "a = 1"),
    "a key of many quoted parts": filled("", '"~".', "a = 1"),
    "a key of long quoted parts": filled("", f'"{"~" * 250}".', "a = 1"),
    "parts with blanks between": filled("", "a  . ", "a = 1"),
    "many parts in an inline table": filled("a = {", "b.", "b = 1}"),
    "lists within lists": filled("a = ", "["),
    "tables within tables": filled("a = ", "{a="),
    "an open string of escapes": filled('a = "', '\\"'),
    "a string of escapes": filled('a = "', '\\"', '"\n') + PAGE,
    "quotes": filled("", '"'),
    "commas and quotes": filled("a = [", ",'"),
    "an open text of several lines": filled('a = """', '"" '),
    "an integer without end": filled("a = ", "9"),
    "decimals without end": filled("a = 0.", "9"),
    "many keys": "".join(f"k{i} = 1\n" for i in range(LARGEST_FILE // 12)),
    "many headers": "".join(f"[k{i}]\n" for i in range(LARGEST_FILE // 10)),
    "many layers": filled(PAGE.replace("[claims]", ""), "[[network.layer]]\n"),
    "deep headers": "".join(f"[{'a.' * 38}k{i}]\n" for i in range(LARGEST_FILE // 90)),
    "empty lines before an error": filled("", "\n", "a"),
    "inputs": PAGE.replace("[0.5, 0.2]", f"[{'1, ' * 300_000}1]"),
    "samples": PAGE.replace("[0.5, 0.2]", f"[{'[1, 2], ' * 120_000}[1, 2]]"),
    "weights": PAGE.replace("[[0.1, 0.2]]", f"[{'[1, 2], ' * 24_000}[1, 2]]"),
    "layers of one neuron": PAGE.replace("[claims]", "[[network.layer]]\nW = [[1]]\n" * 35_000 + "[claims]"),
    "a softmax of many outputs": PAGE.replace("sigmoid", "softmax")
    .replace("[[0.1, 0.2]]", f"[{'[1, 2], ' * 2_999}[1, 2]]")
    .replace("[1]\n", f"[1{', 0' * 2_999}]\n"),
    "claims of names that are not there": PAGE + "".join(f'c{i} = "1"\n' for i in range(60_000)),
    "a claim with a long list": PAGE.replace('["0.09"]', f"[{'1, ' * 300_000}1]"),
    "a claim of minus signs": PAGE.replace('"0.09"', f'"{"-" * 900_000}"'),
    "a claim of blanks": PAGE.replace('"0.09"', f'"0{" " * 900_000}1"'),
    "a claim of digits": PAGE.replace('"0.09"', f'"{"1" * 900_000}×10^3"'),
    "a name of primes": PAGE + '"' + "σ'" * 200_000 + '" = 1\n',
    "a name of brackets": PAGE + '"' + "z1[" * 200_000 + '" = 1\n',
}


@pytest.mark.slow
@pytest.mark.parametrize("shape", SHAPES)
def test_a_file_of_the_largest_size_ends_soon(tmp_path: Path, shape: str) -> None:
    path = tmp_path / "page.toml"
    path.write_text(SHAPES[shape], encoding="utf-8")
    started = time.process_time()
    try:
        assert len(mark_file(path)) > 0
    except WorksheetError as error:
        assert str(error).isprintable() and len(str(error)) < 1000
    assert time.process_time() - started < 10.0


@pytest.mark.parametrize("shape", SHAPES)
def test_a_file_a_fiftieth_of_the_size_ends_at_once(tmp_path: Path, shape: str) -> None:
    text = SHAPES[shape]
    path = tmp_path / "page.toml"
    path.write_text(text[:10_000] + text[-10_000:], encoding="utf-8")
    started = time.process_time()
    try:
        mark_file(path)
    except WorksheetError as error:
        assert str(error).isprintable()
    assert time.process_time() - started < 2.0


def test_a_page_of_very_many_claims_is_refused_in_a_line(tmp_path: Path) -> None:
    path = tmp_path / "page.toml"
    path.write_text(PAGE.replace('["0.09"]', f"[{'[1, 1], ' * 15_000}1]"), encoding="utf-8")
    with pytest.raises(WorksheetError, match=r":10: .* at most 30,000 numbers to mark, got 30,001"):
        mark_file(path)


PLACES = '''network.loss = "x"
[network]
a.b = 3 # [c]
x = [0.5,
  0.2]
"\\u03b41" = """a
b = 3"""
layer = [{W = [[1,2],
   [3,4]], b = [1]},
   {W = 3}]
[[network.layer2]]
W = 1
[[network.layer2]]
W = 2
b = []
[claims]
z1 = ["1",
 "2"]
e = {}
f = {a = {}, b = 2}
'''


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (["network", "loss"], 1),
        (["network", "a", "b"], 3),
        (["network", "x", 1], 5),
        (["network", "δ1"], 6),
        (["network", "layer", 0, "W", 1, 0], 9),
        (["network", "layer", 0, "b"], 9),
        (["network", "layer", 1, "W"], 10),
        (["network", "layer2", 0, "W"], 12),
        (["network", "layer2", 1, "b"], 15),
        (["claims", "z1", 1], 18),
        (["claims", "f", "b"], 20),
        (["claims", "nowhere"], 16),
        (["nowhere"], 1),
    ],
)
def test_keys_and_entries_are_found_on_their_lines(path: list[str | int], line: int) -> None:
    assert line_of(PLACES, path) == line
