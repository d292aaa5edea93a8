"""Each usual mistake of a newcomer, and the one message it gives: what happened, where, what to write instead.

The reference shows this very table, so its words are for readers too.
"""

import math
import re
import warnings
from dataclasses import dataclass

import numpy as np
import pytest

import tinygrad_notes


@dataclass(frozen=True)
class Mistake:
    """What somebody writes, the first line of what they see, and a word more where that has no room for it."""

    title: str
    code: str
    shown: str
    more: str = ""


NO_FLOAT = (
    "TypeError: a Value does not turn into a float by itself, because its gradient would be lost: use v.exp() or "
    "functions.exp(v) in place of math.exp(v), np.zeros_like(x) or dtype=object for an array to be filled with Values, or "
    "v.data where the bare number is meant"
)

MISTAKES = {
    "Training": [
        Mistake(
            "Forgetting zero_grad()",
            "optimizer = SGD(0.1)\n"
            "for x, y in [([1.0, 2.0], 1.0), ([2.0, 1.0], 0.0)]:\n"
            "    (network(x) - y).square().backward()\n"
            "    optimizer.step(network.parameters())",
            "UserWarning: backward() adds to gradients that optimizer.step() has used already, so each step would repeat "
            "all steps before it: call network.zero_grad() before backward()",
            "A loop that moves `p.data` by hand, as micrograd's does, cannot be watched this way: start each of its steps "
            "with `network.zero_grad()`.",
        ),
        Mistake(
            "A loss that explodes, in fit",
            "fit(network, 100 * X, y, optimizer=SGD(1000.0), progress=False)",
            "DivergenceError: the loss became inf in epoch 47, step 47 (learning rate 1000): try a lower learning rate, "
            "clip_norm=1.0 in fit, or inputs scaled to about -1 … 1",
            "Further lines name the first operation of the first sample that went wrong, its numbers, the line that made it "
            "and the usual cause.",
        ),
        Mistake(
            "A loss that explodes, in a loop of one's own",
            "w, optimizer = Value(1.0, label='w'), SGD(1e200)\n"
            "while True:\n"
            "    w.grad = 0.0\n"
            "    w.square().backward()\n"
            "    optimizer.step([w])",
            "DivergenceError: the gradient of w is inf in step 2 (learning rate 1e+200): try a lower learning rate, "
            "clip_norm=1.0 in fit, or inputs scaled to about -1 … 1; tinygrad_notes.detect_anomaly() says where it began",
        ),
        Mistake(
            "Updating a parameter without .data",
            "w = Value(1.0)\nw.square().backward()\nw.data = w - 0.1 * w.grad",
            "TypeError: a Value's data must be a number, got another Value: use it as it is, or its number, its .data",
        ),
        Mistake(
            "Setting gradients to None, as PyTorch does",
            "w = Value(1.0, label='w')\nw.grad = None",
            "TypeError: the grad of the Value 'w' must be a number, got None: write v.grad = 0.0 to start afresh",
        ),
        Mistake(
            "Giving the parameters to the optimizer when it is made",
            "SGD(network.parameters())",
            "TypeError: an optimizer is made with a learning rate, got list: the parameters go to each step, "
            "optimizer.step(network.parameters())",
        ),
        Mistake(
            "Stepping the network instead of its parameters",
            "SGD(0.1).step(network)",
            "TypeError: step takes a list of Values, got MLP: write its .parameters()",
        ),
        Mistake(
            "Giving fit its arguments in another order",
            "fit(X, y, network)",
            "TypeError: fit takes the network first, fit(network, X, y), got ndarray in its place",
        ),
        Mistake(
            "Class numbers as targets",
            "cross_entropy(pair([1.0, 2.0]), [1])",
            "ValueError: a loss compares each output with a target, got 2 outputs and 1 target: a class is written bare, 1, "
            "or one-hot, [0, 1] for class 1 of 2",
        ),
        Mistake(
            "A loss without its targets",
            "squared_error(network([1.0, 2.0]), None)",
            "TypeError: a loss compares outputs with targets, got None for the targets: loss(network(x), y)",
        ),
    ],
    "backward() on what is no result": [
        Mistake(
            "On a list of outputs",
            "pair([1.0, 2.0]).backward()",
            "AttributeError: 2 neurons give a list of 2 Values, and a list has no 'backward': take one of them "
            "(outputs[0].backward), or first make one number of all, such as a loss",
        ),
        Mistake(
            "On an array",
            "array([1.0, 2.0]).backward()",
            "AttributeError: an array of Values has no attribute 'backward': make one number of it first, as by x.sum()",
        ),
        Mistake(
            "On a float",
            "functions.exp(1.0).backward()",
            "AttributeError: 'float' object has no attribute 'backward'",
            "The message is Python's own. A function of plain numbers gives a plain number: start from `Value(1.0)`.",
        ),
        Mistake(
            "On what was computed inside no_grad()",
            "with no_grad():\n    loss = network([1.0, 2.0]) ** 2\nloss.backward()",
            "ValueError: backward() was called on a constant, which no gradient flows through: it was detached, or computed "
            "inside no_grad(); compute it again outside",
        ),
        Mistake(
            "grad of a Value instead of a function",
            "grad(Value(2.0))",
            "TypeError: grad takes a function, got Value: for a graph of Values write y.backward(), or gradients(y, xs)",
        ),
        Mistake(
            "grad of a function with several results",
            "grad(lambda x: [x, 2 * x])(1.0)",
            "TypeError: grad needs a function that returns one number, got list of 2 numbers: use jacobian(f), or return "
            "their sum",
        ),
    ],
    "Losing the graph": [
        Mistake("math.exp of a Value", "math.exp(Value(1.0))", NO_FLOAT),
        Mistake("A Value in an array of floats", "np.array([Value(1.0)], dtype=float)", NO_FLOAT),
        Mistake("An activation from math", "MLP(2, [1], activation=math.tanh)([1.0, 2.0])", NO_FLOAT),
        Mistake(
            "Rounding a Value",
            "round(Value(1.5))",
            "TypeError: round() of a Value would lose its gradient: write round(v.data, digits) for a number to show, "
            "f'{v:.3f}' for a text, or functions.floor(v + 0.5) for a step with slope 0",
        ),
        Mistake(
            "PyTorch's way to the number",
            "Value(1.0).item()",
            "AttributeError: a Value has no attribute 'item': its number is v.data",
        ),
        Mistake(
            "Recording a function that reads .data",
            "record(lambda x: x.data * 2.0, 1.0)",
            "TypeError: a number read from v.data would stay as it was while recording: compute with v itself, or with "
            "stop_gradient(v), which is replayed; it may be printed and compared",
        ),
    ],
    "Arrays where one number is meant": [
        Mistake(
            "An array as a Value's number",
            "Value(np.ones(3))",
            "TypeError: a Value holds one number, got ndarray of shape (3,): write tinygrad_notes.array(data) for an array "
            "of Values, or Value(data.item()) if there is but one number in it",
        ),
        Mistake(
            "A list as a Value's number",
            "Value([1.0, 2.0])",
            "TypeError: a Value holds one number, got a list of 2: write [Value(number) for number in data]",
        ),
        Mistake(
            "A number as it was read from a file",
            "Value('0.5')",
            "TypeError: a Value's data must be a number, got the string '0.5': write Value(float('0.5'))",
        ),
        Mistake(
            "A Value plus a list",
            "Value(1.0) + [1.0, 2.0]",
            "TypeError: arithmetic with a Value takes one number, got a list of 2: write [v + x for x in xs], or "
            "tinygrad_notes.array(xs) for an array of Values",
        ),
        Mistake(
            "The result of a function that forgot its return",
            "Value(1.0) * None",
            "TypeError: arithmetic with a Value takes a number, got None: did a function forget to return its result?",
        ),
        Mistake(
            "A batch into a network that takes one sample",
            "network(X)",
            "ValueError: this network takes one sample of 2 inputs, got a batch of shape (4, 2): write [network(x) for x in "
            "X], or run a whole batch at once with tinygrad_notes.record or fit",
        ),
        Mistake(
            "One sample into a program that takes a batch",
            "record(lambda x: x[0] * x[1], [1.0, 2.0])([1.0, 2.0])",
            "ValueError: input 0 must have shape (samples, 2), got (2,): this is one sample; a batch of one is "
            "np.asarray(x)[None]",
        ),
    ],
    "Shapes and conventions": [
        Mistake(
            "A bare number into a network",
            "MLP(1, [1])(0.5)",
            "TypeError: this network takes a list or an array of 1 input, got float: write [x]",
        ),
        Mistake(
            "The wrong number of inputs",
            "network([1.0, 2.0, 3.0, 4.0])",
            "ValueError: this network takes 2 inputs, got 4",
        ),
        Mistake(
            "A number where the list of layers belongs",
            "MLP(2, 3)",
            "TypeError: nouts lists the neurons of each layer, got 3: write MLP(2, [3])",
        ),
        Mistake(
            "Weights written in the other convention",
            "MLP.from_weights([[[0.1, 0.2, 0.3], [0.4, 0.5, 0.6]]])([1.0, 2.0])",
            "ValueError: this network takes 3 inputs, got 2; W1 has 2 neurons of 3 inputs each in the convention 'W@x', and "
            "would take 2 inputs with convention='x@W'",
            "A square matrix fits both ways, and no program can tell: a worked sheet says which convention it uses.",
        ),
        Mistake(
            "One of several matrices transposed",
            "MLP.from_weights([[[0.1, 0.2], [0.3, 0.4]], [[0.5], [0.6]]])",
            "ArgumentValueError: W2 takes 1 input, but layer 1 has 2 neurons; in the convention W@x is it transposed?",
        ),
        Mistake(
            "A matrix where the list of matrices belongs",
            "MLP.from_weights([[0.1, 0.2], [0.3, 0.4]])",
            "ArgumentValueError: W1 must be a list of rows, got a list of numbers: one layer's weights are [W1], not W1",
        ),
        Mistake(
            "Fewer targets than samples",
            "fit(network, X, y[:3])",
            "ValueError: X and y must have the same number of samples, got shapes (4, 2) and (3,)",
        ),
    ],
}


