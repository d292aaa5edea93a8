"""Random pages written as notes in fourteen notations, each claim between signs that tell its place. For `notes.py`."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from random_notes import Page, Step

CLAIM = re.compile("\x01(\\d+)\x02(.*?)\x03", re.DOTALL)


# How a notation writes formulas -------------------------------------------------------------------------


@dataclass(frozen=True)
class Hand:
    """How names, products, squares, functions and numbers are written."""

    name: Callable[[str], str]
    times: str
    square: str
    functions: dict[str, str]
    about: str = "="
    number: Callable[[str], str] = str

    def formula(self, step: Step, operands: Sequence[str]) -> str:
        if step.kind == "sum":
            return f"{self.number(f'{step.factor:g}')}{self.times}{operands[0]} + {operands[1]}"
        if step.kind in ("product", "difference"):
            return (self.times if step.kind == "product" else " - ").join(operands)
        if step.kind == "square":
            return operands[0] + self.square
        if step.kind.startswith("slope"):
            slopes = {
                "tanh": f"1 - {operands[0]}{self.square}",
                "sigmoid": f"{operands[0]}{self.times}(1 - {operands[0]})",
            }
            return slopes.get(step.kind[9:], f"2{self.times}{operands[0]}")
        inner = operands[0][1:-1] if operands[0].startswith("(") else operands[0]
        return self.functions[step.kind].format(inner)

    def put_in(self, page: Page, at: int) -> str:
        step = page.steps[at]
        numbers = [self.number(page.written[k]) for k in step.reads]
        bare = step.kind in ("tanh", "sigmoid")
        return self.formula(step, [f"({n})" if n.startswith("-") and not bare else n for n in numbers])

    def claim(self, page: Page, at: int) -> str:
        return f"\x01{at}\x02{self.number(page.written[at])}\x03"

    def chain(self, page: Page, at: int, rng: random.Random, relation: str = " = ") -> str:
        """name = formula = numbers put in ≈ claim, with one of the middle members left out at times."""
        step = page.steps[at]
        names = self.formula(step, [self.name(page.steps[k].name) for k in step.reads])
        middle = [names, self.put_in(page, at)]
        if rng.random() < 0.3:
            middle = middle[:1]
        return f"{self.name(step.name)} = {relation.join(middle)} {self.about} {self.claim(page, at)}"

    def given(self, page: Page, at: int) -> str:
        return f"{self.name(page.steps[at].name)} = {self.number(page.written[at])}"


def _split(name: str) -> tuple[str, str]:
    found = re.fullmatch(r"(\D+)(\d+)", name)
    assert found
    return found[1], found[2]


_GREEK = {"α": r"\alpha", "β": r"\beta"}
_LOW = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


def _by(name: str) -> tuple[str, str] | None:
    """What is derived by what, of the name of a slope."""
    what, slash, by = name.partition("/")
    return (what[1:], by[1:]) if slash else None


def _latex_name(name: str) -> str:
    if pair := _by(name):
        return rf"\frac{{\partial {_latex_name(pair[0])}}}{{\partial {_latex_name(pair[1])}}}"
    letters, index = _split(name)
    upright = rf"\mathrm{{{letters}}}" if len(letters) > 1 else letters
    return f"{_GREEK.get(letters, upright)}_{{{index}}}"


def _unicode_name(name: str) -> str:
    if pair := _by(name):
        return f"∂{_unicode_name(pair[0])}/∂{_unicode_name(pair[1])}"
    letters, index = _split(name)
    return letters + index.translate(_LOW)


_LATEX_FUNCTIONS = {"tanh": r"\tanh({})", "sigmoid": r"\sigma({})"}
LATEX = Hand(_latex_name, r" \cdot ", "^2", _LATEX_FUNCTIONS, r"\approx")
LATEX_TIMES = Hand(
    _latex_name, r" \times ", "^{2}", {"tanh": r"\tanh\left({}\right)", "sigmoid": r"\sigma\left({}\right)"}
)
LATEX_LONG = Hand(
    _latex_name, r" \cdot ", "^2", {"tanh": r"\tanh({})", "sigmoid": r"\frac{{1}}{{1 + e^{{-({})}}}}"}, r"\approx"
)
UNICODE = Hand(_unicode_name, "·", "²", {"tanh": "tanh({})", "sigmoid": "σ({})"}, "≈")
ASCII = Hand(str, "*", "^2", {"tanh": "tanh({})", "sigmoid": "sigmoid({})"})
PYTHON = Hand(str, " * ", "**2", {"tanh": "np.tanh({})", "sigmoid": "1 / (1 + np.exp(-({})))"}, "#")
COMMA = Hand(_latex_name, r" \cdot ", "^2", _LATEX_FUNCTIONS, r"\approx", lambda number: number.replace(".", "{,}"))
COMMA_PLAIN = Hand(
    _unicode_name, " · ", "²", {"tanh": "tanh({})", "sigmoid": "σ({})"}, "≈", lambda n: n.replace(".", ",")
)

Writer = Callable[[Page, random.Random], str]


def _givens(page: Page, hand: Hand, between: str = ", ", around: str = "{}") -> str:
    givens = [at for at, step in enumerate(page.steps) if step.kind == "given"]
    return between.join(around.format(hand.given(page, at)) for at in givens)


def _aligned(page: Page, rng: random.Random) -> str:
    hand = rng.choice([LATEX, LATEX_TIMES, LATEX_LONG])
    rows = []
    for at in page.claims():
        members = hand.chain(page, at, rng).replace(r"\approx", r"= \approx").split(" = ")
        members = [m.removeprefix(r"\approx ") if i == 0 else m for i, m in enumerate(members)]
        rows.append(
            rf" \\{chr(10)}&".join(
                [f"{members[0]} &= {members[1]}", *(m if m.startswith(r"\approx") else f"= {m}" for m in members[2:])]
            )
        )
    name = rng.choice(["aligned", "split"])
    body = " \\\\\n".join(rows)
    return f"Let {_givens(page, hand, ', ', '${}$')}.\n\n$$\n\\begin{{{name}}}\n{body}\n\\end{{{name}}}\n$$\n"


def _latex_file(page: Page, rng: random.Random) -> str:
    hand = rng.choice([LATEX, LATEX_TIMES])
    rows = " \\\\\n".join("  " + hand.chain(page, at, rng).replace(" = ", " &= ", 1) for at in page.claims())
    head = "\\documentclass{article}\n\\begin{document}\n% worked by hand\nGiven "
    return (
        f"{head}{_givens(page, hand, ', ', '${}$')}:\n\\begin{{align*}}\n{rows}\n\\end{{align*}}\n\\end{{document}}\n"
    )


def _math_fence(page: Page, rng: random.Random) -> str:
    blocks = "".join(f"```math\n{LATEX.chain(page, at, rng)}\n```\n\nso far.\n\n" for at in page.claims())
    return f"Given {_givens(page, LATEX, ' and ', '$`{}`$')}.\n\n{blocks}"


def _inline(page: Page, rng: random.Random) -> str:
    hand = rng.choice([LATEX, LATEX_LONG])
    words = ["Then ", "Next, ", "This gives ", "From that we get ", "and so "]
    lines = [
        f"{rng.choice(words)}${hand.chain(page, at, rng)}${rng.choice(['.', ',', ' as before.'])}"
        for at in page.claims()
    ]
    return f"We are given {_givens(page, hand, ', ', '${}$')}.\n\n" + rng.choice(["\n", "\n\n"]).join(lines) + "\n"


def _bullets(page: Page, rng: random.Random) -> str:
    hand = rng.choice([UNICODE, LATEX])
    mark = "" if hand is UNICODE else "$"
    lines = [f"* {mark}{hand.given(page, at)}{mark}" for at, step in enumerate(page.steps) if step.kind == "given"]
    lines += [
        f"* {rng.choice(['', 'Step: ', '**Next:** '])}{mark}{hand.chain(page, at, rng)}{mark}" for at in page.claims()
    ]
    return "# A page\n\n" + "\n".join(lines) + "\n"


def _table(page: Page, rng: random.Random) -> str:
    hand = rng.choice([UNICODE, LATEX, ASCII])
    mark = "$" if hand is LATEX else ""
    rows = [f"| {mark}{hand.name(step.name)}{mark} | given | {page.written[at]} |"
            for at, step in enumerate(page.steps) if step.kind == "given"]  # fmt: skip
    for at in page.claims():
        step = page.steps[at]
        formula = hand.formula(step, [hand.name(page.steps[k].name) for k in step.reads])
        rows.append(
            f"| {mark}{hand.name(step.name)}{mark} | {mark}{formula}{mark} | {mark}{hand.claim(page, at)}{mark} |"
        )
    return "| node | formula | value |\n|---|---|---|\n" + "\n".join(rows) + "\n"


def _plain(page: Page, rng: random.Random) -> str:
    lines = [f"  {ASCII.chain(page, at, rng, rng.choice([' = ', chr(10) + '     = ']))}" for at in page.claims()]
    return f"A page worked by hand\n=====================\n\n{_givens(page, ASCII)}\n\n" + "\n".join(lines) + "\n"


def _code_spans(page: Page, rng: random.Random) -> str:
    lines = [f"Then `{ASCII.chain(page, at, rng)}`." for at in page.claims()]
    return f"Given {_givens(page, ASCII, ', ', '`{}`')}.\n\n" + "\n\n".join(lines) + "\n"


def _notebook(page: Page, rng: random.Random) -> str:
    """A code cell a step, with the claim in a comment; the text that its reader sees, cell after cell."""
    sources = [
        "import numpy as np\n" + "\n".join(PYTHON.given(page, k) for k, s in enumerate(page.steps) if s.kind == "given")
    ]
    for at in page.claims():
        step = page.steps[at]
        formula = PYTHON.formula(step, [page.steps[k].name for k in step.reads])
        sources.append(f"{step.name.replace('/', '_')} = {formula}  # {PYTHON.claim(page, at)}")
    cells = [
        {"cell_type": "code", "metadata": {}, "execution_count": None, "outputs": [], "source": s} for s in sources
    ]
    return json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})


def _boxed(page: Page, rng: random.Random) -> str:
    lines = []
    for at in page.claims():
        chain = (LATEX if rng.random() < 0.5 else UNICODE).chain(page, at, rng)
        if "\\" in chain or "_" in chain:
            box = rng.choice([r"\boxed{", r"\mathbf{", r"\textcolor{red}{"])
            lines.append("$$" + chain.replace("\x01", box + "\x01").replace("\x03", "\x03}") + "$$")
        else:
            lines.append(chain.replace("\x01", "**\x01").replace("\x03", "\x03**"))
    return f"Let {_givens(page, LATEX, ', ', '${}$')}.\n\n" + "\n\n".join(lines) + "\n"


def _arrows(page: Page, rng: random.Random) -> str:
    lines = []
    for at in page.claims():
        step = page.steps[at]
        formula = UNICODE.formula(step, [UNICODE.name(page.steps[k].name) for k in step.reads])
        lines.append(f"{UNICODE.name(step.name)} = {formula} → {UNICODE.put_in(page, at)} → {UNICODE.claim(page, at)}")
    return f"{_givens(page, UNICODE, '; ')}\n\n" + "\n".join(lines) + "\n"


def _chinese(page: Page, rng: random.Random) -> str:
    hand = rng.choice([LATEX, UNICODE])
    mark = "$" if hand is LATEX else ""
    lines = [
        f"（{i}）{rng.choice(['计算得', '因此有', '于是'])}：{mark}{hand.chain(page, at, rng)}{mark}。"
        for i, at in enumerate(page.claims(), 1)
    ]
    return f"已知 {_givens(page, hand, '，', mark + '{}' + mark)}。\n\n" + "\n\n".join(lines) + "\n"


def _spanish(page: Page, rng: random.Random) -> str:
    hand = rng.choice([COMMA, COMMA_PLAIN])
    mark = "$" if hand is COMMA else ""
    lines = [f"Entonces {mark}{hand.chain(page, at, rng)}{mark}." for at in page.claims()]
    return f"Los datos son {_givens(page, hand, '; ', mark + '{}' + mark)}.\n\n" + "\n\n".join(lines) + "\n"


def _matrices(page: Page, rng: random.Random) -> str:
    kind = rng.choice(["bmatrix", "pmatrix"])

    def matrix(rows: Sequence[Sequence[str]]) -> str:
        return rf"\begin{{{kind}}} " + r" \\ ".join(" & ".join(row) for row in rows) + rf" \end{{{kind}}}"

    def claims(layer: Sequence[int]) -> str:
        return matrix([[LATEX.claim(page, at)] for at in layer])

    blocks = [rf"\mathbf{{x}} = {matrix([[page.written[at]] for at in page.layers[0]])}"]
    before = r"\mathbf{x}"
    for number, (sums, outputs) in enumerate(zip(page.layers[1::2], page.layers[2::2], strict=True), 1):
        rows = [page.steps[at] for at in sums]
        weights = matrix([[f"{w:g}" for w in row.weights] for row in rows])
        blocks.append(rf"W_{number} = {weights}, \quad b_{number} = {matrix([[f'{row.factor:g}'] for row in rows])}")
        blocks.append(rf"z_{number} = W_{number} {before} + b_{number} = {claims(sums)}")
        function = LATEX.functions[page.steps[outputs[0]].kind].format(f"z_{number}")
        blocks.append(rf"a_{number} = {function} \approx {claims(outputs)}")
        before = f"a_{number}"
    return "\n\nthen\n\n".join(f"$$\n{block}\n$$" for block in blocks) + "\n"


NOTATIONS: dict[str, tuple[str, Writer]] = {
    "aligned": (".md", _aligned),
    "LaTeX file": (".tex", _latex_file),
    "math fences": (".md", _math_fence),
    "inline dollars": (".md", _inline),
    "bullets": (".md", _bullets),
    "tables": (".md", _table),
    "plain ASCII": (".txt", _plain),
    "code spans": (".md", _code_spans),
    "matrices": (".md", _matrices),
    "notebooks": (".ipynb", _notebook),
    "boxed and bold": (".md", _boxed),
    "arrows": (".md", _arrows),
    "Chinese": (".md", _chinese),
    "Spanish": (".md", _spanish),
}
