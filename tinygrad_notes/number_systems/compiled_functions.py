"""exp, log, tanh … of rows of numbers, without a branch: the compiler turns each loop into vector instructions.

The C library works number by number, and NumPy too where a processor lacks AVX-512: these take a quarter to a
twentieth of that time. Numbers outside the range of such a loop are left to the library. Errors are below 1.5 units in
the last place, below 2 for sigmoid, asinh and atanh. The polynomial of log and ln 2 in parts are fdlibm's (Sun
Microsystems, 1993); that of tanh is from the Cephes library (S. L. Moshier, 1989), that of exp fitted by Chebyshev's
(mpmath's `chebyfit`, to 1.3e-17), that of sinh Taylor's. `compiled_angles` has sin, atan and others of angles.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from tinygrad_notes.number_systems.compiling import compiling
from tinygrad_notes.number_systems.native import bits_of, float_of

compiled: Any = compiling()
contracting: Any = compiling(fastmath={"contract"})
"""A product may be fused with the addition that follows it."""
inlined: Any = compiling(fastmath={"contract"}, forceinline=True)

WHOLE = 6755399441055744.0  # 1.5 · 2⁵²: added and subtracted again, it rounds to whole numbers
SIGN = np.int64(-(2**63))
ONE = np.int64(1023)  # the exponent of 1.0, as it is stored
SQRT_HALF = np.int64(0x3FE6A09E667F3BCD)  # the bits of √½
LN2_HIGH, LN2_LOW = 6.93147180369123816490e-01, 1.90821492927058770002e-10


@compiled
def are_between(numbers: Any, a: Any, n: Any, lowest: float, highest: float) -> Any:
    """Whether all numbers of a row are; nan is not."""
    outside = 0
    for i in range(n):
        outside += not lowest <= numbers[a + i] <= highest
    return outside == 0


@inlined
def power_parts(x: Any) -> Any:
    """(s, r, p, c) with eˣ = s(1 + r + p + c), a power of two s, |r| ≤ ½ ln 2 and c < ulp(r), for -708 ≤ x ≤ 708."""
    shifted = x * 1.4426950408889634 + WHOLE
    k = shifted - WHOLE
    near = x - k * LN2_HIGH
    r = near - k * LN2_LOW
    q = 0.5000000000000001 + r * (0.16666666666666669 + r * (0.04166666666662413 + r * (0.008333333333330062
        + r * (0.0013888888917213717 + r * (0.00019841269863053618 + r * (2.4801521295954376e-05
        + r * (2.7557268459997064e-06 + r * (2.7620088445409746e-07 + r * 2.510038549551032e-08))))))))  # fmt: skip
    return float_of((bits_of(shifted) + ONE) << 52), r, r * r * q, (near - r) - k * LN2_LOW


@inlined
def power(x: Any) -> Any:
    """eˣ for -708 ≤ x ≤ 708."""
    scale, r, p, _ = power_parts(x)
    return scale * (1.0 + (r + p))


@inlined
def signed_as(x: Any, size: Any) -> Any:
    """`size` with the sign bit of x, even for a zero. `size` must not be negative where x is positive."""
    return float_of(bits_of(size) | (bits_of(x) & SIGN))


@contracting
def elementwise_exp(numbers: Any, a: Any, out: Any, n: Any) -> None:
    """eˣ of numbers within ±708."""
    for i in range(n):
        numbers[out + i] = power(numbers[a + i])


@contracting
def elementwise_sigmoid(numbers: Any, a: Any, out: Any, n: Any) -> None:
    """1 / (1 + e⁻ˣ) of numbers within ±708."""
    for i in range(n):
        x = numbers[a + i]
        e = power(-abs(x))
        numbers[out + i] = (e if x < 0.0 else 1.0) / (1.0 + e)


@contracting
def elementwise_tanh(numbers: Any, a: Any, out: Any, n: Any) -> None:
    """tanh |x| = 1 - 2 / (e²ˡˣˡ + 1), below ⅝ a quotient of polynomials; of any numbers."""
    for i in range(n):
        x = numbers[a + i]
        far = abs(x)
        e = power(2.0 * (30.0 if far > 30.0 else far))
        z = x * x
        upper = z * (-1.61468768441708447952e3 + z * (-9.92877231001918586564e1 + z * -9.64399179425052238628e-1))
        lower = 4.84406305325125486048e3 + z * (2.23548839060100448583e3 + z * (1.12811678491632931402e2 + z))
        is_near = far < 0.625
        quotient = (upper if is_near else 2.0) / (lower if is_near else 1.0 + e)
        result = far + far * quotient if is_near else 1.0 - quotient
        numbers[out + i] = signed_as(x, result)


@contracting
def elementwise_sinh(numbers: Any, a: Any, out: Any, n: Any) -> None:
    """sinh |x| = (eˡˣˡ - e⁻ˡˣˡ) / 2, below 1 Taylor's polynomial; of numbers within ±708."""
    for i in range(n):
        x = numbers[a + i]
        far = abs(x)
        e = power(far)
        z = x * x
        rest = 1 / 6 + z * (1 / 120 + z * (1 / 5040 + z * (1 / 362880 + z * (1 / 39916800 + z * (
            1 / 6227020800 + z * (1 / 1307674368000 + z * (1 / 355687428096000)))))))  # fmt: skip
        result = far + far * z * rest if far < 1.0 else 0.5 * e - 0.5 / e
        numbers[out + i] = signed_as(x, result)


