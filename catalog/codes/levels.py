"""Whether an offer is low in codes, and the codes of a party that are sealed with an older key."""

from collections.abc import Mapping, Sequence

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY, BIGINT, BOOLEAN, BYTEA, INTEGER
from sqlalchemy.ext.asyncio import AsyncConnection

from catalog.codes.card import reseal_card
from catalog.party_keys import PartyKey

_MARK = text(
    """
    INSERT INTO catalog.code_level AS l (offer_id, is_low)
    SELECT offer_id, is_low FROM unnest(:offer_ids, :lows) AS seen (offer_id, is_low)
    ORDER BY offer_id
    ON CONFLICT (offer_id) DO UPDATE SET is_low = excluded.is_low
        WHERE l.is_low <> excluded.is_low
    RETURNING new.offer_id, new.is_low, old.is_low IS NULL AS is_first
    """
).bindparams(bindparam("offer_ids", type_=ARRAY(BIGINT)), bindparam("lows", type_=ARRAY(BOOLEAN)))

_EVER = text(
    """
    SELECT wanted.offer_id, (
        SELECT count(*) FROM (
            SELECT FROM catalog.card_code c WHERE c.offer_id = wanted.offer_id LIMIT wanted.most
        ) AS sent
    ) >= wanted.most AS is_enough
    FROM unnest(:offer_ids, :most) AS wanted (offer_id, most)
    """
).bindparams(bindparam("offer_ids", type_=ARRAY(BIGINT)), bindparam("most", type_=ARRAY(BIGINT)))

# Page by page through the codes of everybody: no index holds the keys.
_OLD = text(
    """
    SELECT code_id, offer_id, digest, sealed FROM catalog.card_code
    WHERE code_id > :after AND party_key_id = ANY(:older) AND sealed IS NOT NULL
    ORDER BY code_id LIMIT :limit FOR NO KEY UPDATE
    """
).bindparams(bindparam("older", type_=ARRAY(INTEGER)))

_RESEAL = text(
    """
    UPDATE catalog.card_code AS c SET sealed = t.sealed, party_key_id = :party_key_id
    FROM unnest(:code_ids, :sealed) AS t (code_id, sealed) WHERE c.code_id = t.code_id
    """
).bindparams(bindparam("code_ids", type_=ARRAY(BIGINT)), bindparam("sealed", type_=ARRAY(BYTEA)))


async def mark_levels(
    connection: AsyncConnection, available: Mapping[int, int], low_below: Mapping[int, int]
) -> list[int]:
    """Keep which offers are low in codes. Returns those that have become so now.

    An offer that is seen for the first time counts as fallen if it ever had enough. At most two
    round trips. Of two who mark at once, one is told.
    """
    if not available:
        return []
    offers = sorted(available)
    lows = [available[offer_id] < low_below[offer_id] for offer_id in offers]
    changed = (await connection.execute(_MARK, {"offer_ids": offers, "lows": lows})).all()
    fallen = [row.offer_id for row in changed if row.is_low and not row.is_first]
    first = [row.offer_id for row in changed if row.is_low and row.is_first]
    fallen += await supplied_once(connection, {each: low_below[each] for each in first})
    return sorted(fallen)


async def supplied_once(connection: AsyncConnection, enough: Mapping[int, int]) -> set[int]:
    """Of which of these offers the supplier has ever sent enough codes. One round trip."""
    if not enough:
        return set()
    offers = sorted(enough)
    bound = {"offer_ids": offers, "most": [enough[offer_id] for offer_id in offers]}
    rows = await connection.execute(_EVER, bound)
    return {row.offer_id for row in rows if row.is_enough}


async def reseal_pool(
    connection: AsyncConnection, key: PartyKey, after: int, limit: int
) -> tuple[int, int | None]:
    """Seal codes of the pool with the newest key of their party. Two round trips.

    It looks at a page of those after the id `after`. Returns how many it were, and the id after
    which to go on. None: there are no more.
    """
    bound = {"after": after, "limit": limit, "older": list(key.older)}
    rows = (await connection.execute(_OLD, bound)).all()
    if rows:
        sealed: Sequence[bytes] = [
            reseal_card(bytes(row.sealed), row.offer_id, bytes(row.digest), key) for row in rows
        ]
        changed = {
            "party_key_id": key.party_key_id,
            "code_ids": [row.code_id for row in rows],
            "sealed": sealed,
        }
        await connection.execute(_RESEAL, changed)
    return len(rows), rows[-1].code_id if len(rows) == limit else None
