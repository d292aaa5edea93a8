"""Compiled loops: the number system of the Numba executor, as functions that apply an instruction by its code.

Every code is the position of the instruction's name among the tape's functions. Results are IEEE 754's, without
exceptions, as for floats. `apply` works on one number, `elementwise` on numbers that lie in a row.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numba import int64, uint64

from tinygrad_notes.number_systems import floats
from tinygrad_notes.number_systems.compiled_angles import (
    elementwise_acos,
    elementwise_asin,
    elementwise_atan,
    elementwise_atan2,
    elementwise_hypot,
    elementwise_sine,
    elementwise_tan,
)
from tinygrad_notes.number_systems.compiled_functions import (
    are_between,
    elementwise_asinh,
    elementwise_atanh,
    elementwise_cosh,
    elementwise_exp,
    elementwise_expm1,
    elementwise_log,
    elementwise_log1p,
    elementwise_sigmoid,
    elementwise_sinh,
    elementwise_tanh,
)
from tinygrad_notes.number_systems.compiling import compiling
from tinygrad_notes.number_systems.native import NOWHERE, call_loop, loop_over_floats
from tinygrad_notes.operations import TABLE

NAMES = tuple(sorted(floats.ELEMENTWISE))
CODES = {name: code for code, name in enumerate(NAMES)}

ABS, ACOS, ACOSH, ADD, ASIN, ASINH, ATAN, ATAN2, ATANH = (
    CODES[name] for name in ("abs", "acos", "acosh", "add", "asin", "asinh", "atan", "atan2", "atanh")
)
CBRT, CEIL, COS, COSH, DIVIDE, EQUAL, ERF, ERFC, EXP, EXP2, EXPM1 = (
    CODES[name] for name in ("cbrt", "ceil", "cos", "cosh", "divide", "equal", "erf", "erfc", "exp", "exp2", "expm1")
)
FLOOR, GREATER, HYPOT, LESS, LOG, LOG10, LOG1P, LOG2, MAXIMUM, MINIMUM = (
    CODES[name] for name in ("floor", "greater", "hypot", "less", "log", "log10", "log1p", "log2", "maximum", "minimum")
)
MULTIPLY, NEGATIVE, POW, REMAINDER, SIGMOID, SIGN, SIN, SINH, SQRT, SUBTRACT, TAN, TANH, WHERE = (
    CODES[name]
    for name in (
        "multiply", "negative", "pow", "remainder", "sigmoid", "sign", "sin", "sinh", "sqrt", "subtract", "tan", "tanh",
        "where",
    )
)  # fmt: skip

LOOPS = np.array(
    [loop_over_floats(getattr(np, name)) if TABLE[name].vector_loop else NOWHERE for name in NAMES], np.int64
)
"""NumPy's loop for each code; an argument of `elementwise`, for addresses are others in the next process."""
SHORTEST_LOOP = 4
"""Rows of fewer numbers are worked one by one, which saves the call."""

compiled: Any = compiling()
inlined: Any = compiling(forceinline=True)


@compiled
def apply(code: int, a: float, b: float, c: float) -> Any:  # noqa: C901 (a table, which compiles to a jump)
    """The instruction `code` of its operands; those that it does not take are ignored."""
    if code == MULTIPLY:
        return a * b
    if code == ADD:
        return a + b
    if code == SUBTRACT:
        return a - b
    if code == DIVIDE:
        return a / b
    if code == NEGATIVE:
        return -a
    if code == ABS:
        return abs(a)
    if code == WHERE:
        return b if a != 0.0 else c
    if code == LESS:
        return 1.0 if a < b else 0.0
    if code == GREATER:
        return 1.0 if a > b else 0.0
    if code == EQUAL:
        return 1.0 if a == b else 0.0
    if code == MAXIMUM:
        return a if a > b or a != a else b
    if code == MINIMUM:
        return a if a < b or a != a else b
    if code == SQRT:
        return math.sqrt(a)
    if code == EXP:
        return math.exp(a)
    if code == LOG:
        return math.log(a)
    if code == SIGMOID:
        e = math.exp(-abs(a))
        return (e if a < 0.0 else 1.0) / (1.0 + e)
    if code == TANH:
        return math.tanh(a)
    if code == SIN:
        return math.sin(a)
    if code == COS:
        return math.cos(a)
    if code == POW:
        return math.pow(a, b)
    if code == SIGN:
        return math.copysign(1.0, a) if a > 0.0 or a < 0.0 else a
    if code == FLOOR:
        return np.floor(a)
    if code == CEIL:
        return np.ceil(a)
    if code == REMAINDER:
        return np.remainder(a, b)
    if code == HYPOT:
        return np.hypot(a, b)
    if code == CBRT:
        return np.cbrt(a)
    if code == EXP2:
        return np.exp2(a)
    if code == EXPM1:
        return math.expm1(a)
    if code == LOG2:
        return np.log2(a)
    if code == LOG10:
        return math.log10(a)
    if code == LOG1P:
        return math.log1p(a)
    if code == TAN:
        return math.tan(a)
    if code == ASIN:
        return math.asin(a)
    if code == ACOS:
        return math.acos(a)
    if code == ATAN:
        return math.atan(a)
    if code == ATAN2:
        return math.atan2(a, b)
    if code == SINH:
        return math.sinh(a)
    if code == COSH:
        return math.cosh(a)
    if code == ASINH:
        return math.asinh(a)
    if code == ACOSH:
        return math.acosh(a)
    if code == ATANH:
        return math.atanh(a)
    if code == ERF:
        return math.erf(a)
    if code == ERFC:
        return math.erfc(a)
    return math.nan


