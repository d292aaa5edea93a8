"""What the package promises, in one place, so that a change of it is deliberate."""

import subprocess
import sys

import pytest

import tinygrad_notes

PUBLIC = """
    AnomalyError
    Layer
    MLP
    Module
    Neuron
    Picture
    Player
    Program
    Value
    Watch
    array
    check_by_hand
    check_gradients
    data_of
    collector_paused
    detect_anomaly
    difference_quotient
    dot
    draw
    draw_delta_rule
    draw_jacobians
    draw_loop
    draw_network
    explain
    fit
    from_sympy
    grad
    grad_of
    gradients
    hessian
    hvp
    jacobian
    jvp
    latex
    load_graph
    load_parameters
    logsumexp
    mark
    mark_note
    mean
    no_grad
    norm
    play
    product
    read_note
    record
    save_graph
    save_parameters
    softmax
    to_sympy
    value_and_grad
    vjp
    weighted_sum
    work_through
"""
HEAVY = ["numpy", "graphviz", "pygraphviz", "rich", "matplotlib", "jax", "numba", "scipy"]


def test_the_public_names_are_these():
    assert sorted(tinygrad_notes.__all__) == sorted(PUBLIC.split())


@pytest.mark.parametrize("name", PUBLIC.split())
def test_a_public_name_can_be_had_and_says_what_it_is(name):
    assert getattr(tinygrad_notes, name).__doc__
    assert name in dir(tinygrad_notes)


def test_type_checkers_see_the_same_names():
    source = tinygrad_notes.__loader__.get_source("tinygrad_notes")
    for_checkers = source.partition("if TYPE_CHECKING:")[2].partition("_LAZY")[0]
    for name in tinygrad_notes._LAZY:
        assert name in for_checkers.replace(",", " ").split(), name


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="module 'tinygrad_notes' has no attribute 'Valu'"):
        tinygrad_notes.Valu


def test_modules_of_the_package_are_there_when_asked_for_and_no_others_are():
    asked = "import tinygrad_notes; print(tinygrad_notes.nn.network.__name__, hasattr(tinygrad_notes, '__wrapped__'))"
    finished = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert finished.stdout.split() == ["tinygrad_notes.nn.network", "False"]


def test_the_import_stays_light():
    asked = f"import sys, tinygrad_notes; print([name for name in {HEAVY} if name in sys.modules])"
    finished = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert finished.stdout.strip() == "[]"
