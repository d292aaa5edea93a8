"""Numbers that a note gives without what they come from: they are claims and givens, and say nothing of a gradient."""

from __future__ import annotations

import pytest

from tinygrad_notes.reading.note import Note, read_note

WRONG = {"slip", "misprint", "rounding"}
GIVEN = "$w = 0.5$, $x = 2$, $y = 0$.\n\n"


def wrong(note: Note) -> list[str]:
    return [mark.claimed for mark in note.marks if mark.verdict in WRONG]


def judged(note: Note) -> list[str]:
    return [mark.claimed for mark in note.marks]


def listed(note: Note) -> list[str]:
    return [text for _, text in note.unread]


@pytest.mark.parametrize("z", ["z = 0.5 \\cdot 2 = 1", "z = 1"])
def test_no_gradient_goes_through_a_number_of_which_the_note_does_not_say_what_it_is_of(z: str) -> None:
    note = read_note(f"{GIVEN}${z}$, $L = (z - y)^2 = 1$, $dL/dz = 2.1$, $dL/dw = 4$, $dL/dx = dL/dz \\cdot w = 1$.")
    assert wrong(note) == ["2.1"]
    assert judged(note)[-1] == "1"  # of its own formula
    assert listed(note) == ["dL/dw … 4"]


def test_a_sum_of_numbers_hides_what_it_is_of() -> None:
    """S depends on z: the derivative that the engine could take through p alone is another one."""
    note = read_note(
        "$z = 1$, $e^z = 2.7183$, $S = 2.7183 + 1 = 3.7183$, $p = e^z / S = 0.7311$, $L = -\\ln p = 0.3133$, "
        "$dL/dz = p - 1 = -0.2689$."
    )
    assert wrong(note) == []
    assert "-0.2689" in judged(note)


@pytest.mark.parametrize(
    ("text", "claims"),
    [
        ("z = 2*3. Then z = 7", ["7"]),
        ("z = 2*3\n\nz = 6\n\nz = 7", []),
        ("z = 2*3 = 6. Then z = 7", []),
        ("z = 2*3. Then z = 6", []),
    ],
)
def test_a_bare_number_after_numbers_put_in_is_their_claim(text: str, claims: list[str]) -> None:
    note = read_note(text)
    assert wrong(note) == claims
    assert bool(claims or "7" not in text) != (listed(note) == ["z = 7"])  # judged or listed


def test_another_number_than_above_is_told_as_such() -> None:
    note = read_note(f"{GIVEN}$z = w x = 1$. Then $z = 7$.")
    assert [(one.text, one.reason) for one in note.left] == [("z = 7", "another number than elsewhere in the note")]


@pytest.mark.parametrize(("second", "claims"), [("0.5250", []), ("0.6457", ["0.6457"])])
def test_numbers_alone_may_come_to_another_number_each_time(second: str, claims: list[str]) -> None:
    note = read_note(
        f"Neuron 1: z = 0.5*1 + 0.1 = 0.6, a = σ(z) = 0.6457.\n\nNeuron 2: z = 0.2*1 - 0.1 = 0.1, a = σ(z) = {second}."
    )
    assert wrong(note) == claims
    assert len(judged(note)) == 4


@pytest.mark.parametrize(
    "text", ["z = 0.1·0.5 + … + 0.3·0.2 = 0.17", "0.1·0.5 + ... - 0.3·0.2 = 0.17", "1/kWh · 2 … / 3 = 0.2"]
)
def test_the_end_of_a_sum_is_not_the_sum(text: str) -> None:
    note = read_note(text)
    assert judged(note) == []
    assert note.counts()["left"] == 1


def test_softmax_of_numbers_is_worked_out() -> None:
    assert wrong(read_note("p = softmax([2.0, 1.0, 0.1]) = [0.659, 0.242, 0.199]")) == ["0.199"]


