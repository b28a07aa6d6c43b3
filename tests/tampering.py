"""For tests that change a book behind its packages' back and look which check finds it."""

from collections.abc import Mapping, Sequence

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

from ledger import engine_url
from ledger.audit import Defect
from ledger.audit.verify import run_checks
from ledger.book import Programme

_CONSTRAINTS = text(
    """
    SELECT format('ALTER TABLE %s DROP CONSTRAINT %I', conrelid::regclass, conname)
    FROM pg_constraint JOIN pg_namespace ON pg_namespace.oid = connamespace
    WHERE contype = 'c' AND nspname IN ('ledger', 'catalog', 'exchange', 'settlement')
    """
)


async def disarm(connection: AsyncConnection) -> None:
    """Take away what stands in the way: triggers, foreign keys, the checks of single rows."""
    await connection.execute(text("SET LOCAL session_replication_role = replica"))
    for statement in (await connection.execute(_CONSTRAINTS)).scalars().all():
        await connection.execute(text(statement))


async def missed(
    database_url: str,
    programme: Programme,
    checks: Mapping[str, str],
    tamperings: Sequence[tuple[str, str]],
) -> list[tuple[str, str, list[Defect]]]:
    """The tamperings that the check meant for them does not find, with what was found instead.

    A tampering names its check by the beginning of its name. Nothing is committed, so each is tried
    on the same book.
    """
    owner = create_async_engine(engine_url(database_url))
    unseen = []
    try:
        for check, tampering in tamperings:
            async with owner.connect() as connection:
                await disarm(connection)
                changed = await connection.execute(text(tampering))
                assert changed.rowcount > 0, tampering
                found = await run_checks(connection, programme, checks)
                await connection.rollback()
            if not any(defect.check.startswith(check) for defect in found):
                unseen.append((check, tampering, found))
    finally:
        await owner.dispose()
    return unseen
