"""A recorded program as an ONNX model: its values, for a batch of samples.

Operators are those that onnxruntime computes in float64 too, so inverse and hyperbolic functions are written out. So is
the sigmoid, whose own kernel keeps three digits at -30. What has no short form in them is refused by name.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from tinygrad_notes.errors import ExchangeError
from tinygrad_notes.exchange.libraries import library
from tinygrad_notes.exchange.rows import only_way
from tinygrad_notes.replay.plan import Plan, Rows, Step

if TYPE_CHECKING:
    from tinygrad_notes.replay.program import Program

OPSET = 17
Name = str
_LN2 = math.log(2.0)


def _op(operator: str) -> Callable[..., Name]:
    return lambda w, *operands: w.node(operator, *operands)


def _as_number(operator: str) -> Callable[..., Name]:
    """A comparison, as 1 and 0."""
    return lambda w, a, b: w.node("Where", w.node(operator, a, b), w.number(1.0), w.number(0.0))


def _where(w: _Writer, condition: Name, a: Name, b: Name) -> Name:
    return w.node("Where", w.node("Equal", condition, w.number(0.0)), b, a)


def _sigmoid(w: _Writer, a: Name) -> Name:
    """1 / (1 + e⁻ᵃ) from the exponential that does not overflow."""
    e = w.node("Exp", w.node("Neg", w.node("Abs", a)))
    top = w.node("Where", w.node("Less", a, w.number(0.0)), e, w.number(1.0))
    return w.node("Div", top, w.node("Add", w.number(1.0), e))


def _log1p(w: _Writer, a: Name) -> Name:
    """ln u · a / (u - 1) for u = 1 + a rounded, which puts right what the rounding lost; a where u is 1, and ln u at ∞.

    Reference: Goldberg, "What every computer scientist should know about floating-point arithmetic" (1991), theorem 4.
    """
    u = w.node("Add", w.number(1.0), a)
    log = w.node("Log", u)
    better = w.node("Mul", log, w.node("Div", a, w.node("Sub", u, w.number(1.0))))
    ordinary = w.node("Where", w.node("Less", w.node("Abs", a), w.number(math.inf)), better, log)
    ordinary = w.node("Where", w.node("Equal", u, w.number(0.0)), log, ordinary)
    return w.node("Where", w.node("Equal", u, w.number(1.0)), a, ordinary)


def _expm1(w: _Writer, a: Name) -> Name:
    """(u - 1) · a / ln u for u = eᵃ rounded; a where u is 1, and u - 1 where it is far from 1.

    Reference: Higham, "Accuracy and stability of numerical algorithms" (2002), section 1.14.1.
    """
    u = w.node("Exp", a)
    less_one = w.node("Sub", u, w.number(1.0))
    better = w.node("Mul", less_one, w.node("Div", a, w.node("Log", u)))
    near = w.node("Where", w.node("Less", w.node("Abs", a), w.number(1.0)), better, less_one)
    return w.node("Where", w.node("Equal", u, w.number(1.0)), a, near)


def _sinh(w: _Writer, a: Name) -> Name:
    """(m + m / (1 + m)) / 2 for m = e^|a| - 1, with the sign of a; in halves, that overflow no earlier than sinh."""
    size = w.node("Abs", a)
    m = _expm1(w, w.node("Min", size, w.number(1.0)))
    near = w.node("Mul", w.number(0.5), w.node("Add", m, w.node("Div", m, w.node("Add", w.number(1.0), m))))
    half = w.node("Exp", w.node("Mul", w.number(0.5), size))
    far = w.node("Sub", _half_square(w, half), w.node("Div", w.node("Div", w.number(0.5), half), half))
    return w.node("Mul", w.node("Sign", a), w.node("Where", w.node("Less", size, w.number(1.0)), near, far))


def _half_square(w: _Writer, half: Name) -> Name:
    return w.node("Mul", w.node("Mul", w.number(0.5), half), half)


def _cosh(w: _Writer, a: Name) -> Name:
    half = w.node("Exp", w.node("Mul", w.number(0.5), w.node("Abs", a)))
    return w.node("Add", _half_square(w, half), w.node("Div", w.node("Div", w.number(0.5), half), half))


def _asinh(w: _Writer, a: Name) -> Name:
    """sign(a) · ln(1 + |a| + a² / (1 + √(a² + 1))); ln|a| + ln 2 where the square would overflow."""
    size = w.node("Abs", a)
    small = w.node("Min", size, w.number(1e9))
    square = w.node("Mul", small, small)
    root = w.node("Sqrt", w.node("Add", square, w.number(1.0)))
    near = _log1p(w, w.node("Add", small, w.node("Div", square, w.node("Add", w.number(1.0), root))))
    far = w.node("Add", w.node("Log", size), w.number(_LN2))
    return w.node("Mul", w.node("Sign", a), w.node("Where", w.node("Less", size, w.number(1e9)), near, far))


def _acosh(w: _Writer, a: Name) -> Name:
    """ln(1 + t + √(2t + t²)) for t = a - 1; ln a + ln 2 where the square would overflow."""
    t = w.node("Sub", w.node("Min", a, w.number(1e9)), w.number(1.0))
    root = w.node("Sqrt", w.node("Add", w.node("Mul", w.number(2.0), t), w.node("Mul", t, t)))
    near, far = _log1p(w, w.node("Add", t, root)), w.node("Add", w.node("Log", a), w.number(_LN2))
    found = w.node("Where", w.node("Less", w.number(1e9), a), far, near)
    return w.node("Where", w.node("Less", a, w.number(1.0)), w.number(math.nan), found)


def _atanh(w: _Writer, a: Name) -> Name:
    """ln(1 + 2|a| / (1 - |a|)) / 2, with the sign of a."""
    size = w.node("Abs", a)
    ratio = w.node("Div", w.node("Mul", w.number(2.0), size), w.node("Sub", w.number(1.0), size))
    return w.node("Mul", w.node("Sign", a), w.node("Mul", w.number(0.5), _log1p(w, ratio)))


def _hypot(w: _Writer, a: Name, b: Name) -> Name:
    """The longer · √(1 + (shorter / longer)²), which does not overflow; ∞ where either is, 0 for two zeros."""
    a, b = w.node("Abs", a), w.node("Abs", b)
    longer, shorter = w.node("Max", a, b), w.node("Min", a, b)
    ratio = w.node("Div", shorter, longer)
    length = w.node("Mul", longer, w.node("Sqrt", w.node("Add", w.number(1.0), w.node("Mul", ratio, ratio))))
    plain = w.node("Where", w.node("Equal", longer, w.number(0.0)), longer, length)
    endless = w.node("Or", w.node("Equal", a, w.number(math.inf)), w.node("Equal", b, w.number(math.inf)))
    return w.node("Where", endless, w.number(math.inf), plain)


def _remainder(w: _Writer, a: Name, b: Name) -> Name:
    """ONNX's Mod of floats has the sign of a; ours that of b."""
    rest = w.node("Mod", a, b, fmod=1)
    other_sign = w.node("Less", w.node("Mul", w.node("Sign", rest), w.node("Sign", b)), w.number(0.0))
    return w.node("Where", other_sign, w.node("Add", rest, b), rest)


