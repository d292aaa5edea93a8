"""Each formula of the published pages, damaged in ten ways: each damage is told. Those of our own pages, in two."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tinygrad_notes.errors import CalculationError
from tinygrad_notes.worked.calculation import mark_calculation

DATA = Path(__file__).parents[2] / "data"
OWN_PAGES = sorted((DATA / "own_pages").glob("*.calc"))
PAGES = sorted((DATA / "pages").glob("*.calc"))
FORMULA = re.compile(r"(d\w+/d\w+) = ([^#]*?)\s*(#.*)?")
NAME = re.compile(r"(?<![\w/])([A-Za-z]\w*)(?![\w(/.])")


def damages(formula: str, names: list[str], later: list[str]) -> Iterator[tuple[str, str]]:
    yield "factor", f"2*({formula})"
    yield "sign", f"-({formula})"
    yield "power", f"({formula})^2"
    yield "term", f"{formula} + 0.7"
    yield "index", f"1*flip({formula})"
    yield "transpose", f"({formula}).T" if ".T" not in formula else formula.replace(".T", "")
    yield "mean for sum", formula.replace("sum(", "mean(")
    for found in re.finditer(r"\*([\w/]+(\([^()]*\))?)", formula):
        yield "outer derivative", formula[: found.start()] + formula[found.end() :]
    for found in NAME.finditer(formula):
        for other in [names[len(found[1]) % len(names)], *later]:
            yield "operand or version", formula[: found.start(1)] + other + formula[found.end(1) :]


def same_numbers(formula: str, damaged: str, page: list[str], line: int) -> bool:
    """Whether a damage changes nothing: a number has no transpose, and 1 no power; asked at other numbers too."""
    lines = [*page[:line], f"before = {formula} = {damaged}"]
    try:
        [judged] = [mark for mark in mark_calculation("\n".join(lines)).formulas if mark.quantity == "before"]
    except (CalculationError, ValueError):
        return True  # it cannot be worked, and is refused
    return judged.outcome == "holds"


@pytest.mark.slow
@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_every_damage_is_told(path: Path) -> None:
    page = path.read_text().splitlines()
    names = sorted({found[1] for line in page if (found := re.match(r"([A-Za-z]\w*) =", line))})
    for i, line in enumerate(page):
        found = FORMULA.fullmatch(line)
        if found is None or not NAME.search(found[2]):
            continue
        for kind, damaged in damages(found[2], names, names[:1]):
            if damaged == found[2] or same_numbers(found[2], damaged, page, i):
                continue
            changed = f"{found[1]} = {damaged}  {found[3] or ''}"
            try:
                marking = mark_calculation("\n".join([*page[:i], changed, *page[i + 1 :]]))
            except CalculationError as error:  # numbers of another shape than those claimed are refused
                assert error.line == i + 1
                continue
            formulas = [mark for mark in marking.formulas if mark.line == i + 1]
            slips = [mark for mark in marking if mark.line == i + 1 and mark.verdict in ("slip", "misprint")]
            told = slips or any(mark.is_right is False or mark.remark for mark in formulas)
            assert told, (kind, found[1], damaged)


@pytest.mark.slow
@pytest.mark.parametrize("path", OWN_PAGES, ids=lambda path: path.stem)
def test_an_honest_page_is_right_and_a_wrong_factor_or_sign_is_named(path: Path) -> None:
    page = path.read_text(encoding="utf-8")
    marking = mark_calculation(page)
    assert {mark.verdict for mark in marking} == {"right"}
    assert all(formula.is_right for formula in marking.formulas)
    rows = page.splitlines(keepends=True)
    for formula in marking.formulas:
        above, below = "".join(rows[: formula.line - 1]), "".join(rows[formula.line - 1 :])
        for damage, mistake in [("2*({})", "2 times too large"), ("-({})", "the sign is wrong")]:
            damaged = below.replace(f"= {formula.written}", f"= {damage.format(formula.written)}", 1)
            [wrong] = [other for other in mark_calculation(above + damaged).formulas if other.is_right is False]
            assert (wrong.line, wrong.mistakes[0].partition(":")[0]) == (formula.line, mistake)
