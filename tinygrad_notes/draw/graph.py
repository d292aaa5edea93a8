"""`draw(value)`: the computation graph as a picture. `draw_names`: a page as a graph of its names, without numbers."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from tinygrad_notes.draw.arrangement import Edge, Enclosure, compose
from tinygrad_notes.draw.cards import Card
from tinygrad_notes.draw.folding import FOLDS, Folded, cut_to_depth, cut_to_size, fold_graph, folding, single_nodes
from tinygrad_notes.draw.layout import ENGINES
from tinygrad_notes.draw.panels import Entry
from tinygrad_notes.draw.paths import Paths, paths_panel, paths_to
from tinygrad_notes.draw.picture import Picture
from tinygrad_notes.draw.structure import labeled
from tinygrad_notes.draw.style import visible, written
from tinygrad_notes.names import textbook
from tinygrad_notes.passes import topological_order
from tinygrad_notes.value import Value
from tinygrad_notes.worked.sheet import NumbersOnPaper, Quantity

RANKDIRS = ("LR", "TB", "RL", "BT")
LIMIT = 250
_CUT = 60  # how many nodes of a graph without structure can still be read


def draw(
    value: Value | Sequence[Value],
    *,
    digits: int = 4,
    rankdir: str = "LR",
    grad: bool = True,
    highlight: Value | None = None,
    fold: str | None = None,
    cluster: str | None = None,
    depth: int | None = None,
    limit: int = LIMIT,
    engine: str = "layered",
) -> Picture:
    """The graph that `value` was computed by: every node with its data, gradient and operation.

    Operands enter a node in order, from top to bottom, and beside each stands the local derivative by it.
    A part of a graph is drawn by passing a node inside it. What a picture leaves out it says, in
    its legend and in `.notes`.

    Args:
        value: the root, or several that share a graph.
        digits: how many significant digits the numbers have.
        rankdir: which way values flow, as in Graphviz: "LR", "TB", "RL" or "BT".
        grad: whether gradients are shown: those that the last `backward()` left in the nodes.
        highlight: a node whose paths to the result are marked and listed, each with its product of local
            derivatives; their sum is the gradient.
        fold: "neuron" or "layer" draws each as one card; "repeats" draws nodes of one shape once, with their
            count, and blocks that follow each other as one block.
        cluster: "neuron" or "layer" draws a frame around each, with all its nodes.
        depth: draw only nodes so many edges away from the result.
        limit: above so many nodes the graph is folded by itself, and cut where that is not enough.
        engine: what places the nodes: "layered" is part of this package and gives the same picture on every
            machine, "dot" is Graphviz.

    Raises:
        TypeError: `value` or `highlight` is not a Value, or a label is not a text.
        ValueError: an option has no such choice, or nothing depends on `highlight`.
        GraphvizMissing: `engine` is "dot", and there is no Graphviz.

    Example:
        >>> from tinygrad_notes import Value
        >>> x, w = Value(0.5, "x"), Value(-2.0, "w")
        >>> y = (w * x).tanh()
        >>> y.backward()
        >>> draw(y).scene.description
        'Computation graph of 4 nodes. Values flow from the operands to the result = −0.7616.'
    """
    roots = _roots(value)
    _check("rankdir", rankdir, RANKDIRS)
    _check("fold", fold, (None, *FOLDS))
    _check("cluster", cluster, (None, *FOLDS[:2]))
    _check("engine", engine, ENGINES)
    whole = labeled(topological_order(*roots))
    order = whole if depth is None else cut_to_depth(whole, roots, depth)
    paths = _paths(highlight, roots, whole, fold)
    chosen = folding(order, fold or "repeats") if fold or len(order) > limit else None
    if chosen is not None and chosen.size > limit:
        order, chosen = cut_to_size(order, roots, min(limit, _CUT)), None
    folded = fold_graph(chosen, digits, grad) if chosen else single_nodes(order, digits, grad)
    notes = _notes(whole, order, folded, fold)
    if paths is not None:
        folded = folded.marked({node for node in order if node in paths.on})
    enclosures = [*folded.enclosures, *(_clusters(order, cluster, folded) if cluster else ())]
    title = f"Computation graph of {len(whole):,} node{'s' if len(whole) > 1 else ''}"
    result = ", ".join(f"{root.label or 'the result'} = {written(root.data, digits)}" for root in roots[:8])
    description = " ".join([f"{title}. Values flow from the operands to {visible(result)}.", *notes])
    entries = [*_legend(grad, folded), *(Entry("…", note) for note in notes)]
    panel = paths_panel(paths, roots[0], digits) if paths else ()
    return compose(folded.cards, folded.edges, title, description, rankdir, entries, enclosures, panel, notes, engine)


def _roots(value: Value | Sequence[Value]) -> list[Value]:
    given: Sequence[object] = value if isinstance(value, (list, tuple)) else [value]
    roots = []
    for root in given:
        if not isinstance(root, Value):
            raise TypeError(f"draw shows the graph of a Value or of a list of Values, got {type(root).__name__}")
        roots.append(root)
    if not roots:
        raise ValueError("draw needs at least one Value, got an empty list")
    return roots


def _check(name: str, choice: str | None, choices: Sequence[str | None]) -> None:
    if choice not in choices:
        raise ValueError(f"{name} is one of {', '.join(map(repr, choices))}, not {choice!r}")


def _paths(highlight: Value | None, roots: list[Value], order: list[Value], fold: str | None) -> Paths | None:
    if highlight is None:
        return None
    if not isinstance(highlight, Value):
        raise TypeError(f"highlight is a node of the graph, so a Value, got {type(highlight).__name__}")
    if fold is not None or len(roots) > 1:
        raise ValueError("paths are highlighted from one result through single nodes: leave out `fold`, pass one Value")
    return paths_to(highlight, roots[0], order)


def _notes(whole: list[Value], order: list[Value], folded: Folded, fold: str | None) -> tuple[str, ...]:
    notes = []
    if len(order) < len(whole):
        notes.append(f"{len(whole) - len(order):,} nodes further from the result are left out.")
    if len(folded.cards) < len(order):
        by_itself = "" if fold else " (folded by itself; `limit` says when)"
        notes.append(f"{len(order):,} nodes are drawn as {len(folded.cards):,}{by_itself}.")
    return tuple(notes)


def _clusters(order: list[Value], cluster: str, folded: Folded) -> list[Enclosure]:
    groups = fold_graph(folding(order, cluster), 1, False)
    return [
        Enclosure(card.label or cluster, tuple(dict.fromkeys(folded.names[node] for node in members)))
        for card, members in zip(groups.cards, groups.members, strict=True)
        if len(members) > 1
    ]


def _legend(grad: bool, folded: Folded) -> list[Entry]:
    """What the colors and numbers of a computation graph mean."""
    entries = []
    if folded.edges:
        entries.append(Entry("×0.5", "local derivative by the operand that enters there"))
    if grad:
        entries.append(Entry("scale", "grad: d(result)/d(node), negative to positive"))
    return entries


_MOST = 60  # names; a page with more is no picture


def draw_names(sheet: NumbersOnPaper, *, rankdir: str = "LR") -> Picture | None:
    """What each name of the forward pass is worked out from; None where the page has too many names for a picture.

    Example:
        >>> from tinygrad_notes.worked.calculation import read_calculation
        >>> picture = draw_names(read_calculation("x = 0.3\\nw = 0.5\\nz = w*x\\na = tanh(z)").sheet())
        >>> picture.scene.description
        'Graph of 4 names: x and w are given; z and a are worked out.'
    """
    owner = {
        value: name for quantities in (sheet.given, sheet.quantities) for name, quantity in quantities.items()
        for value in quantity.elements
    }  # fmt: skip
    forward = [name for name, quantity in sheet.quantities.items() if quantity.phase in ("forward", "loss")]
    below = {name: list(_below(name, sheet.quantities[name], owner)) for name in forward}
    given = [name for name in sheet.given if any(name in names for names in below.values())]
    shown = {*given, *forward}
    if not forward or len(shown) > _MOST:
        return None
    cards = [Card(name, textbook(name)) for name in given]
    cards += [Card(name, textbook(name), ports=("",) * len(below[name])) for name in forward]
    edges = [
        Edge(operand, name, port) for name in forward for port, operand in enumerate(below[name]) if operand in shown
    ]
    described = f"{_listed(given)} given; {_listed(forward)} worked out."
    title = f"Graph of {len(shown)} names"
    return compose(cards, edges, title, f"{title}: {described}", rankdir)


def _below(name: str, quantity: Quantity, owner: dict[Value, str]) -> Iterator[str]:
    """The names that a quantity is worked out from, each once."""
    found: dict[str, None] = {}
    seen: set[Value] = set()
    waiting = [operand for value in quantity.elements for operand in value.operands]
    for value in waiting:  # which grows
        if value in seen:
            continue
        seen.add(value)
        if owner.get(value, name) != name:
            found[owner[value]] = None
        else:
            waiting += value.operands
    yield from found


def _listed(names: Collection[str]) -> str:
    shown = [textbook(name) for name in names]
    verb = "is" if len(shown) == 1 else "are"
    return f"{' and '.join(filter(None, [', '.join(shown[:-1]), *shown[-1:]]))} {verb}"
