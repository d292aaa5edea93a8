"""Worksheet files: a network, and what a page claims about one training step of it, in TOML.

    [network]
    activation = "sigmoid"          # or one per layer: ["tanh", "sigmoid"]
    loss = "squared_error"
    learning_rate = 0.1
    convention = "W@x"              # or "x@W"; may be left out
    x = [0.5, 0.2]                  # or a list of samples
    y = [1]
    [[network.layer]]               # one for each layer; b may be left out
    W = [[0.1, 0.2]]
    b = [0.05]
    [claims]
    z1 = ["0.14"]                   # decimals keep the digits that are written, "?" is a blank
    "dC/da1" = ["-0.988"]

`[network]` may also have `reduction = "mean"` or "sum" over the samples; without it, the loss has its usual one. Two
more keys may stand in `[network]`, in `[claims]` or at the top: `signs = "target-output"` for a page that writes δ and
∂C/∂… with the opposite sign, and `digits = 3` for a page that asks for so many significant digits.

A file of answers that is marked against a key needs [claims] alone. Anything else in it must equal the key.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from tinygrad_notes.collector import collector_paused
from tinygrad_notes.errors import WorksheetError as WorksheetError
from tinygrad_notes.names import Name
from tinygrad_notes.number_systems.symbols import visible
from tinygrad_notes.worked.claims import SIGNS, ClaimError, read_claims, shown
from tinygrad_notes.worked.marking import mark
from tinygrad_notes.worked.marks import Marking
from tinygrad_notes.worked.numerals import with_decimal_points
from tinygrad_notes.worked.rounding import Asked
from tinygrad_notes.worked.sheet import NumbersOnPaper, Sheet
from tinygrad_notes.worked.toml_text import TomlError, check_keys, one_of, parsed, sub_table, told_where
from tinygrad_notes.worked.worksheet_network import (
    KEYS,
    compare_givens,
    compare_layout,
    differs,
    left_open,
    sheet_of_network,
)

LARGEST_FILE = 1_000_000  # bytes; ten thousand claims take some 300,000
MOST_CLAIMS = 30_000  # as many wrong ones are marked and printed in some seven seconds
MOST_DIGITS = 17
_OF_THE_PAGE = ("signs", "digits")


@dataclass(frozen=True)
class Worksheet:
    """A file that was read: the right numbers, the claims as written, and the table that the network stands in.

    `notes` says how the file was read where it leaves something open.
    """

    sheet: Sheet
    claims: Mapping[str, Any]
    signs: str
    digits: int | None
    network: Mapping[str, Any]
    notes: tuple[str, ...] = ()


@collector_paused()  # what is read and marked stays
def mark_file(path: str | Path, against: str | Path | Worksheet | None = None) -> Marking:
    """Read a worksheet file and mark its claims.

    Args:
        path: the worksheet; with `against`, a file of answers, which needs nothing but [claims].
        against: the key that the answers belong to: a worksheet, or its file. Its network, inputs, targets and asked
            digits count. What it claims itself is left aside.

    Raises WorksheetError, whose text is one line with the key and its line number, where a file cannot be used, or
    where the answers take anything else as given than their key. Where only single claims cannot be read, the error
    lists them, and holds the marks of the others.
    """
    key = read_worksheet(against, needs_claims=False) if isinstance(against, str | Path) else against
    text = text_of(Path(path))
    with told_where(path, text):
        worksheet = _worksheet(text) if key is None else _answers(text, key)
    return mark_claims(
        path, text, worksheet.sheet, worksheet.claims, signs=worksheet.signs, digits=worksheet.digits,
        notes=worksheet.notes,
    )  # fmt: skip


def mark_claims(
    path: str | Path,
    text: str,
    sheet: NumbersOnPaper,
    claims: Mapping[str, Any],
    *,
    signs: str = SIGNS[0],
    digits: Asked = None,
    notes: tuple[str, ...] = (),
) -> Marking:
    """Mark the claims of a file; errors find their lines in `text`.

    Raises WorksheetError, which lists every claim that cannot be read and holds the marks of the others.
    """

    def marked(those: Mapping[str, Any]) -> Marking:
        return replace(mark(sheet, those, signs=signs, digits=digits), notes=notes)

    claims = with_decimal_points(claims)
    try:
        return marked(claims)
    except ClaimError:
        problems: list[ClaimError] = []
        read = read_claims(sheet, claims, signs, problems)
    told = [
        TomlError("claims", one.key, one.reason, subject=one.label, index=Name.parse(one.label).index)
        for one in problems
    ]
    lines = tuple(one.located(path, text) for one in told)
    others = {claim.label: claim.written for claim in read}
    # Under a name or in a shape that does not fit, nobody knows what was meant: then there are no marks.
    numbers_alone = all(one.label for one in problems)
    marking = marked(others) if others and numbers_alone else None
    more = f"; {len(lines) - 1} more cannot be read" if len(lines) > 1 else ""
    raise WorksheetError(lines[0] + more, told[0].line_in(text), lines, marking)


def read_worksheet(path: str | Path, *, needs_claims: bool = True) -> Worksheet:
    """Read a worksheet file without marking it; raises WorksheetError as `mark_file` does."""
    text = text_of(Path(path))
    with told_where(path, text):
        return _worksheet(text, needs_claims)


def text_of(path: Path, largest: int = LARGEST_FILE, what: str = "a worksheet is a page") -> str:
    """The text of a file of at most `largest` bytes; raises WorksheetError where there is none."""
    try:
        with path.open("rb") as file:
            content = file.read(largest + 1)
        if len(content) > largest:
            raise WorksheetError(f"{visible(str(path))}: {what}, not more than {largest:,} bytes")
        return content.decode("utf-8-sig")  # some editors put a mark before the first character
    except OSError as error:
        raise WorksheetError(f"{visible(str(path))}: cannot be read: {error.strerror or error}") from None
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise WorksheetError(
            f"{visible(str(path))}:{line}: not UTF-8 text, so not TOML; save the file as UTF-8", line
        ) from None


# From TOML to a sheet and claims ----------------------------------------------------------------------


def _worksheet(text: str, needs_claims: bool = True) -> Worksheet:
    content = parsed(text)
    network = sub_table(content, "network")
    claims = _claims(content, needs_claims)
    check_keys(network, KEYS, "network")
    page = _of_the_page(content)
    sheet = sheet_of_network(network)
    notes = () if "convention" in network else left_open(sheet)
    return Worksheet(sheet, claims, page.get("signs", SIGNS[0]), page.get("digits"), network, notes)


def _answers(text: str, key: Worksheet) -> Worksheet:
    """The claims of a file of answers, on the sheet of their key.

    Where the file writes a given in another way than its key, all are read in place of the key's and compared.
    """
    content = parsed(text)
    claims = _claims(content, needed=True)
    network = sub_table(content, "network", needed=False)
    check_keys(network, KEYS, "network")
    page = _of_the_page(content)
    if any(key.network.get(name) != given for name, given in network.items()):
        compare_layout(network, key.network, key.sheet.convention)
        compare_givens(sheet_of_network({**key.network, **network}), key.sheet)
    for name, given in (("signs", key.signs), ("digits", key.digits)):
        if page.get(name, given) != given:
            table = next(table for table, holds in _tables(content).items() if name in holds)
            raise differs(table, name, page[name], given)
    return Worksheet(key.sheet, claims, key.signs, key.digits, key.network)


def _claims(content: Mapping[str, Any], needed: bool) -> Mapping[str, Any]:
    check_keys(content, ("network", "claims", *_OF_THE_PAGE), "")
    claims = sub_table(content, "claims", needed=needed)
    if needed and not claims:
        raise TomlError("claims", "claims", 'there is nothing to mark; write quantities such as z1 = ["0.13"]')
    count = _count(claims)
    if count > MOST_CLAIMS:
        reason = f"a page has at most {MOST_CLAIMS:,} numbers to mark, got {count:,}: write several files"
        raise TomlError("claims", "claims", reason)
    return {key: written for key, written in claims.items() if key not in _OF_THE_PAGE}


def _count(claims: Mapping[str, Any]) -> int:
    """How many numbers stand in the claims, in lists and tables too."""
    count, waiting = 0, [*claims.values()]
    while waiting:
        written = waiting.pop()
        if isinstance(written, list | dict):
            waiting += written.values() if isinstance(written, dict) else written
        else:
            count += 1
    return count


def _tables(content: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """The tables that `signs` and `digits` may stand in, by name."""
    return {"network": content.get("network", {}), "": content, "claims": content.get("claims", {})}


def _of_the_page(content: Mapping[str, Any]) -> dict[str, Any]:
    """What the file says of `signs` and `digits`, in the first table that does."""
    found: dict[str, Any] = {}
    for name, table in _tables(content).items():
        for key in _OF_THE_PAGE:
            if key in table and key not in found:
                found[key] = table[key]
                if key == "signs" and found[key] not in SIGNS:
                    raise TomlError(name, key, one_of(found[key], SIGNS))
                if key == "digits" and (type(found[key]) is not int or not 1 <= found[key] <= MOST_DIGITS):
                    raise TomlError(name, key, f"write a whole number from 1 to {MOST_DIGITS}, not {shown(found[key])}")
    return found
