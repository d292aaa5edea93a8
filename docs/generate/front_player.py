"""The graph that plays on the front page: one neuron of one input, small enough for a phone."""

from __future__ import annotations

from tinygrad_notes import Value, play
from tinygrad_notes.functions import weighted_sum
from tinygrad_notes.value import as_value


def pages() -> dict[str, str | bytes]:
    """The player, by its path in the site."""
    w, x, b = Value(0.8, "w"), Value(0.5, "x"), Value(0.1, "b")
    z = as_value(weighted_sum([w], [x], b))
    a = z.tanh()
    z.label, a.label = "z", "a"
    return {"players/neuron.html": play(a, title="One neuron, step by step").html}