def test_a_number_that_was_rounded_is_no_given() -> None:
    note = read_note(f"{GIVEN}$z \\approx 1.02$, $L = (z - y)^2 = 1.04$, $dL/dz = 2.04$, $dL/dw = 4$.")
    assert judged(note) == ["1.04", "2.04"]
    assert listed(note) == ["z … 1.02", "dL/dw … 4"]


def test_a_function_that_is_another_one_elsewhere_is_not_used() -> None:
    note = read_note("$f(x) = x^2$: $f(2) = 4$, $f'(2) = 4$.\n\n$f(x) = 3x$: $f(2) = 6$, $f'(2) = 3$.")
    assert judged(note) == []
    assert listed(note) == ["f(2) = 4", "f'(2) = 4", "f(2) = 6", "f'(2) = 3"]


def test_fractions_of_whole_numbers_are_givens() -> None:
    note = read_note("$w = \\frac12$, $x = -\\frac{3}{4}$, $b = 1/8$, $z = w x + b = -0.35$")
    assert note.calculation_lines.splitlines() == ["w = 1/2", "x = -(3/4)", "b = 1/8", "z = w*x + b   # -0.35"]
    assert wrong(note) == ["-0.35"]


@pytest.mark.parametrize(
    ("note", "claims"),
    [
        ("- `v = weird*2 = 3`\n- `t = v + 1 = 5`", []),  # v or t
        ("- `v = weird*2 = 3`\n- `s = 2*v = 6`\n- `t = v + 1 = 5`", ["5"]),  # s vouches for v
        ("- `v = weird*2 = 1.5*2 = 3`\n- `t = v + 1 = 5`", ["5"]),  # so does the arithmetic
        ("- `v = weird*2 = 1.5*2 = 4`\n- `t = v + 1 = 4`", ["4"]),  # v is wrong, and t goes on from the right one
    ],
)  # fmt: skip
def test_a_number_that_nobody_could_work_out_may_be_the_wrong_one(note: str, claims: list[str]) -> None:
    read = read_note(note)
    assert wrong(read) == claims
    assert all(mark.start < note.index("`t") for mark in read.marks if mark.verdict in WRONG) or claims == ["5"]


def test_the_right_number_may_be_put_in_for_one_that_is_wrong_on_the_page() -> None:
    note = read_note("$b = \\text{old} - 0.1 g = 0.25 + 0.025 = 0.225$, $q = b \\cdot 2 = 0.275 \\cdot 2 = 0.55$")
    assert wrong(note) == ["0.225"]


def test_a_bare_number_of_a_gradient_and_a_formula_of_it_with_another_are_both_judged() -> None:
    note = read_note(f"{GIVEN}$z = w x = 1$, $L = z^2 = 1$, $dL/dw = 4$, $dL/dw = 2 z x = 5$")
    assert wrong(note) == ["5"]
    assert listed(note) == []


# A number given anew ------------------------------------------------------------------------------------

UPDATE = "w = 0.4, x = 2, g = 3.\n\nz = w x = 0.8\n\nw = w - 0.1 g = 0.1\n\n"


@pytest.mark.parametrize(
    ("text", "claims"),
    [
        ("Now start again with w = 0.5. z = w x = 1.0", []),
        ("Now start again with w = 0.5. z = w x = 1.0. L = z^2 = 1.3", ["1.3"]),
        ("Now start again with w = 0.5. z = w x = 1.2", []),  # w or z: nothing says which
        ("Now w = 0.11. z = w x = 0.2", []),  # the number of before is meant
        ("So w = 0.10. z = w x = 0.3", ["0.3"]),  # the same number
    ],
)
def test_text_may_give_a_name_anew(text: str, claims: list[str]) -> None:
    assert wrong(read_note(UPDATE + text)) == claims


def test_a_number_given_anew_is_told() -> None:
    note = read_note(f"{UPDATE}Now start again with w = 0.5. z = w x = 1.0")
    assert [(one.text, one.reason) for one in note.left] == [("w … 0.5", "another number than elsewhere in the note")]
