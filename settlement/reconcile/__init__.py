"""A supplier's file of uses, compared with our lines.

Promises:

- A run claims each record of either side at most once. It never matches two different coupons.
- What the breaks differ by is the difference of the totals: a run that cannot say so is not stored.
- Runs know each other: what another run has claimed is a duplicate, and a new run for the same
  month takes the place of the one before, unless that was signed.
- The same input gives the same answer, whatever the order of the rows.
- A row that cannot be used is rejected and listed. A file with too many of them is refused whole.
- Files wait in the database, and the worker takes them: one of each party at a time, and few in
  all. Work that nobody wants any more is ended. Work of a dead worker is done again.
- No connection is held while a file is read or matched.

Never:

- No line of ours is changed by what a file says.

Start here:

- `uploads`: files that wait to be reconciled, and whose turn it is.
- `work`: the worker's round, from a file's turn to its end.
- `runs`: a run from the file to its stored result.
- `apart`: starts and ends the process that compares.
- `compare`: that process.
- `theirs`: the partner's side of a comparison.
- `lines`: our side, copied out of the database, and what is looked for elsewhere.
- `matching`: all steps of a comparison, and what is written of it.
- `clean`: pairs that agree in everything.
- `claims`: the rules for what is left.
- `outcome`: breaks with their categories, and the bridge between the totals.
- `suggestions`: what may belong together.
- `stored`: what a run leaves in the database.
"""

from settlement.reconcile.runs import (
    Result,
)
from settlement.reconcile.uploads import (
    UPLOADS_AT_WORK_MAX,
    TooManyUploads,
    Wish,
    add_upload,
    find_outcome,
    is_upload_open,
)
from settlement.reconcile.work import (
    work_on_upload,
)

__all__ = [
    "UPLOADS_AT_WORK_MAX",
    "Result",
    "TooManyUploads",
    "Wish",
    "add_upload",
    "find_outcome",
    "is_upload_open",
    "work_on_upload",
]
