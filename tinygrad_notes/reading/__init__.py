"""Notes as they stand: found, read, worked and marked.

repair             text that was decoded wrongly is put right
pieces, going_on   where the mathematics of a note stands, and what belongs together; code_cells: its Python;
                   tables; piece: one of them
tokens, scripts    what LaTeX, Markdown and plain text write; numbers: its numbers; notation: the tables of it
formulas, parsing  one member of a chain as a tree; grammar: what lark knows
chains, prose      what a note sets equal, in formulas and among words
arithmetic         members of numbers alone, worked out
naming             chains as calculation lines; named_lines, writing: these lines, written out
general_formulas   formulas without numbers, judged at random numbers: general_rows, index_notation, ranks of letters,
                   elements_of_vectors, update_rules
substitution       the numbers put into a formula, checked against those of the page
note, note_marks   a note, and its marks; judged_formulas: the signs of its formulas
note_file, note_files, note_report, note_page    where notes come from, and where marks go
"""

KINDS = {".md": "markdown", ".markdown": "markdown", ".txt": "markdown", ".tex": "latex", ".ipynb": "notebook"}
"""The kind of note by the ending of its file; here, so that a command can ask without loading a reader."""
