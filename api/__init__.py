"""Everything that runs: the service, its command line, its background work, and its servers.

Promises:

- HTTP, the command line and the worker all go through the use cases of the other packages.
- A process reads its configuration once, at its start. From then on it does not change.
- Work that is not part of a request goes on in the worker, beside the requests or in a process of
  its own.
- Without a configured database, PostgreSQL and Valkey are started from the installed wheels.

Never:

- Rules about points, offers, coupons or bills are never decided here. This package reads what
  comes in, calls the other packages, and shows what they answer.
- No other package imports from here.
- Nothing but `settings` reads or writes the environment.

Start here:

- `app`: the application: all that is served, and the background work beside it.
- `http`: the HTTP interface: its addresses, schemas and errors.
- `events`: what parties are told: their logs, webhooks, the live feed.
- `pages`: what all pages for people have in common.
- `console`: the pages of marketers, finance, suppliers, operators and auditors.
- `member`: the pages of members.
- `identity`: users, their roles and their sessions.
- `schema`, `tables`: the tables of this package.
- `cli`: the `comity` command.
- `doctor`: what is wrong with an installation, and what to do about it.
- `backup`: the database with its keys, backed up and restored.
- `worker`: the loops of the background work.
- `process`: what a process needs before it serves or works: connections, caches, limits and logs.
- `embedded`: our own PostgreSQL and Valkey.
- `migrations`: the versions of the database schema.
- `client`: the client for Python, which runs in other people's programs.
- `demo`: a real year of purchases, replayed through HTTP to a settled bill.
- `settings`: everything that can be configured.
- `member_settings`: what the operator sets of members.
- `kept_files`: files of keys and passwords that outlive a power cut.
- `serve`: the start of the service, from servers and schema to processes that answer.
"""
