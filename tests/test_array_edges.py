"""Arrays of Values at the edges of floats: steps of large numbers, infinities, and nan among what is sorted."""

import itertools
import math
import warnings

import numpy as np
import pytest

from tinygrad_notes import Value, array, data_of, grad_of, record
from tinygrad_notes.arrays import ValueArray

NAN, INF = math.nan, math.inf
HALF = 0.49999999999999994  # + 0.5 it is rounded to 1
BIG = 2.0**52
NUMBERS = np.array([0.0, -0.0, 0.5, HALF, -HALF, 1.5, 2.5, -1.5, 3.7, -3.7, 25.0, 35.0, -450.0, BIG - 1, BIG + 1,
                    BIG + 3, -BIG - 5, BIG / 2 + 0.5, 2.0**60 + 2.0**9, 1e300, -5e-324, INF, -INF, NAN])  # fmt: skip
ONE = {
    "rint": np.rint,
    "trunc": np.trunc,
    "round": np.round,
    "round to tens": lambda x: np.round(x, -1),
    "round to thousands": lambda x: np.round(x, -3),
    "round to digits": lambda x: np.round(x, 2),
    "whole part": lambda x: np.modf(x)[1],
    "broken part": lambda x: np.modf(x)[0],
    "in bins": lambda x: np.digitize(x, [-1.0, 0.5, 2.0]),
    "in falling bins": lambda x: np.digitize(x, [2.0, 0.5, -1.0], right=True),
    "far up": lambda x: np.ldexp(x, 1100),
    "far down": lambda x: np.ldexp(x, -1100),
    "far and back": lambda x: np.ldexp(np.ldexp(x, -900), 1800),
    "keys": lambda x: np.lexsort((x, np.round(x / 4))),
    "one key": lambda x: np.lexsort((-x,)),
}


def as_numpy(f, *numbers):
    with np.errstate(all="ignore"), warnings.catch_warnings(action="ignore"):
        return np.asarray(f(*numbers))


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("f", ONE.values(), ids=ONE)
def test_a_function_of_one_number_is_numpys_to_the_last_digit(f) -> None:
    found = f(array(NUMBERS))
    np.testing.assert_array_equal(data_of(found) if isinstance(found, ValueArray) else found, as_numpy(f, NUMBERS))


PAIRS = np.array(list(itertools.product([0.0, -0.0, 1.0, -1.0, 2.5, -7.0, 1e300, 1e-300, INF, -INF, NAN], repeat=2))).T
OF_OTHER_SIGNS = np.isinf(PAIRS[1]) & (
    np.sign(PAIRS[0]) * np.sign(PAIRS[1]) < 0
)  # where a // b is nan, as the reference says
TWO = {"floor_divide": np.floor_divide, "divmod": lambda a, b: np.divmod(a, b)[0], "logaddexp2": np.logaddexp2}


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("f", TWO.values(), ids=TWO)
def test_a_function_of_two_numbers_is_numpys(f) -> None:
    a, b = PAIRS[:, ~OF_OTHER_SIGNS]
    for operands in ((array(a), b), (a, array(b)), (array(a), array(b))):
        np.testing.assert_allclose(data_of(f(*operands)), as_numpy(f, a, b), rtol=4e-16, atol=0.0)


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_a_step_by_0_has_slope_0() -> None:
    a, b = array([1.0, 0.0]), array([0.0, 0.0])
    np.sum(np.floor_divide(a, b)).backward()
    assert grad_of(a).tolist() == grad_of(b).tolist() == [0.0, 0.0]


def test_the_slope_of_a_scaled_number_is_the_power() -> None:
    x = array([1.5, -0.25])
    np.sum(np.ldexp(x, [3, -1074])).backward()
    assert grad_of(x).tolist() == [8.0, 5e-324]