def namespace():
    """What the mistakes are made with: a network of one output, one of two, four samples."""
    from tinygrad_notes import functions
    from tinygrad_notes.nn import losses, optimizers

    names = {name: getattr(tinygrad_notes, name) for name in tinygrad_notes.__all__}
    names |= {"functions": functions, "math": math, "np": np, "SGD": optimizers.SGD}
    names |= {"squared_error": losses.squared_error, "cross_entropy": losses.cross_entropy}
    names |= {"network": tinygrad_notes.MLP(2, [3, 1], seed=1), "pair": tinygrad_notes.MLP(2, [3, 2], seed=1)}
    return names | {"X": np.arange(8.0).reshape(4, 2) / 8, "y": np.array([0.0, 1.0, 1.0, 0.0])}


@pytest.mark.parametrize("mistake", [pytest.param(m, id=m.title) for group in MISTAKES.values() for m in group])
def test_a_mistake_gives_its_message(mistake):
    kind, _, message = mistake.shown.partition(": ")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises((Exception, UserWarning), match=re.escape(message)) as raised:
            exec(mistake.code, namespace())
    assert raised.typename == kind
    assert str(raised.value).splitlines()[0] == message


def test_an_exploding_fit_names_the_operation_that_overflowed():
    with pytest.raises(ArithmeticError, match=r"(?s)square gave inf.*usual cause: overflow"):
        exec(MISTAKES["Training"][1].code, namespace())


def test_the_warning_names_the_line_of_the_forgotten_zero_grad():
    with pytest.warns(UserWarning) as caught, warnings.catch_warnings():
        warnings.simplefilter("always")
        exec(compile(MISTAKES["Training"][0].code, "lesson.py", "exec"), namespace())
    assert {(warning.filename, warning.lineno) for warning in caught} == {("lesson.py", 3)}


def test_spent_gradients_are_silent_for_everybody_else():
    from tinygrad_notes.nn.optimizers import SGD

    w = tinygrad_notes.Value(2.0)
    w.square().backward()
    SGD(0.1).step([w])
    assert (w.grad, w.grad + 1.0, 1.0 + w.grad, repr(w.grad)) == (4.0, 5.0, 5.0, "4.0")
    w.grad = 0.0
    w.square().backward()
    assert w.grad == 2 * w.data
