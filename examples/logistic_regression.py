"""Logistic regression by Newton's method, beside scikit-learn's coefficients.

One sigmoid neuron, the mean binary cross-entropy, and the penalty λ|w|²/2 that scikit-learn calls C = 1/(λ·samples).
The loss is convex, so both must arrive at the same coefficients.

    python examples/logistic_regression.py      (needs scikit-learn for the comparison)
"""

import numpy as np
from numpy.typing import NDArray

from tinygrad_notes import MLP, Value, gradients
from tinygrad_notes.nn.losses import binary_cross_entropy

Array = NDArray[np.float64]
PENALTY = 0.01


def samples(count: int = 150, seed: int = 3) -> tuple[Array, Array]:
    """Points in the plane, and labels drawn from a logistic model with weights (1.5, -2) and bias 0.5."""
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(count, 2))
    return X, (rng.random(count) < 1 / (1 + np.exp(-(X @ [1.5, -2.0] + 0.5)))).astype(float)


def loss_of(neuron: MLP, X: Array, y: Array) -> Value:
    *weights, _bias = neuron.parameters()
    mean: Value = binary_cross_entropy([neuron(x) for x in X], [[yi] for yi in y])
    return mean + PENALTY / 2 * sum(w * w for w in weights)


def newton_step(neuron: MLP, X: Array, y: Array) -> tuple[float, float]:
    """Move the parameters by -H⁻¹g, gradient and Hessian from `gradients`; returns the loss and |g| before."""
    parameters = neuron.parameters()
    loss = loss_of(neuron, X, y)
    slopes = gradients(loss, parameters)
    H = [[second.data for second in gradients(slope, parameters)] for slope in slopes]
    g = [slope.data for slope in slopes]
    for parameter, change in zip(parameters, np.linalg.solve(H, g), strict=True):
        parameter.data -= float(change)
    return loss.data, float(np.linalg.norm(g))


def main() -> None:
    from sklearn.linear_model import LogisticRegression

    X, y = samples()
    neuron = MLP.from_weights([[[0.0, 0.0]]], [[0.0]], activation="sigmoid")
    for step in range(7):
        loss, slope = newton_step(neuron, X, y)
        print(f"step {step}   loss {loss:.12f}   |gradient| {slope:.1e}")
    fitted = LogisticRegression(C=1 / (PENALTY * len(X)), tol=1e-12, max_iter=1000).fit(X, y)
    theirs = [*fitted.coef_[0], fitted.intercept_[0]]
    print(f"{'':10}{'tinygrad_notes':>18}{'scikit-learn':>18}")
    for name, ours, other in zip(("weight 0", "weight 1", "bias"), neuron.parameters(), theirs, strict=True):
        print(f"{name:10}{ours.data:18.10f}{other:18.10f}")


if __name__ == "__main__":
    main()
