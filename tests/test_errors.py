"""The tree of exceptions: one base, Python's own kind behind each, and what an error is about as data."""

import builtins
import inspect
import pickle

import pytest

from tinygrad_notes import MLP, Value, errors, fit, work_through
from tinygrad_notes.errors import ArgumentError, TinygradNotesError

ALL = [kind for _, kind in inspect.getmembers(errors, inspect.isclass) if issubclass(kind, Exception)]


@pytest.mark.parametrize("kind", ALL, ids=lambda kind: kind.__name__)
def test_every_exception_is_in_the_tree_that_the_module_draws(kind: type[Exception]) -> None:
    assert issubclass(kind, TinygradNotesError)
    assert kind.__name__ in (errors.__doc__ or "")
    line = next(line for line in (errors.__doc__ or "").splitlines() if kind.__name__ in line)
    named = [word.strip(":") for word in line.partition(kind.__name__)[2].split()]
    builtin = [getattr(builtins, name) for name in named if name.endswith("Error") and hasattr(builtins, name)]
    assert all(issubclass(kind, one) for one in builtin)


@pytest.mark.parametrize(
    ("home", "name"),
    [
        ("keeping", "DamagedFileError"),
        ("replay.files", "ProgramFileError"),
        ("replay", "BranchError"),
        ("nn.checkpoints", "CheckpointError"),
        ("nn.optimizers", "DivergenceError"),
        ("worked", "WorksheetError"),
        ("worked.claims", "ClaimError"),
        ("derivatives.checking", "GradientError"),
        ("derivatives.anomaly", "AnomalyError"),
        ("draw", "GraphvizMissing"),
        ("output", "OutputError"),
    ],
)
def test_each_can_be_imported_from_where_it_is_raised(home: str, name: str) -> None:
    module = __import__(f"tinygrad_notes.{home}", fromlist=[name])
    assert getattr(module, name) is getattr(errors, name)


NETWORK = MLP.from_weights([[[0.1, 0.2]], [[0.3]]], [[0.0], [0.1]])


@pytest.mark.parametrize(
    ("mistake", "argument", "layer"),
    [
        (lambda: MLP.from_weights([[[0.1, 0.2]], [[0.1, 0.2]]]), "W", 2),
        (lambda: MLP.from_weights([[[0.1, 0.2], [0.3]]]), "W", 1),
        (lambda: MLP.from_weights([[[0.1]], [[0.1]]], [None, [1.0, 2.0]]), "b", 2),
        (lambda: MLP.from_weights([[[0.1]]], [0.5]), "b", 1),
        (lambda: MLP.from_weights([]), "weights", None),
        (lambda: MLP.from_weights([[[0.1]]], convention="Wx"), "convention", None),
        (lambda: MLP.from_weights([[[0.1]]], activation="sigmoyd"), "activation", None),
        (lambda: work_through(NETWORK, [1.0], [1.0]), "x", None),
        (lambda: work_through(NETWORK, [1.0, 2.0], [1.0, 2.0]), "y", None),
        (lambda: work_through(NETWORK, [[1.0, 2.0]], [[1.0], [2.0]]), "y", None),
        (lambda: work_through(NETWORK, [1.0, 2.0], [1.0], loss="squared"), "loss", None),
        (lambda: work_through(Value(1.0), [1.0], [1.0]), "network", None),  # type: ignore[arg-type]
        (lambda: fit(NETWORK, [[1.0, 2.0]], [[1.0]], epochs=0.5), "epochs", None),  # type: ignore[arg-type]
    ],
)
def test_an_error_says_which_argument_it_is_about(mistake, argument: str, layer: int | None) -> None:
    with pytest.raises(ArgumentError) as caught:
        mistake()
    assert (caught.value.argument, caught.value.layer) == (argument, layer)
    again = pickle.loads(pickle.dumps(caught.value))
    assert (str(again), again.argument, again.layer) == (str(caught.value), argument, layer)


def test_exceptions_with_data_come_back_from_a_pickle_as_from_a_worker() -> None:
    for error in [
        errors.CalculationError("unknown", 3, 5),
        errors.ClaimError("z1", "is no number", "z1[0]"),
        errors.WorksheetError("page.toml:3: x", 3),
        errors.AnomalyError("exp gave inf", Value(1.0), ("a.py", 3)),
        errors.GradientError("wrong", None, 1),
        errors.GraphvizMissing("no Graphviz"),
    ]:
        again = pickle.loads(pickle.dumps(error))
        assert (type(again), str(again)) == (type(error), str(error))
