"""Switching the graph off, for a block or for one value."""

import asyncio
import contextlib
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


def is_recorded() -> bool:
    return bool((Value(2.0) * 3).operands)


def two_steps():
    yield is_recorded()
    yield is_recorded()


def two_steps_in_a_block():
    with no_grad():
        yield from two_steps()


@pytest.mark.parametrize("steps", [two_steps_in_a_block, no_grad(two_steps), no_grad()(two_steps)])
def test_what_runs_between_two_steps_of_a_generator_is_not_inside_its_block(steps) -> None:
    seen = [(inside, is_recorded()) for inside in steps()]
    assert seen == [(False, True), (False, True)]
    assert watching.count == 0


def test_other_tasks_of_an_event_loop_do_not_notice() -> None:
    async def without() -> list[bool]:
        with no_grad():
            await asyncio.sleep(0.0)
            inside = is_recorded()
            await asyncio.sleep(0.0)
            return [inside, is_recorded()]

    async def beside() -> list[bool]:
        seen = []
        for _ in range(4):
            await asyncio.sleep(0.0)
            seen.append(is_recorded())
        return seen

    @no_grad
    async def decorated() -> bool:
        await asyncio.sleep(0.0)
        return is_recorded()

    async def all_of_them() -> list[object]:
        return await asyncio.gather(without(), beside(), decorated())

    assert asyncio.run(all_of_them()) == [[False, False], [True] * 4, False]


def test_an_asynchronous_generator_keeps_its_block_to_itself() -> None:
    @no_grad
    async def steps():
        yield is_recorded()
        await asyncio.sleep(0.0)
        yield is_recorded()

    async def consume() -> list[tuple[bool, bool]]:
        return [(inside, is_recorded()) async for inside in steps()]

    assert asyncio.run(consume()) == [(False, True), (False, True)]


def test_a_context_manager_of_ones_own_may_hold_the_block() -> None:
    @contextlib.contextmanager
    def evaluation():
        with no_grad():
            yield

    with evaluation():
        assert not is_recorded()
    assert is_recorded()


def test_it_decorates_without_parentheses_and_keeps_the_functions_name() -> None:
    @no_grad
    def predict(x: Value) -> Value:
        """Says something."""
        return x * x

    assert predict(Value(2.0)).operands == ()
    assert (predict.__name__, predict.__doc__) == ("predict", "Says something.")
    assert is_recorded()


def suspended_without_gradients():
    with no_grad():
        yield


def test_a_generator_left_inside_another_block_takes_nothing_but_its_own_along() -> None:
    suspended = suspended_without_gradients()
    next(suspended)
    with pytest.raises(AnomalyError), detect_anomaly():
        suspended.close()
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


def test_only_watchers_that_look_at_new_nodes_are_told_of_them(monkeypatch: pytest.MonkeyPatch) -> None:
    class Comparing(watching.Watcher):
        relations = ""

        def compared(self, relation: str, left: object, right: object, outcome: bool) -> None:
            self.relations += relation

    told: list[Value] = []
    monkeypatch.setattr(watching, "made", lambda node: told.append(node) or node)
    with watching.watched_by(Comparing) as watcher:
        assert Value(2.0) * 3.0 < Value(7.0)
    assert (watcher.relations, told) == ("<", [])
    with no_grad():
        y = Value(2.0) * 3.0
    assert (len(told), told[0] is y, watching.makers) == (1, True, 0)
