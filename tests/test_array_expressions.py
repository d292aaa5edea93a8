"""Hundreds of expressions over arrays: the numbers of NumPy on floats, and the slopes of central differences."""

import itertools
import warnings

import numpy as np
import pytest

from tinygrad_notes.arrays import ValueArray, array, data_of, grad_of
from tinygrad_notes.value import Value

NAN, INF = np.nan, np.inf
X = np.array([[0.51, -1.27, 2.03], [0.77, 0.31, -0.69]])
W = np.array([[1.0, 2.0, -1.5], [0.5, 0.25, 3.0]])

SHIFTS = {
    **dict.fromkeys(
        [
            "exp",
            "exp2",
            "expm1",
            "sin",
            "cos",
            "tan",
            "arctan",
            "sinh",
            "cosh",
            "tanh",
            "arcsinh",
            "cbrt",
            "square",
            "absolute",
            "fabs",
            "negative",
            "positive",
            "sign",
            "floor",
            "ceil",
            "trunc",
            "rint",
            "degrees",
            "radians",
            "deg2rad",
            "rad2deg",
            "conjugate",
            "sinc",
            "reciprocal",
            "real",
            "fix",
            "nan_to_num",
            "isnan",
            "isinf",
            "isfinite",
            "signbit",
        ],
        (0.1, 1.0),
    ),
    **dict.fromkeys(["log", "log2", "log10", "sqrt"], (3.0, 1.0)),
    "log1p": (1.0, 0.5),
    "arcsin": (0.0, 0.4),
    "arccos": (0.0, 0.4),
    "arctanh": (0.0, 0.4),
    "arccosh": (4.0, 1.0),
}
"""Where each function is looked at: at shift + scale · x."""
BINARY_NAMES = [
    "add",
    "subtract",
    "multiply",
    "divide",
    "maximum",
    "minimum",
    "fmax",
    "fmin",
    "hypot",
    "arctan2",
    "logaddexp",
    "logaddexp2",
    "remainder",
    "fmod",
    "copysign",
    "heaviside",
    "floor_divide",
    "greater",
]
OPERANDS = {"an array": W, "a row": W[0], "a column": W[:, :1], "a number": 1.75, "an int": 3}
REDUCTION_NAMES = [
    "sum",
    "mean",
    "prod",
    "max",
    "min",
    "var",
    "std",
    "ptp",
    "median",
    "nansum",
    "nanmean",
    "nanmax",
    "nanmin",
    "nanprod",
]
AXES = {"all": {}, "axis 0": {"axis": 0}, "axis 1": {"axis": 1}, "kept": {"axis": -1, "keepdims": True}}


def _unary(name):
    shift, scale = SHIFTS[name]
    return lambda x: getattr(np, name)(shift + scale * x)


def _binary(name, other):
    return lambda x: getattr(np, name)(x, other)


def _from_the_left(name):
    return lambda x: getattr(np, name)(1.5, x)


def _reduction(name, keywords):
    return lambda x: getattr(np, name)(x, **keywords)


