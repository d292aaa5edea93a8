"""Handing on, in and out: networks, recorded programs, formulas and tables for other tools.

networks    the layers of a network as arrays, as modules of PyTorch, as estimators of scikit-learn
libraries   importing a library when it is first used, and the error that says how to install it
"""
