"""Number systems: what the rules of the table of operations are read over.

Each is a namespace of functions with the names that the rules use.

    floats                               Python's floats with IEEE 754 results: the eager engine
    symbols, latex, typst_math           formulas as text, LaTeX and Typst
    javascript                           the rules as JavaScript, for the player's page
    numpy_arrays, jax_arrays, complexes  arrays and complex numbers
    intervals                            closed intervals [lo, hi]: how far rounding may carry
    branches                             formulas with the side of each `where` that counts at one point
    compiled_loops, compiled_functions, compiled_angles, compiling, native    loops for Numba
    arithmetic                           what several of them share

`derivatives.over_values`, `replay.tape` and `functions` are number systems too.
"""
