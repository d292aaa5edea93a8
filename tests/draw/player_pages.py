"""What the browser tests of the player share: pages to open, and what they show."""

from __future__ import annotations

import math
import re
from pathlib import Path
from typing import Any

from tinygrad_notes import Value
from tinygrad_notes.draw.player import play
from tinygrad_notes.draw.style import written
from tinygrad_notes.operations import CONSTANT
from tinygrad_notes.passes import topological_order


def saved(folder: Path, value: Any) -> Path:
    return play(value).save(folder / "player.html")


def expect(locator: Any) -> Any:
    """Playwright's own, which waits; imported here so that plain pytest can do without Playwright."""
    from playwright.sync_api import expect

    return expect(locator)


def shown_numbers(page: Any) -> list[tuple[str, str]]:
    """Value and gradient as they stand on every card."""
    texts = page.evaluate(
        """() => [...document.querySelectorAll(".node")].map((node) =>
             [".value", ".gradient"].map((part) => node.querySelector(part)?.textContent ?? ""))"""
    )
    return [(value, gradient) for value, gradient in texts]


def story_of(root: Value) -> list[list[tuple[str, str]]]:
    """What must stand on every card after every step, worked out with the engine's own numbers."""
    order = topological_order(root)
    place = {node: i for i, node in enumerate(order)}
    values = [written(node.data) if not node.operands else "" for node in order]
    gradients: list[float | None] = [None] * len(order)
    frames = []

    def frame() -> None:
        frames.append([(v, "" if g is None else written(g)) for v, g in zip(values, gradients, strict=True)])

    frame()
    for i, node in enumerate(order):
        if node.operands:
            values[i] = written(node.data)
            frame()
    gradients[-1] = 1.0
    frame()
    for node in reversed(order):
        for operand, slope in zip(node.operands, node.local_derivatives, strict=True):
            if operand.operation is CONSTANT:
                continue
            i, adjoint = place[operand], gradients[place[node]]
            assert adjoint is not None
            gradients[i] = (gradients[i] or 0.0) + adjoint * slope
            frame()
    return frames


def facts(page: Any, i: int) -> tuple[float, float]:
    """Value and gradient of node `i` in full, from the details that a click on it shows."""
    page.locator(f"#node-{i}").dispatch_event("click")
    value, gradient = page.locator("#details dd").all_inner_texts()
    return as_number(value), as_number(gradient)


def as_number(text: str) -> float:
    return float(text.replace("−", "-"))


def place_of(page: Any, label: str) -> int:
    node = page.locator(".node", has=page.locator(".name", has_text=re.compile(f"^{re.escape(label)}$")))
    return int(node.get_attribute("id").removeprefix("node-"))


def assert_engine_agrees(page: Any, root: Value) -> None:
    """Every number on the page, at the last step, is Python's to 1e-12."""
    root.backward()
    for i, node in enumerate(topological_order(root)):
        if node.operation is CONSTANT:
            continue
        value, gradient = facts(page, i)
        assert math.isclose(value, node.data, rel_tol=1e-12, abs_tol=1e-12), (node, value)
        assert math.isclose(gradient, node.grad, rel_tol=1e-12, abs_tol=1e-12), (node, gradient)