@contracting
def elementwise_cosh(numbers: Any, a: Any, out: Any, n: Any) -> None:
    """(eˣ + e⁻ˣ) / 2 of numbers within ±708."""
    for i in range(n):
        e = power(abs(numbers[a + i]))
        numbers[out + i] = 0.5 * e + 0.5 / e


@contracting
def elementwise_expm1(numbers: Any, a: Any, out: Any, n: Any) -> None:
    """eˣ - 1 of numbers within ±708."""
    for i in range(n):
        x = numbers[a + i]
        scale, r, p, c = power_parts(x)
        result = ((scale - 1.0) + scale * r) + scale * (c + p)
        numbers[out + i] = signed_as(x, result)


@inlined
def log_and(x: Any, rest: Any) -> Any:
    """ln x + rest = k ln 2 + ln(1 + f) + rest, where √½ ≤ 1 + f < √2, for x > 0 that is not subnormal, rest < 1e-15."""
    bits = bits_of(x)
    exponent = np.int64(np.uint64(bits + ((ONE << 52) - SQRT_HALF)) >> np.uint64(52))
    k = float_of(exponent | np.int64(0x4330000000000000)) - (4503599627370496.0 + 1023.0)
    f = float_of(bits - ((exponent - ONE) << 52)) - 1.0
    s = f / (2.0 + f)
    z = s * s
    w = z * z
    even = w * (3.999999999940941908e-01 + w * (2.222219843214978396e-01 + w * 1.531383769920937332e-01))
    odd = z * (
        6.666666666666735130e-01
        + w * (2.857142874366239149e-01 + w * (1.818357216161805012e-01 + w * 1.479819860510158591e-01))
    )
    half = 0.5 * f * f
    return k * LN2_HIGH - ((half - (s * (half + (odd + even)) + (k * LN2_LOW + rest))) - f)


@inlined
def log_of_one_more(x: Any) -> Any:
    """ln(1 + x); of x > -1."""
    more = 1.0 + x
    lost = 1.0 - (more - x) if x > 1.0 else x - (more - 1.0)
    return log_and(more, lost / more)


@contracting
def elementwise_log(numbers: Any, a: Any, out: Any, n: Any) -> None:
    """ln x of positive numbers that are not subnormal."""
    for i in range(n):
        numbers[out + i] = log_and(numbers[a + i], 0.0)


@contracting
def elementwise_log1p(numbers: Any, a: Any, out: Any, n: Any) -> None:
    """ln(1 + x) of numbers from -0.999999."""
    for i in range(n):
        x = numbers[a + i]
        numbers[out + i] = signed_as(x, log_of_one_more(x))


@contracting
def elementwise_asinh(numbers: Any, a: Any, out: Any, n: Any) -> None:
    """asinh |x| = ln(1 + |x| + x² / (1 + √(1 + x²))) of numbers within ±1e150."""
    for i in range(n):
        x = numbers[a + i]
        far, square = abs(x), x * x
        result = log_of_one_more(far + square / (1.0 + np.sqrt(1.0 + square)))
        numbers[out + i] = signed_as(x, result)


@contracting
def elementwise_atanh(numbers: Any, a: Any, out: Any, n: Any) -> None:
    """atanh |x| = ½ ln(1 + 2|x| / (1 - |x|)) of numbers within ±0.999999."""
    for i in range(n):
        x = numbers[a + i]
        far = abs(x)
        twice, left = 2.0 * far, 1.0 - far
        result = 0.5 * log_of_one_more(twice + twice * far / left if far < 0.5 else twice / left)
        numbers[out + i] = signed_as(x, result)
