"""A trajectory differentiated through its integrator: how hard must a pendulum be pushed to come up just so?

The integrator (leapfrog, 400 steps) is plain arithmetic on Values, so the final angle has a derivative by the
initial speed. Newton's method on it finds the push that brings the pendulum to 2 radians after 0.8 seconds. The
derivative is checked against the variational equation δθ″ = -(g/l) cos θ · δθ, integrated on its own.

    python examples/pendulum.py
"""

import math
from typing import Any

from tinygrad_notes import functions, value_and_grad

GRAVITY, LENGTH, DURATION, STEPS = 9.81, 1.0, 0.8, 400
TARGET = 2.0


def final_angle(speed: Any) -> Any:
    """The angle after DURATION seconds, in radians, from the rest position, pushed off with `speed` in rad/s."""
    h, angle = DURATION / STEPS, 0.0
    for _ in range(STEPS):
        middle = angle + 0.5 * h * speed
        speed = speed - h * GRAVITY / LENGTH * functions.sin(middle)
        angle = middle + 0.5 * h * speed
    return angle


def sensitivity(speed: float) -> float:
    """∂(final angle)/∂(initial speed) by hand: the same steps, linearized around the trajectory."""
    h, angle, d_angle, d_speed = DURATION / STEPS, 0.0, 0.0, 1.0
    for _ in range(STEPS):
        middle, d_middle = angle + 0.5 * h * speed, d_angle + 0.5 * h * d_speed
        speed -= h * GRAVITY / LENGTH * math.sin(middle)
        d_speed -= h * GRAVITY / LENGTH * math.cos(middle) * d_middle
        angle, d_angle = middle + 0.5 * h * speed, d_middle + 0.5 * h * d_speed
    return d_angle


def main() -> None:
    speed = 5.0
    for step in range(6):
        angle, slope = value_and_grad(final_angle)(speed)
        print(
            f"step {step}   speed {speed:.12f} rad/s   angle {angle:+.12f} rad   "
            f"slope {slope:+.9f} s (by hand {sensitivity(speed):+.9f})"
        )
        speed -= (angle - TARGET) / slope
    energy = 0.5 * speed**2 - GRAVITY / LENGTH * 2
    print(f"pushed at {speed:.6f} rad/s it {'goes over the top' if energy > 0 else 'never goes over the top'}")


if __name__ == "__main__":
    main()
