# %% [markdown]
r"""
# 8 · From scalars to batches

A graph of single numbers can be looked at, number by number. It is also slow: a million samples mean a million walks through the
same small graph. This notebook takes the *same* graph, records it once, and runs it over whole batches at the speed of array
code. Nobody tells the recorder about matrices. It finds them.
"""

# %%
import functools
import os

os.environ["XLA_FLAGS"] = "--xla_force_host_platform_device_count=4"  # see the last section

import jax
import matplotlib.pyplot as plt
import numpy as np

from tinygrad_notes import MLP, Value, fit, mark, record
from tinygrad_notes.functions import square
from tinygrad_notes.nn.losses import binary_cross_entropy
from tinygrad_notes.nn.optimizers import Adam
from tinygrad_notes.passes import topological_order
from tinygrad_notes.replay.executors.jax import JaxRun

# %% [markdown]
r"""
## One sample is a graph

A 3-3-1 network and its loss for one sample.
"""

# %%
network = MLP(3, [3, 1], activation="tanh", seed=1)


def loss(x, y):
    return square(network(x) - y)


C = loss([0.5, 0.2, 0.1], 1.0)
print(f"C = {C:.6f}, a graph of {len(topological_order(C))} nodes")

# %% [markdown]
r"""
For another sample the graph would look the same. Only the numbers in it would differ. So the graph is a *program*: a list of operations, to
be run again with other inputs.

## Recording

`record` runs the function once, on Values, and keeps the list. What it returns takes batches: the first axis of each input counts the
samples.
"""

# %%
program = record(loss, [0.5, 0.2, 0.1], 1.0, parameters=network.parameters())

rng = np.random.default_rng(0)
X, y = rng.uniform(-1, 1, (5, 3)), rng.integers(0, 2, 5).astype(float)
print("replayed:", program(X, y).round(6))
print(
    "eager:   ",
    np.array([loss(sample, target).data for sample, target in zip(X.tolist(), y)]).round(6),
)

# %% [markdown]
r"""
Gradients too: the loss averaged over the batch, and its derivative by every weight and bias. They stand in the order of
`network.parameters()` because `record` was told so. Without `parameters=` they stand in the order in which the recorder came across
them in the graph, which is another one: the weights of the output first.
"""

# %%
value, gradient = program.value_and_gradients(X, y, reduction="mean")

total = sum(loss(sample, target) for sample, target in zip(X.tolist(), y)) / len(X)
network.zero_grad()
total.backward()
eager = np.array([parameter.grad for parameter in network.parameters()])
print(f"loss {value:.6f} and {total:.6f}")
difference = np.abs(gradient - eager).max()
assert difference < 1e-15  # a mean of five numbers below 1, each a product of a few rounded ones
print(f"{len(gradient)} gradients, the largest difference {difference:.0e}: rounding")

# %% [markdown]
r"""
## Matrix products, rediscovered

Here is what it runs for a batch. Read it slowly; you have derived these lines on paper.
"""

# %%
print(program.describe())

# %% [markdown]
r"""
Among the small steps stand the ones you know:

| line of the program | on paper |
|---|---|
| `t1 = W1 @ x0` and `z1 = t1 + b1` | $z_1 = W_1 x + b_1$ |
| `δa1 = W2ᵀ @ δz2` | the backflow $W_2^{\mathsf T}\delta_2$ |
| `δz1 = δa1 ⊙ ∂a1/∂z1` | $\delta_1 = (W_2^{\mathsf T}\delta_2) \odot \sigma'(z_1)$ |
| `δW1 = δz1 @ x0ᵀ` | $\partial C/\partial W_1 = \delta_1 x^{\mathsf T}$, summed over the samples |
| `δb1 = Σ δz1 over samples` | $\partial C/\partial b_1 = \delta_1$, summed as well |

There is no rule for layers in the recorder. It sees numbers that are sums of products. Where several of them share the same inputs, their
weights are the rows of a matrix. And the transpose in the backflow is simply how the same products are gathered from the other end.

The same is found in a neuron written with nothing but `+` and `*`:
"""


# %%
def by_hand(x):
    hidden = []
    for neuron in network.layers[0].neurons:
        z = neuron.b
        for w, number in zip(neuron.w, x):
            z = z + w * number
        hidden.append(z.tanh())
    return hidden[0] + hidden[1] + hidden[2]


for line in record(by_hand, [0.0, 0.0, 0.0]).describe().splitlines():
    if "@" in line:
        print(line)

# %% [markdown]
r"""
## When the graph depends on the numbers

An `if` makes the graph depend on the input. A recording of one sample has taken one branch; running another sample through it would give
a wrong number without a word. So every comparison is recorded as well, as a *guard*, and checked for every sample. Where a
sample would have gone the other way, that way is recorded too, and the batch is split.
"""


# %%
def bent(x):
    if x > 1:
        return x * x
    return 2 * x - 1


pieces = record(bent, 3.0)
print(pieces([0.0, 0.5, 1.0, 2.0, 3.0]))
print(pieces.describe().splitlines()[0])

# %% [markdown]
r"""
## Training on it

`fit` records the loss of one sample, and then runs batches. Two half moons, a network 2-16-16-1 as in micrograd's demo:
"""


