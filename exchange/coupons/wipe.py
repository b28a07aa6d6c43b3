"""Accounts of members go when nobody needs them any more.

A direct recharge needs the account until its order has ended, and somebody may ask about it for
some days more. Then the worker wipes it, and what people see of it. A coupon that never had an
order needs none: releases before this one kept one all the same, in plain text. Those of such
releases that are still needed are encrypted.

Each page is a small transaction, so the work can stop anywhere and goes on where it was: what is
done is in the indexes no more. Rows that are locked are left to the next round.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY, BIGINT, BYTEA, TEXT, TIMESTAMP
from sqlalchemy.ext.asyncio import AsyncConnection

from catalog import WORKER
from exchange.coupons.accounts import Accounts, masked
from ledger import Database, read_clock
from ledger.book import Programme

ACCOUNTS_OF_A_PAGE_MAX = 500

_COUPONS = bindparam("coupons", type_=ARRAY(BIGINT))
_BEFORE = bindparam("before", type_=TIMESTAMP(timezone=True))

# A coupon is redeemed before its order ends. So those that were redeemed later are not looked at.
_LOCK_DUE = text(
    """
    SELECT c.redeemed_at, c.coupon_id
    FROM exchange.coupon AS c
    LEFT JOIN exchange.fulfilment_order AS o
        ON o.book_id = :book_id AND o.coupon_id = c.coupon_id
    WHERE c.book_id = :book_id AND c.encrypted_account IS NOT NULL AND c.redeemed_at <= :before
        AND (o.coupon_id IS NULL OR o.finished_at <= :before)
        AND (c.redeemed_at, c.coupon_id) > (:after, :after_id)
    ORDER BY c.redeemed_at, c.coupon_id LIMIT :limit FOR NO KEY UPDATE OF c SKIP LOCKED
    """
).bindparams(_BEFORE, bindparam("after", type_=TIMESTAMP(timezone=True)))
_LOCK_PLAIN = text(
    """
    SELECT c.coupon_id, c.request_key, c.account,
        o.coupon_id IS NOT NULL AND (o.finished_at IS NULL OR o.finished_at > :before) AS is_needed
    FROM exchange.coupon AS c
    LEFT JOIN exchange.fulfilment_order AS o
        ON o.book_id = :book_id AND o.coupon_id = c.coupon_id
    WHERE c.book_id = :book_id AND c.account IS NOT NULL AND c.coupon_id > :after_id
    ORDER BY c.coupon_id LIMIT :limit FOR NO KEY UPDATE OF c SKIP LOCKED
    """
).bindparams(_BEFORE)
_WIPE = text(
    """
    UPDATE exchange.coupon SET account = NULL, encrypted_account = NULL, masked_account = NULL
    WHERE book_id = :book_id AND coupon_id = ANY (:coupons)
    """
).bindparams(_COUPONS)
_ENCRYPT = text(
    """
    UPDATE exchange.coupon AS c
    SET account = NULL, encrypted_account = t.encrypted, masked_account = t.masked
    FROM unnest(:coupons, :encrypted, :masked) AS t(coupon_id, encrypted, masked)
    WHERE c.book_id = :book_id AND c.coupon_id = t.coupon_id
    """
).bindparams(
    _COUPONS,
    bindparam("encrypted", type_=ARRAY(BYTEA)),
    bindparam("masked", type_=ARRAY(TEXT)),
)
_FORGET = text(
    """
    UPDATE exchange.coupon SET account = NULL, encrypted_account = NULL, masked_account = NULL
    WHERE book_id = :book_id AND member = ANY (:members)
        AND (account IS NOT NULL OR encrypted_account IS NOT NULL)
    """
).bindparams(bindparam("members", type_=ARRAY(TEXT)))


async def wipe_accounts(
    database: Database, programme: Programme, days: int, now: datetime | None = None
) -> int:
    """Wipe the accounts of orders that ended so many days ago. Returns how many went.

    The time is the database's, unless the caller keeps a time of its own (`now`).
    """
    before = await _before(database, days, now)
    page = {
        "book_id": programme.book_id,
        "before": before,
        "limit": ACCOUNTS_OF_A_PAGE_MAX,
        "after": datetime.min.replace(tzinfo=before.tzinfo),
        "after_id": 0,
    }
    wiped = 0
    while True:
        async with database.transaction(actor=WORKER) as connection:
            due = (await connection.execute(_LOCK_DUE, page)).all()
            await _wipe(connection, programme.book_id, [row.coupon_id for row in due])
        wiped += len(due)
        if len(due) < ACCOUNTS_OF_A_PAGE_MAX:
            return wiped
        page |= {"after": due[-1].redeemed_at, "after_id": due[-1].coupon_id}


async def encrypt_accounts(
    database: Database,
    programme: Programme,
    accounts: Accounts,
    days: int,
    now: datetime | None = None,
) -> int:
    """Encrypt the accounts that an earlier release has stored in plain text, or wipe them.

    Those that `wipe_accounts` would wipe are wiped, and so are those that no supplier needs.
    Returns how many there were.
    """
    before, book_id = await _before(database, days, now), programme.book_id
    page = {"book_id": book_id, "before": before, "limit": ACCOUNTS_OF_A_PAGE_MAX, "after_id": 0}
    changed = 0
    while True:
        async with database.transaction(actor=WORKER) as connection:
            rows = (await connection.execute(_LOCK_PLAIN, page)).all()
            await _wipe(connection, book_id, [row.coupon_id for row in rows if not row.is_needed])
            needed = [row for row in rows if row.is_needed]
            if needed:
                encrypted = {
                    "book_id": book_id,
                    "coupons": [row.coupon_id for row in needed],
                    "encrypted": [
                        accounts.encrypt(row.account, book_id, row.request_key) for row in needed
                    ],
                    "masked": [masked(row.account) for row in needed],
                }
                await connection.execute(_ENCRYPT, encrypted)
        changed += len(rows)
        if len(rows) < ACCOUNTS_OF_A_PAGE_MAX:
            return changed
        page["after_id"] = rows[-1].coupon_id


async def forget_accounts(connection: AsyncConnection, book_id: int, members: Sequence[str]) -> int:
    """Wipe the accounts of all coupons that were redeemed by these. Returns how many went.

    An order that was not sent yet fails, and its points return. One round trip.
    """
    gone = {"book_id": book_id, "members": list(members)}
    return (await connection.execute(_FORGET, gone)).rowcount


async def _wipe(connection: AsyncConnection, book_id: int, coupon_ids: list[int]) -> None:
    if coupon_ids:
        await connection.execute(_WIPE, {"book_id": book_id, "coupons": coupon_ids})


async def _before(database: Database, days: int, now: datetime | None) -> datetime:
    if now is None:
        async with database.transaction() as connection:
            now = await read_clock(connection)
    return now - timedelta(days=days)
