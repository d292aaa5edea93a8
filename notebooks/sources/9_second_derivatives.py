# %% [markdown]
r"""
# 9 · Second derivatives: Hessians, curvature, Newton's method

The gradient says which way is down. It does not say how far. That is in the *second* derivatives: how the slope
changes along the way. The engine computes them as it computes the first ones, since its gradients are
graphs, and a graph can be differentiated again.
"""

# %%
import matplotlib.pyplot as plt
import numpy as np

from tinygrad_notes import Value, draw, grad, gradients, hessian, hvp, mark
from tinygrad_notes.functions import cos, log, sigmoid

# %% [markdown]
r"""
## A gradient that is a graph

`backward()` leaves plain numbers. `gradients` goes through the same graph in the same order, but multiplies *Values*.
What comes back can be drawn, evaluated, and differentiated.
"""

# %%
x = Value(2.0, "x")
y = x**3
y.label = "y"

first = gradients(y, x)  # 3x²
second = gradients(first, x)  # 6x
third = gradients(second, x)  # 6
print(f"y = {y:g}   y′ = {first:g}   y″ = {second:g}   y‴ = {third:g}")

# %%
first.label = "y′"
draw(first, grad=False)

# %% [markdown]
r"""
That picture *is* $3x^2$, written down by a machine: the rule $(x^n)' = n x^{n-1}$ read from the table of operations, with a Value
in place of $x$.

## Curvature in one direction

For a function of one variable, $f''$ tells how quickly the slope changes. Near a point,

$$f(x + s) \approx f(x) + f'(x)\,s + \tfrac12 f''(x)\,s^2$$

a parabola that touches the function there. Newton's idea: the bottom of the parabola, $s = -f'/f''$, is a good guess for the bottom of
the function.
"""


# %%
def f(x):
    return 0.1 * x**4 - x + cos(x)


at = 2.6
slope, curvature = grad(f)(at), grad(grad(f))(at)
step = -slope / curvature

xs = np.linspace(0.3, 3.2, 200)
s = xs - at
fig, ax = plt.subplots(figsize=(6.5, 3.2))
ax.plot(xs, [f(float(v)) for v in xs], color="#1b2026", label="f")
ax.plot(
    xs,
    f(at) + slope * s + curvature / 2 * s**2,
    color="#0b5cad",
    linestyle="--",
    label="parabola that touches it",
)
ax.plot(at, f(at), "o", color="#1b2026")
ax.annotate("here", (at, f(at)), xytext=(8, -4), textcoords="offset points")
ax.plot(at + step, f(at + step), "o", color="#a84300")
ax.annotate(
    "Newton's next point", (at + step, f(at + step)), xytext=(-10, -16), textcoords="offset points"
)
ax.set(ylim=(-2.7, 2), xlabel="x")
ax.spines[["top", "right"]].set_visible(False)
ax.legend(frameon=False)
plt.show()

# %%
at = 2.6
for i in range(6):
    print(f"step {i}:  x = {at:.15f}   f′(x) = {grad(f)(at):+.1e}")
    at -= grad(f)(at) / grad(grad(f))(at)

# %% [markdown]
r"""
Look at the exponents: once it is close, the number of right digits about *doubles* with every step. Gradient descent, with a
fixed learning rate, adds the same number of digits each time.

## In several directions: the Hessian

With $n$ variables there are $n^2$ second derivatives, $H_{ij} = \partial^2 f / \partial x_i \partial x_j$. They form a
symmetric matrix, and $\tfrac12 s^{\mathsf T} H s$ takes the place of $\tfrac12 f'' s^2$.
"""


# %%
def bowl(x):
    return 0.5 * (x[0] ** 2 + 20 * x[1] ** 2) + x[0] * x[1]


H = np.array(hessian(bowl)([1.0, 1.0]))
print(H)
print("curvatures:", np.linalg.eigvalsh(H).round(3))

# %% [markdown]
r"""
The eigenvalues are the curvatures along the axes of the ellipse: gentle in one direction, 21 times as steep in the other. That ratio,
the *condition number*, is what makes gradient descent slow. A step of $\eta$ multiplies the error along a direction of curvature
$\lambda$ by $1 - \eta\lambda$. The steep direction allows no $\eta$ above $2/\lambda_{\max}$ (beyond it the error grows), and with so
small an $\eta$ the gentle direction hardly moves.
"""


# %%
def descend(start, learning_rate, steps):
    points = [np.array(start)]
    for _ in range(steps):
        points.append(points[-1] - learning_rate * np.array(grad(bowl)(points[-1].tolist())))
    return np.array(points)


largest = np.linalg.eigvalsh(H)[-1]
fig, axes = plt.subplots(1, 3, figsize=(9, 2.9), sharey=True)
a, b = np.meshgrid(np.linspace(-2.2, 2.2, 60), np.linspace(-1.1, 1.1, 60))
runs = {
    "too small: creeps": descend([2.0, 0.6], 0.25 / largest, 15),
    "just below 2/λ: zigzags": descend([2.0, 0.6], 1.9 / largest, 15),
    "Newton: one step": np.array(
        [[2.0, 0.6], np.array([2.0, 0.6]) - np.linalg.solve(H, grad(bowl)([2.0, 0.6]))]
    ),
}
for ax, (title, points) in zip(axes, runs.items()):
    ax.contour(
        a, b, bowl([a, b]), levels=[0.1, 0.5, 1.5, 3, 5, 8], colors="#b9c1cb", linewidths=0.8
    )
    ax.plot(*points.T, "o-", color="#0b5cad", markersize=3.5, linewidth=1)
    ax.set(title=title, xlabel="x₀")
