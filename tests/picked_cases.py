"""Functions that do not pick all that they compute: (function, point, its slope there)."""

import math

from tinygrad_notes import functions

NOT_PICKED = [  # function, point, its slope there: that of what is picked
    (lambda x: functions.where(functions.greater(x, 0.0), functions.sqrt(x), x * x), -3.0, -6.0),
    (lambda x: functions.where(x * 0.0, functions.log(x - 5.0), 7.0 * x), 1.0, 7.0),
    (lambda x: functions.where(functions.sqrt(x) + 1.0, 3.0 * x, 1.0 / x), 0.0, 3.0),
    (lambda x: functions.clip(functions.sqrt(x), 0.5, 1.0), 0.0, 0.0),
    (lambda x: functions.clip(functions.log(x), -2.0, 1.0), 0.0, 0.0),
    (lambda x: functions.clip(2.0 * x, functions.log(x), 1.0 - functions.sqrt(x)), 0.0, 2.0),
    (lambda x: functions.relu(functions.log(x)), 0.0, 0.0),
    (lambda x: functions.relu(-functions.sqrt(x) - 1.0), 0.0, 0.0),
    (lambda x: functions.maximum(functions.sqrt(x), 0.5), 0.0, 0.0),
    (lambda x: functions.maximum(3.0 * x, functions.log(x)), 0.0, 3.0),
    (lambda x: functions.minimum(1.0 + functions.sqrt(x), 0.25 * x), 0.0, 0.25),
    (lambda x: functions.leaky_relu(x + 1.0, functions.sqrt(x)), 0.0, 1.0),
    (lambda x: functions.elu(x + 1.0, functions.log(x)), 0.0, 1.0),
    (lambda x: functions.remainder(x + 1.0, 2.0 + functions.sqrt(x)), 0.0, 1.0),
    (lambda x: functions.floor(functions.sqrt(x)) + x, 0.0, 1.0),
    (lambda x: functions.ceil(1.5 - functions.sqrt(x)) * x, 0.0, 2.0),
    (lambda x: functions.sign(1.0 + functions.sqrt(x)) * x, 0.0, 1.0),
    (
        lambda x: (
            functions.greater(functions.sqrt(x), 0.5)
            + functions.less(functions.log(x), 0.0)
            + functions.equal(functions.cbrt(x), 1.0)
            + x
        ),
        0.0,
        1.0,
    ),
    (lambda x: functions.stop_gradient(functions.sqrt(x)) + x, 0.0, 1.0),
    (
        lambda x: functions.where(
            functions.greater(x, 0.0), functions.relu(functions.sqrt(functions.log(x)).exp()), x.sin()
        ),
        0.0,
        1.0,
    ),
    (lambda x: functions.maximum(functions.minimum(functions.log(x), functions.sqrt(x) - 2.0), 5.0 * x), 0.0, 5.0),
    (lambda x: functions.amax([functions.log(x), 4.0 * x, functions.sqrt(x) - 1.0]), 0.0, 4.0),
    (lambda x: functions.amin([1.0 - functions.log(x), 4.0 * x, functions.sqrt(x) + 1.0]), 0.0, 4.0),
]
OVERFLOWING = [  # a slope too large for a float meets a 0
    (lambda x: 1.0 / (1.0 + functions.exp(-x)), -800.0, 0.0),
    (lambda x: 1.0 / (1.0 + math.e ** (-x)), -800.0, 0.0),
    (lambda x: 1.0 / (1.0 + functions.exp2(-x)), -1e4, 0.0),
    (lambda x: 1.0 / functions.cosh(x), -800.0, 0.0),
    (lambda x: functions.atan(functions.sinh(x)), 1000.0, 0.0),
    (lambda x: functions.tanh(functions.expm1(x)), 1000.0, 0.0),
    (lambda x: functions.exp(-functions.exp(x)), 1000.0, 0.0),
    (lambda x: 1.0 / x**200, 1e10, 0.0),
    (lambda x: 1.0 / functions.cosh(x) ** 2, 800.0, 0.0),
    (lambda x: functions.exp(-(functions.sinh(x) ** 3)), 800.0, 0.0),
    (lambda x: 1.0 / (1.0 + functions.square(functions.exp(-x))), -800.0, 0.0),
    (lambda x: functions.tanh(functions.exp(functions.exp(x))), 800.0, 0.0),
    (lambda x: 1.0 / functions.norm([functions.exp(x), 1.0]) ** 2, 800.0, 0.0),
]
CASES = NOT_PICKED + OVERFLOWING
