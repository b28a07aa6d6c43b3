"""The demo: one real year of purchases, replayed through the HTTP API to a settled bill.

Promises:

- Everything that it shows was answered by the running service over HTTP.
- Every answer is compared with the plan, which follows the rules day by day without I/O. The first
  answer that does not fit ends the demo with a message and a non-zero exit code.
- All keys come from the data. A second run on the same data directory changes nothing, and is
  answered with replays. A run that was interrupted is finished by the next one, with the same
  figures.

Never:

- It never reads the database, and imports no package but this one.
- It never asks the service what the suppliers' own files must contain. They come from the data.

Start here:

- `run`: the whole demo, from the start of its processes to the report.
- `command`: the options of `comity demo`.
- `dataset`: the year of purchases.
- `plan`: the rules, decided without I/O.
- `setup`: the parties, programmes and offers that are there before the first purchase.
- `replay`: sends the year, and compares the answers with the plan.
- `bill`: closes the months, reconciles the suppliers' files and settles the statements.
- `summary`: the figures, and the checks that they add up.
- `report`: the figures as tables on a terminal.
- `tally`: what was sent, as the client tells it.
- `supplier`: the suppliers' server.
- `supplier_process`: runs that server beside the demo.
- `processes`: what the demo and the showcase have in common where they run processes.
- `showcase`: an invented exchange that ends today, for people to look around in.
- `errors`: how the demo fails.
"""
