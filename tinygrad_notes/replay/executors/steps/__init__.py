"""Working a plan step by step in compiled loops, which suits graphs of neurons.

`run` writes the plan down as integers and is the executor, `loops` works them.
"""
