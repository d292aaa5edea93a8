"""Mistakes with terms: left out, counted twice, with the wrong sign, multiplied instead of added."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from tinygrad_notes import functions
from tinygrad_notes.value import Value, as_value
from tinygrad_notes.worked.expressions.parts import (
    MOST_FACTORS,
    expression_mistake,
    maker,
    parts_made_by,
    said,
    sides,
    skeleton,
)
from tinygrad_notes.worked.sites import Change, Site


def terms_of(node: Value) -> list[Value]:
    """The terms of a sum or a difference, each with its sign; those of a long sum that are alike are taken together."""
    operands = node.operands
    if maker(node) == "add":
        return list(operands)
    if maker(node) == "subtract":
        return [operands[0], -operands[1]]
    if maker(node) != "sum":
        return []
    alike: dict[str, list[Value]] = defaultdict(list)
    for operand in operands:
        alike[skeleton(operand)].append(operand)
    groups = [some[0] if len(some) == 1 else as_value(functions.sum(some)) for some in alike.values()]
    return groups if len(groups) > 1 else list(operands[:MOST_FACTORS])


def _sums(site: Site) -> Iterator[tuple[Value, list[Value]]]:
    for _, node, _ in parts_made_by(site, "add", "subtract", "sum"):
        yield node, terms_of(node)


@expression_mistake("a term left out")
def _left_out(site: Site) -> Iterator[Change]:
    for node, terms in _sums(site):
        for term in terms:
            yield Change(said(term), {node: node - term})


@expression_mistake("a term counted twice")
def _twice(site: Site) -> Iterator[Change]:
    for node, terms in _sums(site):
        for term in terms:
            yield Change(said(term), {node: node + term})


@expression_mistake("a term taken by half")
def _half(site: Site) -> Iterator[Change]:
    for node, terms in _sums(site):
        for term in terms:
            yield Change(f"half of {said(term)}", {node: node - 0.5 * term})


@expression_mistake("a term counted for every input")
def _for_each(site: Site) -> Iterator[Change]:
    for _, node, (first, second) in parts_made_by(site, "add"):
        for term, other in ((first, second), (second, first)):
            count = len(other.operands) // 2 if maker(other) == "dot" else 0
            if count > 2:
                yield Change(f"{said(term)} {count} times", {node: other + count * term})


@expression_mistake("a sign flipped")
def _sign(site: Site) -> Iterator[Change]:
    for node, terms in _sums(site):
        for term in terms:
            yield Change(f"of {said(term)}", {node: node - 2.0 * term})
        yield Change(f"of {said(node)}", {node: -1.0 * node})
    for made_by, node, operands in parts_made_by(site, "negative", "dot"):
        if made_by == "negative":
            yield Change(f"of {said(operands[0])}", {node: operands[0]})
        else:
            pairs = list(zip(*sides(node), strict=True))
            yield from (Change(f"of {said(w)} · {said(x)}", {node: node - 2.0 * (w * x)}) for w, x in pairs)


@expression_mistake("a minus that only reaches the first term")
def _bracket(site: Site) -> Iterator[Change]:
    for made_by, node, operands in parts_made_by(site, "negative", "subtract"):
        inner = operands[-1]
        if inner.label or maker(inner) not in ("add", "subtract"):
            continue
        first, second = inner.operands
        before = -first if made_by == "negative" else operands[0] - first
        wrong = before + second if maker(inner) == "add" else before - second
        yield Change(f"before {said(inner)}", {node: wrong})


@expression_mistake("a sum worked as a product")
def _multiplied(site: Site) -> Iterator[Change]:
    for node, terms in _sums(site):
        few = terms if len(terms) <= MOST_FACTORS else []
        for i, one in enumerate(few):
            if len(few) > 2:
                yield Change(f"{said(one)} · the rest", {node: one * (node - one)})
            for other in few[i + 1 :]:
                rest = node - one - other if len(few) > 2 else as_value(0.0)
                yield Change(f"{said(one)} · {said(other)}", {node: rest + one * other})
                yield Change(f"-{said(one)} · {said(other)}", {node: rest - one * other})


@expression_mistake("only one use of it counted")
def _one_use(site: Site) -> Iterator[Change]:
    if site.name.of is None:
        return
    terms = list(_all_terms(site.value))
    if len(terms) > 1:
        yield from (Change(said(term), {site.value: term}) for term in terms)
        yield from (Change(f"without {said(term)}", {site.value: site.value - term}) for term in terms)


def _all_terms(node: Value) -> Iterator[Value]:
    """The terms of a sum, and those of sums that are terms of it."""
    if maker(node) in ("add", "subtract", "sum"):
        for term in terms_of(node):
            yield from _all_terms(term) if not term.label and maker(term) == "add" else (term,)
    elif maker(node) == "dot":
        yield from (w * x for w, x in zip(*sides(node), strict=True))
    else:
        yield node


@expression_mistake("the mean taken for the sum, or the sum for the mean")
def _mean(site: Site) -> Iterator[Change]:
    for made_by, node, operands in parts_made_by(site, "sum", "dot", "mean"):
        count = len(operands) // (2 if made_by == "dot" else 1)
        if made_by == "mean":
            yield Change(f"{count} times {said(node)}", {node: node * float(count)})
            if count > 1:
                yield Change(f"divided by {count - 1} for {count}", {node: node * (count / (count - 1.0))})
        else:
            yield Change(f"{said(node)} / {count}", {node: node / float(count)})
