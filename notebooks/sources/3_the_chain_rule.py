# %% [markdown]
r"""
# 3 · The computation graph and the chain rule

Backpropagation is the chain rule, plus one idea about *order*. This notebook takes a graph small enough to hold in the
head, finds its derivative by walking every path, and then asks how to do that without walking every path. On the
way it breaks backpropagation in the two ways in which it is usually broken.
"""

# %%
from collections import deque

from tinygrad_notes import Value, draw, explain, gradients, mark
from tinygrad_notes.passes import topological_order

# %% [markdown]
r"""
## A graph in which things meet

$$a = x^2, \qquad b = 3x, \qquad c = ab, \qquad y = c + a$$

$x$ is used three times (twice in $x \cdot x$), $a$ twice. Written out, $y = 3x^3 + x^2$, so we know what must come
out: $y' = 9x^2 + 2x$, which is 40 at $x = 2$.
"""

# %%
x = Value(2.0, "x")
a = x * x
b = 3 * x
c = a * b
y = c + a
a.label, b.label, c.label, y.label = "a", "b", "c", "y"

y.backward()
draw(y)

# %% [markdown]
r"""
## The chain rule, read as a sum over paths

Nudge $x$ by a little. The nudge travels along *every* path from $x$ to $y$. Each edge stretches it by the local
derivative there, so a path stretches it by the product of its edges. At $y$ the nudges that have come along
different paths add up:

$$\frac{dy}{dx} = \sum_{\text{paths from } x \text{ to } y} \ \prod_{\text{edges of the path}} \text{local derivative}$$

There is nothing more to it. The product rule and the sum rule are this, applied to graphs with two paths. Let us
collect all paths, from $y$ down.
"""


# %%
def paths_down(node, target, route=""):
    """Every path from `node` down to `target`, with the product of its local derivatives."""
    route += node.label
    if node is target:
        yield route, 1.0
    for operand, slope in zip(node.operands, node.local_derivatives):
        for whole, product in paths_down(operand, target, route + " ← "):
            yield whole, slope * product


total = 0.0
for route, product in paths_down(y, x):
    total += product
    print(f"{route:18} {product:5.0f}")
print(f"{'the sum':18} {total:5.0f}")

# %% [markdown]
r"""
`y ← c ← a ← x` stands there twice, since $a = x \cdot x$ has two edges to $x$. Forgetting the second one is the most
frequent way of getting $(x^2)'$ wrong *in a program*: a set of operands instead of a list has only one.

`explain` lists the same paths with all their factors.
"""

# %%
explain(y)

# %% [markdown]
r"""
## Too many paths

Adding up paths is fine on paper. Now double a number $n$ times: every step has two edges, and the number of
paths doubles with it, although the graph grows by just one node a step.
"""


# %%
def doubled(start, times):
    value = start
    for _ in range(times):
        value = value + value
    return value


for times in (1, 2, 3, 10):
    start = Value(1.0)
    result = doubled(start, times)
    paths = sum(1 for _ in paths_down(result, start))
    print(f"{times:3} doublings: {times + 1:3} nodes, {paths:5} paths")
print(f" 50 doublings:  51 nodes, {2**50:,} paths: a path every nanosecond would take 13 days")

# %%
start = Value(1.0)
doubled(start, 50).backward()
print("its derivative:", format(int(start.grad), ","))

# %% [markdown]
r"""
The engine needed fifty steps, not $2^{50}$. It uses what everyone uses who computes
$5 \cdot 7 + 6 \cdot 7$ as $11 \cdot 7$: the distributive law. All paths from $y$ that reach a node continue below it in the
same ways, so *add them up there first*, and go on with the sum. That sum is the node's gradient:

$$\bar v = \sum_{\text{users } u \text{ of } v} \bar u \cdot \frac{\partial u}{\partial v},
\qquad \bar v \text{ short for } \frac{\partial y}{\partial v}$$

Each edge is used once. But the formula has a condition in it: $\bar u$ must be *finished* before it is passed on.

## What goes wrong in the wrong order

Here is backpropagation as one might write it first. Start at $y$, keep a queue, visit each node once, hand its
gradient on to its operands.
"""


# %%
def backward_as_it_comes(root):
    """Breadth first, each node once, in the order in which it is first met. Wrong!"""
    grad = {root: 1.0}
    queue, met = deque([root]), {root}
    while queue:
        node = queue.popleft()
        print(f"{node.label or node.data!s:>3} passes on {grad[node]:4.0f}")
        for operand, slope in zip(node.operands, node.local_derivatives):
            grad[operand] = grad.get(operand, 0.0) + grad[node] * slope
            if operand not in met:
                met.add(operand)
                queue.append(operand)
    return grad


