"""When a name stands for another number than before, and which of its numbers a line was worked from.

    b = 0 - 0.1·(-0.5) = 0.05       numbers alone: b is 0.05 from here on
    z = w·x + b = 0.5·2 + 0.1       the numbers of a formula: z is the same
    dh = d·v = 0.3·0.5              the v from before its update, as backpropagation takes it

Where nothing says which number is meant, the latest is.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping

from tinygrad_notes.reading.arithmetic import checks
from tinygrad_notes.reading.chains import Chain
from tinygrad_notes.reading.formulas import (
    Name,
    Tree,
    in_decimals,
    is_constant,
    literal_numbers,
    names,
    renamed,
    unit_of,
    value_of,
)
from tinygrad_notes.reading.named_lines import Line
from tinygrad_notes.reading.numbers_on_page import Literal, Page
from tinygrad_notes.reading.substitution import fits, put_in, wrong_numbers
from tinygrad_notes.reading.writing import written
from tinygrad_notes.worked.verdicts import RIGHT

_NEW = ("_new", "_updated", "_neu", "_nuevo", "_nueva", "_next", "'")
"""How the name of an updated number ends."""


def is_new_version(line: Line, new: Line) -> bool:
    """Whether a name that was used before now stands for another number: an update, or the next pass."""
    if new.formula is not None and isinstance(new.target, Name) and new.target.name in names(new.formula):
        return True
    if line.alias or new.alias:
        return False
    if line.is_given and (new.is_given or new.claim is not None):
        return not same_numbers(line.formula, new.formula if new.is_given else new.claim)
    if line.gives_fractions and (new.is_given or new.claim is not None):
        return not are_close(literal_numbers(in_decimals(line.formula)), new.numbers())
    if line.claim is None or new.claim is None or new.formula is None or new.is_given:
        return False
    if line.formula is None:
        return line.names_a_result and not are_close(line.numbers(), new.numbers())
    return not same_numbers(line.claim, new.claim) or written(line.formula).text != written(new.formula).text


def is_worked_anew(line: Line, new: Line, since: Mapping[str, int], first: Mapping[str, int]) -> bool:
    """Whether the formula stands here again because a name in it has another number by now."""
    if new.formula is None or new.is_given or line.alias or new.alias:
        return False
    return any(first.get(name, -1) <= line.place < since.get(name, -1) for name in new.needs())


def is_set_anew(new: Line, before: Line | None, was_given: bool) -> bool:
    """Whether a name is given another number than it has by now, so that the example may begin again.

    Code sets its names. In text that may be a slip as well, so the number is taken, and told.

    Args:
        was_given: whether a number of it was given before.
    """
    if before is None or before.claim is None or before.alias or not new.is_given:
        return False
    if new.chains[0].in_code:
        return not same_numbers(before.claim, new.formula)
    new.assumed = was_given and not are_close(before.numbers(), new.numbers())
    return new.assumed


def is_set_by_numbers(new: Line, latest: Mapping[Tree, Line], since: Mapping[str, int]) -> bool:
    """Whether a line of numbers alone gives its name a number; the line then has that number, or the formula anew."""
    before = latest.get(new.target)
    if new.formula is not None and not new.is_given and not new.needs():
        is_given = before is not None and (before.is_given or before.gives_fractions)
        is_set = is_constant(new.formula) if before is None else is_given and not new.derivative
        new.formula = new.formula if is_set else None
        return is_set
    if not _is_of_numbers(new) or not isinstance(new.target, Name):
        return False
    if before is None:
        is_set = any(Name(base) in latest for base in _bases(new.target.name))
    elif before.alias or not before.numbers():
        return False
    elif before.formula is None or before.is_given:
        is_set = not same_numbers(before.claim or before.formula, new.claim)
    else:
        used = [name for name in names(before.formula) if Name(name) in latest]
        page = Page({name: latest[Name(name)].numbers() for name in used})
        numbers = put_in(new.chains[0])
        if numbers is not None and fits(before.formula, numbers, page):
            if any(since.get(name, -1) > before.place for name in before.needs()):
                new.formula = before.formula  # with the numbers that its names have by now
                return True
            return False
        is_set = new.target.name in names(before.formula) or not are_close(before.numbers(), new.numbers())
    if is_set:
        is_exact = before is not None and before.is_given and not before.assumed and _is_exact(new.chains[0])
        new.formula, new.claim, new.assumed = new.claim, None, not is_exact
    return is_set


def _is_of_numbers(line: Line) -> bool:
    is_bare = line.formula is None and line.claim is not None and line.derivative is None
    return is_bare and put_in(line.chains[0]) is not None


def _is_exact(chain: Chain) -> bool:
    """Whether the number that the chain ends in is all that comes out of the numbers put in."""
    held = list(checks(chain, lambda _: False))
    return bool(held) and all(check.exact for check in held)


def _bases(name: str) -> Iterator[str]:
    """The name without what says that it is the new one."""
    yield from (name.removesuffix(ending) for ending in _NEW if name.endswith(ending))


def are_close(one: Literal, other: Literal) -> bool:
    """Whether both can be the same numbers, rounded or cut to different places."""
    return len(one) == len(other) and all(
        _is_close(sign * value_of(number) - other_sign * value_of(put), unit_of(number), unit_of(put))
        for (number, sign), (put, other_sign) in zip(one, other, strict=True)
    )


def _is_close(difference: float, unit: float, other: float) -> bool:
    return abs(difference) <= (0.0 if unit == other else max(unit, other))


def same_numbers(one: Tree | None, other: Tree | None) -> bool:
    if one is None or other is None:
        return one is other
    left, right = literal_numbers(one), literal_numbers(other)
    return [sign * value_of(number) for number, sign in left] == [sign * value_of(number) for number, sign in right]


# Lines worked from a number of before -------------------------------------------------------------------


def take_numbers_put_in(lines: Iterable[Line]) -> None:
    """Give each formula that was rightly worked from another version of a name that version's number.

    A derivative loses its formula instead: it means the versions that its loss was worked from anyway.
    """
    versions: dict[str, _Versions] = {}
    page = Page()
    unknown: set[str] = set()  # the names whose latest number the note doesn't have
    for line in lines:
        if line.again:
            continue  # its number stands in another line
        for chain in line.chains if line.formula is not None else ():
            other = _other_versions(line, chain, versions, page, unknown)
            if line.formula is not None and other:
                line.formula = None if line.derivative else renamed(line.formula, other.get)
        number = line.claim or line.formula
        if isinstance(line.target, Name) and not line.numbers():
            unknown.add(line.target.name)
        elif isinstance(line.target, Name) and number is not None:
            version = _Version(number)
            unknown.discard(line.target.name)
            versions.setdefault(line.target.name, _Versions()).add(version)
            page.add(line.target.name, version.literal)
            if line.assumed and line.chains:  # worked from numbers alone: w_new may be meant where w is written
                for base in _bases(line.target.name):
                    versions.setdefault(base, _Versions()).add_first(version)
                    page.add_earlier(base, version.literal)


class _Version:
    """A number of the note, and the same without signs, for a minus may stand before the product."""

    def __init__(self, tree: Tree) -> None:
        self.tree, self.literal = tree, literal_numbers(tree)
        self.numbers = {value_of(number) for number, _ in self.literal}


class _Versions:
    """The versions of one name, the latest last; and in the same order those that have a number."""

    def __init__(self) -> None:
        self.all: deque[_Version] = deque()
        self.having: dict[float, deque[_Version]] = {}

    def add(self, version: _Version) -> None:
        for versions in self._all_for(version):
            versions.append(version)

    def add_first(self, version: _Version) -> None:
        for versions in self._all_for(version):
            versions.appendleft(version)

    def earlier_with(self, put: set[float]) -> Tree | None:
        """The last version but the latest that has all these numbers; None for none."""
        fewest = min((self.having.get(number, deque()) for number in put), key=len)
        found = (version for version in reversed(fewest) if version is not self.all[-1])
        return next((version.tree for version in found if put <= version.numbers), None)

    def _all_for(self, version: _Version) -> list[deque[_Version]]:
        return [self.all, *(self.having.setdefault(number, deque()) for number in version.numbers)]


def _other_versions(
    line: Line, chain: Chain, versions: Mapping[str, _Versions], page: Page, unknown: set[str]
) -> dict[Tree, Tree]:
    """The number of each name of which another version was put in; none where the arithmetic is wrong too."""
    numbers = put_in(chain)
    if line.formula is None or numbers is None:
        return {}
    meant: dict[Tree, Tree | None]
    if fits(line.formula, numbers, page):
        meant = {Name(name): versions[name].all[-1].tree for name in unknown & line.needs() if name in versions}
    else:
        wrong: dict[str, set[float]] = {}
        for found in wrong_numbers(line.formula, numbers, page):
            wrong.setdefault(found.name.partition("[")[0], set()).add(value_of(found.number))
        meant = {Name(name): versions[name].earlier_with(put) for name, put in wrong.items()}
    told = {name: tree for name, tree in meant.items() if tree is not None}
    return told if told and len(told) == len(meant) and is_right_in_itself(chain) else {}


def is_right_in_itself(chain: Chain) -> bool:
    """Whether the numbers put in give the number that the chain ends in."""
    held = list(checks(chain, lambda number: "." in number.written))
    return bool(held) and all(check.verdict == RIGHT for check in held)
