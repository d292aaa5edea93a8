"""The secret: ids and numbers follow from it, and nothing leads back."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
from pathlib import Path

import pytest

from tinygrad_notes.classroom.secret import Draws, Secret, checked, keep_secret, new_secret, read_secret
from tinygrad_notes.errors import UnusableError

WORDS = "a secret of a teacher"


def test_an_id_is_an_hmac_of_the_set_and_the_student() -> None:
    """Held against the algorithm as it is written down, step by step."""
    master = hashlib.pbkdf2_hmac("sha256", WORDS.encode(), b"tinygrad-notes exercises", 200_000)
    mac = hmac.new(master, json.dumps(["id", "set", "Ada"]).encode(), hashlib.sha256).digest()
    letters = base64.b32encode(mac[:10]).decode().lower()
    assert Secret(WORDS).id_of("set", "Ada").replace("-", "") == letters


def test_numbers_are_words_of_hmac_in_counter_mode() -> None:
    seed = b"seed"
    blocks = b"".join(hmac.new(seed, i.to_bytes(8, "big"), hashlib.sha256).digest() for i in range(3))
    words = [int.from_bytes(blocks[at : at + 8], "big") for at in range(0, len(blocks), 8)]
    draws = Draws(seed)
    assert [draws.below(1000) for _ in words] == [word % 1000 for word in words]


def test_draws_are_even() -> None:
    draws = Draws(b"even")
    counts = [0] * 7
    for _ in range(7000):
        counts[draws.below(7)] += 1
    assert sum((count - 1000) ** 2 / 1000 for count in counts) < 22.5  # chi-squared, 6 degrees, 0.1 %


def test_another_student_set_or_secret_has_another_id() -> None:
    secret = Secret(WORDS)
    ids = {secret.id_of("set", "Ada"), secret.id_of("set", "Alan"), secret.id_of("other", "Ada"),
           Secret(WORDS + "!").id_of("set", "Ada"), secret.id_of("setA", "da")}  # fmt: skip
    assert len(ids) == 5


@pytest.mark.skipif(os.name != "posix", reason="permissions of POSIX")
@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604, 0o660, 0o620])
def test_a_secret_that_others_can_read_is_refused(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "secret.txt"
    path.write_text(WORDS)
    path.chmod(mode)
    with pytest.raises(UnusableError) as refused:
        read_secret(path)
    assert f"(mode {mode:04o})" in str(refused.value)
    assert "chmod 600" in str(refused.value)
    assert WORDS not in str(refused.value)
    path.chmod(0o600)
    assert read_secret(path) == WORDS


def test_a_new_secret_is_kept_for_its_owner_alone(tmp_path: Path) -> None:
    words, path = new_secret(), tmp_path / "key" / "secret.txt"
    keep_secret(path, words)
    assert read_secret(path) == words
    assert os.name != "posix" or path.stat().st_mode & 0o777 == 0o600
    with pytest.raises(FileExistsError):
        keep_secret(path, "another secret")
    assert words != new_secret()


@pytest.mark.parametrize("words", ["", "short", " " * 40, "x" * 20_000])
def test_a_secret_that_could_be_guessed_is_refused(words: str) -> None:
    with pytest.raises(UnusableError, match="12 to 10,000 characters"):
        checked(words, "here")