print("dy/dx =", backward_as_it_comes(y)[x])

# %% [markdown]
r"""
By luck, 40. Both users of $a$ happened to come before it in the queue. Luck is not a proof, so make one path longer:
the same function, with $c$ taking a detour that changes no number.
"""

# %%
detour = c + 0
detour.label = "c'"
y2 = detour + a
y2.label = "y"
print("dy/dx =", backward_as_it_comes(y2)[x])

# %% [markdown]
r"""
Now $a$ was met early, as an operand of $y$, and passed on 1 before the 6 from $c$ had arrived. When it came it was
added to $\bar a$, but $\bar a$ had left already. The result, 16, is the sum of *some* of the paths: exactly those that do
not go through $c$ and then $a$.

One can repair this by passing on every arrival separately, visiting nodes again and again. That is right, and it walks
every path, all $2^{50}$ of them.

## The order that works

What is needed: every user of a node before the node itself. Such an order always exists, since a graph of
computations has no cycles, and it is found in one walk: *place a node once all its operands have been
placed*. That gives operands before users, the order in which a person works the expression out. Backward, it is
what we want.
"""

# %%
order = topological_order(y2)
print("forward: ", " ".join(node.label or format(node.data, "g") for node in order))
print("backward:", " ".join(node.label or format(node.data, "g") for node in reversed(order)))

# %%
grad = dict.fromkeys(order, 0.0)
grad[y2] = 1.0
for node in reversed(order):
    for operand, slope in zip(node.operands, node.local_derivatives):
        grad[operand] += grad[node] * slope
print("dy/dx =", grad[x])

# %% [markdown]
r"""
Those five lines are all of backpropagation. The engine's `reverse_pass` is the same loop; what it adds is a walk that does
not recurse, so that a chain of a million nodes does not overflow the stack.

## The second classic: adding twice

`+=` is there because several users contribute. It has a side effect: call `backward()` again and a *leaf* has
two passes' worth. That is wanted, since adding up the gradients of many samples is what a batch does. A node *between*
must not keep what the last pass left in it, or it would pass the old share on again.
"""

# %%
x.grad = 0.0
for _ in range(2):
    y.backward()
    print(f"leaf x: {x.grad:3.0f}    between, a: {a.grad:.0f}")

# %% [markdown]
r"""
The leaf doubles exactly, the nodes between stay. In an engine that adds everywhere, the second pass would find
$\bar c = 1 + 1$ and $\bar a = 7 + 1 + 2 \cdot 6 = 20$, and leave 156 in $x$, where two passes make 80. Before a new training
step, leaves are set back to 0 (`zero_grad()`).

## Why backward, and not forward?

The sum over paths can be added up from the other end too: carry $\partial v/\partial x$ along with every node, operands
first. That is *forward mode*. It needs one walk per input; going backward needs one walk per output. A network has a
million weights and one loss, so the choice is easy. With one input and a million outputs it would be the
other way round.

## Your turn

$$u = pq, \qquad v = p + q, \qquad r = uv \qquad \text{at } p = 2,\ q = 3$$

Draw the graph, list the paths from $r$ to $p$ and to $q$, multiply, add. Then check yourself.
"""

# %%
p, q = Value(2.0, "p"), Value(3.0, "q")
u, v = p * q, p + q
r = u * v
sought = dict(zip(["dr/du", "dr/dv", "dr/dp", "dr/dq"], gradients(r, [u, v, p, q])))

mark(sought, {"dr/du": "?", "dr/dv": "?", "dr/dp": "?", "dr/dq": "?"})

# %% [markdown]
r"""
<details>
<summary>Answers</summary>

Two paths lead to $p$: through $u$, $5 \cdot 3$, and through $v$, $6 \cdot 1$.

```python
mark(sought, {"dr/du": "5", "dr/dv": "6", "dr/dp": "21", "dr/dq": "16"})
```

</details>

To think about:

1. How many paths lead from the output of a fully connected network with layers of 100, 100 and 100 neurons and one output to one
   of its inputs? How many edges are there?
2. In which graphs is "each node once, as it comes" right after all?

<details>
<summary>Answers</summary>

1. $100 \cdot 100 \cdot 100$: a million paths, and with one input $100 + 10\,000 + 10\,000 + 100$ edges. A path can go through
   any neuron of each layer.
2. Where no node has two users (a tree): then nothing ever has to wait. And layer by layer, where all paths to a node have one
   length, as in a plain network. The first *skip connection* breaks it, as our detour did.

</details>
"""
