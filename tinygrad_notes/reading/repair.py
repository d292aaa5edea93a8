"""Putting wrongly decoded text right.

UTF-8 that was read under a one-byte encoding shows `Î´â‚‚` for δ₂. Each character of UTF-8 has become a run of two to
four characters, so each run that encodes to one valid character is put back. Some encodings have no character for
some bytes, and software drops these: `â‚` alone may be ₁. The report says what was guessed so.

Sound text can hold such runs by chance, so text is only touched where most of what is not ASCII lies in them.

Example:
    >>> repaired("Î´â‚‚ = 0.5 â‰ˆ Î·")
    Repair(text='δ₂ = 0.5 ≈ η', encoding='cp1252', guessed=())
    >>> repaired("2/√π ≈ 1.128").encoding is None
    True
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

ENCODINGS = ("cp1252", "cp1254", "mac_roman")
_LEAST_SHARE = 0.6  # garbled notes have 0.79 to 1 of their non-ASCII characters in runs, 192 sound files 0.143 at most
_FEW_RUNS = 5
_LOST = bytes([0x90, 0x8E, 0x8F, 0x9D, 0x8D, 0x81, 0x9E])  # bytes without a character in cp1252 or cp1254

_LIKELY: Mapping[bytes, bytes] = {
    b"\xe2\x82": b"\x81",  # ₁
    b"\xe2\x80": b"\x9d",  # ”
    b"\xe2\x86": b"\x90",  # ←
    b"\xe2\x88": b"\x9e",  # ∞
    b"\xe2\x94": b"\x90",  # ┐
    b"\xef\xb8": b"\x8f",  # the mark that makes a picture of the digit before it
    b"\xcf": b"\x81",  # ρ
}
"""The byte that was likely lost after these, one character of mathematics or of typing for each."""


@dataclass(frozen=True)
class Repair:
    """A text, put right where it had to be.

    Attributes:
        text: the text to read; it has as many lines as before.
        encoding: under which the text had been read wrongly; None where it was left as it is.
        guessed: the characters of which a byte was lost, each as its line (from 1) and the character.
    """

    text: str
    encoding: str | None = None
    guessed: tuple[tuple[int, str], ...] = ()


def repaired(text: str) -> Repair:
    """`text` with wrongly decoded characters put right; unchanged where it is sound."""
    if text.isascii():
        return Repair(text)
    foreign = sum(not character.isascii() for character in text)
    encoding = max(ENCODINGS, key=lambda encoding: _in_runs(text, encoding))
    if _in_runs(text, encoding) < _LEAST_SHARE * foreign or _by_chance(text, encoding):
        return Repair(text)
    parts: list[str] = []
    guessed: list[tuple[int, str]] = []
    line = 1
    for part, character, is_guess in _runs(text, encoding):
        parts.append(character or part)
        if is_guess:
            guessed.append((line, character))
        line += part == "\n"
    return Repair("".join(parts), encoding, tuple(guessed))


def _by_chance(text: str, encoding: str) -> bool:
    """Whether there are only a few runs, all of letters like ù: under Mac Roman `√π` is one, and sound mathematics."""
    if encoding != "mac_roman":
        return False
    characters = [character for _, character, is_guess in _runs(text, encoding) if character and not is_guess]
    return len(characters) < _FEW_RUNS and all(
        0xC0 <= ord(character) < 0x250 and character != "×" for character in characters
    )


def _in_runs(text: str, encoding: str) -> int:
    """How many characters lie in runs that decode without a guess."""
    return sum(len(part) for part, character, is_guess in _runs(text, encoding) if character and not is_guess)


def _runs(text: str, encoding: str) -> Iterator[tuple[str, str, bool]]:
    """The text in parts: single characters with "", and runs with the character that each stands for."""
    bytes_of = _byte_table(encoding)
    at = 0
    while at < len(text):
        length, character, is_guess = _run_at(text, at, bytes_of)
        yield text[at : at + length], character, is_guess
        at += length


def _run_at(text: str, at: int, bytes_of: Mapping[str, int]) -> tuple[int, str, bool]:
    """How many characters the run here has, what it stands for ("" for nothing), and whether that is a guess."""
    lead = bytes_of.get(text[at], 0)
    count = 2 if 0xC2 <= lead < 0xE0 else 3 if 0xE0 <= lead < 0xF0 else 4 if 0xF0 <= lead < 0xF5 else 0
    if not count:
        return 1, "", False
    run = bytes(bytes_of.get(character, 0) for character in text[at : at + count])
    if character := _decoded(run):
        return count, character, False
    start = run[: count - 1]
    if start in _LIKELY and (character := _decoded(start + _LIKELY[start])):
        return len(start), character, True
    if count == 4:  # pictures of faces and hands, in which any of the lost bytes may stand
        for place in (2, 3):
            for byte in _LOST:
                if character := _decoded(run[:place] + bytes([byte]) + run[place:3]):
                    return 3, character, True
    return 1, "", False


def _decoded(run: bytes) -> str:
    try:
        character = run.decode()
    except UnicodeDecodeError:
        return ""
    return character if len(character) == 1 else ""


@cache
def _byte_table(encoding: str) -> dict[str, int]:
    """The byte from 0x80 on of each character that the encoding has; control characters stand for themselves."""
    table = {chr(byte): byte for byte in range(0x80, 0xA0)}
    for byte in range(0x80, 0x100):
        try:
            table[bytes([byte]).decode(encoding)] = byte
        except UnicodeDecodeError:
            continue
    return table
