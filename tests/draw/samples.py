"""What the tests of pictures share: note B's network, labels of ill will, and how to read a picture."""

from __future__ import annotations

import xml.etree.ElementTree as ET

from tinygrad_notes import MLP, Value
from tinygrad_notes.draw import Picture
from tinygrad_notes.worked import Sheet, work_through

SVG = "{http://www.w3.org/2000/svg}"

HOSTILE = [
    "<script>alert(1)</script>",
    "</script><img src=x onerror=alert(1)>",
    "<!--",
    "]]> <![CDATA[ -->",
    '"]; evil',
    "a<b & c>d",
    "&amp; &#60; &lt;",
    "\\N \\G",
    'back\\slash \\N \\G \\"',
    "end\\",
    "{a|b} <port>",
    "שלום עולם",
    "\N{RIGHT-TO-LEFT OVERRIDE}reversed",
    "🔥 loss 🧮",
    "漢字かな",
    "∂C/∂W₁ᵀ ⊙ σ′(z₂)",
]
"""Labels that some format or language would read as markup, as an escape or in another direction."""


def note_b_network(convention: str = "W@x") -> MLP:
    first, second = [[0.1, 0.2, -0.1], [0.3, -0.2, 0.5], [-0.4, 0.1, 0.2]], [[0.2, -0.3, 0.1]]
    if convention == "x@W":
        first, second = ([list(column) for column in zip(*matrix, strict=True)] for matrix in (first, second))
    return MLP.from_weights([first, second], [[0.0, 0.1, -0.1], [0.05]], activation="sigmoid", convention=convention)


def note_b_sheet(network: MLP | None = None) -> Sheet:
    return work_through(network or note_b_network(), [0.5, 0.2, 0.1], [1.0])


def note_b_loss(network: MLP | None = None) -> Value:
    """C, a Value of code like a user's own, after its backward pass."""
    loss: Value = ((network or note_b_network())([0.5, 0.2, 0.1]) - 1) ** 2
    loss.label = "C"
    loss.backward()
    return loss


def texts(picture: Picture) -> list[str]:
    """All that is written on a picture, read back from its SVG."""
    return ["".join(text.itertext()) for text in ET.fromstring(picture.svg).iter(f"{SVG}text")]
