"""Givens: what a page takes as given, compared between answers and the key that they belong to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from tinygrad_notes.nn.activations import Activation, activation_row
from tinygrad_notes.nn.matrices import CONVENTIONS
from tinygrad_notes.operations import Operation
from tinygrad_notes.refusals import counted
from tinygrad_notes.worked.sheet import Quantity, Sheet
from tinygrad_notes.worked.toml_text import TomlError


def compare_givens(answers: Sheet, key: Sheet) -> None:
    """Raise TomlError, which names the first given of the answers that is not the key's."""
    for toml_key, here, there in (
        ("activation", *_told_apart(answers.activations, key.activations)),
        ("loss", answers.loss.name, key.loss.name),
        ("reduction", answers.reduction, key.reduction),
        ("convention", answers.convention, key.convention),
        ("learning_rate", answers.learning_rate.data, key.learning_rate.data),
    ):
        if here != there:
            raise differs("network", toml_key, here, there)
    for name in dict.fromkeys((*answers.given, *key.given)):
        _compare(name, answers.given.get(name), key.given.get(name))


def compare_layout(network: Mapping[str, Any], key: Mapping[str, Any], convention: str) -> None:
    """Raise TomlError where the answers' table [network] has other layers than the key's, or writes them transposed.

    Their matrices would not fit together, so that no sheet could be worked out and compared.
    """
    written = network.get("convention", convention)
    if written in CONVENTIONS and written != convention:
        raise differs("network", "convention", written, convention)
    layers = network.get("layer", key["layer"])
    if isinstance(layers, list) and len(layers) != len(key["layer"]):
        here, there = (counted(len(those), "layer") for those in (layers, key["layer"]))
        raise differs("network.layer 1", "", here, there, subject="layer")


def _told_apart(answers: Sequence[Activation], key: Sequence[Activation]) -> tuple[list[Activation], list[Activation]]:
    """The activations of both; those that are one function under two names are given the key's."""
    same = len(answers) == len(key)
    pairs = zip(answers, key, strict=True) if same else ()
    named = [there if _function(here) == _function(there) else here for here, there in pairs]
    return named if same else list(answers), list(key)


def _function(activation: Activation) -> Operation | Activation:
    return activation_row(activation) or activation


def _compare(name: str, here: Quantity | None, there: Quantity | None) -> None:
    """Raise TomlError where a quantity has another shape than in the key, or another number somewhere."""
    layer = next(quantity.layer for quantity in (here, there) if quantity is not None)
    place = (f"network.layer {layer}", name[0]) if layer else ("network", name)
    if here is None or there is None or here.shape != there.shape:
        raise differs(*place, _shape(here), _shape(there), subject=name)
    for mine, given in zip(here.elements, there.elements, strict=True):
        if mine.data != given.data:
            raise differs(*place, mine.data, given.data, subject=mine.label)


def _shape(quantity: Quantity | None) -> Any:
    return f"an array of shape {list(quantity.shape)}" if quantity is not None else None


def differs(table: str, key: str, here: Any, there: Any, *, subject: str = "") -> TomlError:
    """The error that the answers take another number, name or shape as given than their key."""
    said, given = ("nothing" if what is None else what for what in (here, there))
    reason = f"{said} in the answers, {given} in their key; leave it out, or copy it from there"
    return TomlError(table, key, reason, subject=subject)