axes[0].set_ylabel("x₁")
plt.show()

# %% [markdown]
r"""
Newton's step $-H^{-1}\nabla f$ stretches every direction by one over its curvature. On a quadratic function one step is enough, for there the
parabola is the function itself.

## Where a gradient of zero is not a bottom

At a *saddle* the slope is zero and the function goes up one way and down another. The signs of the curvatures tell:
all positive, a minimum; all negative, a maximum; mixed, a saddle. XOR starts its training near one, which is why nothing
seems to happen at first.
"""


# %%
def saddle(x):
    return x[0] ** 2 - x[1] ** 2


print("slope at the origin:", grad(saddle)([0.0, 0.0]))
print("curvatures:         ", np.linalg.eigvalsh(hessian(saddle)([0.0, 0.0])))
step = -np.linalg.solve(hessian(saddle)([1.0, 1.0]), grad(saddle)([1.0, 1.0]))
print("Newton from (1, 1) goes to", np.array([1.0, 1.0]) + step)

# %% [markdown]
r"""
Newton's method walks straight *into* the saddle: it looks for zero slope, not for small values. Practical versions guard against
that, for instance by adding a multiple of the identity to $H$ until all curvatures are positive.

## Newton's method at work: logistic regression

One neuron, cross-entropy loss, a handful of points: does a student pass, given the hours of study? This loss is
convex (no curvature is ever negative), so Newton's method is safe, and it is how statistics packages fit it.
"""

# %%
hours = [0.5, 1.0, 1.5, 2.0, 2.5, 3.0, 3.5, 4.0]
passed = [0, 0, 1, 0, 1, 0, 1, 1]


def cross_entropy(parameters):
    w, b = parameters
    total = 0.0
    for h, y in zip(hours, passed):
        p = sigmoid(w * h + b)
        total = total - (y * log(p) + (1 - y) * log(1 - p))
    return total


theta = np.zeros(2)
for i in range(6):
    g, H = (
        np.array(grad(cross_entropy)(theta.tolist())),
        np.array(hessian(cross_entropy)(theta.tolist())),
    )
    print(
        f"step {i}:  w = {theta[0]:.10f}  b = {theta[1]:.10f}  |gradient| = {np.linalg.norm(g):.1e}"
    )
    theta = theta - np.linalg.solve(H, g)

# %% [markdown]
r"""
The Hessian is good for one thing more. At the minimum its inverse says how *uncertain* the fit is: where the loss is flat, many parameters
explain the data almost equally well. $\sqrt{(H^{-1})_{ii}}$ is the standard error of parameter $i$.
"""

# %%
errors = np.sqrt(np.diag(np.linalg.inv(hessian(cross_entropy)(theta.tolist()))))
print(f"w = {theta[0]:.2f} ± {errors[0]:.2f}   b = {theta[1]:.2f} ± {errors[1]:.2f}")

# %% [markdown]
r"""
Eight students are not many.

## A million parameters

A Hessian of a million parameters has $10^{12}$ entries; nobody writes it down. But methods like conjugate gradients only ask for $Hv$, the
Hessian times a vector, and that costs a few passes over the graph, however many parameters there are: it is the derivative of the gradient in the
direction $v$.
"""

# %%
v = [1.0, -2.0]
print("hvp:", np.array(hvp(cross_entropy, ([0.5, -1.0],), (v,))))
print("H v:", np.array(hessian(cross_entropy)([0.5, -1.0])) @ v)

# %% [markdown]
r"""
## Your turn

$f(p, q) = p^2 q + q^3$ at $p = 1$, $q = 2$. On paper: the gradient, the Hessian, and Newton's step
$-H^{-1} \nabla f$, with four decimals where they do not come out even. Is this point near a minimum?
"""

# %%
p, q = Value(1.0, "p"), Value(2.0, "q")
func = p**2 * q + q**3
fp, fq = gradients(func, [p, q])
fpp, fpq = gradients(fp, [p, q])
fqq = gradients(fq, q)
determinant = fpp * fqq - fpq * fpq
sought = {
    "df/dp": fp, "df/dq": fq, "H[0,0]": fpp, "H[0,1]": fpq, "H[1,1]": fqq,
    "step p": (fpq * fq - fqq * fp) / determinant,
    "step q": (fpq * fp - fpp * fq) / determinant,
}  # fmt: skip

mark(sought, dict.fromkeys(sought, "?"))

# %% [markdown]
r"""
<details>
<summary>Answers</summary>

```python
mark(sought, {
    "df/dp": "4", "df/dq": "13", "H[0,0]": "4", "H[0,1]": "2", "H[1,1]": "12",
    "step p": "-0.5000", "step q": "-1.0000",
})
```

$\det H = 44$ and both diagonal entries are positive, so all curvatures are positive *here*. The step leads to $(\tfrac12, 1)$, half
way to the origin. There $H = \begin{pmatrix} 2q & 2p \\ 2p & 6q \end{pmatrix}$ vanishes: the origin is no minimum, $f(0, q) = q^3$ just
passes through it. Curvature at one point says nothing about the next.

</details>
"""
