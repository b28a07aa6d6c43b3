"""The demo: one real year of purchases, replayed through the HTTP API to a settled bill.

Promises
    - Everything that it shows was answered by the running service over HTTP; it imports no other
      room of the house.
    - Every answer is held against the plan (`plan.py`), which follows the rules day by day without
      I/O; the first that does not fit ends the demo with a message and a non-zero exit.
    - All keys come from the data. A second run on the same data directory changes nothing and is
      answered with replays; a run that was cut off is finished by the next one, with the same
      figures.

Reading order: `dataset` (the data), `plan` (the rules), `setup`, `replay`, `bill` (what is sent),
`summary` and `report` (what is shown), `supplier` (the other side of fulfilment), `run` (all of it
together), `command` (its options).
"""
