"""How a recorded program goes out: what `Program` has for other tools."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from tinygrad_notes.replay.program import Program


class HandedOn:
    """The part of `Program` that hands it on. Parameters' numbers are those at the time of the call."""

    def to_jax(self) -> Callable[..., Any]:
        """The program as a function of JAX arrays that jit, grad, vmap, jvp, hessian and their kind go through.

        It is called as `f(*inputs, parameters=None)`, with one sample or with any shape of batch before a sample's own,
        and gives the results in that shape. Its derivatives, of any order, are the table's. Parameters are read when
        `to_jax` is called; give others, or differentiate by them, as `parameters`. JAX must be set to 64-bit floats.

        Raises:
            ExchangeError: the recorded function compares Values, so it has several paths.
            ImportError: JAX is not installed (extra `jax`).

        Example:
            >>> from tinygrad_notes import Value, record
            >>> w = Value(2.0)
            >>> f = record(lambda x: (w * x - 1) ** 2, 3.0).to_jax()  # doctest: +SKIP
            >>> jax.grad(f)(3.0), jax.vmap(f)(X), jax.grad(lambda p: f(X, parameters=p).mean())(p)  # doctest: +SKIP
        """
        from tinygrad_notes.exchange.jax import to_jax

        return to_jax(_program(self))

    def to_torch(self) -> Callable[..., Any]:
        """The program as a function of PyTorch tensors, which autograd and `torch.func` differentiate.

        It is called as `f(*inputs, parameters=None)`, with one sample or with any shape of batch before a sample's own,
        and gives the results in that shape, in float64. Its derivatives, of any order, are the table's. Parameters are
        read when `to_torch` is called; give a tensor to differentiate by them, as `parameters`.

        Raises:
            ExchangeError: the recorded function compares Values, so it has several paths.
            ImportError: PyTorch is not installed.

        Example:
            >>> from tinygrad_notes import Value, record
            >>> w = Value(2.0)
            >>> f = record(lambda x: (w * x - 1) ** 2, 3.0).to_torch()  # doctest: +SKIP
            >>> x = torch.tensor(3.0, dtype=torch.float64, requires_grad=True)  # doctest: +SKIP
            >>> torch.autograd.grad(f(x), x)  # doctest: +SKIP
            (tensor(20., dtype=torch.float64),)
        """
        from tinygrad_notes.exchange.torch import to_torch

        return to_torch(_program(self))

    def to_onnx(self, path: str | os.PathLike[str] | None = None, *, overwrite: bool = False) -> bytes:
        """The program's values as an ONNX model in float64, written to `path` too if there is one.

        The model takes x0, x1, … of shape (samples, *input_shape) and gives y of shape (samples, *output_shape), as the
        program itself does. The parameters' numbers are inside.

        Raises:
            ExchangeError: the recorded function compares Values, or uses what onnxruntime lacks in double precision.
            FileExistsError: `path` holds something else and `overwrite` is False.
            ImportError: the package `onnx` is not installed (extra `onnx`).

        Example:
            >>> from tinygrad_notes import MLP, record
            >>> network = MLP(2, [3, 1], activation="tanh", seed=1)
            >>> model = record(network, [0.5, -1.0]).to_onnx("network.onnx")  # doctest: +SKIP
            >>> onnxruntime.InferenceSession(model).run(None, {"x0": X})  # doctest: +SKIP
        """
        from tinygrad_notes.exchange.onnx import to_onnx

        return cast(bytes, _kept(to_onnx(_program(self)), path, overwrite))

    def to_c(
        self,
        path: str | os.PathLike[str] | None = None,
        *,
        name: str = "program",
        derivatives: bool = True,
        overwrite: bool = False,
    ) -> str:
        """The program as the text of a C99 file, written to `path` too if there is one.

        The file has `int NAME(const double *x0, …, const double *p, double *y)` for one sample, and with `derivatives`
        `NAME_derivatives`, which also writes dy_dx0, …, dy_dp: the derivatives of every result, row after row. It says
        itself how to compile it.

        Raises:
            ArgumentValueError: `name` is no name in C.
            FileExistsError: `path` holds something else and `overwrite` is False.

        Example:
            >>> from tinygrad_notes import Value, record
            >>> w = Value(0.5)
            >>> text = record(lambda x: (w * x).tanh(), 1.0).to_c(name="neuron", derivatives=False)
            >>> print(text[text.index("int neuron"):])
            int neuron(const double *x0, const double *p, double *y) {
                if (!p) p = neuron_parameters;
                (void)x0;
                const double t2 = p[0] * x0[0];
                const double t3 = tanh(t2);
                y[0] = t3;
                return 0;
            }
            <BLANKLINE>
        """
        from tinygrad_notes.exchange.c import to_c

        return cast(str, _kept(to_c(_program(self), name, derivatives), path, overwrite))


def _program(self: Any) -> Program:
    return cast("Program", self)


def _kept(content: str | bytes, path: str | os.PathLike[str] | None, overwrite: bool) -> str | bytes:
    if path is not None:
        from tinygrad_notes.files import write_file

        write_file(path, content, overwrite=overwrite)
    return content
