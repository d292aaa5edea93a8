"""Derivatives of every order and in every mode, and the tools to see and check them.

reverse     `gradients`: the reverse pass over Values, so that its results can be differentiated again; and forward
modes       `grad`, `jacobian`, `hessian`, `jvp`, … of functions of numbers, lists and arrays
rows        whole Jacobians and Hessians in one sweep
quotients   the definition of a derivative, made visible
checking    rules compared with one another and with quotients
anomaly     where the first nan or infinity came from
detached    computing without building a graph
"""
