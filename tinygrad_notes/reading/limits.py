"""How much of a note is read, all in one place: so each note ends in time in proportion to its length.

No page worked by hand comes near these bounds. What goes beyond one is listed with its place.
"""

from __future__ import annotations

LONGEST_NOTE = 2_000_000  # characters
LARGEST_NOTEBOOK = 64_000_000  # bytes of its file: pictures, which are not read, are most of it
MOST_TOKENS_OF_NOTE = 200_000  # numbers, names and signs; what stands behind them is not read

LONGEST_PIECE = 100_000  # characters of one formula or line
MOST_TOKENS = 20_000  # of one formula or line
LONGEST_CHAIN = 100  # members
DEEPEST = 60  # brackets within brackets
DEEPEST_TREE = 200  # operations within operations: a sum of two hundred terms
LONGEST_NAME = 60  # characters

LONGEST_FORMULA = 10_000  # characters between brackets, or from the beginning of an environment to its end in Markdown
MOST_LINES = 200  # of an environment in Markdown

MOST_COMMANDS = 200  # of LaTeX that the note defines
LONGEST_COMMAND = 500  # characters of what one stands for, or of an argument
DEEPEST_COMMAND = 8  # commands in what commands stand for

LARGEST_ARRAY = 10_000  # elements
MOST_STEPS = 10_000  # of numbers, in one operation of two arrays: a product of matrices of 21 rows and columns

MOST_GENERAL = 200  # lines of a note whose formulas without numbers are judged
MOST_FITS = 30_000  # comparisons of numbers that stand by themselves with formulas without a number
