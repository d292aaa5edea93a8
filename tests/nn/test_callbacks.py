"""Callbacks, validation, learning rates, histories, and Ctrl-C at any moment."""

import json
import os
import signal
import subprocess
import sys
import threading
import time

import numpy as np
import pytest

from tinygrad_notes import MLP, fit
from tinygrad_notes.nn.callbacks import Callback, Interrupts
from tinygrad_notes.nn.history import History
from tinygrad_notes.nn.optimizers import OPTIMIZERS, SGD, Adam
from tinygrad_notes.nn.schedules import Cosine

DRAW = np.random.default_rng(8)
X = DRAW.normal(size=(20, 2))
Y = np.sin(X.sum(axis=1))


def network():
    return MLP(2, [4, 1], activation=["tanh", None], seed=6)


def numbers(network):
    return np.array([parameter.data for parameter in network.parameters()])


class Diary(Callback):
    def __init__(self):
        self.lines = []

    def on_train_begin(self, training):
        self.lines.append(("begin", training.step, training.epoch))

    def on_step_end(self, training):
        self.lines.append(("step", training.step, training.epoch))

    def on_epoch_end(self, training):
        self.lines.append(("epoch", training.step, training.epoch, len(training.history["loss"]), training.epochs))

    def on_train_end(self, training):
        self.lines.append(("end", training.step, training.epoch))


def test_callbacks_are_called_in_their_order():
    diary, seen = Diary(), []
    fit(network(), X, Y, epochs=2, batch_size=10, callbacks=[diary, lambda training: seen.append(training.epoch)])
    assert diary.lines == [
        ("begin", 0, 0), ("step", 1, 0), ("step", 2, 0), ("epoch", 2, 1, 1, 2),
        ("step", 3, 1), ("step", 4, 1), ("epoch", 4, 2, 2, 2), ("end", 4, 2),
    ]  # fmt: skip
    assert seen == [1, 2]


@pytest.mark.parametrize("executor", ["numpy", "eager"])
def test_a_callback_sees_the_network_and_the_loss_as_they_are_now(executor):
    found = []

    class Check(Callback):
        def on_step_end(self, training):
            mean = np.mean([(training.network(x).data - y) ** 2 for x, y in zip(X.tolist(), Y)])
            found.append((training.loss(X, Y), mean))

    fit(network(), X, Y, epochs=2, batch_size=7, executor=executor, callbacks=Check())
    assert len(found) == 6
    for loss, by_hand in found:
        assert loss == pytest.approx(by_hand, rel=1e-13)


def test_a_callback_that_returns_true_ends_the_training():
    history = fit(network(), X, Y, epochs=50, callbacks=lambda training: training.epoch == 3)
    assert history.epochs == 3 and not history.was_interrupted
    twin, stopped = network(), network()
    fit(twin, X, Y, epochs=3)
    fit(stopped, X, Y, epochs=50, callbacks=lambda training: training.epoch == 3)
    np.testing.assert_array_equal(numbers(stopped), numbers(twin))


def test_callbacks_change_nothing_of_the_training():
    watched, alone = network(), network()
    diary = Diary()
    histories = [
        fit(watched, X, Y, epochs=4, batch_size=6, callbacks=[diary, lambda t: bool(t.network.predict(X)[0] > 1e9)]),
        fit(alone, X, Y, epochs=4, batch_size=6),
    ]
    assert histories[0] == histories[1]
    np.testing.assert_array_equal(numbers(watched), numbers(alone))


@pytest.mark.parametrize(
    ("callbacks", "message"),
    [
        (3, "functions of the training, or of Callbacks, got int"),
        ([None], "got NoneType"),
        ([Callback], r"got its class: write Callback\(\)"),
    ],
)
def test_what_is_no_callback(callbacks, message):
    with pytest.raises(TypeError, match=message):
        fit(network(), X, Y, epochs=1, callbacks=callbacks)


# Learning rates ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", OPTIMIZERS)
@pytest.mark.parametrize("rate", [0.03, Cosine(0.03, steps=9)])
def test_a_learning_rate_beside_a_name(name, rate):
    named, made = network(), network()
    fit(named, X, Y, optimizer=name.upper(), learning_rate=rate, epochs=3)
    fit(made, X, Y, optimizer=OPTIMIZERS[name](rate), epochs=3)
    np.testing.assert_array_equal(numbers(named), numbers(made))


