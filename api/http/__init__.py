"""The HTTP interface: its addresses, and what goes over the wire.

Promises:

- Every request gets an id. All except health checks are logged and counted, even if the address
  is unknown.
- A request that changes something has an idempotency key. The same request with the same key is
  answered with the same bytes.
- Every error is a problem document with a code. `/problems` explains each of them.
- The OpenAPI description says what is really read and answered.

Never:

- It never reads JSON that two readers could understand differently.
- It never shows one party what belongs to another. The answer is the same as if it did not exist.
- It never lets a body, a query string, a header or a member's reference into the log.

Start here:

- `front_door`: what happens to every request before it is routed.
- `streamed`: what an address says of a body that goes to the disk.
- `streams`: such bodies, and answers to them.
- `dispatch`: the short way of a request to its handler.
- `side_door`: a port of its own for health checks, metrics and the description.
- `log_paths`: addresses as the log shows them, without members.
- `visit`: the places that a request holds until it is answered.
- `patience`: how long a request may take before it is given up.
- `auth`: who calls, and whether the request is let in.
- `permissions`, `permission_table`, `read_permissions`: which permission of a user each address
  needs; what reads stands in a file of its own.
- `scopes`: which scope each address needs.
- `deeds`: what each address changes, for the audit log.
- `bill`: what a request costs its party, by bytes and by items.
- `acting`: what the caller may act on, for example its own programmes.
- `at_the_till`: what tills' addresses have in common: their shop, and how many codes may be wrong.
- `qr`: QR codes as SVG.
- `sending`: files as answers, with their SHA-256.
- `routes`: the addresses, one file per noun.
- `schemas`: the bodies and answers, one file per noun.
- `problems`: refusals and unforeseen errors as problem documents.
- `idempotency`: requests with a key, answered at most once (by `ledger.idempotency`).
- `batches`: many items in one request, each with its own key.
- `operations`: bodies that become operations of the ledger, and the ledger's answers.
- `bodies`: how JSON is read.
- `encoding`: how JSON is written.
- `queries`: only parameters that an address has.
- `masking`: what the operator sees of members in lists.
- `copying`: answers copied from rows.
- `paging`: cursors and limits of lists.
- `times`: past instants in the query of an address.
- `openapi`: the addresses of the description, and its pages.
- `document`: makes the description.
- `described`: what it says of each operation: its id, its summary, its problem types.
- `described_market`: the same of those on the market.
- `described_money`: the same of those on payments, netting and the journal of money.
- `described_partner_files`: the same of those on partners' files.
- `described_events`: the same of those on events and webhooks.
- `described_breaks`: the same of those on what reconciliations found.
- `described_swaps`: the same of those on swaps, placements and leases.
- `described_disputes`: the same of those on disputes and corrections of statements.
- `described_tills`: the same of those at a till.
- `described_users`: the same of those about users.
- `described_earning`: the same of those by which members earn.
- `described_cards`: the same of those on contracts and rate cards.
- `described_liability`: the same of those on points as a liability.
- `described_reads`: the same of lists and overviews.
- `described_row`: how a row of these is written.
- `foreseen`: the problem types that follow from what a handler declares.
- `glossary`: what the members of bodies and answers mean.
- `card_words`: those of contracts and rate cards.
- `case_words`: those of orders and cases.
- `dispute_words`: those of disputes, corrections and lines of statements.
- `file_words`: those of shops, card codes and files.
- `closing_words`: those of the closing of a month and the calendar.
- `gift_words`: those of gifts and returns.
- `liability_words`: those of points as a liability.
- `member_words`: those that describe a member.
- `money_words`: those of payments, netting and the journal of money.
- `offer_words`: those of offers.
- `price_words`: those of prices.
- `explain_words`: those of explained lines and of simulations.
- `partner_file_words`: those of partners' files.
- `event_words`: those of events and webhooks.
- `break_words`: those of reconciliations and their breaks.
- `swap_words`: those of swaps, placements and leases.
- `till_words`: those at a till.
- `user_words`: those of users.
- `read_words`: those of lists and overviews.
- `stage_words`: those of checks and stages of suppliers.
- `figure_words`: those of figures.
- `figure_answers`: figures as they are answered.
- `liability_answers`: roll-forwards and estimates as they are answered.
- `earning_words`: those of earning, product codes and gifts.
- `price_terms`: bodies of price rules made into terms, and rules into answers.
- `health`: whether the process is alive and ready.
- `metrics`: the counters for Prometheus.
"""
