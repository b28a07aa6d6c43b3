"""What parties are told: a log of events for each, webhooks, and the live feed.

Promises:

- An event is told of what was committed, and of all of it. It is in the log once.
- The events of a party are numbered without gaps, in the order in which they were recorded. What
  depends on something else comes after it. Events of points are told a while later than others, and
  those of one member in their order.
- Who moves points does nothing for their events, whether somebody asks for them or not.
- An endpoint gets each of its events at least once, signed, until it has taken it or three days of
  attempts are over. A worker that dies loses none.
- One slow or broken receiver delays no other.

Never:

- Events never hold codes of coupons or secrets, and never what another party may not see.
- It never connects to an address inside, unless the operator lists its network, and it follows no
  redirect.
- It never opens a transaction across a network call.

Start here:

- `catalogue`: the types of events, each with an example.
- `record`: events go from the outbox into the log.
- `points`: events of points, for programmes that ask for them, read behind the ledger.
- `log`: how both are written into the log, with their numbers.
- `read`: pages of the log, and one event.
- `envelope`: an event as it is sent.
- `endpoints`: webhook endpoints: set, changed, disabled, removed.
- `secrets`: their secrets, and the rotation of one.
- `retry`: what an attempt means, and when the next one is. Pure.
- `send`: one attempt, on the wire.
- `deliver`: which attempts are made now, and what became of them.
- `deliveries`: the log of deliveries, and what is sent again.
- `notice`: what time alone brings about: keys that expire.
- `keep`: what is older than thirty days goes.
- `live`: the events of a party as they come.
- `event_tables`: the tables.
"""
