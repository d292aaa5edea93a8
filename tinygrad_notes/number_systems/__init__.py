"""Adapters through which the table of operations is read.

Each module here is a *number system*: a namespace of functions with the names that the table's rules use.
`floats` is Python's own float with IEEE 754 results, `symbols` writes formulas.
"""
