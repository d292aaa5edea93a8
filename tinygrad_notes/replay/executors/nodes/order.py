"""The order in which a graph's nodes are worked, and which rows their adjoints take.

Nodes of one kind that can be worked at once form a *group*. Rows of adjoints are used again as soon as the adjoints
have been handed on.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from tinygrad_notes.number_systems.compiled_loops import compiled

NONE = -1


class Code(NamedTuple):
    """A graph as integers.

    `kinds` and `instructions` are the routines. `groups` holds the kind and the number of the next nodes, `operands`
    the rows that they load, node by node, and `adjoints` the row of each row's adjoint, or NONE. `are_first` says of
    each operand whether its share is the first one of its adjoint, if the nodes are taken one by one from the last.
    """

    kinds: Any
    instructions: Any
    groups: Any
    operands: Any
    adjoints: Any
    are_first: Any


@compiled
def mark_ancestors(starts: Any, operands: Any, marked: Any) -> None:
    """Mark the ancestors of marked nodes: all that these are computed from."""
    for node in range(len(marked) - 1, -1, -1):
        if marked[node]:
            for i in range(starts[node], starts[node + 1]):
                marked[operands[i]] = True


@compiled
def mark_descendants(starts: Any, operands: Any, marked: Any) -> None:
    """Mark the descendants of marked nodes: all that is computed from these."""
    for node in range(len(marked)):
        for i in range(starts[node], starts[node + 1]):
            marked[node] |= marked[operands[i]]


@compiled
def in_groups(kinds: Any, count: int, starts: Any, operands: Any, window: int, order: Any, groups: Any) -> int:
    """Put the nodes that have one of `count` kinds into an order of groups; returns how many groups there are.

    `window` nodes at a time are looked at, so that what belongs together stays together.
    """
    found = placed = 0
    heights = _heights(starts, operands)
    for first in range(0, len(kinds), window):
        last = min(first + window, len(kinds))
        found, placed = _window_in_groups(
            kinds, count, heights, starts, operands, first, last, order, placed, groups, found
        )
    return found


@compiled
def _heights(starts: Any, operands: Any) -> Any:
    """How many nodes are on the longest way from each node to an end of the graph."""
    heights = np.zeros(len(starts) - 1, np.int32)
    for node in range(len(heights) - 1, -1, -1):
        for i in range(starts[node], starts[node + 1]):
            heights[operands[i]] = max(heights[operands[i]], heights[node] + 1)
    return heights


@compiled
def _window_in_groups(
    kinds: Any, count: int, heights: Any, starts: Any, operands: Any, first: int, last: int, order: Any, placed: int,
    groups: Any, found: int,
) -> tuple[int, int]:  # fmt: skip
    """Next are always all nodes ready of one kind, whose operands are worked: of the kind with the highest of them.

    What the longest way waits for comes first, as in scheduling tasks; so the other kinds gather many nodes meanwhile.
    """
    ready = np.full(max(1, count), NONE)  # the node of each kind that was ready last, which leads to the one before
    highest = np.full(max(1, count), NONE)
    before = np.empty(last - first, np.int64)
    missing, users, user_of_use, next_use = _uses(kinds, starts, operands, first, last)
    for node in range(last - first):
        if kinds[first + node] != NONE and not missing[node]:
            _push(ready, before, highest, kinds[first + node], node, heights[first + node])
    while True:
        kind = np.argmax(highest)
        if highest[kind] == NONE:
            return found, placed
        begin = placed
        node = ready[kind]
        while node != NONE:
            order[placed] = first + node
            placed += 1
            node = before[node]
        groups[found, 0], groups[found, 1] = kind, placed - begin
        found += 1
        ready[kind] = highest[kind] = NONE
        for position in range(begin, placed):
            use = users[order[position] - first]
            while use != NONE:
                user = user_of_use[use]
                missing[user] -= 1
                if not missing[user]:
                    _push(ready, before, highest, kinds[first + user], user, heights[first + user])
                use = next_use[use]


@compiled
def _push(ready: Any, before: Any, highest: Any, kind: int, node: int, height: int) -> None:
    before[node] = ready[kind]
    ready[kind] = node
    highest[kind] = max(highest[kind], height)


@compiled
def _uses(kinds: Any, starts: Any, operands: Any, first: int, last: int) -> tuple[Any, Any, Any, Any]:
    """How many operands of each node are worked in this window, and who uses each: its first use leads to the next."""
    missing = np.zeros(last - first, np.int64)
    users = np.full(last - first, NONE)
    user_of_use = np.empty(starts[last] - starts[first], np.int64)
    next_use = np.empty(starts[last] - starts[first], np.int64)
    for node in range(first, last):
        if kinds[node] == NONE:
            continue
        for i in range(starts[node], starts[node + 1]):
            used = operands[i] - first
            if used >= 0 and kinds[operands[i]] != NONE:
                use = i - starts[first]
                missing[node - first] += 1
                user_of_use[use] = node - first
                next_use[use] = users[used]
                users[used] = use
    return missing, users, user_of_use, next_use


@compiled
def place_adjoints(code: Code, wanted: Any, taken: int) -> int:
    """Hand out rows for the adjoints of `wanted` rows, from the last group to the first, where `taken` rows are taken.

    Returns how many rows are needed at once.
    """
    free = np.empty(len(code.adjoints), np.int32)
    spare = 0
    row, at = len(code.adjoints), len(code.operands)
    for group in range(len(code.groups) - 1, -1, -1):
        n, loaded = code.groups[group, 1], code.kinds[code.groups[group, 0], 0]
        for _ in range(n):
            at -= loaded
            for i in range(at, at + loaded):
                operand = code.operands[i]
                if not wanted[operand] or code.adjoints[operand] != NONE:
                    continue
                code.are_first[i] = True
                if spare:
                    spare -= 1
                    code.adjoints[operand] = free[spare]
                else:
                    code.adjoints[operand] = taken
                    taken += 1
        for own in range(row - n, row):
            if code.adjoints[own] != NONE:
                free[spare] = code.adjoints[own]
                spare += 1
        row -= n
    return taken
