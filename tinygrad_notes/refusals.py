"""Error messages for what cannot be a number of the graph: what happened, and what to write instead."""

from __future__ import annotations

from collections.abc import Sequence
from numbers import Number
from typing import Any, NoReturn

_LONGEST_QUOTED = 40  # characters of a stranger's text in a message

NO_FLOAT = (
    "a Value does not turn into a float by itself, because its gradient would be lost: "
    "use v.exp() or functions.exp(v) in place of math.exp(v), np.zeros_like(x) or dtype=object for an array to be "
    "filled with Values, or v.data where the bare number is meant"
)
APPROX = "pytest.approx compares plain numbers, and a Value is none: write v.data == pytest.approx(0.3)"
INTO_FLOATS = (
    "a Value cannot go into an array of plain numbers, because its gradient would be lost: make the array with "
    "np.zeros_like(x) of an array of Values, or with dtype=object"
)
AS_FLOATS = "data_of(x).astype({!r}) gives plain numbers"
UNKNOWN_TO_THE_TABLE = (
    "np.{} cannot be differentiated: the table of operations does not have it. Write it with functions that are there, "
    "or compute with plain numbers, tinygrad_notes.data_of(x)"
)
GROWING = (
    "Values were moved in place by plain numbers many times over, and their graph grows with every step: "
    "write `with no_grad(): W -= ...` to move an array of parameters, and `w.data -= ...` to move one, so that they "
    "stay leaves"
)
NO_ROUND = (
    "round() of a Value would lose its gradient: write round(v.data, digits) for a number to show, "
    "f'{v:.3f}' for a text, or functions.floor(v + 0.5) for a step with slope 0"
)
CONSTANT_ROOT = (
    "backward() was called on a constant, which no gradient flows through: it was detached, or computed inside "
    "no_grad(); compute it again outside"
)
NEVER_NUMBERS = (str, Number, list, tuple, dict, type(None))
"""Types that arithmetic with a Value refuses at once: of the numbers those that are not real, or are a Decimal.

Other types may implement the operation themselves.
"""

MADE_BY_HAND = (
    "Value(data, label) takes a number and a label, a text; only an operation gives it operands. For an operation of "
    "your own write tinygrad_notes.operations.define(name, arity, notation, rule)"
)
SUBCLASS = (
    "Value cannot be subclassed, because arithmetic would give plain Values: keep what you want to add beside it, in a "
    "dict from Values or a class that holds one"
)

MASKED = (
    "Values know no mask, and would compute with what is under it, or lose their gradient: leave those elements out by "
    "m.compressed(), or write m.filled(number)"
)

SPELLINGS = {
    "item": "its number is v.data",
    "numpy": "its number is v.data",
    "value": "its number is v.data",
    "gradient": "its gradient is v.grad",
    "requires_grad": "every Value has a gradient; v.detach() gives a constant",
    "T": "arrays of Values have it: tinygrad_notes.array(data)",
    "shape": "it is one number; arrays of Values have it: tinygrad_notes.array(data)",
    "zero_grad": "write v.grad = 0.0, or network.zero_grad()",
    "_prev": "what it was made from is v.operands, in order; tinygrad_notes.draw(v) draws the graph",
    "_op": "the operation that made it is v.operation",
    "_backward": "its share of the chain rule is v.local_derivatives",
}
"""Attributes that people expect of a Value, and what they want instead."""


OF_ARRAYS = {
    "backward": "make one number of it first, as by x.sum()",
    "grad": "its gradients are grad_of(x)",
    "numpy": "its numbers are data_of(x)",
    "detach": "its numbers are data_of(x)",
}
"""Attributes that people expect of an array of Values, and what they want instead."""


