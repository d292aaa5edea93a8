# %% [markdown]
r"""
# 6 · XOR

"One or the other, but not both": the smallest problem that a single neuron cannot solve, and that two hidden neurons
can. We train a 2-2-1 network on it, with every step visible, look at what it has learned, and find out why *without
biases* its answers stop short of 0 and 1.
"""

# %%
import math

import matplotlib.pyplot as plt
import numpy as np

from tinygrad_notes import MLP, draw_network, mark, work_through
from tinygrad_notes.nn.losses import half_squared_error

SAMPLES = [[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]]
TARGETS = [[0.0], [1.0], [1.0], [0.0]]

# %% [markdown]
r"""
## Why one neuron cannot

A neuron answers "yes" where $w_0 x_0 + w_1 x_1 + b > 0$: on one side of a straight line. XOR wants (0,1) and (1,0) on
the one side, (0,0) and (1,1) on the other. But the two pairs have the same midpoint, $(\tfrac12, \tfrac12)$. A line that
has both points of a pair on one side has their midpoint there as well, and the midpoint cannot be on both sides.

## The network and its training

Sigmoid everywhere, no biases, weights drawn uniformly from $[-1, 1]$ by NumPy with seed 42, loss
$\tfrac12\sum (p - y)^2$ over all four samples, learning rate ½. Activations are rows: $h = \sigma(x W_1)$,
$p = \sigma(h W_2)$.
"""


# %%
def fresh_network(biases=None):
    rng = np.random.RandomState(42)
    weights = [rng.uniform(-1, 1, shape).tolist() for shape in ((2, 2), (2, 1))]
    return MLP.from_weights(weights, biases, activation="sigmoid", convention="x@W")


def train(network, epochs, learning_rate=0.5):
    """Gradient descent on all four samples at once; the loss of every epoch."""
    history = []
    for _ in range(epochs):
        outputs = [network(x) for x in SAMPLES]  # forward
        loss = half_squared_error(outputs, TARGETS)
        network.zero_grad()
        loss.backward()  # backward
        for weight in network.parameters():  # update
            weight.data -= learning_rate * weight.grad
        history.append(loss.data)
    return history


without = fresh_network()
history = train(without, 10_000)


def answers(network):
    return [network(x).data for x in SAMPLES]


for x, p in zip(SAMPLES, answers(without)):
    print(f"{x}  →  {p:.4f}")

# %% [markdown]
r"""
That is the whole code of backpropagation: forward, one call, update. If you have seen it written out for this network, as
`term = error * p * (1 - p)` and `hidden_term = (term @ W2.T) * h * (1 - h)` with the weights *increased*, it is the same
thing: there the error is $y - p$, so the signs of gradient and update have both been turned round.

Rounded to 0 or 1, all four answers are right. The loss shows how they got there.
"""

# %%
fig, ax = plt.subplots(figsize=(6.5, 2.8))
ax.semilogx(range(1, len(history) + 1), history, color="#0b5cad")
ax.set(xlabel="epoch (logarithmic)", ylabel="loss")
ax.spines[["top", "right"]].set_visible(False)
plt.show()

# %% [markdown]
r"""
For a thousand epochs nothing seems to happen. All four answers lie near ½, a saddle of the loss: every direction is
almost level there, and the way down has to be found by tiny differences that grow. Then it falls quickly, and
then it creeps. The plateau and the creeping have different reasons; the second one is our question.

## What it has learned

The answer at every point of the square, and the line where it is exactly ½.
"""


# %%
def plot_answers(network, ax, title):
    ticks = np.linspace(-0.5, 1.5, 41)
    grid = [[network([a, b]).data for a in ticks] for b in ticks]
    ax.contourf(ticks, ticks, grid, levels=np.linspace(0, 1, 11), cmap="PuOr", alpha=0.6)
    ax.contour(ticks, ticks, grid, levels=[0.5], colors="#1b2026")
    for (a, b), (y,) in zip(SAMPLES, TARGETS):
        ax.plot(a, b, "o" if y else "s", color="white", markeredgecolor="#1b2026", markersize=9)
        label = f"{network([a, b]).data:.2f}"
        frame = {"boxstyle": "round,pad=0.2", "facecolor": "white", "edgecolor": "none"}
        ax.annotate(label, (a, b), xytext=(9, 7), textcoords="offset points", bbox=frame)
    ax.set(title=title, xlabel="x₀", ylabel="x₁", aspect="equal", xticks=[0, 1], yticks=[0, 1])


fig, ax = plt.subplots(figsize=(4, 4))
plot_answers(without, ax, "without biases (○ wants 1, □ wants 0)")
plt.show()

# %%
for layer in without.layers:
    for i in range(2):
        weights = "  ".join(f"{neuron.w[i].data:+8.3f}" for neuron in layer.neurons)
        print(f"W{layer.number}, row {i}:  {weights}")

