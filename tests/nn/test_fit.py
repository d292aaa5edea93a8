"""`fit`: what it computes, what it takes, and that nothing stops it from being the same twice."""

import math
import random
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from killed_run import train

from tinygrad_notes import MLP, Value
from tinygrad_notes.derivatives.anomaly import AnomalyError
from tinygrad_notes.nn.fit import DivergenceError, fit
from tinygrad_notes.nn.optimizers import SGD, Adam

X = np.array([[0.0, 0], [0, 1], [1, 0], [1, 1]])
Y = np.array([[0.0], [1], [1], [0]])


def numbers(network):
    return np.array([parameter.data for parameter in network.parameters()])


def test_full_batches_are_gradient_descent_by_hand():
    W1, W2 = np.array([[0.3, -0.8], [0.5, 0.9]]), np.array([[0.4, -0.7]])
    network = MLP.from_weights([W1, W2])
    fit(network, X, Y, loss="half_squared_error", optimizer=SGD(0.5), epochs=50, batch_size=None)
    for _ in range(50):
        h = 1 / (1 + np.exp(-X @ W1.T))
        p = 1 / (1 + np.exp(-h @ W2.T))
        delta2 = (p - Y) * p * (1 - p)
        delta1 = (delta2 @ W2) * h * (1 - h)
        W2 = W2 - 0.5 * delta2.T @ h
        W1 = W1 - 0.5 * delta1.T @ X
    np.testing.assert_allclose(numbers(network), [*W1.ravel(), *W2.ravel()], rtol=1e-12)


@pytest.mark.parametrize(
    "executor",
    [
        "numpy",
        pytest.param("numba", marks=pytest.mark.extras),
        pytest.param("jax", marks=[pytest.mark.extras, pytest.mark.slow]),
    ],
)
@pytest.mark.parametrize("batch_size", [3, None])
def test_eager_and_replayed_runs_agree(executor, batch_size):
    networks = [MLP(2, [3, 1], activation="tanh", seed=4) for _ in range(2)]
    histories = [
        fit(
            network, X, Y, optimizer=Adam(0.05), epochs=30, batch_size=batch_size, executor=chosen, clip_norm=0.5,
            validation=(X[:3].tolist(), Y[:3].tolist()),
        )
        for network, chosen in zip(networks, [executor, "eager"])
    ]  # fmt: skip
    np.testing.assert_allclose(numbers(networks[0]), numbers(networks[1]), rtol=1e-9)
    for name, of_epochs in histories[1].items():
        np.testing.assert_allclose(histories[0][name], of_epochs, rtol=1e-9)


@pytest.mark.parametrize("executor", ["numpy", "eager"])
def test_the_gradients_of_a_users_own_backward_pass_stay(executor):
    network = MLP(2, [2, 1], seed=0)
    for parameter in network.parameters():
        parameter.grad = 5.0
    fit(network, X, Y, epochs=2, executor=executor)
    assert {parameter.grad for parameter in network.parameters()} == {5.0}


@pytest.mark.parametrize("executor", ["numpy", "eager"])
def test_a_parameter_that_is_used_twice_moves_once(executor):
    class Tied:
        def __init__(self):
            self.w = Value(0.5)

        def parameters(self):
            return [self.w, self.w]

        def __call__(self, x):
            return [self.w * (self.w * x[0])]

    network = Tied()
    fit(
        network, [[2.0]], [[1.0]], loss="squared_error", optimizer=SGD(0.125, momentum=0.5), epochs=1, executor=executor
    )
    assert network.w.data == 0.5 - 0.125 * 2 * (0.5 - 1) * 2 * 0.5 * 2


def test_the_loss_is_averaged_over_samples_not_over_batches():
    network = MLP(2, [1], seed=0)
    before = np.mean([(network(list(x)).data - y[0]) ** 2 for x, y in zip(X, Y)])
    history = fit(network, X, Y, optimizer=SGD(1e-300), epochs=1, batch_size=3)
    assert history["loss"] == [pytest.approx(before, rel=1e-14)]


