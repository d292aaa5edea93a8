"""Watching a training: each picture is of the step that it claims, and the page stands alone."""

import re
import signal

import numpy as np
import pytest
from browser_fixtures import serious_violations

from tinygrad_notes import MLP, Watch, fit
from tinygrad_notes.draw.style import written
from tinygrad_notes.draw.watch import watch as watching
from tinygrad_notes.draw.watch.field import CELL, CELLS, contour
from tinygrad_notes.nn.callbacks import Callback

DRAW = np.random.default_rng(4)
X = DRAW.normal(size=(60, 2))
Y = (X[:, 0] * X[:, 1] > 0).astype(float)
NUMBER = r"-?[\d.]+"
CELL_OF_PLANE = re.compile(
    rf'<rect x="({NUMBER})" y="({NUMBER})" width="({NUMBER})" height="({NUMBER})" fill="#\w+" '
    r'class="tn-f-((?:positive|negative)-tint-\d|card)"/>'
)


def network(last="linear"):
    return MLP(2, [3, 1], activation=["tanh", last], seed=2)


class Recorder(Callback):
    """The parameters after every step, kept beside what is watched."""

    def __init__(self):
        self.after = {}

    def on_train_begin(self, training):
        self.on_step_end(training)

    def on_step_end(self, training):
        self.after[training.step] = [p.data for p in training.network.parameters()], training.epoch


def logits(numbers, X):
    """By hand, from the nine weights and four biases in the order of network.parameters()."""
    hidden = np.array(numbers[:9]).reshape(3, 3)
    last = np.array(numbers[9:])
    return np.tanh(X @ hidden[:, :2].T + hidden[:, 2]) @ last[:3] + last[3]


def watched(**arguments):
    recorder, watch = Recorder(), Watch(every=3)
    settings = {"loss": "binary_cross_entropy", "epochs": 4, "batch_size": 10, "learning_rate": 0.05} | arguments
    fit(network(), X, Y, callbacks=[recorder, watch], **settings)
    return recorder, watch


def test_each_picture_is_of_the_step_that_it_claims():
    recorder, watch = watched()
    assert [frame.step for frame in watch.frames] == [0, 3, 6, 9, 12, 15, 18, 21, 24]
    for frame in watch.frames:
        step, epoch, loss = re.search(r'data-step="(\d+)" data-epoch="(\d+)" data-loss="([^"]+)"', frame.svg).groups()
        numbers, _ = recorder.after[int(step)]
        z = logits(numbers, X)
        assert float(loss) == pytest.approx(np.mean(np.logaddexp(0, z) - Y * z), rel=1e-12)
        assert (int(step), float(loss), int(epoch)) == (frame.step, frame.loss, frame.epoch)
        assert int(epoch) == recorder.after[int(step)][1] + (frame is watch.frames[-1])
        for number in numbers:  # each weight and bias stands in the picture of the network
            assert f">{written(number, 4)}</text>" in frame.svg


def test_the_plane_has_the_colors_of_the_network_at_that_step():
    recorder, watch = watched()
    margin = 0.15 * np.ptp(X, axis=0)
    low, high = X.min(axis=0) - margin, X.max(axis=0) + margin
    for frame in (watch.frames[0], watch.frames[4], watch.frames[-1]):
        seen = np.full((CELLS, CELLS), "", dtype=object)
        for x, y, width, height, role in CELL_OF_PLANE.findall(frame.svg):
            left, top = (int(float(x)) - 16) // CELL, (int(float(y)) - 56) // CELL
            across, down = int(float(width)) // CELL, int(float(height)) // CELL
            if left < CELLS and top + down <= CELLS:
                seen[top : top + down, left : left + across] = role.split("-")[0]
        xs, ys = (low[i] + (high[i] - low[i]) * (np.arange(CELLS) + 0.5) / CELLS for i in range(2))
        grid = np.stack(np.meshgrid(xs, ys[::-1]), axis=-1).reshape(-1, 2)
        z = logits(recorder.after[frame.step][0], grid).reshape(CELLS, CELLS)
        np.testing.assert_array_equal(seen, np.where(z > 0, "positive", "negative"))


def test_a_picture_of_another_step_would_be_seen():
    recorder, watch = watched()
    frame = watch.frames[3]
    z = logits(recorder.after[frame.step + 1][0], X)
    assert frame.loss != pytest.approx(np.mean(np.logaddexp(0, z) - Y * z), rel=1e-6)


