"""sin, atan, hypot … of rows of numbers, without a branch; see `compiled_functions`.

Errors are below 1.5 units in the last place, below 2 for tan. The polynomials of sin, cos, asin and acos, and π/2 in
parts, are fdlibm's (Sun Microsystems, 1993); those of tan and atan are from the Cephes library (S. L. Moshier, 1989).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from tinygrad_notes.number_systems.compiled_functions import WHOLE, contracting, inlined, signed_as
from tinygrad_notes.number_systems.native import bits_of, float_of

ODD, HALF_TURN = np.int64(1), np.int64(2)
FIRST_DIGITS = np.int64(-(2**32))  # the bits of sign, exponent and 20 digits: their square is exact


@inlined
def quarter_turns(x: Any) -> Any:
    """(k + WHOLE, r) with x = k π/2 + r, where k is the nearest whole number, for |x| ≤ 100."""
    shifted = x * 0.6366197723675814 + WHOLE
    k = shifted - WHOLE
    return shifted, ((x - k * 1.5707963267341256) - k * 6.077100506303966e-11) - k * 2.0222662487959506e-21


@contracting
def elementwise_tan(numbers: Any, a: Any, out: Any, n: Any) -> None:
    """tan r or -1 / tan r, of numbers within ±100."""
    for i in range(n):
        shifted, r = quarter_turns(numbers[a + i])
        z = r * r
        upper = -1.79565251976484877988e7 + z * (1.15351664838587416140e6 + z * -1.30936939181383734205e4)
        lower = -5.38695755929454629881e7 + z * (
            2.50083801823357915839e7 + z * (-1.32089234440210967447e6 + z * (1.36812963470692954678e4 + z))
        )
        small = r * (z * upper / lower)
        tangent = r + small
        inverse = -1.0 / tangent
        inverse += (small - (tangent - r)) * inverse * inverse  # by what the tangent lost by rounding
        numbers[out + i] = inverse if bits_of(shifted) & ODD else tangent


@inlined
def angle_of(y: Any, x: Any) -> Any:
    """atan(y / x) of positive numbers: π/2 - atan(x / y), or π/4 - atan((x - y) / (x + y)), or as it is."""
    is_steep, is_flat = y > 2.414213562373095 * x, y <= 0.66 * x
    t = (-x if is_steep else y if is_flat else y - x) / (y if is_steep else x if is_flat else y + x)
    start = 1.5707963267948966 if is_steep else 0.0 if is_flat else 0.7853981633974483
    rest = 6.123233995736766e-17 if is_steep else 0.0 if is_flat else 3.061616997868383e-17
    z = t * t
    upper = -6.485021904942025371773e1 + z * (-1.228866684490136173410e2 + z * (
        -7.500855792314704667340e1 + z * (-1.615753718733365076637e1 + z * -8.750608600031904122785e-1)))  # fmt: skip
    lower = 1.945506571482613964425e2 + z * (4.853903996359136964868e2 + z * (
        4.328810604912902668951e2 + z * (1.650270098316988542046e2 + z * (2.485846490142306297962e1 + z))))  # fmt: skip
    return start + (t + (t * (z * upper / lower) + rest))


@contracting
def elementwise_atan(numbers: Any, a: Any, out: Any, n: Any) -> None:
    """Of numbers within ±1e300."""
    for i in range(n):
        x = numbers[a + i]
        numbers[out + i] = signed_as(x, angle_of(abs(x), 1.0))


@contracting
def elementwise_atan2(numbers: Any, a: Any, b: Any, out: Any, n: Any) -> Any:
    """The angle of (x, y); whether all are right, which takes magnitudes between 1e-150 and 1e150."""
    outside = 0
    for i in range(n):
        y, x = numbers[a + i], numbers[b + i]
        outside += not (1e-150 <= abs(y) <= 1e150 and 1e-150 <= abs(x) <= 1e150)
        angle = angle_of(abs(y), abs(x))
        angle = (3.141592653589793 - (angle - 1.2246467991473532e-16)) if x < 0.0 else angle
        numbers[out + i] = signed_as(y, angle)
    return outside == 0


@inlined
def arc_parts(x: Any) -> Any:
    """(s, c, r) with asin √z = s + c + r for z = x², or (1 - |x|) / 2 where |x| ≥ ½; s has few digits there."""
    far = abs(x)
    is_near = far < 0.5
    z = x * x if is_near else 0.5 * (1.0 - far)
    root = far if is_near else np.sqrt(z)
    upper = z * (1.66666666666666657415e-01 + z * (-3.25565818622400915405e-01 + z * (2.01212532134862925881e-01 + z * (
        -4.00555345006794114027e-02 + z * (7.91534994289814532176e-04 + z * 3.47933107596021167570e-05)))))  # fmt: skip
    lower = 1.0 + z * (-2.40339491173441421878e00 + z * (2.02094576023350569471e00 + z * (
        -6.88283971605453293030e-01 + z * 7.70381505559019352791e-02)))  # fmt: skip
    s = root if is_near else float_of(bits_of(root) & FIRST_DIGITS)
    return s, 0.0 if is_near else (z - s * s) / (root + s), root * (upper / lower)


@contracting
def elementwise_asin(numbers: Any, a: Any, out: Any, n: Any) -> None:
    """asin |x| = π/2 - 2 asin √((1 - |x|) / 2), below ½ as it is, of numbers within ±0.999999."""
    for i in range(n):
        x = numbers[a + i]
        s, c, r = arc_parts(x)
        far = 0.7853981633974483 - (2.0 * (r + c) - 6.123233995736766e-17 - (0.7853981633974483 - 2.0 * s))
        numbers[out + i] = signed_as(x, s + r if abs(x) < 0.5 else far)


@contracting
def elementwise_acos(numbers: Any, a: Any, out: Any, n: Any) -> None:
    """acos x = π/2 - asin x, above ½ 2 asin √((1 - x) / 2), below -½ π less that, of numbers within ±0.999999."""
    for i in range(n):
        x = numbers[a + i]
        s, c, r = arc_parts(x)
        near = 1.5707963267948966 - (x - (6.123233995736766e-17 - (r if x > 0.0 else -r)))
        twice = 2.0 * (s + (c + r))
        far = twice if x > 0.0 else 3.141592653589793 - (2.0 * s + (2.0 * (c + r) - 1.2246467991473532e-16))
        numbers[out + i] = near if abs(x) < 0.5 else far


@contracting
def elementwise_hypot(numbers: Any, a: Any, b: Any, out: Any, n: Any) -> Any:
    """√(x² + y²); whether all are right, which takes results between 1e-145 and 1e150: beyond, squares overflow."""
    outside = 0
    for i in range(n):
        x, y = numbers[a + i], numbers[b + i]
        length = np.sqrt(x * x + y * y)
        outside += not 1e-145 <= length <= 1e150
        numbers[out + i] = length
    return outside == 0


@contracting
def elementwise_sine(numbers: Any, a: Any, out: Any, n: Any, quarters: int) -> None:
    """sin(x + quarters · π/2) of numbers within ±100: two polynomials give sine and cosine within ±π/4."""
    for i in range(n):
        shifted, r = quarter_turns(numbers[a + i])
        z = r * r
        sine = r if z == 0.0 else r + r * z * (
            -1.66666666666666324348e-01
            + z * (8.33333333332248946124e-03 + z * (-1.98412698298579493134e-04 + z * (2.75573137070700676789e-06
            + z * (-2.50507602534068634195e-08 + z * 1.58969099521155010221e-10))))
        )  # fmt: skip
        half = 0.5 * z
        high = 1.0 - half
        cosine = high + (((1.0 - high) - half) + z * z * (
            4.16666666666666019037e-02
            + z * (-1.38888888888741095749e-03 + z * (2.48015872894767294178e-05 + z * (-2.75573143513906633035e-07
            + z * (2.08757232129817482790e-09 + z * -1.13596475577881948265e-11))))
        ))  # fmt: skip
        quadrant = bits_of(shifted) + quarters
        found = cosine if quadrant & ODD else sine
        numbers[out + i] = float_of(bits_of(found) ^ ((quadrant & HALF_TURN) << 62))
