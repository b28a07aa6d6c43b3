"""How well partners and rights do, with what each figure is worth.

Promises:

- A proportion never stands alone: its interval says how far chance could have moved it.

Never:

- It never guesses. A figure that nothing was measured for is null.

Start here:

- `intervals`: the Wilson interval of a proportion (pure).
"""
