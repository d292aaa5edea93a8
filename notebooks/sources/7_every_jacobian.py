# %% [markdown]
r"""
# 7 · Every Jacobian of a three-layer network

A network 1 → 6 → 7 → 2 that fits a curve in the plane. It has six blocks of parameters, $W_3, b_3, W_2, b_2, W_1, b_1$,
and so six Jacobians. We write each one down by hand, in matrices, then let the engine find all six from plain array
code that knows nothing of derivatives, and compare to the last digit.
"""

# %%
import matplotlib.pyplot as plt
import numpy as np

from tinygrad_notes import MLP, array, draw_jacobians, grad_of, jacobian, mark, work_through
from tinygrad_notes.passes import topological_order

# %% [markdown]
r"""
## The array code

Columns: one training example per column, $z = W a + b$. The slope of the sigmoid is written as
$\sigma'(z) = \tfrac14 \cosh(z/2)^{-2}$, which is the same function as $a(1-a)$ and loses no digits where $a$ is nearly 1.
"""


# %%
def sigma(z):
    return 1 / (1 + np.exp(-z))


def d_sigma(z):
    return np.cosh(z / 2) ** (-2) / 4


def forward(p, x):
    z1 = p["W1"] @ x + p["b1"]
    a1 = sigma(z1)
    z2 = p["W2"] @ a1 + p["b2"]
    a2 = sigma(z2)
    z3 = p["W3"] @ a2 + p["b3"]
    return z1, a1, z2, a2, z3, sigma(z3)


def cost(p, x, y):
    a3 = forward(p, x)[-1]
    return np.linalg.norm(a3 - y) ** 2 / x.shape[1]


rng = np.random.RandomState(0)
shapes = {"W1": (6, 1), "W2": (7, 6), "W3": (2, 7), "b1": (6, 1), "b2": (7, 1), "b3": (2, 1)}
p = {name: rng.randn(*shape) / 2 for name, shape in shapes.items()}

N = 50
x = np.linspace(0, 1, N).reshape(1, N)
y = np.vstack(
    [0.5 + 0.35 * np.cos(2 * np.pi * x), 0.5 + 0.35 * np.sin(4 * np.pi * x) * (1 - x / 2)]
)
print("cost at the start:", round(float(cost(p, x, y)), 6))

# %% [markdown]
r"""
## The six Jacobians, by hand

The cost is $C = \lVert a_3 - y \rVert^2 / N$. Start at the end and walk back. Every step is one of three moves:

| move | what it crosses | factor |
|---|---|---|
| start | the cost | $2(a_3 - y)$ |
| through an activation | $a = \sigma(z)$ | $\odot\ \sigma'(z)$ |
| through a layer | $z = W a + b$ | $W^{\mathsf T}$ from the left |

and ends in one of two ways: at a weight with $@\ a^{\mathsf T} / N$, at a bias with the sum over the examples, divided by $N$.

Why these? $z_j = \sum_i W_{ji} a_i + b_j$. So $\partial z_j / \partial a_i = W_{ji}$, and gathering over $j$ makes the transpose.
$\partial z_j/\partial W_{ji} = a_i$: that is where the $a^{\mathsf T}$ comes from, and since examples are columns, the matrix
product also sums over them. $\partial z_j/\partial b_j = 1$: a bias does not multiply any activation, only the sum remains.

The picture divides by $N$ at once, where the loss does, so that the box $\partial C/\partial a_3$ holds just that. A number
may stand anywhere in a product: the Jacobians are the same.
"""


# %%
draw_jacobians(MLP(1, [6, 7, 2], activation="sigmoid"))


# %%
def by_hand(p, x, y):
    z1, a1, z2, a2, z3, a3 = forward(p, x)
    N = x.shape[1]
    d3 = 2 * (a3 - y) * d_sigma(z3)
    d2 = (p["W3"].T @ d3) * d_sigma(z2)
    d1 = (p["W2"].T @ d2) * d_sigma(z1)
    return {
        "W3": d3 @ a2.T / N,
        "b3": np.sum(d3, axis=1, keepdims=True) / N,
        "W2": d2 @ a1.T / N,
        "b2": np.sum(d2, axis=1, keepdims=True) / N,
        "W1": d1 @ x.T / N,
        "b1": np.sum(d1, axis=1, keepdims=True) / N,
    }


J = by_hand(p, x, y)
for name, matrix in J.items():
    print(f"J_{name}  shape {matrix.shape!s:7}  largest entry {np.abs(matrix).max():.6f}")

# %% [markdown]
r"""
Six matrices, and each has the shape of what it is the derivative by. That check alone finds most mistakes.

## The same, by running the array code on Values

`cost` is NumPy code. It does not care what its arrays hold as long as one can add, multiply and take `exp`. `array` makes arrays of Values. Put them in, call
`backward()`, and read off the gradients. Not a line of `cost` changes.
"""

