"""Every exception of this package. Each is also the built-in exception of its kind, named behind it.

    TinygradNotesError
    ├── ArgumentError            an argument does not fit: `argument` names it, `layer` counts layers from 1
    │   ├── ArgumentValueError   ValueError
    │   └── ArgumentTypeError    TypeError
    ├── FileError                ValueError: a file cannot be used
    │   ├── DamagedFileError     a graph or parameters
    │   ├── ProgramFileError     a recorded program
    │   ├── CheckpointError      a checkpoint of `fit`
    │   ├── WorksheetError       a worksheet or a calculation, with the `line`
    │   └── NoteError            a note in Markdown, LaTeX or a notebook
    ├── CalculationError         ValueError: a line of a calculation, with its `line`, `column` and the `reason`
    ├── ClaimError               ValueError: a number written by hand, with its `key` and the `reason`
    ├── ExchangeError            ValueError: another tool cannot hold it, or this package what the tool holds
    ├── GradientError            AssertionError: a wrong derivative, with its `operation` and `operand`
    ├── AnomalyError             ArithmeticError: nan or infinity, with the `node` and the `place` in the code
    ├── DivergenceError          ArithmeticError: training went to nan or infinity
    ├── BranchError              RuntimeError: a program lacks a path through its comparisons
    ├── GraphvizMissing          RuntimeError: engine="dot" without Graphviz
    └── CommandError             the command line cannot go on: UnusableError, PictureError, OutputError

Python's own exceptions are raised as they are where its own rules are broken: KeyError for a name that is not there,
FileExistsError for a file that would be overwritten, TypeError for a Value that is taken for a float.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tinygrad_notes.operations import Operation
    from tinygrad_notes.value import Value
    from tinygrad_notes.worked.marks import Marking


class TinygradNotesError(Exception):
    """The base of every exception of this package; the message says what happened and what to do instead."""


class ArgumentError(TinygradNotesError):
    """An argument that does not fit.

    Attributes:
        argument: its name, such as "x", "y", "W", "b" or "activation"; "" where it has none.
        layer: the layer that it belongs to, from 1; None where it belongs to no layer.

    Example:
        >>> from tinygrad_notes import MLP
        >>> try:
        ...     MLP.from_weights([[[0.5]], [[0.1, 0.2]]])
        ... except ArgumentError as error:
        ...     print(error.argument, error.layer)
        W 2
    """

    def __init__(self, message: str, argument: str = "", layer: int | None = None) -> None:
        super().__init__(message)
        self.argument = argument
        self.layer = layer


class ArgumentValueError(ArgumentError, ValueError):
    """An argument of the right type with a value that does not fit."""


class ArgumentTypeError(ArgumentError, TypeError):
    """An argument of a type that does not fit."""


class FileError(TinygradNotesError, ValueError):
    """A file that cannot be used; the message says which and why."""


class DamagedFileError(FileError):
    """A file of a graph or of parameters that is not what it should be; the message says where."""


class ProgramFileError(FileError):
    """A file that is no program, or is damaged; the message says where."""


class CheckpointError(FileError):
    """A file that is no checkpoint, is damaged, or belongs to another run."""


class WorksheetError(FileError):
    """A worksheet or a calculation in a file that cannot be used; the message is one line that says where and why.

    Attributes:
        line: the line that is meant, counted from 1; 0 where the file could not be read.
        problems: where several lines or single claims cannot be read, one line for each of them.
        marking: the marks of all other claims, where the file is otherwise whole; else None.
    """

    def __init__(
        self, message: str, line: int = 0, problems: tuple[str, ...] = (), marking: Marking | None = None
    ) -> None:
        super().__init__(message)
        self.line, self.problems, self.marking = line, problems, marking


class NoteError(FileError):
    """A note that cannot be read, or whose marks cannot be written beside it; the message says why."""


class CalculationError(TinygradNotesError, ValueError):
    """A line of a calculation that cannot be read or worked; the message is one line: where, and what to write instead.

    Attributes:
        reason: the message without the place.
        line: counted from 1.
        column: counted from 1.
        problems: the error of each, where several lines cannot be read or worked, or where only claims cannot be taken.
        marking: the marks of all other claims, where the page was marked and is otherwise whole; else None.
    """

    def __init__(self, reason: str, line: int = 1, column: int = 1) -> None:
        super().__init__(reason, line, column)
        self.reason, self.line, self.column = reason, line, column
        self.problems: tuple[CalculationError, ...] = ()
        self.marking: Marking | None = None

    def __str__(self) -> str:
        return f"line {self.line}, column {self.column}: {self.reason}"


class ClaimError(TinygradNotesError, ValueError):
    """A claim that cannot be read, or that names no quantity; its text says which and why.

    `key` is the name under which the claim was given, `label` the element of that quantity that it is about.
    """

    def __init__(self, key: str, reason: str, label: str = "") -> None:
        super().__init__(key, reason, label)
        self.key, self.reason, self.label = key, reason, label

    def __str__(self) -> str:
        return f"{self.label or self.key}: {self.reason}"


class ExchangeError(TinygradNotesError, ValueError):
    """What another tool cannot hold, or what it holds that this package does not; the message names it and a way on."""


class GradientError(TinygradNotesError, AssertionError):
    """A derivative that is wrong.

    Attributes:
        operation: the row of the table whose rule is wrong; None where every rule is right by itself.
        operand: which operand's derivative is wrong.
    """

    def __init__(self, message: str, operation: Operation | None = None, operand: int | None = None) -> None:
        super().__init__(message)
        self.operation = operation
        self.operand = operand


class AnomalyError(TinygradNotesError, ArithmeticError):
    """A value, a local derivative or a gradient that is nan or infinite.

    Attributes:
        node: the Value concerned.
        place: (file, line number) of the user's code that made it; None if it was made before watching began.
    """

    def __init__(self, message: str, node: Value, place: tuple[str, int] | None) -> None:
        super().__init__(message, node, place)
        self.node = node
        self.place = place

    def __str__(self) -> str:
        return str(self.args[0])


class DivergenceError(TinygradNotesError, ArithmeticError):
    """The loss or a gradient became nan or infinite; the message says where."""


class BranchError(TinygradNotesError, RuntimeError):
    """A batch needs more control-flow paths than may be recorded, or one that a loaded program lacks."""


class GraphvizMissing(TinygradNotesError, RuntimeError):  # noqa: N818 (said as a fact)
    """The engine "dot" was asked for and cannot run; the message says why, and how to get it."""


class CommandError(TinygradNotesError):
    """A command cannot go on; the message says why and what to do."""


class UnusableError(CommandError):
    """What the user asked for cannot be done."""


class PictureError(CommandError):
    """A picture could not be made or written."""


class OutputError(CommandError):
    """Standard output cannot be written."""
