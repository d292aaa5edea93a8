"""Notes as they stand: found, read, worked and marked.

repair             text that was decoded wrongly is put right
pieces, lines      where the mathematics of a note stands, and lines that belong together; code_cells: its Python;
                   tables; piece: one of them
tokens, scripts    what LaTeX, Markdown and plain text write; numbers: its numbers; notation: the tables of it
formulas, parsing  one member of a chain as a tree; grammar: what lark knows; two_readings: divisions that have two
chains, prose      what a note sets equal, in formulas and among words
arithmetic         members of numbers alone, worked out
naming             chains as calculation lines; named_lines, writing: these lines, written out
general_formulas   formulas without numbers, judged at random numbers: general_rows, index_notation, ranks of letters,
                   elements_of_vectors, layers, update_rules
substitution       the numbers put into a formula, checked against those of the page
note, note_marks   a note, and its marks; unsure: wrong claims that rest on a number which may be the wrong one
kinds              which files are notes
note_file, note_files, note_report, note_page, written_back    where notes come from, and where marks go
"""
