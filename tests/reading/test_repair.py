"""Wrongly decoded text is put right, and sound text is left alone."""

import pytest

from tinygrad_notes.reading.repair import ENCODINGS, repaired

FORMULAS = "δ₂ = Wᵀ·ŷ ⊙ σ′(z₁) ≈ −0.25 × η → ∂C/∂w, Σᵢ aᵢ ≤ ½·‖x‖²"


def decoded_wrongly(text: str, encoding: str) -> str:
    """UTF-8 read under a one-byte encoding by software that drops the bytes that this does not have."""
    return text.encode().decode(encoding, errors="ignore")


@pytest.mark.parametrize(
    ("garbled", "right"),
    [
        ("Î´â‚‚ = 0.5", "δ₂ = 0.5"),
        ("Wâ‚‚áµ€", "W₂ᵀ"),
        ("0.506*0.494 â‰ˆ 0.25", "0.506*0.494 ≈ 0.25"),
        ("Å· = 0.7", "ŷ = 0.7"),
        ("0.5 √ó 0.4", "0.5 × 0.4"),
        ("z ‚Üí a", "z → a"),
        ("‚àÇL/‚àÇw", "∂L/∂w"),
    ],
)
def test_each_run_becomes_the_character_that_it_was(garbled: str, right: str) -> None:
    assert repaired(garbled).text == right


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_a_page_of_mathematics_comes_back(encoding: str) -> None:
    """Where the encoding has a character for every byte, nothing is guessed."""
    kept = "".join(
        character
        for character in FORMULAS
        if character.encode().decode(encoding, errors="ignore").encode(encoding) == character.encode()
    )
    assert len(kept) > 30
    repair = repaired(decoded_wrongly(kept, encoding))
    assert (repair.text, repair.guessed) == (kept, ())


def test_a_lost_byte_is_guessed_and_told() -> None:
    """The byte 81 of ₁ has no character in cp1252."""
    repair = repaired(
        decoded_wrongly("Î is no letter here\nδ₁ = δ₂·W₂ᵀ, η → 0".replace("Î is no letter here", "∂η"), "cp1252")
    )
    assert repair.text == "∂η\nδ₁ = δ₂·W₂ᵀ, η → 0"
    assert repair.guessed == ((2, "₁"),)


@pytest.mark.parametrize(
    "sound",
    [
        "f′(x) = ½·(a − y)², ﬁnal ≈ “0.5”",
        "2/√π ≈ 1.1283",
        "La función σ(z) = 1/(1+e⁻ᶻ), el año próximo",
        "梯度：∂C/∂a = a − y",
        "plain ASCII: z = 0.5*x",
        "",
        "Ã and © alone, and many sound ones: δ₁ δ₂ δ₃ σ η ≈ × · →",
    ],
)
def test_sound_text_is_left_alone(sound: str) -> None:
    assert repaired(sound).text == sound
    assert repaired(sound).encoding is None