def test_momentum_by_hand():
    w = MLP.from_weights([[[1.0]]], activation="linear")
    fit(w, [[1.0]], [0.0], optimizer="momentum", learning_rate=0.1, epochs=2)
    first = 1.0 - 0.1 * 2.0  # the gradient of w² is 2w; then v := 0.9 v + 2w
    assert numbers(w) == [pytest.approx(first - 0.1 * (0.9 * 2.0 + 2 * first), rel=1e-15)]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"optimizer": SGD(0.1), "learning_rate": 0.2}, r"write optimizer=SGD\(0\.2\)"),
        ({"optimizer": "adm"}, "did you mean 'adam'"),
        ({"learning_rate": -0.1}, "must be positive"),
    ],
)
def test_what_is_no_learning_rate(arguments, message):
    with pytest.raises(ValueError, match=message):
        fit(network(), X, Y, **arguments)


# Validation -------------------------------------------------------------------------------------------


def test_a_share_of_the_samples_validates_and_is_not_trained_on():
    split = fit(network(), X, Y, validation_split=0.25, epochs=3, seed=4, shuffle=False, batch_size=None)
    taken = np.sort(np.random.default_rng([4, 0, 1]).permutation(20)[:5])
    left = np.setdiff1d(np.arange(20), taken)
    given = fit(
        network(), X[left], Y[left], validation_data=(X[taken], Y[taken]), epochs=3, shuffle=False, batch_size=None
    )
    assert split == given and len(split["validation_loss"]) == 3


def test_the_older_name_of_validation_data():
    assert fit(network(), X, Y, validation=(X, Y), epochs=2) == fit(network(), X, Y, validation_data=(X, Y), epochs=2)


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"validation_split": 1.0}, ValueError, "validation_split is a share between 0 and 1, got 1"),
        ({"validation_split": 0}, ValueError, "validation_split must be above 0"),
        ({"validation_split": 0.01}, ValueError, r"0\.01 of 20 samples leaves 20 for training and 0 for validation"),
        ({"validation_split": "0.2"}, TypeError, "must be a number"),
        ({"validation_split": 0.2, "validation_data": (X, Y)}, ValueError, "are given once"),
        ({"validation": (X, Y), "validation_data": (X, Y)}, ValueError, "are given once"),
    ],
)
def test_what_does_not_validate(arguments, error, message):
    with pytest.raises(error, match=message):
        fit(network(), X, Y, **arguments)


def test_an_iterable_cannot_be_split():
    with pytest.raises(ValueError, match="validation_split takes samples out of X and y"):
        fit(network(), [(X, Y)], validation_split=0.2)


def test_metrics_go_through_a_checkpoint(tmp_path):
    def run(epochs, path=None):
        made = network()
        return fit(
            made, X, (Y > 0) * 1.0, epochs=epochs, validation_split=0.2, metrics=["accuracy"], checkpoint=path
        ), numbers(made).tolist()  # fmt: skip

    whole = run(6)
    run(2, tmp_path / "run.npz")
    assert run(6, tmp_path / "run.npz") == whole


# Histories --------------------------------------------------------------------------------------------


def test_a_history_is_a_dict_of_lists():
    history = fit(network(), X, Y, epochs=3)
    assert json.loads(json.dumps(history)) == history
    assert isinstance(history, dict) and history.epochs == 3


def test_a_history_as_text():
    history = History(loss=[1.0] * 200, accuracy=[0.0, float("nan"), 1.0], gradient_norm=[1.0] * 200)
    assert history.text().splitlines() == [
        f"loss      {'▄' * 60}  1 → 1 in 200 epochs",
        "accuracy  ▁·█  0 → 1 in 3 epochs",
    ]
    assert History().text() == ""