# %%
on_values = {name: array(matrix, label=name) for name, matrix in p.items()}
C = cost(on_values, x, y)
C.backward()
engine = {name: grad_of(matrix) for name, matrix in on_values.items()}
print(f"C = {C:.6f}, a graph of {len(topological_order(C)):,} nodes")

# %%
for name in J:
    difference = np.abs(J[name] - engine[name]).max() / np.abs(J[name]).max()
    assert difference < 1e-13, name
    print(f"J_{name}  largest relative difference {difference:.0e}")

# %% [markdown]
r"""
That is rounding. Two routes that share nothing, matrices on paper and a walk over thousands of single numbers, agree to the
last digits. Neither is proof of itself; the two together are hard to doubt.

## Using them

Gradient descent on the curve, with the Jacobians by hand since they are fast. Watch the curve find its shape.
"""

# %%
q = {name: matrix.copy() for name, matrix in p.items()}
snapshots = {}
for step in range(40_001):
    if step in (0, 1000, 10_000, 40_000):
        snapshots[step] = forward(q, x)[-1]
    for name, gradient in by_hand(q, x, y).items():
        q[name] -= 4.0 * gradient

fig, axes = plt.subplots(1, 4, figsize=(10, 2.7), sharey=True)
for ax, (step, curve) in zip(axes, snapshots.items()):
    ax.plot(*y, color="#b9c1cb", linewidth=4)
    ax.plot(*curve, color="#0b5cad")
    ax.set(
        title=f"after {step:,} steps", aspect="equal", xlim=(0, 1), ylim=(0, 1), xticks=[0, 0.5, 1]
    )
plt.show()
print(f"cost at the start {cost(p, x, y):.4f}, in the end {cost(q, x, y):.4f}")

# %% [markdown]
r"""
## How large are the blocks of blame?

With three layers one can see the gradient fade on its way back. Each layer further down it has passed another $\sigma'$, at most ¼.
"""

# %%
for k in (3, 2, 1):
    size = np.sqrt(np.mean(J[f"W{k}"] ** 2))
    print(f"W{k}: typical gradient {size:.5f}  {'█' * round(800 * size)}")

# %% [markdown]
r"""
## What is "a Jacobian"?

Strictly, the Jacobian of a function with $m$ results and $n$ inputs is the $m \times n$ matrix of all $\partial f_i / \partial x_j$. The cost is *one*
number, so its Jacobian is a single row, and it is usually folded into the shape of the parameter; that is what the six are. The
*layers* have proper Jacobians, and the chain rule multiplies them:

$$\frac{\partial a_2}{\partial a_1} = \operatorname{diag}\big(\sigma'(z_2)\big)\, W_2$$

`jacobian` computes any of them. The walk above never formed that $7 \times 6$ matrix; it only ever multiplied a row by it. That is
what "vector–Jacobian product" means, and why backward passes are cheap.
"""

# %%
one = x[:, :1]
a1 = forward(p, one)[1]
layer_jacobian = jacobian(lambda a: sigma(p["W2"] @ a + p["b2"]))(a1).reshape(7, 6)
z2 = forward(p, one)[2]
difference = np.abs(layer_jacobian - d_sigma(z2) * p["W2"]).max()
assert difference < 1e-15
print(f"{layer_jacobian.shape}, largest difference from diag(σ′(z₂)) W₂: {difference:.0e}")

# %% [markdown]
r"""
## Your turn

A smaller one, 1 → 2 → 1, two examples, so that every sum can be done on paper. Sigmoid; $W_1 = (1, -1)^{\mathsf T}$, $b_1 = 0$,
$W_2 = (2, 1)$, $b_2 = -1$; examples $x = 0, y = 1$ and $x = 1, y = 0$; the cost is averaged over both. Three decimals will do.
"""

# %%
small = MLP.from_weights(
    [[[1.0], [-1.0]], [[2.0, 1.0]]], [[0.0, 0.0], [-1.0]], activation="sigmoid"
)
sheet = work_through(
    small, [[0.0], [1.0]], [[1.0], [0.0]], loss="mean_squared_error", learning_rate=1.0
)
mine = {
    "a1": [["?", "?"], ["?", "?"]],  # one row per example
    "a2": [["?"], ["?"]],
    "delta2": [["?"], ["?"]],  # with the 1/N of the average in it
    "dC/dW2": [["?", "?"]],
    "dC/db2": ["?"],
}
mark(sheet, mine)

# %% [markdown]
r"""
<details>
<summary>Answers</summary>

At $x = 0$ both hidden neurons answer ½; at $x = 1$ they answer $\sigma(1)$ and $\sigma(-1)$, which add up to 1.

```python
mark(sheet, {
    "a1": [["0.500", "0.500"], ["0.731", "0.269"]], "a2": [["0.622"], ["0.675"]],
    "delta2": [["-0.0887"], ["0.1481"]], "dC/dW2": [["0.0639", "-0.0045"]], "dC/db2": ["0.0594"],
})
```

The two examples pull in opposite directions, and in the sum over them their shares largely cancel: every gradient is smaller than
either $\delta$. (The $1/N$ of the average is in the $\delta$ already.)

</details>
"""
