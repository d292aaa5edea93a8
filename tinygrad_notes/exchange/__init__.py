"""Handing on, in and out: networks, recorded programs, formulas and tables for other tools.

networks, torch_networks   the layers of a network as arrays and estimators, and as modules
programs                   what `Program` has of all below
lines, c                   programs as straight lines of code
rows, jax, torch           programs for libraries that differentiate themselves
onnx, onnx_functions       programs' values as ONNX models
sympy                      formulas to and from SymPy
libraries                  a library, imported when it is first used; columns for pandas
"""
