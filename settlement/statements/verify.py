"""Whether the issued statements of a month are what they were.

Four things are compared: what a statement says with what its lines and period lines come to; its
file with the SHA-256 of it; the file with the one that the lines would give now; and its link of
the chain with the statement before it, the file and the head.
"""

import hashlib

from sqlalchemy import TextClause, text
from sqlalchemy.ext.asyncio import AsyncConnection

from settlement.files.compare import find_changed_details
from settlement.statements.drafts import PARTIES, SUMMED, SUMS
from settlement.statements.issue import HEAD, head_of, link

_DIFFERING = text(
    f"""
    SELECT coalesce(number, 'of ' || payer_party_id || ' to ' || payee_party_id) AS number
    FROM ({SUMMED}) AS summed
    FULL JOIN (
        SELECT {PARTIES}, number, {", ".join(f"{name} AS stated_{name}" for name in SUMS)}
        FROM settlement.statement WHERE month = :month AND state <> 'void'
    ) AS stated USING ({PARTIES})
    WHERE ({", ".join(SUMS)}) IS DISTINCT FROM ({", ".join(f"stated_{name}" for name in SUMS)})
    """
)

_LINKS = text(
    f"""
    SELECT statement_id, sequence, file_sha256, chain_sha256, {", ".join(HEAD)},
        (
            SELECT earlier.chain_sha256 FROM settlement.statement AS earlier
            WHERE earlier.year = statement.year AND earlier.sequence = statement.sequence - 1
        ) AS previous
    FROM settlement.statement WHERE month = :month AND number IS NOT NULL ORDER BY sequence
    """
)

_PART = text(
    """
    SELECT content FROM settlement.statement_file_part
    WHERE statement_id = :statement_id AND part = :part
    """
)

CROSS_BOOK: tuple[TextClause, ...] = (_DIFFERING,)
"""The statement here that names no book: a bill is between parties, of whatever book a use is."""


async def verify_statements(connection: AsyncConnection, month: str) -> list[str]:
    """The numbers of the statements of a month that are not what they were when they were issued.

    Lines that are on no statement are told by the parties between which one is missing.
    """
    found = {str(row.number) for row in await connection.execute(_DIFFERING, {"month": month})}
    changed = await find_changed_details(connection, month)
    for row in (await connection.execute(_LINKS, {"month": month})).mappings().all():
        previous = b"" if row["sequence"] == 1 else row["previous"]
        file_sha256, chain = row["file_sha256"], row["chain_sha256"]
        if (
            row["statement_id"] in changed
            or None in (previous, file_sha256, chain)
            or link(bytes(previous), bytes(file_sha256), head_of(row)) != bytes(chain)
            or await _hash_of_file(connection, row["statement_id"]) != bytes(file_sha256)
        ):
            found.add(row["number"])
    return sorted(found)


async def _hash_of_file(connection: AsyncConnection, statement_id: int) -> bytes:
    digest = hashlib.sha256()
    part = 0
    while content := await connection.scalar(_PART, {"statement_id": statement_id, "part": part}):
        digest.update(content)
        part += 1
    return digest.digest()
