"""What other libraries give at our edges: `python benchmarks/edges_of_peers.py` writes docs/data/edges_of_peers.csv.

Every case of `tinygrad_notes/edges.csv` is put to JAX, PyTorch, autograd, CasADi, xad and micrograd, in double
precision on the CPU, by the function that each has for it. Nothing is written from memory: a peer that lacks the
function has no row, and one that raises says so. The reference's page "Where others differ" shows the table.
"""

from __future__ import annotations

import csv
import importlib.metadata
import json
import math
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from harness import ROOT, with_peers

PEERS = {
    "jax": "JAX",
    "torch": "PyTorch",
    "autograd": "autograd",
    "casadi": "CasADi",
    "xad": "xad",
    "micrograd": "micrograd",
}
with_peers(*PEERS, modules=list(PEERS))

import autograd
import autograd.numpy as anp
import autograd.scipy.special as asp
import casadi
import jax
import jax.numpy as jnp
import micrograd.engine
import torch
import xad
import xad.adj_1st
import xad.math as xm

from tinygrad_notes.edges import Edge, edges

jax.config.update("jax_enable_x64", True)
TABLE = ROOT / "docs" / "data" / "edges_of_peers.csv"
VERSIONS = TABLE.with_suffix(".json")
Functions = dict[str, Callable[..., Any]]
Answer = tuple[float, list[float | None]]


def named(m: Any, names: str) -> Functions:
    """The functions of a library by our names, "ours=theirs" where the two differ; those it lacks are left out."""
    pairs_of_names = (word.partition("=") for word in names.split())
    return {ours: getattr(m, theirs or ours) for ours, _, theirs in pairs_of_names if hasattr(m, theirs or ours)}


def over_list(stack: Callable[[Any], Any], functions: Functions) -> Functions:
    return {name: lambda *xs, f=f: f(stack(xs)) for name, f in functions.items()}


def pairs(xs: Sequence[Any]) -> Any:
    n = len(xs) // 2
    return sum(w * x for w, x in zip(xs[:n], xs[n : 2 * n], strict=True))


ELEMENTARY = "sqrt cbrt exp exp2 expm1 log log2 log10 log1p sin cos tan sinh cosh tanh floor ceil erf erfc hypot "
ARC = "asin acos atan atan2 asinh acosh atanh "
ARC_OF_NUMPY = "asin=arcsin acos=arccos atan=arctan atan2=arctan2 asinh=arcsinh acosh=arccosh atanh=arctanh "
OF_NUMPY = "abs maximum minimum sign remainder square reciprocal "
WRITTEN: Functions = {
    "add": lambda a, b: a + b,
    "subtract": lambda a, b: a - b,
    "multiply": lambda a, b: a * b,
    "negative": lambda a: -a,
    "divide": lambda a, b: a / b,
    "pow": lambda a, b: a**b,
    "square": lambda a: a**2,
    "reciprocal": lambda a: 1 / a,
    "dot": lambda *xs: pairs(xs),
    "weighted_sum": lambda *xs: pairs(xs) + xs[-1],
}


def by_jax() -> Functions:
    nn = "sigmoid softplus log_sigmoid relu silu leaky_relu elu"
    lists = named(jnp, "sum product=prod mean amax=max amin=min") | {"norm": jnp.linalg.norm}
    return (
        WRITTEN
        | named(jnp, ELEMENTARY + ARC_OF_NUMPY + OF_NUMPY + "clip")
        | named(jax.nn, nn)
        | named(jax.scipy.special, "erf erfc")
        | over_list(lambda xs: jnp.stack(list(xs)), lists | named(jax.scipy.special, "logsumexp"))
        | {
            "gelu": lambda a: jax.nn.gelu(a, approximate=False),
            "where": lambda c, a, b: jnp.where(c != 0, a, b),
            "stop_gradient": jax.lax.stop_gradient,
        }
    )


def by_torch() -> Functions:
    F = torch.nn.functional
    lists = named(torch, "sum product=prod mean amax amin") | {"norm": torch.linalg.vector_norm}
    lists["logsumexp"] = lambda x: torch.logsumexp(x, 0)
    return (
        WRITTEN
        | named(torch, ELEMENTARY + ARC + OF_NUMPY + "sigmoid relu clip=clamp stop_gradient=detach")
        | named(F, "softplus log_sigmoid=logsigmoid silu gelu")
        | over_list(lambda xs: torch.stack(list(xs)), lists)
        | {
            "leaky_relu": lambda a, slope: F.leaky_relu(a, slope.item()),
            "elu": lambda a, scale: F.elu(a, scale.item()),
            "where": lambda c, a, b: torch.where(c != 0, a, b),
        }
    )


def by_autograd() -> Functions:
    lists = named(anp, "sum product=prod mean amax=max amin=min") | {"norm": anp.linalg.norm}
    differentiated = named(anp, ELEMENTARY.replace("hypot", "") + ARC_OF_NUMPY + OF_NUMPY + "clip")
    return (
        WRITTEN
        | differentiated
        | named(asp, "erf erfc sigmoid=expit")
        | over_list(lambda xs: anp.array(list(xs)), lists | named(asp, "logsumexp"))
        | {"where": lambda c, a, b: anp.where(c != 0, a, b)}
    )