def test_watching_changes_nothing():
    alone, seen = network(), network()
    histories = [
        fit(made, X, Y, loss="bce", epochs=3, callbacks=callbacks)
        for made, callbacks in ((alone, []), (seen, [Watch(every=1)]))
    ]
    assert histories[0] == histories[1]
    assert [p.data for p in alone.parameters()] == [p.data for p in seen.parameters()]


def test_parameters_that_went_back_are_told():
    _, watch = watched(epochs=60, learning_rate=2.0, optimizer="sgd", patience=2)
    assert "the parameters went back to those with the lowest loss, of epoch" in watch.frames[-1].svg


@pytest.mark.parametrize(
    ("made", "inputs", "targets", "loss", "held"),
    [
        (MLP(2, [4, 3], activation=["tanh", None], seed=0), X, Y + (X[:, 0] > 1), "cross_entropy", "tn-f-mark tn-s"),
        (MLP(2, [4, 2], activation=["tanh", "softmax"], seed=0), X, Y, "cross_entropy", "tn-f-positive"),
        (MLP(1, [4, 1], activation=["tanh", None], seed=0), X[:, :1], X[:, 1], "mse", "tn-plane"),
        (MLP(3, [4, 1], activation=["tanh", None], seed=0), np.column_stack([X, Y]), Y, "mse", "tn-loss"),
        (network("tanh"), X, 2 * Y - 1, "hinge", "tn-f-negative"),
    ],
    ids=["three classes", "two outputs", "a curve", "three inputs", "scores"],
)
def test_networks_of_every_shape_can_be_watched(made, inputs, targets, loss, held):
    watch = Watch(every=2)
    fit(made, inputs, targets, loss=loss, epochs=3, callbacks=watch)
    assert len(watch.frames) == 4 and all(held in frame.svg for frame in watch.frames)


# The rate ---------------------------------------------------------------------------------------------


class Clock:
    """A time that passes only where the test says so."""

    def __init__(self):
        self.now = 0.0

    def monotonic(self):
        return self.now


@pytest.mark.parametrize(("drawing", "redraws"), [(0.001, 60), (0.05, 29)])
def test_drawing_keeps_to_the_rate_and_to_its_share_of_the_time(monkeypatch, drawing, redraws):
    clock = Clock()
    original = watching.frame

    def slow_frame(*arguments):
        clock.now += drawing
        return original(*arguments)

    class Tick(Callback):
        def on_step_end(self, training):
            clock.now += 0.01

    monkeypatch.setattr(watching, "time", clock)
    monkeypatch.setattr(watching, "frame", slow_frame)
    watch = Watch(rate=6, most=1000)
    fit(network(), X, Y, loss="bce", epochs=1000, batch_size=None, callbacks=[Tick(), watch])  # ten seconds of steps
    assert len(watch.frames) == pytest.approx(redraws, abs=2)
    assert drawing * len(watch.frames) <= clock.now / 7.5


def test_of_many_pictures_every_second_is_kept():
    watch = Watch(every=1, most=10)
    fit(network(), X, Y, loss="bce", epochs=50, batch_size=None, callbacks=watch)
    steps = [frame.step for frame in watch.frames]
    assert len(steps) <= 10 and (steps[0], steps[-1]) == (0, 50)
    assert len(set(np.diff(steps[:-1]))) == 1


def test_a_key_tells_the_classes_and_the_lines_apart():
    for validation, lines in [(None, set()), (0.25, {"training", "validation"})]:
        watch = Watch(every=1)
        fit(network(), X, Y, loss="bce", epochs=2, validation_split=validation, callbacks=watch)
        texts = set(re.findall(r">([^<>]+)<", watch.frames[-1].svg))
        assert texts & {"training", "validation"} == lines
        assert {"class", "0", "1"} <= texts


# The page ---------------------------------------------------------------------------------------------


def test_the_page_is_saved_when_the_training_ends(tmp_path):
    path = tmp_path / "training.html"
    watch = Watch(path, every=2)
    fit(network(), X, Y, loss="bce", epochs=3, callbacks=watch)
    assert path.read_text(encoding="utf-8") == watch.html
    assert watch.frames[-1].svg in watch.html
    assert "http-equiv" in watch.html and not re.search(r'(?:src|href)="(?!data:)', watch.html)


