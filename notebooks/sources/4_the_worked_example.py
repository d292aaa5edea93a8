# %% [markdown]
r"""
# 4 · The worked 3-3-1 example, number by number

Somebody sat down with paper and worked one training step of a small network by hand: three inputs, three hidden neurons, one
output. We rebuild the step number by number, look at how the blame flows, and then *mark* the page: which of its numbers are right,
which are wrong, and of the wrong ones, which are the mistakes and which only inherited one?

Take paper yourself. The whole step is about sixty small calculations, and nothing teaches backpropagation as well as doing it
once.
"""

# %%
import math

from tinygrad_notes import MLP, draw_network, mark, work_through

# %% [markdown]
r"""
## Given

Columns: $z = W x + b$, so $W_1[j, i]$ leads *to* neuron $j$ *from* input $i$ (counted from 0). Sigmoid everywhere, $C = (a_2 - y)^2$.
"""

# %%
network = MLP.from_weights(
    weights=[
        [[0.1, 0.2, -0.1], [0.3, -0.2, 0.5], [-0.4, 0.1, 0.2]],
        [[0.2, -0.3, 0.1]],
    ],
    biases=[[0.0, 0.1, -0.1], [0.05]],
    activation="sigmoid",
)
x, y = [0.5, 0.2, 0.1], [1.0]
sheet = work_through(network, x, y, loss="squared_error", learning_rate=0.1)

# %% [markdown]
r"""
## Forward: layer 1

Three weighted sums, three sigmoids.
"""

# %%
sheet.part("z1", "a1")

# %% [markdown]
r"""
## Forward: layer 2, and the loss

The hidden activations are the inputs of the next layer. Nothing else is new.
"""

# %%
sheet.part("z2", "a2", "C")

# %% [markdown]
r"""
The network says 0.507 and should say 1. It is as undecided as a network can be, which is typical of small starting weights.

## Backward: the output neuron

How does the loss react to $a_2$? How does $a_2$ react to $z_2$? Multiply. From here on everything is said in terms of
$\delta_2 = \partial C/\partial z_2$.
"""

# %%
sheet.part("dC/da2", "slope2", "delta2", "dC/dW2", "dC/db2")

# %% [markdown]
r"""
$\delta_2$ is negative: a larger $z_2$ would make the loss *smaller*. All three activations are positive, so all three weights
want to grow, and the one whose neuron is most active, the second, wants it most.

Does that weight "cause the most loss"? Careful. Its gradient is the largest, so the loss is most *sensitive* to it, here and now.
That is all that a gradient says. It does not divide the loss up among the weights.

A bias is a weight on an input that is always 1, so its gradient is $\delta \cdot 1$.

## Backward: the blame reaches the hidden layer

Each hidden neuron is connected to the output by one weight, and the error comes back along it. Then the neuron's own slope.
"""

# %%
sheet.part("back1", "slope1", "delta1")

# %% [markdown]
r"""
Signs tell a story. Neuron 1 (the second) has a *positive* $\delta$: its weight to the output is $-0.3$, so the more active it is, the lower the
output gets. It should calm down, the other two should speak up. Its $\delta$ is also the largest, because its weight is.

## The weights of layer 1

Error of the neuron behind, times the activity of the input in front: $\delta_1 x^{\mathsf T}$, nine numbers.
"""

# %%
sheet.part("dC/dW1", "dC/db1")

# %%
draw_network(network, sheet)

# %% [markdown]
r"""
This is the picture that such pages wish for at their end: the $\delta$ of every neuron on it, and how much each connection is to
change. Blue is a positive $\partial C/\partial W$, so a step takes that weight *down*; orange is a negative one, and a step takes the weight
*up*. The first layer is pale: its gradients are much smaller than those of the second.
"""

# %%
for k in (1, 2):
    sizes = [abs(gradient.data) for gradient in sheet.quantities[f"dC/dW{k}"].elements]
    typical = math.sqrt(sum(size**2 for size in sizes) / len(sizes))
    print(
        f"layer {k}: the largest {max(sizes):.5f}, a typical one (root mean square) {typical:.5f}"
    )

# %% [markdown]
r"""
The largest are 15 times smaller, typical ones 30 times. On its way back the error has passed a weight of 0.1 to 0.3 and another slope of ¼,
which makes $\delta_1$ 14 to 41 times smaller than $\delta_2$; and what it is multiplied by, inputs of 0.1 to 0.5, is smaller too than the
hidden activations of about ½.

## The update

Against the gradient, by a tenth of it.
"""

# %%
sheet.part("W2_new", "b2_new", "W1_new", "b1_new")

# %% [markdown]
r"""
Did it help? Work the step again with the new weights. By how much *should* $C$ fall? To first order by $\eta$ times the sum of all squared
gradients.
"""