def by_casadi() -> Functions:
    lists = named(casadi, "sum=sum1 norm=norm_2 amax=mmax amin=mmin logsumexp")
    return (
        WRITTEN
        | named(casadi, ELEMENTARY + ARC + "abs=fabs maximum=fmax minimum=fmin sign where=if_else")
        | over_list(lambda xs: casadi.vertcat(*xs), lists)
        | {"clip": lambda a, low, high: casadi.fmin(casadi.fmax(a, low), high)}
    )


def by_xad() -> Functions:
    functions = named(xm, ELEMENTARY + ARC + "abs=fabs maximum=fmax minimum=fmin")
    return WRITTEN | functions | {"sum": lambda *xs: sum(xs)}


def by_micrograd() -> Functions:
    own = {"pow": lambda a, b: a**b.data, "relu": lambda a: a.relu(), "sum": lambda *xs: sum(xs)}
    return WRITTEN | own


# One answer of each: the value, and a slope for each operand ------------------------------------------


def ask_jax(f: Callable[..., Any], at: Sequence[float]) -> Answer:
    value, slopes = jax.value_and_grad(lambda xs: f(*xs) * 1.0)([jnp.float64(x) for x in at])
    return float(value), [float(slope) for slope in slopes]


def ask_torch(f: Callable[..., Any], at: Sequence[float]) -> Answer:
    xs = [torch.tensor(x, dtype=torch.float64, requires_grad=True) for x in at]
    result = f(*xs)
    if not result.requires_grad:
        return result.item(), [0.0] * len(at)
    slopes = torch.autograd.grad(result, xs, allow_unused=True)
    return result.item(), [0.0 if slope is None else slope.item() for slope in slopes]


def ask_autograd(f: Callable[..., Any], at: Sequence[float]) -> Answer:
    numbers = [anp.float64(x) for x in at]  # NumPy's, which do not raise where Python's do
    slopes = [autograd.grad(f, k)(*numbers) for k in range(len(at))]
    return float(f(*numbers)), [float(slope) for slope in slopes]


def ask_casadi(f: Callable[..., Any], at: Sequence[float]) -> Answer:
    xs = casadi.SX.sym("x", len(at))
    result = f(*(xs[k] for k in range(len(at))))
    value, slopes = casadi.Function("f", [xs], [result, casadi.jacobian(result, xs)])(list(at))
    return float(value), [float(slopes[k]) for k in range(len(at))]


def ask_xad(f: Callable[..., Any], at: Sequence[float]) -> Answer:
    with xad.adj_1st.Tape() as tape:
        xs = [xad.adj_1st.Real(x) for x in at]
        for x in xs:
            tape.registerInput(x)
        tape.newRecording()
        result = f(*xs) * 1.0
        tape.registerOutput(result)
        result.setDerivative(1.0)
        tape.computeAdjoints()
        return float(result.getValue()), [float(x.getDerivative()) for x in xs]


def ask_micrograd(f: Callable[..., Any], at: Sequence[float]) -> Answer:
    xs = [micrograd.engine.Value(x) for x in at]
    result = f(*xs)
    result.backward()
    return float(result.data), [float(x.grad) for x in xs]


ASK = {
    "jax": (ask_jax, by_jax),
    "torch": (ask_torch, by_torch),
    "autograd": (ask_autograd, by_autograd),
    "casadi": (ask_casadi, by_casadi),
    "xad": (ask_xad, by_xad),
    "micrograd": (ask_micrograd, by_micrograd),
}
PLAIN_NUMBERS = {("torch", "leaky_relu"): {1}, ("torch", "elu"): {1}, ("micrograd", "pow"): {1}}
"""The operands that a peer takes as numbers, without a derivative."""


def rows_of(peer: str, functions: Functions, ask: Callable[..., Answer], case: Edge) -> list[tuple[str, ...]]:
    f = functions.get(case.operation)
    if f is None:
        return []
    start = (case.operation, " ".join(map(repr, case.operands)), peer)
    try:
        value, slopes = ask(f, case.operands)
    except Exception as error:  # whatever a peer raises is its answer
        return [(*start, type(error).__name__, "")]
    plain = PLAIN_NUMBERS.get((peer, case.operation), ())
    return [(*start, repr(value), " ".join("-" if k in plain else repr(slope) for k, slope in enumerate(slopes)))]


def main() -> None:
    found: list[tuple[str, ...]] = []
    cases = [case for case in edges() if not any(math.isnan(x) for x in case.operands)]
    with warnings.catch_warnings(action="ignore"):
        for peer, (ask, functions) in ASK.items():
            known = functions()
            for done, case in enumerate(cases):
                found += rows_of(peer, known, ask, case)
                if done % 100 == 0:
                    print(f"{PEERS[peer]}: {done} of {len(cases)} cases", flush=True)
    Path(TABLE).parent.mkdir(exist_ok=True)
    with TABLE.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["operation", "operands", "peer", "value", "derivatives"])
        writer.writerows(found)
    versions = {PEERS[peer]: importlib.metadata.version(peer) for peer in PEERS}
    VERSIONS.write_text(json.dumps(versions, indent=2) + "\n", encoding="utf-8")
    print(f"wrote {TABLE.relative_to(ROOT)} and {VERSIONS.relative_to(ROOT)}: {len(found):,} answers")


if __name__ == "__main__":
    main()
