# %% [markdown]
r"""
# 1 · What a derivative is

Everything in backpropagation is derivatives, multiplied and added. So it pays to be sure of one thing: what *is* a
derivative, before any rule? This notebook watches the definition at work, with real numbers, until it
breaks; and finds out why the engine never uses it.
"""

# %%
import matplotlib.pyplot as plt
import numpy as np

from tinygrad_notes import Value, difference_quotient, draw, mark

# %% [markdown]
r"""
## Zoom in, and every smooth curve is a line

The derivative $f'(a)$ is the slope of the line that you see when you look at the graph of $f$ near $a$ through a strong enough
magnifying glass. Three views of $f(x) = x^2$ around $a = 1$, each ten times closer than the one before:
"""


# %%
def f(x):
    return x**2


fig, axes = plt.subplots(1, 3, figsize=(9, 2.8))
for ax, width in zip(axes, (1.0, 0.1, 0.01)):
    xs = np.linspace(1 - width, 1 + width, 100)
    ax.plot(xs, f(xs), color="#0b5cad")
    ax.plot(xs, 1 + 2 * (xs - 1), color="#a84300", linestyle="--", linewidth=1)
    ax.plot(1, 1, "o", color="#1b2026", markersize=4)
    ax.set_title(f"1 ± {width:g}")
    ax.locator_params(nbins=3)
axes[0].legend(["x²", "the line with slope 2"], frameon=False, fontsize=8)
plt.show()

# %% [markdown]
r"""
In the last view curve and line cannot be told apart. That is the whole idea: **near $a$, $f$ is the line
$f(a) + f'(a)\,(x - a)$, up to something that is small even when measured against the tiny step.**

## The quotient that walks in

How to find the slope of a line that touches the curve, when a slope needs two points? Take a second point, $h$ further on, and let it come
closer:

$$\frac{f(a + h) - f(a)}{h}$$

This is a *difference quotient*, rise over run. At $h = 0$ it would be $0/0$, which is nothing. The trick is never to set $h = 0$ but
to see what the quotient is heading for.
"""

# %%
a = 1.0
for h in (1.0, 0.1, 0.01, 0.001, 0.0001):
    print(f"h = {h:<7g}  (f(1 + h) − f(1)) / h = {(f(a + h) - f(a)) / h:.6g}")

# %% [markdown]
r"""
2.1, 2.01, 2.001: heading for 2. Algebra says the same, and says exactly how far there is still to go:

$$\frac{(a+h)^2 - a^2}{h} = \frac{2ah + h^2}{h} = 2a + h$$

The $h$ in the denominator has canceled *before* anything became zero. What is left has an obvious value for $h \to 0$. That is what
"limit" means: not the value at 0, where the quotient has none, but the value that fits without a jump.

All rules of differentiation are this calculation, done once for each kind of function, so that nobody has to do it again.

## Secants becoming a tangent
"""

# %%
fig, ax = plt.subplots(figsize=(6, 3.6))
xs = np.linspace(-0.3, 2.3, 100)
ax.plot(xs, f(xs), color="#1b2026", linewidth=1.6)
for h, shade in ((1.0, "#b3cde3"), (0.5, "#6fa3cf"), (0.1, "#0b5cad")):
    ax.plot(
        xs,
        f(a) + (f(a + h) - f(a)) / h * (xs - a),
        color=shade,
        linewidth=1.2,
        label=f"h = {h:g}, slope {2 + h:g}",
    )
    ax.plot(a + h, f(a + h), "o", color=shade, markersize=4)
ax.plot(xs, f(a) + 2 * (xs - a), color="#a84300", linestyle="--", label="the tangent, slope 2")
ax.plot(a, f(a), "o", color="#1b2026", markersize=5)
ax.set(ylim=(-1, 4), xlabel="x")
ax.spines[["top", "right"]].set_visible(False)
ax.legend(frameon=False)
plt.show()

# %% [markdown]
r"""
## …and away again

So make $h$ tiny and be done? Try $f(x) = x^3$ at $a = 1$, where the slope is 3, and go on.
"""


# %%
def cube(x):
    return x * x * x


walk = difference_quotient(cube, 1.0)
walk

