"""What goes over the wire: the bodies of requests and the shapes of answers.

Promises:

- There is one file per noun, with the same name as its file in `routes`.
- A body (pydantic) is strict. It has no unknown members, no numbers in strings, and no times
  without an offset.
- The name of a body ends in `Body`, of an item of a batch in `Item`, and of an answer in `Answer`.
- An answer (a typed dictionary) declares all of its fields, for readers and for OpenAPI.

Never:

- An answer is never built as a model. That would cost more than the work it describes.
- Two schemas never have the same name. OpenAPI has only one list for all of them.

Start here:

- `types`: the field types of all bodies with their limits, and `Body`, the base of bodies.
- `answers`: the shapes that many answers share: pages, refused items and problems.
- `parties`, `keys`, `categories`: who takes part, with which keys, in which trades.
- `isolation`, `groups`: who is isolated from whom, and why; groups of parties.
- `programmes`, `rates`, `consents`: the rules of a brand's points, what they are worth elsewhere,
  and what comes in from there.
- `operations`, `members`: points that move, and what a member has.
- `profiles`: what a brand says of its members.
- `offers`, `offer_states`, `allotments`: what suppliers publish, whether it is listed, and what
  brands procure of it.
- `market`: what the members of a programme can have.
- `procurements`: what suppliers grant at once, and what waits for them.
- `earning`, `product_codes`, `gift_plan`: what members earn and are given.
- `pictures`: pictures of offers.
- `prices`, `quotes`: what offers cost members, and for whom they are.
- `shops`, `codes`: where coupons are used, and card codes.
- `coupon_lists`, `overviews`, `status`: lists, overviews, and how the exchange does.
- `users`: users of the console.
- `tills`, `tokens`: what tills ask beside a use; tokens, and public keys.
- `imports`: files of offers, shops, members and card codes.
- `stages`: stages of suppliers, and their checks.
- `swaps`, `placements`: what brands give each other.
- `leases`: tills that take coupons without a connection.
- `figures`: figures with what they are worth.
- `liability`: roll-forwards, estimates, and what they rest on.
- `rights`, `coupons`, `fulfilment`: coupons for points, their use, and their delivery.
- `gifts`: rights that are given back, given on or withdrawn.
- `launches`: members who are let in to the member pages.
- `reveal`: the card code of a right.
- `orders`, `cases`: orders at suppliers, and what a person decides.
- `contracts`, `rate_cards`, `settlement_calendar`, `periods`, `drafts`, `statements`,
  `reconciliations`: what uses cost, and the monthly bill.
- `explained`: lines that are explained, and cards that are tried on past uses.
- `bills`: who parties are on invoices.
- `statement_lines`, `disputes`, `corrections`: what is on a bill, in question, and corrected.
- `bill_patterns`: the patterns of what names a line or an invoice.
- `line_names`: how bodies name the lines of a statement.
- `partner_file_previews`: what such a file would be read as.
- `partner_files`: suppliers' own files, how they are read, and what was found in them.
- `contracts`, `periods`, `statements`, `reconciliations`: what uses cost, and the monthly bill.
- `payments`, `nettings`, `journal`: what is due, paid, netted and posted.
- `breaks`: what people do with what a reconciliation found.
- `audit_log`: who did what.
- `events`: events and their types.
- `webhooks`: webhook endpoints and deliveries.
"""
