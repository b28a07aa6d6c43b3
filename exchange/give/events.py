"""What the outbox is told of coupons that are given back, given on or withdrawn.

The worker puts it into the log, where operators have it watched. No message names a member or a
code.
"""

import structlog

from ledger import Database, outbox

RETURNED_TOPIC = "coupon.returned"
GIFTED_TOPIC = "coupon.gifted"
CLAIMED_TOPIC = "coupon.claimed"
DEACTIVATED_TOPIC = "coupon.deactivated"
TOPICS = (RETURNED_TOPIC, GIFTED_TOPIC, CLAIMED_TOPIC, DEACTIVATED_TOPIC)
TOLD_MAX = 500
"""The most messages in one round."""

_log = structlog.get_logger(__name__)


async def tell_of_coupons(database: Database) -> int:
    """Put what was written into the log. Returns how many messages there were."""
    async with database.transaction() as connection:
        messages = await outbox.claim(connection, TOPICS, TOLD_MAX)
        await outbox.done(connection, messages)
    for message in messages:
        _log.info(message.topic.replace(".", "_"), book_id=message.book_id, **message.payload)
    return len(messages)