# %% [markdown]
r"""
Look at the column *forward* first; that is our quotient. It walks in, one digit with every line, down to about $h = 10^{-8}$. Then it
turns round and walks away. At $10^{-16}$ it is 0.

Nothing is wrong with the mathematics. A computer's number has 16 digits. For small $h$ the two values $f(1+h)$ and $f(1)$
agree in nearly all of them, and *subtracting cancels exactly the digits that agree*. What is left of the difference is mostly the
rounding of the last digit, about $\varepsilon = 10^{-16}$, and dividing by $h$ makes it large:

$$\text{error} \approx \underbrace{\tfrac{h}{2} |f''(a)|}_{\text{the quotient has not arrived}} +
\underbrace{\frac{\varepsilon\,|f(a)|}{h}}_{\text{rounding}}$$

One part falls with $h$, the other grows. They balance where $h^2 \approx \varepsilon$, near $h = 10^{-8}$, and there the error is about
$10^{-8}$ too. **Half of the digits are gone, at best.**

## Better quotients

The other two columns do better. *Central* takes a point on *both* sides, $\dfrac{f(a+h) - f(a-h)}{2h}$. In the Taylor series all even powers drop out, so the error falls
with $h^2$ instead of $h$. Rounding is as before. The best $h$ is now near $\varepsilon^{1/3}$ and two thirds of the digits survive.

The *complex step* goes aside into the complex plane: $f(a + ih) = f(a) + ih f'(a) - \tfrac{h^2}{2} f''(a) - \dots$, so the slope is
$\operatorname{Im} f(a + ih) / h$. There is *no subtraction* in it, nothing cancels, and $h$ may be as small as one likes.
"""

# %%
fig, ax = plt.subplots(figsize=(6.5, 3.8))
walk.plot(ax)
ax.spines[["top", "right"]].set_visible(False)
plt.show()

# %% [markdown]
r"""
Read it from left to right as $h$ shrinks. The slopes on the way down are the theory: one decade of error per decade of $h$ for the forward
quotient, two for the central one. The way up is rounding, the same for both. A point at the very bottom is an error of exactly 0.

The complex step does not turn round. But it needs a function that takes complex numbers, and one run for each input.

## What the engine does instead

It has no $h$. It knows the limit of each *elementary* operation by heart, because somebody has worked it out with algebra as we did
above for $x^2$. Everything else is put together from those by the chain rule. For $x \cdot x \cdot x$:
"""

# %%
x = Value(1.0, "x")
y = cube(x)
y.label = "y"
y.backward()
draw(y)

# %% [markdown]
r"""
The derivative at the left end is 3 exactly: all it took was multiplying and adding the local derivatives. That is not a quotient with a
very good $h$, and not algebra on formulas either. It is called *automatic differentiation*.

Difference quotients remain useful for one thing: they know nothing of our rules. So they can *check* them.

## Where there is no derivative

The definition also says where there is none. $|x|$ at 0: from the right the quotient is $h/h = 1$, from the left
$|{-h}|/(-h) = -1$. However close one comes, it heads for two different numbers. No line fits; zooming in on a corner shows a corner.
"""

# %%
for h in (0.1, 0.001, -0.001, -0.1):
    print(f"h = {h:+.3f}   (|0 + h| − |0|) / h = {(abs(0 + h) - abs(0)) / h:+.0f}")

corner = Value(0.0)
corner.relu().backward()
print("relu′(0), as this engine and PyTorch agree to say:", corner.grad)

# %% [markdown]
r"""
An engine must answer something there. All slopes between those on the two sides are *subgradients*; the convention here is the one of least size,
so 0 for $|x|$ and for relu. Training rarely notices: a number is hardly ever exactly at the corner.

## Your turn

For $f(x) = x^2 + 3x$ at $a = 2$:

1. the difference quotients for $h = 1$, $0.1$ and $-0.1$, exactly,
2. from algebra, the quotient for any $h$, and so the derivative at 2.
"""

# %%
a = Value(2.0, "a")


def g(x):
    return x * x + 3 * x


sought = {f"quotient, h = {h:g}": (g(a + h) - g(a)) / h for h in (1.0, 0.1, -0.1)}
sought["derivative"] = 2 * a + 3

mark(sought, dict.fromkeys(sought, "?"))

# %% [markdown]
r"""
<details>
<summary>Answers</summary>

$\dfrac{(a+h)^2 + 3(a+h) - a^2 - 3a}{h} = 2a + h + 3$.

```python
mark(sought, {"quotient, h = 1": "8", "quotient, h = 0.1": "7.1", "quotient, h = -0.1": "6.9", "derivative": "7"})
```

</details>

To think about: why does the quotient of $x^3$ at $h = 10^{-16}$ come out as exactly 0? And why would it not at $a = 0$?

<details>
<summary>Answers</summary>

Next to 1 the closest numbers that a computer has are $2.2 \cdot 10^{-16}$ above and $1.1 \cdot 10^{-16}$ below. $1 + 10^{-16}$ rounds back
to 1, so $h$ is lost before $f$ has even begun. Near 0 the numbers lie much closer (there are sixteen *digits*, not
sixteen decimals), and $0 + h$ is $h$.

</details>
"""
