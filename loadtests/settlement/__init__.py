"""How fast settlement is at the size of a large exchange.

`python -m loadtests.settlement.liability` measures the roll-forward of a large book of points.
"""
