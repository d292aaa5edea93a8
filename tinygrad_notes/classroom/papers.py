"""Papers: what each student handed in, marked, whatever the key is: one page for all, or a set of exercises."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from pathlib import Path

from tinygrad_notes.classroom.answers import mark_answers, read_answers
from tinygrad_notes.classroom.key import StudentExercise, is_key, read_key
from tinygrad_notes.errors import WorksheetError
from tinygrad_notes.number_systems.symbols import visible
from tinygrad_notes.worked.claims import read_claims
from tinygrad_notes.worked.marks import Mark, Marking
from tinygrad_notes.worked.page_files import is_calculation
from tinygrad_notes.worked.sheet import NumbersOnPaper
from tinygrad_notes.worked.worksheet_file import mark_file, read_worksheet

MARKED, PARTLY, REPEATED, REFUSED, MISSING = STATUSES = ("marked", "partly", "repeated", "refused", "missing")
"""Partly marked: single numbers cannot be read. Repeated: an earlier file answers the exercise, and counts."""
Asked = Mapping[str, tuple[str, ...]]
"""By the name of each quantity that is asked, the labels of its numbers."""
SUFFIXES = (".toml", ".calc")
"""Of files of answers."""


@dataclass(frozen=True, slots=True)
class Paper:
    """A student's answers and what came of them.

    Attributes:
        file: the name of the file in the folder of answers; "" where nothing was handed in.
        id: of the exercise; where one page is the key for all, the file's name.
        name: the student's.
        status: one of `STATUSES`.
        marking: the marks; None where there are none.
        asked: what was asked.
        points: of whole quantities, by the key.
        reason: why the paper was not marked, or not all of it.
    """

    file: str
    id: str
    name: str
    status: str = MARKED
    marking: Marking | None = None
    asked: Asked = field(default_factory=dict)
    points: Mapping[str, Fraction] = field(default_factory=dict)
    reason: str = ""


class ClassKey(ABC):
    """A key that marks the papers of a class.

    Attributes:
        title: what the key calls the work; "" where it says nothing.
        asked: what is asked.
    """

    title = ""
    asked: Asked

    @property
    def names(self) -> list[str]:
        """The quantities that are asked."""
        return list(self.asked)

    @abstractmethod
    def paper(self, path: Path, file: str) -> Paper:
        """The paper in a file, called `file` in the folder of answers; whatever a student wrote, it does not raise."""

    def missing(self) -> Iterator[Paper]:
        """The papers that were not handed in, as far as the key knows."""
        return iter(())


def read_class_key(path: Path) -> ClassKey:
    """The key in a file; raises WorksheetError for a file that is none."""
    return _SetKey(path) if is_key(path) else _calculation_key(path) if is_calculation(path) else _worksheet_key(path)


def label_of(mark: Mark) -> str:
    """What a mark's number is called on the page; the lines of a calculation call it otherwise than the graph does."""
    return getattr(mark, "name", "") or mark.quantity


def name_from(file: str) -> str:
    """A student's name as the file's name tells it, and as a learning platform names the folder of a submission.

    Example:
        >>> name_from("Ada Lovelace.toml"), name_from("Ada Lovelace_1815_assignsubmission_file/answers.toml")
        ('Ada Lovelace', 'Ada Lovelace')
    """
    folder, _, name = file.rpartition("/")
    found = re.match(r"(.+?)_\d+_assignsubmission_", folder.rpartition("/")[2])
    return visible(found[1] if found else name.rpartition(".")[0] or name)


class _PageKey(ClassKey):
    """One page for all: answers are files with its `suffix`, and `mark` marks one of them."""

    def __init__(self, asked: Asked, suffix: str, mark: Callable[[Path], Marking]) -> None:
        self.asked, self._suffix, self._mark = asked, suffix, mark

    def paper(self, path: Path, file: str) -> Paper:
        paper = Paper(file, file.rpartition(".")[0], name_from(file), asked=self.asked)
        return _marked(paper, path, self._mark, self._suffix)


def _worksheet_key(path: Path) -> ClassKey:
    """A worksheet asks for what it claims itself; where it claims nothing, for all that is worked out."""
    key = read_worksheet(path, needs_claims=False)
    claims = read_claims(key.sheet, key.claims, key.signs, [])
    asked = _asked(key.sheet, {claim.label for claim in claims})
    return _PageKey(asked, ".toml", lambda answers: mark_file(answers, key))