ELEMENTWISE = {name: _unary(name) for name in SHIFTS}
BINARY = {
    f"{name} and {kind}": _binary(name, other)
    for name, (kind, other) in itertools.product(BINARY_NAMES, OPERANDS.items())
}
FROM_THE_LEFT = {
    f"{name} of a number and": _from_the_left(name)
    for name in ["subtract", "divide", "power", "maximum", "arctan2", "hypot", "logaddexp", "copysign", "less"]
}
REDUCTIONS = {
    f"{name} over {kind}": _reduction(name, keywords)
    for name, (kind, keywords) in itertools.product(REDUCTION_NAMES, AXES.items())
}
NORMS = {
    f"norm {order} along {axis}": (
        lambda x, order=order, axis=axis: np.linalg.norm(x[0] if axis is None else x, order, axis)
    )
    for order, axis in itertools.product([None, 1, 2, 3, 0.5, INF, -INF, 0], [None, 0, 1])
}
MOVING = {
    "transpose": lambda x: x.T @ W,
    "swapaxes": lambda x: np.swapaxes(x, 0, 1),
    "reshape": lambda x: x.reshape(3, 2) * 2,
    "ravel": np.ravel,
    "flip": lambda x: np.flip(x, 1),
    "roll": lambda x: np.roll(x, 1),
    "rot90": np.rot90,
    "repeat": lambda x: np.repeat(x, 2, axis=0),
    "tile": lambda x: np.tile(x, (2, 2)),
    "pad": lambda x: np.pad(x, 1),
    "append a number": lambda x: np.exp(np.append(x, 1.0)),
    "concatenate": lambda x: np.exp(np.concatenate([x, W])),
    "stack": lambda x: np.sqrt(1 + np.stack([x, W]) ** 2),
    "hstack": lambda x: np.hstack([x, np.ones((2, 1))]).sum(axis=1),
    "vstack": lambda x: np.vstack([x, np.ones(3)]),
    "split": lambda x: np.split(x, 3, axis=1)[1],
    "take": lambda x: np.take(x, [2, 0, 0], axis=1),
    "fancy": lambda x: x[[1, 0, 1], [2, 2, 0]],
    "mask": lambda x: x[x > 0],
    "diag": lambda x: np.diag(x[:, :2]),
    "diagonal": lambda x: np.diagonal(x),
    "trace": np.trace,
    "tril": np.tril,
    "triu": np.triu,
    "squeeze": lambda x: np.squeeze(x[None]),
    "broadcast": lambda x: np.broadcast_to(x[0], (4, 3)) * 2,
    "expand": lambda x: np.expand_dims(x, 1),
    "meshgrid": lambda x: np.meshgrid(x[0], x[1])[0] * 2,
    "insert": lambda x: np.insert(x[0], 1, 5.0),
    "delete": lambda x: np.delete(x[0], 1),
    "r_": lambda x: np.r_[x[0], 1.0],
    "c_": lambda x: np.c_[x, W],
    "select": lambda x: np.select([W > 1, W > 0], [x, 2 * x], 7.0),
    "choose": lambda x: np.choose([0, 1, 0], [x[0], x[1]]),
    "moveaxis": lambda x: np.moveaxis(x[None], 0, 2),
}
PRODUCTS = {
    "matmul": lambda x: x @ W.T,
    "from the left": lambda x: W.T @ x,
    "with itself": lambda x: x @ x.T,
    "vector": lambda x: x @ W[0],
    "of vectors": lambda x: x[0] @ x[1],
    "dot": lambda x: np.dot(x, W.T),
    "stacked": lambda x: np.stack([x, W]) @ W.T,
    "inner": lambda x: np.inner(x, W),
    "outer": lambda x: np.outer(x, W[0]),
    "einsum": lambda x: np.einsum("ij,kj->ik", x, W),
    "einsum of three": lambda x: np.einsum("ij,kj,k->i", x, W, W[:, 0]),
    "tensordot": lambda x: np.tensordot(x, W),
    "vdot": lambda x: np.vdot(x[0], W[0]),
    "kron": lambda x: np.kron(x, W),
    "cross": lambda x: np.cross(x, W),
    "convolve": lambda x: np.convolve(x[0], W[1]),
    "vecdot": lambda x: np.vecdot(x, W),
    "power of a matrix": lambda x: np.linalg.matrix_power(x[:, :2], 3),
    "multi_dot": lambda x: np.linalg.multi_dot([x, W.T, x]),
    "polyval": lambda x: np.polyval(x[0], 1.5),
    "matvec": lambda x: np.matvec(x, W[0]) if hasattr(np, "matvec") else x @ W[0],
}
RUNNING = {
    "cumsum": np.cumsum,
    "cumsum of rows": lambda x: np.cumsum(x, axis=1),
    "cumprod": np.cumprod,
    "diff": np.diff,
    "second diff": lambda x: np.diff(x, n=2),
    "gradient": lambda x: np.gradient(x)[1],
    "gradient with steps": lambda x: np.gradient(x[0], 0.5),
    "running maximum": lambda x: np.maximum.accumulate(x, axis=1),
    "ediff1d": np.ediff1d,
    "add.reduce": np.add.reduce,
    "multiply.outer": lambda x: np.multiply.outer(x[0], x[1]),
    "average": lambda x: np.average(x, axis=1, weights=[1, 2, 3]),
    "covariance": lambda x: (x - x.mean(1, keepdims=True)) @ (x - x.mean(1, keepdims=True)).T / 2,
    "trapezoid": lambda x: np.trapezoid(x[0]),
    "sum where": lambda x: np.sum(x, where=W > 0),
    "max with a start": lambda x: np.max(x, initial=0.25),
    "sum with a start": lambda x: np.sum(x, axis=0, initial=10.0),
    "logaddexp.reduce": lambda x: np.logaddexp.reduce(x, axis=1),
    "percentile": lambda x: np.percentile(x, 30),
    "quantiles": lambda x: np.quantile(x, [0.1, 0.5], axis=1),
}
ORDER = {
    "sort": np.sort,
    "sort columns": lambda x: np.sort(x, axis=0),
    "sort all": lambda x: np.sort(x, axis=None),
    "argsort": np.argsort,
    "argmax": np.argmax,
    "argmin of columns": lambda x: np.argmin(x, axis=0),
    "sorted by": lambda x: x[0][np.argsort(x[1])],
    "partition": lambda x: np.sort(np.partition(x[0], 1)[:2]),
    "searchsorted": lambda x: np.searchsorted([-1.0, 0.0, 1.0], x),
    "nonzero": lambda x: np.nonzero(x > 0)[1],
    "any": lambda x: np.any(x > 1, axis=1),
    "all": lambda x: np.all(x > -9),
    "count": lambda x: np.count_nonzero(x > 0),
    "built-in max": lambda x: max(x[0]),
    "array method": lambda x: x.max(axis=0) - x.argmin(),
}
MIXED = {
    "dead relu": lambda x: np.tanh(np.where(x > 9, x, 0)),
    "relu": lambda x: np.exp(np.maximum(0, x)),
    "where of numbers": lambda x: np.where(x > 0, 1.0, -1.0) * x,
    "where and nan": lambda x: np.where(x > 0, x, 0.5 * x),
    "clip": lambda x: np.clip(x, -1, 1),
    "clip below": lambda x: np.clip(x, 0.1, None),
    "clip method": lambda x: x.clip(-0.5),
    "clip by arrays": lambda x: np.clip(x, W - 1, W + 1),
    "round": lambda x: np.round(x, 1) + x,
    "mod": lambda x: x % 0.4,
    "powers": lambda x: np.abs(x) ** 1.5 + x**2 - 2.0**x,
    "floor division": lambda x: x // 0.33,
    "divmod": lambda x: np.divmod(x, 0.4)[1],
    "modf": lambda x: np.modf(3 * x)[0],
    "ldexp": lambda x: np.ldexp(x, 3),
    "zeros_like": lambda x: np.exp(np.zeros_like(x)) + x,
    "full_like": lambda x: np.full_like(x, 2.0) * x,
    "softmax": lambda x: (
        np.exp(x - x.max(axis=1, keepdims=True)) / np.exp(x - np.max(x, 1, keepdims=True)).sum(1)[:, None]
    ),
    "sigmoid": lambda x: 1 / (1 + np.exp(-x)),
    "log-sum-exp": lambda x: np.log(np.sum(np.exp(x), axis=-1)),
    "normalized": lambda x: (x - x.mean(axis=0)) / np.sqrt(x.var(axis=0) + 1e-5),
    "cosine": lambda x: x[0] @ x[1] / (np.linalg.norm(x[0]) * np.linalg.norm(x[1])),
    "huber": lambda x: np.where(np.abs(x) < 1, x**2 / 2, np.abs(x) - 0.5),
    "distances": lambda x: np.sqrt(((x[:, None] - W[None]) ** 2).sum(-1)),
    "length of columns": lambda x: np.linalg.norm(x, axis=0) * 2,
    "logical": lambda x: x * np.logical_and(x > 0, x < 1),
    "not": lambda x: x * np.logical_not(x > 0),
    "float32": lambda x: x * np.float32(0.5),
    "bools": lambda x: x * (W > 0),
    "int array": lambda x: x + np.arange(3),
    "nested": lambda x: np.sum(np.tanh(np.maximum(x @ W.T, 0) @ W) ** 2),
    "polynomial": lambda x: ((2 * x - 1) * x + 3) * x,
}