# %%
new = [[[w.data for w in row] for row in sheet[f"W{k}_new"]] for k in (1, 2)]
new_biases = [[b.data for b in sheet[f"b{k}_new"]] for k in (1, 2)]
after = work_through(
    MLP.from_weights(new, new_biases, activation="sigmoid"), x, y, learning_rate=0.1
)

gradients = [
    v for name in ("dC/dW1", "dC/db1", "dC/dW2", "dC/db2") for v in sheet.quantities[name].elements
]
print(
    f"C before {sheet['C']:.6f}, after {after['C']:.6f}, change {after['C'] - sheet['C'].data:.6f}"
)
print(f"foreseen change  {-0.1 * sum(g.data**2 for g in gradients):.6f}")

# %% [markdown]
r"""
## Marking the page

Now the page. These are its numbers, digit by digit as they were written. Can you see which do not follow?
"""

# %%
page = {
    "z1": ["0.13", "0.26", "-0.26"],
    "a1": ["0.5325", "0.565", "0.435"],
    "z2": ["0.023"],
    "a2": ["0.506"],
    "C": "0.244",
    "dC/da2": ["-0.988"],
    "slope2": ["0.25"],
    "delta2": ["-0.247"],
    "dC/dW2": [["-0.131", "-0.14", "-0.107"]],
    "dC/db2": ["-0.247"],
    "back1": ["-0.0494", "0.0741", "-0.0247"],
    "slope1": ["0.248", "0.246", "0.246"],
    "delta1": ["-0.0122", "0.0182", "-0.0061"],
    "W2_new": [["0.213", "-0.286", "0.111"]],
    "b2_new": ["0.0747"],
}
marking = mark(sheet, page)
marking

# %% [markdown]
r"""
## Two slips, and what came of them

Half of the page's numbers are not right, and yet only *two* mistakes were made.

**$z_1[0] = 0.13$.** The inputs give 0.08. Put the second weight, 0.2, in the place of the first as well, and it is
$0.2 \cdot 0.5 + 0.2 \cdot 0.2 - 0.1 \cdot 0.1 = 0.13$. A number read twice from the same spot: everybody has done it.

**$z_2 = 0.023$.** The page's own activations give
$0.2 \cdot 0.5325 - 0.3 \cdot 0.565 + 0.1 \cdot 0.435 + 0.05 = 0.0305$. No usual mistake leads to 0.023, and the marker
says so instead of guessing.

Everything marked *carried* was worked out rightly from a wrong number. Teachers give full credit for it.
One number is *rounding*: $0.5325 \cdot 0.4675 = 0.24894$ was cut off after three digits, not rounded.

Why do the updated weights come out right all the same? The first slip moved $z_1[0]$ by 0.05. The sigmoid passes on at most a
quarter of that, the weight 0.2 a fifth, the next sigmoid a quarter: less than a thousandth is left at the output. The second slip moved
$z_2$ by less than 0.01, of which the sigmoid leaves a quarter, and the step multiplies what is left by $\eta = 0.1$. A network forgives small errors. That is
pleasant for training and treacherous for learning: a right result does not show that every step was right.
"""

# %%
for found in marking.with_verdict("slip"):
    print(
        f"{found.quantity} = {found.claimed}, from above {found.from_above:.4g}: {found.explanation()}"
    )

# %% [markdown]
r"""
## Your turn: a second step

Take the updated weights of layer 2, rounded to three decimals, $W_2 = (0.213, -0.286, 0.111)$ and $b_2 = 0.075$, and the hidden activations
$a_1 = (0.520, 0.565, 0.435)$ as given. Work the output neuron once more, forward, backward and update, with four decimals. Which way have
the numbers moved?
"""

# %%
second = work_through(
    MLP.from_weights([[[0.213, -0.286, 0.111]]], [[0.075]], activation="sigmoid"),
    [0.520, 0.565, 0.435],
    [1.0],
    learning_rate=0.1,
)
mine = {
    "z1": ["?"],
    "a1": ["?"],
    "C": "?",
    "dC/da1": ["?"],
    "slope1": ["?"],
    "delta1": ["?"],
    "dC/dW1": [["?", "?", "?"]],
    "W1_new": [["?", "?", "?"]],
    "b1_new": ["?"],
}
mark(second, mine)

# %% [markdown]
r"""
<details>
<summary>Answers</summary>

```python
mark(second, {
    "z1": ["0.0725"], "a1": ["0.5181"], "C": "0.2322",
    "dC/da1": ["-0.9638"], "slope1": ["0.2497"], "delta1": ["-0.2406"],
    "dC/dW1": [["-0.1251", "-0.1360", "-0.1047"]],
    "W1_new": [["0.2255", "-0.2724", "0.1215"]], "b1_new": ["0.0991"],
})
```

The output has moved toward 1, the loss has fallen, and $\delta$ with it, a little. At this rate it takes hundreds of steps:
that is what the learning rate of 0.1 means.

</details>
"""