@pytest.mark.parametrize(
    "batches",
    [
        [(X[:2], Y[:2]), (X[2:], Y[2:])],
        lambda: ((X[i : i + 2].tolist(), Y[i : i + 2].tolist()) for i in (0, 2)),
    ],
    ids=["list", "generator function"],
)
def test_batches_from_an_iterable(batches):
    networks = [MLP(2, [2, 1], seed=1) for _ in range(2)]
    fit(networks[0], batches, optimizer="sgd", epochs=5)
    fit(networks[1], X, Y, optimizer="sgd", epochs=5, batch_size=2, shuffle=False)
    np.testing.assert_array_equal(numbers(networks[0]), numbers(networks[1]))


def test_empty_batches_change_nothing():
    networks = [MLP(2, [2, 1], seed=1) for _ in range(2)]
    batches = [(X[:2], Y[:2]), (X[2:], Y[2:])]
    histories = [
        fit(network, of_epoch, optimizer="sgd", epochs=2)
        for network, of_epoch in zip(networks, [batches, [(X[:0], Y[:0]), batches[0], (X[:0], Y[:0]), batches[1]]])
    ]
    np.testing.assert_array_equal(numbers(networks[0]), numbers(networks[1]))
    assert histories[0] == histories[1]


def test_an_epoch_without_samples_is_reported():
    batches = iter([[(X, Y)], [(X, Y)], []])
    with pytest.raises(ValueError, match=r"gave no samples in epoch 1.*every epoch needs"):
        fit(MLP(2, [1], seed=0), lambda: next(batches), epochs=3)


def test_a_seed_decides_the_order():
    def run(seed):
        network = MLP(2, [2, 1], seed=1)
        fit(network, X, Y, optimizer="sgd", epochs=3, batch_size=1, seed=seed)
        return numbers(network).tolist()

    assert run(1) == run(1) != run(2)


def test_any_function_is_a_loss():
    network = MLP(1, [1], seed=0)
    history = fit(network, [[1.0], [2.0]], [1.0, 2.0], loss=lambda a, y: abs(a - y), optimizer=SGD(0.01), epochs=200)
    assert history["loss"][-1] < 0.1 < history["loss"][0]


def test_early_stopping_goes_back_to_the_best():
    network = MLP(1, [1], seed=0)
    rates = [0.1] * 5 + [-0.3] * 20
    history = fit(
        network, [[1.0], [2.0]], [1.0, 2.0], optimizer=SGD(lambda step: rates[step]), epochs=25, batch_size=None,
        validation=([[3.0]], [3.0]), patience=4,
    )  # fmt: skip
    losses = history["validation_loss"]
    best = int(np.argmin(losses))
    assert len(losses) == best + 1 + 4
    assert (network([3.0]).data - 3.0) ** 2 == pytest.approx(losses[best], rel=1e-9)


def test_early_stopping_without_validation_goes_back_to_the_parameters_that_the_loss_was_of():
    network = MLP(1, [1], seed=0)
    x, y, rates = [[0.0], [1.0], [2.0]], [1.0, 3.0, 5.0], [0.1, 0.1, 0.1, 100.0]
    losses = fit(
        network, x, y, optimizer=SGD(lambda step: rates[step] if step < 4 else 1e-9), epochs=8, batch_size=None,
        patience=3,
    )["loss"]  # fmt: skip
    assert len(losses) == 4 + 3
    assert losses[3] == min(losses)
    after = np.mean([(network(each).data - target) ** 2 for each, target in zip(x, y)])
    assert after == pytest.approx(losses[3], rel=1e-12)


def test_early_stopping_with_several_batches_goes_back_to_where_the_best_epoch_began():
    def run(epochs, **watch):
        network = MLP(2, [1], seed=0)
        history = fit(
            network, X, X.sum(axis=1), optimizer=SGD(lambda step: 0.1 if step < 5 else 100.0 if step == 5 else 1e-9),
            epochs=epochs, batch_size=2, **watch,
        )  # fmt: skip
        return history["loss"], numbers(network)

    losses, after = run(20, patience=2)
    best = int(np.argmin(losses))
    assert (best, len(losses)) == (2, 5)
    np.testing.assert_array_equal(after, run(best)[1])