ORDERED = {  # what depends on the order of an array's elements, nan among them
    "sort": np.sort,
    "argsort": lambda x: 1.0 * np.argsort(x),
    "partition": lambda x: np.partition(x, 1)[1],
    "argmax": lambda x: x[np.argmax(x)] + 4.0 * np.argmax(x),
    "argmin": lambda x: 1.0 * np.argmin(x),
    "median": np.median,
    "percentile": lambda x: np.percentile(x, [0, 30, 100]),
    "nanquantile": lambda x: np.nanquantile(x, 0.4),
    "nanmedian": np.nanmedian,
    "unique": lambda x: np.unique(x)[0],
    "lexsort": lambda x: 1.0 * np.lexsort((x,)),
    "digitize": lambda x: 1.0 * np.digitize(x, [0.5, 1.0]),
    "searchsorted": lambda x: 1.0 * np.searchsorted([0.0, 1.0], x, "right"),
    "isclose": lambda x: 1.0 * np.isclose(x, 1.0),
    "allclose": lambda x: 2.0 * np.allclose(x, [1.0, 1.0, 0.0]),
    "array_equal": lambda x: 2.0 * np.array_equal(x, [1.0, 1.0, 0.0]),
}
SAMPLES = np.array(list(itertools.product([0.0, 1.0, NAN], repeat=3)))


@pytest.mark.parametrize("executor", ["python", "numpy"])
@pytest.mark.parametrize("f", ORDERED.values(), ids=ORDERED)
def test_a_sample_with_nan_leaves_the_others_their_order(f, executor) -> None:
    """A comparison with nan does not hold, and neither does its contrary: no program may take that for an order."""
    with warnings.catch_warnings(action="ignore"):
        wanted = [as_numpy(f, sample) for sample in SAMPLES]
    for start in ([0.0, 1.0, NAN], [NAN, 1.0, 0.0], [1.0, 0.0, 1.0], [NAN, NAN, NAN]):
        program = record(lambda x: f(x) + 0.0 * np.nansum(x), np.array(start), executor=executor)
        np.testing.assert_allclose(program(SAMPLES), wanted, rtol=1e-15)


def test_a_histogram_cannot_be_recorded() -> None:
    assert np.histogram(array([0.5, 1.5, 1.6]), bins=[0, 1, 2])[0].tolist() == [1, 2]
    with pytest.raises(TypeError, match="would stay as it was while recording"):
        record(lambda x: x * np.histogram(x, bins=[0, 1, 2])[0][0], np.array([0.5, 1.5]))


METHODS = [
    *("inverted_cdf", "averaged_inverted_cdf", "closest_observation", "interpolated_inverted_cdf", "hazen", "weibull"),
    *("linear", "median_unbiased", "normal_unbiased", "lower", "higher", "midpoint", "nearest"),
]


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("function", [np.quantile, np.nanquantile, lambda x, q, **k: np.percentile(x, 100 * q, **k)])
def test_quantiles_by_every_method_of_numpy(function, method) -> None:
    x = np.random.default_rng(0).uniform(-1.0, 1.0, (7, 2))
    for share in (0.0, 0.1, 0.25, 0.3, 0.5, 0.77, 1.0):
        found = function(array(x), share, axis=0, method=method, keepdims=True)
        np.testing.assert_allclose(data_of(found), function(x, share, axis=0, method=method, keepdims=True), rtol=1e-15)


@pytest.mark.parametrize(
    ("f", "message"),
    [
        (lambda x: np.percentile(x, 150), "must be in the range"),
        (lambda x: np.quantile(x, 0.5, method="guess"), "not a valid method"),
        (lambda x: np.digitize(x, [1.0, 3.0, 2.0]), "monotonically"),
    ],
)
def test_what_numpy_refuses_is_refused(f, message) -> None:
    with pytest.raises(ValueError, match=message):
        f(array([1.0, 2.0]))


