"""The `comity` command.

Promises:

- `--help` answers at once, as a command imports what it runs only when it runs.
- Answers go to standard output. Progress, logs and errors go to standard error.
- An error that has a remedy is one sentence, not a traceback.
- A command exits with 0 if it did what was asked, with 1 if it could not, and with 2 if it was
  called wrongly.

Never:

- No command decides anything about points, offers, coupons or bills.
- No file is replaced before the new one is complete, and heads are never overwritten.

Start here:

- `main`: the `comity` group, which puts the commands together, and how errors are shown. A new
  family of commands is a file here like `keys`, added to the group in `main`.
- `serve`: `comity serve` and `comity worker`.
- `migrate`: `comity migrate`.
- `audit`: the options of `comity seal`, `comity verify` and `comity export`.
- `books`: what these three do to the books.
- `progress`: how they show their progress.
- `closing`: `comity close`.
- `uses`: `comity retry-uses`.
- `users`: `comity users`.
- `explain`: `comity explain`, `comity simulate`.
- `figures`: `comity figures`.
- `events`: `comity events tail`.
- `webhooks`: `comity webhooks listen`.
- `following`: how both follow a stream of events.
- `journal`: `comity journal`.
- `liability`: `comity liability`.
- `imports`: `comity import`.
- `suppliers`: `comity supplier check` and `comity supplier sandbox`, which need no database.
- `audit_log`: `comity audit-log`.
- `keys`: `comity keys create`, `list`, `rotate` and `revoke`.
- `vault`: `comity secrets rotate`.
- `codes`: `comity codes rotate-key`.
- `doctor`: `comity doctor`.
- `backup`: `comity backup` and `comity restore`.
- `listing`: `--json`, which every command takes that lists something.
- `session`: what all commands share: their settings, the database and the two consoles.
"""
