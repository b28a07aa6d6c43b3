"""Runs the versions for Alembic, on the connection of `api.process.migrate` or as printed SQL."""

from alembic import context

if context.is_offline_mode():
    context.configure(dialect_name="postgresql", literal_binds=True, transaction_per_migration=True)
else:
    context.configure(
        connection=context.config.attributes["connection"], transaction_per_migration=True
    )

with context.begin_transaction():
    context.run_migrations()
