"""`comity doctor`: what is wrong with an installation, and what to do about it.

Promises:

- It changes nothing. Its sessions are read-only for the server itself, and it makes no file, no
  role and no database.
- It works whether the service runs or not. If Comity's own PostgreSQL does not run, it runs for as
  long as the examination takes.
- One trouble does not hide the others: what can still be asked is asked.
- Each trouble comes with a sentence that says what to do.

Never:

- It sends nothing to a supplier: it only connects.
- No secret is shown.

Start here:

- `examine`: the whole examination, check by check.
- `finding`: one line of its result.
- `database`: its version, durability, schema, and what the service's login may do.
- `privileges`: the privileges that this release's migrations give the login, and those it has.
- `work`: messages, background work, seals, the last verify.
- `secrets`: the keys, the secrets that they decrypt, and who may read their files.
- `reach`: Valkey, suppliers and the public address.
- `machine`: disk, open files.
"""
