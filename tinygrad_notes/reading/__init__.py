"""Notes as they stand: found, read, worked and marked.

repair            text that was decoded wrongly is put right
pieces            where the mathematics of a note stands; code_cells: its Python
tokens, scripts   what LaTeX, Markdown and plain text write; notation: the tables of it
formulas, parsing one member of a chain as a tree
chains            what a note sets equal
arithmetic        members of numbers alone, worked out
naming, writing   chains as calculation lines
note              a note, and its marks
note_files, note_report, note_page, written_back    where marks go
"""
