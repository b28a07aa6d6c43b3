"""The showcase: a living exchange that ends today, for people who look around in it.

Promises:

- Everything in it was asked for over HTTP, with API keys that may do it.
- It follows from one seed and from the day on which it ends. A run that was cut off is gone on with
  by the next one on the same data directory.
- All names are invented.

Never:

- It never reads or writes the database, and `comity verify` finds what it leaves sound.
- It never compares figures: that is what the demo of the year is for.

Start here:

- `run`: the showcase, from the start of its processes to the summary.
- `world`: who takes part and what is offered, read from `world.toml`.
- `story`: what members did in the months up to today.
- `pictures`: pictures of offers, drawn as SVG.
- `opening`: parties, keys, programmes, members, shops, stock.
- `publishing`: offers with pictures, card codes and supply terms.
- `history`: sends what members did, with the dates of the past.
- `trade`: prices, points days, procurements, swaps, placements, isolation.
- `today`: rights in every state, orders that are stuck, cases, uses at tills.
- `billing`: rate cards, closed months, statements in every state, netting.
- `partner_file`: a supplier's own file with a break of each kind.
- `liability`: points as a liability, frozen month by month.
- `logins`: who may log in, as data.
- `people`: lets them in at the console.
- `asking`: how all of them ask the service.
"""