def test_patience_ends_where_no_validation_loss_is_a_number():
    network = MLP(1, [1], activation="sqrt", seed=0)
    network.parameters()[0].data = 1.0
    history = fit(
        network, [[1.0], [2.0]], [1.0, 1.5], optimizer=SGD(0.01), epochs=20, validation=([[-9.0]], [0.0]), patience=3
    )
    assert [math.isnan(loss) for loss in history["validation_loss"]] == [True] * 3
    assert np.isfinite(numbers(network)).all()


def test_a_rate_that_explodes_is_reported_and_the_parameters_stay_finite():
    network = MLP(1, [3, 1], activation="linear", seed=0)
    with pytest.raises(DivergenceError, match=r"became (inf|nan).*in epoch \d+.*learning rate 50.*lower learning rate"):
        fit(network, [[1.0], [2.0]], [1.0, 2.0], optimizer=SGD(50.0), epochs=500)
    assert np.isfinite(numbers(network)).all()


def test_the_number_that_went_wrong_is_named():
    network = MLP(1, [1], activation="log", seed=0)
    network.parameters()[0].data = 1.0
    with pytest.raises(DivergenceError, match=r"nan in epoch 0(.|\n)*sample 1 of the batch: log gave nan") as caught:
        fit(network, [[1.0], [-1.0]], [0.0, 0.0], optimizer=SGD(0.1), epochs=1, shuffle=False)
    assert isinstance(caught.value.__cause__, AnomalyError)
    assert [parameter.grad for parameter in network.parameters()] == [0.0, 0.0]


def test_parameters_are_written_back_when_interrupted():
    network = MLP(1, [1], seed=0)
    before = numbers(network)

    def batches():
        yield [[1.0], [2.0]], [1.0, 2.0]
        raise KeyboardInterrupt

    with pytest.warns(UserWarning, match="interrupted in epoch 1 of 2: .* after step 1"):
        history = fit(network, batches, optimizer=SGD(0.1), epochs=2)
    assert history.was_interrupted
    assert (numbers(network) != before).any()


WRONG = [
    ({"X": X, "y": Y, "epochs": 0}, ValueError, "epochs must be at least 1, got 0"),
    ({"X": X, "y": Y, "epochs": 2.5}, TypeError, r"epochs must be a whole number, got 2.5$"),
    ({"X": X, "y": Y, "epochs": "3"}, TypeError, "epochs must be a whole number, got '3'"),
    ({"X": X, "y": Y, "seed": None}, TypeError, "seed must be a whole number, got None"),
    ({"X": X, "y": Y, "seed": -1}, ValueError, "seed must be at least 0, got -1"),
    ({"X": X, "y": Y, "clip_norm": 0}, ValueError, "clip_norm must be above 0, got 0.0"),
    ({"X": X, "y": Y, "clip_norm": -1.0}, ValueError, "clip_norm must be above 0, got -1.0"),
    ({"X": X, "y": Y, "clip_norm": math.nan}, ValueError, "clip_norm must be above 0, got nan"),
    ({"X": X, "y": Y, "clip_norm": "1"}, TypeError, "clip_norm must be a number, got '1'"),
    ({"X": X, "y": Y[:3]}, ValueError, r"the same number of samples, got shapes \(4, 2\) and \(3, 1\)"),
    ({"X": X[:0], "y": Y[:0]}, ValueError, "X is empty"),
    ({"X": X, "y": Y, "batch_size": 0}, ValueError, "batch_size must be at least 1, got 0"),
    ({"X": X, "y": Y, "batch_size": 2.0}, TypeError, "batch_size must be a whole number, got 2.0: write batch_size=2"),
    ({"X": X, "y": Y, "loss": "huber"}, ValueError, "unknown loss 'huber'"),
    ({"X": X, "y": Y, "loss": None}, TypeError, "a loss is a name or a function of outputs and targets, got NoneType"),
    ({"X": X, "y": Y, "optimizer": "rmsprop"}, ValueError, "unknown optimizer"),
    ({"X": X, "y": Y, "optimizer": SGD}, TypeError, r"got its class: write SGD\(\)"),
    ({"X": ((x, x) for x in X)}, TypeError, "pass the function that makes it"),
    ({"X": [X, X, X]}, TypeError, r"a batch \(y was left out, so .*\) is a pair \(X, y\), got ndarray"),
    ({"X": X}, TypeError, r"fit got X, of shape \(4, 2\), and no y: write fit\(network, X, y\)"),
    ({"X": X.tolist()}, ValueError, r"X and y of a batch \(y was left out.*got shapes \(\) and \(\)"),
    ({"X": [(X, Y[:3])]}, ValueError, r"X and y of a batch .*got shapes \(4, 2\) and \(3, 1\)"),
    ({"X": X, "y": Y, "validation": X}, TypeError, r"validation is a pair \(X, y\), got ndarray"),
    ({"X": X, "y": Y, "validation": (X, Y[:2])}, ValueError, r"X and y of validation must have the same number of"),
    ({"X": X, "y": Y, "validation": (X[:0], Y[:0])}, ValueError, "no samples to validate with"),
    ({"X": []}, ValueError, "gave no samples in epoch 0"),
    ({"X": X, "y": Y, "patience": 0}, ValueError, "patience must be at least 1"),
    ({"X": X, "y": Y, "checkpoint_every": 0}, ValueError, "checkpoint_every must be at least 1"),
    ({"X": X[:, :1], "y": Y}, ValueError, "takes 2 inputs, got 1"),
    ({"X": [[Value(1.0), Value(2.0)]], "y": [1.0]}, TypeError, "array of objects"),
]  # fmt: skip