def _log_to(base: float) -> Callable[..., Name]:
    """The logarithm to a base, whole where a power of the base is met."""

    def written(w: _Writer, a: Name) -> Name:
        quotient = w.node("Div", w.node("Log", a), w.number(math.log(base)))
        whole = w.node("Round", quotient)
        return w.node("Where", w.node("Equal", w.node("Pow", w.number(base), whole), a), whole, quotient)

    return written


def _cbrt(w: _Writer, a: Name) -> Name:
    """∛a by one step of Newton's method from |a|^(1/3), whose last digits are wrong."""
    size = w.node("Abs", a)
    root = w.node("Pow", size, w.number(1.0 / 3.0))
    square = w.node("Mul", root, root)
    step = w.node("Div", w.node("Sub", root, w.node("Div", size, square)), w.number(3.0))
    usual = w.node("And", w.node("Less", w.number(0.0), square), w.node("Less", size, w.number(math.inf)))
    return w.node("Mul", w.node("Sign", a), w.node("Where", usual, w.node("Sub", root, step), root))


COLUMN: dict[str, Callable[..., Name]] = {
    "abs": _op("Abs"), "add": _op("Add"), "subtract": _op("Sub"), "multiply": _op("Mul"), "divide": _op("Div"),
    "negative": _op("Neg"), "pow": _op("Pow"), "sqrt": _op("Sqrt"), "exp": _op("Exp"), "log": _op("Log"),
    "sin": _op("Sin"), "cos": _op("Cos"), "tanh": _op("Tanh"), "sign": _op("Sign"), "floor": _op("Floor"),
    "ceil": _op("Ceil"), "maximum": _op("Max"), "minimum": _op("Min"),
    "greater": _as_number("Greater"), "less": _as_number("Less"), "equal": _as_number("Equal"),
    "where": _where, "sigmoid": _sigmoid, "log1p": _log1p, "expm1": _expm1, "sinh": _sinh, "cosh": _cosh,
    "asinh": _asinh, "acosh": _acosh, "atanh": _atanh, "hypot": _hypot, "remainder": _remainder, "cbrt": _cbrt,
    "log2": _log_to(2.0), "log10": _log_to(10.0),
    "exp2": lambda w, a: w.node("Pow", w.number(2.0), a),
    "tan": lambda w, a: w.node("Div", w.node("Sin", a), w.node("Cos", a)),
}  # fmt: skip
"""How a function is written in ONNX."""