def data(given: Any) -> str:
    """Why `given` cannot be a Value's number."""
    kind = type(given).__name__
    if kind == "Reading":
        return str(given.remedy)
    if kind == "Value":
        return "a Value's data must be a number, got another Value: use it as it is, or its number, its .data"
    if isinstance(given, str):
        return f"a Value's data must be a number, got the string {given!r}: write Value(float({given!r}))"
    if isinstance(given, complex):
        return f"a Value's data must be a real number, got the complex number {given!r}: use its .real or .imag"
    if given is None:
        return "a Value's data must be a number, got None: did a function forget to return its result?"
    if isinstance(given, (list, tuple)):
        return f"a Value holds one number, got a {kind} of {len(given)}: write [Value(number) for number in data]"
    if hasattr(given, "shape"):
        return (
            f"a Value holds one number, got {kind} of shape {given.shape}: write tinygrad_notes.array(data) for an "
            "array of Values, or Value(data.item()) if there is but one number in it"
        )
    return f"a Value's data must be a real number, got {kind}: {given!r}{_as_float(given)}"


def operand(given: Any) -> str:
    """Why arithmetic between a Value and `given` has no result."""
    if isinstance(given, (list, tuple)):
        return (
            f"arithmetic with a Value takes one number, got a {type(given).__name__} of {len(given)}: write "
            "[v + x for x in xs], or tinygrad_notes.array(xs) for an array of Values"
        )
    if given is None:
        return "arithmetic with a Value takes a number, got None: did a function forget to return its result?"
    if isinstance(given, str):
        return f"arithmetic with a Value takes a number, got the string {given!r}: write float({given!r})"
    return f"arithmetic with a Value takes a real number, got {type(given).__name__}: {given!r}{_as_float(given)}"


def _as_float(given: Any) -> str:
    is_number = isinstance(given, Number) and hasattr(given, "__float__")  # a Decimal, which no float meets in Python
    return ": write float(number)" if is_number else ""


def attribute(name: str, value: Any) -> NoReturn:
    """Raise the error of a Value that has no attribute of that name, one of `SPELLINGS`."""
    raise AttributeError(f"a Value has no attribute {name!r}: {SPELLINGS[name]}", name=name, obj=value)


def gradient(value: Any, given: Any) -> str:
    """Why `given` cannot be the gradient of `value`."""
    if type(given).__name__ == "Reading":
        return data(given)
    called = f"the Value {value.label!r}" if value.label else f"a Value with data {value.data!r}"
    return f"the grad of {called} must be a number, got {given!r}: write v.grad = 0.0 to start afresh"


def unknown(thing: str, name: str, known: Sequence[str]) -> str:
    """A message for an unknown name, with the name that may be meant, or else all known names.

    Example:
        >>> unknown("loss", "squared_eror", ["squared_error"])
        "unknown loss 'squared_eror'; did you mean 'squared_error'?"
        >>> unknown("loss", "hinge", ["squared_error", "cross_entropy"])
        "unknown loss 'hinge'; choose one of squared_error, cross_entropy"
    """
    hint = meant(name, known) or f"choose one of {', '.join(known)}"
    return f"unknown {thing} {shortened(repr(name))}; {hint}"


def meant(name: str, known: Sequence[str]) -> str:
    """The question whether the most similar known name was meant; empty if none is similar.

    Example:
        >>> meant("sigmod", ["sigmoid", "tanh"]), meant("Tanh", ["sigmoid", "tanh"]), meant("b", ["sigmoid", "tanh"])
        ("did you mean 'sigmoid'?", "did you mean 'tanh'?", '')
    """
    import difflib  # seldom needed, and `import tinygrad_notes` would wait for it

    small = {word.casefold(): word for word in reversed(known)}
    near = difflib.get_close_matches(name.casefold(), small, n=1)
    return f"did you mean {small[near[0]]!r}?" if near else ""


def shortened(text: str, length: int = _LONGEST_QUOTED) -> str:
    """The text, cut where it is longer than a message has room for: `length` characters.

    Example:
        >>> shortened("sigmoid"), len(shortened("sigmoid" * 100))
        ('sigmoid', 40)
    """
    return text if len(text) <= length else f"{text[: length - 3]}..."


def counted(number: int, thing: str) -> str:
    """A number of things, for a message.

    Example:
        >>> counted(1, "input"), counted(2, "input"), counted(0, "input")
        ('1 input', '2 inputs', '0 inputs')
    """
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"