def test_an_average_by_weights_along_some_axes() -> None:
    x, weights = np.arange(24.0).reshape(2, 3, 4), np.arange(1.0, 9.0).reshape(4, 2)
    found = np.average(array(x), axis=(2, 0), weights=weights)
    np.testing.assert_allclose(data_of(found), np.average(x, axis=(2, 0), weights=weights), rtol=1e-15)
    with pytest.raises(TypeError, match="Axis must be specified"):
        np.average(array(x), weights=weights)
    for shape in ((3, 2), (2, 2), (6,)):  # as many numbers as there are, in another shape, are other weights
        with pytest.raises(ValueError, match="Shape of weights must be consistent"):
            np.average(array(x), axis=(0, 1), weights=np.ones(shape))


INTO = {
    "clip": (lambda x, out: np.clip(x, 2.0, 4.0, out=out), [2.0, 4.0, 3.0]),
    "round": (lambda x, out: np.round(x, -1, out=out), [0.0, 0.0, 0.0]),
    "median": (lambda x, out: np.median(x, out=out), 3.0),
    "quantile": (lambda x, out: np.quantile(x, 0.25, out=out), 2.0),
    "nansum": (lambda x, out: np.nansum(x, out=out), 9.0),
    "var": (lambda x, out: np.var(x, out=out), 8.0 / 3.0),
    "dot": (lambda x, out: np.dot(x, x, out=out), 35.0),
    "argmax": (lambda x, out: np.argmax(x, out=out), 1),
}


@pytest.mark.parametrize(("f", "wanted"), INTO.values(), ids=INTO)
def test_what_numpy_puts_into_an_array_is_put_there(f, wanted) -> None:
    out = np.zeros(np.shape(wanted), int if isinstance(wanted, int) else object)
    assert f(array([1.0, 5.0, 3.0]), out) is out
    np.testing.assert_allclose(data_of(out).astype(float), wanted, rtol=1e-15)
    with pytest.raises(TypeError):
        f(array([1.0, 5.0, 3.0]), np.zeros(np.shape(wanted)))


def test_a_histogram_between_edges_that_are_values() -> None:
    x, edges = [1.0, 2.0, 2.5, 4.0], [0.0, 2.0, 4.0]
    wanted = [1, 3]
    for numbers, bins in itertools.product((x, array(x)), (edges, array(edges))):
        assert np.histogram(numbers, bins)[0].tolist() == np.histogram(numbers, bins=bins)[0].tolist() == wanted
    with pytest.raises(TypeError, match=r"write weights=data_of\(weights\)"):
        np.histogram(x, edges, weights=array(x))


MASKED = np.ma.array([1.0, 2.0, 3.0], mask=[False, True, False])
UNDER_A_MASK = {
    "a Value from the right": lambda: MASKED * Value(2.0),
    "a Value from the left": lambda: Value(2.0) * MASKED,
    "in place": lambda: MASKED.copy().__iadd__(Value(2.0)),
    "a quotient": lambda: np.ma.divide(MASKED, Value(2.0)),
    "a power": lambda: np.ma.power(MASKED, Value(2.0)),
    "a comparison": lambda: Value(2.0) < MASKED,
    "an array from the left": lambda: array([1.0, 2.0, 3.0]) * MASKED,
    "a function": lambda: np.maximum(array([1.0, 2.0, 3.0]), MASKED),
    "a product of matrices": lambda: array([1.0, 2.0, 3.0]) @ MASKED,
    "an array of it": lambda: array(MASKED),
}


@pytest.mark.parametrize("f", UNDER_A_MASK.values(), ids=UNDER_A_MASK)
def test_what_is_under_a_mask_is_not_computed_with(f) -> None:
    with pytest.raises(TypeError, match=r"Values know no mask.*m\.compressed\(\)"):
        f()


def test_a_masked_array_of_values_is_numpys_affair() -> None:
    x = array([1.0, 2.0, 3.0])
    total = (MASKED * x).sum()
    total.backward()
    assert (total.data, grad_of(x).tolist()) == (10.0, [1.0, 0.0, 3.0])
