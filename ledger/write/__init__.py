"""How decisions are written: lanes gather operations and commit them together.

Promises:

- Operations that share a member are decided in the order in which they came.
- Two transactions of one process never write the same lane at the same time. Between processes the
  lane's row lock decides.
- A submission is answered after its commit. One that fails does not harm another.
- A key is stored once in its book, and a replay finds the first answer.

Never:

- It never decides: `ledger.decide` does.
- It never writes a lane that it has not locked.

Start here:

- `lanes`: the way of a submission, from the caller to its commit and its answers.
- `ticket`: what waits for lanes together.
- `queues`: who goes next.
- `memory`: the wallets that need not be read again.
- `lock`: the first statement of a transaction.
- `load`: what it reads.
- `batch`: which of its operations are new, and how each mode is decided.
- `draft`: what was decided, in the form in which it is stored.
- `journal`: records as rows, for COPY or for one statement.
- `store`: what it writes.
"""
