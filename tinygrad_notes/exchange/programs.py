"""How a recorded program goes out: what `Program` has for other tools."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from tinygrad_notes.replay.program import Program


class HandedOn:
    """The part of `Program` that hands it on. Parameters' numbers are those at the time of the call."""

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