def test_a_history_without_matplotlib_prints_its_text(monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    assert History(loss=[3.0, 2.0]).plot() is None
    assert capsys.readouterr().out.startswith("loss  █▁  3 → 2 in 2 epochs\n")


@pytest.mark.extras
def test_a_history_plots_losses_and_metrics():
    import matplotlib

    matplotlib.use("agg")
    from matplotlib import pyplot

    history = History(loss=[4.0, 0.1], validation_loss=[0.2], accuracy=[0.5, 1.0], gradient_norm=[1.0, 2.0])
    figure = history.plot()
    losses, metrics = figure.axes
    assert [line.get_label() for line in losses.lines] == ["loss", "validation loss"]
    assert losses.lines[1].get_xdata().tolist() == [2]  # the last epoch
    assert (losses.get_yscale(), metrics.get_yscale()) == ("log", "linear")
    assert metrics.lines[0].get_ydata().tolist() == [0.5, 1.0]
    axes = pyplot.figure().subplots()
    assert history.plot(axes) is axes and len(axes.lines) == 3
    pyplot.close("all")


# Ctrl-C -----------------------------------------------------------------------------------------------


class Press(Callback):
    """Ctrl-C during a certain step, from within."""

    def __init__(self, at):
        self.at = at

    def on_step_end(self, training):
        if training.step == self.at:
            signal.raise_signal(signal.SIGINT)


@pytest.mark.parametrize("optimizer", ["adam", "momentum"])
def test_ctrl_c_keeps_the_steps_made(optimizer):
    stopped, twin = network(), network()
    with pytest.warns(UserWarning, match=r"in epoch 3 of 10: .* after step 5, and the history has 2 finished epochs"):
        history = fit(stopped, X, Y, epochs=10, batch_size=10, optimizer=optimizer, callbacks=[Press(at=5)])
    assert history.was_interrupted and {len(of_epochs) for of_epochs in history.values()} == {2}

    class Stop(Callback):
        def on_step_end(self, training):
            return training.step == 5

    fit(twin, X, Y, epochs=10, batch_size=10, optimizer=optimizer, callbacks=[Stop()])
    np.testing.assert_array_equal(numbers(stopped), numbers(twin))
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_ctrl_c_in_the_middle_of_a_step_waits_for_its_end():
    class Slow(Adam):
        def _move(self, parameters, gradients, rate):
            half = len(parameters) // 2
            parameters[:half] -= gradients[:half]
            if self.steps == 2:
                signal.raise_signal(signal.SIGINT)
            parameters[half:] -= gradients[half:]

    class Twin(Slow):
        def _move(self, parameters, gradients, rate):
            parameters -= gradients

    stopped, twin = network(), network()
    with pytest.warns(UserWarning, match="after step 3"):
        fit(stopped, X, Y, epochs=9, batch_size=None, optimizer=Slow())
    fit(twin, X, Y, epochs=3, batch_size=None, optimizer=Twin())
    np.testing.assert_array_equal(numbers(stopped), numbers(twin))


SCRIPT = """
import json, sys, warnings
import numpy as np
from tinygrad_notes import MLP, fit
warnings.simplefilter("ignore")
network = MLP(2, [4, 1], activation=["tanh", None], seed=6)
draw = np.random.default_rng(8)
X = draw.normal(size=(20, 2))
Y = np.sin(X.sum(axis=1))
seen = []
def tell(training):
    seen.append(training.step)
    if training.epoch == 20:
        print("ready", flush=True)
    return training.epoch == int(sys.argv[1])
history = fit(network, X, Y, epochs=10**7, callbacks=[tell])
numbers = [p.data.hex() for p in network.parameters()]
print(json.dumps({"epochs": history.epochs, "numbers": numbers, "interrupted": history.was_interrupted}))
"""


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="sends a signal")
def test_a_real_ctrl_c_at_any_moment_leaves_a_whole_state():
    for moment in range(3):
        process = subprocess.Popen([sys.executable, "-c", SCRIPT, "-1"], stdout=subprocess.PIPE, text=True)
        assert process.stdout.readline() == "ready\n"
        time.sleep(0.01 + 0.007 * moment)
        process.send_signal(signal.SIGINT)
        found = json.loads(process.communicate(timeout=60)[0])
        assert found["interrupted"] and found["epochs"] >= 20
        twins = [
            subprocess.run(
                [sys.executable, "-c", SCRIPT, str(found["epochs"] + more)], capture_output=True, text=True, check=True
            ).stdout.splitlines()[-1]
            for more in (0, 1)  # the step of the epoch that was under way may have been made
        ]
        assert found["numbers"] in [json.loads(twin)["numbers"] for twin in twins]


def test_a_handler_of_ones_own_stays():
    arrived = []
    before = signal.signal(signal.SIGINT, lambda number, frame: arrived.append(number))
    try:
        history = fit(network(), X, Y, epochs=3, callbacks=[Press(at=1)])
    finally:
        signal.signal(signal.SIGINT, before)
    assert arrived == [signal.SIGINT] and history.epochs == 3


def test_another_thread_trains_too():
    found = []
    thread = threading.Thread(target=lambda: found.append(fit(network(), X, Y, epochs=2)))
    thread.start()
    thread.join()
    assert found[0].epochs == 2


def test_what_is_no_interrupt_passes():
    with pytest.raises(ZeroDivisionError), Interrupts() as interrupts:
        interrupts.hold()
        raise ZeroDivisionError
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
