"""An operation of one's own: defined in four lines, checked, differentiated twice, replayed and drawn.

The Lorentz curve 1 / (1 + x²). A slip is planted in its rule first, to see that the gradient check names it.

    python examples/own_operation.py [--plot lorentz.svg]
"""

import argparse
from typing import Any

from tinygrad_notes import Value, check_gradients, draw, gradients, record
from tinygrad_notes.derivatives.checking import GradientError
from tinygrad_notes.number_systems import symbols
from tinygrad_notes.number_systems.symbols import Symbol, text
from tinygrad_notes.operations import define, undefine
from tinygrad_notes.rules import Rules
from tinygrad_notes.value import elementwise


def rule(m: Any, slip: float = 1.0) -> Rules:
    """The value over a number system `m`, and the derivative in terms of it."""
    return (lambda x: m.divide(1.0, 1.0 + x * x)), (lambda x, out: (-2.0 * slip * x * out * out,))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--plot", metavar="FILE", help="save the computation graph as a picture")
    arguments = parser.parse_args()

    slipped = define("lorentz", 1, "L({0})", lambda m: rule(m, slip=1.001))
    try:
        check_gradients(elementwise(slipped), [0.5])
    except GradientError as error:
        print("with a slip of 0.1 % in it:", error)
    undefine("lorentz")

    lorentz = elementwise(define("lorentz", 1, "L({0})", rule))  # which functions.lorentz and x.lorentz() are too
    check = check_gradients(lorentz, [0.5])
    print(f"as it should be: rules compared {check.rules}, largest relative difference {check.worst:.0e}")
    value, derivatives = rule(symbols)
    print("L(x) =", text(value(Symbol("x"))), "   dL/dx =", *map(text, derivatives(Symbol("x"), Symbol("out"))))

    x = Value(0.5, "x")
    y = lorentz(x)
    first = gradients(y, x)
    second = gradients(first, x)
    print(f"at 0.5: {y.data:.12f}, slope {first.data:.12f}, curvature {second.data:.12f}")
    print(f"by hand {1 / 1.25:.12f}, slope {-1 / 1.25**2:.12f}, curvature {(6 * 0.25 - 2) / 1.25**3:.12f}")
    print("replayed over a batch:", record(lorentz, 0.0)([0.0, 0.5, 2.0]))
    if arguments.plot:
        y.backward()
        draw(y).save(arguments.plot, overwrite=True)


if __name__ == "__main__":
    main()
