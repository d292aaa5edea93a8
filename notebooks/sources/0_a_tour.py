# %% [markdown]
r"""
# 0 · A tour in ten minutes

You derive backpropagation on paper. This is the other half of the desk: an engine that rebuilds your page number by number, says which of
your numbers slipped, draws how the blame flows, and runs the very same graph over a million samples.

Run each cell as you read (Shift+Enter). Change numbers; nothing can break.
"""

# %%
import numpy as np

from tinygrad_notes import (
    MLP,
    Value,
    draw,
    draw_network,
    explain,
    fit,
    gradients,
    mark,
    play,
    record,
    work_through,
)
from tinygrad_notes.nn.optimizers import Adam

# %% [markdown]
r"""
## A number that remembers

A `Value` is a number that knows how it was computed. Arithmetic on Values builds a graph.
"""

# %%
x, w, b = Value(0.5, "x"), Value(-2.0, "w"), Value(0.3, "b")
y = (w * x + b).tanh()
y.label = "y"
y

# %% [markdown]
r"""
`backward()` walks the graph from the end and leaves in every node how strongly $y$ reacts to it.
"""

# %%
y.backward()
print(f"dy/dw = {w.grad:.4f}   dy/dx = {x.grad:.4f}   dy/db = {b.grad:.4f}")
draw(y)

# %% [markdown]
r"""
Numbers from left to right, blame from right to left. Where did `dy/dx` come from? Ask:
"""

# %%
explain(y)

# %% [markdown]
r"""
## A training step, every number of it

A network with three inputs, three hidden neurons and one output, and one step of gradient descent, as you would work it on paper: here the numbers of the
forward pass.
"""

# %%
network = MLP.from_weights(
    [[[0.1, 0.2, -0.1], [0.3, -0.2, 0.5], [-0.4, 0.1, 0.2]], [[0.2, -0.3, 0.1]]],
    [[0.0, 0.1, -0.1], [0.05]],
    activation="sigmoid",
)
sheet = work_through(network, [0.5, 0.2, 0.1], [1.0], loss="squared_error", learning_rate=0.1)
sheet.part("z1", "a1", "z2", "a2", "C")

# %% [markdown]
r"""
And the picture that goes with it: δ on every neuron, on every connection how much the loss reacts to it.
"""

# %%
draw_network(network, sheet)

# %% [markdown]
r"""
## Your own page, marked

Write down what you got, with as many digits as you like. Say you took the wrong sign in $z_1[0]$, and then went on without any
further mistake:
"""

# %%
mark(
    sheet,
    {
        "z1": ["0.10", "0.26", "-0.26"],
        "a1": ["0.525", "0.565", "0.435"],
        "z2": ["0.029"],
        "a2": ["0.507"],
    },
)

# %% [markdown]
r"""
It finds the one number where the mistake was made, says how it may have come about, and does not mark down what follows from it.

## Step through it

The graph of $y = \tanh(wx + b)$ from above, as a film: forward node by node, then backward edge by edge. Press play, or step with the arrow keys. Click a node to see all
that is known of it; drag a leaf's number and everything recomputes.
"""

# %%
play(y)

# %% [markdown]
r"""
## Derivatives of derivatives

Gradients can be Values themselves, and then be differentiated again.
"""

# %%
t = Value(2.0, "t")
cubed = t**3
speed = gradients(cubed, t)
print(f"t³ = {cubed:g}, its derivative {speed:g}, the derivative of that {gradients(speed, t):g}")

# %% [markdown]
r"""
## From one sample to many

The graph of one sample, recorded once, runs over whole batches as array code, and trains. Here it learns XOR.
"""

# %%
X, targets = [[0, 0], [0, 1], [1, 0], [1, 1]], [0, 1, 1, 0]
xor = MLP(2, [4, 1], activation=["tanh", "sigmoid"], seed=1)
history = fit(
    xor, X, targets, loss="binary_cross_entropy", optimizer=Adam(0.05), epochs=500, batch_size=None
)
print(f"loss {history['loss'][0]:.3f} → {history['loss'][-1]:.3f}")

answers = record(xor, [0.0, 0.0])
print(answers(np.array(X)).round(3))

# %% [markdown]
r"""
## Your turn

$y = \tanh(wx + b)$ again, now with $x = 1$, $w = 0.5$, $b = -0.5$. What is $y$? What are the three derivatives? (The slope of $\tanh$ is
$1 - y^2$.)
"""

# %%
x, w, b = Value(1.0, "x"), Value(0.5, "w"), Value(-0.5, "b")
y = (w * x + b).tanh()
sought = {"y": y} | dict(zip(["dy/dx", "dy/dw", "dy/db"], gradients(y, [x, w, b])))
mark(sought, {"y": "?", "dy/dx": "?", "dy/dw": "?", "dy/db": "?"})

# %% [markdown]
r"""
<details>
<summary>Answers</summary>

```python
mark(sought, {"y": "0", "dy/dx": "0.5", "dy/dw": "1", "dy/db": "1"})
```

</details>

## Where to go from here

| | |
|---|---|
| [1 · What a derivative is](1_what_a_derivative_is.ipynb) | difference quotients walking in, and away again |
| [2 · One neuron](2_one_neuron.ipynb) | every number of the smallest network |
| [3 · The chain rule](3_the_chain_rule.ipynb) | a sum over paths, and why order matters |
| [4 · The worked example](4_the_worked_example.ipynb) | the 3-3-1 network by hand, and a page marked |
| [5 · The delta rule](5_the_delta_rule.ipynb) | weighted backflow, slope, and which way round W is written |
| [6 · XOR](6_xor.ipynb) | training, and what biases are for |
| [7 · Every Jacobian](7_every_jacobian.ipynb) | matrices by hand against array code on Values |
| [8 · From scalars to batches](8_from_scalars_to_batches.ipynb) | record, replay, and matrix products rediscovered |
| [9 · Second derivatives](9_second_derivatives.ipynb) | Hessians, curvature, Newton's method |
"""
