"""Where others differ: what other libraries give at our edges, as `benchmarks/edges_of_peers.py` found it."""

from __future__ import annotations

import csv
import json
import math
from pathlib import Path

from tinygrad_notes.edges import Edge, edges

DATA = Path(__file__).resolve().parent.parent / "data"
NAMES = {"jax": "JAX", "torch": "PyTorch", "autograd": "autograd", "casadi": "CasADi", "xad": "xad",
         "micrograd": "micrograd"}  # fmt: skip
INTRODUCTION = """# Where others differ

Each library below was given the cases of [our table of edges](operations.md), in double precision on the CPU: zeros
of both signs, ties, infinities, ends of domains, huge and tiny numbers. The answers are what they gave, never what they
are said to give: `python benchmarks/edges_of_peers.py` installs them, asks them and writes the table. {versions}.

Who is right? Our answers are checked by an oracle that knows no derivative (`tests/edge_oracle.py`): they are the
derivative or its limit, where there is one, and the last column says so. Whoever differs there is wrong. At a kink or
a tie there is no limit: ours is the subgradient of least norm, PyTorch's stated rule, and others may choose otherwise.

| library | cases it has a function for | as ours | other value | other slope | raises |
|---|---|---|---|---|---|
{counts}

A cell shows value; slopes where they differ from ours (·: the same slope; -: a plain number there); it is empty where
they agree, and "none" where the library has no such function. Cases in which all agree are left out.
"""


def page() -> str:
    answers = _answers()
    cases = [case for case in edges() if any(_key(case, peer) in answers for peer in NAMES)]
    versions = json.loads((DATA / "edges_of_peers.json").read_text(encoding="utf-8"))
    said = ", ".join(f"{name} {version}" for name, version in versions.items())
    counts = "\n".join(_counts(peer, cases, answers) for peer in NAMES)
    sections = [INTRODUCTION.format(versions=f"Versions: {said}", counts=counts)]
    for operation in dict.fromkeys(case.operation for case in cases):
        rows = [_row(case, answers) for case in cases if case.operation == operation]
        shown = [row for row in rows if row]
        if shown:
            head = " | ".join(NAMES.values())
            lines = [f"| at | ours | {head} | why ours |", "|---" * (len(NAMES) + 3) + "|"]
            sections.append("\n".join([f"## {operation}\n", *lines, *shown]) + "\n")
    return "\n".join(sections)


Answer = tuple[str, str]
Answers = dict[tuple[str, str, str], Answer]


def _answers() -> Answers:
    with (DATA / "edges_of_peers.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))[1:]
    return {(operation, at, peer): (value, slopes) for operation, at, peer, value, slopes in rows}


def _key(case: Edge, peer: str) -> tuple[str, str, str]:
    return case.operation, " ".join(map(repr, case.operands)), peer


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def same(ours: float, theirs: str) -> bool:
    """Whether an answer is ours but for rounding; the sign of a zero is not looked at."""
    number = _number(theirs)
    if number is None or math.isnan(number) or math.isnan(ours):
        return theirs == "-" or (number is not None and math.isnan(number) and math.isnan(ours))
    return math.isclose(number, ours, rel_tol=1e-7, abs_tol=1e-300)


def _verdict(case: Edge, answer: Answer | None) -> str:
    if answer is None:
        return "none"
    value, slopes = answer
    if _number(value) is None:
        return "raises"
    if not same(case.value, value):
        return "value"
    return "same" if all(map(same, case.derivatives, slopes.split())) else "slope"


def _counts(peer: str, cases: list[Edge], answers: Answers) -> str:
    verdicts = [_verdict(case, answers.get(_key(case, peer))) for case in cases]
    asked = len(verdicts) - verdicts.count("none")
    numbers = (asked, *(verdicts.count(kind) for kind in ("same", "value", "slope", "raises")))
    return f"| {NAMES[peer]} | {' | '.join(map(str, numbers))} |"


def _row(case: Edge, answers: Answers) -> str:
    """The case as a row of the table; empty where every library that has the function agrees."""
    cells = [_cell(case, answers.get(_key(case, peer))) for peer in NAMES]
    if all(cell in ("", "none") for cell in cells):
        return ""
    at, ours = (", ".join(f"{x:.6g}" for x in xs) for xs in (case.operands, case.derivatives))
    return f"| {at} | {case.value:.6g}; {ours} | {' | '.join(cells)} | {case.reason} |"


def _cell(case: Edge, answer: Answer | None) -> str:
    verdict = _verdict(case, answer)
    if answer is None or verdict in ("none", "same"):
        return "none" if verdict == "none" else ""
    value, slopes = answer
    if verdict == "raises":
        return f"raises {value}"
    shown = [
        "·" if same(ours, slope) else _short(slope)
        for ours, slope in zip(case.derivatives, slopes.split(), strict=True)
    ]
    return f"{_short(value) if verdict == 'value' else '·'}; {', '.join(shown)}"


def _short(text: str) -> str:
    number = _number(text)
    return text if number is None else f"{number:.6g}"
