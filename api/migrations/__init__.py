"""The versions of the database schema, in SQL.

Promises:

- Each version runs in its own transaction. It succeeds, or it leaves nothing behind.
- All versions together lead from an empty database to the schema of this release.
- Each package has its own PostgreSQL schema, and no foreign key leaves it.

Never:

- The SQL of a released version never changes. A new version changes the schema.
- No version imports the code of a package. That code changes, and the version must not.

Start here:

- `versions`: one file for each version, in the order of their numbers. The first makes `ledger`,
  the next three `catalog`, `exchange` and `settlement`. Later ones change these.
- `env`: runs the versions for Alembic. `api/process/migrate.py` calls Alembic.
"""
