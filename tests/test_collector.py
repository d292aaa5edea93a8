"""The cycle collector is put to rest and woken as it was found, and seldom wakes while a graph grows."""

import gc
import threading

import pytest

from tinygrad_notes import Value, record
from tinygrad_notes.collector import BATCH, collector_paused, made_in_batches


@pytest.fixture(params=[True, False], ids=["found on", "found off"])
def found_on(request):
    (gc.enable if request.param else gc.disable)()
    yield request.param
    gc.enable()


def test_it_is_off_inside_and_as_before_after_an_error(found_on) -> None:
    with pytest.raises(ZeroDivisionError), collector_paused():
        assert not gc.isenabled()
        _ = 1 / 0
    assert gc.isenabled() is found_on


def test_recording_runs_without_it(found_on) -> None:
    seen = []

    def function(x: Value) -> Value:
        seen.append(gc.isenabled())
        return x * 2.0

    record(function, 1.0)
    assert (seen, gc.isenabled()) == ([False], found_on)


class Blank:
    __slots__ = ("number",)


def test_batches_give_every_instance_once_and_keep_none() -> None:
    blank = made_in_batches(Blank)
    taken = [blank() for _ in range(2 * BATCH + 1)]
    assert len(set(map(id, taken))) == len(taken)
    assert all(type(one) is Blank and not hasattr(one, "number") for one in taken)
    for at in 0, BATCH, -1:
        holders = gc.get_referrers(taken[at])
        assert len(holders) == 1 and holders[0] is taken


def test_a_batch_leaves_the_collector_as_it_was(found_on) -> None:
    made_in_batches(Blank)()
    assert gc.isenabled() is found_on


def test_threads_never_share_an_instance() -> None:
    blank = made_in_batches(Blank)
    taken: list[list[Blank]] = [[], [], [], []]

    def take(mine: list[Blank]) -> None:
        mine.extend(blank() for _ in range(20_000))

    threads = [threading.Thread(target=take, args=(mine,)) for mine in taken]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({id(one) for mine in taken for one in mine}) == 80_000


def test_a_growing_graph_wakes_the_collector_once_a_batch() -> None:
    wakings: list[int] = []

    def woken(phase: str, info: dict[str, int]) -> None:
        wakings.extend([info["generation"]] if phase == "start" else [])

    gc.collect()
    gc.callbacks.append(woken)
    try:
        y = x = Value(1.0)
        for _ in range(10 * BATCH):
            y = y * x
    finally:
        gc.callbacks.remove(woken)
    assert len(wakings) <= 11
