"""How well are notes read and marked? Random notes in many notations, honest ones and ones with a slip planted.

    python benchmarks/notes.py [--notes 1000] [--seed 0] [--show 3]

A claim is read if a mark stands at its place. A planted slip lies outside all that the claims above can lead to when
each may stand for any number that rounds to it, and away from the exact number. It is found if a mark at its place
says so. `random_notes.py` and `note_notations.py` make the notes, and know nothing of the reader or the marker.
"""

from __future__ import annotations

import argparse
import random
import tempfile
import time
from collections import Counter
from pathlib import Path

from note_notations import CLAIM, NOTATIONS
from random_notes import Page, random_layers, random_page

from tinygrad_notes.reading.note_file import NoteFile
from tinygrad_notes.reading.note_files import read_note_file

WRONG = ("slip", "misprint")
COLUMNS = ["claims", "read", "honest notes", "false slips", "planted slips", "found and placed", "slips elsewhere"]


def written_note(folder: Path, notation: str, page: Page, seed: int) -> tuple[NoteFile, dict[int, int]]:
    """The note read, and the place of each claim in what was read."""
    suffix, writer = NOTATIONS[notation]
    text = writer(page, random.Random(seed))
    path = folder / f"note{suffix}"
    if suffix == ".ipynb":
        text = text.replace("\\u0001", "\x01").replace("\\u0002", "\x02").replace("\\u0003", "\x03")
    path.write_text(CLAIM.sub(r"\2", text), encoding="utf-8")
    file = read_note_file(path)
    places: dict[int, int] = {}
    at = 0
    for claim in CLAIM.finditer(text):
        if suffix == ".ipynb":  # what is read is made of the cells' sources, and the claims stand in their order
            at = file.note.text.index(f"# {claim[2]}", at) + 2
            places[int(claim[1])] = at
        else:
            places[int(claim[1])] = len(CLAIM.sub(r"\2", text[: claim.start()]))
    return file, {k: place + (file.note.text[place] == "-") for k, place in places.items()}


def slip(page: Page, rng: random.Random) -> tuple[int, str] | None:
    """A claim and a wrong number for it that honest rounding does not lead to."""
    exact: list[float] = []
    for step in page.steps:
        exact.append(step.work(*(exact[k] for k in step.reads)))
    at = rng.choice(page.claims())
    unit = 10.0**-page.decimals
    written = f"{float(page.written[at]) + rng.choice([-1, 1]) * unit * 10 ** rng.uniform(0.2, 3):.{page.decimals}f}"
    lo, hi = page.reach(at)
    far = float(written) < lo - unit or float(written) > hi + unit
    return (at, written) if far and abs(float(written) - exact[at]) > unit else None


def one_note(folder: Path, notation: str, seed: int) -> tuple[Counter[str], list[str]]:
    rng = random.Random(seed)
    counts: Counter[str] = Counter()
    shown: list[str] = []
    page = (random_layers if notation == "matrices" else random_page)(rng).worked({})
    file, places = written_note(folder, notation, page, seed)
    marked = {mark.start: mark for mark in file.note.marks}
    counts["claims"] += len(places)
    counts["read"] += sum(place in marked for place in places.values())
    false = [mark for mark in file.note.marks if mark.verdict in WRONG]
    counts["honest notes"] += 1
    counts["false slips"] += len(false)
    if false or any(place not in marked for place in places.values()):
        shown.append(file.note.text)
    planted = slip(page, rng)
    if planted:
        at, number = planted
        file, places = written_note(folder, notation, page.worked({at: number}), seed)
        wrong = [mark.start for mark in file.note.marks if mark.verdict in WRONG]
        counts["planted slips"] += 1
        counts["found and placed"] += places[at] in wrong
        counts["slips elsewhere"] += any(start != places[at] for start in wrong)
        if wrong != [places[at]]:
            shown.append(f"{page.steps[at].name} = {number} planted:\n{file.note.text}")
    return counts, shown


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--notes", type=int, default=1000)
    arguments.add_argument("--seed", type=int, default=0)
    arguments.add_argument("--show", type=int, default=0, help="print so many notes that were not read or judged right")
    chosen = arguments.parse_args()
    by_notation = {notation: Counter[str]() for notation in NOTATIONS}
    shown: list[str] = []
    started = time.process_time()
    with tempfile.TemporaryDirectory() as folder:
        for seed in range(chosen.seed, chosen.seed + chosen.notes):
            notation = list(NOTATIONS)[seed % len(NOTATIONS)]
            counts, bad = one_note(Path(folder), notation, seed)
            by_notation[notation].update(counts)
            shown += [f"--- {notation}, seed {seed}\n{text}" for text in bad]
    print(f"{chosen.notes} notes in {time.process_time() - started:.0f} s of CPU\n")
    print(f"| notation | {' | '.join(COLUMNS)} |\n|---|{'--:|' * len(COLUMNS)}")
    for notation, counts in [*by_notation.items(), ("**all**", sum(by_notation.values(), Counter()))]:
        print(f"| {notation} | {' | '.join(str(counts[column]) for column in COLUMNS)} |")
    print("\n\n".join(shown[: chosen.show]))


if __name__ == "__main__":
    main()