def _moved(change):
    def f(x):
        y = x.copy()
        changed = change(y)
        return y if changed is None else changed

    return f


def _assign(y):
    y[0, 1] = 5.0
    y[1] *= 2


def _mask(y):
    y[y < 0] = 0.0


def _masked_move(y):
    y[y > 0] += 1.0


def _rows(y):
    y[0] += y[1] ** 2
    y -= y.mean(axis=0)


def _at(y):
    np.add.at(y[0], [0, 0, 2], [1.0, 2.0, 3.0])


def _fill(y):
    z = np.zeros_like(y)
    for k in range(3):
        z[:, k] = y[:, 2 - k] * k
    return np.exp(z)


def _out(y):
    np.multiply(y, 3.0, out=y)
    np.tanh(y, out=y)


def _chain(y):
    y += W
    y /= 2.0
    y **= 2
    y -= 1
    y *= y


def _sort(y):
    y.sort(axis=1)


def _where(y):
    np.multiply(y, 10.0, out=y, where=W > 0)


MOVES = (_assign, _mask, _masked_move, _rows, _at, _fill, _out, _chain, _sort, _where)
IN_PLACE = {f.__name__.strip("_"): _moved(f) for f in MOVES}
MASK = X > 0
OF_SOME = {
    f"{name} of some": lambda x, name=name: getattr(np, name)(x, axis=1, where=MASK)
    for name in ["sum", "prod", "mean", "var", "std", "nansum", "nanprod", "nanmean", "nanvar", "nanstd"]
} | {
    f"{name} of some from a start": lambda x, name=name: getattr(np, name)(x, axis=0, initial=0.5, where=MASK)
    for name in ["sum", "prod", "max", "min", "nansum", "nanprod", "nanmax", "nanmin"]
}
RARE = {
    "average": np.average,
    "average kept": lambda x: np.average(x, keepdims=True),
    "average with the weights": lambda x: np.average(x, axis=0, returned=True)[1] * x,
    "variance from a mean": lambda x: np.var(x, axis=0, mean=np.mean(x, axis=0, keepdims=True), ddof=1),
    "nancumsum": lambda x: np.nancumsum(x, axis=1),
    "nancumprod": np.nancumprod,
    "nanvar": lambda x: np.nanvar(x, axis=1, ddof=1),
    "nanstd": np.nanstd,
    "nanmedian": lambda x: np.nanmedian(x, axis=0),
    "nanargmax": lambda x: np.nanargmax(x, axis=1),
    "nanargmin": np.nanargmin,
    "count along an axis": lambda x: np.count_nonzero(x > 0, axis=1),
    "count of numbers": lambda x: np.count_nonzero(x, axis=0),
    "as bools": lambda x: x.astype(bool) * x,
    "sums between": lambda x: np.add.reduceat(x[0], [0, 2]),
    "sums between, backwards": lambda x: np.add.reduceat(x, [1, 0, 2], axis=1),
    "maxima between": lambda x: np.maximum.reduceat(x, [0, 1], axis=1),
    "a vectorized function": lambda x: np.vectorize(lambda v: v * v + 1)(x),
    "a function of one's own": lambda x: np.frompyfunc(lambda a, b: a * b, 2, 1)(x, W).astype(float),
    "piecewise": lambda x: np.piecewise(x, [x < 0, x >= 0], [lambda v: -v, lambda v: 2 * v]),
}
GROUPS = [
    OF_SOME,
    RARE,
    ELEMENTWISE,
    BINARY,
    FROM_THE_LEFT,
    REDUCTIONS,
    NORMS,
    MOVING,
    PRODUCTS,
    RUNNING,
    ORDER,
    MIXED,
    IN_PLACE,
]
EXPRESSIONS = {f"{name} {number}": f for number, group in enumerate(GROUPS) for name, f in group.items()}


