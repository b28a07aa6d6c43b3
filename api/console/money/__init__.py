"""Pages about money: periods, statements, disputes, payments, reconciliation, liability.

Promises:

- These pages show what finance bills, agrees and reconciles.

Never:

- They never decide what the interface decides.

Start here:

- `overview`: what waits, what is due and what points owe, at a glance.
- `statements`, `disputes`, `corrections`, `explain`: bills, and what is said about them.
- `periods`, `settlement`: months and their closing; the terms of all bills.
- `cards`: rate cards and contracts.
- `new_card`, `card_fields`: a card as it is written, and how its fields are read.
- `trials`: what past uses would have cost by another card.
- `reconcile`, `mappings`, `previews`: files of suppliers, how they are read, and what was
  understood of one before it is compared.
- `runs`: the work on what does not agree.
- `payments`, `nettings`, `journal`: what was paid, netted and posted.
- `liability`, `estimates`: points as a liability, and what is expected of them.
- `frame`, `words`: what these pages share.
- `columns`: lists as CSV.
- `pages`: all of them as one list.
"""
