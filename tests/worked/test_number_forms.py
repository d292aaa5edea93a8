"""Further forms of numbers: scripts, signs, separators and expressions."""

import pytest

from tinygrad_notes.worked.claims import ClaimError, read_claim


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("1.2•10^-3", 1.2e-3), ("1.2∙10^-3", 1.2e-3), ("1.2 ∗ 10⁻³", 1.2e-3), ("2,5·10^{-2}", 2.5e-2),
        ("3.4 e-3", 3.4e-3), ("-3 E2", -300.0),
        ("≐0.5", 0.5), ("∼ -0.5", -0.5), ("≒0.5", 0.5), ("≈ −1.2×10⁻³", -1.2e-3),
    ],
)  # fmt: skip
def test_further_forms_are_read(written: str, number: float) -> None:
    assert read_claim("z1[0]", written).number == pytest.approx(number, rel=1e-12)


@pytest.mark.parametrize(
    ("written", "instead"),
    [
        ("50 percent", 'percentage as a decimal: "0.5"'), ("12,5 pct.", '"0.125"'), ("5 per cent", '"0.05"'),
        ("1:2", '"0.5"'), ("3 ÷ 4", '"0.75"'), ("≈1/3", '"0.3333"'),
        ("0 . 5", 'without blanks: "0.5"'), ("0. 25", '"0.25"'),
        ("1’234.5", '"1234.5"'), ("1\u202f234.5", '"1234.5"'), ("1,23,456.7", '"123456.7"'),
        ("0.1\u03056\u0305", '"0.161616…"'), ("0.16\u0305", '"0.1666…"'),
        ("±0.5", '"0.5" or "-0.5"'), ("+-0.5", 'one sign: "0.5" or "-0.5"'),
        ("0.5 or 0.6", 'one number: "0.5" or "0.6"'), ("0.5–0.6", '"0.5" or "0.6"'), ("0.5 to 0.6", '"0.5" or "0.6"'),
        ("0.5=", 'alone: "0.5"'), ("0.5 (3 s.f.)", 'alone: "0.5"'), ("0.5f", 'alone: "0.5"'), ("0.5?", 'alone: "0.5"'),
        (r"\(-0.5\)", 'alone: "-0.5"'), ("5e-1!", 'alone: "5e-1"'),
        ("٣٫٥", 'digits 0 to 9: "3.5"'), ("०.२५", '"0.25"'), ("-১.৫", '"-1.5"'),
        ("√2", "what it comes to"), ("2π", "what it comes to"), ("1/√2", "what it comes to"),
        ("tanh(0.5)", "what it comes to"), ("0.5·2", "what it comes to"), ("1/2/3", "what it comes to"),
        ("1.2²", "what it comes to"),
    ],
)  # fmt: skip
def test_what_to_write_instead_is_told(written: str, instead: str) -> None:
    with pytest.raises(ClaimError) as caught:
        read_claim("z1[0]", written)
    assert instead in caught.value.reason
