"""The teacher's secret: from it, and a student's name, follow the id of an exercise and the numbers in it.

Everything is HMAC-SHA256, so whoever does not have the secret learns nothing from an id, and the same secret gives the
same set on every machine and with every Python:

    master = PBKDF2-HMAC-SHA256(secret, "tinygrad-notes exercises", 200,000 rounds)
    id     = the first 80 bits of HMAC(master, ["id", set, student]), in base 32
    seed   = HMAC(master, ["numbers", set, student])
    words  = HMAC(seed, 0), HMAC(seed, 1), …, each cut into four numbers of 64 bits
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
import secrets
import stat
from collections.abc import Iterator
from pathlib import Path

from tinygrad_notes.errors import UnusableError
from tinygrad_notes.number_systems.symbols import visible

VARIABLE = "TINYGRAD_NOTES_SECRET"
"""The environment variable that may hold the secret."""
LEAST, MOST = 12, 10_000  # characters
_ROUNDS = 200_000  # so that an id does not betray a secret of few letters


class Draws:
    """Numbers by chance, always the same after the same seed.

    Example:
        >>> draws = Draws(b"seed")
        >>> [draws.below(6) for _ in range(8)]
        [2, 3, 1, 4, 4, 0, 0, 4]
    """

    def __init__(self, seed: bytes) -> None:
        self._words = _words(seed)

    def below(self, count: int) -> int:
        """A whole number from 0 to count - 1, each as likely."""
        most = 2**64 - 2**64 % count
        return next(word for word in self._words if word < most) % count


def _words(seed: bytes) -> Iterator[int]:
    block = 0
    while True:
        bits = hmac.digest(seed, block.to_bytes(8, "big"), "sha256")
        yield from (int.from_bytes(bits[at : at + 8], "big") for at in range(0, 32, 8))
        block += 1


class Secret:
    """A secret, ready to make ids and numbers; it shows itself to nobody."""

    def __init__(self, words: str) -> None:
        self._master = hashlib.pbkdf2_hmac("sha256", words.encode(), b"tinygrad-notes exercises", _ROUNDS)

    def id_of(self, exercises: str, student: str) -> str:
        """The id of that student's exercise in the set that the text `exercises` describes."""
        letters = base64.b32encode(self._of("id", exercises, student)[:10]).decode().lower()
        return "-".join(letters[at : at + 4] for at in range(0, 16, 4))

    def draws(self, exercises: str, student: str) -> Draws:
        """What that student's numbers are drawn with."""
        return Draws(self._of("numbers", exercises, student))

    def _of(self, *what: str) -> bytes:
        return hmac.digest(self._master, json.dumps(what).encode(), "sha256")


def checked(words: str, where: str) -> str:
    """The secret's words without blanks around them; raises UnusableError for too few or too many."""
    stripped = words.strip()
    if not LEAST <= len(stripped) <= MOST:
        raise UnusableError(f"the secret in {where} must have {LEAST} to {MOST:,} characters, or it is guessed")
    return stripped


def read_secret(path: Path) -> str:
    """The secret in a file that only its owner can read.

    Raises UnusableError where others can read it, or where it holds no secret.
    """
    shown = visible(str(path))
    try:
        with path.open("rb") as file:
            mode = stat.S_IMODE(os.fstat(file.fileno()).st_mode)
            if os.name == "posix" and mode & 0o077:
                raise UnusableError(
                    f"{shown} can be read or changed by others (mode {mode:04o}), so it is no secret: chmod 600 {shown}"
                )
            return checked(file.read(4 * MOST + 1).decode("utf-8-sig"), shown)
    except OSError as problem:
        raise UnusableError(f"cannot read the secret in {shown}: {problem.strerror or problem}") from problem
    except UnicodeDecodeError:
        raise UnusableError(f"{shown} is not UTF-8 text, so it is no secret") from None


def new_secret() -> str:
    """A secret by chance."""
    return secrets.token_hex(32)


def keep_secret(path: Path, words: str) -> None:
    """Write a secret to a new file that only its owner can read; FileExistsError where there is one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, "x", encoding="utf-8", opener=lambda name, flags: os.open(name, flags, 0o600)) as file:
        file.write(words + "\n")
