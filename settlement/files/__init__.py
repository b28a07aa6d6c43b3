"""Files of the bill: what a statement lists, as bytes that both parties can keep and compare.

Promises:

- The detail file of a statement is written once, before it is numbered, and kept. `sha256sum` of it
  gives the `file_sha256` of the statement.
- The column `gross` of its rows adds up to what the statement bills. A file that disagrees with its
  statement is never kept.

Never:

- A member's reference is in a file that a supplier gets.
- A file that was kept is never written anew.

Start here:

- `details`: writes the detail files of a month.
- `compare`: whether kept files still follow from the lines.
- `layout`: the columns and the totals of a detail file (pure).
- `zipped`: gzip whose bytes follow from the text alone.
"""
