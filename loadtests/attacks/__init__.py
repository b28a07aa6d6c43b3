"""What the service is like for everybody else while one party attacks it.

Others do their ordinary single operations, first with nobody else there and then under each
attack. What counts is the ratio of the two medians, measured side by side. Rooms:

- `scene`: the parties, what they sell to each other, and their keys.
- `others`: single operations, each timed.
- `supplier`: a supplier's server, prompt or slow.
- `attackers`: the attacks, each a process of its own.
- `run`: one attack after another, and the table.
"""
