"""The notes A, C, D and E against arithmetic written out by hand and against NumPy."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tinygrad_notes.nn import MLP
from tinygrad_notes.notes import delta_rule, jacobians, training_loop, xor

numbers = st.floats(-3, 3)


def matrix(rows, columns):
    return st.lists(st.lists(numbers, min_size=columns, max_size=columns), min_size=rows, max_size=rows)


# Note A


@settings(max_examples=50)
@given(matrix(2, 2), matrix(2, 2), matrix(2, 2), matrix(2, 2), st.sampled_from(["W@x", "x@W"]))
def test_the_delta_rule_holds_on_any_numbers_in_both_conventions(W1, W2, biases, data, convention):
    network = MLP.from_weights([W1, W2], biases, activation="sigmoid", convention=convention)
    for identities in delta_rule.delta_rule(network, *data).values():
        for identity in identities:
            assert identity.difference <= 1e-15 * (1 + abs(identity.engine))


def test_both_conventions_give_the_same_numbers_under_other_names():
    rows, columns = (delta_rule.delta_rule(delta_rule.example(c), [1.0, 0.5], [1.0, 0.0]) for c in ("x@W", "W@x"))
    for stage in rows:
        assert [i.by_rule.data for i in rows[stage]] == [i.by_rule.data for i in columns[stage]]
    names = [[i.by_rule.label for i in stages["gradient"]] for stages in (rows, columns)]
    assert names == [["∂L/∂w11", "∂L/∂w12", "∂L/∂w21", "∂L/∂w22"], ["∂L/∂w11", "∂L/∂w21", "∂L/∂w12", "∂L/∂w22"]]


def test_the_delta_rule_is_the_notes_arithmetic():
    """Written out for the example's first hidden neuron, by rows: a W."""
    s = lambda z: 1 / (1 + math.exp(-z))
    h1, h2 = s(0.5 + 0.2 * 0.5 + 0.1), s(-0.3 + 0.8 * 0.5 - 0.2)
    o1, o2 = s(0.4 * h1 - 0.6 * h2 + 0.05), s(0.9 * h1 + 0.1 * h2 + 0.3)
    delta_o1, delta_o2 = (o1 - 1) * o1 * (1 - o1), o2 * o2 * (1 - o2)
    delta_h1 = (delta_o1 * 0.4 + delta_o2 * 0.9) * h1 * (1 - h1)
    stages = delta_rule.delta_rule(delta_rule.example(), [1.0, 0.5], [1.0, 0.0])
    assert stages["slope"][0].by_rule.data == pytest.approx(delta_h1, rel=1e-14)
    assert stages["gradient"][1].engine == pytest.approx(h1 * delta_o2, rel=1e-14)
    assert stages["update"][1].engine == pytest.approx(0.9 - 0.5 * h1 * delta_o2, rel=1e-14)


@pytest.mark.parametrize(
    ("network", "y", "message"),
    [
        (MLP(2, [2, 2], activation="tanh"), [1, 0], "about two sigmoid layers"),
        (MLP(2, [2], activation="sigmoid"), [1, 0], "about two sigmoid layers"),
        (MLP(2, [2, 2], activation="sigmoid"), [1], r"2 outputs, got 1 target$"),
    ],
)
def test_the_delta_rule_says_what_it_is_not_about(network, y, message):
    with pytest.raises(ValueError, match=message):
        delta_rule.delta_rule(network, [1.0, 0.5], y)


# Note C


def xor_by_hand(epochs):
    """The page's own NumPy code: outputs of the last epoch, and the weights after it."""
    draw = np.random.RandomState(42)
    X, y = np.array(xor.SAMPLES), np.array(xor.TARGETS).reshape(4, 1)
    W_ih, W_ho = draw.uniform(-1, 1, (2, 2)), draw.uniform(-1, 1, (2, 1))
    p = y
    for _ in range(epochs):
        h = 1 / (1 + np.exp(-X @ W_ih))
        p = 1 / (1 + np.exp(-h @ W_ho))
        output_term = (y - p) * p * (1 - p)
        hidden_term = (output_term @ W_ho.T) * h * (1 - h)
        W_ho = W_ho + h.T @ output_term * 0.5
        W_ih = W_ih + X.T @ hidden_term * 0.5
    return p.ravel(), W_ih, W_ho


