"""What earning knows of a member beside its points, and is forgotten with it.

A birthday gift tells a birthday, and an invite tells how a friend is known, as a digest. Both go.
What was earned stays, as points do, and so do coupons: who took a gift, how many gifts somebody
gave on a day, and who was counted as new are parts of their history, under the member's reference.
"""

from collections.abc import Collection, Sequence

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY, BYTEA, TEXT
from sqlalchemy.ext.asyncio import AsyncConnection

_GIFTS = text(
    "DELETE FROM exchange.birthday_gift WHERE book_id = :book_id AND member = ANY (:members)"
).bindparams(bindparam("members", type_=ARRAY(TEXT)))

_INVITATIONS = text(
    "DELETE FROM exchange.invitation WHERE book_id = :book_id AND digest = ANY (:digests)"
).bindparams(bindparam("digests", type_=ARRAY(BYTEA)))


async def forget_earning(
    connection: AsyncConnection,
    book_id: int,
    members: Sequence[str],
    digests: Collection[bytes],
) -> None:
    """Forget birthday gifts of these members, and invites of whom these digests stand for.

    Two round trips at most.
    """
    await connection.execute(_GIFTS, {"book_id": book_id, "members": list(members)})
    if digests:
        await connection.execute(_INVITATIONS, {"book_id": book_id, "digests": sorted(digests)})
