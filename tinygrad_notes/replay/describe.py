"""A program in words: what was recorded, and the array operations that it became.

Quantities go by the labels of the recorded Values: the rows z1[0], z1[1], … are z1, their adjoints are δz1, and the
slopes of a1 by z1 are ∂a1/∂z1. What has no label is called t and the number of its step.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from tinygrad_notes.names import Name
from tinygrad_notes.replay.plan import Plan, Rows, Step

if TYPE_CHECKING:
    from tinygrad_notes.replay.branches import Branch
    from tinygrad_notes.replay.program import Program

_FORMULAS = {
    "add": "{} + {}",
    "subtract": "{} - {}",
    "multiply": "{} ⊙ {}",
    "divide": "{} / {}",
    "total": "Σ {} over terms",
    "largest": "largest of {} over terms",
    "dot": "Σ {} ⊙ {} over terms",
    "matrix_product": "{} @ {}",
    "sample_sum": "Σ {} over samples",
    "sample_dot": "Σ {} ⊙ {} over terms and samples",
    "sample_product": "{} @ {}ᵀ",
}
"""How a step is written; one that is not here is a function of its operands."""


def describe(program: Program) -> str:
    """See `Program.describe`."""
    branches = program.branches.recorded
    lines = [
        (
            f"program of inputs {', '.join(map(str, program.input_shapes))}, {len(program.parameters)} parameters, "
            f"result {program.output_shape}, {len(branches)} branch{'es' * (len(branches) > 1)}"
        )
    ]
    for number, branch in enumerate(branches, start=1):
        lines += [f"branch {number}: {len(branch.recorded)} nodes recorded, {len(branch.graph)} kept"]
        for guard in branch.guards:
            lines.append(
                f"  guard at {guard.place}: node {guard.left} {guard.relation} node {guard.right} is {guard.outcome}"
            )
        lines += _plans(program, branch)
    return "\n".join(lines)


def _plans(program: Program, branch: Branch) -> Iterator[str]:
    parameters = len(program.parameters)
    if program.output_shape:
        yield "values"
        yield from steps(branch.value_plan(parameters))
    else:
        yield "values and gradients, summed over the samples"
        yield from steps(branch.gradient_plan(parameters))


def steps(plan: Plan) -> Iterator[str]:
    """One line for each step of a plan."""
    names = _Names(plan)
    for phase, of_phase in (("before", plan.before), ("each block", plan.each), ("after", plan.after)):
        if of_phase:
            yield f"  {phase}:"
        for step in of_phase:
            shape = "×".join(map(str, step.out.slots.squeeze().shape or (1,)))
            yield f"    level {step.level:>3}  {names.made_by(step)} = {_formula(step, names)}   [{shape}]"


def _formula(step: Step, names: _Names) -> str:
    operands = [names.of(rows) for rows in step.operands]
    if step.name in _FORMULAS:
        return _FORMULAS[step.name].format(*operands)
    return f"{step.name}({', '.join(operands)})"


class _Names:
    """What slots are called, as the steps are gone through."""

    def __init__(self, plan: Plan) -> None:
        self._names = {(True, slot): f"x[{slot}]" for slot in range(plan.inputs)}
        self._names |= {(False, slot): f"p[{slot}]" for slot in range(plan.parameters)}
        self._names |= plan.names
        for slot, number in zip(plan.number_slots.tolist(), plan.numbers.tolist()):
            self._names[False, slot] = f"{number:g}"
        if plan.samples_slot >= 0:
            self._names[False, plan.samples_slot] = "N"
        self._made = 0

    def made_by(self, step: Step) -> str:
        self._made += 1
        rows = step.out
        for slot in rows.slots.flat:
            self._names.setdefault((rows.varying, int(slot)), f"t{self._made}")
        return self.of(rows)

    def of(self, rows: Rows) -> str:
        names = [self._names[rows.varying, int(slot)] for slot in rows.slots.flat]
        common = list(dict.fromkeys(Name.parse(name).quantity.textbook for name in names))
        if len(common) > 3:
            common = [*common[:2], "…"]
        return ", ".join(common) + ("ᵀ" if self._is_transposed(rows, names) else "")

    @staticmethod
    def _is_transposed(rows: Rows, names: list[str]) -> bool:
        """Whether the first index of a matrix's labels changes along its rows."""
        indices = [Name.parse(name).index for name in names[:2]]
        if rows.slots.ndim != 2 or any(len(index) != 2 for index in indices):
            return False
        if rows.slots.shape[1] == 1:  # a single row seen as a column
            return rows.slots.shape[0] > 1 and len(indices) == 2 and indices[0][0] == indices[1][0]
        return indices[0][0] != indices[1][0]