def test_the_page_is_saved_at_ctrl_c_too(tmp_path):
    class Press(Callback):
        def on_epoch_end(self, training):
            signal.raise_signal(signal.SIGINT)

    with pytest.warns(UserWarning, match="interrupted"):
        fit(network(), X, Y, loss="bce", epochs=9, callbacks=[Watch(tmp_path / "a.html"), Press()])
    assert "step 2, epoch 1" in (tmp_path / "a.html").read_text(encoding="utf-8")


def test_what_cannot_be_saved_is_told_before_the_training(tmp_path):
    (tmp_path / "old.html").write_text("mine")
    for name, error, message in [
        ("old.html", FileExistsError, "exists: choose another name, or pass overwrite=True"),
        ("new.svg", ValueError, "end its name in .html"),
        ("none/new.html", FileNotFoundError, "there is no folder"),
    ]:
        with pytest.raises(error, match=message):
            Watch(tmp_path / name)
    assert (tmp_path / "old.html").read_text() == "mine"
    Watch(tmp_path / "old.html", overwrite=True)


def test_what_cannot_be_watched():
    with pytest.raises(ValueError, match="give fit X and y"):
        fit(network(), [(X, Y)], loss="bce", callbacks=[Watch()])
    with pytest.raises(ValueError, match="nothing has been watched yet"):
        Watch().save("a.html")
    with pytest.raises(ValueError, match="rate must be above 0"):
        Watch(rate=0)


def test_a_notebook_shows_the_page_in_a_frame_without_rights():
    _, watch = watched()
    assert 'sandbox="allow-scripts"' in watch._repr_html_()
    assert repr(watch) == "<Watch: 9 pictures; .save('training.html') writes them as a page>"
    assert "0 pictures" in Watch()._repr_html_()


@pytest.mark.slow
@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_goes_through_its_pictures(tmp_path, open_page, axe_core, scheme):
    watch = Watch(tmp_path / "training.html", every=2)
    fit(network(), X, Y, loss="bce", epochs=8, callbacks=watch)
    page = open_page(tmp_path / "training.html", color_scheme=scheme)
    page.locator("#controls").wait_for()
    assert page.locator("#told").inner_text() == f"{len(watch.frames)} of {len(watch.frames)}"
    for place in (0, 3, len(watch.frames) - 1):
        page.locator("#place").fill(str(place))
        assert page.locator("#picture [data-step]").get_attribute("data-step") == str(watch.frames[place].step)
    page.locator("#play").click()
    page.wait_for_function("() => document.getElementById('place').value === '2'")
    page.locator("#play").click()
    assert serious_violations(page, axe_core) == []


@pytest.mark.browser
def test_a_phone_shows_letters_that_can_be_read(tmp_path, open_page, axe_core):
    watch = Watch(tmp_path / "training.html", every=8)
    fit(network(), X, Y, loss="bce", epochs=8, callbacks=watch)
    page = open_page(tmp_path / "training.html", viewport={"width": 390, "height": 844})
    shown = page.evaluate("() => document.querySelector('#picture svg').getBoundingClientRect().width")
    assert shown == pytest.approx(0.85 * watch.frames[-1].width, abs=1)
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")  # only the picture goes sideways
    assert serious_violations(page, axe_core) == []


# Contours ---------------------------------------------------------------------------------------------


def test_the_contour_of_a_cone_is_a_circle():
    xs = np.arange(41.0)
    numbers = np.hypot(*np.meshgrid(xs - 20, xs - 20))
    (ring,) = contour(numbers, 10.5)
    assert ring[0] == ring[-1]
    radii = np.hypot(*(np.array(ring) - 20).T)
    assert np.abs(radii - 10.5).max() < 1 / (8 * 10)  # linear between neighbors: a chord's sagitta, 1/(8 r)


@pytest.mark.parametrize("middle", [0.9, -0.9])
def test_a_saddle_joins_what_its_middle_says(middle):
    high, low = 1.0 + middle, -1.0 + middle
    lines = contour(np.array([[high, low], [low, high]]), 0.0)
    assert len(lines) == 2
    for line in lines:
        corner = np.round(np.mean(line, axis=0)).astype(int)
        assert (corner[0] == corner[1]) == (middle < 0)  # around a high corner where the middle is low


def test_no_line_where_nothing_crosses():
    assert contour(np.ones((3, 3)), 0.0) == []
    assert contour(np.full((3, 3), np.nan), 0.0) == []
