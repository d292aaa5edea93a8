"""The five study notes behind this project, made runnable.

| note | module | what it shows |
|---|---|---|
| A | `delta_rule` | the delta rule's identities, on any numbers, in both conventions for W |
| B | `worked_example` | a 3-3-1 network worked by hand, rebuilt and marked number by number |
| C | `xor` | XOR learned in 10,000 epochs, and what a derivative is |
| D | `training_loop` | forward, loss, backward, update: every term of the glossary with its number |
| E | `jacobians` | all six Jacobians of a 1-6-7-2 network, three ways |
"""
