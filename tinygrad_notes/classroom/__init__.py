"""A class: a set of exercises, one for each student, and the key that marks them all."""

from tinygrad_notes.classroom.answers import Answers, mark_answers, read_answers
from tinygrad_notes.classroom.key import Key, Question, StudentExercise, read_key

__all__ = ["Answers", "Key", "Question", "StudentExercise", "mark_answers", "read_answers", "read_key"]
