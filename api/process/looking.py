"""A look at the database that can change nothing: the server refuses every write of the session."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from ledger import Database, engine_url

CONNECT_TIMEOUT_SECONDS = 10
STATEMENT_TIMEOUT_MILLISECONDS = 60_000


@asynccontextmanager
async def looking(url: str) -> AsyncIterator[Database]:
    """The database at an address, to read only, for the length of the block.

    Unlike `Database.open`, it takes any login, and a server whose commits are not durable: what is
    wrong there is for the caller to say. It connects when the first transaction begins.
    """
    engine = create_async_engine(
        engine_url(url),
        poolclass=NullPool,
        hide_parameters=True,
        connect_args={
            "timeout": CONNECT_TIMEOUT_SECONDS,
            "server_settings": {
                "application_name": "comity-look",
                "timezone": "UTC",
                "default_transaction_read_only": "on",
                "statement_timeout": str(STATEMENT_TIMEOUT_MILLISECONDS),
            },
        },
    )
    database = Database(engine)
    try:
        yield database
    finally:
        await database.close()
