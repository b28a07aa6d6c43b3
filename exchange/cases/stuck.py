"""Stuck: an order whose promised time is past, and that nothing has ended, gets a case.

A round of the worker looks at the orders that are open. It locks none of them: an order that ends
meanwhile gets a case that says so, and whoever decides it sees how the order stands. Two rounds at
once open one case. What was written of cases goes into the log, where operators have it watched.
"""

from datetime import datetime

import structlog
from sqlalchemy import TextClause, bindparam, text
from sqlalchemy.dialects.postgresql import TIMESTAMP

from exchange.cases.kinds import CaseKind
from exchange.cases.open import OPENED_TOPIC, NewCase, open_case
from exchange.cases.rulings import RESOLVED_TOPIC
from ledger import Database, outbox, read_clock

STUCK_MAX = 500
"""The most cases that one round opens, and the most messages that it tells."""
UNPROMISED_SECONDS = 3_960
"""After the deadline, an order of an earlier release is as late as if it had been promised."""

_log = structlog.get_logger(__name__)

# An order that has a case of this kind is left out, unless a person decided to wait and that time
# is over.
_LATE = text(
    f"""
    SELECT o.book_id, o.coupon_id, o.request_number, o.supplier_id, c.home_party_id, o.state,
        o.submissions, o.queries, o.deadline_at, o.reason,
        coalesce(o.promised_at, o.deadline_at + make_interval(secs => {UNPROMISED_SECONDS}))
            AS promised_at
    FROM exchange.fulfilment_order o
    JOIN exchange.coupon c ON c.book_id = o.book_id AND c.coupon_id = o.coupon_id
    WHERE o.finished_at IS NULL
        AND coalesce(o.promised_at, o.deadline_at + make_interval(secs => {UNPROMISED_SECONDS}))
            <= :now
        AND NOT EXISTS (
            SELECT FROM exchange.coupon_case x
            WHERE x.book_id = o.book_id AND x.coupon_id = o.coupon_id
                AND (x.state = 'OPEN' OR x.waits_until > :now
                    OR x.kind = '{CaseKind.STUCK}' AND x.waits_until IS NULL)
        )
    ORDER BY o.coupon_id LIMIT :limit
    """
).bindparams(bindparam("now", type_=TIMESTAMP(timezone=True)))

CROSS_BOOK: tuple[TextClause, ...] = (_LATE,)
"""The statement here that names no book: it looks for late orders in all of them."""


async def open_stuck(database: Database, now: datetime | None = None) -> int:
    """Open a case for each order that is late. Returns how many were opened.

    The time is the database's, unless the caller keeps a time of its own.
    """
    opened = 0
    async with database.transaction() as connection:
        now = now or await read_clock(connection)
        late = (await connection.execute(_LATE, {"now": now, "limit": STUCK_MAX})).all()
    for row in late:
        found = NewCase(
            book_id=row.book_id,
            kind=CaseKind.STUCK,
            supplier_id=row.supplier_id,
            home_party_id=row.home_party_id,
            coupon_id=row.coupon_id,
            found_at=now,
            evidence={
                "request_number": row.request_number,
                "order_state": row.state,
                "submissions": row.submissions,
                "queries": row.queries,
                "deadline_at": row.deadline_at.isoformat(),
                "promised_at": row.promised_at.isoformat(),
                "reason": row.reason,
            },
        )
        async with database.transaction() as connection:
            opened += await open_case(connection, found) is not None
    return opened


async def tell_cases(database: Database) -> int:
    """Put what was opened and decided into the log. Returns how many messages that were."""
    async with database.transaction() as connection:
        messages = await outbox.claim(connection, [OPENED_TOPIC, RESOLVED_TOPIC], STUCK_MAX)
        await outbox.done(connection, messages)
    for message in messages:
        event = message.topic.replace(".", "_")
        _log.warning(event, book_id=message.book_id, **message.payload)
    return len(messages)