@pytest.mark.parametrize("executor", ["numpy", "eager"])
@pytest.mark.parametrize(("arguments", "error", "message"), WRONG)
def test_what_fit_cannot_take(arguments, error, message, executor):
    with pytest.raises(error, match=message):
        fit(MLP(2, [2, 1], seed=0), executor=executor, **arguments)


def test_a_network_without_parameters():
    with pytest.raises(ValueError, match="no parameters to fit"):
        fit(MLP.__mro__[1](), X, Y)


# Checkpoints ------------------------------------------------------------------------------------------


def test_a_run_in_two_halves_is_the_whole_run(tmp_path):
    whole = train(None, epochs=12)
    train(tmp_path / "half.npz", epochs=5)
    assert train(tmp_path / "half.npz", epochs=12) == whole
    assert train(tmp_path / "half.npz", epochs=12) == whole, "a finished run has nothing left to do"
    assert [path.name for path in tmp_path.iterdir()] == ["half.npz"]


def test_arguments_may_be_numbers_of_numpy(tmp_path):
    def run(path, **arguments):
        network = MLP(2, [2, 1], seed=0)
        history = fit(network, X, Y, checkpoint=path, **arguments)
        return history, numbers(network).tolist()

    plain = {
        "seed": 3, "batch_size": 2, "shuffle": True, "clip_norm": 0.5, "epochs": 4, "patience": 3, "checkpoint_every": 2
    }  # fmt: skip
    kinds = [np.int64, np.int32, np.bool_, np.float32, np.uint8, np.int64, np.int16]
    of_numpy = {name: kind(number) for kind, (name, number) in zip(kinds, plain.items(), strict=True)}
    assert run(tmp_path / "run.npz", **of_numpy) == run(None, **plain)
    assert run(tmp_path / "run.npz", **plain) == run(None, **plain), "and the file is of the same run"


SCRIPT = """
import sys
from tinygrad_notes import MLP
from tinygrad_notes.nn.fit import fit
from tinygrad_notes.nn.optimizers import SGD
network = MLP(1, [1], seed=0)
fit(network, [[1.0]], [2.0], optimizer=SGD(lambda step: 0.1), epochs=int(sys.argv[2]), checkpoint=sys.argv[1])
"""


def test_another_process_goes_on_under_a_learning_rate_that_is_a_function(tmp_path):
    for epochs in ("1", "2"):
        subprocess.run([sys.executable, "-c", SCRIPT, tmp_path / "run.npz", epochs], check=True)


