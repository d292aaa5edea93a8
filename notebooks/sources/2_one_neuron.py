# %% [markdown]
r"""
# 2 · One neuron, every number

A neural network is one small calculation, repeated. This notebook does that calculation once, with nothing hidden:
two inputs, one neuron, one loss. Every number fits on a sheet of paper, and you should check at least one
of each kind there.

$$z = w_0 x_0 + w_1 x_1 + b, \qquad a = \sigma(z) = \frac{1}{1 + e^{-z}}, \qquad C = (a - y)^2$$
"""

# %%
import matplotlib.pyplot as plt

from tinygrad_notes import MLP, Value, draw, draw_loop, explain, mark, weighted_sum, work_through
from tinygrad_notes.draw.plots import plot_activation
from tinygrad_notes.functions import sigmoid, square

# %% [markdown]
r"""
## Forward: from the inputs to the loss

`Value` is a number that remembers how it was computed. We write the neuron down as it stands above. The
pre-activation $z$ is *one* node of the graph, the weighted sum, because that is one line on paper.
"""

# %%
x = [Value(1.0, "x0"), Value(2.0, "x1")]
w = [Value(0.5, "w0"), Value(-0.25, "w1")]
b = Value(0.1, "b")
y = Value(1.0, "y")

z = weighted_sum(w, x, b)
z.label = "z"
a = sigmoid(z)
a.label = "a"
C = square(a - y)
C.label = "C"

print(f"z = 0.5·1 + (−0.25)·2 + 0.1 = {z:.4f}")
print(f"a = σ({z:.4f})                = {a:.4f}")
print(f"C = ({a:.4f} − 1)²            = {C:.4f}")

# %% [markdown]
r"""
The neuron should have said 1 and said 0.525. Which of its three parameters should change, in which direction, and
how strongly?

## Backward: how much does each number matter?

Ask the question one step at a time, starting at the end. Each step is a derivative that you know by heart.

| question | answer | in numbers |
|---|---|---|
| How does $C$ react to $a$? | $\partial C/\partial a = 2(a - y)$ | $2(0.525 - 1) = -0.950$ |
| How does $a$ react to $z$? | $\sigma'(z) = a(1 - a)$ | $0.525 \cdot 0.475 = 0.249$ |
| How does $z$ react to $w_0$? | $x_0$ | $1$ |
| … to $w_1$? | $x_1$ | $2$ |
| … to $b$? | $1$ | $1$ |

If $a$ moves $0.249$ times as far as $z$, and $C$ moves $-0.950$ times as far as $a$, then $C$ moves
$-0.950 \cdot 0.249 = -0.237$ times as far as $z$. Rates of change *multiply* along a chain. That is the chain rule, and
the product so far has a name of its own, $\delta = \partial C/\partial z$.

`backward()` does the same multiplications and leaves the result in the `grad` of every node.
"""

# %%
C.backward()
for value in (a, z, *w, b):
    print(f"∂C/∂{value.label:2} = {value.grad:+.4f}")

# %%
draw(C)

# %% [markdown]
r"""
In the picture each card shows what a node is worth (`data`) and how strongly the loss reacts to it (`grad`). The
small numbers where the arrows enter are the local derivatives from the table above. Follow the arrows from right to
left and multiply: you get every `grad`.

`explain` writes the same thing out as sentences of algebra, in the order in which you would work.
"""

# %%
explain(C)

# %% [markdown]
r"""
## Three things worth noticing

**A bias is a weight on an input that is always 1.** So $\partial C/\partial b = \delta \cdot 1$, the
$\delta$ itself. Nothing about biases needs a rule of its own.

**A weight's gradient is error times activity.** $\partial C/\partial w_1 = \delta \cdot x_1$: it is twice that of
$w_0$ only because its input was twice as large. With $x_1 = 0$ the weight would not have taken part, and
would get no blame.

**Why $a(1 - a)$?** It is the derivative of $\sigma$, in terms of what $\sigma$ has already computed:

$$\sigma'(z) = \frac{e^{-z}}{(1 + e^{-z})^2} = \frac{1}{1 + e^{-z}} \cdot \frac{e^{-z}}{1 + e^{-z}} = a\,(1 - a)$$

On paper this saves work: no second exponential. The formula takes the *output* $a$. Putting $z$ in
its place, $z(1-z)$, is one of the most frequent slips there is.
"""

# %% [markdown]
r"""
The engine does *not* use that form, for a reason. Far out, $a$ rounds to exactly 1, and then $1 - a$ is 0: the slope is
lost although it is still there, small but real. The table of operations has
$\sigma'(z) = \left(\tfrac{1}{2} \operatorname{sech} \tfrac{z}{2}\right)^2$, the same function, which loses no digits.
"""

# %%
far = Value(40.0)
out = sigmoid(far)
print("a(1 − a)      =", out.data * (1 - out.data))
print("the engine's  =", out.local_derivatives[0])
print("exact         = 4.248354255291589e-18  (e⁻⁴⁰, to 16 digits)")

# %% [markdown]
r"""
## One step downhill

The gradient says how $C$ changes if a parameter *grows*. We want $C$ smaller, so each parameter goes the other
way, a little: $w := w - \eta\,\partial C/\partial w$. How much smaller should $C$ become? To first order
each parameter contributes (its change) · (its gradient), together $-\eta \sum (\partial C/\partial w)^2$.
"""

