"""A recorded program as an ONNX model: its values, for a batch of samples.

Operators are those that onnxruntime computes in float64 too; what has no short form in them is refused by name.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from tinygrad_notes.errors import ExchangeError
from tinygrad_notes.exchange.libraries import library
from tinygrad_notes.exchange.onnx_functions import COLUMN, REFUSED, Name
from tinygrad_notes.exchange.rows import only_way
from tinygrad_notes.replay.executors.interface import Job
from tinygrad_notes.replay.plan import Plan, Rows, Step

if TYPE_CHECKING:
    from tinygrad_notes.replay.program import Program

OPSET = 17


def to_onnx(program: Program) -> bytes:
    """See `Program.to_onnx`."""
    graph = only_way(program, "an ONNX model").graph
    plan = Job(graph, len(program.parameters), graph.outputs, mends=False).plan
    for step in (*plan.before, *plan.each):
        if step.name in REFUSED:
            users = [row.name for row in graph.rows if _uses(row, step.name)] or [step.name]
            raise ExchangeError(
                f"the program uses {' and '.join(map(repr, users))}, and for its {step.name} onnxruntime has no double "
                f"precision: take {REFUSED[step.name]}, or hand on by to_c(), to_jax() or to_torch()"
            )
    return Writer(library("onnx", "to_onnx"), program, plan).model()


def _uses(row: Any, function: str) -> bool:
    """Whether a row's value is made of this function."""
    from tinygrad_notes.replay import tape as places

    tape = places.Tape()
    row.read(places)[0](*[tape.leaf(places.INPUT, k) for k in range(next(filter(row.takes, (row.arity or 3, 4))))])
    return function in tape.names


class Writer:
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
        return str(self._constants[key].name)

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
            if size
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
        return bytes(model.SerializeToString())

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
