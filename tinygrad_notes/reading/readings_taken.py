"""Which of two readings was taken: of a division such as 1/2(a - y), and of `*` between two square matrices.

The usual rule of each is read first. Where the numbers claimed fit the other reading better, that is taken; the
report says which.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tinygrad_notes.errors import CalculationError
from tinygrad_notes.reading.arithmetic import readings
from tinygrad_notes.reading.chains import Chain, Member
from tinygrad_notes.reading.formulas import Apply
from tinygrad_notes.reading.named_lines import Line, Naming
from tinygrad_notes.reading.writing import written
from tinygrad_notes.worked.calculation import CalculationMarking, PageMark, mark_calculation
from tinygrad_notes.worked.verdicts import MISPRINT, SLIP

_MOST_WORK = 2_000  # lines worked again to try the other readings; five numbers of an array take as long as a line
_ELEMENTWISE, _OF_MATRICES = "element by element", "a matrix product"


def with_fitting_readings(naming: Naming, marking: CalculationMarking, effort: int) -> CalculationMarking:
    """The marks with each line that gives a wrong number read in its other way, where fewer are wrong then.

    Args:
        effort: numbers read to find the mistakes behind slips, as for `mark_calculation`.
    """
    wrong = {mark.line - 1 for mark in marking if isinstance(mark, PageMark) and mark.verdict in (SLIP, MISPRINT)}
    open_lines = [naming.lines[at] for at in sorted(wrong) if naming.lines[at].other is not None]
    is_turned, least = False, len(marking.with_verdict(SLIP, MISPRINT))
    for line in open_lines[: max(_MOST_WORK // max(len(naming.lines), len(marking) // 5, 1), 3)]:
        line.turn()
        try:
            left = len(mark_calculation("\n".join(naming.texts()), effort=0).with_verdict(SLIP, MISPRINT))
        except CalculationError:
            left = least
        if left < least:
            is_turned, least = True, left
        else:
            line.turn()
    return mark_calculation("\n".join(naming.texts()), effort=effort) if is_turned else marking


def told_readings(chains: Sequence[Chain], naming: Naming) -> Iterator[tuple[Member, str]]:
    """Each member of a note that can be read in two ways, and the way that was taken."""
    turned = {id(chain) for line in naming.lines if line.turned for chain in line.chains}
    for chain in chains:
        for member, taken, other in readings(chain):
            if other is not None:
                yield member, written(other if id(chain) in turned else taken).text
    for line in naming.lines:
        if line.of_squares:
            yield from ((member, _ELEMENTWISE if line.turned else _OF_MATRICES) for member in _with_stars(line))


def _with_stars(line: Line) -> Iterator[Member]:
    """The member of a line's chain in which its formula stands."""
    members = [member for chain in line.chains for member in chain.members[1:] if not member.is_literal]
    yield from [member for member in members if isinstance(member.tree, Apply)][:1]