REFUSED = {
    "erf": "tanh or sigmoid",
    "erfc": "tanh or sigmoid (silu in place of gelu)",
    "asin": "a formula without it",
    "acos": "a formula without it",
    "atan": "a formula without it",
    "atan2": "a formula without it",
}
"""Functions that onnxruntime has in single precision alone, without a short form, and what may take their place."""


def to_onnx(program: Program) -> bytes:
    """See `Program.to_onnx`."""
    branch = only_way(program, "an ONNX model")
    plan = branch.value_plan(len(program.parameters))
    for step in (*plan.before, *plan.each):
        if step.name in REFUSED:
            users = [row.name for row in branch.graph.rows if _uses(row, step.name)] or [step.name]
            raise ExchangeError(
                f"the program uses {' and '.join(map(repr, users))}, and for its {step.name} onnxruntime has no double "
                f"precision: take {REFUSED[step.name]}, or hand on by to_c(), to_jax() or to_torch()"
            )
    return _Writer(library("onnx", "to_onnx", "'tinygrad_notes[onnx]'"), program, plan).model()


def _uses(row: Any, function: str) -> bool:
    """Whether a row's value is made of this function."""
    from tinygrad_notes.replay import tape as places

    tape = places.Tape()
    row.read(places)[0](*[tape.leaf(places.INPUT, k) for k in range(next(filter(row.takes, (row.arity or 3, 4))))])
    return function in tape.names


