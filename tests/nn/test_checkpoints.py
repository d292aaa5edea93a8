"""Checkpoints that cannot be gone on from: each is refused with its reason, and kept."""

import json
import random

import numpy as np
import pytest
from killed_run import X as KILLED_X
from killed_run import Y as KILLED_Y
from killed_run import train

from tinygrad_notes import MLP, Value, functions
from tinygrad_notes.nn.checkpoints import CheckpointError, TrainingState, load_checkpoint, save_checkpoint
from tinygrad_notes.nn.fit import fit


def other_run(path):
    fit(MLP(3, [5, 1], activation="tanh", seed=2), KILLED_X, KILLED_Y, optimizer="sgd", epochs=2, checkpoint=path)


def junk(path):
    path.write_bytes(b"PK\x03\x04 junk")


def not_ours(path):
    with path.open("wb") as file:
        np.savez(file, header=np.array("{}"))


def pickled(path):
    with path.open("wb") as file:
        np.savez(file, header=np.array([{}], object))


def truncated(path):
    train(path, epochs=1)
    path.write_bytes(path.read_bytes()[:-200])


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (other_run, "belongs to another run: optimizer was .*SGD.* and is now .*Adam"),
        (junk, "is no checkpoint, or is damaged"),
        (not_ours, "no checkpoint of version 1"),
        (pickled, "is no checkpoint, or is damaged"),
        (truncated, "is no checkpoint, or is damaged"),
    ],
)
def test_a_file_that_cannot_be_resumed_is_refused_and_kept(tmp_path, spoil, message):
    path = tmp_path / "run.npz"
    spoil(path)
    before = path.read_bytes()
    with pytest.raises(CheckpointError, match=message):
        train(path, epochs=2)
    assert path.read_bytes() == before


RUN = {"parameters": 2, "optimizer": "adam"}
PAIR = np.array([1.0, 2.0])


def saved(path):
    state = TrainingState(PAIR, 3, 6, {"mean": PAIR, "square": PAIR})
    state.history = {"loss": [3.0, 2.0, 1.0], "gradient_norm": [1.0] * 3, "validation_loss": [0.5]}
    state.best, state.best_loss, state.best_epoch = PAIR + 1.0, 0.5, 3
    save_checkpoint(path, state, RUN)
    return state


def test_what_is_saved_comes_back(tmp_path):
    state = saved(tmp_path / "run.npz")
    assert repr(load_checkpoint(tmp_path / "run.npz", RUN)) == repr(state)


def edited(path, change):
    """Save a state, and again what `change` makes of its header and arrays."""
    saved(path)
    with np.load(path) as file:
        arrays = dict(file)
    header = json.loads(str(arrays.pop("header")))
    change(header, arrays)
    with path.open("wb") as file:
        np.savez(file, header=np.array(json.dumps(header)), **arrays)


DAMAGE = [
    (lambda header, arrays: header.update(epoch=-5), "-5 is no possible epoch"),
    (lambda header, arrays: header.update(epoch=3.0), "3.0 is no possible epoch"),
    (lambda header, arrays: header.update(epoch=4), r"history.loss is of shape \(3,\)"),
    (lambda header, arrays: header.pop("steps"), "None is no possible steps"),
    (lambda header, arrays: header.update(steps=-1), "-1 is no possible steps"),
    (lambda header, arrays: header.update(best_epoch=4), "4 is no possible best_epoch"),
    (lambda header, arrays: header.pop("run"), "does not say of which run"),
    (lambda header, arrays: header.update(run=[]), "does not say of which run"),
    (lambda header, arrays: header.pop("arrays"), "and should hold None"),
    (lambda header, arrays: arrays.pop("parameters"), "there is no parameters"),
    (lambda header, arrays: arrays.pop("best"), "there is no best"),
    (lambda header, arrays: arrays.pop("best_loss"), "there is no best_loss"),
    (lambda header, arrays: arrays.pop("history.loss"), "there is no history.loss"),
    (lambda header, arrays: arrays.pop("optimizer.mean"), "should hold .*optimizer.mean"),
    (lambda header, arrays: arrays.update(best=PAIR[:1]), r"best is of shape \(1,\) and float64"),
    (lambda header, arrays: arrays.update(best_loss=PAIR), r"best_loss is of shape \(2,\)"),
    (lambda header, arrays: arrays.update(parameters=PAIR[:, None]), r"parameters is of shape \(2, 1\)"),
    (lambda header, arrays: arrays.update(parameters=PAIR.astype("U")), "parameters is of shape .* and <U"),
    (lambda header, arrays: arrays.update({"optimizer.mean": PAIR[:1]}), r"optimizer.mean is of shape \(1,\)"),
    (lambda header, arrays: arrays.update({"history.validation_loss": np.ones(4)}), r"validation_loss is of shape"),
]


