"""Neurons, layers and networks of Values."""

from tinygrad_notes.nn.network import MLP, Layer, Module, Neuron

__all__ = ["MLP", "Layer", "Module", "Neuron"]
