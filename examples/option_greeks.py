"""The price of a European call and its Greeks to second order, checked against the closed forms.

The price is Black and Scholes' (1973), written once. Every Greek is a derivative of it, first order from `grad`,
second order from `hessian`; nothing else about finance is in here.

    python examples/option_greeks.py
"""

import math
from collections.abc import Sequence
from typing import Any

from tinygrad_notes import functions, grad, hessian

SPOT, VOLATILITY, TIME, RATE, STRIKE = 100.0, 0.2, 0.75, 0.03, 105.0


def cumulative_normal(x: Any) -> Any:
    return 0.5 * functions.erfc(-x / math.sqrt(2.0))


def call_price(market: Sequence[Any]) -> Any:
    """The price for `market` = [spot, volatility, time to expiry in years, interest rate]."""
    spot, volatility, time, rate = market
    spread = volatility * functions.sqrt(time)
    d1 = (functions.log(spot / STRIKE) + (rate + 0.5 * volatility * volatility) * time) / spread
    return spot * cumulative_normal(d1) - STRIKE * functions.exp(-rate * time) * cumulative_normal(d1 - spread)


def closed_forms(S: float, v: float, T: float, r: float) -> dict[str, float]:
    """What the textbooks give, with φ and Φ the normal density and distribution."""
    root, discount = math.sqrt(T), math.exp(-r * T)
    d1 = (math.log(S / STRIKE) + (r + v * v / 2) * T) / (v * root)
    d2 = d1 - v * root
    density = math.exp(-d1 * d1 / 2) / math.sqrt(2 * math.pi)
    N1, N2 = (math.erfc(-d / math.sqrt(2)) / 2 for d in (d1, d2))
    return {
        "delta  ∂P/∂S": N1,
        "vega   ∂P/∂σ": S * density * root,
        "theta -∂P/∂T": -S * density * v / (2 * root) - r * STRIKE * discount * N2,
        "rho    ∂P/∂r": STRIKE * T * discount * N2,
        "gamma  ∂²P/∂S²": density / (S * v * root),
        "vanna  ∂²P/∂S∂σ": -density * d2 / v,
        "volga  ∂²P/∂σ²": S * density * root * d1 * d2 / v,
        "charm -∂²P/∂S∂T": -density * (2 * r * T - d2 * v * root) / (2 * T * v * root),
    }


def main() -> None:
    market = [SPOT, VOLATILITY, TIME, RATE]
    first, second = grad(call_price)(market), hessian(call_price)(market)
    derived = [first[0], first[1], -first[2], first[3], second[0][0], second[0][1], second[1][1], -second[0][2]]
    print(f"price {call_price(market):.10f}\n{'':16}{'derived':>16}{'closed form':>16}{'difference':>12}")
    for (name, closed), own in zip(closed_forms(*market).items(), derived, strict=True):
        print(f"{name:16}{own:16.10f}{closed:16.10f}{own - closed:12.0e}")


if __name__ == "__main__":
    main()
