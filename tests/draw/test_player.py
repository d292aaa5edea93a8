"""The player's page as text: what it holds, what it may run, how it is saved. What it does is tested in a browser."""

from __future__ import annotations

import base64
import hashlib
import html
import json
import math
import re
from pathlib import Path
from typing import Any, cast

import pytest

from tinygrad_notes import Value, functions
from tinygrad_notes.draw.player import play
from tinygrad_notes.draw.player.document import formulas
from tinygrad_notes.nn import MLP
from tinygrad_notes.number_systems import javascript
from tinygrad_notes.operations import TABLE, define, operation, undefine
from tinygrad_notes.worked import work_through


def small() -> Value:
    return (Value(0.5, "x") * Value(-2.0, "w")).tanh()


def data_of(page: str) -> Any:
    found = re.search(r'<script type="application/json" id="document">(.*?)</script>', page, re.DOTALL)
    assert found
    return json.loads(found[1])


def test_the_policy_names_the_hashes_of_the_pages_own_scripts_and_style_and_nothing_else() -> None:
    page = play(small()).html
    policy = html.unescape(page.split('Policy" content="')[1].split('"')[0])
    allowed = {name: values for name, *values in map(str.split, policy.split(";"))}
    for kind in ("script", "style"):
        contents = [part.split(f"</{kind}>")[0] for part in page.split(f"<{kind}>")[1:]]
        digests = [base64.b64encode(hashlib.sha256(content.encode()).digest()).decode() for content in contents]
        assert allowed[f"{kind}-src"] == [f"'sha256-{digest}'" for digest in digests]
    assert allowed["default-src"] == ["'none'"]


def test_the_page_refers_to_nothing_outside() -> None:
    page = play(small()).html
    assert re.findall(r"(?:src|href)=\"([^\"]*)\"", page) == ["data:,"]
    assert not re.search(r"https?://|\bimport\b.*from|@import|url\(", page)
    assert "style=" not in page  # which the policy would refuse


def test_the_same_graph_gives_the_same_bytes() -> None:
    assert play(small()).html == play(small()).html


def test_the_page_holds_the_rules_in_use_and_no_others() -> None:
    page = play(small()).html
    assert sorted(re.findall(r'^  "(\w+/\d+)": \{', page, re.MULTILINE)) == ["multiply/2", "tanh/1"]
    assert f'"tanh/1": {javascript.written_rule(operation("tanh"), 1)}'.replace("\n", "\n  ") in page


def test_a_row_of_ones_own_plays_too() -> None:
    row = define("softsign", 1, "softsign({0})", lambda m: (
        lambda a: m.divide(a, 1 + m.abs(a)),
        lambda a, out: (1 / ((1 + m.abs(a)) * (1 + m.abs(a))),)))  # fmt: skip
    try:
        assert '"softsign/1"' in play(getattr(functions, row.name)(Value(1.0, "x"))).html
    finally:
        undefine("softsign")


def test_numbers_that_json_lacks_arrive_by_name() -> None:
    root = functions.sum([Value(math.inf), Value(-math.inf), Value(math.nan), Value(0.1)])
    assert [node["data"] for node in data_of(play(root).html)["nodes"]] == ["Infinity", "-Infinity", "NaN", 0.1, "NaN"]


def test_labels_end_no_element() -> None:
    label = "</script></svg></style><script>alert(1)</script>"
    page = play(Value(1.0, label) * 2, title=label).html
    assert page.count("<script>") == 2
    assert page.count("</script>") == 3
    assert data_of(page)["nodes"][0]["name"] == label


def test_nodes_without_a_label_are_v1_v2_as_in_textbooks_unless_those_are_taken() -> None:
    root = (Value(2.0) * Value(3.0, "v2") + 4).exp()
    assert [node["name"] for node in data_of(play(root).html)["nodes"]] == ["v1", "v2", "v3", "4", "v4", "v5"]


def test_a_sheet_plays_its_loss() -> None:
    sheet = work_through(MLP(2, [1], seed=1), [1.0, 2.0], [0.5])
    player = play(sheet)
    assert player.title == "The chain rule, step by step: C"
    assert data_of(player.html)["nodes"][-1]["name"] == "C"


def test_every_row_of_the_table_has_a_written_value_and_where_short_enough_derivatives() -> None:
    for row in TABLE.values():
        if row.arity == 0:
            continue
        arity = row.arity or (5 if row.name == "weighted_sum" else 4)
        written = formulas(row, arity)
        used = {token for token in written["value"] if isinstance(token, int)}
        assert used == set(range(arity)), row.name
        assert len(written["derivatives"]) == arity


DERIVATIVES = [
    ("multiply", [[1], [0]]),
    ("pow", [[1, " · ", 0, "^(", 1, " - 1)"], [-1, " · ln(", 0, ")"]]),
    ("sigmoid", [[-1, " · (1 - ", -1, ")"]]),
    ("divide", [["1 / ", 1], ["-", 0, " / ", 1, "^2"]]),
    ("maximum", [None, None]),
    ("exp", [[-1]]),
]


@pytest.mark.parametrize(("name", "expected"), DERIVATIVES)
def test_derivatives_are_written_as_on_paper(name: str, expected: list[Any]) -> None:
    row = operation(name)
    assert formulas(row, row.arity or 0)["derivatives"] == expected


def test_saves_whole_and_never_over_another_file(tmp_path: Path) -> None:
    player = play(small())
    path = player.save(tmp_path / "player.html")
    assert path.read_text(encoding="utf-8") == player.html
    player.save(path)  # the same once more
    with pytest.raises(FileExistsError, match="overwrite=True"):
        play(small(), title="another").save(path)
    with pytest.raises(ValueError, match=r"end its name in \.html, not 'player\.svg'"):
        player.save(tmp_path / "player.svg")


def test_shows_itself_in_notebooks_in_a_frame_with_a_picture_for_those_who_refuse_frames() -> None:
    shown = play(small())._repr_html_()
    assert shown.startswith("<iframe ")
    assert 'sandbox="allow-scripts"' in shown
    assert html.unescape(shown.split('srcdoc="')[1].split('">')[0]) == play(small()).html
    picture = base64.b64decode(shown.split("base64,")[1].split('"')[0]).decode()
    assert picture.startswith("<svg")


def test_what_cannot_be_played_is_refused_with_a_remedy() -> None:
    with pytest.raises(TypeError, match="a Value or of a worked sheet, got float"):
        play(cast(Any, 1.0))
    with pytest.raises(TypeError, match=r"a label is a text, got 5 for a Value with data 2.0: write label='5'"):
        play(Value(2.0, cast(str, 5)))
    with pytest.raises(ValueError, match="a whole number above 0, not -1"):
        play(Value(2.0) * 3, digits=-1)
    chain = Value(0.0)
    for _ in range(5_000):
        chain = chain + chain
    with pytest.raises(ValueError, match=r"up to 5,000 nodes, and this graph has 5,001: play a smaller part"):
        play(chain)
