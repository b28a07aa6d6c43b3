"""Redeem: a member turns points into a right, or a brand gives the right as a benefit.

One read transaction prices the requests (offers as the brand sees them, with the isolation
decision, and allotments: three statements for any number of requests). Then one ledger operation
for each request, whose companion commits the rest with it:

    before  3 statements look again, as the transaction sees it: offers, isolation rules,
    allotments; what cannot be had is refused ledger  spends the points (own_code) or holds them
    (direct), or refuses after   1 statement takes the stock of the accepted ones, 1 creates
    coupons, orders and receipt steps, 1 appends to the outbox

So one transaction decides on offer, isolation, stock and points. The price is the one quoted, a
moment before.

Races. The same key twice: the ledger's unique (book_id, key) answers the second from the first. The
last piece of stock: `before` refuses only where nothing is left, so that nobody loses a piece to a
request that the ledger then refuses; `take` is a conditional UPDATE under the allotment's row lock.
If it comes out short (more were accepted than there were pieces, or another lane was faster), the
last of the accepted are marked late and the transaction is run again; it refuses the late ones,
provided that those before them still account for every piece. The row lock is held from the end of
the transaction only.

A request's fingerprint is what the caller asked for, not the price found: a replay after a price
change still answers with the first answer.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import asyncpg
import orjson
from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import TEXT
from sqlalchemy.ext.asyncio import AsyncConnection

from catalog import Party
from catalog.offers import Offer, load_visible_offers
from catalog.procurement import Allotment, load_allotments, shortage_refusal, take
from exchange.coupons.codes import new_code, new_request_number
from exchange.coupons.lifecycle import CouponState, last_day
from exchange.coupons.receipt import Step
from exchange.redeem.request import ACCOUNT_LENGTH_MAX, Bid, Quote, RightRequest
from ledger import JSON, Ledger, Refusal, outbox
from ledger.asks import Answer, Item
from ledger.book import Programme, programme_day

__all__ = [
    "ACCOUNT_LENGTH_MAX",
    "DEADLINE_SECONDS",
    "SUBMIT_TOPIC",
    "RightRequest",
    "RightsCompanion",
    "redeem_rights",
]

DEADLINE_SECONDS = 86_400
"""After a day an order that never reached its supplier fails, and the points return."""
SUBMIT_TOPIC = "fulfilment.submit"


async def redeem_rights(
    ledger: Ledger,
    programme: Programme,
    brand: Party,
    requests: Sequence[RightRequest],
    now: datetime,
) -> list[Answer]:
    """Redeem each request by itself; answers in order, one refusal never fails the rest.

    An accepted answer's `detail` names the coupon and its state: HELD while the supplier delivers,
    ACTIVE at once for the exchange's own codes. Refusals in an answer, in the order they are
    checked: offer-not-found, offer-isolated, offer-not-valid, allotment-not-found,
    allotment-closed, allotment-exhausted, member-not-found, insufficient-points.
    """
    async with ledger.database.transaction() as connection:
        quotes = await _quote(connection, programme, brand, requests, now)
    companion = RightsCompanion(programme.book_id, brand, programme.time_zone)
    bids = [Bid(quote) for quote in quotes]
    return await ledger.submit(
        programme, [quote.operation() for quote in quotes], companion=companion, payloads=bids
    )


async def _quote(
    connection: AsyncConnection,
    programme: Programme,
    brand: Party,
    requests: Sequence[RightRequest],
    now: datetime,
) -> list[Quote]:
    wanted = [(request.offer_id, request.occurred_at or now) for request in requests]
    found = await _offers(connection, brand, wanted)
    held = await load_allotments(
        connection, programme.book_id, {request.offer_id for request in requests}
    )
    quotes = []
    for request, pair in zip(requests, wanted, strict=True):
        offer = found[pair]
        if isinstance(offer, Refusal):
            quotes.append(Quote(request, pair[1], None, 0, offer))
            continue
        allotment = held.get(offer.offer_id)
        price = offer.points if allotment is None or allotment.points is None else allotment.points
        quotes.append(Quote(request, pair[1], offer, 0 if request.free else price, None))
    return quotes


async def _offers(
    connection: AsyncConnection, brand: Party, wanted: Iterable[tuple[int, datetime]]
) -> dict[tuple[int, datetime], Offer | Refusal]:
    """What the brand sees of each offer at each instant. Two statements."""
    pairs = list(dict.fromkeys(wanted))
    return dict(zip(pairs, await load_visible_offers(connection, brand, pairs), strict=True))


@dataclass(frozen=True, slots=True)
class RightsCompanion:
    """What a redemption commits besides the points.

    Equal for all redemptions of a programme, so that they share its statements.
    """

    book_id: int
    brand: Party
    time_zone: str

    async def before(self, connection: AsyncConnection, items: Sequence[Item]) -> None:
        """Refuse what the quote refused, what the brand may not have by now, and what the allotment cannot cover."""
        offered = [(item, _bid_of(item)) for item in items if _bid_of(item).quote.offer is not None]
        found = (
            await _offers(connection, self.brand, (bid.pair for _, bid in offered))
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
        """Take the stock, create coupons, orders and receipts, and hand the orders to the outbox."""
        await _take_stock(connection, self.book_id, [_bid_of(item) for item in items])
        rows = [self._row(item) for item in items]
        parameters = {
            "book_id": self.book_id,
            "home_party_id": self.brand.party_id,
            "rows": orjson.dumps(rows).decode(),
            "deadline_seconds": DEADLINE_SECONDS,
        }
        coupons = {
            row.request_key: row.coupon_id for row in await connection.execute(_CREATE, parameters)
        }
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
                submissions.append({"book_id": self.book_id, "coupon_id": coupon_id})
        await outbox.append(connection, self.book_id, SUBMIT_TOPIC, submissions)

    def _row(self, item: Item) -> dict[str, JSON]:
        quote = _bid_of(item).quote
        offer, request = quote.offer, quote.request
        assert offer is not None, "an accepted redemption has an offer"
        expires_on = last_day(
            programme_day(item.answer.occurred_at, self.time_zone), offer.use_within_days
        )
        is_direct = offer.fulfilment == "direct"
        return {
            "code": new_code(self.book_id),
            "request_key": request.key,
            "request_number": new_request_number(self.book_id) if is_direct else None,
            "state": str(CouponState.HELD if is_direct else CouponState.ACTIVE),
            "member": request.member,
            "account": request.account or request.member,
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
        }


_CREATE = text(
    f"""
    WITH wanted AS MATERIALIZED (
        SELECT * FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS t(
            code text, request_key text, request_number text, state text, member text, account text, offer_id bigint, offer_code text,
            offer_version integer, supplier_id integer, fulfilment text, points bigint, free boolean, face_value_minor bigint,
            currency text, redeemed_at timestamptz, expires_on date
        )
    ), created AS (
        INSERT INTO exchange.coupon (
            book_id, code, request_key, state, member, account, offer_id, offer_code, offer_version, supplier_id, home_party_id,
            fulfilment, points, free, face_value_minor, currency, redeemed_at, expires_on
        )
        SELECT :book_id, code, request_key, state, member, account, offer_id, offer_code, offer_version, supplier_id, :home_party_id,
            fulfilment, points, free, face_value_minor, currency, redeemed_at, expires_on
        FROM wanted
        RETURNING coupon_id, request_key, state, supplier_id, points, redeemed_at
    ), ordered AS (
        INSERT INTO exchange.fulfilment_order (book_id, coupon_id, request_number, supplier_id, state, deadline_at)
        SELECT :book_id, coupon_id, request_number, created.supplier_id, 'CREATED', now() + make_interval(secs => :deadline_seconds)
        FROM created JOIN wanted USING (request_key) WHERE request_number IS NOT NULL
    ), steps AS (
        INSERT INTO exchange.receipt_step (book_id, coupon_id, step, detail, occurred_at)
        SELECT :book_id, coupon_id, step, detail, redeemed_at FROM (
            SELECT coupon_id, '{Step.REDEEMED}' AS step, json_build_object('points', points) AS detail, redeemed_at, 1 AS place FROM created
            UNION ALL
            SELECT coupon_id, '{Step.DELIVERED}', NULL, redeemed_at, 2 FROM created WHERE state = 'ACTIVE'
            ORDER BY coupon_id, place
        ) AS all_steps
    )
    SELECT coupon_id, request_key FROM created
    """
).bindparams(bindparam("rows", type_=TEXT()))


def _bid_of(item: Item) -> Bid:
    assert isinstance(item.payload, Bid)
    return item.payload


def _shortage(held: Mapping[int, Allotment], bid: Bid, rivals: Mapping[int, int]) -> Refusal | None:
    """Why no piece can be had, as far as is known before the ledger decides on the points."""
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

    Where there are too few, the last ones are late, and the transaction is run again.

    All windows are tried at the latest instant at once. An allotment whose window ended before that
    (a batch may span months of history) is taken at the latest instant of its own requests, which
    `before` found inside the window.
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
