"""The background work beside the requests.

Promises:

- Any number of processes may do the work at once. The row locks of the queues divide it.
- The work is in the database and cannot be lost. A loop that meets an error waits, a little longer
  each time, and goes on. One that dies or hangs all the same is started again.
- When told to stop, each loop finishes its round, if the round ends in time.

Never:

- No rule is decided here. Each loop calls a use case of another package.
- One kind of work never holds up another.

Start here:

- `loops`: one loop for each kind of work.
- `bills`: the loops about bills.
- `webhooks`: the loops about events and webhooks.
- `liability`: the one that reads the books for their liability.
- `supervise`: keeps the loops alive until they are told to stop.
"""
