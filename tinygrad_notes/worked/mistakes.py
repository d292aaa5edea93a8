"""The usual mistakes, as changes to one formula.

The bias is taken for 0, the learning rate for -η, a weight for the updated one; or the result is halved, or the
neighbor's. Each kind below yields the changes by which it can be made in one quantity. Which of them gives the number
that a slip shows is for `tinygrad_notes.worked.diagnosis` to find out.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from math import isclose

from tinygrad_notes import functions
from tinygrad_notes.names import Name
from tinygrad_notes.value import Value
from tinygrad_notes.worked.kinds import KINDS as KINDS
from tinygrad_notes.worked.kinds import usual_mistake as usual_mistake
from tinygrad_notes.worked.sites import Change, Site, called


@usual_mistake("the factor 2 (or ½) of the loss missing")
def _factor(site: Site) -> Iterator[Change]:
    if site.kind in ("C", "dC/da"):
        yield Change(f"half of {called(site.value)}", factor=0.5)
        yield Change(f"twice {called(site.value)}", factor=2.0)
    elif not site.page.claims("dC/da") and (
        site.kind in ("back", "dC/dW", "dC/db") or (site.kind == "delta" and not site.operands_named("dC/da"))
    ):
        for factor in (0.5, 2.0, *_counts(site)):
            said = f"{factor:g} times" if factor >= 1.0 else f"1/{1.0 / factor:g} of"
            yield Change(f"{said} {called(site.value)}", factor=factor)


def _counts(site: Site) -> list[float]:
    """What else than 2 a gradient may be off by where something is averaged: how many, and one part of them."""
    sheet = site.page.sheet
    if sheet is None:
        return []
    samples, outputs = sheet.counts
    counts = {sheet.averaged_over, samples, samples * outputs} - {1, 2}
    return [factor for count in counts for factor in (float(count), 1.0 / count)]


@usual_mistake("a - y taken for dC/da")
def _difference(site: Site) -> Iterator[Change]:
    a, y = site.sibling("a"), site.page.find(Name("y", index=site.name.index))
    sheet = site.page.sheet
    last = sheet is not None and site.layer == sheet.layers
    if site.kind != "dC/da" or not last or a is None or y is None:
        return
    if not isclose((a - y).data, site.value.data):  # else y - a is a sign flipped, as with half the squared error
        yield Change("", result=a - y)
        yield Change("with the opposite sign", result=y - a)


@usual_mistake("not averaged over the samples")
def _not_averaged(site: Site) -> Iterator[Change]:
    sheet = site.page.sheet
    if sheet is None or site.kind not in ("C", "dC/da", "delta", "dC/dW", "dC/db"):
        return
    samples, outputs = sheet.counts
    if sheet.reduction == "mean" and samples > 1:
        yield Change(f"there are {samples}", factor=samples)
    if sheet.loss.averages_outputs and outputs > 1:
        yield Change(f"nor over the {outputs} outputs", factor=samples * outputs)
        yield Change(f"over the {outputs} outputs", factor=outputs)


@usual_mistake("the bias forgotten")
def _bias(site: Site) -> Iterator[Change]:
    if site.kind == "z":
        for bias in site.operands_named("b"):
            yield Change(called(bias), {bias: 0.0})


@usual_mistake("the slope σ′ left out")
def _no_slope(site: Site) -> Iterator[Change]:
    for slope in site.operands_named("slope"):
        yield Change(called(slope), {slope: 1.0})


@usual_mistake("the learning rate left out")
def _no_rate(site: Site) -> Iterator[Change]:
    for rate in site.operands_named("η"):
        yield Change("", {rate: 1.0})


@usual_mistake("the learning rate off by ten")
def _rate_off_by_ten(site: Site) -> Iterator[Change]:
    for rate in site.operands_named("η"):
        yield Change("ten times as large", {rate: 10.0 * rate})
        yield Change("a tenth", {rate: rate / 10.0})


@usual_mistake("the update added instead of subtracted")
def _added(site: Site) -> Iterator[Change]:
    for rate in site.operands_named("η"):
        yield Change("", {rate: -rate})


@usual_mistake("a change applied twice")
def _twice(site: Site) -> Iterator[Change]:
    for rate in site.operands_named("η"):
        yield Change("the update", {rate: 2.0 * rate})
    if site.kind == "z":
        for bias in site.operands_named("b"):
            yield Change(called(bias), {bias: 2.0 * bias})
    if site.kind == "delta":
        for slope in site.operands_named("slope"):
            yield Change(called(slope), {slope: slope * slope})


@usual_mistake("the weight matrix transposed")
def _transposed(site: Site) -> Iterator[Change]:
    if site.kind in ("z", "back"):
        yield from _other_weights(site, lambda name: name.transposed)
    if site.kind == "dC/dW" and site.page.is_square(site.name.quantity):
        mirrored = site.page.find(site.name.transposed)
        if mirrored is not None and mirrored is not site.value:
            yield Change(site.name.quantity.textbook, result=mirrored, afresh=True)


@usual_mistake("updated weights used in the backward pass")
def _updated(site: Site) -> Iterator[Change]:
    if site.kind == "back":
        yield from _other_weights(site, lambda name: name.updated)


def _other_weights(site: Site, renamed: Callable[[Name], Name]) -> Iterator[Change]:
    weights = site.operands_named("W")
    others = [site.page.find(renamed(Name.parse(weight.label))) for weight in weights]
    taken = {weight: other for weight, other in zip(weights, others, strict=True) if other is not None}
    if weights and len(taken) == len(weights):
        yield Change(Name.parse(weights[0].label).quantity.textbook, taken)


@usual_mistake("σ′ taken of a instead of z")
def _slope_of_a(site: Site) -> Iterator[Change]:
    yield from _slope_of(site, "z", "a")


@usual_mistake("σ′ taken of z instead of a")
def _slope_of_z(site: Site) -> Iterator[Change]:
    yield from _slope_of(site, "a", "z")


@usual_mistake("σ′ taken of another number")
def _slope_of_other(site: Site) -> Iterator[Change]:
    yield from _slope_of(site, "a", "dC/da")


def _slope_of(site: Site, meant: str, taken: str) -> Iterator[Change]:
    other = site.sibling(taken)
    if site.kind != "slope" or other is None:
        return
    for way in site.ways:
        for operand in site.operands_of(way):
            if Name.parse(operand.label).kind == meant:
                yield Change(f"{called(other)} for {called(operand)}", {operand: other}, way=way)


@usual_mistake("σ and tanh confused")
def _other_activation(site: Site) -> Iterator[Change]:
    z, a = site.sibling("z"), site.sibling("a")
    sheet = site.page.sheet
    if sheet is None or z is None or a is None or site.layer is None or site.kind not in ("a", "slope"):
        return
    activation = sheet.activations[site.layer - 1]
    if activation == "sigmoid":
        yield Change("tanh for σ", result=functions.tanh(z) if site.kind == "a" else 1.0 - a**2)
    if activation == "tanh":
        yield Change("σ for tanh", result=functions.sigmoid(z) if site.kind == "a" else a * (1.0 - a))


@usual_mistake("z taken for a")
def _z_for_a(site: Site) -> Iterator[Change]:
    if site.kind == "a" and (z := site.sibling("z")) is not None:
        yield Change("the activation left out", result=z)
    if site.kind in ("z", "dC/dW", "dC/da"):
        pairs = [(a, site.page.find(Name.parse(a.label).like("z"))) for a in site.operands_named("a")]
        taken = {a: z for a, z in pairs if z is not None}
        if taken:
            yield Change(", ".join(map(called, taken)), taken)


@usual_mistake("one path of the sum left out")
def _path(site: Site) -> Iterator[Change]:
    if site.kind == "back":
        yield from _left_out(site)


@usual_mistake("a term left out")
def _term(site: Site) -> Iterator[Change]:
    if site.kind != "back":
        yield from _left_out(site)


def _left_out(site: Site) -> Iterator[Change]:
    """Each term of a sum of several taken for 0."""
    for node in site.formula():
        made_by = node.operation.name if node.operation else ""
        if made_by == "sum" and len(node.operands) > 1:
            yield from (Change(f"term {i + 1}", {term: 0.0}) for i, term in enumerate(node.operands))
        terms = len(node.operands) // 2
        if (made_by == "dot" and terms > 1) or made_by == "weighted_sum":
            pairs = zip(node.operands[:terms], node.operands[terms:])
            yield from (Change(f"{called(w)} · {called(x)}", {w: 0.0}) for w, x in pairs)


@usual_mistake("a term counted twice")
def _term_twice(site: Site) -> Iterator[Change]:
    for change in _left_out(site):
        yield Change(change.detail, {term: 2.0 * term for term in change.taken})


@usual_mistake("another layer's value taken")
def _other_layer(site: Site) -> Iterator[Change]:
    for operand in site.operands:
        name = Name.parse(operand.label)
        own = Name("a", 0, name.index) if name.kind == "x" else name
        if own.kind not in ("a", "b", "W", "delta", "slope"):
            continue
        for layer in range(site.page.layers + 1):
            if layer != own.layer:
                in_layer = Name("x", index=own.index) if own.kind == "a" and layer == 0 else own.in_layer(layer)
                if (other := site.page.find(in_layer)) is not None:
                    yield _instead(operand, other)


@usual_mistake("δ of the wrong neuron")
def _wrong_delta(site: Site) -> Iterator[Change]:
    if site.kind == "delta":
        yield from _neighbors(site)
    elif site.kind != "back":
        for delta in site.operands_named("delta"):
            yield from (_instead(delta, other) for other in site.page.neighbors(delta))


@usual_mistake("a sign flipped")
def _sign(site: Site) -> Iterator[Change]:
    yield Change(f"of {called(site.value)}", factor=-1.0)
    for operand in site.operands:
        if Name.parse(operand.label).kind != "η":  # which is the update added
            yield Change(f"of {called(operand)}", {operand: -operand})


@usual_mistake("the same operand used twice")
def _same_operand(site: Site) -> Iterator[Change]:
    read = set(site.operands)
    families: dict[Name, list[Value]] = defaultdict(list)
    quantities = [Name.parse(operand.label).quantity for operand in site.operands]
    for operand, quantity in zip(site.operands, quantities):
        families[quantity].append(operand)
    for operand, quantity in zip(site.operands, quantities):
        family = families[quantity]
        others = (other for other in site.page.neighbors(operand) if other in read)
        yield from (_instead(operand, other) for other in others)
        if len(family) > 2:
            yield Change(f"{called(operand)} throughout", dict.fromkeys(family, operand))


@usual_mistake("the neighbor's value copied")
def _neighbor(site: Site) -> Iterator[Change]:
    read = set(site.operands)
    if site.kind != "delta":
        yield from _neighbors(site)
    for operand in site.operands:
        if Name.parse(operand.label).kind != "delta" or site.kind == "back":
            others = (other for other in site.page.neighbors(operand) if other not in read)
            yield from (_instead(operand, other) for other in others)


def _neighbors(site: Site) -> Iterator[Change]:
    """Each neighbor in the place of this number: as it is written, and where that is wrong, as it should be."""
    for other in site.page.neighbors(site.value):
        if site.page.may_be_copied(other, site.value):
            yield Change(called(other), result=other)
        if other in site.page.wrong:
            yield Change(f"{called(other)} as it should be", result=other, afresh=True)


def _instead(operand: Value, other: Value) -> Change:
    return Change(f"{called(other)} for {called(operand)}", {operand: other})