@pytest.mark.slow
def test_killed_at_any_moment_it_resumes_to_the_last_bit(tmp_path):
    expected, history = train(None)
    expected = " ".join(number.hex() for number in [*expected, *history["loss"]])
    script = [sys.executable, str(Path(__file__).with_name("killed_run.py"))]
    started = time.monotonic()
    subprocess.run([*script, tmp_path / "timed.npz", tmp_path / "timed.txt"], check=True)
    usual = time.monotonic() - started
    assert (tmp_path / "timed.txt").read_text() == expected
    kills = 0
    for moment in range(20):
        checkpoint, result = tmp_path / f"{moment}.npz", tmp_path / f"{moment}.txt"
        process = subprocess.Popen([*script, checkpoint, result])
        try:
            process.wait(timeout=random.Random(moment).uniform(0.3, 1.0) * usual)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            kills += 1
        subprocess.run([*script, checkpoint, result], check=True)
        assert result.read_text() == expected
    assert kills >= 10


def test_progress_shows_on_request_and_is_quiet_elsewhere(capsys):
    arguments = {"optimizer": SGD(0.1), "epochs": 3}
    fit(MLP(2, [1], seed=0), X, Y, **arguments)
    assert capsys.readouterr().err == ""
    fit(MLP(2, [1], seed=0), X, Y, progress=True, **arguments)
    assert "3/3" in capsys.readouterr().err


def test_history_has_one_number_per_epoch():
    history = fit(MLP(2, [1], seed=0), X, Y, epochs=3, validation=(X, Y))
    assert {name: len(of_epochs) for name, of_epochs in history.items()} == dict.fromkeys(
        ("loss", "gradient_norm", "validation_loss"), 3
    )
    assert all(math.isfinite(number) for of_epochs in history.values() for number in of_epochs)


LOGARITHMS = [
    (MLP(2, [3, 2], activation="relu", seed=0), "cross_entropy", [0.0, 1.0], "softmax"),
    (MLP(2, [3, 2], activation="tanh", seed=0), "cross_entropy", [0.0, 1.0], "softmax"),
    (MLP(2, [1], activation="relu", seed=0), "binary_cross_entropy", [1.0], "sigmoid"),
]


@pytest.mark.parametrize(("network", "loss", "target", "activation"), LOGARITHMS)
def test_a_loss_with_logarithms_wants_outputs_between_0_and_1(network, loss, target, activation):
    before = [parameter.data for parameter in network.parameters()]
    with pytest.raises(ValueError, match=rf"{loss} takes the logarithm .* the activation '{activation}'"):
        fit(network, [[1.0, 2.0]], [target], loss=loss, epochs=1)
    assert [parameter.data for parameter in network.parameters()] == before


@pytest.mark.parametrize("loss", ["mse", "binary_cross_entropy"])
def test_the_softmax_of_one_output_learns_nothing(loss):
    with pytest.raises(ValueError, match=r"softmax of one output is 1 whatever.*'sigmoid'"):
        fit(MLP(2, [3, 1], activation=["tanh", "softmax"], seed=0), [[1.0, 2.0]], [1.0], loss=loss, epochs=1)


@pytest.mark.parametrize(("X", "y", "named"), [([[0.5], [math.inf]], [0.0, 1.0], "inf in X"),
                                               ([[0.5], [0.1]], [0.0, math.nan], "nan in y")])  # fmt: skip
def test_a_sample_that_is_no_number_is_named_in_place_of_the_learning_rate(X, y, named):
    with pytest.raises(DivergenceError, match=f"sample 1 of the batch has {named}: leave it out"):
        fit(MLP(1, [1], seed=0), X, y, loss="squared_error", shuffle=False, epochs=1)


def test_the_gradients_length_is_that_of_all_steps():
    network = MLP(1, [1], seed=0)
    X, y = [[1.0], [2.0], [3.0]], [0.0, 5.0, -5.0]
    history = fit(network, X, y, optimizer=SGD(1e-12), batch_size=2, shuffle=False, epochs=1)
    w, b = (parameter.data for parameter in network.parameters())
    slopes = [(2 * (w * x + b - t) * x, 2 * (w * x + b - t)) for (x,), t in zip(X, y, strict=True)]
    first, last = (math.hypot(*(sum(part) / len(part) for part in zip(*step))) for step in (slopes[:2], slopes[2:]))
    assert history["gradient_norm"] == [pytest.approx((2 * first + last) / 3, rel=1e-9)]