@inlined
def elementwise(code: int, numbers: Any, a: Any, b: Any, c: Any, out: Any, n: Any, loops: Any) -> None:  # noqa: C901 (so is this)
    """An instruction over rows of `n` numbers that begin at a, b and c; those that it does not take are ignored.

    Cheap ones are loops of their own, which become vector instructions; that takes indices that cannot be negative.
    Dear ones go on to a multiple of 8 numbers, which take a third of the time of 7: what lies behind a result is lost.
    """
    a, b, c, out, n = uint64(a), uint64(b), uint64(c), uint64(out), uint64(n)
    whole = n if n == uint64(1) else (n + uint64(7)) & uint64(2**64 - 8)
    if code == MULTIPLY:
        for i in range(n):
            numbers[out + i] = numbers[a + i] * numbers[b + i]
    elif code == ADD:
        for i in range(n):
            numbers[out + i] = numbers[a + i] + numbers[b + i]
    elif code == SUBTRACT:
        for i in range(n):
            numbers[out + i] = numbers[a + i] - numbers[b + i]
    elif code == NEGATIVE:
        for i in range(n):
            numbers[out + i] = -numbers[a + i]
    elif code == DIVIDE:
        for i in range(n):
            numbers[out + i] = numbers[a + i] / numbers[b + i]
    elif code == MAXIMUM:
        for i in range(n):
            x, y = numbers[a + i], numbers[b + i]
            numbers[out + i] = x if x > y or x != x else y
    elif code == MINIMUM:
        for i in range(n):
            x, y = numbers[a + i], numbers[b + i]
            numbers[out + i] = x if x < y or x != x else y
    elif code == WHERE:
        for i in range(n):
            x, y = numbers[b + i], numbers[c + i]
            numbers[out + i] = x if numbers[a + i] != 0.0 else y
    elif code == LESS:
        for i in range(n):
            numbers[out + i] = 1.0 if numbers[a + i] < numbers[b + i] else 0.0
    elif code == GREATER:
        for i in range(n):
            numbers[out + i] = 1.0 if numbers[a + i] > numbers[b + i] else 0.0
    elif code == EQUAL:
        for i in range(n):
            numbers[out + i] = 1.0 if numbers[a + i] == numbers[b + i] else 0.0
    elif code == ABS:
        for i in range(n):
            numbers[out + i] = abs(numbers[a + i])
    elif code == SQRT:
        for i in range(whole):
            numbers[out + i] = math.sqrt(numbers[a + i])
    elif code == SIGN:
        for i in range(n):
            x = numbers[a + i]
            numbers[out + i] = 1.0 if x > 0.0 else -1.0 if x < 0.0 else x
    elif code == TANH:
        elementwise_tanh(numbers, a, out, whole)
    elif code in (SIN, COS) and are_between(numbers, a, n, -100.0, 100.0):
        elementwise_sine(numbers, a, out, whole, int64(0) if code == SIN else int64(1))
    elif code == TAN and are_between(numbers, a, n, -100.0, 100.0):
        elementwise_tan(numbers, a, out, whole)
    elif code == ASIN and are_between(numbers, a, n, -0.999999, 0.999999):
        elementwise_asin(numbers, a, out, whole)
    elif code == ACOS and are_between(numbers, a, n, -0.999999, 0.999999):
        elementwise_acos(numbers, a, out, whole)
    elif code == ATAN and are_between(numbers, a, n, -1e300, 1e300):
        elementwise_atan(numbers, a, out, whole)
    elif code == ASINH and are_between(numbers, a, n, -1e150, 1e150):
        elementwise_asinh(numbers, a, out, whole)
    elif code == ATANH and are_between(numbers, a, n, -0.999999, 0.999999):
        elementwise_atanh(numbers, a, out, whole)
    elif code == EXPM1 and are_between(numbers, a, n, -708.0, 708.0):
        elementwise_expm1(numbers, a, out, whole)
    elif code == LOG1P and are_between(numbers, a, n, -0.999999, 1.7e308):
        elementwise_log1p(numbers, a, out, whole)
    elif code == LOG and are_between(numbers, a, n, 2.3e-308, 1.7e308):
        elementwise_log(numbers, a, out, whole)
    elif code == EXP and are_between(numbers, a, n, -708.0, 708.0):
        elementwise_exp(numbers, a, out, whole)
    elif code == SIGMOID and are_between(numbers, a, n, -708.0, 708.0):
        elementwise_sigmoid(numbers, a, out, whole)
    elif code == SINH and are_between(numbers, a, n, -708.0, 708.0):
        elementwise_sinh(numbers, a, out, whole)
    elif code == COSH and are_between(numbers, a, n, -708.0, 708.0):
        elementwise_cosh(numbers, a, out, whole)
    elif (code == HYPOT and elementwise_hypot(numbers, a, b, out, n)) or (
        code == ATAN2 and elementwise_atan2(numbers, a, b, out, n)
    ):
        pass  # it is done, unless these have met numbers out of their range
    elif loops[code, 0] and n >= uint64(SHORTEST_LOOP):
        if code in (POW, ATAN2):
            call_loop(loops[code, 0], loops[code, 1], numbers, (a, b, out), n)
        else:
            call_loop(loops[code, 0], loops[code, 1], numbers, (a, out), n)
    else:
        for i in range(n):
            numbers[out + i] = apply(code, numbers[a + i], numbers[b + i], numbers[c + i])
