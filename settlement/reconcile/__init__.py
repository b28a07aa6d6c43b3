"""A supplier's file of uses, compared with our lines.

Promises:

- A run claims each record of either side at most once. It never matches two different coupons.
- The same input gives the same answer, whatever the order of the rows.
- A file with a fault is refused whole, with the lines at fault.

Never:

- Runs know nothing of each other. Another file, or the same use billed in another month, is claimed
  anew.
- No line of ours is changed by what a file says.

Start here:

- `runs`: a run from the file to its stored result.
- `partner_file`: the file's format, and how it is checked.
- `matching`: the rules that match records with lines.
"""

from settlement.reconcile.runs import (
    Result,
    reconcile,
)

__all__ = ["Result", "reconcile"]
