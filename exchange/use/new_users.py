"""Users who are new to a supplier, by its own word: each is counted once.

However many coupons a new user has, only one of them counts. Who was merged counts as the one who
goes on. Of two uses at once, the primary key lets one count. A reversal of the use takes the count
back (`exchange.use.changes`).
"""

from collections.abc import Mapping

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY, BIGINT, INTEGER, TEXT
from sqlalchemy.ext.asyncio import AsyncConnection

from ledger.book import Programme
from ledger.read import former_names, heirs

_KNOWN = text(
    """
    SELECT member FROM exchange.new_user
    WHERE book_id = :book_id AND supplier_id = :supplier_id AND member = ANY(:names)
    """
).bindparams(bindparam("names", type_=ARRAY(TEXT)))

_COUNT = text(
    """
    INSERT INTO exchange.new_user (book_id, supplier_id, member, coupon_id, use)
    SELECT :book_id, :supplier_id, member, coupon_id, use
    FROM unnest(:members, :coupons, :uses) AS said (member, coupon_id, use)
    ORDER BY member, coupon_id
    ON CONFLICT DO NOTHING
    RETURNING coupon_id
    """
).bindparams(
    bindparam("members", type_=ARRAY(TEXT)),
    bindparam("coupons", type_=ARRAY(BIGINT)),
    bindparam("uses", type_=ARRAY(INTEGER)),
)


async def count_new_users(
    connection: AsyncConnection,
    programme: Programme,
    supplier_id: int,
    said: Mapping[int, tuple[str, int]],
) -> set[int]:
    """Count the users of these coupons as new. Four round trips.

    `said` has the user and the number of the use, by coupon. Returns the coupons whose users were
    not counted before.
    """
    where = {"book_id": programme.book_id, "supplier_id": supplier_id}
    merged = await heirs(connection, programme, {user for user, _ in said.values()})
    user_of = {coupon_id: merged.get(user, user) for coupon_id, (user, _) in said.items()}
    former = await former_names(connection, programme.book_id, user_of.values())
    names = sorted({*user_of.values(), *former})
    known = set((await connection.execute(_KNOWN, where | {"names": names})).scalars())
    known |= {former[name] for name in known if name in former}
    new = [coupon_id for coupon_id in sorted(user_of) if user_of[coupon_id] not in known]
    if not new:
        return set()
    bound = where | {
        "members": [user_of[coupon_id] for coupon_id in new],
        "coupons": new,
        "uses": [said[coupon_id][1] for coupon_id in new],
    }
    return set((await connection.execute(_COUNT, bound)).scalars())
