"""`explain`: formulas forward, and gradients as sums over paths."""

from __future__ import annotations

import math
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinygrad_notes import MLP, Value, functions
from tinygrad_notes.worked.explain import explain

STRANGE_LABELS = [
    "<script>alert(1)</script>", '"]; evil', "[bold red]x[/]", "a|b", "`code`", "$x$", "\\N", "&amp;", "\x1b[31mred",
    "line\nbreak", "\u202eright to left", "🙂", ":smile:",
]  # fmt: skip


def step_named(explanation, name):
    return next(step for step in explanation.steps if step.name == name)


def test_a_gradient_is_the_sum_over_its_paths():
    x = Value(3.0, "x")
    y = x * x + 2 * x
    explanation = explain(y)
    step = step_named(explanation, "x")
    assert [path.product for path in step.paths] == [3.0, 3.0, 2.0]
    assert step.gradient == 8.0


def test_a_graph_is_left_as_it_was():
    x = Value(3.0, "x")
    y = x * x
    explain(y).report()
    assert (x.grad, y.grad) == (0.0, 0.0)


@given(st.lists(st.floats(-2, 2), min_size=2, max_size=3), st.integers(0, 5))
def test_paths_add_up_to_the_engines_gradient(x, seed):
    y = MLP(len(x), [2, 2, 1], activation="tanh", seed=seed)(x)
    explanation = explain(y)
    y.backward()
    for step in explanation.steps:
        scale = sum(abs(path.product) for path in step.paths)
        assert math.fsum(path.product for path in step.paths) == pytest.approx(
            step.value.grad, rel=0, abs=1e-14 * (1 + scale)
        )


def test_formulas_come_in_letters_and_in_numbers():
    x, w = Value(0.5, "x"), Value(-2.0, "w")
    written = str(explain((w * x).tanh()))
    for expected in ["w · x", "(-2) · 0.5", "tanh(v1)", "1 - v2^2", "∂v2/∂v1 · ∂v1/∂w"]:
        assert expected in written


def test_names_are_told_apart():
    twins = Value(1.0, "x"), Value(2.0, "x")
    unnamed = Value(3.0)
    taken = Value(4.0, "v1")
    names = [step.name for step in explain(twins[0] * twins[1] * unnamed * taken).steps]
    assert len(set(names)) == len(names)
    assert {"x", "x#2", "v1", "v2"} < set(names)


def test_too_many_paths_are_counted_and_gathered_instead():
    x = Value(1.0, "x")
    y = x
    for _ in range(40):
        y = y + y
    explanation = explain(y)
    step = step_named(explanation, "x")
    assert (step.path_count, step.paths, step.gradient) == (2**40, None, 2.0**40)
    assert "1,099,511,627,776 paths, too many to list" in " ".join(str(explanation).split())


def test_too_large_a_graph_says_what_to_do():
    y = Value(1.0)
    for _ in range(600):
        y = y.sin()
    with pytest.raises(ValueError, match=r"601 nodes.* at most 500: explain a part of it, or pass nodes=601"):
        explain(y)
    assert len(explain(y, nodes=601).steps) == 601


def test_only_a_value_can_be_explained():
    with pytest.raises(TypeError, match="takes a Value, got list; of a network's outputs pick one"):
        explain([Value(1.0)])


class Text(HTMLParser):
    def __init__(self):
        super().__init__()
        self.tags, self.text = set(), ""

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)

    def handle_data(self, data):
        self.text += data


@pytest.mark.parametrize("label", STRANGE_LABELS)
def test_labels_are_text_in_every_form(label):
    explanation = explain(Value(2.0, label) * 3)
    shown = explanation.report().plain(width=200)
    visible = label.replace("\n", " ").replace("\x1b", "\\x1b").replace("\u202e", "\\u202e")
    assert visible in shown
    assert "\x1b" not in shown
    page = Text()
    page.feed(explanation._repr_html_())
    assert visible in page.text
    assert page.tags <= {"style", "div", "h3", "p", "table", "thead", "tbody", "tr", "th", "td", "code", "br"}
    markdown = explanation.report().markdown()
    rows = [line for line in markdown.splitlines() if line.startswith("| `")]
    cells = {line.replace("\\|", "").count("|") for line in rows}
    assert cells == {4}  # no label opens another column
    assert "\x1b" not in explanation.report().latex()


def test_digits_are_chosen_when_the_report_is_made():
    x = Value(1 / 3, "x")
    assert "0.33 · 0.33" in explain(x * x).report(digits=2).plain()
    assert "0.33333333 · 0.33333333" in explain(x * x).report(digits=8).plain()


SLOPES = [
    (lambda v: 5 * v, "5"),
    (lambda v: v**2, "2 · v"),
    (lambda v: v**3, "3 · v^2"),
    (lambda v: 2**v, "v1 · ln(2)"),
    (lambda v: v ** Value(1.5, "p"), "p · v^(p - 1)"),
    (lambda v: v.log(), "1 / v"),
    (lambda v: 1 / v, "-1 / v^2"),
    (lambda v: v.sqrt(), "1 / (2 · v1)"),
    (lambda v: functions.elu(-v), "v2 + 1"),
]


@pytest.mark.parametrize(("f", "slope"), SLOPES)
def test_a_slope_is_written_as_in_a_textbook(f, slope):
    written = str(explain(f(Value(3.0, "v"))))
    assert f" {slope} " in written
    assert "where(" not in written and "|" not in written


def test_at_an_edge_a_slope_is_written_by_the_rule_that_holds_there():
    (slope,) = [line for line in str(explain(Value(-1.0, "v").relu())).splitlines() if "[v > 0]" in line]
    assert "[v > 0]" in slope
    written = str(explain(functions.hypot(Value(0.0, "v"), Value(0.0, "w"))))
    assert "v / v1" not in written  # 0 / 0
