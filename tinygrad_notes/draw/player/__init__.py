"""The player: a page that steps through a graph forward and backward, and recomputes it while numbers change."""

from tinygrad_notes.draw.player.player import Player, play

__all__ = ["Player", "play"]
