"""The cycle collector is put to rest and woken as it was found."""

import gc

import pytest

from tinygrad_notes import Value, record
from tinygrad_notes.collector import collector_paused


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