def assert_equals_numpy(epochs):
    outputs, W_ih, W_ho = xor_by_hand(epochs)
    training = xor.train(epochs)
    hidden, output = training.network.layers
    np.testing.assert_allclose(training.outputs, outputs, rtol=0, atol=1e-12)
    np.testing.assert_allclose([[w.data for w in n.w] for n in hidden.neurons], W_ih.T, rtol=0, atol=1e-12)
    np.testing.assert_allclose([w.data for w in output.neurons[0].w], W_ho.ravel(), rtol=0, atol=1e-12)
    return training


@pytest.mark.parametrize("epochs", [1, 2, 100])
def test_xor_goes_step_for_step_as_in_numpy(epochs):
    assert_equals_numpy(epochs)


@pytest.mark.slow
def test_xor_reaches_the_notes_outputs_after_ten_thousand_epochs():
    training = assert_equals_numpy(xor.EPOCHS)
    assert [round(p, 8) for p in training.outputs] == [0.05682296, 0.89473031, 0.89473060, 0.13974878]


def test_xor_leaves_numpys_global_generator_alone():
    before = np.random.get_state()[1].tolist()
    xor.train(1)
    assert np.random.get_state()[1].tolist() == before


def test_the_slope_is_in_terms_of_the_output():
    for _, engine, of_output, _ in xor.slope_rows([-3.0, 0.0, 0.7]):
        assert engine == pytest.approx(of_output, rel=1e-15)


def test_quotients_walk_toward_the_slope_and_away_again():
    rows = xor.report(epochs=1).blocks[-1].rows
    errors = [float(row[2].lines[0]) for row in rows]
    nearest = errors.index(min(errors))
    assert 0 < nearest < len(errors) - 1
    assert errors[0] > 1e3 * errors[nearest]
    assert errors[-1] > 1e3 * errors[nearest]


# Note D


def test_the_loop_is_gradient_descent():
    w, b = -0.4, 0.1
    for sheet in training_loop.loop(4):
        a = 1 / (1 + math.exp(-(w * 1.5 + b)))
        delta = 2 * (a - 1) * a * (1 - a)
        assert sheet["C"].data == pytest.approx((a - 1) ** 2, rel=1e-14)
        w, b = w - 0.5 * delta * 1.5, b - 0.5 * delta
        assert sheet["W1_new[0,0]"].data == pytest.approx(w, rel=1e-14)
        assert sheet["b1_new[0]"].data == pytest.approx(b, rel=1e-14)


def test_each_word_of_the_glossary_points_at_a_number():
    sheet = training_loop.loop(1)[0]
    assert {label for _, _, labels in training_loop.GLOSSARY for label in labels} == set(sheet.values)


# Note E


@pytest.mark.parametrize("examples", [1, 2, 13])
@pytest.mark.parametrize("name", jacobians.NAMES)
def test_all_six_jacobians_agree_three_ways(examples, name):
    of = jacobians.problem(examples=examples, seed=examples)
    ways = {way: find(of) for way, find in jacobians.WAYS.items()}
    assert {found[name].shape for found in ways.values()} == {of.parameters[name].shape}
    assert jacobians.largest_difference(ways, name) < 4e-15  # a few dozen roundings


@pytest.mark.parametrize("name", jacobians.NAMES)
def test_the_jacobians_are_the_slopes_of_the_cost(name):
    of = jacobians.problem(examples=3)
    found = jacobians.by_engine(of)[name]
    for place in np.ndindex(found.shape):
        ends = []
        for step in (1e-6, -1e-6):
            moved = of.parameters | {name: of.parameters[name].copy()}
            moved[name][place] += step
            ends.append(jacobians.cost(moved, of.x, of.y))
        assert found[place] == pytest.approx((ends[0] - ends[1]) / 2e-6, rel=1e-6, abs=1e-9)


def test_a_difference_would_be_seen():
    of = jacobians.problem()
    ways = {name: way(of) for name, way in jacobians.WAYS.items()}
    ways["engine"]["W2"][3, 1] += 1e-9
    assert jacobians.largest_difference(ways, "W2") > 1e-9


def test_an_empty_problem_is_refused():
    with pytest.raises(ValueError, match="at least one example, got 0"):
        jacobians.problem(examples=0)


@pytest.mark.parametrize("note", [delta_rule, training_loop, jacobians, xor])
def test_every_note_has_a_page(note):
    page = note.report(epochs=20) if note is xor else note.report()
    shown = page.plain(width=80)
    assert max(map(len, shown.splitlines())) <= 80
    assert "nan" not in shown
