# %% [markdown]
r"""
# 5 · The delta rule, and two conventions for W

How does a *hidden* neuron learn that the output was wrong? The delta rule answers in two steps, weighted backflow and
slope. On paper it is often spoiled by something that has nothing to do with calculus: whether $w_{12}$ leads from 1
to 2 or to 1 from 2. This notebook does both steps by hand, and then writes the same network in both ways.
"""

# %%
import random

from tinygrad_notes import MLP, Value, draw_delta_rule, draw_network, mark, work_through

# %% [markdown]
r"""
## The network

Two inputs, two hidden neurons $h_1, h_2$, two outputs $o_1, o_2$, sigmoid everywhere. Here activations are *rows*
and are multiplied from the left, $z = aW + b$. So $w_{ij}$ leads **from** $i$ **to** $j$, and row $i$ of $W$
holds everything that leaves neuron $i$. The loss is $C = \tfrac12 \sum (a - y)^2$; the ½ cancels the 2.
"""

# %%
W1 = [[0.5, -0.3], [0.2, 0.8]]
W2 = [[0.4, 0.9], [-0.6, 0.1]]
b1, b2 = [0.1, -0.2], [0.05, 0.3]
x, y = [1.0, 0.5], [1.0, 0.0]

rows = MLP.from_weights([W1, W2], [b1, b2], activation="sigmoid", convention="x@W")
sheet = work_through(rows, x, y, loss="half_squared_error", learning_rate=0.5)
sheet.part("z1", "a1", "z2", "a2", "C")

# %% [markdown]
r"""
The outputs know at once how wrong they are: $\delta_o = (a - y)\,\sigma'(z)$.
"""

# %%
sheet.part("dC/da2", "slope2", "delta2")

# %% [markdown]
r"""
## Step 1: errors flow back along the connections

Hidden neuron $h_1$ touched both outputs, $o_1$ through $w_{11}$ and $o_2$ through $w_{12}$. Had $a_{h_1}$ been larger by a
little, $z_{o_1}$ would have grown $w_{11}$ times as much and $z_{o_2}$ $w_{12}$ times. So the loss would have changed
at the rate

$$\frac{\partial C}{\partial a_{h_1}} = \delta_{o_1} w_{11} + \delta_{o_2} w_{12}$$

That is a sum over the paths from $a_{h_1}$ to the loss, one per output. Each error is weighted by the same
connection that let $h_1$ cause it.
"""

# %%
sheet.part("back1")

# %% [markdown]
r"""
Look at the indices. Forward, output $j$ gathered the *column* $j$ of $W_2$. Backward, hidden neuron $i$ gathers the *row*
$i$. Reading a matrix by rows instead of columns is what the transpose is: the backflow is $\delta_2 W_2^{\mathsf T}$. The
transpose is not an extra rule, it is the same connections walked the other way.

## Step 2: times the slope

What we have is the error with respect to the hidden neurons' *outputs*, $a_1$. But the weights below feed into $z_1$,
and between $z_1$ and $a_1$ stands the sigmoid. One more factor of the chain:

$$\delta_{h_1} = \big(\delta_{o_1} w_{11} + \delta_{o_2} w_{12}\big) \cdot \sigma'(z_{h_1})$$
"""

# %%
sheet.part("slope1", "delta1")

# %%
draw_delta_rule(sheet)

# %% [markdown]
r"""
Both steps in one picture. The two errors, before and after the slope, are easily confused, and the difference is large: with the sigmoid, $\sigma'$ is at most ¼.
As far as the slopes go, then, every layer takes away three quarters of the signal or more, and ten layers leave at most $4^{-10}$, a
millionth; only large weights could make up for it. That is the *vanishing gradient*, and the reason why deep networks use activations
whose slope can be 1.
"""

# %%
for j in range(2):
    by_output, by_pre_activation = sheet[f"back1[{j}]"].data, sheet[f"delta1[{j}]"].data
    print(f"h{j + 1}:  ∂C/∂a = {by_output:+.4f}    δ = ∂C/∂z = {by_pre_activation:+.4f}")

# %% [markdown]
r"""
## One weight: how active × how wrong

$$\frac{\partial C}{\partial w_{ij}} = a_i \cdot \delta_j$$

The weight from $i$ to $j$ did something only as far as $i$ was active, and is to blame as far as $j$ was wrong. This is
local: the two ends of a connection know everything that the connection needs. Then $w := w - \eta\,\partial C/\partial w$.
"""

# %%
sheet.part("dC/dW2", "W2_new")

# %%
draw_network(rows, sheet)

# %% [markdown]
r"""
The picture carries it all: $\delta$ on each neuron, the gradient on each connection, blue for positive and orange for
negative, wide for large.

## The same network, written the other way round

Many books use columns, $z = Wa + b$, and then $W_{ji}$ leads *to* $j$ *from* $i$: each matrix is the transpose of the one
above. Nothing about the network changes. Let us see that every number of the training step stays, under another name.
"""


# %%
def transposed(matrix):
    return [list(column) for column in zip(*matrix)]


columns = MLP.from_weights(
    [transposed(W1), transposed(W2)], [b1, b2], activation="sigmoid", convention="W@x"
)
other = work_through(columns, x, y, loss="half_squared_error", learning_rate=0.5)

for label in ("z1[0]", "back1[0]", "delta1[1]", "dC/dW2[0,1]", "W1_new[1,0]"):
    its_name = sheet.in_other_convention(label)
    print(f"{label:12} {sheet[label]:+.6f}    written W@x: {its_name:12} {other[its_name]:+.6f}")