def test_there_are_hundreds_of_them() -> None:
    assert len(EXPRESSIONS) == sum(map(len, GROUPS)) >= 300


def ulps(found, wanted, least):
    """By how many units in the last place numbers differ; of numbers below `least` by how many of its units."""
    return np.max(np.abs(found - wanted) / np.spacing(np.maximum(np.abs(wanted), least)), initial=0.0)


@pytest.mark.filterwarnings("ignore:numpy.fix is deprecated")  # since NumPy 2.5
@pytest.mark.parametrize("f", EXPRESSIONS.values(), ids=EXPRESSIONS)
def test_an_expression_has_numpys_numbers_and_their_slopes(f) -> None:
    wanted, x = np.asarray(f(X)), array(X)
    result = f(x)
    assert np.shape(result) == wanted.shape
    if wanted.dtype.kind in "bi":
        assert np.asarray(result).dtype.kind == wanted.dtype.kind
        np.testing.assert_array_equal(result, wanted)
        return
    assert isinstance(result, (Value, ValueArray))
    assert all(isinstance(element, Value) for element in np.ravel(result))
    canceling = f not in ELEMENTWISE.values()  # sums of terms about 1, of which little may be left
    assert ulps(data_of(result), wanted, least=1.0 if canceling else 0.0) <= 2
    weights = np.random.default_rng(0).uniform(0.5, 1.5, wanted.shape)
    np.sum(weights * result).backward()
    h = 1e-6
    for place in np.ndindex(X.shape):
        step = np.zeros_like(X)
        step[place] = h
        quotient = np.sum(weights * (np.asarray(f(X + step)) - f(X - step))) / (2 * h)
        assert grad_of(x)[place] == pytest.approx(quotient, rel=2e-7, abs=2e-7)


