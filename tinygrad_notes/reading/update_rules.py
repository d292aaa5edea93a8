"""Rules by which a note updates a parameter, judged by their form: one step down the gradient of that parameter.

    w := w - η ∂L/∂w        right
    w := w + η ∂L/∂w        up the loss
    Δw = -η ∂L/∂w           right

A step up is right where something is made large, such as a reward or a likelihood; the note's words tell.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from tinygrad_notes.reading.formulas import Apply, Name, Number, Tree, parts
from tinygrad_notes.reading.named_lines import DERIVATIVE, Line
from tinygrad_notes.reading.writing import written

_UPWARD = re.compile(
    r"ascent|maximi[sz]|reward|likelihood|ascenso|maximiza|recompensa|verosimilitud|aufstieg|maximier|belohnung"
    r"|上升|最大化|奖励|似然",
    re.IGNORECASE,
)
_DOWNWARD = re.compile(
    r"descent|loss|cost|error|descenso|pérdida|coste|abstieg|verlust|fehler|下降|损失|误差", re.IGNORECASE
)
_STEP = re.compile(r"(?:Δ|Δ_|delta_)(?P<of>\w+)")
_NEW = re.compile(r"_(?:new|neu|nuevo|nueva|next|updated)|'|_?t_plus_?1|t\+1")
_OLD = re.compile(r"_(?:old|alt|prev|t)$")


def judged_update(line: Line, text: str) -> tuple[str, str, bool, tuple[str, ...]] | None:
    """What is updated, by which formula, whether that is right, and what is wrong; None for what is no such rule."""
    trees = [member.tree for member in line.chains[0].members if member.tree is not None]
    target = _target(trees[0]) if len(trees) > 1 and not line.alias else ""
    if not target:
        return None
    found = next((told for tree in trees[1:] if (told := _step(target, tree))), None)
    if found is None:
        return None
    sign, gradient, tree = found
    by = DERIVATIVE.fullmatch(gradient)
    mistakes = []
    old = next((part.name for part in parts(tree) if isinstance(part, Name) and _is_same(part.name, target)), "")
    if old and _plain(old) != _plain(target):
        mistakes.append(f"another parameter is updated ({old} for {target})")
    if by and _plain(by[2]) != _plain(target):
        mistakes.append(f"the gradient of another parameter ({by[2]} for {_plain(target)})")
    if sign > 0:
        is_loss = by is not None and by[1][0] in "LCE"
        if _UPWARD.search(text) or not (is_loss or _DOWNWARD.search(text)):
            return None
        mistakes.append("a sign flipped: this goes up the gradient, so the loss grows")
    return target, written(tree).text, not mistakes, tuple(mistakes)


def _target(tree: Tree) -> str:
    """The name of what is set; Δw where it is a step."""
    match tree:
        case Name(name):
            return name
        case Apply("*", (Name("Δ"), Name(name))):
            return f"Δ{name}"
    return ""


def _step(target: str, tree: Tree) -> tuple[int, str, Tree] | None:
    """The sign of the step, the gradient in it and the formula, where it is the old number and one step from it."""
    terms = list(_terms(tree, 1))
    kept = [term for sign, term in terms if sign > 0 and isinstance(term, Name) and _is_same(term.name, target)]
    if _STEP.fullmatch(target):
        steps = terms if len(terms) == 1 else []
    else:
        steps = [(sign, term) for sign, term in terms if term not in kept] if len(kept) == 1 else []
    if len(steps) != 1:
        return None
    sign, term = steps[0]
    factors = list(_factors(term))
    names = [factor.name for factor in factors if isinstance(factor, Name)]
    gradients = [name for name in names if DERIVATIVE.fullmatch(name)]
    rest = [name for name in names if name not in gradients]
    is_rate = all(len(name) <= 2 or "rate" in name or name in _RATES for name in rest)
    if len(gradients) != 1 or not is_rate or not all(isinstance(factor, (Name, Number)) for factor in factors):
        return None
    return sign, gradients[0], tree


_RATES = frozenset(["eta", "alpha", "lernrate", "tasa", "taux"])


def _is_same(name: str, target: str) -> bool:
    """Whether it is the number that is updated, perhaps with its indices exchanged."""
    one, other = _plain(name), _plain(target)
    is_exchanged = one != other and sorted(one) == sorted(other) and one[:1] == other[:1] and _INDICES.search(one)
    return one == other or bool(is_exchanged)


_INDICES = re.compile(r"_[a-z]{2}$")


def _terms(tree: Tree, sign: int) -> Iterator[tuple[int, Tree]]:
    match tree:
        case Apply("+" | "-" as operator, (left, right)):
            yield from _terms(left, sign)
            yield from _terms(right, sign if operator == "+" else -sign)
        case Apply("-", (operand,)):
            yield from _terms(operand, -sign)
        case Apply("*" | "/" | "⊙", (Apply("-", (left,)), right)):
            yield -sign, Apply(tree.function, (left, right))
        case Apply("*" | "⊙", (left, Apply("-", (right,)))):
            yield -sign, Apply(tree.function, (left, right))
        case _:
            yield sign, tree


def _factors(tree: Tree) -> Iterator[Tree]:
    if isinstance(tree, Apply) and tree.function in ("*", "⊙", "/"):
        for operand in tree.operands:
            yield from _factors(operand)
    else:
        yield tree


def _plain(name: str) -> str:
    """The parameter without what tells its step: w of Δw, w_new and w_old."""
    found = _STEP.fullmatch(name)
    return _OLD.sub("", _NEW.sub("", found["of"].strip("_") if found else name))