class _Writer:
    """Writes a plan as nodes of an ONNX graph. Buffers are as in `rows.Pieces`: matrices (slots, samples)."""

    def __init__(self, onnx: Any, program: Program, plan: Plan) -> None:
        self._onnx, self._helper, self._program, self._plan = onnx, onnx.helper, program, plan
        self._nodes: list[Any] = []
        self._constants: dict[Any, Any] = {}
        self._made = 0
        self._pieces: dict[bool, list[tuple[int, int, Name]]] = {True: [], False: []}

    def node(self, operator: str, *operands: Name, **attributes: Any) -> Name:
        self._made += 1
        name = f"t{self._made}"
        self._nodes.append(self._helper.make_node(operator, list(operands), [name], **attributes))
        return name

    def number(self, number: float) -> Name:
        return self._constant(np.array(number))

    def _constant(self, array: NDArray[Any]) -> Name:
        key = (array.dtype.str, array.shape, array.tobytes())
        if key not in self._constants:
            self._constants[key] = self._onnx.numpy_helper.from_array(array, f"c{len(self._constants)}")
        found: Name = self._constants[key].name
        return found

    def model(self) -> bytes:
        helper, program, plan = self._helper, self._program, self._plan
        kind = self._onnx.TensorProto.DOUBLE
        inputs = [
            helper.make_tensor_value_info(f"x{k}", kind, ["samples", *shape])
            for k, shape in enumerate(program.input_shapes)
        ]
        flat = [
            self.node("Reshape", f"x{k}", self._constant(np.array([-1, size])))
            for k, size in enumerate(program.signature.sizes)
        ]
        columns = self.node("Transpose", flat[0] if len(flat) == 1 else self.node("Concat", *flat, axis=1), perm=[1, 0])
        self._put(True, 0, plan.inputs, columns)
        uniform = np.zeros((plan.parameters + len(plan.numbers), 1))
        uniform[: plan.parameters, 0] = program.parameter_numbers()
        uniform[plan.parameters :, 0] = plan.numbers
        if len(uniform):  # numbers have the slots behind the parameters
            self._put(False, 0, len(uniform), self._constant(uniform))
        for step in (*plan.before, *plan.each):
            self._step(step)
        return self._finished(inputs, columns)

    def _finished(self, inputs: Sequence[Any], columns: Name) -> bytes:
        helper, shape = self._helper, self._program.output_shape
        first = self.node("Mul", self.node("Slice", columns, *map(self._constant, _FIRST_ROW)), self.number(0.0))
        zeros = self.node("Where", self.node("Equal", first, first), self.number(0.0), self.number(0.0))
        rows = [
            self._rows(Rows(place >= 0, np.array([max(place, -1 - place)], np.int32)))
            for place in self._plan.outputs.tolist()
        ]
        rows = [self.node("Add", row, zeros) for row in rows]  # a result that depends on no input, for every sample
        found = self.node("Transpose", rows[0] if len(rows) == 1 else self.node("Concat", *rows, axis=0), perm=[1, 0])
        self._nodes.append(helper.make_node("Reshape", [found, self._constant(np.array([-1, *shape]))], ["y"]))
        output = helper.make_tensor_value_info("y", self._onnx.TensorProto.DOUBLE, ["samples", *shape])
        graph = helper.make_graph(self._nodes, "program", inputs, [output], list(self._constants.values()))
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], producer_name="tinygrad_notes")
        model.ir_version = 8  # of that opset's time, for runtimes of any age since
        self._onnx.checker.check_model(model)
        content: bytes = model.SerializeToString()
        return content

    def _step(self, step: Step) -> None:
        operands = [self._rows(rows) for rows in step.operands]
        axis = self._constant(np.array([1]))
        if step.name == "total":
            result = self.node("ReduceSum", operands[0], axis, keepdims=0)
        elif step.name == "largest":
            result = self.node("ReduceMax", operands[0], axes=[1], keepdims=0)
        elif step.name == "dot":
            result = self.node("ReduceSum", self.node("Mul", *operands), axis, keepdims=0)
        elif step.name == "matrix_product":
            weights = self.node("Reshape", operands[0], self._constant(np.array(step.operands[0].slots.shape)))
            result = self.node("MatMul", weights, operands[1])
        else:
            result = COLUMN[step.name](self, *operands)
        size = step.out.slots.size
        last = -1 if step.out.varying else 1
        flat = self.node("Reshape", result, self._constant(np.array([size, last])))
        self._put(step.out.varying, int(step.out.slots.flat[0]), size, flat)

    def _put(self, varying: bool, start: int, size: int, name: Name) -> None:
        self._pieces[varying].append((start, size, name))

    def _rows(self, rows: Rows) -> Name:
        """The rows of a buffer at these slots, in the shape of the slots with one more axis."""
        flat = rows.slots.ravel()
        owners = [
            piece for piece in self._pieces[rows.varying] if ((flat >= piece[0]) & (flat < piece[0] + piece[1])).any()
        ]
        positions, length = np.zeros(len(flat), np.int64), 0
        for start, size, _ in owners:
            inside = (flat >= start) & (flat < start + size)
            positions[inside] = flat[inside] - start + length
            length += size
        names = [name for *_, name in owners]
        whole = names[0] if len(names) == 1 else self.node("Concat", *names, axis=0)
        if len(flat) == length and (positions == np.arange(length)).all():
            found = whole
        else:
            found = self.node("Gather", whole, self._constant(positions), axis=0)
        if rows.slots.ndim == 1:
            return found
        return self.node("Reshape", found, self._constant(np.array([*rows.slots.shape, -1 if rows.varying else 1])))


_FIRST_ROW = (np.array([0]), np.array([1]), np.array([0]))
"""Start, stop and axis."""