def _calculation_key(path: Path) -> ClassKey:
    """A page of calculation lines; what it asks for is found as for a worksheet."""
    from tinygrad_notes.worked import calculation  # loads NumPy

    key = calculation.read_calculation_file(path)
    asked = _asked(key.sheet(), set(map(label_of, calculation.mark_calculation(key))))
    return _PageKey(asked, ".calc", lambda answers: calculation.mark_calculation_file(answers, key))


class _SetKey(ClassKey):
    """A set of exercises, one for each student."""

    def __init__(self, path: Path) -> None:
        self._key = read_key(path)
        self.title = self._key.title
        self._by_name = {exercise.student: exercise for exercise in self._key.exercises}
        questions = self._key.questions
        sheet = replace(self._key.exercises[0]).sheet  # all have the same numbers by name
        labels = _asked(sheet, set())
        self.asked = {question.quantity: labels[question.quantity] for question in questions}
        self._points = {question.quantity: Fraction(str(question.points)) for question in questions}
        self._marked: dict[str, str] = {}  # by exercise, the file that answers it
        self._seen: set[str] = set()  # the exercises that some file answers, be it of use or not

    def paper(self, path: Path, file: str) -> Paper:
        whose = self._named_by(path)
        nobody = Paper(file, "", name_from(file), asked=self.asked, points=self._points)
        paper = self._of(whose, file) if whose else nobody

        def mark(path: Path) -> Marking:
            nonlocal paper
            answers = read_answers(path)
            named = self._by_name.get(answers.student)  # a paper of a foreign exercise is still theirs
            paper = self._of(named or self._key.exercise(answers.exercise), file)
            return mark_answers(answers, self._key)

        marked = _marked(paper, path, mark)
        done = replace(paper, status=marked.status, marking=marked.marking, reason=marked.reason)
        return self._once(done)

    def _of(self, exercise: StudentExercise, file: str) -> Paper:
        return Paper(file, exercise.id, exercise.student, asked=self.asked, points=self._points)

    def _named_by(self, path: Path) -> StudentExercise | None:
        """The exercise that the file's name tells, for a file that does not say it itself."""
        named = [one for one in self._key.exercises if one.file and path.stem.startswith(one.file)]
        return max(named, key=lambda one: len(one.file), default=None)

    def _once(self, paper: Paper) -> Paper:
        """The paper, without marks where an earlier file has answered its exercise."""
        self._seen.add(paper.id)
        earlier = self._marked.setdefault(paper.id, paper.file) if paper.marking is not None else paper.file
        if earlier == paper.file:
            return paper
        reason = f"not counted, for {visible(earlier)} answers the same exercise and counts; keep only one of them"
        return replace(paper, status=REPEATED, marking=None, reason=reason)

    def missing(self) -> Iterator[Paper]:
        for exercise in self._key.exercises:
            if exercise.id not in self._seen:
                yield replace(self._of(exercise, ""), status=MISSING, reason="nothing was handed in")


def _asked(sheet: NumbersOnPaper, labels: set[str]) -> dict[str, tuple[str, ...]]:
    """The numbers of a sheet by quantity: those with these labels, or all where there are none."""
    asked = {
        name: tuple(value.label for value in quantity.elements if not labels or value.label in labels)
        for name, quantity in sheet.quantities.items()
    }
    return {name: some for name, some in asked.items() if some}


def _marked(paper: Paper, path: Path, mark: Callable[[Path], Marking], suffix: str = ".toml") -> Paper:
    """The paper with the marks of its file, or with the reason why there are none."""
    try:
        _check(path, suffix)
        return replace(paper, marking=mark(path))
    except WorksheetError as problem:
        reason = "; ".join(problem.problems) or str(problem)
        status = PARTLY if problem.marking is not None else REFUSED
        told = reason.replace(visible(str(path)), visible(paper.file))
        return replace(paper, status=status, marking=problem.marking, reason=told)
    except Exception as problem:  # whatever a stranger's file brings about, the others are marked
        said = " ".join(f"{type(problem).__name__}: {visible(str(problem))}".split())
        return replace(paper, status=REFUSED, reason=f"the marker failed ({said[:200]}); please report this line")


def _check(path: Path, suffix: str) -> None:
    """Raise WorksheetError for what is no file of answers: opening it may never end, or show another's file."""
    if path.is_symlink():
        raise WorksheetError("a link, which is not followed")
    if not path.is_file():
        raise WorksheetError("not a file that can be read")
    if path.suffix.lower() != suffix:
        raise WorksheetError(f"answers to this key stand in a file that ends in {suffix}; if it holds them, rename it")
