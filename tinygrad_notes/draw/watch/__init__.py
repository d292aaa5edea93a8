"""Watching a training: a callback of `fit` that draws while it runs, and keeps the pictures as one page."""

from tinygrad_notes.draw.watch.watch import Watch

__all__ = ["Watch"]