# %%
eta = 0.1
parameters = [*w, b]
predicted = -eta * sum(p.grad**2 for p in parameters)

stepped = [p.data - eta * p.grad for p in parameters]
a_new = sigmoid(weighted_sum(stepped[:2], [1.0, 2.0], stepped[2]))
C_new = (a_new - 1.0) ** 2

print(f"C before        {C:.6f}")
print(f"C after         {C_new:.6f}")
print(f"change foreseen {predicted:+.6f}")
print(f"change measured {C_new - C.data:+.6f}")

# %% [markdown]
r"""
Foreseen and measured differ a little, since the slope itself changes on the way. With $\eta = 0.01$ they
would agree ten times better, with $\eta = 100$ not at all. A learning rate is a promise about how far you
trust a straight line.

## The same neuron as a sheet

`work_through` writes one whole training step, including the update, in the order in which you would fill a page.
It works for any network; ours is the smallest there is.
"""

# %%
neuron = MLP.from_weights([[[0.5, -0.25]]], [[0.1]], activation="sigmoid")
work_through(neuron, [1.0, 2.0], [1.0], loss="squared_error", learning_rate=0.1)

# %% [markdown]
r"""
## And again

Forward pass, loss, backward pass, update: that is one round. Training is many rounds, each starting from the weights that the
last one left. Here are the numbers of the first round, and how the loss goes on.
"""

# %%
rounds, learner = [], neuron
for _ in range(4):
    rounds.append(work_through(learner, [1.0, 2.0], [1.0], learning_rate=0.5))
    weights = [[w.data for w in row] for row in rounds[-1]["W1_new"]]
    biases = [b.data for b in rounds[-1]["b1_new"]]
    learner = MLP.from_weights([weights], [biases], activation="sigmoid")

draw_loop(rounds)

# %% [markdown]
r"""
## Wrong, sure of itself, and unable to learn

Let the neuron be wrong, and vary how sure it is. The target is 0, and $z$ grows, so $a$ comes closer to 1: a worse and
worse answer. Look at what happens to $\delta$, the only thing the weights will ever hear of the error.
"""

# %%
fig, ax = plt.subplots(figsize=(6.5, 2.8))
plot_activation("sigmoid", axes=ax)
plt.show()

# %%
print("    z        a    squared error's δ    cross-entropy's δ")
for number in (0.0, 2.0, 4.0, 8.0):
    out = sigmoid(number)
    slope = out * (1 - out)
    print(f"{number:5.1f}   {out:.4f}   {2 * (out - 0) * slope:17.4f}   {out - 0:18.4f}")

# %% [markdown]
r"""
With the squared error, the worse the answer the *weaker* the lesson: the slope $\sigma'(z)$ dies faster than $a - y$
grows. The cross-entropy $C = -y \ln a - (1-y)\ln(1-a)$ is made to cancel exactly that slope:

$$\frac{\partial C}{\partial z} = \frac{a - y}{a(1-a)} \cdot a(1-a) = a - y$$

That cancellation, not tradition, is why classifiers are trained with it.

## Your turn

Another neuron: $x = (2, -1)$, $w = (0.3, 0.4)$, $b = -0.2$, target $y = 0$, $C = (a-y)^2$, $\eta = 0.5$.
Work it out on paper with four decimals, put your numbers in place of the question marks and run the cell. Leave
a `"?"` where you have no number yet. `mark` does not just compare: if a number is wrong it looks for where the
mistake was made, and what follows rightly from a wrong number is not held against you.
"""

# %%
exercise = work_through(
    MLP.from_weights([[[0.3, 0.4]]], [[-0.2]], activation="sigmoid"),
    [2.0, -1.0],
    [0.0],
    learning_rate=0.5,
)
mine = {
    "z1": ["?"],
    "a1": ["?"],
    "C": "?",
    "dC/da1": ["?"],
    "slope1": ["?"],
    "delta1": ["?"],
    "dC/dW1": [["?", "?"]],
    "dC/db1": ["?"],
    "W1_new": [["?", "?"]],
    "b1_new": ["?"],
}
mark(exercise, mine)

# %% [markdown]
r"""
<details>
<summary>Answers</summary>

$z = 0.3 \cdot 2 + 0.4 \cdot (-1) - 0.2 = 0$: a neuron that cannot decide, $a = \tfrac12$, where the sigmoid is steepest.

```python
mark(exercise, {
    "z1": ["0.0000"], "a1": ["0.5000"], "C": "0.2500",
    "dC/da1": ["1.0000"], "slope1": ["0.2500"], "delta1": ["0.2500"],
    "dC/dW1": [["0.5000", "-0.2500"]], "dC/db1": ["0.2500"],
    "W1_new": [["0.0500", "0.5250"]], "b1_new": ["-0.3250"],
})
```

</details>

Two questions to think about, without numbers:

1. All weights of this neuron start at 0. Can it still learn? (Which of the factors $\delta$ and $x$ vanish?)
2. Both inputs are positive in every sample. Can one step ever raise $w_0$ and lower $w_1$?

<details>
<summary>Answers</summary>

1. Yes. $a = \tfrac12$ is wrong by a half, the slope is ¼, so $\delta \ne 0$, and the gradient is $\delta x$. It
   is a network with a *hidden* layer that gets stuck at 0: there the error flows back through the weights.
2. Not a step on one sample: both gradients are the same $\delta$ times a positive number, so they share its
   sign. That is why inputs are usually shifted to have mean 0.

</details>
"""
