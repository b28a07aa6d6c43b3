"""Pages about running it: parties, isolation, system, audit log, users, API keys, webhooks.

Promises:

- These pages show who takes part, and by which rules.
- A link or a key is shown once, on the page that answers the form, and stored nowhere.

Never:

- They never decide what the interface decides.

Start here:

- `overview`: the operator's first page.
- `parties`: who takes part, and one party whole.
- `isolation`, `isolation_rules`: the matrix and why, rules and categories.
- `vetoes`: vetoes and groups.
- `system`: how the exchange does, and what waits for a person.
- `audit`: who did what.
- `users`, `keys`: who signs in, and which programs act.
- `webhooks`: where events are sent, and what became of them.
- `member_pages`: whose pages may frame the member pages.
- `words`: values of closed lists as people read them.
- `columns`: lists as CSV.
- `pages`: all of them as one list.
"""
