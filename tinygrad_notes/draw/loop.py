"""`draw_loop`: forward pass, loss, backward pass, update, and round again."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from tinygrad_notes.draw.panels import Panel
from tinygrad_notes.draw.picture import Picture
from tinygrad_notes.draw.scene import Scene, Shape, Text, moved
from tinygrad_notes.draw.shapes import arrow, straight
from tinygrad_notes.draw.style import written
from tinygrad_notes.letters import subscript
from tinygrad_notes.value import Value
from tinygrad_notes.worked import Sheet

_MARGIN, _ACROSS, _DOWN = 24.0, 96.0, 84.0
_ARROW = 26.0  # how far from a box's outer end the arrow above or below it is
_SHOWN = 3
_ALL = 17  # significant digits tell any two floats apart


def draw_loop(sheets: Sheet | Sequence[Sheet], *, digits: int = 4) -> Picture:
    """The training loop as four boxes in a circle, each with the real numbers of a run.

    Args:
        sheets: one for each round of the loop, from `work_through`. The boxes show the first, the middle of the picture
            all losses.
        digits: how many significant digits the numbers have. Losses get more digits if they differ only in later ones.

    Raises ValueError where there is no sheet.

    Example:
        >>> from tinygrad_notes import MLP, work_through
        >>> network = MLP.from_weights([[[-0.4]]], [[0.1]])
        >>> draw_loop(work_through(network, [1.5], [1.0])).scene.title
        'The training loop with its numbers'
    """
    rounds = [sheets] if isinstance(sheets, Sheet) else list(sheets)
    if not rounds:
        raise ValueError("draw_loop needs at least one sheet, got none")
    panels = _panels(rounds[0], digits)
    width = max(panel.width for panel in panels.values())
    height = max(panel.height for panel in panels.values())
    words = Text(0, 0, _course([sheet["C"].data for sheet in rounds], digits), 13, "mark", "middle")
    across = max(_ACROSS, words.width + 24 + 2 * (_ARROW - width))  # the words stand between the arrows down and up
    left, right = _MARGIN, _MARGIN + width + across
    top = 46.0
    bottom = top + height + _DOWN + 24
    corners = {"forward pass": (left, top), "loss": (right, top)}
    corners |= {"backward pass": (right, bottom), "update": (left, bottom)}
    shapes: list[Shape] = []
    for number, (name, panel) in enumerate(panels.items(), start=1):
        x, y = corners[name]
        shapes.append(Text(x + width / 2, y - 10, f"{number}. {name}", 13, "quiet", "middle", "bold"))
        shapes.append(panel.shapes(x, y + (height - panel.height) / 2, width))
    shapes += _circle(left, right, top, bottom, width, height)
    page = right + width + _MARGIN
    shapes.append(moved(words, page / 2, (top + height + bottom - 24) / 2 + 4))
    title = "The training loop with its numbers"
    description = f"{title}: forward pass, loss, backward pass, update, and round again. {words.text}."
    return Picture(Scene(page, bottom + height + _MARGIN, title, description, shapes))


def _panels(sheet: Sheet, digits: int) -> dict[str, Panel]:
    """The four boxes in order, by name."""
    last = sheet.layers
    k = subscript(last)

    def some(name: str, sign: str) -> str:
        values: list[Value] = list((sheet.quantities.get(name) or sheet.given[name]).elements)
        numbers = ", ".join(written(value.data, digits) for value in values[:_SHOWN])
        return f"{sign} = {numbers}{', …' if len(values) > _SHOWN else ''}"

    backward = (some(f"delta{last}", f"δ{k}"), some(f"dC/dW{last}", f"∂C/∂W{k}"))
    rate = f"η = {written(sheet.learning_rate.data, digits)}"
    return {
        "forward pass": Panel("ŷ = f(x; W)", (some("x", "x"), some(f"z{last}", f"z{k}"), some(f"a{last}", "ŷ"))),
        "loss": Panel("C = L(y, ŷ)", (some("y", "y"), some("C", "C"))),
        "backward pass": Panel("∂C/∂W by the chain rule", backward),
        "update": Panel("W := W − η ∂C/∂W", (rate, some(f"W{last}", f"W{k}"), some(f"W{last}_new", f"new W{k}"))),
    }


def _course(losses: Sequence[float], digits: int) -> str:
    """How the loss goes on, in words: with more digits than asked for where neighbors would look the same."""
    if len(losses) == 1:
        return "round and round, until C is small"
    shown = losses if len(losses) <= 6 else [*losses[:3], *losses[-2:]]
    apart = [(a, b) for a, b in pairwise(shown) if a < b or a > b]
    enough = next(
        d for d in range(digits, max(digits, _ALL) + 1) if all(written(a, d) != written(b, d) for a, b in apart)
    )
    words = [written(loss, enough) for loss in shown]
    if len(losses) > 6:
        words.insert(3, "…")
    return f"C, round by round: {' → '.join(words)}"


def _circle(left: float, right: float, top: float, bottom: float, width: float, height: float) -> list[Shape]:
    """The four arrows, clockwise."""
    shapes = straight((left + width + 6, top + height / 2), (right - 6, top + height / 2), "positive", 2.4)
    shapes += straight((right - 6, bottom + height / 2), (left + width + 6, bottom + height / 2), "negative", 2.4)
    down = right + width - _ARROW
    shapes += straight((down, top + height + 6), (down, bottom - 30), "negative", 2.4)
    up = left + _ARROW
    return shapes + arrow(
        ((up, bottom - 30), (up, bottom - 50), (up, top + height + 40), (up, top + height + 6)), "positive", 2.4
    )
