"""A scalar reverse-mode autodiff engine whose every number can be seen, checked by hand, drawn and run fast."""

from tinygrad_notes.nn import MLP, Layer, Module, Neuron
from tinygrad_notes.value import Value

__all__ = ["MLP", "Layer", "Module", "Neuron", "Value"]
