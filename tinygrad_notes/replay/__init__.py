"""Recorded programs: the graph that is inspected node by node, run over batches at the speed of array code."""

from tinygrad_notes.replay.branches import BranchError
from tinygrad_notes.replay.files import ProgramFileError
from tinygrad_notes.replay.program import Program
from tinygrad_notes.replay.recorder import load, record

__all__ = ["BranchError", "Program", "ProgramFileError", "load", "record"]
