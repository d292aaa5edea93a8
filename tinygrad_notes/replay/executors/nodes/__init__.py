"""Working a graph node by node, which suits graphs in which hardly two neurons share their inputs.

`encoding` writes a graph down as integers, a dozen bytes a node; `routines` has the rules of the table as instructions,
`order` the order of the nodes, `loops` what works them, and `run` the executor.
"""
