"""Uses that name their staff: a message for each, by which staff may earn (`exchange.earning`)."""

from collections.abc import Mapping, Sequence

from sqlalchemy.ext.asyncio import AsyncConnection

from ledger import JSON, outbox

STAFF_TOPIC = "earning.use"
_FACTS = ("book_id", "coupon_id", "use", "supplier_id", "staff", "store")


async def tell_staff(
    connection: AsyncConnection,
    book_id: int,
    is_use: bool,  # noqa: FBT001 - the verb of all of them
    events: Sequence[Mapping[str, JSON]],
) -> None:
    """Leave a message for each use, or reversal, that names its staff. None for no such event."""
    messages = [
        {
            **{name: event[name] for name in _FACTS},
            "is_use": is_use,
            "at": event["used_at" if is_use else "reversed_at"],
        }
        for event in events
        if event.get("staff")
    ]
    await outbox.append(connection, book_id, STAFF_TOPIC, messages)
