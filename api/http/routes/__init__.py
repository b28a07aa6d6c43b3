"""The addresses of the interface, one file per noun.

Promises:

- A handler reads the request, calls one use case and renders its answer.
- A file has its constants first, then its tags and parameters, its handlers, and `ROUTES`.
- What a handler reads and answers is declared in the file of the same name in `schemas`.

Never:

- A handler never decides a rule of the business. That is the work of the other packages.
- A handler never catches a refusal only to answer it. `problems` answers all of them.

Start here:

- `parties`: parties, and the endpoints of suppliers.
- `keys`: API keys, a party's own and those of every party.
- `categories`: the category tree.
- `isolation`: rules about who may see whose offers, vetoes of parties, and what follows from them.
- `groups`: alliances, competitors, and who is in them.
- `programmes`: a brand's programmes, their rules, totals and trial balance.
- `programme_rules`: what may be changed of these rules, and what held before.
- `rates`: what the points of one programme are worth in another.
- `consents`: what a programme lets in of another's points.
- `operations`: every operation on points, alone and in batches.
- `members`: balances and histories. `member_lists`: members, and what one has set aside.
- `profiles`: what a brand says of its members.
- `offers`: what suppliers publish, and why a brand may not see it.
- `market`: what the members of a programme can have.
- `pictures`: pictures of offers, kept and shown.
- `offer_states`: new versions of offers, their states, and whose offers are reviewed.
- `allotments`: the stock of offers that brands procure.
- `procurements`: what suppliers grant at once, and their yes or no to the rest.
- `earning`: earning rules, and the events that earn.
- `product_codes`: codes on goods.
- `gift_plan`: birthday gifts, and how many free rights are enough.
- `prices`: price rules, the rate, points days, and who may have an offer.
- `quotes`: what offers cost a member now.
- `shops`: where a party's coupons are used.
- `codes`: card codes of suppliers, uploaded, counted and withdrawn.
- `import_lists`: lists of imports.
- `imports`: files that the worker reads and applies row by row.
- `reveal`: the card code of a right, shown to its member.
- `swaps`, `placements`: what brands give each other: rights, and traffic.
- `launches`: members who are let in to the member pages.
- `rights`: points turned into coupons, and the receipts of these.
- `gifts`: rights that are given back or given on, and coupons that are withdrawn.
- `coupons`: the use of coupons at their supplier, and the reversal of a use.
- `leases`: tills that take coupons without a connection.
- `coupon_lists`: coupons of a programme or a supplier, as people look for them.
- `overviews`: what people see first of a programme and a supplier.
- `status`: how the exchange does, and uses that wait for a person.
- `tills`: what tills look up and lock, their keys, and the list of a shop's day.
- `users`: users of the console, and their one-time links.
- `tokens`: tokens of coupons as text and QR code, and the public keys of the exchange.
- `figures`: what became of rights, how members redeem, how parties do.
- `fulfilment`: callbacks of suppliers about deliveries.
- `stages`: stages of suppliers, and their checks by the kit.
- `orders`: orders at suppliers.
- `cases`: what no rule can decide, and the decisions.
- `contracts`: what uses cost.
- `explained`: why a line says what it says, and what past uses would have cost.
- `rate_cards`: what uses cost, as documents that are written and published.
- `settlement_calendar`: the zone and the terms of all bills.
- `periods`: the months of the bill, their closing, and the issue of their statements.
- `drafts`: statements that are not issued yet, reviewed and issued one by one.
- `periods`: the months of the bill, and their closing.
- `liability`, `liability_estimates`: what members may still redeem, and what is expected of it.
- `statements`: the bills, their download, and the steps until they are settled.
- `bills`: who parties are on invoices, and the bill of each day.
- `statement_lines`: their lines, and what was done with them.
- `disputes`: which lines a party says are wrong, and the answers.
- `corrections`: adjustments, statements that are taken back, and invoices.
- `payments`: payments, what is due, and who owes how much in all.
- `nettings`: netting runs.
- `journal`: the journal of money: a page of it, or a file.
- `partner_file_previews`: what such a file would be read as.
- `partner_files`: suppliers' own files, and how they are read.
- `reconciliations`: a supplier's own file, compared with the bill.
- `breaks`: what that found, page by page, and the work on it.
- `audit_log`: who did what to what.
- `events`: what a party was told, and the stream of it.
- `webhooks`: webhook endpoints, and what was delivered to them.
- `problem_types`: the pages that explain every code of a problem.
"""