for label, value in sheet.values.items():
    assert value == other[sheet.in_other_convention(label)], label
print(f"… and so on: all {len(sheet.values)} numbers of the step are the same")

# %% [markdown]
r"""
| | rows, `x@W` | columns, `W@x` |
|---|---|---|
| pre-activation | $z_2 = a_1 W_2 + b_2$ | $z_2 = W_2 a_1 + b_2$ |
| one connection | $w_{ij}$: from $i$ to $j$ | $w_{ji}$: to $j$ from $i$ |
| backflow | $\delta_2 W_2^{\mathsf T}$ | $W_2^{\mathsf T} \delta_2$ |
| gradient | $a_1^{\mathsf T} \delta_2$ | $\delta_2 a_1^{\mathsf T}$ |

A check worth making every time: a gradient has the shape of its weight. With rows, $a_1^{\mathsf T} \delta_2$ has it, and its transpose
$\delta_2^{\mathsf T} a_1$ has the shape of the weight written the other way round. In a square layer the two shapes are one, and the check says
nothing.

## What mixing them up costs

If a layer is not square, a matrix written the wrong way round does not fit, and one is told.
"""

# %%
try:
    MLP.from_weights([[[0.1, 0.2, 0.3], [0.4, 0.5, 0.6]], [[0.7, 0.8]]], convention="x@W")
except ValueError as error:
    print(error)

# %% [markdown]
r"""
If it is square, as ours is, it fits both ways: no error, a different network, and numbers that look reasonable. This is
the slip that costs an evening.
"""

# %%
mixed_up = MLP.from_weights([W1, W2], [b1, b2], activation="sigmoid", convention="W@x")
wrong = work_through(mixed_up, x, y, loss="half_squared_error", learning_rate=0.5)
for label in ("z1[0]", "z1[1]", "a2[0]", "C"):
    print(f"{label:6} rows {sheet[label]:+.4f}    the same matrix as columns {wrong[label]:+.4f}")

# %% [markdown]
r"""
## For any numbers

The delta rule is an identity, not a property of our friendly numbers. Draw a thousand random networks, compute $\delta_1$
by the rule from $\delta_2$ and compare it with what the engine finds by walking the graph, which has never heard of the rule.
"""

# %%
rng = random.Random(5)
worst = 0.0
for seed in range(1000):
    network = MLP(2, [2, 2], activation="sigmoid", seed=seed, convention="x@W")
    inputs = [rng.uniform(-2, 2) for _ in range(2)]
    o = network(inputs)
    loss = 0.5 * ((o[0] - 1) ** 2 + (o[1] - 0) ** 2)
    network.zero_grad()
    loss.backward()

    z_o = [a.operands[0] for a in o]
    h = z_o[0].operands[2:4]  # an output's z is made of two weights, two activations and a bias
    for i in range(2):
        w_to = [network.layers[1].neurons[j].w[i].data for j in range(2)]
        delta = sum(z.grad * w for z, w in zip(z_o, w_to)) * h[i].data * (1 - h[i].data)
        worst = max(worst, abs(delta - h[i].operands[0].grad))
assert worst < 1e-16  # numbers well below 1, and a few roundings
print(f"the largest difference in 2,000 hidden δ: {worst:.0e}, which is rounding")

# %% [markdown]
r"""
## Your turn

The same kind of network with other numbers, rows again:
$\delta_o = (0.1, -0.2)$, $W_2 = \begin{pmatrix} 0.5 & 1 \\ -1 & 0.25 \end{pmatrix}$, $a_1 = (0.5, 0.8)$, $\eta = 0.5$. Find the
backflow to each hidden neuron, their $\delta$, the four gradients $\partial C/\partial W_2$ and the four new weights.
"""

# %%
d = [Value(0.1, "δo1"), Value(-0.2, "δo2")]
w = [[Value(0.5, "w11"), Value(1.0, "w12")], [Value(-1.0, "w21"), Value(0.25, "w22")]]
act = [Value(0.5, "ah1"), Value(0.8, "ah2")]
sought = {}
for i in range(2):
    sought[f"back h{i + 1}"] = d[0] * w[i][0] + d[1] * w[i][1]
    sought[f"δ h{i + 1}"] = sought[f"back h{i + 1}"] * act[i] * (1 - act[i])
for i in range(2):
    for j in range(2):
        sought[f"dC/dw{i + 1}{j + 1}"] = act[i] * d[j]
        sought[f"new w{i + 1}{j + 1}"] = w[i][j] - 0.5 * sought[f"dC/dw{i + 1}{j + 1}"]

mine = dict.fromkeys(sought, "?")
mark(sought, mine)

# %% [markdown]
r"""
To use it, write for instance `mine["back h1"] = "-0.15"` before the last line.

<details>
<summary>Answers</summary>

```python
mark(sought, {
    "back h1": "-0.15", "δ h1": "-0.0375", "back h2": "-0.15", "δ h2": "-0.024",
    "dC/dw11": "0.05", "dC/dw12": "-0.10", "dC/dw21": "0.08", "dC/dw22": "-0.16",
    "new w11": "0.475", "new w12": "1.05", "new w21": "-1.04", "new w22": "0.33",
})
```

Both backflows are −0.15, the $\delta$ differ: what differs is the slope, ¼ for $h_1$, which is undecided, 0.16 for
$h_2$.

</details>
"""
