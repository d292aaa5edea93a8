"""The verdicts on a claim, and what each of them means."""

RIGHT, CARRIED, ROUNDING, SLIP = "right", "carried", "rounding", "slip"
LUCKY, MISPRINT, BLANK = "lucky", "misprint", "blank"
VERDICTS = (RIGHT, CARRIED, ROUNDING, SLIP, LUCKY, MISPRINT, BLANK)
MEANINGS = {
    RIGHT: "the exact value, or what follows from right numbers above it, rounded to its digits",
    CARRIED: "not right, but follows from the numbers above it",
    ROUNDING: "off by what rounding can do: truncated, rounded too early, or to too few digits",
    SLIP: "follows from nothing above: the mistake was made here",
    LUCKY: "right, though the numbers above it lead to another",
    MISPRINT: "wrong where it stands, but what uses it was computed from the right number",
    BLANK: "left open, not judged",
}