# %%
def two_moons(count, noise, rng):
    angles = np.linspace(0, np.pi, count // 2)
    upper = np.column_stack([np.cos(angles), np.sin(angles)])
    lower = np.column_stack([1 - np.cos(angles), 0.5 - np.sin(angles)])
    return np.concatenate([upper, lower]) + noise * rng.normal(size=(count, 2)), np.repeat(
        [1.0, 0.0], count // 2
    )


X, y = two_moons(400, 0.12, np.random.default_rng(1))
moons = MLP(2, [16, 16, 1], activation=["tanh", "tanh", "sigmoid"], seed=3)
history = fit(
    moons, X, y, loss="binary_cross_entropy", optimizer=Adam(0.01), epochs=150, batch_size=50
)

ticks_x, ticks_y = np.linspace(-1.6, 2.6, 120), np.linspace(-1.2, 1.7, 90)
a, b = np.meshgrid(ticks_x, ticks_y)
answers = record(moons, [0.0, 0.0])(np.column_stack([a.ravel(), b.ravel()])).reshape(a.shape)

fig, (left, right) = plt.subplots(1, 2, figsize=(9.5, 3.2))
left.plot(history["loss"], color="#0b5cad")
left.set(xlabel="epoch", ylabel="loss")
left.spines[["top", "right"]].set_visible(False)
right.contourf(ticks_x, ticks_y, answers, levels=np.linspace(0, 1, 11), cmap="PuOr", alpha=0.5)
right.contour(ticks_x, ticks_y, answers, levels=[0.5], colors="#1b2026")
for moon, marker in ((1, "o"), (0, "s")):
    right.plot(*X[y == moon].T, marker, color="white", markeredgecolor="#1b2026", markersize=4)
right.set(aspect="equal")
plt.show()

# %% [markdown]
r"""
The colored background alone is 10,800 evaluations of the network.

## The same numbers elsewhere

What is recorded is a list of operations, and the table of operations says what each of them is. So anything that can read the
table can run the list: NumPy's array code, loops compiled by Numba, or JAX, which compiles for a processor, a GPU or a TPU. One word
chooses.
"""


# %%
def loss_of_moons(x, target):
    return binary_cross_entropy(moons(x), target)


batch, targets = X[:32], y[:32]
moons.zero_grad()
total = sum(loss_of_moons(x, t) for x, t in zip(batch.tolist(), targets.tolist())) / len(batch)
total.backward()
eager = np.array([parameter.grad for parameter in moons.parameters()])


def compare(name, executor):
    program = record(
        loss_of_moons, [0.0, 0.0], 1.0, parameters=moons.parameters(), executor=executor
    )
    value, gradient = program.value_and_gradients(batch, targets)
    np.testing.assert_allclose(gradient, eager, rtol=1e-12, atol=1e-15)
    difference = np.abs(gradient - eager).max()
    print(f"{name:22} loss {value:.12f}   {len(gradient)} gradients, at most {difference:.0e} off")


print(f"{'eager, node by node':22} loss {total:.12f}")
compare("NumPy", "numpy")
compare("Numba", "numba")
compare("JAX", "jax")

# %% [markdown]
r"""
### Many devices, many hosts

With several devices JAX's executor deals the samples out: each device gets its share and a copy of the weights, and the only thing that has
to travel is the sum of the gradients. This machine pretends to have four devices, which is good enough to see that the numbers
stay.
"""

# %%
print(jax.device_count(), "devices")
compare("JAX, one device", functools.partial(JaxRun, devices=jax.devices()[:1]))
compare("JAX, all of them", "jax")

# %% [markdown]
r"""
On a machine with GPUs the same word, `executor="jax"`, uses them, once JAX is installed for them. On several hosts each runs the same
script and gives the program its own share of the samples:

```python
jax.distributed.initialize("first-host:4321", num_processes=2, process_id=rank)
program = record(loss_of_moons, x, y, parameters=moons.parameters(), executor="jax")
value, gradient = program.value_and_gradients(my_X, my_y)  # gradients of all samples
```

None of this is our own invention, and that is the point: distribution is JAX's job. The graph that you looked at node by node is the one
that runs there.

## Your turn

What a batch does to a gradient, by hand. One weight, $C = (wx - y)^2$, $w = 2$, and two samples: $x = 1, y = 1$ and $x = 2, y = 3$. The
gradient of each sample, of their sum, and of their mean; and $w$ after one step of $\eta = 0.1$ on the mean.
"""

# %%
w = Value(2.0, "w")
first = 2 * (w * 1 - 1) * 1
second = 2 * (w * 2 - 3) * 2
sought = {"dC/dw, sample 1": first, "dC/dw, sample 2": second, "sum": first + second}
sought["mean"] = sought["sum"] / 2
sought["w_new"] = w - 0.1 * sought["mean"]

mark(sought, dict.fromkeys(sought, "?"))

# %% [markdown]
r"""
<details>
<summary>Answers</summary>

```python
mark(sought, {"dC/dw, sample 1": "2", "dC/dw, sample 2": "4", "sum": "6", "mean": "3", "w_new": "1.7"})
```

</details>

To think about: with twice the samples in a batch, what must happen to $\eta$ if the loss is a sum over the samples? And if it is a mean?

<details>
<summary>Answers</summary>

A sum of twice as many terms has a gradient about twice as long, so $\eta$ must be halved to take the same step. A mean stays of the same size:
that is why losses are averaged.

</details>
"""
