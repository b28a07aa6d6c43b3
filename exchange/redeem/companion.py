"""What a redemption commits along with its points: stock, coupon, order and receipt.

The last piece of stock. `before` refuses only where nothing is left, so that nobody loses a piece
to a request that the ledger then refuses. `take` is a conditional UPDATE under the allotment's row
lock, which is held only from then to the end of the transaction. It may come out short: more were
accepted than there were pieces, or another lane was faster. Then the last of the accepted bids are
marked late and the transaction is run again. That attempt refuses the late ones, provided that the
bids before them still account for every piece.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import asyncpg
import orjson
from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import TEXT
from sqlalchemy.ext.asyncio import AsyncConnection

from catalog import Deed, Party, note
from catalog.procurement import Allotment, load_allotments, shortage_refusal, take
from exchange.coupons.accounts import masked
from exchange.coupons.codes import new_code, new_request_number
from exchange.coupons.lifecycle import CouponState, OrderState, last_day
from exchange.coupons.receipt import Step
from exchange.redeem.quote import Bid, load_offers
from ledger import JSON, Refusal, lane_of, outbox
from ledger.asks import Item
from ledger.book import programme_day

DEADLINE_SECONDS = 86_400
"""After a day an order that never reached its supplier fails, and the points return."""
SUBMIT_TOPIC = "fulfilment.submit"

_CREATE = text(
    f"""
    WITH wanted AS MATERIALIZED (
        SELECT * FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS t(
            code text, request_key text, request_number text, state text, member text,
            encrypted_account text, masked_account text,
            offer_id bigint, offer_code text, offer_version integer,
            supplier_id integer, fulfilment text, points bigint, free boolean,
            face_value_minor bigint, currency text, redeemed_at timestamptz, expires_on date,
            recorded_by integer
        )
    ), created AS (
        INSERT INTO exchange.coupon (
            book_id, home_party_id, code, request_key, state, member, encrypted_account,
            masked_account, offer_id, offer_code,
            offer_version, supplier_id, fulfilment, points, free, face_value_minor, currency,
            redeemed_at, expires_on
        )
        SELECT
            :book_id, :home_party_id, code, request_key, state, member,
            decode(encrypted_account, 'hex'), masked_account, offer_id,
            offer_code, offer_version, supplier_id, fulfilment, points, free, face_value_minor,
            currency, redeemed_at, expires_on
        FROM wanted
        RETURNING coupon_id, request_key, state, supplier_id, points, redeemed_at
    ), ordered AS (
        INSERT INTO exchange.fulfilment_order
            (book_id, coupon_id, request_number, supplier_id, state, deadline_at)
        SELECT :book_id, coupon_id, request_number, created.supplier_id, '{OrderState.CREATED}',
            now() + make_interval(secs => {DEADLINE_SECONDS})
        FROM created JOIN wanted USING (request_key) WHERE request_number IS NOT NULL
    ), steps AS (
        INSERT INTO exchange.receipt_step (
            book_id, coupon_id, step, detail, occurred_at, recorded_at, recorded_by
        )
        SELECT :book_id, coupon_id, step, detail, redeemed_at, greatest(now(), redeemed_at),
            recorded_by
        FROM (
            SELECT coupon_id, '{Step.REDEEMED}' AS step,
                json_build_object('points', created.points) AS detail, created.redeemed_at,
                1 AS place, recorded_by
            FROM created JOIN wanted USING (request_key)
            UNION ALL
            SELECT coupon_id, '{Step.DELIVERED}', NULL, created.redeemed_at, 2, recorded_by
            FROM created JOIN wanted USING (request_key)
            WHERE created.state = '{CouponState.ACTIVE}'
            ORDER BY coupon_id, place
        ) AS all_steps
    )
    SELECT coupon_id, request_key FROM created
    """
).bindparams(bindparam("rows", type_=TEXT()))


@dataclass(frozen=True, slots=True)
class RightsCompanion:
    """What a redemption commits besides the points.

    Companions of one programme are equal, so that its redemptions share their statements.
    """

    book_id: int
    lanes: int
    brand: Party
    time_zone: str

    async def before(self, connection: AsyncConnection, items: Sequence[Item]) -> None:
        """Refuse what the quote refused, the brand may no longer have, or is sold out."""
        offered = [(item, _bid_of(item)) for item in items if _bid_of(item).quote.offer is not None]
        found = (
            await load_offers(connection, self.brand, (bid.pair for _, bid in offered))
            if offered
            else {}
        )
        held = (
            await load_allotments(connection, self.book_id, {pair[0] for pair in found})
            if offered
            else {}
        )
        rivals: Counter[int] = Counter(bid.pair[0] for _, bid in offered if not bid.is_late)
        for item in items:
            bid = _bid_of(item)
            seen = bid.quote.refusal or found[bid.pair]
            refusal = seen if isinstance(seen, Refusal) else _shortage(held, bid, rivals)
            if refusal is not None:
                item.refuse(refusal)

    async def after(self, connection: AsyncConnection, items: Sequence[Item]) -> None:
        """Take the stock, create coupons, orders and receipts, and put orders into the outbox."""
        await _take_stock(connection, self.book_id, [_bid_of(item) for item in items])
        rows = [self._row(item) for item in items]
        parameters = {
            "book_id": self.book_id,
            "home_party_id": self.brand.party_id,
            "rows": orjson.dumps(rows).decode(),
        }
        coupons = {
            row.request_key: row.coupon_id for row in await connection.execute(_CREATE, parameters)
        }
        await _note(connection, items, coupons)
        submissions = []
        for item, row in zip(items, rows, strict=True):
            coupon_id = coupons[item.operation.key]
            quote = _bid_of(item).quote
            assert quote.offer is not None
            item.detail = {
                "coupon": coupon_id,
                "state": row["state"],
                "offer": quote.offer.offer_id,
                "offer_code": quote.offer.code,
                "supplier": quote.offer.supplier_code,
                "free": quote.request.free,
                "last_day": row["expires_on"],
            }
            if row["request_number"] is not None:
                submissions.append(
                    {
                        "book_id": self.book_id,
                        "coupon_id": coupon_id,
                        "supplier_id": row["supplier_id"],
                    }
                )
        await outbox.append(connection, self.book_id, SUBMIT_TOPIC, submissions)

    def _row(self, item: Item) -> dict[str, JSON]:
        quote = _bid_of(item).quote
        offer, request = quote.offer, quote.request
        assert offer is not None, "an accepted redemption has an offer"
        expires_on = last_day(
            programme_day(item.answer.occurred_at, self.time_zone), offer.use_within_days
        )
        is_direct = offer.fulfilment == "direct"
        account = _bid_of(item).encrypted_account
        lane = lane_of(request.member, self.lanes)
        return {
            "code": new_code(self.book_id, lane),
            "request_key": request.key,
            "request_number": new_request_number(self.book_id, lane) if is_direct else None,
            "state": str(CouponState.HELD if is_direct else CouponState.ACTIVE),
            "member": request.member,
            "encrypted_account": account.hex() if account is not None else None,
            "masked_account": masked(request.account) if account and request.account else None,
            "offer_id": offer.offer_id,
            "offer_code": offer.code,
            "offer_version": offer.version,
            "supplier_id": offer.supplier_id,
            "fulfilment": offer.fulfilment,
            "points": quote.points,
            "free": request.free,
            "face_value_minor": offer.face_value_minor,
            "currency": offer.currency,
            "redeemed_at": item.answer.occurred_at,
            "expires_on": expires_on.isoformat() if expires_on is not None else None,
            "recorded_by": item.operation.recorded_by,
        }


async def _note(
    connection: AsyncConnection, items: Sequence[Item], coupons: Mapping[str, int]
) -> None:
    """Put the new coupons into the audit log, by one statement for each request that made some."""
    keys: dict[Deed, list[str]] = defaultdict(list)
    for item in items:
        if (deed := _bid_of(item).deed) is not None:
            keys[deed].append(item.operation.key)
    for deed, made in keys.items():
        await note(connection, deed, "coupon", [coupons[key] for key in made], made)


def _bid_of(item: Item) -> Bid:
    assert isinstance(item.payload, Bid)
    return item.payload


def _shortage(held: Mapping[int, Allotment], bid: Bid, rivals: Mapping[int, int]) -> Refusal | None:
    """Why no piece can be had, as far as one can tell before the ledger decides on the points."""
    offer_id, at = bid.pair
    allotment = held.get(offer_id)
    if allotment is None or not allotment.open_at(at) or not allotment.remaining:
        return shortage_refusal(allotment, offer_id, at)
    if bid.is_late and rivals[offer_id] >= allotment.remaining:
        return shortage_refusal(allotment, offer_id, at)
    bid.is_late = False
    return None


async def _take_stock(connection: AsyncConnection, book_id: int, bids: Sequence[Bid]) -> None:
    """Take one piece for each bid.

    Where there are too few, the last bids are marked late.

    All allotments are tried together, at the latest instant of the batch. A batch may span months
    of history, and an allotment's window may have ended before that instant. Such an allotment is
    tried again at the latest instant of its own requests, which `before` found inside the window.

    Raises:
        asyncpg.SerializationError: there were too few, and the transaction is to be run again.
    """
    by_offer: dict[int, list[Bid]] = defaultdict(list)
    for bid in bids:
        by_offer[bid.pair[0]].append(bid)
    latest = {offer_id: max(bid.pair[1] for bid in each) for offer_id, each in by_offer.items()}
    demands = {offer_id: len(each) for offer_id, each in by_offer.items()}
    granted = await take(connection, book_id, demands, max(latest.values()))
    is_short = False
    for offer_id in sorted(demands):
        missing = demands[offer_id] - granted[offer_id]
        if missing:
            missing -= (await take(connection, book_id, {offer_id: missing}, latest[offer_id]))[
                offer_id
            ]
        for bid in by_offer[offer_id][demands[offer_id] - missing :]:
            bid.is_late = is_short = True
    if is_short:
        raise asyncpg.SerializationError("more pieces were accepted than an allotment has")
