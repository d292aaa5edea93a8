"""Pictures of computation graphs and networks, laid out in layers and drawn as SVG.

`tinygrad_notes.draw` names both this room and its first function, so the room can be called:
`draw(value)` is `draw.draw(value)`.
"""

import sys
from types import ModuleType
from typing import Any

from tinygrad_notes.draw.delta_rule import draw_delta_rule
from tinygrad_notes.draw.graph import draw
from tinygrad_notes.draw.jacobians import draw_jacobians
from tinygrad_notes.draw.loop import draw_loop
from tinygrad_notes.draw.network import draw_network
from tinygrad_notes.draw.picture import Picture
from tinygrad_notes.errors import GraphvizMissing

__all__ = ["GraphvizMissing", "Picture", "draw", "draw_delta_rule", "draw_jacobians", "draw_loop", "draw_network"]


class _CallableRoom(ModuleType):
    def __call__(self, *args: Any, **kwargs: Any) -> Picture:
        return draw(*args, **kwargs)


sys.modules[__name__].__class__ = _CallableRoom