# %% [markdown]
r"""
Both inputs feed a hidden neuron with nearly the same weight, so each looks at $x_0 + x_1$ only. The second one, with
weights of 7, is a plain OR: 0.5 for nothing, 1 for anything. The first, with weights of 0.9, rises slowly: it counts.
The output takes the OR *for* (weight +21) and the count *against* (−27): or, but not both.

## Why it stops short of 0 and 1

Without a bias, a hidden neuron's $z$ at the input (0, 0) is 0, so its output is ½ *whatever its weights are*. Hence

$$z_o(0, 0) = \frac{v_1 + v_2}{2}$$

with $v$ for the output's weights, and the only way to a clear "no" is a large negative sum $v_1 + v_2$. The other samples have
to live with that sum. Let us ask for answers $p = \sigma(\pm L)$ with some margin $L$. Say the OR neuron is perfect (1 for anything) and
the counting neuron has weights $\beta$:

$$
\begin{aligned}
(0,0):&\quad \tfrac12 v_1 + \tfrac12 v_2 = -L \\
(0,1), (1,0):&\quad v_1\,\sigma(\beta) + v_2 = +L \\
(1,1):&\quad v_1\,\sigma(2\beta) + v_2 = -L
\end{aligned}
$$

The first says $v_2 = -2L - v_1$. In the other two that leaves $v_1 (1 - \sigma(\beta)) = -3L$ and
$v_1(1 - \sigma(2\beta)) = -L$. Divide them, write $t = e^\beta$, and $3(1 + t) = 1 + t^2$, so $t = \tfrac12(3 + \sqrt{17})$.
"""

# %%
t = (3 + math.sqrt(17)) / 2
beta = math.log(t)
v1_per_L = -3 * (1 + t)  # 1 / (1 − σ(β)) is 1 + t
v2_per_L = -2 - v1_per_L
print(f"β = {beta:.3f}, v1 = {v1_per_L:.2f} L, v2 = {v2_per_L:.2f} L")

L = 4.0
ideal = MLP.from_weights(
    [[[beta, 40.0], [beta, 40.0]], [[v1_per_L * L], [v2_per_L * L]]],
    activation="sigmoid",
    convention="x@W",
)
for x, p in zip(SAMPLES, answers(ideal)):
    print(f"{x}  →  {p:.4f}")

# %% [markdown]
r"""
So nothing *forbids* answers as near to 0 and 1 as we like. They are expensive: every unit of margin costs almost 14 units
of output weight. And gradient descent pays in small coins, for the slope $p(1 - p)$ and the error both shrink as the answers
get better. After 10,000 epochs the output weights are −27 and 21; a margin of 4 wants −55 and 47. It stops short because the way is long
and the steps get shorter, not because it has arrived.

## With biases

A bias lets each hidden neuron choose its own threshold. One can be OR and the other AND, with steep slopes both, and the output
is "OR and not AND". Every unit of margin then costs about two units of output weight.
"""

# %%
with_biases = fresh_network(biases=[[0.0, 0.0], [0.0]])
train(with_biases, 10_000)

fig, axes = plt.subplots(1, 2, figsize=(8, 4))
plot_answers(without, axes[0], "without biases")
plot_answers(with_biases, axes[1], "with biases")
plt.show()

# %%
with_biases.zero_grad()
draw_network(with_biases)

# %% [markdown]
r"""
The same start, the same number of steps, and answers two and a half to seven times as close. These two hidden neurons did not
become OR and AND. Each says yes to everything but one sample, one of them refuses (1, 0) and the other (0, 1), and
the output says yes if somebody refused. There are many ways to write XOR, and the starting weights choose.

A symmetry, for those who like them: since $\sigma(-u) = 1 - \sigma(u)$, the network without biases has $z_o(x) + z_o(-x) = v_1 + v_2$ for every
$x$. Its whole landscape is point-symmetric about the origin, however long it trains. A bias is what breaks that.

## Your turn

Take the network without biases as it *starts*, at the sample (1, 1) with target 0. The weights, to two decimals, are

$$W_1 = \begin{pmatrix} -0.25 & 0.90 \\ 0.46 & 0.20 \end{pmatrix}, \qquad W_2 = \begin{pmatrix} -0.69 \\ -0.69 \end{pmatrix}$$

Work out the answer, and the output's $\delta$, for these rounded weights. Use the loss $\tfrac12(p - y)^2$.
"""

# %%
start = MLP.from_weights(
    [[[-0.25, 0.90], [0.46, 0.20]], [[-0.69], [-0.69]]], activation="sigmoid", convention="x@W"
)
sheet = work_through(start, [1.0, 1.0], [0.0], loss="half_squared_error", learning_rate=0.5)
mark(
    sheet,
    {
        "z1": ["?", "?"],
        "a1": ["?", "?"],
        "z2": ["?"],
        "a2": ["?"],
        "slope2": ["?"],
        "delta2": ["?"],
    },
)

# %% [markdown]
r"""
<details>
<summary>Answers</summary>

```python
mark(sheet, {
    "z1": ["0.21", "1.10"], "a1": ["0.5523", "0.7503"], "z2": ["-0.8988"],
    "a2": ["0.2893"], "slope2": ["0.2056"], "delta2": ["0.0595"],
})
```

</details>

To think about:

1. What does this network answer at (0, 0) at the start, without any computation of the hidden layer?
2. Show that without biases $z_o(x) + z_o(-x) = v_1 + v_2$ for every input $x$.

<details>
<summary>Answers</summary>

1. $\sigma\big(\tfrac12(-0.69 - 0.69)\big) = \sigma(-0.69) \approx 0.33$, for the hidden neurons answer ½ each.
2. $z_o(x) = \sum v_i\,\sigma(w_i \cdot x)$, and $\sigma(w_i \cdot (-x)) = 1 - \sigma(w_i \cdot x)$. In the sum of the two,
   every $v_i$ is left once.

</details>
"""