# With nan and infinities, and at ties: the values alone, and the one documented answer for the slopes.

SPECIAL = np.array([[NAN, 1.0, -2.0], [INF, -INF, 0.0], [3.0, NAN, 3.0], [-0.0, 0.0, 5.0]])


@pytest.mark.parametrize(
    "f",
    [f for group in (ELEMENTWISE, REDUCTIONS, ORDER) for f in group.values()]
    + [f for name, f in BINARY.items() if "number" in name or "int" in name]
    + [MIXED[name] for name in ("clip", "relu", "where and nan", "huber", "logical")],
)
def test_nan_and_infinity_go_where_they_go_for_floats(f) -> None:
    with np.errstate(all="ignore"), warnings.catch_warnings(action="ignore"):
        wanted = np.asarray(f(SPECIAL))
        found = f(array(SPECIAL))
    found = data_of(found) if wanted.dtype.kind == "f" else np.asarray(found)
    np.testing.assert_allclose(found, wanted, rtol=1e-15, atol=1e-15)


TIES = {
    "maximum of two": (lambda x: np.maximum(x, 0.0), [0.0, -0.0, 1.0, -1.0], [0.5, 0.5, 1.0, 0.0]),
    "minimum of two": (lambda x: np.minimum(x, 0.0), [0.0, -0.0, 1.0, -1.0], [0.5, 0.5, 0.0, 1.0]),
    "fmax": (lambda x: np.fmax(x, 0.0), [0.0, 1.0], [0.5, 1.0]),
    "max of several": (np.max, [2.0, 2.0, 1.0, 2.0], [1 / 3, 1 / 3, 0.0, 1 / 3]),
    "min along an axis": (lambda x: np.min(x.reshape(2, 2), axis=1), [1.0, 1.0, 0.0, 5.0], [0.5, 0.5, 1.0, 0.0]),
    "method": (lambda x: x.max(), [1.0, 1.0], [0.5, 0.5]),
    "clip on a bound": (lambda x: np.clip(x, 0.0, 1.0), [0.0, 1.0, 0.5, 2.0], [1.0, 1.0, 1.0, 0.0]),
    "abs at 0": (np.abs, [0.0, -0.0], [0.0, 0.0]),
    "norm at 0": (np.linalg.norm, [0.0, 0.0], [0.0, 0.0]),
    "squared norm at 0": (lambda x: np.linalg.norm(x) ** 2, [0.0, 0.0], [0.0, 0.0]),
    "std of equal numbers": (np.std, [3.0, 3.0, 3.0], [0.0, 0.0, 0.0]),
    "std of one number": (np.std, [3.0], [0.0]),
    "ptp of equal numbers": (np.ptp, [1.0, 1.0], [0.0, 0.0]),
    "logaddexp of equal numbers": (lambda x: np.logaddexp(x[0], x[1]), [1.0, 1.0], [0.5, 0.5]),
}


@pytest.mark.parametrize(("f", "at", "slopes"), TIES.values(), ids=TIES)
def test_ties_share_the_slope(f, at, slopes) -> None:
    x = array(at)
    np.sum(f(x)).backward()
    np.testing.assert_allclose(grad_of(x), slopes, rtol=1e-15)


@pytest.mark.parametrize("numbers", [[-INF, 3.0], [-INF, -INF, 3.0], [1.0, INF], [INF, INF, 1.0], [-INF, INF, 0.0, 2]])
def test_a_median_of_infinities_is_numpys(numbers) -> None:
    assert np.median(array(numbers)).data == np.median(numbers)
    for share in (0.0, 1.0):
        x = array(numbers)
        end = np.quantile(x, share)
        end.backward()
        assert (end.data, grad_of(x).sum()) == (min(numbers) if share == 0.0 else max(numbers), 1.0)


def test_one_value_is_asked_as_an_array_is() -> None:
    v = Value(0.0)
    np.maximum(v, 0).backward()
    assert v.grad == 0.5
    assert isinstance(np.arange(3.0) * v, ValueArray)
    assert isinstance(np.where(True, v, 1.0).item(), Value)
    assert np.isnan(Value(NAN)) and not np.isnan(v)
