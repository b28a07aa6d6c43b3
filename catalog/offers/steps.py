"""An offer changes its state: its supplier or the operator says a verb.

Races: each verb, and each new version, first locks the offer's row (FOR NO KEY UPDATE). So the
second of two is judged on what the first has left, and an offer that the operator has paused stays
paused whatever its supplier says at the same moment. A redemption does not wait for that lock. It
reads the state in the transaction that commits the points: one that reads it before a pause is
committed comes before that pause, and one that is asked for after the pause was answered is
refused.
"""

from typing import Any

from sqlalchemy import Row, text
from sqlalchemy.ext.asyncio import AsyncConnection

from catalog.fields import BIGINT_MAX, is_whole
from catalog.offers.details import OfferTermsInvalid, is_text
from catalog.offers.lifecycle import OfferState, Side, Standing, Verb, move, state_at
from catalog.offers.read import OfferNotFound, load_own_offer
from catalog.offers.rows import Offer
from catalog.offers.told import tell_of_offer
from catalog.parties import Party

STATE_REASON_LENGTH_MAX = 1_000

_LOCK = text(
    """
    SELECT o.state, o.paused_by, o.state_reason, o.code, o.latest_version, s.trusted
    FROM catalog.offer o JOIN catalog.party s ON s.party_id = o.supplier_id
    WHERE o.offer_id = :offer_id
        AND (o.supplier_id = :party_id OR CAST(:side AS text) = 'operator')
    FOR NO KEY UPDATE OF o
    """
)

# A statement of its own: after a wait, the one before sees other tables as they were before it.
_IS_OVER = text(
    """
    SELECT coalesce(upper(valid_period) <= now(), false) FROM catalog.offer_period
    WHERE offer_id = :offer_id AND version = :version
    """
)

_MOVE = text(
    """
    UPDATE catalog.offer
    SET state = :state, paused_by = :paused_by, state_reason = :reason,
        listed_at = CASE WHEN CAST(:state AS text) = 'LISTED' THEN coalesce(listed_at, now())
            ELSE listed_at END
    WHERE offer_id = :offer_id
    """
)


async def move_offer(
    connection: AsyncConnection,
    party: Party,
    offer_id: int,
    verb: Verb,
    *,
    side: Side,
    reason: str | None = None,
) -> Offer:
    """Say a verb to an offer. Four round trips, and one if its supplier is told.

    On the side of the operator it may be anybody's offer, else it is one of the party's own.

    Raises:
        OfferTermsInvalid: the reason is empty or too long.
        OfferNotFound: there is no such offer, or it is another supplier's.
        OfferStateRefused: the offer's state does not allow it.
    """
    if reason is not None and not is_text(reason, STATE_REASON_LENGTH_MAX, lines=True):
        raise OfferTermsInvalid("reason is visible text of allowed length", field="reason")
    row, after = await lock_offer(connection, party, offer_id, verb, side=side)
    changed = {"offer_id": offer_id, "state": after.state, "paused_by": after.paused_by}
    await connection.execute(_MOVE, changed | {"reason": reason})
    offer = await load_own_offer(connection, offer_id)
    before = OfferState(row.state)
    await tell_of_offer(
        connection, offer.supplier_id, offer_id, row.code, before, after.state, reason
    )
    return offer


async def lock_offer(
    connection: AsyncConnection, party: Party, offer_id: int, verb: Verb, *, side: Side
) -> tuple[Row[Any], Standing]:
    """Lock an offer, and decide what a verb makes of it. Two round trips, or one to revise it.

    Raises:
        OfferNotFound: there is no such offer, or it is another supplier's.
        OfferStateRefused: the offer's state does not allow it.
    """
    known = offer_id if is_whole(offer_id, 1, BIGINT_MAX) else 0
    bound = {"offer_id": known, "party_id": party.party_id, "side": side}
    row = (await connection.execute(_LOCK, bound)).one_or_none()
    if row is None:
        raise OfferNotFound(f"{party.code} has no offer {offer_id}")
    # A new version is what an offer needs that is over.
    is_over = verb != "revise" and bool(
        await connection.scalar(_IS_OVER, {"offer_id": known, "version": row.latest_version})
    )
    standing = Standing(state_at(OfferState(row.state), is_over=is_over), row.paused_by)
    return row, move(standing, verb, side, is_trusted=row.trusted)
