"""Handing on, in and out: networks, recorded programs, formulas and tables for other tools.

networks, torch_networks, sklearn_networks   the layers of a network as arrays, modules and estimators
programs, lines, c                           recorded programs, as straight lines of code
libraries                                    a library, imported when it is first used
"""