@pytest.mark.parametrize(("change", "message"), DAMAGE)
def test_what_does_not_belong_together_is_refused(tmp_path, change, message):
    edited(tmp_path / "run.npz", change)
    with pytest.raises(CheckpointError, match=rf"is damaged: .*{message}.*name another file"):
        load_checkpoint(tmp_path / "run.npz", RUN)


@pytest.mark.parametrize("header", ["", "[]", "[" * 100_000, "1" * 5_000])
def test_a_header_that_is_none_is_refused(tmp_path, header):
    with (tmp_path / "run.npz").open("wb") as file:
        np.savez(file, header=np.array(header))
    with pytest.raises(CheckpointError, match="is no checkpoint"):
        load_checkpoint(tmp_path / "run.npz", RUN)


def test_one_array_is_no_checkpoint(tmp_path):
    with (tmp_path / "run.npz").open("wb") as file:
        np.save(file, PAIR)
    with pytest.raises(CheckpointError, match="is no checkpoint"):
        load_checkpoint(tmp_path / "run.npz", RUN)


def test_a_file_cut_or_changed_anywhere_loads_whole_or_is_refused(tmp_path):
    path = tmp_path / "run.npz"
    state = saved(path)
    whole = path.read_bytes()
    draw = random.Random(0)
    for _ in range(300):
        at = draw.randrange(len(whole))
        cut = draw.random() < 0.2
        path.write_bytes(whole[:at] if cut else whole[:at] + bytes([draw.randrange(256)]) + whole[at + 1 :])
        try:
            loaded = load_checkpoint(path, RUN)
        except CheckpointError:
            continue
        assert repr(loaded) == repr(state)  # the byte said nothing of what is held


def test_a_missing_folder_is_told_before_the_first_epoch(tmp_path):
    network = MLP(3, [1], seed=0)
    before = [parameter.data for parameter in network.parameters()]
    with pytest.raises(FileNotFoundError, match=r"there is no folder .*runs to save.*make it"):
        fit(network, KILLED_X, KILLED_Y, epochs=2, checkpoint=tmp_path / "runs" / "run.npz")
    assert [parameter.data for parameter in network.parameters()] == before


class Network:
    def __init__(self, activation):
        self.w, self.activation = Value(0.5), activation

    def parameters(self):
        return [self.w]

    def __call__(self, x):
        return self.activation(self.w * x[0])


OTHERS = {
    "another activation": (
        lambda: MLP(1, [2, 1], activation=["tanh", None], seed=0),
        lambda: MLP(1, [2, 1], activation=["relu", None], seed=0),
        r"network was '1 input, 2 tanh, 1 linear' and is now '1 input, 2 relu, 1 linear'",
    ),
    "a network of one's own": (
        lambda: Network(functions.tanh),
        lambda: Network(functions.sin),
        "computes something else",
    ),
    "another constant": (
        lambda: Network(lambda z: functions.leaky_relu(z, 0.1)),
        lambda: Network(lambda z: functions.leaky_relu(z, 0.2)),
        "computes something else",
    ),
}


@pytest.mark.parametrize(("first", "second", "message"), OTHERS.values(), ids=OTHERS)
def test_another_network_does_not_resume(tmp_path, first, second, message):
    X, y = [[1.0], [2.0]], [1.0, 2.0]
    fit(first(), X, y, epochs=2, checkpoint=tmp_path / "run.npz")
    with pytest.raises(CheckpointError, match=message):
        fit(second(), X, y, epochs=3, checkpoint=tmp_path / "run.npz")
    assert len(fit(first(), X, y, epochs=3, checkpoint=tmp_path / "run.npz")["loss"]) == 3
    assert len(fit(first(), X, y, epochs=4, checkpoint=tmp_path / "run.npz", executor="eager")["loss"]) == 4


def test_a_checkpoint_that_says_nothing_of_its_network_resumes(tmp_path):
    network = MLP(1, [1], seed=0)
    fit(network, [[1.0]], [1.0], epochs=1, checkpoint=tmp_path / "run.npz")
    with np.load(tmp_path / "run.npz") as file:
        arrays = dict(file)
    header = json.loads(str(arrays.pop("header")))
    del header["run"]["network"], header["run"]["graph"]  # as version 0.1.0 wrote it
    np.savez(tmp_path / "run.npz", header=np.array(json.dumps(header)), **arrays)
    assert len(fit(network, [[1.0]], [1.0], epochs=2, checkpoint=tmp_path / "run.npz")["loss"]) == 2
