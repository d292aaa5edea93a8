"""Switching the graph off, for a block or for one value."""

import threading

import pytest

from tinygrad_notes import AnomalyError, Value, detect_anomaly, functions, gradients, no_grad, watching


def test_inside_no_grad_results_remember_nothing() -> None:
    w = Value(3.0)
    with no_grad():
        y = (w * w).exp() + 1
    assert y.data == pytest.approx(8104.083927575384)
    assert y.operands == ()
    assert gradients(y, w).data == 0.0
    assert (w * w).operands == (w, w)


def test_the_state_returns_when_an_exception_passes_through() -> None:
    with pytest.raises(ZeroDivisionError), no_grad():
        raise ZeroDivisionError
    assert watching.count == 0
    assert Value(1.0).exp().operands != ()


def test_no_grad_nests() -> None:
    w = Value(3.0)
    with no_grad():
        with no_grad():
            pass
        inner = w * w
    assert inner.operands == ()


def test_no_grad_is_a_decorator_too() -> None:
    @no_grad()
    def predict(x: Value) -> Value:
        return x * x

    assert predict(Value(2.0)).operands == ()


def test_other_threads_do_not_notice() -> None:
    made: list[Value] = []
    with no_grad():
        thread = threading.Thread(target=lambda: made.append(Value(2.0) * 3))
        thread.start()
        thread.join()
    assert len(made[0].operands) == 2


def suspended_without_gradients():
    with no_grad():
        yield


def test_a_generator_left_inside_another_block_takes_nothing_but_its_own_along() -> None:
    suspended = suspended_without_gradients()
    next(suspended)
    with detect_anomaly():
        suspended.close()
        with pytest.raises(AnomalyError):
            Value(-1.0).log()
    assert watching.count == 0
    assert len((Value(2.0) * 3).operands) == 2


def test_a_generator_closed_in_another_thread_gives_the_gradients_back() -> None:
    suspended = suspended_without_gradients()
    next(suspended)
    thread = threading.Thread(target=suspended.close)
    thread.start()
    thread.join()
    assert watching.count == 0
    assert len((Value(2.0) * 3).operands) == 2


@pytest.mark.parametrize("cut", [Value.detach, functions.stop_gradient])
def test_a_value_cut_off_passes_its_number_and_no_gradient(cut) -> None:
    w = Value(3.0)
    y = cut(w * w) * w
    y.backward()
    assert (y.data, w.grad) == (27.0, 9.0)
    assert gradients(y, w).data == 9.0
